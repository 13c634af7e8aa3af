"""What the store knows of many sites at once: a query for each kind of fact, never one for each site or device."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from homeroom.store import bulk
from homeroom.store.availability import GAP
from homeroom.store.db import event, reading
from homeroom.store.observed_tables import asked
from homeroom.store.rollup import marked
from homeroom.store.series_tables import five, hour, sample, speed, standing, subject
from homeroom.store.speeds import Measured

_STALE: Final = GAP
"""Seconds after which a judgement of up and down is none any more."""

_ROWS: Final = 20_000
"""Rows that are taken from the database at a time."""


class Said(NamedTuple):
    """One value of one row (empty: of a group of one); since when it holds and when it was last heard, epoch."""

    row: str
    value: str
    since: float
    at: float


@dataclass(frozen=True, slots=True)
class Clients:
    """Devices of a site that had clients, the most on one of them, and when (epoch) some were last seen; 0: never."""

    devices: int
    most: int
    at: float


def said(
    engine: Engine, devices: Iterable[str], objects: Collection[str]
) -> Mapping[str, Mapping[str, Sequence[Said]]]:
    """Return device -> object -> its rows, of these objects only; what nothing is said of is not in it."""
    columns = (reading.c.device, reading.c.object, reading.c["index"], reading.c.value, reading.c.since, reading.c.at)
    found: dict[str, dict[str, list[Said]]] = {}
    with bulk.reading(engine, "readings") as db:
        heard = {(row.device, row.every): row.at for row in db.execute(sa.select(asked))}
        query = sa.select(*columns, reading.c.every)
        query = query.where(bulk.among(db, reading.c.device, devices), reading.c.object.in_(tuple(objects)))
        for rows in db.execute(query).partitions(_ROWS):
            for device, name, index, value, since, at, every in rows:
                one = Said(index, value, since, max(at, heard.get((device, every), 0.0)))
                found.setdefault(device, {}).setdefault(name, []).append(one)
    return found


def confirmed(engine: Engine) -> Mapping[str, float]:
    """Return device -> when it was first read back to keep a configuration of ours, as the journal has it."""
    query = sa.select(event.c.device, sa.func.min(event.c.at)).where(event.c.state == "confirmed")
    with bulk.reading(engine, "the journal") as db:
        return {row[0]: row[1] for row in db.execute(query.group_by(event.c.device))}


def down(series: Engine, now: float) -> Mapping[str, float]:
    """Return the devices that two sources agree to be down, and since when; none when nobody has judged of late."""
    query = sa.select(subject.c.name, standing.c.since).join(subject, subject.c.id == standing.c.subject)
    query = query.where(subject.c.kind == "device", standing.c.state == "down")
    with bulk.reading(series, "availability") as db:
        judged = marked(db, "judged")
        if judged is None or now - judged > _STALE:
            return {}
        return {name: float(since) for name, since in db.execute(query)}


def clients(series: Engine, spans: Iterable[tuple[int, int]]) -> Mapping[str, Clients]:
    """Return site -> clients in these spans of time (epoch, the end not included).

    A site none of whose devices was asked, or told, is not in it. What is rolled up is read from the roll-up.
    """
    most: dict[int, int] = {}
    last: dict[int, int] = {}
    with bulk.reading(series, "samples") as db:
        for since, until in spans:
            for device, value, at in _told(db, since, until):
                most[device] = max(value, most.get(device, 0))
                last[device] = max(at or 0, last.get(device, 0))
        places = db.execute(sa.select(subject.c.id, subject.c.site).where(bulk.among(db, subject.c.id, most))).all()
    found: dict[str, Clients] = {}
    for number, site in places:
        so_far = found.get(site, Clients(0, 0, 0.0))
        devices = so_far.devices + (most[number] > 0)
        found[site] = Clients(devices, max(so_far.most, most[number]), max(so_far.at, float(last[number])))
    return found


def _told(db: Connection, since: int, until: int) -> Iterable[Any]:
    """Yield (device, most clients, when some were last seen): hours, then what is not yet an hour, then what is raw."""
    start = since
    for table, column in ((hour, hour.c.clients_max), (five, five.c.clients_max), (sample, sample.c.clients)):
        seen = sa.func.max(sa.case((column > 0, table.c.at)))
        query = sa.select(table.c.device, sa.func.max(column), seen).group_by(table.c.device)
        yield from db.execute(query.where(table.c.at >= start, table.c.at < until, column.is_not(None))).all()
        start = max(since, marked(db, table.name) or 0) if table is not sample else start


def measured(series: Engine, since: int, until: int) -> Mapping[str, tuple[int, str]]:
    """Return school -> when its line was last measured in this time (epoch), and by whom."""
    newest = sa.func.row_number().over(partition_by=speed.c.school, order_by=(speed.c.at.desc(), speed.c.source))
    placed = sa.select(speed.c.school, speed.c.at, speed.c.source, newest.label("place"))
    last = placed.where(speed.c.at >= since, speed.c.at < until).subquery()
    query = sa.select(subject.c.name, last.c.at, last.c.source).join(last, last.c.school == subject.c.id)
    with bulk.reading(series, "speeds") as db:
        return {name: (at, source) for name, at, source in db.execute(query.where(last.c.place == 1))}


def tests(series: Engine, schools: Iterable[str], since: int, until: int, most: int) -> tuple[Measured, ...]:
    """Return the newest measurements of these schools' lines, the newest first."""
    query = sa.select(subject.c.name, speed.c.at, speed.c.source, speed.c.down, speed.c.up)
    query = query.join(subject, subject.c.id == speed.c.school).where(speed.c.at >= since, speed.c.at < until)
    with bulk.reading(series, "speeds") as db:
        chosen = query.where(subject.c.kind == "school", bulk.among(db, subject.c.name, schools))
        rows = db.execute(chosen.order_by(speed.c.at.desc(), subject.c.name, speed.c.source).limit(most))
        return tuple(Measured(*row) for row in rows)
