"""Firewall filters of a Junos configuration as lists without state.

Source: "Routing Policies, Firewall Filters, and Traffic Policers User Guide": match conditions, terms, actions.
"""

from __future__ import annotations

from collections.abc import Iterator
from fnmatch import fnmatchcase
from itertools import product
from typing import Final

from homeroom.platforms.junos.applications import icmp_word, of_protocol, spans
from homeroom.platforms.junos.book import covering, prefix
from homeroom.platforms.junos.stems import Stem, only, wrong
from homeroom.policy.model import ANY_PORT, Action, Family, Group, Place, Rule
from homeroom.policy.regions import Spans, minus, union
from homeroom.prefix import ANY, Prefix

_FROM: Final = frozenset(
    ("source-address", "destination-address", "source-prefix-list", "destination-prefix-list", "protocol",
     "next-header", "payload-protocol", "source-port", "destination-port", "icmp-type", "icmp-code", "tcp-established")
)  # fmt: skip
_ACTIONS: Final[dict[str, Action]] = {"accept": "permit", "discard": "deny", "reject": "reject"}
_BESIDE: Final = frozenset({"count", "log", "syslog", "sample", "policer", "forwarding-class", "loss-priority", "dscp"})
_LISTS: Final = {"source": "source-prefix-list", "destination": "destination-prefix-list"}


class Filters:
    """The filters by family and name."""

    def __init__(self, root: Stem) -> None:
        firewall = root.at("firewall")
        self._filters: dict[Family, dict[str, Stem]] = {
            4: {**firewall.at("family", "inet", "filter"), **firewall.at("filter")},
            6: dict(firewall.at("family", "inet6", "filter")),
        }
        self._lists = root.at("policy-options", "prefix-list")
        self._root = root
        self.groups: dict[Group, None] = {}

    def rules(self, name: str, family: Family) -> tuple[Rule, ...] | None:
        """Return a filter's rules, what no term matches denied; None when there is no such filter."""
        stem = self._filters[family].get(name)
        if stem is None:
            return None
        only(stem, frozenset({"term", "interface-specific"}), f"filter {name}")
        found = [rule for label, term in stem.at("term").items() for rule in self._term(term, family, name, label)]
        return (*found, Rule("deny", "ip", ANY[family], ANY[family]))

    def _term(self, term: Stem, family: Family, name: str, label: str) -> Iterator[Rule]:
        said = f"filter {name} term {label}"
        only(term, frozenset({"from", "then"}), said)
        match, then = term.at("from"), term.at("then")
        only(match, _FROM, f"{said} from")
        only(then, frozenset({*_ACTIONS, *_BESIDE}), f"{said} then")
        found = [word for word in then if word in _ACTIONS]
        if len(found) > 1:
            raise wrong(then, f"{said} then {' '.join(found)}")
        action = _ACTIONS[found[0]] if found else "permit"
        sources = self._ends(match, "source", family, said)
        targets = self._ends(match, "destination", family, said)
        sports, dports = (spans(tuple(match.at(end)), match) for end in ("source-port", "destination-port"))
        established = "tcp-established" in match
        for protocol, icmp in _protocols(match, family, said):
            if (sports or dports) and protocol not in {"ip", "tcp", "udp"}:
                raise wrong(match, f"{said} from", "ports of a protocol that has none")
            if (sports or dports or established) and protocol == "ip":
                raise wrong(match, f"{said} from", "ports or flags of no protocol")
            if established and protocol != "tcp":
                raise wrong(match, f"{said} from tcp-established", f"of {protocol}")
            for source, target in product(sources, targets):
                yield Rule(action, protocol, source, target, sports or ANY_PORT, dports or ANY_PORT, icmp,
                           established=established, log=bool(then.keys() & {"log", "syslog"}))  # fmt: skip

    def _ends(self, match: Stem, end: str, family: Family, said: str) -> list[Place]:
        """Return where a term's packets come from or go to; what `except` takes out is taken out."""
        own, listed = match.at(f"{end}-address"), match.at(_LISTS[end])
        if not own and not listed:
            return [ANY[family]]
        if own and listed:
            raise wrong(listed, f"{said} from {_LISTS[end]}", f"beside {end}-address")
        if own:
            entries = [(_prefix(text, at), "except" in at) for text, at in own.items()]
            for (one, _), at in zip(entries, own.values(), strict=True):
                if one.family != family:
                    raise wrong(at, f"{said} from {end}-address {one}", f"in a filter of IPv{family}")
            return _longest(entries, f"{said} {end}", match)
        if any("except" in at for at in listed.values()):
            entries = [(one, "except" in at) for name, at in listed.items() for one in self._members(name, at)]
            return _longest([one for one in entries if one[0].family == family], f"{said} {end}", match)
        return list(self._named(listed, family))

    def _named(self, listed: Stem, family: Family) -> Iterator[Group]:
        for name, at in listed.items():
            members = tuple(one for one in self._members(name, at) if one.family == family)
            if not members:
                raise wrong(at, f"prefix-list {name}", f"it holds nothing of IPv{family}")
            group = Group(name, family, members)
            self.groups[group] = None
            yield group

    def _members(self, name: str, stem: Stem) -> list[Prefix]:
        if name not in self._lists:
            raise wrong(stem, f"prefix-list {name}", "it is defined nowhere")
        found: list[Prefix] = []
        for text, at in self._lists[name].items():
            if text == "apply-path":
                path = at.word().split()
                if not path:
                    raise wrong(at, f"prefix-list {name} apply-path", "it leads nowhere")
                found += [_prefix(one, at) for one in _applied(self._root, path)]
            else:
                found.append(_prefix(text, at))
        return sorted(set(found), key=lambda one: (one.family, one.first, one.length))


