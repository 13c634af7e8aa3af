"""The ledger: one CSV a person can diff, read strictly, written whole or not at all."""

from __future__ import annotations

import csv
import dataclasses
import datetime as dt
import io
import os
import re
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final, cast

from homeroom.errors import InputError, PlanError, Problem
from homeroom.plan.model import Entry
from homeroom.prefix import Prefix
from homeroom.programme.model import SizeClass

LENGTH4: Final[Mapping[str, int]] = {"S": 23, "M": 21, "L": 20}
"""Size class -> length of a site's IPv4 block."""
LENGTH6: Final = 56
LENGTH_WAN: Final = 31
COLUMNS: Final = tuple(field.name for field in dataclasses.fields(Entry))
_LENGTHS: Final = {"v6": (6, LENGTH6), "wan4": (4, LENGTH_WAN)}
_code: Final = re.compile(r"[a-z0-9]{2,7}-[0-9]{4,5}").fullmatch
_RESTORE: Final = "restore the line from version control; the plan writes this file"


@dataclasses.dataclass(frozen=True, slots=True)
class Ledger:
    """What was decided once and is kept, by site id."""

    entries: Mapping[str, Entry]


def anniversary(day: str) -> str:
    """Return the ISO date twelve months after `day`: from then on a released block may be used again."""
    then = dt.date.fromisoformat(day)
    try:
        return then.replace(year=then.year + 1).isoformat()
    except ValueError:  # 29 February
        return dt.date(then.year + 1, 3, 1).isoformat()


def read_ledger(path: Path) -> Ledger:
    """Read the ledger; none is an empty one. Raises InputError with every mistake a hand edit may have left."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            lines = list(csv.reader(file, strict=True))
    except FileNotFoundError:
        return Ledger({})
    except OSError as error:
        raise InputError(_whole(path, f"cannot be read: {error.strerror}", "check its permissions")) from error
    except (UnicodeDecodeError, csv.Error) as error:
        raise InputError(_whole(path, f"is not a CSV file in UTF-8: {error}", _RESTORE)) from error
    if not lines or tuple(lines[0]) != COLUMNS:
        raise InputError(_whole(path, f"does not begin with the line {','.join(COLUMNS)}", _RESTORE))
    return _Reader(path.name).read(lines[1:])


def _whole(path: Path, message: str, remedy: str) -> Problem:
    return Problem(path.name, 0, "(file)", message, remedy)


class _Reader:
    """One ledger being read: it collects problems and goes on."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.problems: list[Problem] = []
        self.rows: dict[str, int] = {}

    def wrong(self, row: int, field: str, message: str, remedy: str = _RESTORE) -> None:
        self.problems.append(Problem(self.file, row, field, message, remedy))

    def read(self, lines: list[list[str]]) -> Ledger:
        entries: dict[str, Entry] = {}
        for row, cells in enumerate(lines, 2):
            entry = self.entry(row, cells)
            if entry is None:
                continue
            if entry.site in entries:
                self.wrong(row, "site", f"{entry.site} stands in line {self.rows[entry.site]} already", "keep one line")
                continue
            entries[entry.site] = entry
            self.rows[entry.site] = row
        self.codes(entries)
        for field in ("v4", "v6", "wan4"):
            self.overlaps(entries, field)
        if self.problems:
            raise InputError(*self.problems)
        return Ledger(entries)

    def entry(self, row: int, cells: list[str]) -> Entry | None:
        if len(cells) != len(COLUMNS):
            self.wrong(row, "(line)", f"has {len(cells)} columns, not {len(COLUMNS)}")
            return None
        line = dict(zip(COLUMNS, cells, strict=True))
        before = len(self.problems)
        for field in ("site", "region"):
            if not line[field]:
                self.wrong(row, field, "is empty")
        if not _code(line["code"]):
            self.wrong(row, "code", f"{line['code']!r} is no site code such as py11-0042")
        for field in ("allocated", "released"):
            self.date(row, field, line[field])
        size = line["size"]
        if size not in LENGTH4:
            self.wrong(row, "size", f"{size!r} is not one of S, M, L")
        wanted = {"v4": (4, LENGTH4.get(size, 0)), **_LENGTHS}
        prefixes = {field: self.prefix(row, field, line[field], *wanted[field]) for field in ("v4", "v6", "wan4")}
        if len(self.problems) > before:
            return None
        return Entry(
            line["site"], line["region"], line["code"], cast("SizeClass", size),
            **cast("dict[str, Prefix]", prefixes), allocated=line["allocated"], released=line["released"],
        )  # fmt: skip

    def date(self, row: int, field: str, text: str) -> None:
        if not (_is_date(text) or (field == "released" and not text)):
            self.wrong(row, field, f"{text!r} is no date such as 2026-09-01")

    def prefix(self, row: int, field: str, text: str, family: int, length: int) -> Prefix | None:
        try:
            prefix = Prefix.parse(text)
        except ValueError as error:
            self.wrong(row, field, str(error))
            return None
        if prefix.family != family or (length and prefix.length != length):
            self.wrong(row, field, f"{text} is not an IPv{family} /{length}")
            return None
        return prefix

    def codes(self, entries: Mapping[str, Entry]) -> None:
        seen: dict[str, str] = {}
        for entry in entries.values():
            other = seen.setdefault(entry.code, entry.site)
            if other != entry.site:
                row = self.rows[entry.site]
                self.wrong(row, "code", f"{entry.code} is the code of {other} (line {self.rows[other]}) too")

    def overlaps(self, entries: Mapping[str, Entry], field: str) -> None:
        """Prefixes are disjoint or nested, so a stack of the open ones finds every overlapping pair."""
        rows = sorted(
            ((getattr(e, field), e) for e in entries.values()), key=lambda pair: (pair[0].first, -pair[0].last)
        )
        open_: list[tuple[Prefix, Entry]] = []
        for prefix, entry in rows:
            while open_ and open_[-1][0].last < prefix.first:
                open_.pop()
            for other_prefix, other in open_:
                if not _successive(entry, other):
                    first, second = sorted((other, entry), key=lambda e: self.rows[e.site])
                    text = f"overlaps {other_prefix if second is entry else prefix} of {first.site}"
                    self.wrong(self.rows[second.site], field, f"{text} (line {self.rows[first.site]})")
            open_.append((prefix, entry))


def _is_date(text: str) -> bool:
    try:
        return dt.date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def _successive(one: Entry, two: Entry) -> bool:
    """Tell whether one of the two had the block, and the other got it twelve months after its release or later."""
    return any(a.released and anniversary(a.released) <= b.allocated for a, b in ((one, two), (two, one)))


def _lines(ledger: Ledger) -> Iterator[tuple[str, ...]]:
    yield COLUMNS
    for _, entry in sorted(ledger.entries.items()):
        yield tuple(str(getattr(entry, column)) for column in COLUMNS)


def render_ledger(ledger: Ledger) -> str:
    """Return the ledger as CSV, sorted by site."""
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows(_lines(ledger))
    return out.getvalue()


def write_ledger(path: Path, ledger: Ledger) -> None:
    """Replace the ledger: whoever reads it, and whenever the machine dies, it is the old one or the new one."""
    try:
        _replace(path, render_ledger(ledger).encode())
    except OSError as error:
        raise PlanError(f"{path} cannot be written: {error.strerror}; the old ledger stands as it was") from error


def _replace(path: Path, data: bytes) -> None:
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    fresh = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            os.fchmod(handle, 0o644)
            file.write(data)
            file.flush()
            os.fsync(handle)
        fresh.replace(path)
    finally:
        fresh.unlink(missing_ok=True)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
