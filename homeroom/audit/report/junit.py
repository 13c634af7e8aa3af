"""The verdicts as JUnit XML: a suite a site, a case a verdict, so that a build server shows and follows them.

A violation is a failure; unknown and error are errors, because neither may pass; waived and not applicable are skipped.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from functools import lru_cache
from itertools import groupby
from pathlib import Path
from typing import IO, Final, Literal, TypeAlias
from xml.sax.saxutils import escape, quoteattr

from homeroom.audit.bundle.model import SubjectEntry
from homeroom.audit.bundle.read import Bundle
from homeroom.audit.report.fresh import Fresh
from homeroom.audit.report.words import visible
from homeroom.audit.tally import Counts
from homeroom.audit.verdict import PROGRAMME, Status, Verdict

Outcome: TypeAlias = Literal["failure", "error", "skipped"]
OUTCOMES: Final[Mapping[Status, Outcome]] = {
    "violation": "failure",
    "unknown": "error",
    "error": "error",
    "waived": "skipped",
    "not_applicable": "skipped",
}
_ROOM: Final = 120
"""Octets kept free for the counts of the whole, which are known last and stand first."""


def write(bundle: Bundle, path: Path, *, lang: str = "en") -> Path:
    """Write the results. Words are those of the rules: a build server has its own language."""
    del lang
    titles = {rule.id: _attribute(f"{rule.id} {rule.title}") for rule in bundle.rules}
    at = _time(bundle.header.at)
    with Fresh(path) as file:
        file.write('<?xml version="1.0" encoding="UTF-8"?>\n')
        start = file.tell()
        file.write(" " * _ROOM + "\n")
        total = Counts()
        for site, entries in groupby(bundle.subjects(), key=lambda entry: entry.site):
            total.update(_suite(file, site, list(entries), titles, at))
        file.write("</testsuites>\n")
        file.seek(start)
        file.write(f'<testsuites name="homeroom audit" {_counts(total)}>'.ljust(_ROOM))
    return path


def _suite(file: IO[str], site: str, entries: list[SubjectEntry], titles: Mapping[str, str], at: str) -> Counts:
    counts = Counts(verdict.status for entry in entries for verdict in entry.verdicts)
    name = _attribute(site or PROGRAMME)
    skipped = counts["waived"] + counts["not_applicable"]
    file.write(f'<testsuite name={name} {_counts(counts)} skipped="{skipped}" time="0" timestamp="{at}">\n')
    for entry in entries:
        subject = entry.device or entry.site or PROGRAMME
        who = _attribute(f"{entry.region}.{subject}" if entry.region else subject)
        file.writelines(_case(entry, verdict, who, titles[verdict.rule]) for verdict in entry.verdicts)
    file.write("</testsuite>\n")
    return counts


def _counts(counts: Counts) -> str:
    errors = counts["error"] + counts["unknown"]
    return f'tests="{sum(counts.values())}" failures="{counts["violation"]}" errors="{errors}"'


def _case(entry: SubjectEntry, verdict: Verdict, who: str, name: str) -> str:
    head = f'<testcase classname={who} name={name} time="0"'
    outcome = OUTCOMES.get(verdict.status)
    if outcome is None:
        return f"{head}/>\n"
    message = _attribute(verdict.summary)
    if outcome == "skipped":
        why = _attribute(f"waived by {verdict.waiver}: {verdict.summary}") if verdict.status == "waived" else message
        return f"{head}><skipped message={why}/></testcase>\n"
    kind = verdict.severity if outcome == "failure" else verdict.status
    text = escape(visible("\n".join(_said(entry, verdict))))
    return f'{head}><{outcome} message={message} type="{kind}">{text}</{outcome}></testcase>\n'


def _said(entry: SubjectEntry, verdict: Verdict) -> Iterator[str]:
    yield verdict.summary
    for piece in verdict.evidence:
        at = f", read {_time(piece.at)}" if piece.at else ""
        sha = f", SHA-256 {piece.sha}" if piece.sha else ""
        yield f"{piece.text}\n  ({piece.source}{at}{sha})"
    if mend := entry.mend.get(verdict.rule):
        yield f"would mend it:\n{mend}"


@lru_cache(maxsize=65_536)
def _attribute(text: str) -> str:
    return quoteattr(visible(text), {"\n": "&#10;"})


def _time(at: float) -> str:
    """Write a time as ISO 8601 in UTC; a clock beyond the calendar is the beginning of it."""
    try:
        return dt.datetime.fromtimestamp(at, dt.UTC).strftime("%Y-%m-%dT%H:%M:%S")
    except (OverflowError, ValueError, OSError):
        return "1970-01-01T00:00:00"