def _prefix(text: str, stem: Stem) -> Prefix:
    try:
        return prefix(text)
    except ValueError as error:
        raise wrong(stem, text) from error


def _applied(stem: Stem, path: list[str]) -> Iterator[str]:
    """Yield the words that a path with `<*>` in it leads to."""
    head, *rest = path
    for word, under in stem.items():
        if word == head or (head[:1] == "<" and fnmatchcase(word, head[1:-1])):
            if rest:
                yield from _applied(under, rest)
            else:
                yield word


def _longest(entries: list[tuple[Prefix, bool]], name: str, match: Stem) -> list[Place]:
    """Return what a list matches: of the prefixes that hold an address the longest decides, `except` against."""
    if not any(out for _, out in entries):
        return [one for one, _ in entries]
    if all(out for _, out in entries):
        raise wrong(match, f"{name} except", "it says what does not match, and nothing that does")
    taken: Spans = ()
    kept: Spans = ()
    for one, out in sorted(entries, key=lambda entry: -entry[0].length):
        rest = minus(((one.first, one.last),), taken)
        taken = union((*taken, *rest))
        kept = kept if out else union((*kept, *rest))
    family: Family = 4 if entries[0][0].family == 4 else 6
    return [Group(name, family, tuple(one for low, high in kept for one in covering(low, high, family)))]


def _protocols(match: Stem, family: Family, said: str) -> Iterator[tuple[str, str]]:
    """Yield each protocol with each ICMP type of it."""
    words = {**match.at("protocol"), **match.at("next-header"), **match.at("payload-protocol")}
    kinds, codes = match.at("icmp-type"), match.at("icmp-code")
    for word, stem in (words or {"": match}).items():
        protocol, _ = of_protocol(word, stem) if word else ("ip", 0)
        if kinds and protocol != "icmp":
            raise wrong(match, f"{said} from icmp-type", f"of {protocol}")
        if codes and not kinds:
            raise wrong(codes, f"{said} from icmp-code", "of no type")
        for kind in kinds or ("",):
            yield protocol, icmp_word(kind, codes.word(), family, match, said) if kind else ""
