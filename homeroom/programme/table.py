"""schools.csv as rows: UTF-8 (a byte-order mark is fine), commas, double quotes, one header line.

Other separators are refused, not guessed: a file with semicolons usually has decimal commas as well.
"""

from __future__ import annotations

import codecs
import csv
import difflib
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from homeroom.errors import InputError, Problem
from homeroom.programme.columns import IGNORED, REQUIRED, USED

SEPARATORS: Final = {";": "semicolons", "\t": "tabs", "|": "bars"}
_UTF16: Final = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the table: its number in the file, its cells by column, and how many cells it really has."""

    number: int
    cells: Mapping[str, str]
    width: int


@dataclass(frozen=True, slots=True)
class Table:
    """The file: its columns and its lines, read as they are asked for."""

    file: str
    columns: tuple[str, ...]
    lines: Iterator[Line]


def read_table(path: Path, file: str) -> Table:
    """Read the header at once and the lines on demand; InputError when the file as a whole is unusable."""
    text = _text(path, file)
    records = _records(text, file)
    header = tuple(next(records)[1])
    problems = list(_header(header, file))
    if problems:
        raise InputError(*problems)
    return Table(file, header, _lines(header, records, file))


def _text(path: Path, file: str) -> str:
    try:
        data = path.read_bytes()
    except OSError as error:
        raise _unusable(file, 0, f"cannot be read: {error.strerror}", "check the path") from error
    if data.startswith(_UTF16):
        raise _unusable(file, 0, "is UTF-16, not UTF-8", "save it as UTF-8 (in Excel: CSV UTF-8)")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        row = data.count(b"\n", 0, error.start) + 1
        raise _unusable(
            file, row, f"byte 0x{data[error.start]:02X} is not UTF-8", "save it as UTF-8 (in Excel: CSV UTF-8)"
        ) from error
    if not text.strip():
        raise _unusable(file, 0, "is empty", "write a header line and a line for each school")
    return text


def _records(text: str, file: str) -> Iterator[tuple[int, list[str]]]:
    """Yield each record with the line it starts on; blank lines are passed over."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    start = 1
    while True:
        try:
            record = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise _unusable(file, start, f"is not CSV: {error}", "look for a quote that is not closed") from error
        if record:
            yield start, record
        start = reader.line_num + 1


def _lines(header: tuple[str, ...], records: Iterator[tuple[int, list[str]]], file: str) -> Iterator[Line]:
    empty = True
    for number, record in records:
        empty = False
        yield Line(number, dict(zip(header, record, strict=False)), len(record))
    if empty:
        raise _unusable(file, 0, "holds no school", "write a line for each school")


def _header(header: tuple[str, ...], file: str) -> Iterator[Problem]:
    if len(header) == 1:
        for separator, name in SEPARATORS.items():
            if separator in header[0]:
                yield Problem(file, 1, "(header)", f"is separated by {name}", "save it with commas")
                return
    known = (*USED, *IGNORED)
    for number, column in enumerate(header):
        if column in header[:number]:
            yield Problem(file, 1, column, "column given twice", "keep one")
        elif column not in known:
            near = difflib.get_close_matches(column, known, 1)
            hint = f"did you mean {near[0]}?" if near else "remove it: columns are Giga's, site_id and programme_state"
            yield Problem(file, 1, column or "(header)", "unknown column", hint)
    for column in REQUIRED:
        if column not in header:
            yield Problem(file, 1, column, "missing column", "add it")


def _unusable(file: str, row: int, message: str, remedy: str) -> InputError:
    return InputError(Problem(file, row, "(file)", message, remedy))
