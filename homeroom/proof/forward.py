"""Which packets a device lets through: the lists where they enter, the way they take, the lists where they leave."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, NamedTuple

from homeroom.platforms.access import Access, Hook, Interface
from homeroom.policy.model import WAN, AccessList, Family, Rule, Window
from homeroom.policy.proof import Prover
from homeroom.policy.regions import Region, Spans, any_of, meet, minus, of_prefix, without
from homeroom.proof import words
from homeroom.proof.allowed import everything
from homeroom.proof.ground import FAMILIES, Ground, loops
from homeroom.proof.week import alike, during

LOCAL: Final[tuple[Hook, ...]] = ("in", "local")
THROUGH: Final[tuple[Hook, ...]] = ("in", "through")


class Step(NamedTuple):
    """What let a packet pass: a list's entry, or that there is none (`entry` 0)."""

    interface: str
    list: str
    entry: int
    rule: str


class Gate(NamedTuple):
    """Where packets of one family enter, which lists they meet there, and which windows are in force."""

    interface: str
    hooks: Sequence[Hook]
    family: Family
    holding: frozenset[str]


class Passed(NamedTuple):
    """Packets that passed, and by what."""

    region: Region
    step: Step


class Way(NamedTuple):
    """Where packets leave. `at_home`: they are for the network behind the interface, else for a next hop."""

    interface: Interface
    targets: Spans
    at_home: bool
    hop: int


@dataclass(frozen=True, slots=True)
class _Sieve:
    """A list while certain windows are in force."""

    numbers: tuple[int, ...]
    rules: tuple[Rule, ...]
    prover: Prover


class Filters:
    """A device's lists, each prepared once for each set of windows in force."""

    def __init__(self, access: Access, windows: Mapping[str, Window]) -> None:
        self._lists = access.by_name()
        self._uses: dict[tuple[str, Hook, Family], list[str]] = {}
        for use in access.applied:
            self._uses.setdefault((use.interface, use.hook, use.family), []).append(use.name)
        named = {rule.window for one in access.lists for rule in one.rules if rule.window}
        self.meaning = alike(windows, named, access.windows)
        self._sieves: dict[tuple[Family, str, frozenset[str]], _Sieve] = {}

    def used(self, interface: str, hooks: Sequence[Hook], family: Family) -> list[str]:
        """Return the names of the lists that packets meet at an interface, in order."""
        return [name for hook in hooks for name in self._uses.get((interface, hook, family), ())]

    def rules(self, family: Family, name: str) -> AccessList | None:
        """Return a list; None when it is nowhere defined."""
        return self._lists.get((family, name))

    def sieve(self, family: Family, name: str, holding: frozenset[str]) -> _Sieve | None:
        """Return a list as it decides while the windows `holding` are in force; None when it is nowhere defined."""
        found = self._lists.get((family, name))
        if found is None:
            return None
        felt = holding if any(rule.window for rule in found.rules) else frozenset[str]()
        made = self._sieves.get((family, name, felt))
        if made is None:
            held = during(found.rules, self.meaning, felt)
            rules = tuple(rule for _, rule in held)
            made = _Sieve(tuple(number for number, _ in held), rules, Prover(rules))
            self._sieves[family, name, felt] = made
        return made

    def beyond(self, gate: Gate, question: Sequence[Region], allowed: Sequence[Region]) -> Iterator[Passed]:
        """Yield what passes every list at a gate though it is not `allowed`."""
        interface, hooks, family, holding = gate
        names = self.used(interface, hooks, family)
        sieves = [(name, self.sieve(family, name, holding)) for name in names]
        real = [(name, sieve) for name, sieve in sieves if sieve is not None]
        if not real:
            step = Step(interface, names[0] if names else "", 0, _open(interface, hooks, names))
            yield from (Passed(region, step) for region in without(question, allowed))
            return
        (name, first), rest = real[0], [sieve.prover for _, sieve in real[1:]]
        for index, region in _beyond(first.prover, tuple(question), tuple(allowed)):
            step = Step(interface, name, first.numbers[index], words.rule(first.rules[index]))
            parts = [region]
            for prover in rest:
                parts = [part for _, part in prover.permitted(parts)]
            yield from (Passed(part, step) for part in parts)


