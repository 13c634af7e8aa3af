"""A printed page: fonts that hold Cyrillic, headings that become bookmarks, tables that run over pages, bars.

The same calls give the same bytes. DejaVu is carried along (fonts/LICENSE): a reader's system need not have it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal, TypeAlias

from fpdf import FPDF
from fpdf.enums import MethodReturnValue, XPos, YPos

from homeroom.audit.report.palette import LIGHT, MARKS, Mark
from homeroom.audit.report.words import visible
from homeroom.audit.verdict import Status

FONTS: Final = Path(__file__).parent / "fonts"
TEXT, CODE = "Text", "Code"
TINY, SMALL, BODY, HEAD, TITLE = 6.3, 7.5, 9.5, 14.0, 22.0
"""Sizes in points."""
MARGIN, FOOT = 16.0, 18.0
"""Millimetres, as all lengths here."""
MOST_LINES: Final = 40
"""Lines of one cell: a row must fit on a page."""
LINE: Final = 1.32
"""Line height by the size of the letters."""
_POINT: Final = 25.4 / 72
_EARLIEST: Final = 0.0
Align: TypeAlias = Literal["L", "R"]


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table. `width`: its part of the whole; `code`: letters of one width."""

    head: str
    width: float
    align: Align = "L"
    code: bool = False


class _Pages(FPDF):
    """Pages with a foot: whose they are, and how many. Footers of fpdf2 are a method of a subclass."""

    foot = ""
    numbered = "{page} / {pages}"

    def footer(self) -> None:
        """Print the foot of a page."""
        self.set_y(-FOOT + 4)
        self.set_font(TEXT, size=TINY)
        self.set_text_color(LIGHT.quiet)
        half = self.epw / 2
        self.cell(half * 1.6, 5, self.foot, align="L", new_x=XPos.RIGHT, new_y=YPos.TOP)
        numbered = self.numbered.format(page=self.page_no(), pages="{nb}")
        self.cell(half * 0.4, 5, numbered, align="R")


