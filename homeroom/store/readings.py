"""Readings and status in the state database: the latest value of everything, and what slow values were before."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from homeroom.reading import Reading, Status
from homeroom.store import bulk
from homeroom.store.db import reading, reading_past, status
from homeroom.store.observed_tables import asked

FAST: Final = frozenset(
    {
        "identity.uptime",
        "identity.engine_time",
        "totals.clients",
        "totals.rogues",
        "interfaces.changed",
        "ssids.clients",
        "bsss.clients",
        "access_points.clients",
        "access_points.uptime",
        "radios.clients",
        "radios.utilisation",
        "radios.noise",
        "radios.interference",
        "rogues.signal",
        "sensors.value",
        "sensors.raw",
    }
)
"""What is another at each poll: of these the latest is kept, and no past."""
_REMEDY: Final = "look at the disk, its free space, and state.db"
_READING: Final = ("device", "object", "index", "value", "at", "since", "every")
_STATUS: Final = ("device", "at", "reachable", "since", "reason")
_KEEP_SINCE: Final = {
    "value": "excluded.value",
    "at": "excluded.at",
    "every": "excluded.every",
    "since": "CASE WHEN reading.value = excluded.value THEN reading.since ELSE excluded.since END",
}
_STATUS_SINCE: Final = {
    "at": "excluded.at",
    "reason": "excluded.reason",
    "since": "CASE WHEN status.reachable = excluded.reachable THEN status.since ELSE excluded.since END",
    "reachable": "excluded.reachable",
}
_CHUNK: Final = 20_000
"""Readings that are staged at a time: what a save takes in memory does not grow with the fleet."""


@dataclass(frozen=True, slots=True)
class Past:
    """A value that held from `since` until `until` (epoch); `until` is None for the one that holds."""

    object: str
    index: str
    value: str
    since: float
    until: float | None


def save(
    engine: Engine,
    readings: Iterable[Reading],
    statuses: Iterable[Status],
    fast: Collection[str] = FAST,
    *,
    every: str = "",
    complete: Iterable[tuple[str, float]] | None = None,
) -> None:
    """Keep the newest of everything, in one transaction.

    `every`: the schedule that the readings are of. `complete`: the devices, each with the time, of which these are all
    readings of that schedule: what such a device no longer has (a VLAN, an interface) is forgotten. None: those that
    answered, as their status says. A device that did not answer keeps its old readings. `since` is kept while
    `reachable`, or a value, stays. What a reading held before is kept as its past, unless its object is one of `fast`.
    """
    rows = [(one.device, one.object, one.index, one.value, one.at, one.at, every) for one in readings]
    states = [(one.device, one.at, one.reachable, one.at, one.reason) for one in statuses]
    told = [(row[0], row[1]) for row in states if row[2]] if complete is None else list(complete)
    if not rows and not states and not told:
        return
    with bulk.writing(engine, "readings", _REMEDY) as connection:
        for start in range(0, len(rows), _CHUNK):
            chunk = rows[start : start + _CHUNK]
            _bury(connection, [row[:5] for row in chunk if row[1] not in fast])
            bulk.upsert(connection, reading, _READING, chunk, _KEEP_SINCE)
        bulk.upsert(connection, status, _STATUS, states, _STATUS_SINCE)
        _forget(connection, told, every, fast)


def _bury(connection: Connection, rows: Sequence[tuple[Any, ...]]) -> None:
    """Keep what the readings held that these rows change."""
    if rows:
        new = bulk.staged(connection, reading, _READING[:5], rows)
        same = [reading.c[key] == new.c[key] for key in ("device", "object", "index")]
        _move(connection, reading.join(new, sa.and_(*same)), new.c.at, reading.c.value != new.c.value)


def _forget(connection: Connection, told: Sequence[tuple[str, float]], every: str, fast: Collection[str]) -> None:
    """Forget what devices that told all of a schedule did not tell again."""
    if told:
        new = bulk.staged(connection, reading, ("device", "at"), dict(told).items(), key="device")
        gone = (reading.c.at < new.c.at) & (reading.c.every == every)
        together = reading.join(new, reading.c.device == new.c.device)
        _move(connection, together, new.c.at, gone & reading.c.object.not_in(tuple(fast)))
        same = sa.select(new.c.device).where((reading.c.device == new.c.device) & gone).exists()
        connection.execute(sa.delete(reading).where(same))


def _move(
    connection: Connection, source: sa.FromClause, until: sa.ColumnElement[Any], which: sa.ColumnElement[bool]
) -> None:
    kept = ("device", "object", "index", "value", "since")
    chosen = sa.select(*(reading.c[name] for name in kept), until).select_from(source).where(which)
    connection.execute(sa.insert(reading_past).from_select([*kept, "until"], chosen))


def latest(engine: Engine, device: str) -> Mapping[str, Mapping[str, Reading]]:
    """Return a device's readings: object -> index -> reading.

    A reading is as fresh as the last answer to its schedule's questions: what did not change is not written again.
    """
    found: defaultdict[str, dict[str, Reading]] = defaultdict(dict)
    fresh = (asked.c.device == reading.c.device) & (asked.c.every == reading.c.every)
    newest = sa.case((asked.c.at > reading.c.at, asked.c.at), else_=reading.c.at)
    columns = (reading.c.device, reading.c.object, reading.c["index"], reading.c.value, newest)
    query = sa.select(*columns).select_from(reading.outerjoin(asked, fresh)).where(reading.c.device == device)
    for row in _rows(engine, query):
        one = Reading(*row)
        found[one.object][one.index] = one
    return dict(found)


def values(engine: Engine, name: str) -> Mapping[str, str]:
    """Return device -> its newest value of one object; of a table, that of its first row."""
    query = sa.select(reading.c.device, reading.c.value).where(reading.c.object == name)
    rows = _rows(engine, query.order_by(reading.c.device, reading.c["index"].desc()))
    return {row.device: row.value for row in rows}


def of_schedule(engine: Engine, every: str) -> Iterator[tuple[str, str, str, str]]:
    """Yield device, object, index and value of all readings of a schedule, device by device."""
    columns = (reading.c.device, reading.c.object, reading.c["index"], reading.c.value)
    query = sa.select(*columns).where(reading.c.every == every).order_by(*columns[:3])
    with bulk.reading(engine, "readings", "restore state.db") as connection:
        for row in connection.execute(query.execution_options(yield_per=_CHUNK)):
            yield row[0], row[1], row[2], row[3]


def newest(engine: Engine, every: str) -> Mapping[str, float]:
    """Return device -> when a reading of a schedule was last stored."""
    at = sa.func.max(reading.c.at)
    found = _rows(engine, sa.select(reading.c.device, at).where(reading.c.every == every).group_by(reading.c.device))
    return {row[0]: row[1] for row in found}


def rows_where(engine: Engine, names: Collection[str], held: Collection[str]) -> Sequence[tuple[str, str, str]]:
    """Return device, index and value of the readings of some objects that hold one of some values."""
    query = sa.select(reading.c.device, reading.c["index"], reading.c.value)
    found = _rows(engine, query.where(reading.c.object.in_(tuple(names)), reading.c.value.in_(tuple(held))))
    return [(row[0], row[1], row[2]) for row in found]


def past(engine: Engine, device: str, name: str = "") -> tuple[Past, ...]:
    """Return what a device's readings held and hold, the oldest first; `name`: of one object only."""
    found: list[Past] = []
    for table, until in ((reading_past, reading_past.c.until), (reading, sa.null())):
        columns = (table.c.object, table.c.index, table.c.value, table.c.since, until)
        query = sa.select(*columns).where(table.c.device == device)
        found += [Past(*row) for row in _rows(engine, query.where(table.c.object == name) if name else query)]
    return tuple(sorted(found, key=lambda one: (one.object, one.index, one.since)))


def all_status(engine: Engine) -> Mapping[str, Status]:
    """Return the status of every device that was ever polled, as of when it last answered or was found silent."""
    same = (asked.c.device == status.c.device) & (asked.c.every == "status") & status.c.reachable
    newest = sa.case((asked.c.at > status.c.at, asked.c.at), else_=status.c.at)
    columns = (status.c.device, newest, status.c.reachable, status.c.reason, status.c.since)
    found = _rows(engine, sa.select(*columns).select_from(status.outerjoin(asked, same)))
    return {row[0]: Status(*row) for row in found}


def _rows(engine: Engine, query: sa.Executable) -> Sequence[Any]:
    with bulk.reading(engine, "readings", "restore state.db") as connection:
        return connection.execute(query).all()
