"""The kinds of words an IOS command takes, each with the form in which IOS prints it back."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable, Iterable
from typing import Final, TypeAlias

Reader: TypeAlias = Callable[[str], tuple[int, str] | None]
"""Rest of the line -> (characters taken, printed form), or None when the word is of another kind."""

INTERFACES: Final = (
    "Loopback",
    "Port-channel",
    "Tunnel",
    "FastEthernet",
    "GigabitEthernet",
    "TwoGigabitEthernet",
    "FiveGigabitEthernet",
    "TenGigabitEthernet",
    "TwentyFiveGigE",
    "FortyGigabitEthernet",
    "HundredGigE",
    "AppGigabitEthernet",
    "Wlan-GigabitEthernet",
    "Cellular",
    "Dialer",
    "BDI",
    "Vlan",
    "Null",
)
"""Interface types in the order in which `show running-config` lists them."""
VIRTUAL: Final = frozenset({"Loopback", "Port-channel", "Tunnel", "Dialer", "BDI", "Vlan"})
"""Types that come into being when they are configured."""
SHORT: Final = {
    "Loopback": "Lo",
    "Port-channel": "Po",
    "Tunnel": "Tu",
    "FastEthernet": "Fa",
    "GigabitEthernet": "Gi",
    "TwoGigabitEthernet": "Tw",
    "FiveGigabitEthernet": "Fi",
    "TenGigabitEthernet": "Te",
    "TwentyFiveGigE": "Twe",
    "FortyGigabitEthernet": "Fo",
    "HundredGigE": "Hu",
    "AppGigabitEthernet": "Ap",
    "Wlan-GigabitEthernet": "Wl",
    "Cellular": "Ce",
    "Dialer": "Di",
    "BDI": "BD",
    "Vlan": "Vl",
    "Null": "Nu",
}
_INTERFACE: Final = re.compile(r"([A-Za-z][A-Za-z-]*)\s*(\d[\d/]*(?:\.\d+)?)(?=\s|,|$)")
_TOKEN: Final = re.compile(r"\S+")
_IPV4: Final = re.compile(r"(?:\d{1,3}\.){3}\d{1,3}(?=\s|$)")
_MAC: Final = re.compile(r"(?:[0-9a-fA-F]{4}\.){2}[0-9a-fA-F]{4}(?=\s|$)")
_VLANS: Final = re.compile(r"\d+(?:\s*[-,]\s*\d+)*(?=\s|$)")


def interface(rest: str) -> tuple[int, str] | None:
    """Read `Gi0/0/1`, `gigabitethernet 0/0/1`, `vl10`; print it in full."""
    found = _INTERFACE.match(rest)
    if found is None:
        return None
    typed, number = found.group(1).lower(), found.group(2)
    fitting = [name for name in INTERFACES if name.lower().startswith(typed)]
    if typed == "tw":  # IOS-XE gives the short form to the older type
        fitting = ["TwoGigabitEthernet"]
    return (found.end(), fitting[0] + number) if len(fitting) == 1 else None


def split(name: str) -> tuple[str, str]:
    """Split `Vlan10` into (`Vlan`, `10`)."""
    kind = name.rstrip("0123456789/.")
    return kind, name[len(kind) :]


def short(name: str) -> str:
    """Abbreviate as IOS does in tables: GigabitEthernet0/1 -> Gi0/1."""
    kind, number = split(name)
    return SHORT.get(kind, kind) + number


def rank(name: str) -> tuple[int, tuple[int, ...]]:
    """Return the sort key that puts interfaces in the order of `show running-config`."""
    kind, number = split(name)
    place = INTERFACES.index(kind) if kind in INTERFACES else len(INTERFACES)
    return place, tuple(int(part) for part in re.findall(r"\d+", number))


def vlan_ids(text: str) -> set[int]:
    """Read a VLAN list: `1,10,20-30`; `none` and the empty text are no VLAN; ValueError when out of range."""
    ids: set[int] = set()
    for part in re.sub(r"\s", "", text).split(",") if text not in {"", "none"} else []:
        low, _, high = part.partition("-")
        span = range(int(low), int(high or low) + 1)
        if not span or span[0] < 1 or span[-1] > 4094:
            raise ValueError(part)
        ids.update(span)
    return ids


def vlan_text(ids: Iterable[int]) -> str:
    """Print a VLAN list as IOS does: sorted, neighbours joined (two neighbours with a comma)."""
    spans: list[list[int]] = []
    for vlan in sorted(ids):
        if spans and vlan == spans[-1][-1] + 1:
            spans[-1].append(vlan)
        else:
            spans.append([vlan])
    parts = [f"{span[0]}-{span[-1]}" if len(span) > 2 else ",".join(str(vlan) for vlan in span) for span in spans]
    return ",".join(parts) or "none"


def _vlans(rest: str) -> tuple[int, str] | None:
    found = _VLANS.match(rest)
    try:
        return (found.end(), vlan_text(vlan_ids(found.group()))) if found else None
    except ValueError:
        return None


def _word(rest: str) -> tuple[int, str] | None:
    found = _TOKEN.match(rest)
    return (found.end(), found.group()) if found else None


def _line(rest: str) -> tuple[int, str] | None:
    return len(rest), rest.rstrip()


def _ipv4(rest: str) -> tuple[int, str] | None:
    found = _IPV4.match(rest)
    if found is None or any(int(octet) > 255 for octet in found.group().split(".")):
        return None
    return found.end(), ".".join(str(int(octet)) for octet in found.group().split("."))


def _mask(rest: str) -> tuple[int, str] | None:
    found = _ipv4(rest)
    if found is None:
        return None
    inverted = int(ipaddress.IPv4Address(found[1])) ^ 0xFFFFFFFF
    return None if inverted & (inverted + 1) else found


def ipv6_text(address: str) -> str:
    """Print an IPv6 address as IOS does: compressed, upper case."""
    return str(ipaddress.IPv6Address(address)).upper()


def _ipv6(rest: str) -> tuple[int, str] | None:
    found = _TOKEN.match(rest)
    try:
        return (found.end(), ipv6_text(found.group())) if found and ":" in found.group() else None
    except ValueError:
        return None


def _prefix6(rest: str) -> tuple[int, str] | None:
    """Read `2001:db8::1/64` (host bits are kept: it may be an interface's address)."""
    found = _TOKEN.match(rest)
    if found is None or ":" not in found.group() or "/" not in found.group():
        return None
    address, _, length = found.group().partition("/")
    try:
        if not 0 <= int(length) <= 128:
            return None
        return found.end(), f"{ipv6_text(address)}/{int(length)}"
    except ValueError:
        return None


def _mac(rest: str) -> tuple[int, str] | None:
    found = _MAC.match(rest)
    return (found.end(), found.group().lower()) if found else None


def _number(low: int, high: int) -> Reader:
    def read(rest: str) -> tuple[int, str] | None:
        found = _TOKEN.match(rest)
        if found is None or not found.group().isdecimal() or not low <= int(found.group()) <= high:
            return None
        return found.end(), str(int(found.group()))

    return read


KINDS: Final[dict[str, Reader]] = {
    "WORD": _word,
    "LINE": _line,
    "A.B.C.D": _ipv4,
    "MASK": _mask,
    "X:X::X": _ipv6,
    "X:X::X/N": _prefix6,
    "H.H.H": _mac,
    "IFACE": interface,
    "VLANS": _vlans,
}
"""The kinds of words that patterns name; `<low-high>` beside them is a whole number."""
_RANGE: Final = re.compile(r"<(\d+)-(\d+)>")


def reader(name: str) -> Reader | None:
    """Return the reader for a pattern's word; None when it is a keyword."""
    span = _RANGE.fullmatch(name)
    return _number(int(span.group(1)), int(span.group(2))) if span else KINDS.get(name)
