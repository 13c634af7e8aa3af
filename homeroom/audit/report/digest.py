"""What the page needs of a whole bundle, gathered in one pass: counts, and a bounded choice of what a person reads."""

from __future__ import annotations

import heapq
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from homeroom.audit.bundle.model import RuleEntry, SubjectEntry
from homeroom.audit.rule import Severity
from homeroom.audit.tally import MOST_NAMES, SEVERITIES, Counts, Reason
from homeroom.audit.verdict import BAD, WORST_FIRST, Status, Verdict

MOST_PER_RULE: Final = 25
"""Violations of one rule kept whole; the others are counted."""
MOST_REASONS: Final = 100
"""Different reasons of one rule that are told apart; devices may give each its own words."""
MOST_DEVICES: Final = 40
"""Devices kept as the worst."""
Pair = tuple[str, Status]


@dataclass(slots=True)
class Place:
    """One site: where it is, what was found there. `devices`: how many were judged."""

    id: str
    name: str = ""
    region: str = ""
    latitude: float = 0.0
    longitude: float = 0.0
    devices: int = 0
    counts: Counts = field(default_factory=Counts)

    @property
    def mark(self) -> Status | None:
        """Return its worst verdict; None when nothing but its plan could be judged, and that is in order."""
        ranked: list[Status] = [status for status in WORST_FIRST if self.counts[status]]
        found = ranked[0] if ranked else None
        return None if not self.devices and found in ("compliant", "not_applicable", None) else found

    @property
    def bad(self) -> bool:
        """Tell whether something there is violated or undecided."""
        return bool(self.counts["violation"] or self.counts["error"] or self.counts["unknown"])


@dataclass(frozen=True, slots=True)
class Device:
    """A device among the worst."""

    name: str
    site: str
    region: str
    platform: str
    counts: Counts


@dataclass(slots=True)
class Covered:
    """What one waiver covers: violations, and some of the subjects."""

    count: int = 0
    examples: list[str] = field(default_factory=list[str])


class Digest:
    """Takes each subject once; what it keeps does not grow with the devices, only with sites, rules and regions."""

    def __init__(self, rules: Sequence[RuleEntry]) -> None:
        self.severity: Mapping[str, Severity] = {rule.id: rule.severity for rule in rules}
        self.pairs: dict[tuple[str, str], Counter[Pair]] = {}
        """(region, platform) -> (rule, status) -> verdicts. Platform is empty for a site."""
        self.places: dict[str, Place] = {}
        self.violations: dict[str, list[Verdict]] = {}
        self.covered: dict[tuple[str, str], Covered] = {}
        self.reasons: dict[Pair, dict[str, Reason]] = {}
        self.unexplained: Counter[Pair] = Counter()
        self._worst: list[tuple[tuple[int, ...], int, Device]] = []
        self._seen = 0

    def add(self, entry: SubjectEntry) -> None:
        """Count one subject's verdicts."""
        pairs = self.pairs.get((entry.region, entry.platform))
        if pairs is None:
            pairs = self.pairs[entry.region, entry.platform] = Counter()
        statuses: list[Status] = []
        for verdict in entry.verdicts:
            status = verdict.status
            pairs[verdict.rule, status] += 1
            statuses.append(status)
            if status == "violation":
                kept = self.violations.setdefault(verdict.rule, [])
                if len(kept) < MOST_PER_RULE:
                    kept.append(verdict)
            elif status == "waived":
                self._cover(verdict)
            elif status in BAD:
                self._explain(verdict)
        counts = Counts(statuses)
        self._place(entry, counts)
        if entry.device and (counts["violation"] or counts["error"] or counts["unknown"]):
            self._rank(entry, counts)

    def _place(self, entry: SubjectEntry, counts: Counts) -> None:
        if not entry.site:
            return
        place = self.places.get(entry.site)
        if place is None:
            place = self.places[entry.site] = Place(entry.site, region=entry.region)
        place.counts.update(counts)
        if entry.device:
            place.devices += 1
        else:
            place.name, place.latitude, place.longitude = entry.name, entry.latitude, entry.longitude

    def _cover(self, verdict: Verdict) -> None:
        covered = self.covered.setdefault((verdict.rule, verdict.waiver), Covered())
        covered.count += 1
        if len(covered.examples) < MOST_NAMES:
            covered.examples.append(verdict.subject)

    def _explain(self, verdict: Verdict) -> None:
        pair = (verdict.rule, verdict.status)
        known = self.reasons.setdefault(pair, {})
        reason = known.get(verdict.summary)
        if reason is None:
            if len(known) >= MOST_REASONS:
                self.unexplained[pair] += 1
                return
            reason = known[verdict.summary] = Reason(*pair, verdict.summary)
        reason.count += 1
        if len(reason.examples) < MOST_NAMES:
            reason.examples.append(verdict.subject)

    def _rank(self, entry: SubjectEntry, counts: Counts) -> None:
        """Keep the device if it is among the worst; of equals the first seen."""
        violated = Counter(self.severity.get(v.rule) for v in entry.verdicts if v.status == "violation")
        weight = (*(violated[severity] for severity in SEVERITIES), counts["error"] + counts["unknown"])
        self._seen += 1
        order = (weight, -self._seen)
        if len(self._worst) >= MOST_DEVICES and order < self._worst[0][:2]:
            return
        item = (*order, Device(entry.device, entry.site, entry.region, entry.platform, counts))
        if len(self._worst) < MOST_DEVICES:
            heapq.heappush(self._worst, item)
        else:
            heapq.heappushpop(self._worst, item)

    def worst_devices(self) -> Sequence[Device]:
        """Return the worst devices, the worst first."""
        return [device for _, _, device in sorted(self._worst, reverse=True)]

    def by_rule(self, platform: str | None = None) -> Mapping[str, Counts]:
        """Count each rule's verdicts; `platform`: on its devices only."""
        out: dict[str, Counts] = {}
        for (_, where), pairs in self.pairs.items():
            if platform in (None, where):
                for (rule, status), count in pairs.items():
                    out.setdefault(rule, Counts())[status] += count
        return out

    def by_region(self) -> Mapping[str, Counts]:
        """Count each region's verdicts."""
        out: dict[str, Counts] = {}
        for (region, _), pairs in self.pairs.items():
            counts = out.setdefault(region, Counts())
            for (_, status), count in pairs.items():
                counts[status] += count
        return out

    def violated(self) -> Mapping[tuple[str, str], int]:
        """Count the violations of each (rule, region)."""
        out: Counter[tuple[str, str]] = Counter()
        for (region, _), pairs in self.pairs.items():
            for (rule, status), count in pairs.items():
                if status == "violation":
                    out[rule, region] += count
        return out

    def counts(self) -> Counts:
        """Count all verdicts."""
        return sum(self.by_region().values(), Counts())

    def undecided(self) -> Sequence[Reason]:
        """Return why verdicts are error or unknown: errors first, then the most frequent."""
        found = [reason for known in self.reasons.values() for reason in known.values()]
        return sorted(found, key=lambda reason: (reason.status, -reason.count, reason.rule, reason.summary))

    def ranked(self) -> Sequence[Place]:
        """Return the sites, the worst first."""
        return sorted(
            self.places.values(), key=lambda place: (*(-place.counts[status] for status in WORST_FIRST[:4]), place.id)
        )
