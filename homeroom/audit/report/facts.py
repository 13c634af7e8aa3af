"""What an OSCAL document needs of a whole bundle, in one pass: equal verdicts once, with all whom they are on."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, TypeAlias

from homeroom.audit.bundle.model import RuleEntry, SubjectEntry
from homeroom.audit.tally import Counts
from homeroom.audit.verdict import WORST_FIRST, Evidence, Status, Verdict

MOST_TOLD: Final = 1000
"""Different findings of one rule and verdict that are told apart; all others of it are one."""
PLAIN: Final = frozenset({"compliant", "not_applicable"})
"""Verdicts of which only the rule and the subjects are told."""

Key: TypeAlias = tuple[str, Status, str, str, tuple[str, ...]]
"""Rule, status, ticket, summary, texts of the evidence; the last two are empty for those told together."""


@dataclass(slots=True)
class Seen:
    """Equal verdicts: what they say, the evidence of the first, and on whom (places in `Facts.subjects`)."""

    rule: str
    status: Status
    waiver: str
    summary: str
    evidence: tuple[Evidence, ...]
    number: int
    """Counted within its rule and status: a name for it that is the same whenever the bundle is."""
    since: float = 0.0
    """The earliest; 0: not known."""
    on: array[int] = field(default_factory=lambda: array("L"))


class Facts:
    """Takes each subject once. `wanted`: the statuses that are kept; the others are counted only."""

    def __init__(self, rules: Sequence[RuleEntry], wanted: frozenset[Status]) -> None:
        self.counts: Mapping[str, Counts] = {rule.id: Counts() for rule in rules}
        self.subjects: list[str] = []
        """What stands for each subject that something is told of."""
        self._wanted = wanted
        self._seen: dict[Key, Seen] = {}
        self._told: dict[tuple[str, Status], int] = {}

    def take(self, entry: SubjectEntry, name: Callable[[SubjectEntry], str]) -> bool:
        """Take one subject, return whether something is told of it. `name`: what stands for it in `subjects`."""
        place, told = len(self.subjects), False
        for verdict in entry.verdicts:
            self.counts[verdict.rule][verdict.status] += 1
            if verdict.status in self._wanted:
                told = True
                self._take(verdict, place)
        if told:
            self.subjects.append(name(entry))
        return told

    def _take(self, verdict: Verdict, place: int) -> None:
        status = verdict.status
        if status in PLAIN:
            key: Key = (verdict.rule, status, "", "", ())
        else:
            texts = tuple(piece.text for piece in verdict.evidence)
            key = (verdict.rule, status, verdict.waiver, verdict.summary, texts)
        seen = self._seen.get(key) or self._new(key, verdict)
        seen.on.append(place)
        if verdict.since and not 0 < seen.since <= verdict.since:
            seen.since = verdict.since

    def _new(self, key: Key, verdict: Verdict) -> Seen:
        rule, status, ticket, summary, _ = key
        told = self._told.get((rule, status), 0)
        if told >= MOST_TOLD:
            key = (rule, status, ticket, "", ())
            if key in self._seen:
                return self._seen[key]
        self._told[rule, status] = told + 1
        plain = not key[3]
        seen = Seen(rule, status, ticket, "" if plain else summary, () if plain else verdict.evidence, told)
        self._seen[key] = seen
        return seen

    def seen(self) -> Mapping[str, Sequence[Seen]]:
        """Return them rule by rule, in the order of the rules; of each the worst first, then as they came."""
        found: dict[str, list[Seen]] = {rule: [] for rule in self.counts}
        for seen in self._seen.values():
            found[seen.rule].append(seen)
        return {rule: sorted(listed, key=_order) for rule, listed in found.items()}


def of(found: Mapping[str, Sequence[Seen]], rule: str, status: Status, waiver: str = "") -> Sequence[Seen]:
    """Choose from a rule's those of one status (waived: by this waiver)."""
    return [seen for seen in found.get(rule, ()) if (seen.status, seen.waiver) == (status, waiver)]


def _order(seen: Seen) -> tuple[int, int]:
    return WORST_FIRST.index(seen.status), seen.number
