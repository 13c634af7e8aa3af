"""Changes, their devices, their documents and who did what: made by revisions as everything else is.

The versions before made these tables themselves, in SQLite: what is there is taken in with what it holds.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "state4"
down_revision = "state3"

_HELD = "state IN ('leased', 'committing', 'unconfirmed', 'confirming', 'rolling_back')"


def upgrade() -> None:
    """Make what is missing."""
    _changes()
    _devices()
    words = (_text(name) for name in ("by", "was", "state", "reason"))
    _table("change_move", _number("id"), _text("change"), _time("at"), *words)
    _table("change_text", _text("sha", key=True), sa.Column("text", sa.LargeBinary, nullable=False))
    words = (_text(name) for name in ("by", "account", "content", "text", "reason"))
    _table("change_act", _number("id"), _text("change"), _text("act"), _time("at"), *words)
    for name in ("change_move", "change_act"):
        op.create_index(f"ix_{name}_change", name, ["change"], if_not_exists=True)


def downgrade() -> None:
    """Leave them: the version before knows them, and makes what it misses itself."""


def _changes() -> None:
    number = sa.Column("number", sa.Integer, primary_key=True)
    words = (_text(name) for name in ("content", "author", "reason"))
    name = sa.Column("id", sa.String, nullable=False, unique=True)
    _table("change", number, name, _text("state"), _text("came_from"), _whole("wave"), *words, _time("at"))


def _devices() -> None:
    held = sa.text(_HELD)
    place = (_text("region"), _text("room"), _text("pre_sha"))
    hold = (_whole("fence"), _text("owner"), _time("until"))
    seen = (_text("sha"), _time("proved_at"), _time("at"), _text("detail"), _text("cause"))
    keys = (_text("change", key=True), _text("device", key=True))
    _table("change_device", *keys, _text("state"), _whole("wave"), *place, *hold, *seen)
    op.create_index(
        "one_hand_per_device",
        "change_device",
        ["device"],
        unique=True,
        if_not_exists=True,
        sqlite_where=held,
        postgresql_where=held,
    )
    op.create_index("change_device_by_state", "change_device", ["change", "state"], if_not_exists=True)
    op.create_index("change_device_by_device", "change_device", ["device"], if_not_exists=True)


def _table(name: str, *columns: sa.Column[Any]) -> None:
    op.create_table(name, *columns, if_not_exists=True)


def _text(name: str, *, key: bool = False) -> sa.Column[Any]:
    return sa.Column(name, sa.String, primary_key=key, nullable=False)


def _time(name: str) -> sa.Column[Any]:
    return sa.Column(name, sa.Float, nullable=False)


def _whole(name: str) -> sa.Column[Any]:
    return sa.Column(name, sa.Integer, nullable=False)


def _number(name: str) -> sa.Column[Any]:
    return sa.Column(name, sa.Integer, primary_key=True)