@lru_cache(1024)
def _beyond(
    prover: Prover, question: tuple[Region, ...], allowed: tuple[Region, ...]
) -> tuple[tuple[int, Region], ...]:
    """Remember what passes a list: a device that is changed keeps most of its lists."""
    return tuple(prover.beyond(question, allowed))


def _open(interface: str, hooks: Sequence[Hook], names: Sequence[str]) -> str:
    if names:
        return f"{names[0]} is applied to {interface} but nowhere defined: everything passes"
    return f"no list ({' or '.join(hooks)}) on {interface}: everything passes"


class Router:
    """A device at layer 3: what enters where, and where it leaves."""

    def __init__(self, access: Access, ground: Ground, windows: Mapping[str, Window]) -> None:
        self.access = access
        self.filters = Filters(access, windows)
        self.interfaces = tuple(one for one in access.interfaces if not loops(one))
        self.belongs = {one.name: ground.belongs(one) for one in self.interfaces}
        self._routes = {family: tuple(self._read(family)) for family in FAMILIES}

    def entries(self, role: str) -> Iterator[Interface]:
        """Yield the interfaces by which a role's packets come in."""
        return (one for one in self.interfaces if role in self.belongs[one.name])

    def ways(self, targets: Spans, family: Family) -> Iterator[Way]:
        """Yield where packets for `targets` leave: the longest prefix decides; equal ones may each be in use.

        What no route is known for may leave by any uplink: routes can be learnt.
        """
        rest = targets
        for length in sorted({one[0] for one in self._routes[family]}, reverse=True):
            taken: list[Spans] = []
            for _, spans, interface, at_home, hop in (one for one in self._routes[family] if one[0] == length):
                here = meet(rest, spans)
                if here:
                    taken.append(spans)
                    yield Way(interface, here, at_home, hop)
            for spans in taken:
                rest = minus(rest, spans)
            if not rest:
                return
        for one in self.interfaces:
            if self.belongs[one.name] == (WAN,):
                yield Way(one, rest, at_home=False, hop=0)

    def _read(self, family: Family) -> Iterator[tuple[int, Spans, Interface, bool, int]]:
        for one in self.interfaces:
            for _, net in one.addresses:
                if net.family == family:
                    yield net.length, of_prefix(net), one, True, 0
        for route in self.access.routes:
            if route.target.family == family:
                hop, found = self._towards(route.via, family)
                for one in found:
                    yield route.target.length, of_prefix(route.target), one, False, hop

    def _towards(self, via: str, family: Family) -> tuple[int, list[Interface]]:
        """Return the next hop of a route, 0 when it has none, and the interfaces that lead there."""
        named = [one for one in self.interfaces if one.name in via.replace("%", " ").split()]
        hop = next(
            (value for word in via.replace("%", " ").split() if (value := _address(word, family)) is not None), 0
        )
        if named:
            return hop, named
        behind = [
            one
            for one in self.interfaces
            if any(net.family == family and net.first <= hop <= net.last for _, net in one.addresses)
        ]
        return hop, behind or [one for one in self.interfaces if self.belongs[one.name] == (WAN,)]


def _address(word: str, family: Family) -> int | None:
    try:
        found = ipaddress.ip_address(word)
    except ValueError:
        return None
    return int(found) if found.version == family else None


def among(region: Region, targets: Spans) -> Region | None:
    """Return the part of a region that goes to `targets`."""
    here = meet(region[1], targets)
    return (region[0], here, *region[2:]) if here else None


def anything_to(targets: Spans, family: Family) -> Region:
    """Return all new connections to `targets`, from whatever address."""
    whole = everything(family)
    return any_of(family), targets, *whole[2:]
