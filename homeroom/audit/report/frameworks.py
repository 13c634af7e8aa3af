"""The auditor's view: what each framework requires, which rules test it, what they found."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from homeroom.audit.bundle.model import RuleEntry
from homeroom.audit.report import refer
from homeroom.audit.report.digest import Digest
from homeroom.audit.report.speech import Language
from homeroom.audit.tally import Counts
from homeroom.audit.verdict import WORST_FIRST, Status, worst

STIG: Final = "DISA STIG"
_MAKERS: Final = (("Cisco", "ios"), ("Arista", "eos"), ("Juniper", "junos"))
"""Whose devices a STIG is for, by how its name begins."""


@dataclass(frozen=True, slots=True)
class Row:
    """A line of a table of counts. `judged`: verdicts other than not applicable; `share`: the compliant ones."""

    id: str
    name: str
    counts: Mapping[Status, int]
    judged: int
    share: str
    worst: Status
    extra: str = ""
    rules: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Framework:
    """A framework, or one guide of it. `violated`: requirements with a violation."""

    name: str
    rows: Sequence[Row]

    @property
    def violated(self) -> int:
        """Return how many requirements are violated somewhere."""
        return sum(1 for row in self.rows if row.counts["violation"])


def row(id_: str, name: str, counts: Counts, say: Language, *, extra: str = "", rules: Sequence[str] = ()) -> Row:
    """Make a line; of no verdicts the worst is not applicable."""
    full: dict[Status, int] = {status: counts[status] for status in WORST_FIRST}
    judged = sum(full.values()) - full["not_applicable"]
    found = worst(status for status, count in full.items() if count)
    return Row(id_, name, full, judged, say.share(full["compliant"], judged), found, extra, rules)


def frameworks(rules: Sequence[RuleEntry], digest: Digest, say: Language) -> Sequence[Framework]:
    """Turn the rules' references round: framework by framework, requirement by requirement.

    A STIG of one maker's counts the verdicts on that maker's devices only.
    """
    everywhere = digest.by_rule()
    found: dict[tuple[int, str], dict[str, list[str]]] = {}
    for rule in rules:
        for key, requirement in _required(rule, say):
            found.setdefault(key, {}).setdefault(requirement, []).append(rule.id)
    return [
        Framework(name, _rows(asked, digest.by_rule(platform) if (platform := _platform(name)) else everywhere, say))
        for (_, name), asked in sorted(found.items())
    ]


def _required(rule: RuleEntry, say: Language) -> Iterator[tuple[tuple[int, str], str]]:
    refs = rule.refs
    for one in refs.stig:
        related = "" if one.relation == "exact" else f" ({say('related')})"
        yield (1, f"{STIG}: {one.benchmark}"), f"{one.v} {one.id}{related}"
    named = ((0, "DISA SRG", refs.srg), (2, "NIST SP 800-53", refs.nist), (3, "DfE", refs.dfe), (4, "CIPA", refs.cipa))
    for order, name, asked in (*named, (5, say("national"), refs.other), (6, say("cis_numbers"), rule.cis)):
        for requirement in asked:
            yield (order, name), requirement


def _platform(name: str) -> str:
    if not name.startswith(f"{STIG}: "):
        return ""
    guide = name.removeprefix(f"{STIG}: ")
    return next((platform for maker, platform in _MAKERS if guide.startswith(maker)), "")


def _rows(asked: Mapping[str, Sequence[str]], counts: Mapping[str, Counts], say: Language) -> Sequence[Row]:
    return [
        row("", requirement, sum((counts.get(rule, Counts()) for rule in rules), Counts()), say, rules=rules)
        for requirement, rules in sorted(asked.items(), key=lambda pair: _natural(pair[0]))
    ]


def _natural(text: str) -> tuple[tuple[int, int, str], ...]:
    """Sort AC-4 before AC-17, and AC-17 before AC-17(2)."""
    parts = "".join(c if c.isalnum() else " " for c in text).split()
    return tuple((0, int(part), "") if part.isdecimal() else (1, 0, part) for part in parts)


def references(rule: RuleEntry) -> str:
    """Write a rule's references in one line."""
    return "; ".join(f"{name}: {', '.join(listed)}" for name, listed in refer.of(rule).items())
