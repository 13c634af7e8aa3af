"""The verdicts as CSV: a row a verdict, read by spreadsheets and scripts alike."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Final

from homeroom.audit.age import stamp
from homeroom.audit.bundle.model import SubjectEntry
from homeroom.audit.bundle.read import Bundle
from homeroom.audit.report.fresh import Fresh

COLUMNS: Final = (
    "rule", "severity", "region", "site", "device", "platform", "verdict", "raw", "waiver", "summary", "evidence",
    "source", "at", "sha", "since", "mend",
)  # fmt: skip
END: Final = "\r\n"
_QUOTED: Final = re.compile(r'[",\r\n]')
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\n")


def write(bundle: Bundle, path: Path, *, lang: str = "en") -> Path:
    """Write the table. Its column names are for programs: they are the same in every language."""
    del lang
    with Fresh(path) as file:
        file.write(",".join(COLUMNS) + END)
        for entry in bundle.subjects():
            file.writelines(_rows(entry))
    return path


def _rows(entry: SubjectEntry) -> Iterator[str]:
    """Yield a row a verdict; of several pieces of evidence texts are joined, source, time and hash are the first's."""
    where = ",".join(map(_cell, (entry.region, entry.site, entry.device, entry.platform)))
    for verdict in entry.verdicts:
        evidence = verdict.evidence
        shown = ",,,"
        if evidence:
            first = evidence[0]
            text = first.text if len(evidence) == 1 else " | ".join([piece.text for piece in evidence])
            shown = f"{_cell(text)},{_cell(first.source)},{_time(first.at)},{_cell(first.sha)}"
        yield (
            f"{verdict.rule},{verdict.severity},{where},{verdict.status},{verdict.raw},{_cell(verdict.waiver)},"
            f"{_cell(verdict.summary)},{shown},{_time(verdict.since)},{_cell(entry.mend.get(verdict.rule, ''))}{END}"
        )


@lru_cache(maxsize=65_536)
def _cell(text: str) -> str:
    """Write one cell, in quotes where RFC 4180 asks for them. A fleet says few different things: they are kept."""
    safe = harmless(text)
    quoted = safe.replace('"', '""')
    return f'"{quoted}"' if _QUOTED.search(safe) else safe


def harmless(cell: str) -> str:
    """Return a cell as text that no spreadsheet runs: what it would take for a formula gets an apostrophe before it."""
    return f"'{cell}" if cell.startswith(_FORMULA) else cell


@lru_cache(maxsize=4096)
def _time(at: float) -> str:
    return stamp(at) if at else ""
