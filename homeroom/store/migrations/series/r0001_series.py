"""Samples, roll-ups, availability, faults and speeds; on PostgreSQL what grows is cut into partitions by time.

SQLite keeps rows in the order of their key: time first, so that a round touches the end of the file only.
PostgreSQL's rows lie in the order they came: there the key is for a device's own history, a BRIN index for the time.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "series1"
down_revision = None

_MEASURES = ("n", "rtt", "rtt_max", "clients", "clients_max", "util", "util_max", "span", "rx", "tx", "rx_max")
_ROLL = (*_MEASURES, "tx_max", "errors")
_SAMPLE = ("span", "rtt", "clients", "util", "rx", "tx", "errors")
_RADIO = ("radio_at", "clients", "util")
_COUNTED = ("counted_at", "rx_bps", "tx_bps", "uptime", "boots", "bits", "rx", "tx", "errors")
_TIMED = ("sample", "five", "hour", "day")


def upgrade() -> None:
    """Make the tables."""
    _subjects()
    for name in _TIMED:
        _timed(name, _SAMPLE if name == "sample" else _ROLL)
    _availability()
    _speeds()


def downgrade() -> None:
    """Drop the tables, with what they keep."""
    names = ("speed", "fault", "region_day", "availability", "interval", "standing", "mark", *_TIMED, "latest")
    for name in (*names, "subject"):
        op.drop_table(name)


def _whole(name: str, *, key: bool = False, null: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.BigInteger, primary_key=key, autoincrement=False, nullable=null)


def _text(name: str, *, key: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.String, primary_key=key, nullable=False)


def _subjects() -> None:
    op.create_table(
        "subject",
        sa.Column("id", sa.Integer, primary_key=True),
        *(_text(name) for name in ("kind", "name", "site", "region")),
        sa.Column("mbps", sa.Float, nullable=True),
        sa.UniqueConstraint("kind", "name", name="subject_name"),
    )
    op.create_index("subject_region", "subject", ["kind", "region", "name"])
    measures = (_whole(name, null=True) for name in ("at", "rtt", *_RADIO, *_COUNTED))
    op.create_table("latest", _whole("device", key=True), *measures)
    op.create_table("mark", _text("name", key=True), _whole("at"))


def _timed(name: str, measures: tuple[str, ...]) -> None:
    postgres = op.get_bind().dialect.name == "postgresql"
    key = ("device", "at") if postgres else ("at", "device")
    op.create_table(
        name,
        *(sa.Column(word, sa.BigInteger, nullable=False, autoincrement=False) for word in ("at", "device")),
        *(_whole(word, null=True) for word in measures),
        sa.PrimaryKeyConstraint(*key),
        sqlite_with_rowid=False,
        postgresql_partition_by="RANGE (at)",
    )
    if postgres:
        op.create_index(f"{name}_at", name, ["at"], postgresql_using="brin")


def _availability() -> None:
    op.create_table("standing", _whole("subject", key=True), _text("state"), _text("cause"), _whole("since"))
    op.create_table(
        "interval",
        _whole("until", key=True),
        _whole("subject", key=True),
        _whole("since"),
        *(_text(name) for name in ("state", "cause")),
        sqlite_with_rowid=False,
    )
    op.create_index("interval_subject", "interval", ["subject", "until"])
    seconds = ("up", "down", "unknown")
    op.create_table(
        "availability",
        _whole("day", key=True),
        _whole("subject", key=True),
        *(_whole(name) for name in seconds),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "region_day",
        _whole("day", key=True),
        *(_text(name, key=True) for name in ("kind", "region")),
        *(_whole(name) for name in ("subjects", *seconds)),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "fault",
        sa.Column("id", sa.Integer, primary_key=True),
        _text("root"),
        _whole("since"),
        _whole("until", null=True),
        *(_whole(name) for name in ("devices", "schools")),
    )
    op.create_index("fault_open", "fault", ["until"])


def _speeds() -> None:
    op.create_table(
        "speed",
        _whole("at", key=True),
        _whole("school", key=True),
        _text("source", key=True),
        *(sa.Column(name, sa.Float, nullable=False) for name in ("down", "up")),
        sqlite_with_rowid=False,
    )
