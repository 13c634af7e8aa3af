"""The tables that were there before there were revisions; what exists is left as it is."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "state1"
down_revision = None

_AT = "at"


def upgrade() -> None:
    """Make what is missing."""
    _latest()
    _configurations()
    _logs()
    for name, column in (("config_version", "device"), ("event", "change"), ("probe", "site")):
        op.create_index(f"ix_{name}_{column}", name, [column], if_not_exists=True)


def downgrade() -> None:
    """There is nothing before the baseline."""


def _table(name: str, *columns: sa.Column[Any]) -> None:
    op.create_table(name, *columns, if_not_exists=True)


def _text(name: str, *, key: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.String, primary_key=key, nullable=False)


def _time(name: str = _AT) -> sa.Column[object]:
    return sa.Column(name, sa.Float, nullable=False)


def _number() -> sa.Column[object]:
    return sa.Column("id", sa.Integer, primary_key=True)


def _latest() -> None:
    reachable = sa.Column("reachable", sa.Boolean, nullable=False)
    _table("status", _text("device", key=True), _time(), reachable, _time("since"), _text("reason"))
    keys = (_text(name, key=True) for name in ("device", "object", "index"))
    _table("reading", *keys, _text("value"), _time())
    _table("host_key", _text("device", key=True), _text("fingerprint"), _text("state"), _time())


def _configurations() -> None:
    _table("config_blob", _text("sha", key=True), sa.Column("text", sa.LargeBinary, nullable=False))
    seen = (_time("first_at"), _time("last_at"))
    _table("config_version", _number(), _text("device"), _text("kind"), _text("sha"), *seen)


def _logs() -> None:
    words = (_text(name) for name in ("change", "device", "state", "sha", "detail"))
    _table("event", _number(), _time(), *words)
    words = (_text(name) for name in ("site", "role", "check", "verdict", "seen", "detail"))
    _table("probe", _number(), *words, _time())
