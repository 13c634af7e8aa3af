"""What of a large audit stands on the page itself: the most severe, in so many bytes; it says what is left out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Final

from homeroom.audit.bundle.model import Region, RuleEntry, UnreachedEntry
from homeroom.audit.report.digest import Digest
from homeroom.audit.report.words import visible
from homeroom.audit.tally import SEVERITIES
from homeroom.audit.verdict import Evidence, Verdict

MOST_CHARACTERS: Final = 120_000
"""Of all violations listed on the page, evidence included."""
MOST_TEXT: Final = 1200
"""Of one piece of evidence."""
MOST_TOP: Final = 15
MOST_REGIONS: Final = 12
MOST_ROWS: Final = 100
MOST_KINDS: Final = 20


@dataclass(frozen=True, slots=True)
class Group:
    """The violations of one rule: those listed, and how many there are."""

    rule: RuleEntry
    total: int
    listed: Sequence[Verdict]

    @property
    def more(self) -> int:
        """Return how many are not listed."""
        return self.total - len(self.listed)


@dataclass(frozen=True, slots=True)
class Cell:
    """Violations of one rule in one region; `width`: their share of the largest cell, in percent."""

    count: int
    width: int


@dataclass(frozen=True, slots=True)
class TopRow:
    """One of the rules that fail most."""

    rule: RuleEntry
    total: int
    cells: Sequence[Cell]


@dataclass(frozen=True, slots=True)
class Top:
    """Rules by regions, the worst of both."""

    regions: Sequence[str]
    rows: Sequence[TopRow]
    more_regions: int


@dataclass(frozen=True, slots=True)
class Missed:
    """Devices not reached: by reason, and some of them by name."""

    reasons: Sequence[tuple[str, int]]
    more_reasons: int
    listed: Sequence[UnreachedEntry]
    more: int


def groups(rules: Sequence[RuleEntry], digest: Digest) -> Sequence[Group]:
    """Choose violations: the most severe rules first, and of every rule some before the first has many."""
    totals = {rule: counts["violation"] for rule, counts in digest.by_rule().items()}
    violated = [rule for rule in rules if totals.get(rule.id)]
    violated.sort(key=lambda rule: (SEVERITIES.index(rule.severity), rule.id))
    listed: dict[str, list[Verdict]] = {rule.id: [] for rule in violated}
    left = MOST_CHARACTERS
    for verdict in _in_turn([digest.violations[rule.id] for rule in violated]):
        left -= _weight(verdict)
        if left < 0:
            break
        listed[verdict.rule].append(verdict)
    return [Group(rule, totals[rule.id], listed[rule.id]) for rule in violated]


def _in_turn(kept: Sequence[Sequence[Verdict]]) -> Iterator[Verdict]:
    longest = max((len(one) for one in kept), default=0)
    return (one[number] for number in range(longest) for one in kept if number < len(one))


def _weight(verdict: Verdict) -> int:
    """Count about what a violation takes on the page: markup, and what hostile characters are written as."""
    texts = [verdict.summary[:400], *(text for text, _, _ in grouped(verdict.evidence))]
    return 600 + sum(len(text.encode()) + 8 * sum(text.count(c) for c in "<>&\"'⟨") for text in texts)


def grouped(evidence: Sequence[Evidence]) -> Sequence[tuple[str, int, Evidence]]:
    """Join the texts of neighbouring pieces of one source; a long text is cut, and says how much is not there."""
    groups_ = groupby(evidence, key=lambda piece: (piece.source, piece.at, piece.sha))
    joined = (list(pieces) for _, pieces in groups_)
    texts = (("\n".join(piece.text for piece in pieces), pieces[0]) for pieces in joined)
    return [(visible(text[:MOST_TEXT]), max(0, len(text) - MOST_TEXT), first) for text, first in texts]


def top(rules: Sequence[RuleEntry], regions: Sequence[Region], digest: Digest) -> Top:
    """Set the rules that fail most against the regions where most fails."""
    violated = digest.violated()
    of_rule: dict[str, int] = {}
    of_region: dict[str, int] = {}
    for (rule, region), count in violated.items():
        of_rule[rule] = of_rule.get(rule, 0) + count
        if region:
            of_region[region] = of_region.get(region, 0) + count
    names: Mapping[str, str] = {region.id: region.name for region in regions}
    chosen = sorted(of_region, key=lambda region: (-of_region[region], region))[:MOST_REGIONS]
    worst = sorted((rule for rule in rules if rule.id in of_rule), key=lambda rule: (-of_rule[rule.id], rule.id))
    worst = worst[:MOST_TOP]
    most = max((violated.get((rule.id, region), 0) for rule in worst for region in chosen), default=0)
    rows = [
        TopRow(rule, of_rule[rule.id], [_cell(violated.get((rule.id, region), 0), most) for region in chosen])
        for rule in worst
    ]
    return Top([names.get(region, region) for region in chosen], rows, len(of_region) - len(chosen))


def _cell(count: int, most: int) -> Cell:
    return Cell(count, max(4, round(100 * count / most)) if count else 0)


def missed(unreached: Sequence[UnreachedEntry]) -> Missed:
    """Tell why devices were not reached, the most frequent reason first."""
    why: dict[str, int] = {}
    for entry in unreached:
        why[entry.reason] = why.get(entry.reason, 0) + 1
    reasons = sorted(why.items(), key=lambda pair: (-pair[1], pair[0]))
    listed = unreached[:MOST_ROWS]
    return Missed(reasons[:MOST_KINDS], max(0, len(reasons) - MOST_KINDS), listed, len(unreached) - len(listed))
