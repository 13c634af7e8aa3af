"""From the files an operator brings to a list that may be published, or to every reason why not."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from homeroom.central.lists import formats
from homeroom.central.lists.compact import compact
from homeroom.central.lists.guards import Guards, Refusal
from homeroom.central.lists.manifest import Listed, Source, digest
from homeroom.central.lists.names import Refused, normal
from homeroom.errors import UsageError

OPEN: Final = "size"
"""The only guard that a person may let pass."""


@dataclass(frozen=True, slots=True)
class Brought:
    """What an operator says of a list."""

    files: tuple[Path, ...]
    format: str = "auto"
    origin: str = ""
    licence: str = ""
    by: str = ""
    accept: str = ""
    without: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Taken:
    """A list as it would be published. `refusals`: what stands against it; none, and it may be."""

    category: str
    names: tuple[str, ...]
    listed: Listed
    shown: tuple[str, ...]
    refusals: tuple[Refusal, ...]


def take(category: str, brought: Brought, guards: Guards, published: Listed | None, now: datetime) -> Taken:
    """Read and judge a list. UsageError when a file cannot be read or a name to leave out is none."""
    out = frozenset(_out(brought.without))
    names: list[str] = []
    sources: list[Source] = []
    shown: list[str] = []
    refusals: list[Refusal] = []
    for path in brought.files:
        reading, found = formats.read(path, brought.format)
        names += found
        shown += reading.shown
        sources.append(_source(reading, brought))
        if reading.refused > reading.lines * formats.TOO_MANY:
            told = f"{reading.file}: {reading.refused} of {reading.lines} lines are refused as {reading.format}"
            refusals.append(Refusal("format", "", f"{told}, the first: {reading.shown[0]}"))
    kept = tuple(compact(name for name in names if name not in out))
    made = Listed(
        "",
        "",
        len(kept),
        now.isoformat(timespec="seconds"),
        brought.by,
        tuple(sources),
        tuple(sorted(out)),
        brought.accept,
    )
    refusals += guards.names(category, kept)
    size = guards.size(len(kept), published.names if published else None)
    refusals += [one for one in size if one.guard != OPEN or not brought.accept]
    return Taken(category, kept, made, tuple(shown), tuple(refusals))


def _out(names: Collection[str]) -> Sequence[str]:
    try:
        return [normal(name) for name in names]
    except Refused as error:
        raise UsageError(f"--without {', '.join(names)}: {error}") from error


def _source(reading: formats.Reading, brought: Brought) -> Source:
    path = Path(reading.file)
    return Source(
        path.name, digest(path), reading.format, brought.origin, brought.licence, reading.lines, reading.refused
    )
