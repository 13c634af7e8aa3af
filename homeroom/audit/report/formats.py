"""The formats of a report, by name. A format's module is imported when it is asked for, not before."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Final, Protocol, cast

from homeroom.audit.bundle.read import Bundle


class Write(Protocol):
    """Writes a bundle to a file (or folder) and returns where it is."""

    def __call__(self, bundle: Bundle, path: Path, *, lang: str = "en") -> Path:
        """Write the report; the one of before stays until this one is complete."""
        ...


@dataclass(frozen=True, slots=True)
class Format:
    """One format: the module whose `write` makes it, the name of what it writes, and what it is for."""

    module: str
    file: str
    what: str

    def __call__(self, bundle: Bundle, out: Path, lang: str = "en") -> Path:
        """Write it into the folder `out` and return where it is."""
        write = cast("Write", import_module(f"homeroom.audit.report.{self.module}").write)
        return write(bundle, out / self.file, lang=lang)


FORMATS: Final = {
    "html": Format("page", "audit.html", "a page for the auditor, the engineer and the network operations centre"),
    "pdf": Format("pdf", "audit.pdf", "the same to print and file"),
    "csv": Format("table", "audit.csv", "a row a verdict"),
    "xlsx": Format("xlsx", "audit.xlsx", "a workbook"),
    "junit": Format("junit", "audit.xml", "test results, for a build server"),
    "oscal": Format("oscal", "audit-results.json", "OSCAL assessment results"),
    "poam": Format("poam", "audit-poam.json", "OSCAL plan of action and milestones"),
    "cklb": Format("cklb", "audit-cklb.zip", "STIG Viewer checklists, one a device"),
}
