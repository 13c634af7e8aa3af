"""STIG checklists: one file a device, all in one ZIP, a folder for each platform; or the one file of one device."""

from __future__ import annotations

import datetime as dt
import re
import zipfile
from collections.abc import Iterator, Sequence
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Final, TextIO, cast

from homeroom.audit.bundle.read import Bundle
from homeroom.audit.report.fresh import Fresh, write_text
from homeroom.audit.report.stig import Checklists
from homeroom.errors import UsageError

_EARLIEST: Final = 315_532_800.0
"""1980, when the time of ZIP begins."""
_UNSAFE: Final = re.compile(r"[^A-Za-z0-9._-]+|^\.+")


def write(bundle: Bundle, path: Path, *, lang: str = "en", devices: Sequence[str] = ()) -> Path:
    """Write the checklists of the devices that fit one of `devices` (globs; none: of all), in English.

    A path that ends in .cklb is one device's file. UsageError when no checklist, or more than asked, would be written.
    """
    del lang
    found = _checklists(bundle, devices)
    if path.suffix == ".cklb":
        listed = [text for (_, text), _ in zip(found, range(2), strict=False)]
        if len(listed) != 1:
            how_many = "more than one device has" if listed else "no device has"
            raise UsageError(
                f"{path.name} holds one device's checklist, {how_many} one: name one device, or end in .zip"
            )
        return write_text(path, listed[0])
    with Fresh(path) as file, zipfile.ZipFile(cast("TextIO", file).buffer, "w") as packed:
        _pack(packed, found, bundle.header.at)
    return path


def _checklists(bundle: Bundle, devices: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Yield folder and name of each file, without suffix, and its text."""
    made = Checklists(bundle.rules, bundle.waivers, bundle.root)
    for entry in bundle.subjects():
        if entry.device and (not devices or any(fnmatchcase(entry.device, glob) for glob in devices)):
            text = made.of(entry)
            if text:
                yield f"{_safe(entry.platform)}/{_safe(entry.device)}", text


def _pack(packed: zipfile.ZipFile, found: Iterator[tuple[str, str]], at: float) -> None:
    when = dt.datetime.fromtimestamp(max(at, _EARLIEST), dt.UTC)
    taken: set[str] = set()
    for name, text in found:
        free, number = name, 2
        while free.casefold() in taken:
            free, number = f"{name}-{number}", number + 1
        taken.add(free.casefold())
        info = zipfile.ZipInfo(f"{free}.cklb", (when.year, when.month, when.day, when.hour, when.minute, when.second))
        info.external_attr = 0o644 << 16
        data = text.encode("utf-8", "backslashreplace")
        packed.writestr(info, data, zipfile.ZIP_DEFLATED, 1)
    if not taken:
        raise UsageError("no checklist to write: no device fits, or no DISA guide is for those that do")


def _safe(text: str) -> str:
    """Return a name for a file from a name that others gave."""
    return _UNSAFE.sub("_", text)[:100] or "_"
