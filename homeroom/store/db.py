"""One database behind SQLAlchemy Core: SQLite by default. Tables are declared once, here.

Readings and status are the latest state (an upsert each); configurations are content-addressed; the event
table is the journal: append-only, durable (synchronous=FULL) before the step it announces takes effect.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy import event as event_of
from sqlalchemy.engine import Engine
from sqlalchemy.exc import DBAPIError
from sqlalchemy.schema import CreateIndex, CreateTable

from homeroom.errors import StoreError
from homeroom.project import Project

meta = sa.MetaData()

status = sa.Table(
    "status",
    meta,
    sa.Column("device", sa.String, primary_key=True),
    sa.Column("at", sa.Float, nullable=False),  # seconds since the epoch, UTC
    sa.Column("reachable", sa.Boolean, nullable=False),
    sa.Column("since", sa.Float, nullable=False),  # when `reachable` last changed
    sa.Column("reason", sa.String, nullable=False),  # empty when reachable
)
reading = sa.Table(
    "reading",
    meta,
    sa.Column("device", sa.String, primary_key=True),
    sa.Column("object", sa.String, primary_key=True),  # name of homeroom.snmp objects, e.g. sysName
    sa.Column("index", sa.String, primary_key=True),  # row of the table it stands in; empty for a scalar
    sa.Column("value", sa.String, nullable=False),
    sa.Column("at", sa.Float, nullable=False),
)
config_blob = sa.Table(
    "config_blob",
    meta,
    sa.Column("sha", sa.String, primary_key=True),  # sha256 of the concealed text, hex
    sa.Column("text", sa.LargeBinary, nullable=False),  # zlib
)
config_version = sa.Table(
    "config_version",
    meta,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("device", sa.String, nullable=False, index=True),
    sa.Column("kind", sa.String, nullable=False),  # running | startup
    sa.Column("sha", sa.String, nullable=False),
    sa.Column("first_at", sa.Float, nullable=False),
    sa.Column("last_at", sa.Float, nullable=False),  # seen unchanged until
)
event = sa.Table(
    "event",
    meta,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("at", sa.Float, nullable=False),
    sa.Column("change", sa.String, nullable=False, index=True),
    sa.Column("device", sa.String, nullable=False),
    sa.Column("state", sa.String, nullable=False),
    sa.Column("sha", sa.String, nullable=False),  # hash of what runs on the device, empty when not read
    sa.Column("detail", sa.String, nullable=False),
)
host_key = sa.Table(
    "host_key",
    meta,
    sa.Column("device", sa.String, primary_key=True),
    sa.Column("fingerprint", sa.String, nullable=False),  # SHA256:...
    sa.Column("state", sa.String, nullable=False),  # pinned | revoked
    sa.Column("at", sa.Float, nullable=False),
)
probe = sa.Table(
    "probe",
    meta,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("site", sa.String, nullable=False, index=True),
    sa.Column("role", sa.String, nullable=False),
    sa.Column("check", sa.String, nullable=False),
    sa.Column("verdict", sa.String, nullable=False),  # compliant | violation | unknown
    sa.Column("seen", sa.String, nullable=False),
    sa.Column("detail", sa.String, nullable=False),
    sa.Column("at", sa.Float, nullable=False),
)


def _pragmas(connection: Any, _record: object) -> None:
    cursor = connection.cursor()
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "busy_timeout=10000"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _make(engine: Engine) -> None:
    """Make what is missing, one statement each: two processes may open a new database at once."""
    with engine.begin() as connection:
        for table in meta.sorted_tables:
            connection.execute(CreateTable(table, if_not_exists=True))
            for index in table.indexes:
                connection.execute(CreateIndex(index, if_not_exists=True))


def connect(project: Project) -> Engine:
    """Open the project's state database, making what is missing; StoreError when it cannot be used."""
    path = project.state / "state.db"
    engine = sa.create_engine(f"sqlite:///{path}", connect_args={"timeout": 10})
    event_of.listen(engine, "connect", _pragmas)  # pyright: ignore[reportUnknownMemberType]  # its types are partial
    try:
        _make(engine)
    except DBAPIError as error:
        engine.dispose()
        raise StoreError(f"{path}: {error.orig}; move it away, or restore it from a backup") from error
    return engine
