"""The devices and schools that history is about: each has a number, its site, its region, a school what it pays for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from homeroom.store import bulk
from homeroom.store.series_tables import subject
from homeroom.store.world import World

Kind: TypeAlias = Literal["device", "school"]


@dataclass(frozen=True, slots=True)
class Subject:
    """One device or school. `mbps`: the contracted speed of a school's line, None where nobody said."""

    kind: Kind
    name: str
    site: str
    region: str
    mbps: float | None = None


_NAMES: Final = ("kind", "name", "site", "region", "mbps")
_CHANGED: Final = {name: f"excluded.{name}" for name in ("site", "region", "mbps")}


def of_world(world: World) -> tuple[Subject, ...]:
    """Return every device and school of the compiled inventory."""
    devices = [Subject("device", one.name, one.site, one.region) for one in world.devices()]
    schools = [
        Subject("school", school.id, site.id, site.region, site.mbps or None)
        for site in world.sites()
        for school in site.schools
    ]
    return (*devices, *schools)


def sync(engine: Engine, subjects: Iterable[Subject]) -> None:
    """Make known who there is. Nobody is removed: what was measured of them stays, under their last region."""
    rows = [(one.kind, one.name, one.site, one.region, one.mbps) for one in subjects]
    with bulk.writing(engine, "subjects") as db:
        bulk.upsert(db, subject, _NAMES, rows, _CHANGED, keys=("kind", "name"))


def numbers(connection: Connection, kind: Kind, names: Iterable[str] | None = None) -> Mapping[str, int]:
    """Return name -> number of the known ones among `names`, or of all."""
    query = sa.select(subject.c.name, subject.c.id).where(subject.c.kind == kind)
    if names is not None:
        query = query.where(bulk.among(connection, subject.c.name, names))
    return {row.name: row.id for row in connection.execute(query)}
