"""The state behind SQLAlchemy Core: SQLite by default, PostgreSQL by setting. Its tables, and how it is opened.

They are made and changed by the revisions in homeroom.store.migrations alone. Readings and status are the latest
state (an upsert each), and what slow readings held before is kept when they change; configurations are
content-addressed; the event table is the journal: append-only, durable (synchronous=FULL) before the step it
announces takes effect.
"""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.engine import Engine

from homeroom.project import Project
from homeroom.store.opening import WAIT, open_chain

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
    sa.Column("object", sa.String, primary_key=True),  # group.field of homeroom.snmp.ask, e.g. identity.name
    sa.Column("index", sa.String, primary_key=True),  # row of the table it stands in; empty for a scalar
    sa.Column("value", sa.String, nullable=False),
    sa.Column("at", sa.Float, nullable=False),
    sa.Column("since", sa.Float, nullable=False),  # when it was first seen with this value
    sa.Column("every", sa.String, nullable=False, server_default=""),  # the schedule that asks for it
)
reading_past = sa.Table(
    "reading_past",
    meta,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("device", sa.String, nullable=False),
    sa.Column("object", sa.String, nullable=False),
    sa.Column("index", sa.String, nullable=False),
    sa.Column("value", sa.String, nullable=False),
    sa.Column("since", sa.Float, nullable=False),
    sa.Column("until", sa.Float, nullable=False),  # when another value, or none, was seen
    sa.Index("reading_past_device", "device", "object"),
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


def connect(project: Project, wait: float = WAIT) -> Engine:
    """Open the project's state database and bring it up to date; StoreError when it cannot be used.

    `wait`: seconds that a statement waits for another process's lock.
    """
    return open_chain(project, "state", "FULL", wait)


def connect_series(project: Project, wait: float = WAIT) -> Engine:
    """Open the database of samples, roll-ups and intervals as `connect` does: a file of its own beside state.db.

    The journal never waits for a poll, and history can be deleted without the state. On PostgreSQL both are one
    database. A power cut may lose its last seconds (synchronous=NORMAL): what was polled is polled again.
    """
    return open_chain(project, "series", "NORMAL", wait)
