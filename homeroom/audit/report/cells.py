"""Cells of a spreadsheet as XML text: strings, numbers and times, never a formula."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import Final
from xml.sax.saxutils import escape

from homeroom.audit.report.words import visible

LONGEST: Final = 32_767
"""Characters of a cell: the limit of the format."""
CUT: Final = " …"
FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")
"""What a spreadsheet would run, were it typed; such a text is marked as quoted."""
_DAY_ZERO: Final = 25_569
"""1970-01-01 as a spreadsheet counts days."""
_LAST_DAY: Final = 2_958_465
"""9999-12-31, beyond which there are none."""
PLAIN, HEAD, WRAPPED, MOMENT, SHARE, WHOLE, QUOTED, TITLE, LABEL = range(9)
"""Numbers of the formats in STYLES, in its order."""
_FONT: Final = '<name val="Calibri"/><family val="2"/>'
_TOP: Final = '<alignment vertical="top"/>'
STYLES: Final = (
    '<styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
    '<numFmts count="2"><numFmt numFmtId="164" formatCode="yyyy\\-mm\\-dd\\ hh:mm:ss"/>'
    '<numFmt numFmtId="165" formatCode="0.0%"/></numFmts>'
    f'<fonts count="3"><font><sz val="11"/>{_FONT}</font><font><b/><sz val="11"/>{_FONT}</font>'
    f'<font><b/><sz val="16"/>{_FONT}</font></fonts>'
    '<fills count="3"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill>'
    '<fill><patternFill patternType="solid"><fgColor rgb="FFE8EDF4"/></patternFill></fill></fills>'
    '<borders count="1"><border/></borders><cellStyleXfs count="1"><xf/></cellStyleXfs><cellXfs count="9">'
    f'<xf applyAlignment="1">{_TOP}</xf>'
    '<xf fontId="1" fillId="2" applyFont="1" applyFill="1" applyAlignment="1">'
    '<alignment vertical="top" wrapText="1"/></xf>'
    '<xf applyAlignment="1"><alignment vertical="top" wrapText="1"/></xf>'
    f'<xf numFmtId="164" applyNumberFormat="1" applyAlignment="1">{_TOP}</xf>'
    f'<xf numFmtId="165" applyNumberFormat="1" applyAlignment="1">{_TOP}</xf>'
    f'<xf numFmtId="3" applyNumberFormat="1" applyAlignment="1">{_TOP}</xf>'
    f'<xf quotePrefix="1" applyAlignment="1">{_TOP}</xf>'
    '<xf fontId="2" applyFont="1"/><xf fontId="1" applyFont="1" applyAlignment="1">'
    f"{_TOP}</xf></cellXfs>"
    '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>'
)


def text(value: str, *, wrapped: bool = False, style: int = PLAIN) -> str:
    """Return a cell of text; what is longer than the format allows is cut, and shown as cut."""
    if not value:
        return "<c/>"
    shown = visible(value)
    if len(shown) > LONGEST:
        shown = shown[: LONGEST - len(CUT)] + CUT
    if value.startswith(FORMULA):
        style = QUOTED
    elif wrapped:
        style = WRAPPED
    kept = ' xml:space="preserve"' if shown != shown.strip() or "\n" in shown else ""
    mark = f' s="{style}"' if style else ""
    return f'<c{mark} t="inlineStr"><is><t{kept}>{escape(shown)}</t></is></c>'


def title(value: str) -> str:
    """Return a cell of large text."""
    return text(value, style=TITLE)


def whole(value: int) -> str:
    """Return a cell of a whole number."""
    return f'<c s="{WHOLE}"><v>{value}</v></c>'


def share(part: int, of: int) -> str:
    """Return a cell of a share, shown in percent; empty when there is nothing to share."""
    return f'<c s="{SHARE}"><v>{part / of:.6f}</v></c>' if of else "<c/>"


@lru_cache(maxsize=4096)
def moment(at: float) -> str:
    """Return a cell of a time in UTC (0: empty); a clock that no calendar of a spreadsheet has is its number."""
    days = at / 86_400 + _DAY_ZERO
    if not at:
        return "<c/>"
    return f'<c s="{MOMENT}"><v>{days:.10f}</v></c>' if 1 <= days <= _LAST_DAY else f"<c><v>{at:.0f}</v></c>"


def row(cells: Iterable[str]) -> str:
    """Return a row of cells."""
    return f"<row>{''.join(cells)}</row>"


def letter(column: int) -> str:
    """Name a column, counted from 1: A, Z, AA."""
    name = ""
    while column:
        column, rest = divmod(column - 1, 26)
        name = chr(65 + rest) + name
    return name
