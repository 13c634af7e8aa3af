"""Questions about availability: by region, of each device or school, the intervals of one, the faults."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from homeroom.store import bulk
from homeroom.store.availability import DAY, Availability, Interval, spans
from homeroom.store.rollup import marked
from homeroom.store.series_tables import availability, fault, interval, region_day, standing, subject
from homeroom.store.subjects import Kind

_WHAT = "availability"


@dataclass(frozen=True, slots=True)
class Outage:
    """One fault: what was down, from when until when (None: it lasts), and the most that it cut off."""

    root: str
    since: int
    until: int | None
    devices: int
    schools: int


def by_region(engine: Engine, kind: Kind, days: int, now: int) -> Sequence[Availability]:
    """Return the availability of each region's devices or schools: of `days` whole days (UTC), and of today so far."""
    today = now // DAY * DAY
    with bulk.reading(engine, _WHAT) as db:
        done, judged = _marks(db)
        first = today - days * DAY
        whole = sa.select(region_day.c.region, *_of(region_day)).where(
            region_day.c.kind == kind, region_day.c.day >= first, region_day.c.day < min(today, done)
        )
        rest = spans(max(first, done), now, judged).subquery()
        part = sa.select(subject.c.region, *_of(rest)).join(subject, subject.c.id == rest.c.subject)
        return _summed(db, sa.union_all(whole, part.where(subject.c.kind == kind)))


def of_each(engine: Engine, kind: Kind, days: int, now: int, region: str = "") -> Sequence[Availability]:
    """Return the availability of each device or school; `region`: of that one only."""
    today = now // DAY * DAY
    with bulk.reading(engine, _WHAT) as db:
        done, judged = _marks(db)
        first = today - days * DAY
        chosen = subject.c.kind == kind
        if region:
            chosen &= subject.c.region == region
        whole = sa.select(subject.c.name, *_of(availability)).join(subject, subject.c.id == availability.c.subject)
        whole = whole.where(availability.c.day >= first, availability.c.day < min(today, done), chosen)
        rest = spans(max(first, done), now, judged).subquery()
        part = sa.select(subject.c.name, *_of(rest)).join(subject, subject.c.id == rest.c.subject)
        return _summed(db, sa.union_all(whole, part.where(chosen)))


def intervals(engine: Engine, kind: Kind, name: str, since: int = 0) -> Sequence[Interval]:
    """Return how it stood with one device or school after `since`, the oldest first; nothing when nobody knows it."""
    one = sa.select(subject.c.id).where(subject.c.kind == kind, subject.c.name == name).scalar_subquery()
    ended = sa.select(interval.c.since, interval.c.until, interval.c.state, interval.c.cause).where(
        interval.c.subject == one, interval.c.until > since
    )
    lasts = sa.select(standing.c.since, sa.null(), standing.c.state, standing.c.cause).where(standing.c.subject == one)
    with bulk.reading(engine, _WHAT) as db:
        found = [Interval(*row) for query in (ended, lasts) for row in db.execute(query)]
    return sorted(found, key=lambda each: each.since)


def faults(engine: Engine, since: int = 0, *, lasting: bool = False) -> Sequence[Outage]:
    """Return the faults that lasted after `since`, the newest first; `lasting`: only those that still do."""
    columns = (fault.c.root, fault.c.since, fault.c.until, fault.c.devices, fault.c.schools)
    open_ = fault.c.until.is_(None)
    query = sa.select(*columns).where(open_ if lasting else open_ | (fault.c.until > since))
    with bulk.reading(engine, _WHAT) as db:
        return [Outage(*row) for row in db.execute(query.order_by(fault.c.since.desc(), fault.c.id.desc()))]


def _of(source: sa.FromClause) -> Sequence[sa.ColumnElement[Any]]:
    return [source.c[name] for name in ("up", "down", "unknown")]


def _marks(db: Connection) -> tuple[int, int]:
    """Return what is summed up, and when everything was last judged."""
    return marked(db, "availability") or 0, marked(db, "judged") or 0


def _summed(db: Connection, parts: sa.CompoundSelect[Any]) -> Sequence[Availability]:
    both = parts.subquery()
    name = both.c[0]
    sums = (sa.cast(sa.func.sum(column), sa.BigInteger) for column in _of(both))
    return [Availability(*row) for row in db.execute(sa.select(name, *sums).group_by(name).order_by(name))]