class Paper:
    """One document under way."""

    def __init__(self, title: str, language: str, at: float, *, foot: str, numbered: str) -> None:
        pdf = self.pdf = _Pages(format="A4")
        pdf.foot, pdf.numbered = visible(foot), numbered
        pdf.set_margin(MARGIN)
        pdf.set_auto_page_break(auto=True, margin=FOOT)
        pdf.add_font(TEXT, "", FONTS / "DejaVuSans.ttf")
        pdf.add_font(TEXT, "B", FONTS / "DejaVuSans-Bold.ttf")
        pdf.add_font(CODE, "", FONTS / "DejaVuSansMono.ttf")
        pdf.set_fallback_fonts([TEXT], exact_match=False)
        pdf.set_creation_date(dt.datetime.fromtimestamp(max(at, _EARLIEST), dt.UTC))
        pdf.set_title(visible(title))
        pdf.set_lang(language)
        pdf.set_creator("Homeroom")
        pdf.set_display_mode("fullwidth")
        letters: Any = pdf.fonts[TEXT.lower()]
        self._known = frozenset({ord("\n"), *letters.cmap})
        pdf.add_page()

    def shown(self, text: str) -> str:
        """Return a text with what no letter here can show written as its number."""
        return "".join(c if ord(c) in self._known else f"⟨U+{ord(c):04X}⟩" for c in visible(text))

    def title(self, text: str) -> None:
        """Print the title of the document."""
        self._text(text, TITLE, bold=True)
        self.space(3)

    def heading(self, text: str, *, level: int = 0) -> None:
        """Print a heading and make it a bookmark; it never stands last on a page."""
        size = HEAD if level == 0 else BODY + 1.5
        self.space(5 if level == 0 else 3)
        self.keep(42)
        self.pdf.start_section(self.shown(text), level=level)
        self._text(text, size, bold=True)
        self.space(1.5)

    def paragraph(self, text: str, *, quiet: bool = False, bold: bool = False, size: float = BODY) -> None:
        """Print a paragraph."""
        self._text(text, size, bold=bold, colour=LIGHT.quiet if quiet else LIGHT.text)
        self.space(1)

    def code(self, text: str) -> None:
        """Print what a device said, on a ground of its own."""
        self.pdf.set_fill_color(LIGHT.page)
        self._text(text, SMALL, family=CODE, fill=True)

    def facts(self, lines: Sequence[tuple[str, str]], *, code: bool = False) -> None:
        """Print labels, each with its value beside it."""
        columns = (Column("", 0.3), Column("", 0.7, code=code))
        for label, value in lines:
            self._row(columns, (label, value), BODY - 1, bold_first=True)
        self.space(2)

    def table(self, columns: Sequence[Column], rows: Sequence[Sequence[str]]) -> None:
        """Print a table; its head is printed again on each page."""
        if not rows:
            return
        heads = [column.head for column in columns]
        self.keep(self._height(columns, heads, TINY) + 12)
        self._head(columns, heads)
        for row in rows:
            if self._height(columns, row, SMALL) > self._left():
                self.pdf.add_page()
                self._head(columns, heads)
            self._row(columns, row, SMALL)
        self.space(3)

    def bar(self, counts: Mapping[Status, int], width: float, height: float) -> None:
        """Draw a bar of verdicts at the left edge, each as long as its share; white lines part them."""
        whole = sum(counts.values())
        x, y = self.pdf.l_margin, self.pdf.get_y()
        self.pdf.set_draw_color(LIGHT.card)
        for status, count in counts.items():
            part = width * count / whole if whole else 0
            if part:
                self.pdf.set_fill_color(MARKS[status].light)
                self.pdf.rect(x, y, part, height, style="DF")
                x += part
        self.pdf.set_y(y + height + 2)

    def mark(self, mark: Mark, x: float, y: float, size: float) -> None:
        """Draw the mark of a verdict in a square: shape and colour, so that nobody has to tell colours apart."""
        pdf, middle = self.pdf, size / 2
        pdf.set_fill_color(mark.light)
        pdf.set_draw_color(mark.light)
        if mark.shape == "square":
            pdf.rect(x, y, size, size, style="F")
        elif mark.shape == "triangle":
            pdf.polygon([(x + middle, y), (x + size, y + size), (x, y + size)], style="F")
        elif mark.shape == "diamond":
            pdf.polygon([(x + middle, y), (x + size, y + middle), (x + middle, y + size), (x, y + middle)], style="F")
        elif mark.shape == "ring":
            pdf.set_line_width(0.5)
            pdf.circle(x + middle, y + middle, middle - 0.25, style="D")
            pdf.set_line_width(0.2)
        else:
            pdf.circle(x + middle, y + middle, middle if mark.shape == "disc" else middle * 0.6, style="F")

    def legend(self, lines: Sequence[tuple[Status, str, str, str]]) -> None:
        """Print a line for each verdict: its mark, its name, how many, and the share."""
        for status, *words in lines:
            x, y = self.pdf.l_margin, self.pdf.get_y()
            self.mark(MARKS[status], x + 1, y + 1, 3)
            self.pdf.set_font(TEXT, size=BODY)
            self.pdf.set_text_color(LIGHT.text)
            self.pdf.set_x(x + 7)
            for word, width, align in zip(words, (60, 30, 25), ("L", "R", "R"), strict=True):
                self.pdf.cell(width, 5.2, self.shown(word), align=align, new_x=XPos.RIGHT, new_y=YPos.TOP)
            self.pdf.ln(5.4)
        self.space(2)

    def space(self, height: float) -> None:
        """Leave some room."""
        self.pdf.ln(height)

    def keep(self, height: float) -> None:
        """Begin a new page when less than this is left."""
        if height > self._left():
            self.pdf.add_page()

    def page(self) -> None:
        """Begin a new page."""
        self.pdf.add_page()

    def bytes(self) -> bytes:
        """Return the document."""
        return bytes(self.pdf.output())

    def _left(self) -> float:
        return float(self.pdf.page_break_trigger - self.pdf.get_y())

    def _text(
        self,
        text: str,
        size: float,
        *,
        family: str = TEXT,
        bold: bool = False,
        colour: str = LIGHT.text,
        fill: bool = False,
    ) -> None:
        self.pdf.set_font(family, "B" if bold else "", size)
        self.pdf.set_text_color(colour)
        height = size * _POINT * LINE
        shown = self.shown(text)
        self.pdf.multi_cell(0, height, shown, align="L", fill=fill, new_x=XPos.LMARGIN, new_y=YPos.NEXT)

    def _head(self, columns: Sequence[Column], heads: Sequence[str]) -> None:
        self._row(columns, heads, TINY, bold=True)

    def _row(
        self,
        columns: Sequence[Column],
        cells: Sequence[str],
        size: float,
        *,
        bold: bool = False,
        bold_first: bool = False,
    ) -> None:
        """Print one row, as high as its highest cell, with a thin line under it."""
        pdf, height = self.pdf, size * _POINT * LINE
        wrapped = [
            self._wrap(column, cell, size, bold=bold or (bold_first and number == 0))
            for number, (column, cell) in enumerate(zip(columns, cells, strict=True))
        ]
        needed = max(len(lines) for lines in wrapped) * height + 1.4
        self.keep(min(needed, 200))
        y, x = pdf.get_y(), pdf.l_margin
        for number, (column, lines) in enumerate(zip(columns, wrapped, strict=True)):
            self._font(column, size, bold=bold or (bold_first and number == 0))
            for at, line in enumerate(lines):
                pdf.set_xy(x, y + 0.7 + at * height)
                pdf.cell(pdf.epw * column.width, height, line, align=column.align)
            x += pdf.epw * column.width
        pdf.set_y(y + needed)
        pdf.set_draw_color(LIGHT.line)
        pdf.line(pdf.l_margin, y + needed, pdf.l_margin + pdf.epw, y + needed)

    def _font(self, column: Column, size: float, *, bold: bool) -> None:
        self.pdf.set_font(CODE if column.code else TEXT, "B" if bold and not column.code else "", size)
        self.pdf.set_text_color(LIGHT.text)

    def _wrap(self, column: Column, text: str, size: float, *, bold: bool) -> Sequence[str]:
        """Return the lines of a cell; most fit in one."""
        shown = self.shown(text)
        self._font(column, size, bold=bold)
        width = self.pdf.epw * column.width
        if "\n" not in shown and self.pdf.get_string_width(shown) < width - 2 * self.pdf.c_margin:
            return (shown,)
        wrap: Any = self.pdf.multi_cell  # what it returns hangs on `output`, which its annotations do not tell
        height = size * _POINT * LINE
        lines: list[str] = wrap(width, height, shown, align="L", dry_run=True, output=MethodReturnValue.LINES)
        return lines[:MOST_LINES] or ("",)

    def _height(self, columns: Sequence[Column], cells: Sequence[str], size: float) -> float:
        lines = (len(self._wrap(column, cell, size, bold=False)) for column, cell in zip(columns, cells, strict=True))
        return max(lines) * size * _POINT * LINE + 1.4
