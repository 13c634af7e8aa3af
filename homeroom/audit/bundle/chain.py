"""The roots of all runs of a project, oldest first: `.homeroom/audit.roots`, one JSON object a line, only added to."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, cast

from homeroom.audit.bundle import canonical
from homeroom.errors import AuditError
from homeroom.project import Project

FILE: Final = "audit.roots"
ROOT: Final = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Run:
    """One run: its root, of when it is (seconds since the epoch), the root of the run before (empty: none)."""

    root: str
    at: float
    previous: str


def runs(project: Project) -> tuple[Run, ...]:
    """Return all runs on record; AuditError when the record does not hang together."""
    path = project.state / FILE
    found = tuple(_read(path)) if path.exists() else ()
    for before, after in zip(("", *(run.root for run in found)), found, strict=False):
        if after.previous != before:
            raise AuditError(f"{path}: run {after.root} does not follow the line before: restore it from a backup")
    return found


def previous(project: Project) -> str:
    """Return the root of the last run; empty before the first."""
    found = runs(project)
    return found[-1].root if found else ""


def remember(project: Project, root: str, at: float) -> None:
    """Add a run that is complete."""
    path = project.state / FILE
    found = {"at": canonical.number(at), "previous": previous(project), "root": root}
    try:
        with path.open("r+b" if path.exists() else "w+b") as file:
            file.seek(_whole(file.read()))
            file.truncate()
            file.write(canonical.plain(found) + b"\n")
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        raise AuditError(f"{path} cannot be written ({error.strerror}): free some space") from error


def _whole(data: bytes) -> int:
    """Return how much of the record is whole lines: a power cut leaves half of one."""
    return data.rfind(b"\n") + 1


def _read(path: Path) -> Iterator[Run]:
    try:
        data = path.read_bytes()
    except OSError as error:
        raise AuditError(f"{path} cannot be read ({error.strerror}): correct the permissions") from error
    for row, raw in enumerate(data[: _whole(data)].splitlines(), 1):
        try:
            found = cast("dict[str, Any]", json.loads(raw))
            run = Run(str(found["root"]), float(found["at"]), str(found["previous"]))
        except (ValueError, KeyError, TypeError) as error:
            raise AuditError(f"{path}:{row} is no run: restore it from a backup") from error
        if not ROOT.fullmatch(run.root):
            raise AuditError(f"{path}:{row} has no root: restore it from a backup")
        yield run
