"""Rules that prove: the running access lists for every packet, the running text against the intended one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from homeroom.audit.config import line, usable
from homeroom.audit.plan import prefixes
from homeroom.audit.rule import Proof, Rule
from homeroom.audit.subject import DeviceSubject, SiteSubject, Stored, Subject
from homeroom.audit.verdict import Evidence, Finding, combine
from homeroom.intent.model import Segment
from homeroom.platforms.access import Access
from homeroom.policy.model import AccessList, Family
from homeroom.policy.proof import Prover
from homeroom.policy.regions import meet, of_prefix
from homeroom.prefix import ANY

FAMILIES: Final[tuple[Family, ...]] = (4, 6)
MOST_LINES: Final = 40
"""Lines of a drift kept as evidence; how many more there were is said."""


def check(rule: Rule, proof: Proof, subject: Subject) -> Finding:
    """Prove the rule's claim on the subject; unknown when the facts it needs are missing or too old."""
    if isinstance(subject, SiteSubject):
        return prefixes(subject)
    stored = usable(rule, subject)
    if isinstance(stored, Finding):
        return stored
    if proof.claim == "as_intended":
        return _as_intended(subject, stored)
    return _unreachable(proof, subject, stored)


def _as_intended(subject: DeviceSubject, stored: Stored) -> Finding:
    """Compare what runs with what should: a platform's own diff, because order and defaults are its business."""
    intended = subject.render()
    equal = subject.parser.lines(intended) == subject.lines  # true of most devices, and cheaper than a difference
    lines = [] if equal else subject.parser.diff(intended, stored.text).splitlines()
    if not lines:
        return Finding("compliant", "running equals intended", (line("(no difference)", stored),))
    more, less = (sum(text.lstrip().startswith(sign) for text in lines) for sign in "+-")
    shown = lines[:MOST_LINES]
    if len(lines) > MOST_LINES:
        shown.append(f"... and {len(lines) - MOST_LINES} more lines; `homeroom diff` shows all")
    evidence = Evidence("\n".join(shown), "running (+) against intended (-)", stored.at, stored.sha)
    return Finding("violation", f"drift: {more} lines not intended, {less} intended lines missing", (evidence,))


@dataclass(frozen=True, slots=True)
class _Gate:
    """Where everything that one role sends in one family enters the router."""

    source: Segment
    family: Family
    interface: str
    stored: Stored

    def line(self, text: str) -> tuple[Evidence, ...]:
        return (line(f"interface {self.interface}: {text}", self.stored),)


def _unreachable(proof: Proof, subject: DeviceSubject, stored: Stored) -> Finding:
    platform = subject.intent.device.platform
    pattern = proof.gateway.get(platform)
    if pattern is None:
        return Finding("unknown", f"the rule names no gateway interface for platform {platform}")
    segments = subject.intent.segments
    sources = [segment for segment in segments if segment.routed and segment.role in proof.sources]
    targets = [segment for segment in segments if segment.role in proof.targets]
    if not sources or not targets:
        return Finding("not_applicable", f"routes no {' or '.join(proof.sources)} at this site")
    gates = (_Gate(s, family, pattern.format(vlan=s.vlan, role=s.role), stored) for s in sources for family in FAMILIES)
    return combine(_separate(subject.access, gate, targets) for gate in gates)


def _separate(access: Access, gate: _Gate, targets: Sequence[Segment]) -> Finding:
    """Prove one gate. Only the list that sees every packet the role sends through the router counts."""
    name = _inbound(access, gate)
    if name is None:
        summary = f"no IPv{gate.family} access list filters what {gate.source.role} sends"
        return Finding("violation", summary, gate.line("(no inbound list)"))
    rules = access.by_name().get((gate.family, name))
    if rules is None:
        summary = f"{name} is applied but nowhere defined: everything {gate.source.role} sends may pass"
        return Finding("violation", summary, gate.line(f"{name} in"))
    return combine(_reaches(rules, gate, target) for target in targets)


def _inbound(access: Access, gate: _Gate) -> str | None:
    """Return the list that sees all the role sends to others: inbound, or what is forwarded, where they are two."""
    here = [use for use in access.applied if (use.interface, use.family) == (gate.interface, gate.family)]
    return next((use.name for hook in ("in", "through") for use in here if use.hook == hook), None)


def _reaches(rules: AccessList, gate: _Gate, target: Segment) -> Finding:
    """Prove one pair, whatever sender address a packet bears: on its own network anyone can forge one."""
    own, receivers = (gate.source.v4, target.v4) if gate.family == 4 else (gate.source.v6, target.v6)
    place = of_prefix(receivers)
    near = [(index, rule) for index, rule in enumerate(rules.rules, 1) if meet(of_prefix(rule.target), place)]
    prover = Prover([rule for _, rule in near])
    found = prover.leaks(ANY[gate.family], receivers)
    if not found:
        text = f"{rules.name}: no packet to {target.role} {receivers} is permitted"
        return Finding("compliant", "proved for every packet, IPv4 and IPv6", (line(text, gate.stored),))
    shown = prover.leaks(own, receivers) or found  # a packet with its true sender is the better example
    texts = [f"{rules.name} entry {near[leak.rule_index][0]} permits {leak.packet}" for leak in shown]
    summary = f"{gate.source.role} reaches {target.role}: {shown[0].packet}"
    return Finding("violation", summary, tuple(line(text, gate.stored) for text in texts))
