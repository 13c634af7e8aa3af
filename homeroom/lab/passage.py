"""What the NOC's packets find on a device's running configuration: its addresses, and which ways to manage are open.

By the platform's independent parser. Only where a configuration closes a way for certain is it closed: a way that
never was configured as far as this looks (layer 2 beyond the device's own trunks, IPv6) stays open.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from homeroom.intent.model import Intent
from homeroom.platforms.access import Access, Hook, Interface
from homeroom.policy.model import AccessList, Family
from homeroom.policy.proof import Prover
from homeroom.policy.regions import ANY_16, ESTABLISHED, NEW, Region, Spans, any_of, intersect, of_rule, union
from homeroom.prefix import ANY, Prefix

DOORS: Final[Mapping[str, tuple[int, int]]] = {
    "ssh": (6, 22),
    "netconf": (6, 830),
    "https": (6, 443),
    "api": (6, 8728),
    "api-ssl": (6, 8729),
    "snmp": (17, 161),
}
"""The lab's ports -> protocol and port as they are on a real device."""
_TARGETS: Final = 1
"""The dimension of a region that holds the destination; the source is before it."""


@dataclass(frozen=True, slots=True)
class Passage:
    """What was read. `own`: addresses of its interfaces, `peers`: the other ends of their /31s.

    `out`: it has a way out of the site (a device that is no router: by the router). `opened`: device -> the lab's
    ports by which the NOC reaches it, as far as it lies with this device; of a router, also for those behind it.
    """

    own: frozenset[str]
    peers: frozenset[str]
    out: bool
    opened: Mapping[str, frozenset[str]]


@dataclass(frozen=True, slots=True)
class Scene:
    """What is known beside the configuration. `behind`: devices of the site -> IPv4 address, for its router.

    `noc`: IPv4 networks that management comes from. `tracked`: a reply passes where its question passed.
    """

    intent: Intent
    behind: Mapping[str, str]
    noc: tuple[Prefix, ...]
    tracked: bool


def read(access: Access, scene: Scene) -> Passage:
    """Read one device's configuration."""
    return _Reader(access, scene).passage()


