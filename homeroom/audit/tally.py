"""What a report needs of many verdicts: counts, and only the verdicts a person has to read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from homeroom.audit.rule import Severity
from homeroom.audit.verdict import BAD, STATUSES, Status, Verdict, worst

Counts = Counter[Status]
SEVERITIES: Final[tuple[Severity, ...]] = ("critical", "high", "medium", "low")
MOST_NAMES: Final = 6
"""Devices named as examples of one reason; how many there are is said."""


@dataclass(slots=True)
class Reason:
    """Why some verdicts of one rule are unknown or an error: the sentence, how many, and some of the devices."""

    rule: str
    status: Status
    summary: str
    count: int = 0
    examples: list[str] = field(default_factory=list[str])


@dataclass(slots=True)
class Tally:
    """Counts verdicts as they come; violations and waived ones are kept whole, the undecided by their reason."""

    counts: Counts = field(default_factory=Counts)
    by_rule: dict[str, Counts] = field(default_factory=dict[str, Counts])
    by_region: dict[str, Counts] = field(default_factory=dict[str, Counts])
    by_site: dict[str, Counts] = field(default_factory=dict[str, Counts])
    of_devices: dict[str, Counts] = field(default_factory=dict[str, Counts])
    """Site -> counts of its devices' verdicts only; a site without devices is not in it."""
    violations: list[Verdict] = field(default_factory=list[Verdict])
    waived: list[Verdict] = field(default_factory=list[Verdict])
    reasons: dict[tuple[str, Status, str], Reason] = field(default_factory=dict[tuple[str, Status, str], Reason])
    skipped: int = 0
    """Devices that had not changed since they were last judged."""

    def add(self, verdict: Verdict) -> None:
        """Count one verdict."""
        status = verdict.status
        self.counts[status] += 1
        groups = ((self.by_rule, verdict.rule), (self.by_region, verdict.region), (self.by_site, verdict.site))
        for group, key in groups:
            group.setdefault(key, Counts())[status] += 1
        if verdict.device:
            self.of_devices.setdefault(verdict.site, Counts())[status] += 1
        if status == "violation":
            self.violations.append(verdict)
        elif status == "waived":
            self.waived.append(verdict)
        elif status in BAD:
            self._explain(verdict)

    def _explain(self, verdict: Verdict) -> None:
        key = (verdict.rule, verdict.status, verdict.summary)
        reason = self.reasons.setdefault(key, Reason(*key))
        reason.count += 1
        if len(reason.examples) < MOST_NAMES:
            reason.examples.append(verdict.subject)

    @property
    def verdicts(self) -> Mapping[Status, int]:
        """Return every status with its count, those that never came included."""
        return {status: self.counts[status] for status in STATUSES}

    @property
    def compliant(self) -> bool:
        """Tell whether everything is: a violation, an error or an unknown says no."""
        return not any(count for status, count in self.counts.items() if status in BAD)

    def mark(self, site: str) -> Status | None:
        """Return the worst verdict at a site; None when nothing but its plan could be judged, and that is in order."""
        status = worst(self.by_site.get(site, ()))
        return None if site not in self.of_devices and status in ("compliant", "not_applicable") else status

    def ranked(self) -> Sequence[Verdict]:
        """Return the violations, the most severe first, then by rule and subject."""
        return sorted(self.violations, key=lambda v: (SEVERITIES.index(v.severity), v.rule, v.site, v.subject))

    def undecided(self) -> Sequence[Reason]:
        """Return why verdicts are error or unknown: errors first, then by rule and how many."""
        return sorted(self.reasons.values(), key=lambda r: (r.status, r.rule, -r.count, r.summary))
