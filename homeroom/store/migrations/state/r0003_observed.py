"""What is observed: when each device was last asked what, change tokens, drift, what was heard, alerts, milestones."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "state3"
down_revision = "state2"

_TABLES = ("asked", "token", "drift", "heard", "alert", "notice", "milestone", "audited")


def upgrade() -> None:
    """Add the tables, and to each reading the schedule that asks for it."""
    op.add_column("reading", sa.Column("every", sa.String, nullable=False, server_default=""))
    asked = (_text("device", key=True), _text("every", key=True), _time("at"), _whole("rtt"), _text("vendor"))
    op.create_table("asked", *asked)
    token = (_text("device", key=True), _text("said"), _time("at"), _text("held"), _time("held_at"))
    op.create_table("token", *token)
    drift = (_text("device", key=True), _text("sha"), _time("since"), _time("at"), _text("lines"), _text("controls"))
    op.create_table("drift", *drift, _text("by"), _text("reason"))
    heard = (_number(), _time("at"), _text("device"), _text("source"), _text("kind"), _text("who"), _text("origin"))
    op.create_table("heard", *heard, _text("text"))
    op.create_index("heard_device", "heard", ["device", "at"])
    alert = (_number(), _text("key"), _text("severity"), _text("region"), _text("site"), _text("title"))
    op.create_table(
        "alert", *alert, _text("body"), _time("opened"), _time("closed", null=True), _time("told", null=True)
    )
    op.create_index("alert_key", "alert", ["key", "opened"])
    unclosed = sa.text("closed IS NULL")
    op.create_index("alert_open", "alert", ["key"], unique=True, sqlite_where=unclosed, postgresql_where=unclosed)
    number = sa.Column("alert", sa.Integer, primary_key=True, autoincrement=False)
    op.create_table("notice", number, _text("receiver", key=True), _text("what"), _text("severity"), _time("at"))
    milestone = (_text("site", key=True), _text("step", key=True), _text("verdict"), _time("since"), _time("at"))
    when = (_time("reached", null=True), _time("lost", null=True))
    op.create_table("milestone", *milestone, _text("detail"), *when)
    counts = (_whole("violations"), _whole("undecided"), _whole("waived"))
    op.create_table("audited", _text("site", key=True), _time("at"), *counts, _text("rules"))


def downgrade() -> None:
    """Forget all of it."""
    for name in _TABLES:
        op.drop_table(name)
    with op.batch_alter_table("reading") as batch:
        batch.drop_column("every")


def _text(name: str, *, key: bool = False) -> sa.Column[Any]:
    return sa.Column(name, sa.String, primary_key=key, nullable=False)


def _time(name: str, *, null: bool = False) -> sa.Column[Any]:
    return sa.Column(name, sa.Float, nullable=null)


def _whole(name: str) -> sa.Column[Any]:
    return sa.Column(name, sa.BigInteger, nullable=False)


def _number() -> sa.Column[Any]:
    return sa.Column("id", sa.Integer, primary_key=True)