class _Reader:
    def __init__(self, access: Access, scene: Scene) -> None:
        self._access, self._scene, self._intent = access, scene, scene.intent
        self._standing = access.standing()
        self._noc = union((net.first, net.last) for net in scene.noc)
        up = {u.v4 for u in scene.intent.uplinks}
        self._uplinks = [one for one in access.interfaces if up & {text for text, _ in _own(one)}]

    def passage(self) -> Passage:
        own = {text for one in self._access.interfaces for text, _ in _own(one)}
        routes = bool(self._intent.uplinks)
        opened = {self._intent.device.name: frozenset(self._itself())}
        if routes:
            opened |= self._through()
        return Passage(frozenset(own), frozenset(self._peers()), not routes or bool(self._uplinks), opened)

    def _peers(self) -> Iterator[str]:
        for one in self._access.interfaces:
            for text, net in _own(one):
                if net.family == 4 and net.length == 31:
                    yield next(str(end) for end in ipaddress.IPv4Network(net.cidr) if str(end) != text)

    # --- to the device itself

    def _itself(self) -> Iterator[str]:
        """Yield the ports by which the device itself is reached."""
        management = self._intent.management.v4
        home = [one for one in self._access.interfaces if management in {text for text, _ in _own(one)}]
        entries = self._uplinks if self._intent.uplinks else home
        if not home or not self._carried() or not self._answered():
            return
        value = int(ipaddress.ip_address(management))
        for name in DOORS:
            question = self._question(name, ((value, value),))
            if self._guarded(question) and any(self._passes(one, ("in", "local"), [question]) for one in entries):
                yield name

    def _carried(self) -> bool:
        """Tell whether one of its trunks carries the management VLAN; routers and what shows no ports: yes."""
        vlan, trunks = self._intent.management.vlan, set(self._intent.trunks)
        if self._intent.uplinks or not trunks or not self._access.bridged:
            return True
        ports = [port for port in self._access.bridged if port.name.removesuffix(".0") in trunks]
        return any(vlan == port.untagged or vlan in port.tagged for port in ports)

    def _answered(self) -> bool:
        """Tell whether a router has a route back to the NOC; others answer by their gateway."""
        routes = [route.target for route in self._access.routes]
        return not self._intent.uplinks or any(target.overlaps(net) for target in routes for net in self._scene.noc)

    def _guarded(self, question: Region) -> bool:
        """Tell whether the lists that say who may manage the device let a question in.

        Those of zones (they have a role) stand beside each other: one is enough.
        """
        felt = [one for one in self._access.guards if one.family == 4 and _felt(one, question)]
        zones = [_lets(one, question) for one in felt if one.role]
        return all(_lets(one, question) for one in felt if not one.role) and (any(zones) or not zones)

    # --- through a router

    def _through(self) -> Iterator[tuple[str, frozenset[str]]]:
        """Yield the ports by which each device behind the router is reached."""
        found: dict[str, set[str]] = {name: set() for name in self._scene.behind}
        for exit_ in self._access.interfaces:
            values = {name: int(ipaddress.ip_address(text)) for name, text in self._scene.behind.items()}
            here = {n: v for n, v in values.items() if any(net.first <= v <= net.last for _, net in _own(exit_))}
            for door in DOORS if here and self._answered() else ():
                passed = self._forwarded(door, exit_, union((value, value) for value in here.values()))
                for name, value in here.items():
                    if any(low <= value <= high for low, high in passed):
                        found[name].add(door)
        yield from ((name, frozenset(doors)) for name, doors in found.items())

    def _forwarded(self, door: str, exit_: Interface, targets: Spans) -> Spans:
        """Return the targets whose packets come through, and whose replies go back."""
        passed: list[tuple[int, int]] = []
        for entry in self._uplinks:
            parts = self._passes(entry, ("in", "through"), [self._question(door, targets)])
            parts = self._passes(exit_, ("out",), parts)
            there = union(span for part in parts for span in part[_TARGETS])
            if there and not self._scene.tracked:
                back = self._passes(exit_, ("in", "through"), [self._reply(door, there)])
                there = union(span for part in self._passes(entry, ("out",), back) for span in part[0])
            passed += there
        return union(passed)

    def _question(self, door: str, targets: Spans) -> Region:
        protocol, port = DOORS[door]
        return self._noc, targets, ((protocol, protocol),), ANY_16, ((port, port),), ANY_16, NEW

    def _reply(self, door: str, sources: Spans) -> Region:
        protocol, port = DOORS[door]
        return sources, self._noc, ((protocol, protocol),), ((port, port),), ANY_16, ANY_16, ESTABLISHED

    def _passes(self, one: Interface, hooks: Sequence[Hook], parts: Sequence[Region]) -> list[Region]:
        """Return what of some packets the lists at an interface let pass; one that is nowhere defined lets all."""
        family: Family = 4
        for hook in hooks:
            _, found = self._standing.get((one.name, hook, family), ("", None))
            if found is not None:
                parts = [part for _, part in Prover(found.rules).permitted(parts)]
        return list(parts)


def _own(one: Interface) -> list[tuple[str, Prefix]]:
    """Return an interface's addresses as text, with their networks."""
    return [(str(_make(net.family, value)), net) for value, net in one.addresses]


def _make(family: int, value: int) -> ipaddress.IPv4Address | ipaddress.IPv6Address:
    return ipaddress.IPv4Address(value) if family == 4 else ipaddress.IPv6Address(value)


def _felt(guard: AccessList, question: Region) -> bool:
    """Tell whether a guard stands before the port that is asked for: some guard one service only."""
    anybody = (any_of(4), any_of(4), *question[2:])
    rules = (replace(rule, source=ANY[4], target=ANY[4]) for rule in guard.rules)
    return any(intersect(anybody, of_rule(rule)) is not None for rule in rules)


def _lets(guard: AccessList, question: Region) -> bool:
    return any(True for _ in Prover(guard.rules).permitted([question]))
