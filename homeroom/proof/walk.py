"""Every path through a site's devices: what a role sends that arrives where the policy does not let it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final, NamedTuple, TypeAlias

from homeroom.platforms.access import Hook, Interface
from homeroom.policy.load import MANAGEMENT
from homeroom.policy.model import WAN, Family
from homeroom.policy.places import LINK_LOCAL
from homeroom.policy.proof import example
from homeroom.policy.regions import Region, Spans, any_of, meet, minus, of_prefix, union
from homeroom.prefix import Prefix
from homeroom.proof.allowed import Allowed, Item, Terms
from homeroom.proof.forward import LOCAL, THROUGH, Gate, Passed, Router, Way, among, anything_to
from homeroom.proof.ground import FAMILIES, Box, Ground, addresses
from homeroom.proof.model import CENTRAL, DEVICE, ELSEWHERE, INTERNET, Leak
from homeroom.proof.week import states

_Ranked: TypeAlias = tuple[int, Leak]
"""A leak, and how odd its packet is."""
_FAMILIAR: Final[tuple[Spans, ...]] = (((22, 22),), ((443, 443),))
LONGEST: Final = 4
"""Devices on a path, at most."""
_STRANGER: Final[Mapping[Family, Spans]] = {
    4: of_prefix(Prefix.parse("203.0.113.0/24")),
    6: of_prefix(Prefix.parse("3fff::/20")),
}
"""Addresses of examples (RFC 5737, RFC 9637), shown where any would do."""


@dataclass(frozen=True, slots=True)
class _Query:
    """What is asked of one device: who sends, in which family, while which windows are in force."""

    source: str
    family: Family
    holding: frozenset[str]
    allowed: tuple[Region, ...]


class _Path(NamedTuple):
    """The device at hand, and those that passed the packets on to it."""

    box: Box
    before: tuple[str, ...] = ()


class Walk:
    """The paths of one site."""

    def __init__(self, ground: Ground, boxes: Sequence[Box], terms: Mapping[Family, Terms]) -> None:
        self.ground = ground
        self.terms = terms
        self.windows = terms[4].policy.windows
        self.states = states(self.windows)
        self.boxes = boxes
        self.routers = {box.name: Router(box.access, ground, self.windows) for box in boxes}
        self.allowed = {family: Allowed(terms[family], ground.nets[family]) for family in FAMILIES}
        self._areas = {family: self._targets(family) for family in FAMILIES}
        self._items: dict[tuple[str, Family, frozenset[str], bool], tuple[Item, ...]] = {}

    def leaks(self, box: Box) -> tuple[Leak, ...]:
        """Return what gets through by way of `box` first: of each kind the example that a person believes most."""
        found: dict[tuple[str, str, Family, str, str, int], tuple[int, Leak]] = {}
        for query in self._queries(box):
            for odd, leak in self._answer(box, query):
                key = (leak.source, leak.target, query.family, leak.interface, leak.list, leak.entry)
                known = found.get(key, (odd, leak))
                regions = leak.regions if key not in found else (*known[1].regions, *leak.regions)
                least, shown = (odd, leak) if odd < known[0] else known
                found[key] = least, replace(shown, regions=regions)
        return tuple(leak for _, leak in found.values())

    def items(self, source: str, family: Family, holding: frozenset[str], *, tracked: bool) -> tuple[Item, ...]:
        """Return what the policy allows, made once."""
        key = (source, family, holding, tracked)
        if key not in self._items:
            self._items[key] = self.allowed[family].items(source, holding, tracked=tracked)
        return self._items[key]

    def felt(self, box: Box, source: str) -> tuple[frozenset[str], ...]:
        """Return the sets of windows that make a difference for a source: those of its profile and of its lists."""
        role = self.terms[4].policy.roles.get(source)
        profile = self.terms[4].policy.profiles[role.profile].window if role and role.profile else ""
        router = self.routers[box.name]
        matter = {profile, *router.filters.meaning.values()} - {""}
        if box.timeless:  # what a window opens is open always; a finding says so
            return (frozenset(matter),)
        return tuple(dict.fromkeys(frozenset(holding & matter) for holding in self.states))

    def _queries(self, box: Box) -> Iterator[_Query]:
        for source in (*self.ground.roles, WAN):
            if any(self.routers[box.name].entries(source)):
                for family in FAMILIES:
                    for holding in self.felt(box, source):
                        items = self.items(source, family, holding, tracked=box.tracked)
                        yield _Query(source, family, holding, tuple(item.region for item in items))

    def _answer(self, box: Box, query: _Query) -> Iterator[_Ranked]:
        router, family = self.routers[box.name], query.family
        routes = router.access.routes_between
        own = addresses(router.interfaces, family)
        near = union((*own, *of_prefix(LINK_LOCAL))) if routes and family == 6 else own
        far = minus(any_of(family), near) if routes else ()
        if not routes and query.source in (MANAGEMENT, WAN):
            return  # who manages it from its own network is a matter of its guards
        path = _Path(box)
        for entry in router.entries(query.source):
            for hooks, targets in self._asked(router, entry, family, near, far):
                gate = Gate(entry.name, hooks, family, query.holding)
                for one in router.filters.beyond(gate, [anything_to(targets, family)], query.allowed):
                    here, there = among(one.region, near), among(one.region, far)
                    if here:
                        yield self._leak(path, query, DEVICE, Passed(here, one.step))
                    if there:
                        yield from self._sorted(path, query, Passed(there, one.step))

    def _asked(
        self, router: Router, entry: Interface, family: Family, near: Spans, far: Spans
    ) -> Iterator[tuple[tuple[Hook, ...], Spans]]:
        """Yield which lists see packets for which addresses: one question where the same ones see all."""
        filters = router.filters
        if filters.used(entry.name, LOCAL, family) == filters.used(entry.name, THROUGH, family):
            yield THROUGH, union((*near, *far))
        else:
            yield LOCAL, near
            yield THROUGH, far

    def _sorted(self, path: _Path, query: _Query, one: Passed) -> Iterator[_Ranked]:
        """Sort what passed a device's first lists by where it goes, and follow it."""
        for target, spans in self._areas[query.family].items():
            part = among(one.region, spans)
            if part and target != query.source:
                yield from self._onward(path, query, target, Passed(part, one.step))

    def _onward(self, path: _Path, query: _Query, target: str, one: Passed) -> Iterator[_Ranked]:
        """Follow packets out of a device: to where they are at home, or to the next device."""
        router = self.routers[path.box.name]
        for way in router.ways(one.region[1], query.family):
            part = among(one.region, way.targets)
            left = [part] if part else []
            for name in router.filters.used(way.interface.name, ("out",), query.family):
                sieve = router.filters.sieve(query.family, name, query.holding)
                left = [kept for _, kept in sieve.prover.permitted(left)] if sieve else left
            for region in left:
                yield from self._arrive(path, query, target, Passed(region, one.step), way)

    def _arrive(self, path: _Path, query: _Query, target: str, one: Passed, way: Way) -> Iterator[_Ranked]:
        behind = self.routers[path.box.name].belongs[way.interface.name]
        role = target in self.ground.roles
        home = target in behind if role else way.at_home or behind == (WAN,)
        following = [] if home else list(self._following(path, behind))
        if home or not (following or role):
            yield self._leak(path, query, target, one)
        for other, entry in following:
            filters = self.routers[other.name].filters
            gate = Gate(entry.name, THROUGH, query.family, query.holding)
            for passed in filters.beyond(gate, [one.region], query.allowed):
                yield from self._sorted(_Path(other, (*path.before, path.box.name)), query, passed)

    def _following(self, path: _Path, roles: Sequence[str]) -> Iterator[tuple[Box, Interface]]:
        """Yield the other devices that route, with the interfaces they have in the networks of `roles`."""
        if len(path.before) < LONGEST:
            for other in self.boxes:
                if other.access.routes_between and other.name not in (path.box.name, *path.before):
                    for role in roles:
                        if role != WAN:
                            yield from ((other, entry) for entry in self.routers[other.name].entries(role))

    def _leak(self, path: _Path, query: _Query, target: str, one: Passed) -> _Ranked:
        odd, shown = self._plain(one.region, query)
        return odd, Leak(
            site=self.ground.site,
            source=query.source,
            target=target,
            packet=example(shown, query.family),
            device=path.box.name,
            interface=one.step.interface,
            rule=one.step.rule,
            family=query.family,
            list=one.step.list,
            entry=one.step.entry,
            during=tuple(sorted(query.holding)),
            via=path.before,
            regions=(one.region,),
        )

    def _plain(self, region: Region, query: _Query) -> tuple[int, Region]:
        """Choose of a region packets that a person believes, and say how odd they are: 0 is from their true sender."""
        own = self.ground.nets[query.family].get(query.source)
        sender = meet(region[0], of_prefix(own) if own else _STRANGER[query.family])
        target = meet(region[1], _STRANGER[query.family]) or (max(region[1], key=_width),)
        port = next((wanted for wanted in _FAMILIAR if meet(region[4], wanted)), region[4])
        shown = (sender or region[0], target, *region[2:4], port, *region[5:])
        return (0 if sender else 2) + (target[0][0] == target[0][1]), shown

    def _targets(self, family: Family) -> dict[str, Spans]:
        """Cut the addresses into what the matrix tells apart."""
        terms = self.terms[family]
        found = {role: union(self._behind(role, family)) for role in self.ground.roles}
        site = union(span for spans in found.values() for span in spans)
        found[CENTRAL] = minus(terms.services, site)
        found[ELSEWHERE] = minus(minus(terms.internal, site), terms.services)
        found[INTERNET] = minus(minus(terms.outside, site), terms.services)
        return found

    def _behind(self, role: str, family: Family) -> Iterator[tuple[int, int]]:
        """Yield a role's network, and what else a device has in its VLAN: a host may take an address of it."""
        yield from of_prefix(self.ground.nets[family][role])
        for router in self.routers.values():
            for one in router.interfaces:
                if self.ground.vlans.get(one.vlan) == role:
                    yield from ((net.first, net.last) for _, net in one.addresses if net.family == family)


def _width(span: tuple[int, int]) -> int:
    return span[1] - span[0]
