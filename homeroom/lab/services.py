"""The programme's central services as the lab has them, and what `homeroom lab service` changed of them."""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping
from typing import Final, Literal, TypeAlias

from homeroom.errors import LabError
from homeroom.programme.model import Central

Answer: TypeAlias = Literal["dns", "echo"]
"""What an address answers: DNS queries, ICMP echoes."""
ANSWERS: Final[tuple[Answer, ...]] = ("dns", "echo")
_LENGTH: Final = {4: 24, 6: 64}
"""The network of a central service, in which another address may take its place."""
NONE: Final = Central("", {}, (), (), (), ())


class Services:
    """Which central address answers what.

    Those of the programme do; so does, as a DNS server and to an echo, every other address of their networks: a
    service may move there. Elsewhere nothing answers.
    """

    def __init__(self, central: Central = NONE) -> None:
        resolvers = [address for pair in central.resolvers.values() for address in pair]
        named = {"dns": resolvers, "ntp": central.ntp, "syslog": central.syslog, "radius": central.radius}
        self._kinds: dict[str, set[str]] = {}
        for kind, addresses in named.items():
            for address in addresses:
                self._kinds.setdefault(str(ipaddress.ip_address(address)), set()).add(kind)
        self.networks = tuple(
            sorted({_network(address) for address in self._kinds}, key=lambda net: (net.version, net))
        )
        self._set: dict[str, dict[Answer, bool]] = {}

    def kinds(self, address: str) -> frozenset[str]:
        """Return what the programme has at an address: dns, ntp, syslog, radius."""
        return frozenset(self._kinds.get(address, ()))

    def echoes(self, address: str) -> bool:
        """Tell whether an address answers an echo."""
        return self._set.get(address, {}).get("echo", self._central(address))

    def resolves(self, address: str) -> bool:
        """Tell whether a DNS server answers at an address."""
        kinds = self.kinds(address)
        return self._set.get(address, {}).get("dns", self._central(address) and (not kinds or "dns" in kinds))

    def set(self, address: str, kind: Answer | None, *, up: bool) -> None:
        """Have an address answer, or answer no more; LabError when it is no address.

        Without a `kind`: everything, and one of the programme's own services comes back as what it is.
        """
        if kind is not None and kind not in ANSWERS:
            raise LabError(f"an address answers {' or '.join(ANSWERS)}; not {kind}")
        where = _address(address)
        if kind is not None:
            self._set.setdefault(where, {})[kind] = up
        elif up and self._central(where):
            self._set.pop(where, None)
        else:
            self._set[where] = dict.fromkeys(ANSWERS, up)

    @property
    def changed(self) -> Mapping[str, Mapping[Answer, bool]]:
        """Return what was changed: address -> answer -> whether it comes."""
        return self._set

    def _central(self, address: str) -> bool:
        return _network(address) in self.networks


def _address(text: str) -> str:
    try:
        return str(ipaddress.ip_address(text))
    except ValueError as error:
        raise LabError(f"{text!r} is no IP address") from error


def _network(address: str) -> ipaddress.IPv4Network | ipaddress.IPv6Network:
    length = _LENGTH[ipaddress.ip_address(address).version]
    return ipaddress.ip_network(f"{address}/{length}", strict=False)
