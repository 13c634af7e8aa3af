"""Endpoint groups that an operator brings: addresses guarded as names are, and written into the inventory."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from homeroom.central.fence import clients
from homeroom.central.lists.guards import GROWTH
from homeroom.endpoints import FOLDER, joined, read_prefixes
from homeroom.policy.places import internal
from homeroom.prefix import Prefix
from homeroom.programme.model import Programme
from homeroom.project import Project
from homeroom.taint import clean


@dataclass(frozen=True, slots=True)
class Brought:
    """The prefixes of a group, the file they stand in, and why they were not written there."""

    path: Path
    prefixes: tuple[Prefix, ...]
    refusals: tuple[str, ...]


def bring(
    project: Project, programme: Programme, group: str, files: Sequence[Path], *, by: str, accept: str, today: dt.date
) -> Brought:
    """Read, guard and write a group's addresses; on any refusal the file stays as it was."""
    path = project.inventory / FOLDER / f"{group}.txt"
    read = [read_prefixes(file, str(file)) for file in files]
    prefixes = tuple(joined({prefix for found, _ in read for prefix in found}))
    refusals = [str(problem) for _, problems in read for problem in problems]
    refusals += _inside(programme, prefixes)
    old = read_prefixes(path, path.name)[0] if path.exists() else ()
    if not prefixes:
        refusals.append("empty: there is no address in it")
    elif old and not accept and abs(len(prefixes) - len(old)) > len(old) * GROWTH:
        refusals.append(f"size: {len(old)} prefixes became {len(prefixes)}; look, then say --accept REASON")
    if not refusals:
        path.parent.mkdir(exist_ok=True)
        names = ", ".join(clean(file.name, "file") for file in files)
        why = f"; {clean(accept, 'accept')}" if accept else ""
        head = f"# {group}: {names}; {today}, {clean(by, 'by')}{why}\n"
        fresh = path.with_suffix(".new")
        fresh.write_text(head + "".join(f"{prefix}\n" for prefix in prefixes), encoding="utf-8")
        fresh.replace(path)
    return Brought(path, prefixes, tuple(refusals))


def _inside(programme: Programme, prefixes: Sequence[Prefix]) -> Iterator[str]:
    """Yield the prefixes that would take from the schools what is their own."""
    central = programme.central
    addresses = [
        *central.ntp,
        *central.syslog,
        *central.radius,
        *(a for pair in central.resolvers.values() for a in pair),
    ]
    own = [*clients(programme), *internal(4, ()), *internal(6, ()), *(Prefix.parse(address) for address in addresses)]
    for prefix in prefixes:
        met = next((one for one in own if one.overlaps(prefix)), None)
        if met is not None:
            yield f"own: {prefix} meets {met}, which is the programme's own or private"
