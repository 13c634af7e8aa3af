"""What binds the sheets of an XLSX file together: its content types, relations, names and title (ECMA-376)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final
from xml.sax.saxutils import escape, quoteattr

from homeroom.audit.report.cells import STYLES
from homeroom.audit.report.words import visible

XML: Final = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
MAIN: Final = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
NOT_IN_NAMES: Final = str.maketrans(dict.fromkeys("[]:*?/\\'", " "))
"""Characters that no sheet's name may have."""
_SCHEMAS: Final = "http://schemas.openxmlformats.org"
_TYPES: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_RELATION: Final = f"{_SCHEMAS}/officeDocument/2006/relationships"
_RELS: Final = (
    f'{XML}<Relationships xmlns="{_SCHEMAS}/package/2006/relationships">'
    f'<Relationship Id="rId1" Type="{_RELATION}/officeDocument" Target="xl/workbook.xml"/>'
    f'<Relationship Id="rId2" Type="{_SCHEMAS}/package/2006/relationships/metadata/core-properties" '
    'Target="docProps/core.xml"/></Relationships>'
)


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet: its name, and how many columns can be filtered (0: it has no header)."""

    name: str
    columns: int


def parts(sheets: Sequence[tuple[int, Sheet]], heading: str, language: str, at: float) -> Mapping[str, str]:
    """Return every part but the sheets, by name. `sheets`: number of its part and the sheet, in the order shown."""
    return {
        "[Content_Types].xml": _content_types(len(sheets)),
        "_rels/.rels": _RELS,
        "docProps/core.xml": _core(heading, language, at),
        "xl/workbook.xml": _workbook(sheets),
        "xl/_rels/workbook.xml.rels": _relations(len(sheets)),
        "xl/styles.xml": XML + STYLES,
    }


def _content_types(sheets: int) -> str:
    listed = "".join(
        f'<Override PartName="/xl/worksheets/sheet{number}.xml" ContentType="{_TYPES}.worksheet+xml"/>'
        for number in range(1, sheets + 1)
    )
    return (
        f'{XML}<Types xmlns="{_SCHEMAS}/package/2006/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{_TYPES}.sheet.main+xml"/>'
        f'<Override PartName="/xl/styles.xml" ContentType="{_TYPES}.styles+xml"/>{listed}'
        '<Override PartName="/docProps/core.xml" '
        'ContentType="application/vnd.openxmlformats-package.core-properties+xml"/></Types>'
    )


def _core(heading: str, language: str, at: float) -> str:
    when = f"{dt.datetime.fromtimestamp(at, dt.UTC):%Y-%m-%dT%H:%M:%SZ}"
    return (
        f'{XML}<cp:coreProperties xmlns:cp="{_SCHEMAS}/package/2006/metadata/core-properties" '
        'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/" '
        'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
        f"<dc:title>{escape(visible(heading))}</dc:title><dc:creator>Homeroom</dc:creator>"
        f"<dc:language>{escape(language)}</dc:language>"
        f'<dcterms:created xsi:type="dcterms:W3CDTF">{when}</dcterms:created>'
        f'<dcterms:modified xsi:type="dcterms:W3CDTF">{when}</dcterms:modified></cp:coreProperties>'
    )


def _workbook(sheets: Sequence[tuple[int, Sheet]]) -> str:
    listed = "".join(
        f'<sheet name={quoteattr(sheet.name)} sheetId="{number}" r:id="rId{number}"/>' for number, sheet in sheets
    )
    repeated = "".join(
        f'<definedName name="_xlnm.Print_Titles" localSheetId="{at}">{escape(_quoted(sheet.name))}!$1:$1</definedName>'
        for at, (_, sheet) in enumerate(sheets)
        if sheet.columns
    )
    names = f"<definedNames>{repeated}</definedNames>" if repeated else ""
    return (
        f'{XML}<workbook xmlns="{MAIN}" xmlns:r="{_RELATION}"><bookViews><workbookView activeTab="0"/></bookViews>'
        f"<sheets>{listed}</sheets>{names}</workbook>"
    )


def _quoted(name: str) -> str:
    return f"'{name}'"


def _relations(sheets: int) -> str:
    listed = "".join(
        f'<Relationship Id="rId{number}" Type="{_RELATION}/worksheet" Target="worksheets/sheet{number}.xml"/>'
        for number in range(1, sheets + 1)
    )
    return (
        f'{XML}<Relationships xmlns="{_SCHEMAS}/package/2006/relationships">{listed}'
        f'<Relationship Id="rId{sheets + 1}" Type="{_RELATION}/styles" Target="styles.xml"/></Relationships>'
    )
