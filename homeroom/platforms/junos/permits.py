"""What a Junos device lets through, put together from its zones, policies, filters, NAT, interfaces and routes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from homeroom.platforms.access import Access, Applied
from homeroom.platforms.junos.book import Books
from homeroom.platforms.junos.filters import Filters
from homeroom.platforms.junos.groups import inherited
from homeroom.platforms.junos.hours import windows
from homeroom.platforms.junos.links import Links, links
from homeroom.platforms.junos.nat import redirects
from homeroom.platforms.junos.policies import Policies, nothing
from homeroom.platforms.junos.routes import Reach, routes
from homeroom.platforms.junos.stems import Stem, only, read, wrong
from homeroom.platforms.junos.zones import Zone, through, zones
from homeroom.policy.draft import list_name
from homeroom.policy.model import AccessList, Family, Hook

_REFUSED: Final = (
    "bridge-domains", "dynamic-profiles", "logical-systems", "routing-instances", "services", "tenants", "unified-edge"
)  # fmt: skip
"""What makes devices within the device, or lets packets through by rules of its own."""
_SECURITY: Final = frozenset(
    ("address-book", "alarms", "alg", "application-tracking", "certificates", "flow", "forwarding-options", "idp",
     "ike", "ipsec", "log", "nat", "pki", "policies", "screen", "ssh-known-hosts", "traceoptions", "utm", "zones")
)  # fmt: skip
_VLANS: Final = ("dot1q-tunneling", "voip")
"""What puts ports into further VLANs."""
_FLOW: Final = frozenset({"aging", "route-change-timeout", "syn-flood-protection-mode", "tcp-mss", "tcp-session"})
_FORWARDING: Final = frozenset({"inet6", "iso", "mpls"})
_FAMILIES: Final[tuple[Family, ...]] = (4, 6)
_NULL: Final = "null"
"""The zone of an interface that is in none: Junos's own word for it."""


@dataclass(slots=True)
class _Found:
    """Lists and where they stand, as they are found."""

    lists: list[AccessList]
    applied: list[Applied]

    def add(self, one: AccessList, ports: list[str]) -> None:
        self.lists.append(one)
        self.applied += [Applied(port, one.hook, one.family, one.name) for port in ports]


def access(text: str) -> Access:
    """Read a configuration; ParseError with the line when one that decides is not understood."""
    root = read(text)
    if "groups" in root or "apply-groups" in text:
        root = inherited(root)
    for word in _REFUSED:
        if word in root:
            raise wrong(root[word], word)
    made = links(root)
    known = tuple(zones(root))
    static = routes(root)
    hours = windows(root)
    books = Books(root)
    found = _Found([], [])
    if "policies" in root.at("security") or known:
        _flow(root, made, known, Policies(root, books, hours, Reach(root, made, known, static)), found)
    filters = Filters(root)
    _refuse_hidden(root)
    guards, missing = _filtered(made, filters, found, _roles(made, known))
    return Access(
        lists=tuple(found.lists),
        applied=tuple(found.applied),
        guards=tuple(guards),
        missing=tuple(missing),
        groups=(*books.groups(), *filters.groups),
        windows=hours,
        interfaces=tuple(made.interfaces),
        bridged=tuple(made.bridged),
        routes=static,
        redirects=tuple(redirects(root, known)),
        vlan_names={numbers[0]: name for name, numbers in made.vlans.items() if len(numbers) == 1},
        routes_between=len(made.interfaces) > 1,
    )


def _refuse_hidden(root: Stem) -> None:
    """Refuse what filters or moves packets in places that are not read."""
    options = root.at("forwarding-options")
    for family, stem in options.at("family").items():
        if "filter" in stem:
            raise wrong(stem, f"forwarding-options family {family} filter")
    for top in ("switch-options", "ethernet-switching-options"):
        for word in _VLANS:
            if word in root.at(top):
                raise wrong(root.at(top, word), f"{top} {word}")
    security = root.at("security")
    only(security, _SECURITY, "security")
    only(security.at("flow"), _FLOW | {"traceoptions"}, "security flow")


def _modes(root: Stem) -> Iterator[Family]:
    """Yield the families whose packets the policies see; ParseError when the device forwards past them."""
    families = root.at("security", "forwarding-options", "family")
    only(families, _FORWARDING, "security forwarding-options family")
    for family, stem in families.items():
        if stem.at("mode").word() == "packet-based" and family != "iso":
            raise wrong(stem, f"family {family} mode packet-based", "no policy is asked then")
    yield 4
    if families.at("inet6", "mode").word() != "drop":
        yield 6


def _flow(root: Stem, made: Links, known: tuple[Zone, ...], policies: Policies, found: _Found) -> None:
    up = {interface.name for interface in made.interfaces}
    seen = set(_modes(root))
    for zone in known:
        ports = [port for port in zone.inbound if port in up]
        for family in _FAMILIES:
            if family in seen:
                _local(policies, zone, family, ports, found)
                name, rules = list_name(zone.name, family, "through"), policies.through(zone.name, family)
                found.add(AccessList(name, zone.name, family, rules, "through"), ports)
            else:
                _shut(zone.name, family, ports, found)
    left = sorted(up - {port for zone in known for port in zone.inbound})
    for family in _FAMILIES if left else ():
        _shut(_NULL, family, left, found)


def _local(policies: Policies, zone: Zone, family: Family, ports: list[str], found: _Found) -> None:
    """Add the list for the device itself, one for each way in that `host-inbound-traffic` opens differently."""
    first, *rules = policies.local(zone.name, family)
    ways = dict.fromkeys(zone.inbound.values()) or {(): None}
    for number, way in enumerate(ways):
        name = list_name(zone.name, family, "local") + (f"/{number}" if number else "")
        passed = tuple(part for rule in rules for part in through(rule, way))
        own = [port for port in ports if zone.inbound[port] == way]
        found.add(AccessList(name, zone.name, family, (first, *passed), "local"), own)


def _shut(zone: str, family: Family, ports: list[str], found: _Found) -> None:
    hooks: tuple[Hook, ...] = ("local", "through")
    for hook in hooks:
        found.add(AccessList(list_name(zone, family, hook), zone, family, nothing(family), hook), ports)


def _roles(made: Links, known: tuple[Zone, ...]) -> Mapping[str, str]:
    """Return whose packets enter an interface: its zone's, else its VLAN's."""
    names = {numbers[0]: name for name, numbers in made.vlans.items() if numbers}
    by_vlan = {one.name: names.get(one.vlan, "") for one in made.interfaces}
    return by_vlan | {port: zone.name for zone in known for port in zone.inbound}


def _filtered(
    made: Links, filters: Filters, found: _Found, roles: Mapping[str, str]
) -> tuple[list[AccessList], list[str]]:
    """Add the filters of interfaces; return those of the loopback, which guard the device, and those not defined."""
    guards: list[AccessList] = []
    missing: list[str] = []
    done: set[tuple[Family, str]] = set()
    up: set[str] = {interface.name for interface in made.interfaces}
    for use in made.filters:
        groups = dict(filters.groups)
        rules = filters.rules(use.name, use.family)
        if rules is None:
            missing.append(use.name)
        elif use.interface in up:
            found.applied.append(Applied(use.interface, "out" if use.output else "in", use.family, use.name))
            if (use.family, use.name) not in done:
                found.lists.append(AccessList(use.name, roles.get(use.interface, ""), use.family, rules))
            done.add((use.family, use.name))
        else:
            filters.groups = groups
            guards.append(AccessList(use.name, "", use.family, rules))
    return guards, missing
