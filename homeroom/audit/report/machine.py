"""The verdicts for machines: audit.json and audit.csv, written as verdicts come, put in place when complete."""

from __future__ import annotations

import csv
import json
import os
import tempfile
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import IO, Any, Final, Protocol

from homeroom.audit.age import stamp
from homeroom.audit.rule import Rule
from homeroom.audit.tally import Counts, Tally
from homeroom.audit.verdict import STATUSES, Verdict

COLUMNS: Final = (
    "rule",
    "severity",
    "region",
    "site",
    "device",
    "verdict",
    "raw",
    "waiver",
    "summary",
    "evidence",
    "at",
    "sha",
)
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")


class Writer(Protocol):
    """Takes every verdict, then the end."""

    def add(self, verdict: Verdict) -> None:
        """Write one verdict."""
        ...

    def close(self, tail: Mapping[str, Any]) -> Path:
        """Write what is known at the end, put the file in place, return its path."""
        ...

    def discard(self) -> None:
        """Leave nothing behind."""
        ...


class _Fresh:
    """A file that replaces the one of before only when it is complete."""

    def __init__(self, path: Path) -> None:
        self.path = path
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        self.temporary = Path(name)
        self.file: IO[str] = os.fdopen(handle, "w", encoding="utf-8", errors="backslashreplace", newline="")

    def place(self) -> Path:
        self.file.flush()
        os.fsync(self.file.fileno())
        self.file.close()
        self.temporary.replace(self.path)
        return self.path

    def discard(self) -> None:
        self.file.close()
        self.temporary.unlink(missing_ok=True)


class JsonWriter:
    """One document: `results` first, because there may be many; counts, rules and the title block after them."""

    def __init__(self, path: Path) -> None:
        self._fresh = _Fresh(path)
        self._between = ""
        self._fresh.file.write('{"results": [')

    def add(self, verdict: Verdict) -> None:
        """Write one verdict with its evidence."""
        self._fresh.file.write(f"{self._between}\n{_dumps(as_json(verdict))}")
        self._between = ","

    def close(self, tail: Mapping[str, Any]) -> Path:
        """Write the rest of the document and put it in place."""
        self._fresh.file.write("\n]")
        for key in sorted(tail):
            self._fresh.file.write(f",\n{_dumps(key)}: {_dumps(tail[key])}")
        self._fresh.file.write("}\n")
        return self._fresh.place()

    def discard(self) -> None:
        """Leave nothing behind."""
        self._fresh.discard()


class CsvWriter:
    """One row a verdict. A cell that a spreadsheet would take for a formula gets an apostrophe before it."""

    def __init__(self, path: Path) -> None:
        self._fresh = _Fresh(path)
        self._rows = csv.writer(self._fresh.file)
        self._rows.writerow(COLUMNS)

    def add(self, verdict: Verdict) -> None:
        """Write one row; of several pieces of evidence the texts are joined, time and hash are the first's."""
        first = verdict.evidence[0] if verdict.evidence else None
        cells = (
            verdict.rule,
            verdict.severity,
            verdict.region,
            verdict.site,
            verdict.device,
            verdict.status,
            verdict.raw,
            verdict.waiver,
            verdict.summary,
            " | ".join(piece.text for piece in verdict.evidence),
            stamp(first.at) if first and first.at else "",
            first.sha if first else "",
        )
        self._rows.writerow([harmless(cell) for cell in cells])

    def close(self, tail: Mapping[str, Any]) -> Path:
        """Put the file in place; a table has no tail."""
        del tail
        return self._fresh.place()

    def discard(self) -> None:
        """Leave nothing behind."""
        self._fresh.discard()


def write_text(path: Path, text: str) -> Path:
    """Write a text file; the one of before stays until this one is complete."""
    fresh = _Fresh(path)
    try:
        fresh.file.write(text)
        return fresh.place()
    except BaseException:
        fresh.discard()
        raise


def harmless(cell: str) -> str:
    """Return a cell as text that no spreadsheet runs."""
    return f"'{cell}" if cell.startswith(_FORMULA) else cell


def as_json(verdict: Verdict) -> Mapping[str, Any]:
    """Return a verdict for a JSON document."""
    return asdict(verdict)


def tail(about: Mapping[str, Any], rules: Mapping[str, Rule], tally: Tally) -> Mapping[str, Any]:
    """Return what stands after the results: title block, rules with their counts, verdict counts."""
    listed = [
        {
            "id": rule.id,
            "title": rule.title,
            "severity": rule.severity,
            "refs": asdict(rule.refs),
            "verdicts": {status: tally.by_rule.get(rule.id, Counts())[status] for status in STATUSES},
        }
        for rule in rules.values()
    ]
    return {"about": about, "rules": listed, "verdicts": tally.verdicts}


def _dumps(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True)
