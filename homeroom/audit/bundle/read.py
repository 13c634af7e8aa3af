"""A bundle, read back: title block, rules and the like at once, subjects one after the other. Verifies nothing."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Final, TypeVar

from homeroom.audit.bundle import records
from homeroom.audit.bundle.model import Header, Region, RuleEntry, SubjectEntry, UnreachedEntry, WaiverEntry
from homeroom.audit.bundle.subjects import Subjects
from homeroom.errors import BundleError

T = TypeVar("T")
_TAIL: Final = 1 << 16


@dataclass(frozen=True, slots=True)
class Bundle:
    """What a bundle says. `root`: as it would be signed. `start`: where the first verdict stands (bytes)."""

    path: Path
    header: Header
    rules: tuple[RuleEntry, ...]
    waivers: tuple[WaiverEntry, ...]
    regions: tuple[Region, ...]
    unreached: tuple[UnreachedEntry, ...]
    root: str
    start: int

    @classmethod
    def open(cls, path: Path) -> Bundle:
        """Read everything before the first verdict; BundleError when the file is none, or was cut off."""
        try:
            with path.open("rb") as file:
                found, start = _prelude(file, path)
                root = hashlib.sha256(_root(file, path)).hexdigest()
        except OSError as error:
            raise BundleError(f"{path} cannot be read ({error.strerror}): name the file of an audit") from error
        headers = _all(Header, found["header"])
        if len(headers) != 1 or headers[0].format != records.FORMAT:
            raise BundleError(
                f"{path} has no header of format {records.FORMAT}: read it with the Homeroom that wrote it"
            )
        return cls(
            path,
            headers[0],
            _all(RuleEntry, found["rule"]),
            _all(WaiverEntry, found["waiver"]),
            _all(Region, found["region"]),
            _all(UnreachedEntry, found["unreached"]),
            root,
            start,
        )

    def subjects(self) -> Iterator[SubjectEntry]:
        """Yield the subjects in the order they were judged; may be called again, each time it reads anew."""
        reader = Subjects({rule.id: rule.severity for rule in self.rules})
        with self.path.open("rb", buffering=1 << 20) as file:
            file.seek(self.start)
            for raw in file:
                kind = records.kind_of(raw)
                if kind == "finding":
                    reader.finding(records.payload(raw))
                elif kind == "subject":
                    yield reader.subject(records.payload(raw))
                elif kind == "index":
                    return
                else:
                    raise BundleError(f"{self.path}: a line among the verdicts is none: `homeroom audit verify` it")


def _prelude(file: IO[bytes], path: Path) -> tuple[dict[str, list[Any]], int]:
    """Return kind -> what its lines hold, and where the first line of another kind begins."""
    found: dict[str, list[Any]] = {kind: [] for kind in records.PRELUDE}
    start = 0
    if not file.read(len(records.START)) == records.START:
        raise BundleError(f"{path} is no evidence bundle: name the file that `homeroom audit` wrote")
    file.seek(0)
    for raw in file:
        kind = records.kind_of(raw)
        if kind not in found:
            break
        found[kind].append(records.payload(raw))
        start += len(raw)
    return found, start


def _root(file: IO[bytes], path: Path) -> bytes:
    """Return the last line but one."""
    size, take = file.seek(0, os.SEEK_END), _TAIL
    while True:
        file.seek(max(size - take, 0))
        lines = file.read().split(b"\n")
        if len(lines) > 3 or take >= size:
            break
        take *= 4
    if [records.kind_of(raw) for raw in lines[-3:]] != ["root", "signature", ""] or lines[-1]:
        raise BundleError(f"{path} was cut off, or something was added: `homeroom audit verify` says where")
    return lines[-3] + b"\n"


def _all(kind: type[T], found: list[Any]) -> tuple[T, ...]:
    return tuple(records.made(kind, one) for one in found)
