"""Sums over everything there is, for metrics and alerts: counted in the database where it can count."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import sqlalchemy as sa
from sqlalchemy.engine import Engine

from homeroom.store import bulk
from homeroom.store.change_tables import change
from homeroom.store.observed_tables import asked
from homeroom.store.rollup import marked
from homeroom.store.series_tables import WIDTH, hour, latest, standing, subject
from homeroom.store.subjects import Kind

_WHAT: Final = "totals"


@dataclass(frozen=True, slots=True)
class Air:
    """A region's access points by what they last told: how many did, clients, the mean and the busy ones' number."""

    region: str
    told: int
    clients: int
    util: float | None
    busy: int


@dataclass(frozen=True, slots=True)
class Busy:
    """A device whose channels were busy over a whole hour: mean and highest percent, clients on average."""

    device: str
    site: str
    region: str
    util: int
    util_max: int | None
    clients: int | None


@dataclass(frozen=True, slots=True)
class Answers:
    """One schedule: the devices that ever answered it, those that did after some time, and the newest answer."""

    devices: int
    fresh: int
    newest: float | None


def states(series: Engine, kind: Kind) -> Mapping[str, str]:
    """Return device or school -> the state it was last judged to be in."""
    query = sa.select(subject.c.name, standing.c.state).join(standing, standing.c.subject == subject.c.id)
    with bulk.reading(series, _WHAT) as db:
        return {row[0]: row[1] for row in db.execute(query.where(subject.c.kind == kind))}


def state_counts(series: Engine, kind: Kind) -> Mapping[tuple[str, str], int]:
    """Return (region, state) -> how many devices or schools are in it."""
    query = sa.select(subject.c.region, standing.c.state, sa.func.count())
    query = query.join(standing, standing.c.subject == subject.c.id).where(subject.c.kind == kind)
    with bulk.reading(series, _WHAT) as db:
        return {(row[0], row[1]): row[2] for row in db.execute(query.group_by(subject.c.region, standing.c.state))}


def unexplained(series: Engine) -> Mapping[str, tuple[int, int]]:
    """Return region -> the devices of which nobody knows how they are, nothing above explaining it; and all of them."""
    unknown = sa.func.sum(sa.case(((standing.c.state == "unknown") & (standing.c.cause == ""), 1), else_=0))
    query = sa.select(subject.c.region, unknown, sa.func.count())
    query = query.join(standing, standing.c.subject == subject.c.id).where(subject.c.kind == "device")
    with bulk.reading(series, _WHAT) as db:
        return {row[0]: (row[1], row[2]) for row in db.execute(query.group_by(subject.c.region))}


def places(series: Engine, names: Sequence[str]) -> Mapping[str, tuple[str, str]]:
    """Return device -> its site and region, of the known ones among `names`."""
    query = sa.select(subject.c.name, subject.c.site, subject.c.region).where(subject.c.kind == "device")
    with bulk.reading(series, _WHAT) as db:
        chosen = query.where(bulk.among(db, subject.c.name, names))
        return {row.name: (row.site, row.region) for row in db.execute(chosen)}


def air(series: Engine, since: int, busy: int) -> Sequence[Air]:
    """Return each region's wireless as it was told after `since`; `busy`: percent from which a channel is."""
    many = sa.func.sum(sa.case((latest.c.util >= busy, 1), else_=0))
    sums = (sa.func.count(), sa.func.coalesce(sa.func.sum(latest.c.clients), 0), sa.func.avg(latest.c.util), many)
    query = sa.select(subject.c.region, *sums).join(subject, subject.c.id == latest.c.device)
    told = (latest.c.radio_at >= since) & (latest.c.clients.is_not(None) | latest.c.util.is_not(None))
    with bulk.reading(series, _WHAT) as db:
        rows = db.execute(query.where(told).group_by(subject.c.region))
        return [Air(row[0], row[1], int(row[2]), None if row[3] is None else float(row[3]), row[4]) for row in rows]


def last_hour(series: Engine) -> int:
    """Return the first second of the last hour that is rolled up; 0 when none is."""
    with bulk.reading(series, _WHAT) as db:
        return max(0, (marked(db, "hour") or 0) - WIDTH["hour"])


def busy(series: Engine, start: int, percent: int) -> Sequence[Busy]:
    """Return the devices whose channels were that busy over the hour that begins then, the busiest first."""
    columns = (subject.c.name, subject.c.site, subject.c.region, hour.c.util, hour.c.util_max, hour.c.clients)
    query = sa.select(*columns).join(subject, subject.c.id == hour.c.device)
    query = query.where(hour.c.at == start, hour.c.util >= percent).order_by(hour.c.util.desc(), subject.c.name)
    with bulk.reading(series, _WHAT) as db:
        return [Busy(*row) for row in db.execute(query)]


def answers(engine: Engine, fresh: Mapping[str, float]) -> Mapping[str, Answers]:
    """Return schedule -> its answers; `fresh`: schedule -> the time (epoch) after which an answer is."""
    found: dict[str, Answers] = {}
    with bulk.reading(engine, _WHAT) as db:
        for every, since in fresh.items():
            newer = sa.func.coalesce(sa.func.sum(sa.case((asked.c.at >= since, 1), else_=0)), 0)
            query = sa.select(sa.func.count(), newer, sa.func.max(asked.c.at)).where(asked.c.every == every)
            found[every] = Answers(*db.execute(query).one())
    return found


def change_counts(engine: Engine) -> Mapping[str, int]:
    """Return state -> how many changes are in it."""
    query = sa.select(change.c.state, sa.func.count()).group_by(change.c.state)
    with bulk.reading(engine, _WHAT) as db:
        return {row[0]: row[1] for row in db.execute(query)}
