"""Measurements of schools' lines, as people and apps hand them in: a CSV file whose bad rows are quarantined.

Columns, in any order: `school` (its id, or Giga's), `at` (ISO 8601; without an offset in the programme's time zone),
`source` (who measured), `down_mbps`, `up_mbps`.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

from homeroom.errors import InputError, Problem
from homeroom.store.speeds import Measured
from homeroom.taint import REMEDY, describe, unsafe

COLUMNS: Final = ("school", "at", "source", "down_mbps", "up_mbps")
MOST_MBPS: Final = 100_000.0
_EARLIEST: Final = dt.datetime(2015, 1, 1, tzinfo=dt.UTC)
_SOURCE_LIMIT: Final = 40
_SPEED: Final = re.compile(r"[0-9]{1,6}(\.[0-9]{1,9})?").fullmatch
_SHOWN: Final = 40


@dataclass(slots=True)
class SpeedRows:
    """The rows of one file: what is good, and why the others are not."""

    good: list[Measured] = field(default_factory=list[Measured])
    problems: list[Problem] = field(default_factory=list[Problem])


@dataclass(frozen=True, slots=True)
class Known:
    """What rows are checked against. `schools`: id, and Giga's id, -> id; `now`: epoch."""

    schools: Mapping[str, str]
    zone: ZoneInfo
    now: float


def read_speeds(path: Path, known: Known) -> SpeedRows:
    """Read a file. InputError when it as a whole is unusable: not UTF-8, not CSV, another header."""
    file, rows = path.name, SpeedRows()
    records = _records(path, file)
    header = next((record for _, record in records), list[str]())
    if wrong := tuple(_header(header, file)):
        raise InputError(*wrong)
    seen: dict[tuple[str, int, str], int] = {}
    for number, record in records:
        row = _Row(file, number, rows.problems)
        if len(record) != len(header):
            row.wrong(
                "(row)", f"has {len(record)} cells, the header has {len(header)}", "quote cells that hold a comma"
            )
            continue
        one = row.measured(dict(zip(header, record, strict=True)), known)
        if one is None:
            continue
        first = seen.setdefault((one.school, one.at, one.source), number)
        if first == number:
            rows.good.append(one)
        else:
            row.wrong("at", f"the same school, time and source as row {first}", "remove one of them")
    return rows


def _records(path: Path, file: str) -> Iterator[tuple[int, list[str]]]:
    """Yield each record with the line it starts on."""
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise InputError(Problem(file, 0, "(file)", f"cannot be read: {error.strerror}", "check the path")) from error
    except UnicodeDecodeError as error:
        raise InputError(Problem(file, 0, "(file)", "is not UTF-8", "save it as UTF-8")) from error
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    start = 1
    try:
        for record in reader:
            if record:
                yield start, record
            start = reader.line_num + 1
    except csv.Error as error:
        what = f"is not CSV: {error}"
        raise InputError(Problem(file, start, "(file)", what, "look for a quote that is not closed")) from error


def _header(header: list[str], file: str) -> Iterator[Problem]:
    wanted = ", ".join(COLUMNS)
    if not header:
        yield Problem(file, 0, "(file)", "is empty", f"write the header {wanted} and a line for each test")
    elif len(header) == 1:
        yield Problem(file, 1, "(header)", "is not separated by commas", f"write {wanted}")
    else:
        for column in COLUMNS:
            if header.count(column) != 1:
                yield Problem(file, 1, column, f"stands there {header.count(column)} times", f"write {wanted}")
        for column in sorted(set(header) - set(COLUMNS)):
            yield Problem(file, 1, _short(column), "unknown column", f"remove it: the columns are {wanted}")


@dataclass(frozen=True, slots=True)
class _Row:
    """One row being read: every problem of it is recorded."""

    file: str
    number: int
    problems: list[Problem]

    def wrong(self, column: str, message: str, remedy: str) -> None:
        self.problems.append(Problem(self.file, self.number, column, message, remedy))

    def measured(self, cells: Mapping[str, str], known: Known) -> Measured | None:
        school = known.schools.get(cells["school"], "")
        if not school:
            self.wrong("school", f"{_short(cells['school'])} is no school of schools.csv", "correct the id")
        at, source = self.time(cells["at"], known), self.source(cells["source"])
        down, up = (self.speed(name, cells[name]) for name in ("down_mbps", "up_mbps"))
        if not school or at is None or not source or down is None or up is None:
            return None
        return Measured(school, at, source, down, up)

    def time(self, given: str, known: Known) -> int | None:
        try:
            found = dt.datetime.fromisoformat(given)
            moment = (found if found.tzinfo else found.replace(tzinfo=known.zone)).astimezone(dt.UTC)
        except (ValueError, OverflowError):
            self.wrong("at", f"{_short(given)} is no time", "write 2026-11-24T10:30, or 2026-11-24T10:30+03:00")
            return None
        if moment < _EARLIEST or moment.timestamp() > known.now:
            side = "before 2015" if moment < _EARLIEST else "in the future"
            self.wrong("at", f"{_short(given)} lies {side}", "correct it")
            return None
        return int(moment.timestamp())

    def source(self, given: str) -> str:
        found = unsafe(given)
        if found:
            self.wrong("source", f"{describe(found.group())} is refused", REMEDY)
        elif not given.strip() or len(given) > _SOURCE_LIMIT:
            self.wrong("source", f"has {len(given)} characters", f"name who measured, in at most {_SOURCE_LIMIT}")
        else:
            return given
        return ""

    def speed(self, column: str, given: str) -> float | None:
        if not _SPEED(given):
            self.wrong(column, f"{_short(given)} is not a number of Mbit/s", "write it as 100 or 2.5")
        elif float(given) > MOST_MBPS:
            self.wrong(column, f"{given} is above {MOST_MBPS:g} Mbit/s", "correct it: the unit is Mbit/s")
        else:
            return float(given)
        return None


def _short(value: str) -> str:
    return repr(value if len(value) <= _SHOWN else value[: _SHOWN - 1] + "…")
