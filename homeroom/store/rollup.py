"""Roll-ups of samples: 5 minutes, hours, days (UTC), each made from the finer one, and what is too old forgotten.

A mark says how far each has come. A span is made anew as a whole, so that doing it twice changes nothing; a sample
that comes late sets the marks back (homeroom.store.samples). Nothing is forgotten before it is rolled up.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from homeroom.store import bulk, partitions
from homeroom.store.series_tables import WIDTH, day, fault, five, hour, interval, mark, sample, speed, subject
from homeroom.store.setting import Keep

GRACE: Final = 60
"""Seconds that the samples of a span are waited for."""
_STEPS: Final = ((sample, five, 3600), (five, hour, 6 * 3600), (hour, day, 5 * 86400))
"""Source, what is made of it, and the seconds that are made in one transaction."""
_MEANS: Final = ("rtt", "clients", "util")


@dataclass(frozen=True, slots=True)
class Point:
    """One row of a roll-up: means, highest values, rates in bits a second; None: nothing was told in its time."""

    at: int
    n: int
    rtt: int | None
    rtt_max: int | None
    clients: int | None
    clients_max: int | None
    util: int | None
    util_max: int | None
    rx_bps: int | None
    tx_bps: int | None
    rx_max: int | None
    tx_max: int | None
    errors: int | None


def roll(engine: Engine, now: int) -> None:
    """Make every span that is over by `now`."""
    for source, made, step in _STEPS:
        while _rolled(engine, source, made, step, now):
            pass


def _rolled(engine: Engine, source: sa.Table, made: sa.Table, step: int, now: int) -> bool:
    """Make the next `step` seconds in which something was said; False: there is nothing to make."""
    width = WIDTH[made.name]
    with bulk.writing(engine, "roll-ups") as db:
        end = (now - GRACE if source is sample else marked(db, source.name) or 0) // width * width
        done = marked(db, made.name) or 0
        start = db.scalar(sa.select(sa.func.min(source.c.at)).where(source.c.at >= done, source.c.at < end))
        if start is None:
            if 0 < done < end:
                set_mark(db, made.name, end)
            return False
        start = start // width * width
        end = min(end, (start + step) // width * width)
        partitions.ensure(db, made, start, end)
        db.execute(sa.delete(made).where(made.c.at >= start, made.c.at < end))
        chosen = _sums(source, width).where(source.c.at >= start, source.c.at < end)
        db.execute(sa.insert(made).from_select([column.name for column in made.c], chosen))
        set_mark(db, made.name, end)
    return True


def _sums(source: sa.Table, width: int) -> sa.Select[Any]:
    """Return the query of one row for each device and span, in the order of a roll-up's columns."""
    raw = source is sample
    wide = sa.literal_column(str(width), sa.BigInteger)
    at = source.c.at // wide * wide
    columns: list[sa.ColumnElement[Any]] = [sa.func.count() if raw else sa.func.sum(source.c.n)]
    for name in _MEANS:
        one = source.c[name]
        mean = sa.func.avg(one) if raw else _weighted(one, source.c.n)
        columns += [sa.func.round(mean), sa.func.max(one if raw else source.c[f"{name}_max"])]
    columns += [sa.func.sum(source.c[name]) for name in ("span", "rx", "tx")]
    peaks = (_rate(source.c[name], source.c.span) if raw else source.c[f"{name}_max"] for name in ("rx", "tx"))
    columns += [sa.func.max(peak) for peak in peaks]
    columns += [sa.func.sum(source.c.errors)]
    whole = (sa.cast(column, sa.BigInteger) for column in columns)
    return sa.select(at, source.c.device, *whole).group_by(at, source.c.device)


def _rate(octets: sa.ColumnElement[int], span: sa.ColumnElement[int]) -> sa.ColumnElement[int]:
    """Return bits a second, whole; a span of whole seconds is never 0."""
    return octets * 8 // span


def _weighted(one: sa.ColumnElement[Any], n: sa.ColumnElement[Any]) -> sa.ColumnElement[Any]:
    return sa.func.sum(one * n * sa.literal_column("1.0")) / sa.func.sum(sa.case((one.is_not(None), n)))


def chart(engine: Engine, device: str, made: sa.Table, since: int, until: int) -> Sequence[Point]:
    """Return a device's roll-up from `since` until before `until`.

    Each span is looked up by its key: in SQLite a device's rows lie far apart, one in each span.
    """
    width = WIDTH[made.name]
    spans = range(-(-since // width) * width, until, width)
    rates = (_rate(made.c[name], made.c.span) for name in ("rx", "tx"))
    peaks = [made.c[name] for one in _MEANS for name in (one, f"{one}_max")]
    query = sa.select(made.c.at, made.c.n, *peaks, *rates, made.c.rx_max, made.c.tx_max, made.c.errors)
    number = sa.select(subject.c.id).where(subject.c.kind == "device", subject.c.name == device).scalar_subquery()
    with bulk.reading(engine, "roll-ups") as db:
        chosen = query.where(made.c.device == number, bulk.among(db, made.c.at, spans)).order_by(made.c.at)
        rows: Sequence[Any] = db.execute(chosen).all()
        return [Point(*row) for row in rows]


def retire(engine: Engine, keep: Keep, now: int) -> None:
    """Forget what is older than it is kept, a little in each transaction."""
    ages = ((sample, five, keep.raw), (five, hour, keep.five_minutes), (hour, day, keep.hours), (day, None, keep.days))
    for table, made, days in ages:
        with bulk.reading(engine, "roll-ups") as db:
            done = marked(db, made.name) if made is not None else now
        limit = min(done or 0, now - days * 86400)
        if engine.dialect.name == "postgresql":
            with bulk.writing(engine, "roll-ups") as db:
                left = partitions.drop(db, table, limit)
                if table is sample:
                    _left(db, left)
        else:
            limit = limit // 3600 * 3600
            while _deleted(engine, table, table.c.at, limit):
                pass
    for table, column in ((interval, interval.c.until), (fault, fault.c.until), (speed, speed.c.at)):
        while _deleted(engine, table, column, now - keep.outages * 86400):
            pass


def _deleted(engine: Engine, table: sa.Table, at: sa.ColumnElement[int], before: int) -> bool:
    """Delete the oldest hours of what lies before; False: nothing is left of it."""
    with bulk.writing(engine, "roll-ups") as db:
        if table is sample:
            _left(db, before)
        oldest = db.scalar(sa.select(sa.func.min(at)))
        if oldest is None or oldest >= before:
            return False
        db.execute(sa.delete(table).where(at < min(before, oldest + 6 * 3600)))
    return True


def _left(db: Connection, since: int) -> None:
    """Say that samples before `since` are gone: one that comes now for that time is not kept."""
    if since > (marked(db, sample.name) or 0):
        set_mark(db, sample.name, since)


def marked(db: Connection, name: str) -> int | None:
    """Return how far a job has come; None: it never ran."""
    return db.scalar(sa.select(mark.c.at).where(mark.c.name == name))


def set_mark(db: Connection, name: str, at: int) -> None:
    """Say that what lies before `at` is done."""
    bulk.upsert(db, mark, ("name", "at"), [(name, at)])
