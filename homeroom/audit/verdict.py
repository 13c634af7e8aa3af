"""What an audit says: one verdict for one rule on one device or site, never without its evidence."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias, get_args

from homeroom.audit.rule import Severity

Status: TypeAlias = Literal["compliant", "violation", "waived", "not_applicable", "unknown", "error"]
"""unknown: the facts to judge by are missing or too old; error: the check itself failed. Neither is ever green."""

STATUSES: Final[tuple[Status, ...]] = get_args(Status)
WORST_FIRST: Final[tuple[Status, ...]] = ("violation", "error", "unknown", "waived", "compliant", "not_applicable")
BAD: Final = frozenset({"violation", "error", "unknown"})
"""One of these, and the answer to `is everything compliant?` is no."""
LABELS: Final[dict[Status, str]] = {
    "compliant": "Compliant",
    "violation": "Violation",
    "waived": "Waived",
    "not_applicable": "Not applicable",
    "unknown": "Unknown",
    "error": "Error",
}
PROGRAMME: Final = "programme"
"""How a verdict on the programme as a whole is named."""
MOST_EVIDENCE: Final = 8
"""Pieces of evidence kept with one finding; how many more there were is said."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """What decided: a line, a value or a packet; where it stood, when it was read, the hash of the whole it is from."""

    text: str
    source: str
    at: float = 0.0
    """Seconds since the epoch; 0 for what was computed now from the plan."""
    sha: str = ""


@dataclass(frozen=True, slots=True)
class Finding:
    """What one check found on one subject, before names and waivers are added."""

    status: Status
    summary: str
    evidence: tuple[Evidence, ...] = ()


@dataclass(frozen=True, slots=True)
class Verdict:
    """One rule on one subject. `device` is empty for a rule on the site; `raw` is the status before any waiver."""

    rule: str
    severity: Severity
    device: str
    site: str
    region: str
    status: Status
    summary: str
    evidence: tuple[Evidence, ...]
    raw: Status
    waiver: str = ""
    """Ticket of the waiver or standing decision that covers it."""
    since: float = 0.0
    """When the status became what it is (`raw`, whatever was waived since); 0: not known."""
    first: float = 0.0
    """When this rule was first judged on this subject; 0: not known."""

    @property
    def subject(self) -> str:
        """Return what was judged: the device, the site, or the programme."""
        return self.device or self.site or PROGRAMME


def worst(statuses: Iterable[Status]) -> Status:
    """Return the worst of some statuses; not_applicable when there is none."""
    found = set(statuses)
    ranked: list[Status] = [status for status in WORST_FIRST if status in found]
    return ranked[0] if ranked else "not_applicable"


def combine(findings: Iterable[Finding]) -> Finding:
    """Join the findings of one rule's demands: the worst decides, and only its evidence is kept."""
    found = tuple(findings)
    status = worst(finding.status for finding in found)
    deciding = [finding for finding in found if finding.status == status]
    evidence = tuple(piece for finding in deciding for piece in finding.evidence)
    summary = "; ".join(dict.fromkeys(finding.summary for finding in deciding))
    return Finding(status, summary, shortened(evidence))


def shortened(evidence: tuple[Evidence, ...]) -> tuple[Evidence, ...]:
    """Keep the first pieces and say how many more there were."""
    more = len(evidence) - MOST_EVIDENCE
    if more <= 0:
        return evidence
    last = evidence[MOST_EVIDENCE - 1]
    return (*evidence[:MOST_EVIDENCE], Evidence(f"... and {more} more", last.source, last.at, last.sha))
