"""PostgreSQL's partitions by time: made before a row needs them, dropped as a whole when their time is over.

SQLite has none: its rows lie in the order of time, and the oldest are deleted.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import sqlalchemy as sa
from sqlalchemy.engine import Connection

DAY: Final = 86400
WIDTH: Final[Mapping[str, int]] = {"sample": DAY, "five": DAY, "hour": 30 * DAY, "day": 360 * DAY}
"""Seconds that a partition of each table holds."""
_LOCK: Final = 0x70617274
"""PostgreSQL's advisory lock of whoever makes or drops partitions."""
_CHILDREN: Final = (
    "SELECT child.relname FROM pg_inherits JOIN pg_class child ON child.oid = inhrelid "
    "WHERE inhparent = to_regclass(:parent) AND child.relkind = 'r'"
)
_TABLE: Final = "SELECT oid FROM pg_class WHERE relname = :name AND pg_table_is_visible(oid)"
"""Not to_regclass(): after a wait for the lock that may still say what was so before."""


def ensure(connection: Connection, table: sa.Table, since: int, until: int) -> None:
    """Make the partitions of `table` that rows of this time (both ends included) go into; nothing on SQLite."""
    if connection.dialect.name != "postgresql":
        return
    width = WIDTH[table.name]
    starts = range(since // width * width, until + 1, width)
    absent = [start for start in starts if not _there(connection, f"{table.name}_{start}")]
    if absent:
        _lock(connection)
    for start in absent:
        name = f"{table.name}_{start}"
        if not _there(connection, name):  # while we waited for the lock, another made it
            connection.exec_driver_sql(f'CREATE TABLE {name} (LIKE "{table.name}" INCLUDING ALL)')
            bounds = f"FOR VALUES FROM ({start}) TO ({start + width})"
            connection.exec_driver_sql(f'ALTER TABLE "{table.name}" ATTACH PARTITION {name} {bounds}')


def drop(connection: Connection, table: sa.Table, before: int) -> int:
    """Drop the partitions of `table` that end at `before` or earlier; return the first second that is left."""
    _lock(connection)
    width = WIDTH[table.name]
    for name, start in partitions(connection, table).items():
        if start + width <= before:
            connection.exec_driver_sql(f"DROP TABLE {name}")
    return before // width * width


def partitions(connection: Connection, table: sa.Table) -> Mapping[str, int]:
    """Return the partitions of a table: name -> the first second that it holds."""
    names = connection.scalars(sa.text(_CHILDREN), {"parent": f'"{table.name}"'}).all()
    return {name: int(name.rpartition("_")[2]) for name in sorted(names)}


def _there(connection: Connection, name: str) -> bool:
    return connection.scalar(sa.text(_TABLE), {"name": name}) is not None


def _lock(connection: Connection) -> None:
    connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_LOCK)))
