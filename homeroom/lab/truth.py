"""What lies beyond an emulated device of a lab (homeroom.lab.beyond.Beyond): its site, and what the uplink leads to.

What passes the lists on the way out is not asked here: that is the policy's proof, not the lab's truth.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Callable, Iterator, Mapping
from typing import Final, TypeVar

from homeroom.intent.model import Intent
from homeroom.lab.boxed import Connected
from homeroom.lab.emulated import Emulated
from homeroom.lab.faults import Kind
from homeroom.lab.fleet import Record
from homeroom.lab.services import Services
from homeroom.lab.ways import Ways
from homeroom.prefix import Prefix

_PROVIDER: Final = "fe80::1"
"""The provider's link-local address on every uplink."""
_DEAD: Final[Mapping[str, Kind]] = {"dns": "dns_dead", "radius": "radius_dead"}
"""Central service -> the fault under which it does not answer a device."""
_D = TypeVar("_D", bound=Emulated)


class Truth:
    """One lab's answers. The way out is open unless a fault, or the router's configuration, closes it."""

    def __init__(self, ways: Ways, services: Services) -> None:
        self._ways, self.services = ways, services

    def take(self, device: Connected) -> None:
        """Put a device into its place."""
        device.beyond, device.ways = self, self._ways

    def through(self, service: str, find: Callable[[str], _D | None]) -> Callable[[str], _D | None]:
        """Return `find` for who comes by one of the lab's ports: None where the way there is cut."""
        return lambda where: find(where) if self._ways.lets(where, service) else None

    def echoes(self, device: Emulated, address: str) -> bool:
        """Tell whether `address` answers an echo of `device`; nothing does that is no address."""
        asked = _canonical(address)
        if asked is None:
            return False
        intents = self._intents(device)
        if asked in self._own(device, intents):
            return True
        holders = [name for name, one in intents.items() if asked in _planned(one)]
        if holders or _inside(asked, intents):
            return any(self._holds(record, asked) for record in self._records(device) if record.name in holders)
        if not self._out(device, intents):
            return False
        if asked in self._peers(device, intents):
            return True
        dead = {kind for kind, fault in _DEAD.items() if _broken(device, fault)}
        return not dead & self.services.kinds(asked) and self.services.echoes(asked)

    def resolves(self, device: Emulated, server: str) -> bool:
        """Tell whether a DNS server answers `device` at `server`."""
        asked = _canonical(server)
        if asked is None or _broken(device, "dns_dead") or not self._out(device, self._intents(device)):
            return False
        return self.services.resolves(asked)

    def _records(self, device: Emulated) -> list[Record]:
        return self._ways.site(device.address)

    def _intents(self, device: Emulated) -> Mapping[str, Intent]:
        records = self._records(device)
        return self._ways.lore.intents(records[0].site) if records else {}

    def _own(self, device: Emulated, intents: Mapping[str, Intent]) -> frozenset[str]:
        """Return the addresses of the device itself, as it runs; as planned where that cannot be read."""
        passage = self._ways.at(device.address)
        loop = frozenset({"127.0.0.1", "::1"})
        if passage is not None:
            return passage.own | loop
        management = intents[device.name].management if device.name in intents else None
        return loop if management is None else loop | {management.v4, management.v6}

    def _holds(self, record: Record, asked: str) -> bool:
        """Tell whether a device of the site answers at an address that the plan gives it."""
        found = self._ways.known(record.address)
        if found is None:
            return True
        passage = self._ways.seen(record.address)
        return not _broken(found, "offline") and (passage is None or asked in passage.own)

    def _peers(self, device: Emulated, intents: Mapping[str, Intent]) -> set[str]:
        """Return the addresses at the other ends of the site's uplinks; the link-local one is a router's own."""
        peers = {_PROVIDER} if device.kind == "router" else set[str]()
        for record in self._ways.routers(device.address):
            passage = self._ways.seen(record.address)
            planned = (
                {uplink.peer4 for uplink in intents[record.name].uplinks} if record.name in intents else set[str]()
            )
            peers |= planned if passage is None else passage.peers
        return peers

    def _out(self, device: Emulated, intents: Mapping[str, Intent]) -> bool:
        """Tell whether the device reaches what lies beyond its site."""
        if _broken(device, "uplink_down"):
            return False
        routers = self._ways.routers(device.address)
        ahead = [record for record in routers if record.address == device.address] or routers
        return not ahead or any(self._leads_out(record, device, intents) for record in ahead)

    def _leads_out(self, router: Record, device: Emulated, intents: Mapping[str, Intent]) -> bool:
        """Tell whether a router takes a device's packets out of the site."""
        found, passage = self._ways.known(router.address), self._ways.seen(router.address)
        if found is not None and (_broken(found, "uplink_down") or _broken(found, "offline")):
            return False
        if passage is None:
            return True
        beside = router.address == device.address or device.name not in intents
        return passage.out and (beside or intents[device.name].management.gateway4 in passage.own)


def _broken(device: Emulated, kind: Kind) -> bool:
    return device.faults.standing(kind) is not None


def _canonical(text: str) -> str | None:
    """Return an address in its usual form, without its zone; None when it is none."""
    try:
        return str(ipaddress.ip_address(text.partition("%")[0]))
    except ValueError:
        return None


def _planned(intent: Intent) -> Iterator[str]:
    """Yield the addresses that the plan gives a device within its site."""
    yield from (intent.management.v4, intent.management.v6)
    for segment in intent.segments:
        if segment.routed:
            yield from (segment.gateway4, segment.gateway6)


def _inside(asked: str, intents: Mapping[str, Intent]) -> bool:
    """Tell whether an address is one of the site's own networks."""
    host = Prefix.parse(asked)
    segments = max((one.segments for one in intents.values()), key=len, default=())
    return any(net.contains(host) for segment in segments for net in (segment.v4, segment.v6))
