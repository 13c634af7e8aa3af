"""What the plan says of a site, and its devices as they were read."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from homeroom.catalogue import Platform, stateful
from homeroom.intent.model import Intent, Segment
from homeroom.platforms.access import Access, Interface
from homeroom.policy.model import WAN, Family
from homeroom.policy.regions import Spans, union
from homeroom.prefix import Prefix

FAMILIES: Final[tuple[Family, ...]] = (4, 6)
_LOOPBACK: Final = Prefix.parse("127.0.0.0/8"), Prefix.parse("::1/128")


@dataclass(frozen=True, slots=True)
class Box:
    """A device of the site as it was read. `tracked`: it keeps track of connections; `timeless`: it keeps no hours."""

    intent: Intent
    access: Access
    tracked: bool = False
    timeless: bool = False

    @property
    def name(self) -> str:
        """The device's name."""
        return self.intent.device.name


@dataclass(frozen=True, slots=True)
class Powers:
    """What platforms can do: `tracking` connections; `timeless` ones say in writing that they keep no time windows."""

    tracking: frozenset[str] = frozenset()
    timeless: frozenset[str] = frozenset()

    @classmethod
    def of(cls, platforms: Mapping[str, Platform]) -> Powers:
        """Read them off the platforms' own files."""
        return cls(stateful(platforms), frozenset(name for name, one in platforms.items() if one.timeless))

    def box(self, intent: Intent, access: Access) -> Box:
        """Return a device with what its platform can do."""
        platform = intent.device.platform
        return Box(intent, access, platform in self.tracking, platform in self.timeless)


@dataclass(frozen=True, slots=True)
class Ground:
    """The plan of a site: which VLAN and which addresses each role has."""

    site: str
    segments: tuple[Segment, ...]
    vlans: Mapping[int, str]
    nets: Mapping[Family, Mapping[str, Prefix]]

    @classmethod
    def of(cls, intents: Sequence[Intent]) -> Ground:
        """Read the plan off the intents of a site: of all devices, the one with most segments names every role."""
        best = max((intent.segments for intent in intents), key=len)
        return cls(
            intents[0].device.site,
            best,
            {segment.vlan: segment.role for segment in best},
            {4: {one.role: one.v4 for one in best}, 6: {one.role: one.v6 for one in best}},
        )

    @property
    def roles(self) -> tuple[str, ...]:
        """The roles of the site, in the policy's order."""
        return tuple(segment.role for segment in self.segments)

    def belongs(self, interface: Interface) -> tuple[str, ...]:
        """Return the roles that send into an interface: by its VLAN, or by an address of theirs; else the uplinks'."""
        found = [self.vlans[interface.vlan]] if interface.vlan in self.vlans else []
        for _, net in interface.addresses:
            family: Family = 4 if net.family == 4 else 6
            found += [role for role, own in self.nets[family].items() if own.overlaps(net)]
        return tuple(dict.fromkeys(found)) or (WAN,)


def port_name(name: str) -> str:
    """Return the port of a layer-2 interface: Junos bridges its unit 0."""
    return name.removesuffix(".0")


def loops(interface: Interface) -> bool:
    """Tell whether nothing can come in by an interface: a loopback."""
    nets = [net for _, net in interface.addresses]
    inside = all(any(loop.contains(net) for loop in _LOOPBACK) for net in nets)
    return bool(nets) and (inside or interface.name.lower().startswith("lo"))


def addresses(interfaces: Iterable[Interface], family: Family) -> Spans:
    """Return the addresses that a device calls its own."""
    return union((value, value) for one in interfaces for value, net in one.addresses if net.family == family)


def hollow(box: Box) -> str:
    """Say what a configuration lacks without which nothing can be proven of the device; empty when it lacks nothing.

    A text that has no interface lets nothing through, and proves nothing: it is half a text, or half read.
    """
    intent, access = box.intent, box.access
    own = {value for one in access.interfaces for value, _ in one.addresses}
    if int(ipaddress.ip_address(intent.management.v4)) not in own:
        return f"its own address {intent.management.v4} is on no interface of its configuration"
    ports = {port_name(port.name) for port in access.bridged}
    wanted = [port.name for port in intent.ports if port.mode != "unused"] + list(intent.trunks)
    if wanted and not ports & set(wanted):
        return f"none of its ports is in its configuration: {', '.join(wanted[:3])}, ..."
    if intent.wlans and not access.ssids:
        return "none of its networks on air is in its configuration"
    if intent.uplinks and not access.routes_between:
        return "it is the site's router, and its configuration forwards nothing"
    behind = {one.vlan for one in access.interfaces}
    missing = [one for one in intent.segments if one.routed and one.vlan not in behind] if intent.uplinks else []
    if missing:
        return f"no interface of its configuration is in VLAN {missing[0].vlan} ({missing[0].role})"
    return ""
