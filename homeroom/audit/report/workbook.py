"""XLSX written as it comes: sheets of any length in little memory, the same bytes for the same cells.

Our own writer, because row by row is the slow part of the libraries: here rows are text, put together of cells
that were made once (cells.py).
"""

from __future__ import annotations

import datetime as dt
import tempfile
import zipfile
from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager
from types import TracebackType
from typing import IO, Final, Self, TypeAlias

from homeroom.audit.report import office, words
from homeroom.audit.report.cells import HEAD, letter, row, text
from homeroom.audit.report.office import Sheet

MOST_ROWS: Final = 1_048_576
"""Rows of a sheet, the header among them: the limit of the format."""
MOST_BYTES: Final = 1 << 30
"""A sheet is also ended here: no reader has to know the 64-bit ZIP."""
_EARLIEST: Final = 315_532_800.0
"""1980, when the time of ZIP begins."""
_LEVEL: Final = "_compresslevel"
"""Where a member's level is kept; streams have no other way to it."""

Column: TypeAlias = tuple[str, int]
"""Its head, and its width in letters."""


class Spool:
    """Rows kept aside until their turn comes: on disk once they are many."""

    def __init__(self) -> None:
        self.file: IO[bytes] = tempfile.SpooledTemporaryFile(max_size=1 << 20)  # noqa: SIM115 - closed by close()
        self.rows: list[int] = []
        """Length of each row in bytes: a sheet may end only between two."""

    def add(self, row: str) -> None:
        """Keep one row."""
        self.rows.append(self.file.write(row.encode()))

    def read(self) -> Iterator[bytes]:
        """Return the rows as they came."""
        self.file.seek(0)
        for length in self.rows:
            yield self.file.read(length)

    def close(self) -> None:
        """Let go of them."""
        self.file.close()


class Table:
    """One table: as many sheets as it needs, each with the header on top."""

    def __init__(self, book: Workbook, name: str, columns: Sequence[Column], *, filtered: bool) -> None:
        self._book, self._name, self._columns, self._filtered = book, name, columns, filtered
        self._part = 0
        self._file: IO[bytes] | None = None
        self._rows = self._bytes = 0

    def add(self, rows: Sequence[str]) -> None:
        """Write some rows."""
        self._write("".join(rows).encode(), len(rows))

    def take(self, spool: Spool) -> None:
        """Write the rows kept aside."""
        for one in spool.read():
            self._write(one, 1)

    def close(self) -> None:
        """End the last sheet; a table without rows has one too."""
        self._end(self._file or self._begin())

    def _write(self, rows: bytes, count: int) -> None:
        full = self._rows + count > self._book.most_rows or self._bytes + len(rows) > MOST_BYTES
        if self._file and full:
            self._end(self._file)
        file = self._file or self._begin()
        file.write(rows)
        self._rows += count
        self._bytes += len(rows)

    def _begin(self) -> IO[bytes]:
        self._part += 1
        self._rows = self._bytes = 0
        name = self._name if self._part == 1 else f"{self._name} {self._part}"
        self._file = file = self._book.open_sheet(name, len(self._columns) if self._filtered else 0)
        widths = "".join(
            f'<col min="{at}" max="{at}" width="{width}" customWidth="1"/>'
            for at, (_, width) in enumerate(self._columns, 1)
        )
        pane = '<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/>' if self._filtered else ""
        file.write(
            f'{office.XML}<worksheet xmlns="{office.MAIN}"><sheetPr><pageSetUpPr fitToPage="1"/></sheetPr>'
            f'<sheetViews><sheetView workbookViewId="0">{pane}</sheetView></sheetViews>'
            f'<sheetFormatPr defaultRowHeight="15"/><cols>{widths}</cols><sheetData>'.encode()
        )
        if self._filtered:
            file.write(row(text(head, style=HEAD) for head, _ in self._columns).encode())
            self._rows = 1
        return file

    def _end(self, file: IO[bytes]) -> None:
        last = f"{letter(len(self._columns))}{max(self._rows, 1)}"
        filters = f'<autoFilter ref="A1:{last}"/>' if self._filtered else ""
        page = '<pageSetup paperSize="9" orientation="landscape" fitToHeight="0"/>'
        file.write(f"</sheetData>{filters}{page}</worksheet>".encode())
        file.close()
        self._file = None


class Workbook:
    """One XLSX file under way. `at`: the time it bears, seconds since the epoch."""

    def __init__(self, file: IO[bytes], heading: str, language: str, at: float, most_rows: int = MOST_ROWS) -> None:
        self.most_rows = most_rows
        self._heading, self._language, self._at = heading, language, max(at, _EARLIEST)
        self._zip = zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=1)
        self._sheets: list[Sheet] = []
        self._stream: IO[bytes] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._stream and not self._stream.closed:
            self._stream.close()
        self._zip.close()

    @contextmanager
    def table(self, name: str, columns: Sequence[Column], *, filtered: bool = True) -> Generator[Table, None, None]:
        """Open a table; the one before must be closed."""
        table = Table(self, name, columns, filtered=filtered)
        yield table
        table.close()

    def open_sheet(self, name: str, columns: int) -> IO[bytes]:
        """Open the next sheet; `columns`: how many can be filtered."""
        self._sheets.append(Sheet(self._free(name), columns))
        self._stream = self._zip.open(self._info(f"xl/worksheets/sheet{len(self._sheets)}.xml"), "w")
        return self._stream

    def bind(self, order: Sequence[str] = ()) -> None:
        """Write what binds the sheets together; those whose names begin as in `order` stand first, in that order."""
        ranked = sorted(enumerate(self._sheets, 1), key=lambda pair: (_rank(pair[1].name, order), pair[0]))
        for name, content in office.parts(ranked, self._heading, self._language, self._at).items():
            self._zip.writestr(self._info(name), content, compresslevel=1)

    def _free(self, name: str) -> str:
        """Return a name of a sheet that the format allows (31 characters, none of some) and that is not taken."""
        taken = {sheet.name.casefold() for sheet in self._sheets}
        base = " ".join(words.visible(name).translate(office.NOT_IN_NAMES).split()) or "-"
        free = base[:31]
        number = 2
        while free.casefold() in taken:
            free = f"{base[: 31 - len(f' {number}')]} {number}"
            number += 1
        return free

    def _info(self, name: str) -> zipfile.ZipInfo:
        when = dt.datetime.fromtimestamp(self._at, dt.UTC)
        info = zipfile.ZipInfo(name, (when.year, when.month, when.day, when.hour, when.minute, when.second))
        info.compress_type = zipfile.ZIP_DEFLATED
        setattr(info, _LEVEL, 1)
        info.external_attr = 0o644 << 16
        return info


def _rank(name: str, order: Sequence[str]) -> int:
    return next((at for at, start in enumerate(order) if name.startswith(start)), len(order))
