"""What is contracted for a school's line against what was measured on it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final, Literal

import sqlalchemy as sa
from sqlalchemy.engine import Engine

from homeroom.store import bulk
from homeroom.store.series_tables import speed, subject
from homeroom.store.subjects import numbers

ENOUGH: Final = 0.8
"""The part of the contracted speed that a line must give."""
_ROW: Final = ("at", "school", "source", "down", "up")


@dataclass(frozen=True, slots=True)
class Measured:
    """One measurement of a school's line, Mbit/s. `source`: who measured."""

    school: str
    at: int
    source: str
    down: float
    up: float


@dataclass(frozen=True, slots=True)
class Against:
    """A school's line: contracted and measured Mbit/s (None: nobody said, or measured), over some time."""

    school: str
    site: str
    region: str
    contracted: float | None
    tests: int
    median: float | None
    best: float | None

    @property
    def verdict(self) -> Literal["compliant", "violation", "unknown"]:
        """Say whether half of the tests or more gave enough; without contract or test nobody knows."""
        if not self.contracted or self.median is None:
            return "unknown"
        return "compliant" if self.median >= ENOUGH * self.contracted else "violation"


def save(engine: Engine, measured: Iterable[Measured]) -> frozenset[str]:
    """Keep measurements; return the schools that nobody made known, of which nothing is kept."""
    given = list(measured)
    with bulk.writing(engine, "speeds") as db:
        known = numbers(db, "school", {one.school for one in given})
        rows = [(one.at, known[one.school], one.source, one.down, one.up) for one in given if one.school in known]
        bulk.upsert(db, speed, _ROW, rows)
    return frozenset(one.school for one in given if one.school not in known)


def against(engine: Engine, since: int, until: int, region: str = "") -> Sequence[Against]:
    """Return every school's contracted speed against those measured from `since` until before `until`, by name."""
    place = sa.func.row_number().over(partition_by=speed.c.school, order_by=speed.c.down)
    tests = sa.func.count().over(partition_by=speed.c.school)
    within = (speed.c.at >= since) & (speed.c.at < until)
    placed = (
        sa.select(speed.c.school, speed.c.down, place.label("place"), tests.label("tests")).where(within).subquery()
    )
    middle = (placed.c.place * 2 >= placed.c.tests) & (placed.c.place * 2 <= placed.c.tests + 2)
    found = (
        sa.select(
            placed.c.school,
            sa.func.max(placed.c.tests).label("tests"),
            sa.func.avg(sa.case((middle, placed.c.down))).label("median"),
            sa.func.max(placed.c.down).label("best"),
        )
        .group_by(placed.c.school)
        .subquery()
    )
    names = (subject.c.name, subject.c.site, subject.c.region, subject.c.mbps)
    counted = sa.func.coalesce(found.c.tests, 0)
    query = sa.select(*names, counted, found.c.median, found.c.best).outerjoin(found, found.c.school == subject.c.id)
    query = query.where(subject.c.kind == "school").order_by(subject.c.name)
    with bulk.reading(engine, "speeds") as db:
        return [Against(*row) for row in db.execute(query.where(subject.c.region == region) if region else query)]
