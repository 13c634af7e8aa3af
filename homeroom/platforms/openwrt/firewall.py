"""/etc/config/firewall read back as firewall4 takes it: one list for each zone, family and hook.

A list is what a packet meets in the order of firewall4's chains: connections already open; rules of every zone
(`src '*'`); the zone's own; for what is forwarded, its forwardings; what a redirect sent on; the zone's policy.
What bears on what passes and is not understood is an error with its line: other targets, includes, address
translation of the sender, marks, helpers. Files of /etc/nftables.d are no part of UCI and cannot be seen here.

Source: the behaviour of firewall4 of OpenWrt 23.05, and
https://openwrt.org/docs/guide-user/firewall/firewall_configuration
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from homeroom.platforms.access import Applied
from homeroom.platforms.openwrt.matching import BOTH, Names, rules
from homeroom.platforms.openwrt.network import Net, Network
from homeroom.platforms.openwrt.reach import Reach, within
from homeroom.platforms.openwrt.redirects import sent
from homeroom.platforms.openwrt.sections import Section, sections
from homeroom.platforms.openwrt.sets import ipset
from homeroom.platforms.openwrt.zones import ACTIONS, Side, Zone, defaults, zones
from homeroom.platforms.tree import Node
from homeroom.policy.model import AccessList, Action, Family, Group, Redirect, Rule, Window
from homeroom.policy.regions import Region, of_rule, subtract
from homeroom.prefix import ANY

_SIDES: Final[tuple[Side, ...]] = ("local", "through")
_NAMES: Final[Mapping[Side, str]] = {"local": "LOCAL", "through": "FWD"}
_RULE: Final = frozenset(
    {
        *("enabled", "name", "src", "dest", "family", "proto", "src_ip", "dest_ip", "src_port", "dest_port"),
        *("icmp_type", "ipset", "start_time", "stop_time", "weekdays", "target", "log", "log_limit", "counter"),
        *("limit", "limit_burst", "set_dscp"),
    }
)
_FORWARDING: Final = frozenset({"enabled", "name", "src", "dest", "family"})
_KINDS: Final = frozenset({"defaults", "zone", "ipset", "rule", "forwarding", "redirect", "include"})
_USER_FILE: Final = "/etc/firewall.user"
"""A script of the firewall before this one: firewall4 runs it only when told that it suits."""
_EVERY: Final = "*"
_NO_ZONE: Final = "default"
"""Names the lists of interfaces that are in no zone: the defaults hold for them."""


@dataclass(frozen=True, slots=True)
class Firewall:
    """What the package says, as every platform says it."""

    lists: tuple[AccessList, ...]
    applied: tuple[Applied, ...]
    groups: tuple[Group, ...]
    windows: Mapping[str, Window]
    redirects: tuple[Redirect, ...]


def firewall(root: Node, network: Network) -> Firewall:
    """Read the package; ParseError with the line of what is not understood."""
    found: dict[str, list[Section]] = {}
    for section in sections(root, "firewall"):
        if section.flag("enabled", missing=True):
            if section.kind not in _KINDS:
                raise section.wrong("config", "this kind of section is not understood")
            found.setdefault(section.kind, []).append(section)
    for section in found.get("include", ()):
        _include(section)
    sets = {made.group.name: made for made in map(ipset, found.get("ipset", ()))}
    return _Reader(found, network, Names(sets, {})).read()


def _include(section: Section) -> None:
    """Let through the one include that firewall4 does not take."""
    if section.one("path") != _USER_FILE or section.flag("fw4_compatible", missing=False):
        raise section.wrong("path", "what an included file does is not known")


class _Reader:
    """The sections of the package, taken in firewall4's order."""

    def __init__(self, found: Mapping[str, list[Section]], network: Network, names: Names) -> None:
        self.network, self.names = network, names
        self.live = [net for net in network.nets.values() if net.live]
        self.reach = Reach(self.live)
        self.default = defaults(found.get("defaults", []))
        self.zones = zones(found.get("zone", []), self.default, network)
        self.rules: dict[tuple[str, Side], list[Rule]] = {}
        for section in found.get("rule", ()):
            self._rule(section)
        for section in found.get("forwarding", ()):
            self._forwarding(section)
        self.sent = [
            one for section in found.get("redirect", ()) for one in sent(section, self._nets_of(section), self.live)
        ]

    def _named(self, section: Section, key: str) -> str:
        said = section.one(key)
        if said not in {"", _EVERY} and said not in self.zones:
            raise section.wrong(key, f"no zone is called '{said}'")
        return said

    def _nets_of(self, section: Section) -> tuple[str, tuple[Net, ...]]:
        name = self._named(section, "src")
        if name in {"", _EVERY}:
            raise section.wrong("src", "a redirect needs a zone")
        return name, self.zones[name].nets

    def _rule(self, section: Section) -> None:
        section.only(_RULE)
        source, target, word = self._named(section, "src"), self._named(section, "dest"), section.one("target").lower()
        if word == "dscp" or not word:
            return  # marks or counts, and decides nothing
        if word not in ACTIONS:
            raise section.wrong("target", f"'{word}' is not understood")
        action = ACTIONS[word]
        if section.one("limit") and action != "permit":
            raise section.wrong("limit", "a rule that denies only so many is not understood")
        made = rules(section, action, self.names)
        if not source:
            for _ in made:  # what the router itself sends is nobody's; it must be readable all the same
                pass
            return
        side: Side = "through" if target else "local"
        self.rules.setdefault((source, side), []).extend(self._leaving(section, target, made))

    def _leaving(self, section: Section, target: str, made: Iterator[Rule]) -> Iterator[Rule]:
        """Restrict rules to packets that leave by a zone, where one is named."""
        if target in {"", _EVERY}:
            yield from made
            return
        devices = self.zones[target].devices
        for rule in made:
            family: Family = 4 if rule.source.family == 4 else 6
            if rule.action != "permit" and not self.reach.exact(devices, family):
                raise section.wrong("dest", f"which addresses lie behind '{target}' is not known")
            place = within(rule.target, self.reach.spans(devices, family), family)
            if place is not None:
                yield replace(rule, target=place)

    def _forwarding(self, section: Section) -> None:
        section.only(_FORWARDING)
        source, target = self._named(section, "src"), self._named(section, "dest")
        if not source or not target:
            raise section.wrong("src", "a forwarding needs two zones")
        plain = Section(Node(section.place, section.number))
        plain.options = {key: section.options[key] for key in ("family", "name") if key in section.options}
        plain.options["proto"] = "all", section.number
        made = rules(plain, "permit", self.names)
        self.rules.setdefault((source, "through"), []).extend(self._leaving(section, target, made))

    def read(self) -> Firewall:
        """Put the lists together."""
        lone = tuple(net for net in self.live if not any(net in zone.nets for zone in self.zones.values()))
        everyone = [*self.zones.values(), *([Zone(_NO_ZONE, lone, self.default, log=False)] if lone else [])]
        lists: list[AccessList] = []
        applied: list[Applied] = []
        for zone in everyone:
            for family in BOTH:
                for side in _SIDES:
                    name = f"{zone.name.upper()}-{_NAMES[side]}{'' if family == 4 else '6'}"
                    entries = tuple(self._entries(zone, side, family))
                    lists.append(AccessList(name, zone.name, family, entries, side))
                    applied += [Applied(device, side, family, name) for device in zone.devices]
        groups = tuple(made.group for made in self.names.sets.values())
        return Firewall(tuple(lists), tuple(applied), groups, self.names.windows, tuple(self._redirects()))

    def _entries(self, zone: Zone, side: Side, family: Family) -> Iterator[Rule]:
        everything = ANY[family]
        first = Rule("permit", "ip", everything, everything, established=True, note="connections already open")
        said = [
            r for source in (_EVERY, zone.name) for r in self.rules.get((source, side), ()) if r.source.family == family
        ]
        yield from (first, *said)
        yield from _undecided(self._redirected(zone, side, family), (first, *said))
        last = zone.policies[side]
        if side == "through":
            yield from self._among(zone, last, family)
            last = self.default[side]
        yield Rule(last, "ip", everything, everything, log=zone.log, note=f"policy of {zone.name}")

    def _redirected(self, zone: Zone, side: Side, family: Family) -> Iterator[Rule]:
        """Yield what is accepted because it was redirected."""
        for one in self.sent:
            if (one.zone, one.family, one.side) == (zone.name, family, side):
                yield from one.rules

    def _among(self, zone: Zone, action: Action, family: Family) -> Iterator[Rule]:
        """Yield the zone's policy of forwarding, which is for what leaves by the zone it came from."""
        if (action == "permit") == (self.default["through"] == "permit"):
            return
        place = within(ANY[family], self.reach.spans(zone.devices, family), family)
        if place is not None and (action == "permit" or self.reach.exact(zone.devices, family)):
            yield Rule(action, "ip", ANY[family], place, note=f"policy of {zone.name}: among itself")

    def _redirects(self) -> Iterator[Redirect]:
        """Yield forced DNS where both protocols are."""
        whole: dict[tuple[str, Family, str], set[str]] = {}
        for one in self.sent:
            if one.forced:
                whole.setdefault((one.zone, one.family, one.target), set()).update(one.protocols)
        for (name, family, target), protocols in whole.items():
            if protocols >= {"tcp", "udp"}:
                yield from (Redirect(device, family, target) for device in self.zones[name].devices)


def _undecided(rules: Iterator[Rule], before: Sequence[Rule]) -> Iterator[Rule]:
    """Leave out what nobody wrote and rules that somebody wrote decide already: it would be found to be dead."""
    regions: list[Region] = []
    for rule in rules:
        regions = regions or [of_rule(one) for one in before if not one.window]
        rest = [of_rule(rule)]
        for region in regions:
            rest = [part for one in rest for part in subtract(one, region)]
            if not rest:
                break
        else:
            yield rule
