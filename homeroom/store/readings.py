"""Readings and status in the state database: the latest value of everything, one row each."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.engine import Engine
from sqlalchemy.exc import DBAPIError

from homeroom.errors import StoreError
from homeroom.reading import Reading, Status
from homeroom.store.db import reading, status

_READING: Final = (
    'INSERT INTO reading (device, object, "index", value, at) VALUES (?, ?, ?, ?, ?) '
    'ON CONFLICT (device, object, "index") DO UPDATE SET value = excluded.value, at = excluded.at'
)
_STATUS: Final = (
    "INSERT INTO status (device, at, reachable, since, reason) VALUES (?, ?, ?, ?, ?) "
    "ON CONFLICT (device) DO UPDATE SET at = excluded.at, reason = excluded.reason, "
    "since = CASE WHEN reachable = excluded.reachable THEN since ELSE excluded.since END, "
    "reachable = excluded.reachable"
)
_GONE: Final = "DELETE FROM reading WHERE device = ? AND at < ?"


def save(engine: Engine, readings: Iterable[Reading], statuses: Iterable[Status]) -> None:
    """Keep the newest of everything, in one transaction.

    The readings of a device that answered are complete: what it no longer has (a VLAN, an interface) is forgotten.
    A device that did not answer keeps its old readings. `since` is kept while `reachable` stays.
    """
    rows = [(one.device, one.object, one.index, one.value, one.at) for one in readings]
    states = [(one.device, one.at, one.reachable, one.at, one.reason) for one in statuses]
    answered = [(row[0], row[1]) for row in states if row[2]]
    try:
        with engine.begin() as connection:
            for statement, parameters in ((_READING, rows), (_STATUS, states), (_GONE, answered)):
                if parameters:
                    connection.exec_driver_sql(statement, parameters)
    except DBAPIError as error:
        reason = f"readings cannot be saved: {error.orig}; look at the disk, its free space, and state.db"
        raise StoreError(reason) from error


def latest(engine: Engine, device: str) -> Mapping[str, Mapping[str, Reading]]:
    """Return a device's readings: object -> index -> reading."""
    found: defaultdict[str, dict[str, Reading]] = defaultdict(dict)
    for row in _rows(engine, sa.select(reading).where(reading.c.device == device)):
        one = Reading(*row)
        found[one.object][one.index] = one
    return dict(found)


def values(engine: Engine, name: str) -> Mapping[str, str]:
    """Return device -> its newest value of one object; of a table, that of its first row."""
    query = sa.select(reading.c.device, reading.c.value).where(reading.c.object == name)
    rows = _rows(engine, query.order_by(reading.c.device, reading.c["index"].desc()))
    return {row.device: row.value for row in rows}


def all_status(engine: Engine) -> Mapping[str, Status]:
    """Return the status of every device that was ever polled."""
    query = sa.select(status.c.device, status.c.at, status.c.reachable, status.c.reason, status.c.since)
    return {row.device: Status(*row) for row in _rows(engine, query)}


def _rows(engine: Engine, query: sa.Executable) -> Sequence[Any]:
    try:
        with engine.connect() as connection:
            return connection.execute(query).all()
    except DBAPIError as error:
        raise StoreError(f"readings cannot be read: {error.orig}; restore state.db") from error
