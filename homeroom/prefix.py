"""An address prefix, IPv4 or IPv6, with its printed forms made once: plans hold hundreds of thousands of them."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass, field

BITS = {4: 32, 6: 128}


def _text(family: int, value: int) -> str:
    if family == 4:  # five times faster than through `ipaddress`
        return f"{value >> 24}.{value >> 16 & 255}.{value >> 8 & 255}.{value & 255}"
    return str(ipaddress.IPv6Address(value))


@dataclass(frozen=True, slots=True)
class Prefix:
    """A network: `first`..`last` are its addresses as integers; the strings are what configurations print."""

    family: int
    first: int
    length: int
    last: int = field(init=False, compare=False)
    network: str = field(init=False, compare=False, repr=False)
    netmask: str = field(init=False, compare=False, repr=False)
    wildcard: str = field(init=False, compare=False, repr=False)
    cidr: str = field(init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        """Derive the bounds and the printed forms; raise ValueError when it is no network."""
        bits = BITS.get(self.family, -1)
        if not (0 <= self.length <= bits and 0 <= self.first >> bits < 1):
            raise ValueError(f"no network of IPv{self.family} has first {self.first} and length {self.length}")
        host = (1 << (bits - self.length)) - 1
        if self.first & host:
            raise ValueError(f"{_text(self.family, self.first)}/{self.length} has host bits set")
        put = object.__setattr__
        put(self, "last", self.first | host)
        put(self, "network", _text(self.family, self.first))
        put(self, "cidr", f"{self.network}/{self.length}")
        ipv4 = self.family == 4
        put(self, "netmask", _text(4, host ^ 0xFFFFFFFF) if ipv4 else "")
        put(self, "wildcard", _text(4, host) if ipv4 else "")

    @classmethod
    def parse(cls, text: str) -> Prefix:
        """Read `10.0.0.0/8` or `2001:db8::/32`; a bare address is a host; ValueError otherwise (masks, zones)."""
        length = text.partition("/")[2]
        if "%" in text or not (length.isdecimal() or "/" not in text):
            raise ValueError(f"{text!r} does not appear to be an IPv4 or IPv6 network")
        net = ipaddress.ip_network(text, strict=True)
        return cls(net.version, int(net.network_address), net.prefixlen)

    def address(self, offset: int) -> str:
        """Return the address at `offset` (negative: from the end) as text; ValueError when outside."""
        value = (self.first if offset >= 0 else self.last + 1) + offset
        if not self.first <= value <= self.last:
            raise ValueError(f"{self.cidr} has no address number {offset}")
        return _text(self.family, value)

    def subnet(self, offset: int, length: int) -> Prefix:
        """Return the prefix of `length` that starts `offset` addresses into this one; ValueError when outside."""
        if length < self.length or not 0 <= offset <= self.last - self.first:
            raise ValueError(f"{self.cidr} holds no /{length} at {offset}")
        return Prefix(self.family, self.first + offset, length)

    def contains(self, other: Prefix) -> bool:
        """Tell whether `other` lies wholly inside."""
        return self.family == other.family and self.first <= other.first and other.last <= self.last

    def overlaps(self, other: Prefix) -> bool:
        """Tell whether any address is in both."""
        return self.family == other.family and self.first <= other.last and other.first <= self.last

    @property
    def is_host(self) -> bool:
        """True for a /32 or /128."""
        return self.length == BITS[self.family]

    @property
    def is_any(self) -> bool:
        """True for 0.0.0.0/0 or ::/0."""
        return self.length == 0

    def __str__(self) -> str:
        """Print in CIDR form."""
        return self.cidr


ANY = {4: Prefix(4, 0, 0), 6: Prefix(6, 0, 0)}
