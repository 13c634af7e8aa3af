"""Security policies of an SRX as ordered lists: one a zone and family for what it forwards, one for itself.

Junos asks first the policies between the two zones, then the global ones, then the default. What zone a packet leaves
by, its destination says (`Reach`), so the three become one list. What belongs to an open session passes first.

Source: "Security Policies User Guide for Security Devices": policy order, global policies, self-traffic policies.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from homeroom.platforms.junos.applications import Applications, Match
from homeroom.platforms.junos.book import Books, covering
from homeroom.platforms.junos.routes import Reach
from homeroom.platforms.junos.stems import Stem, only, wrong
from homeroom.policy.model import Action, Family, Group, Place, Rule, Window
from homeroom.policy.regions import Spans, meet, of_prefix
from homeroom.prefix import ANY

HOST: Final = "junos-host"
_POLICY: Final = frozenset({"description", "match", "then", "scheduler-name"})
_MATCH: Final = frozenset({"source-address", "destination-address", "application", "from-zone", "to-zone"})
_ACTIONS: Final[dict[str, Action]] = {"permit": "permit", "deny": "deny", "reject": "reject"}
_THEN: Final = frozenset({*_ACTIONS, "log", "count"})
_PERMIT: Final = frozenset({"tcp-options"})
_TOP: Final = frozenset({"from-zone", "global", "default-policy", "policy-rematch", "policy-stats", "traceoptions"})
_Named = tuple[str, Stem]


class Policies:
    """All policies of a device, asked zone by zone."""

    def __init__(self, root: Stem, books: Books, windows: Mapping[str, Window], reach: Reach) -> None:
        self._stem = root.at("security", "policies")
        self._books, self._applications = books, Applications(root)
        self._windows, self._reach = windows, reach
        only(self._stem, _TOP, "security policies")
        default = self._stem.at("default-policy")
        only(default, frozenset({"permit-all", "deny-all"}), "security policies default-policy")
        self._zones = frozenset(root.at("security", "zones", "security-zone"))
        for zone, targets in self._stem.at("from-zone").items():
            self._known(zone, targets, f"from-zone {zone}")
            for to, context in targets.at("to-zone").items():
                self._known(to, context, f"from-zone {zone} to-zone {to}")
        self._rest: Action = "permit" if "permit-all" in default else "deny"
        self._global = dict(_by_zone(self._stem.at("global", "policy")))
        self._read: dict[tuple[str, str, str], tuple[Rule, ...]] = {}

    def _known(self, zone: str, stem: Stem, said: str) -> None:
        """Refuse a zone that is none: `any` and others mean what is not read here."""
        if zone not in self._zones and zone != HOST:
            raise wrong(stem, said, f"no zone is called {zone}")

    def through(self, zone: str, family: Family) -> tuple[Rule, ...]:
        """Return what decides about packets that a zone sends through the device."""
        rules = [sessions(family)]
        for to, context in self._stem.at("from-zone", zone, "to-zone").items():
            if to != HOST:
                for named in _policies(context, zone, to):
                    rules += self._towards(named, zone, to, family)
        for name, policy in self._global.get(zone, self._global.get("any", [])):
            targets = policy.at("match", "to-zone")
            for to in ("any",) if not targets or "any" in targets else targets:
                if to not in self._zones and to != "any":
                    raise wrong(targets[to], f"policy {name} match to-zone {to}", f"no zone is called {to}")
                rules += self._towards((name, policy), "", to, family)
        return (*rules, Rule(self._rest, "ip", ANY[family], ANY[family]))

    def local(self, zone: str, family: Family) -> tuple[Rule, ...]:
        """Return what decides about packets from a zone for the device itself; what no policy matches passes."""
        context = self._stem.at("from-zone", zone, "to-zone", HOST)
        named = _policies(context, zone, HOST)
        rules = (rule for one in named for rule in self._rules(one, zone, HOST) if rule.source.family == family)
        return (sessions(family), *rules, Rule("permit", "ip", ANY[family], ANY[family]))

    def _towards(self, named: _Named, zone: str, to: str, family: Family) -> Iterator[Rule]:
        """Yield the rules of a policy, limited to what leaves by a zone."""
        rules = [rule for rule in self._rules(named, zone, to) if rule.source.family == family]
        if to == "any":
            yield from rules
            return
        reach = self._reach.of(to, family) if rules else ()
        if reach is None:
            raise wrong(named[1], f"policy {named[0]} to-zone {to}", f"where {to} leads, no static route says")
        for rule in rules:
            target = _limited(rule.target, reach, to, family)
            if target is not None:
                yield _with_target(rule, target)

    def _rules(self, named: _Named, zone: str, to: str) -> tuple[Rule, ...]:
        """Return the rules of a policy, of both families: one for each pair of places and each match."""
        name, policy = named
        key = (zone, to, name)
        if key not in self._read:
            self._read[key] = tuple(self._policy(name, policy, zone, to))
        return self._read[key]

    def _policy(self, name: str, policy: Stem, zone: str, to: str) -> Iterator[Rule]:
        only(policy, _POLICY, f"policy {name}")
        match, then = policy.at("match"), policy.at("then")
        only(match, _MATCH, f"policy {name} match")
        action, log = _action(then or policy, name), "log" in then
        note, window = policy.at("description").word(), policy.at("scheduler-name").word()
        if window and window not in self._windows:
            raise wrong(policy["scheduler-name"], f"policy {name} scheduler-name {window}", "no such scheduler")
        sources = self._places(match or policy, "source-address", zone, name)
        targets = self._places(match, "destination-address", to, name)
        for one in self._matches(match, name):
            ends = ((a, b) for a in sources for b in targets if a.family == b.family and one.family in {0, a.family})
            for source, target in ends:
                yield Rule(action, one.protocol, source, target, one.sports, one.dports, one.icmp,
                           log=log, note=note, window=window)  # fmt: skip

    def _places(self, match: Stem, word: str, zone: str, name: str) -> list[Place]:
        if word not in match:
            raise wrong(match, f"policy {name} match", f"{word} is missing")
        return [place for said, stem in match[word].items() for place in self._books.places(said, zone, stem)]

    def _matches(self, match: Stem, name: str) -> Iterator[Match]:
        if "application" not in match:
            raise wrong(match, f"policy {name} match", "application is missing")
        for word, stem in match["application"].items():
            yield from self._applications.matches(word, stem)


def _by_zone(policies: Stem) -> Iterator[tuple[str, list[_Named]]]:
    """Yield the global policies of each zone that any of them names, in order; `any`: of every other zone."""
    named = {zone for policy in policies.values() for zone in policy.at("match", "from-zone")} | {"any"}
    for zone in named:
        yield zone, [(name, one) for name, one in policies.items() if _is_from(one.at("match", "from-zone"), zone)]


def _is_from(zones: Stem, zone: str) -> bool:
    return not zones or zone in zones or "any" in zones


def _policies(context: Stem, zone: str, to: str) -> list[_Named]:
    only(context, frozenset({"policy"}), f"from-zone {zone} to-zone {to}")
    return list(context.at("policy").items())


def _action(then: Stem, name: str) -> Action:
    only(then, _THEN, f"policy {name} then")
    found = [word for word in then if word in _ACTIONS]
    if len(found) != 1:
        raise wrong(then, f"policy {name} then", "it needs one of permit, deny and reject")
    only(then[found[0]], _PERMIT, f"policy {name} then {found[0]}")
    return _ACTIONS[found[0]]


def sessions(family: Family) -> Rule:
    """Return what flow itself does: packets of an open session pass without asking a policy."""
    return Rule("permit", "ip", ANY[family], ANY[family], established=True)


def nothing(family: Family) -> tuple[Rule, ...]:
    """Return the list of an interface in no zone, or of a family that is dropped."""
    return (Rule("deny", "ip", ANY[family], ANY[family]),)


def _limited(place: Place, reach: Spans, to: str, family: Family) -> Place | None:
    """Return the part of a place that lies where a zone leads; None when there is none."""
    spans = of_prefix(place)
    both = meet(spans, reach)
    if both == spans:
        return place
    prefixes = tuple(prefix for low, high in both for prefix in covering(low, high, family))
    if len(prefixes) == 1:
        return prefixes[0]
    return Group(f"{to}/{place.name if isinstance(place, Group) else place.cidr}", family, prefixes) if both else None


def _with_target(rule: Rule, target: Place) -> Rule:
    return Rule(rule.action, rule.protocol, rule.source, target, rule.sports, rule.dports, rule.icmp,
                log=rule.log, note=rule.note, window=rule.window)  # fmt: skip
