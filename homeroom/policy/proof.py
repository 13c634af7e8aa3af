"""The proof: which packets a list permits, over all packets at once, with the rule that decided.

A list decides by its first matching rule and denies what no rule matches, as routers do.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from homeroom.policy.model import Rule, Service
from homeroom.policy.regions import (
    ANY_16,
    ANY_PROTOCOL,
    NEW,
    PROTOCOLS,
    Region,
    Spans,
    any_of,
    intersect,
    of_ports,
    of_prefix,
    of_protocol,
    of_rule,
    subtract,
    without,
)
from homeroom.prefix import Prefix

EPHEMERAL: Final = 49152
"""The port an example packet comes from, where any will do."""
_NAMES: Final = {number: name for names in PROTOCOLS.values() for name, number in names.items()}


@dataclass(frozen=True, slots=True)
class Leak:
    """New connections that the list permits: the rule that does it, one packet as text, and all of them."""

    rule_index: int
    packet: str
    protocol: str
    note: str
    region: Region


class Prover:
    """One list, its rules turned into regions once."""

    def __init__(self, rules: Sequence[Rule]) -> None:
        self.rules = tuple(rules)
        self._regions = [of_rule(rule) for rule in self.rules]

    def __eq__(self, other: object) -> bool:
        """Tell whether it is a list of the same rules."""
        return isinstance(other, Prover) and other.rules == self.rules

    def __hash__(self) -> int:
        """Hash the rules."""
        return hash(self.rules)

    def decide(self, question: Sequence[Region]) -> Iterator[tuple[int, Region]]:
        """Yield the parts of the question's packets, each with the index of the deciding rule; -1: no rule decides.

        A rule that holds in a window only decides its packets in it; outside, rules after it do: both are yielded.
        """
        rest = list(question)
        for index, (rule, region) in enumerate(zip(self.rules, self._regions, strict=True)):
            left: list[Region] = []
            for part in rest:
                both = intersect(part, region)
                if both is None:
                    left.append(part)
                    continue
                yield index, both
                left += [part] if rule.window else subtract(part, region)
            rest = left
            if not rest:
                return
        yield from ((-1, part) for part in rest)

    def permitted(self, question: Sequence[Region]) -> Iterator[tuple[int, Region]]:
        """Yield the parts of the question's packets that are permitted, each with the index of the deciding rule."""
        for index, region in self.decide(question):
            if index >= 0 and self.rules[index].action == "permit":
                yield index, region

    def denied(self, question: Sequence[Region]) -> Iterator[tuple[int, Region]]:
        """Yield the parts that are not permitted; -1: because no rule matches."""
        for index, region in self.decide(question):
            if index < 0 or self.rules[index].action != "permit":
                yield index, region

    def beyond(self, question: Sequence[Region], allowed: Sequence[Region]) -> Iterator[tuple[int, Region]]:
        """Yield what of the question's packets is permitted though not `allowed`, with the index of the deciding rule.

        The same as `permitted` on the question without what is allowed, for lists of rules that hold always; but it
        begins with each permit, of which little is left once what is allowed of the same kind is taken off.
        """
        kinds: dict[tuple[Spans, ...], list[Region]] = {}
        for region in allowed:
            for span in region[4]:  # a rule has one span of ports, as routers print them
                kinds.setdefault((*region[2:4], (span,), *region[5:]), []).append(region)
        for index, rule in enumerate(self.rules):
            if rule.action == "permit":
                region = self._regions[index]
                parts = [both for part in question if (both := intersect(part, region))]
                rest = without(parts, kinds.get((*region[2:6], NEW), ()))
                rest = without(rest, self._regions[:index])
                yield from ((index, part) for part in without(rest, allowed))

    def leaks(self, source: Prefix, target: Prefix, allowed: Iterable[Service] = ()) -> tuple[Leak, ...]:
        """Return every region of new connections from `source` to `target` that is permitted and not `allowed`."""
        question = [connections(source, target)]
        for service in allowed:
            expected = connections(source, target, service)
            question = [part for region in question for part in subtract(region, expected)]
        return tuple(
            Leak(index, example(region, source.family), _protocol(region), self.rules[index].note, region)
            for index, region in self.permitted(question)
        )

    def dead(self) -> tuple[int, ...]:
        """Return the indices of rules that decide nothing, because rules before them decide it all."""
        if not self.rules:
            return ()
        anywhere = any_of(self.rules[0].source.family)
        rest: list[Region] = [(anywhere, anywhere, ANY_PROTOCOL, ANY_16, ANY_16, ANY_16, ((0, 1),))]
        found: list[int] = []
        for index, region in enumerate(self._regions):
            if not any(intersect(part, region) for part in rest):
                found.append(index)
            if not self.rules[index].window:
                rest = [piece for part in rest for piece in subtract(part, region)]
        return tuple(found)


def leaks(rules: Sequence[Rule], source: Prefix, target: Prefix, allowed: Iterable[Service] = ()) -> tuple[Leak, ...]:
    """Return every region of new connections from `source` to `target` that the list permits and not `allowed`."""
    return Prover(rules).leaks(source, target, allowed)


def connections(source: Prefix, target: Prefix, service: Service | None = None) -> Region:
    """Return all new connections from `source` to `target`, or those to one service."""
    protocol = of_protocol(service.protocol if service else "ip", source.family)
    ports = of_ports(service.ports if service else ())
    return of_prefix(source), of_prefix(target), protocol, ANY_16, ports, ANY_16, NEW


def example(region: Region, family: int) -> str:
    """Return one packet of a region as text: `udp 10.1.0.5:67 -> 10.1.4.9:67`."""
    source, target, protocols, sports, dports, icmp, _ = region
    ends = [_address(spans, family) for spans in (source, target)]
    name = _protocol(region)
    if name in ("tcp", "udp"):
        shown = [f"[{end}]" if family == 6 else end for end in ends]
        return f"{name} {shown[0]}:{_port(sports, EPHEMERAL)} -> {shown[1]}:{_port(dports, dports[0][0])}"
    if name == "icmp":
        return f"icmp type {icmp[0][0] >> 8} {ends[0]} -> {ends[1]}"
    return f"protocol {protocols[0][0]} {ends[0]} -> {ends[1]}"


def _protocol(region: Region) -> str:
    """Name the protocol a person understands best among those of a region."""
    spans = region[2]
    for number in (6, 17, 1, 58):
        if any(low <= number <= high for low, high in spans):
            return _NAMES[number]
    return str(spans[0][0])


def _port(spans: Spans, wanted: int) -> int:
    return wanted if any(low <= wanted <= high for low, high in spans) else spans[0][0]


def _address(spans: Spans, family: int) -> str:
    """Return an address of the set: the last of its first span but one, where the span is more than a host."""
    low, high = spans[0]
    value = low if low == high else min(low + 9, high - 1) if high - low > 1 else high
    return str(ipaddress.IPv4Address(value) if family == 4 else ipaddress.IPv6Address(value))
