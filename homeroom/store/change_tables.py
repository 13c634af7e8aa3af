"""The tables of changes, their devices and their own history, and the words for the states of a change.

homeroom.store.migrations.state.r0004_changes makes them.
"""

from __future__ import annotations

from typing import Final, Literal, TypeAlias, get_args

import sqlalchemy as sa

from homeroom.store.db import meta
from homeroom.store.journal import END_STATES, STATES, State

ChangeState: TypeAlias = Literal[
    "draft",
    "planned",
    "approved",
    "canary",
    "wave",
    "baking",
    "late",
    "paused",
    "halted",
    "aborting",
    "aborted",
    "done",
]
"""Of one change."""
CHANGE_STATES: Final[tuple[ChangeState, ...]] = get_args(ChangeState)
CHANGE_ENDS: Final[frozenset[ChangeState]] = frozenset({"done", "aborted"})
STOPPED: Final[frozenset[ChangeState]] = frozenset({"paused", "halted"})
"""From these a person lets a change go back to where it was."""
IN_FLIGHT: Final[tuple[State, ...]] = tuple(one for one in STATES if one not in END_STATES | {"pending"})
"""States in which a worker has, or had, its hands on the device."""

HELD: Final = f"state IN ({', '.join(repr(one) for one in IN_FLIGHT)})"

change = sa.Table(
    "change",
    meta,
    sa.Column("number", sa.Integer, primary_key=True),  # grows with each change
    sa.Column("id", sa.String, nullable=False, unique=True),
    sa.Column("state", sa.String, nullable=False),
    sa.Column("came_from", sa.String, nullable=False),  # the state before, to which a paused change goes back
    sa.Column("wave", sa.Integer, nullable=False),  # the last wave that may be claimed; 0: the canaries
    sa.Column("content", sa.String, nullable=False),  # sha256 of all that an approval binds to, hex
    sa.Column("author", sa.String, nullable=False),
    sa.Column("reason", sa.String, nullable=False),  # the ticket
    sa.Column("at", sa.Float, nullable=False),  # when it came into this state, epoch
)
change_device = sa.Table(
    "change_device",
    meta,
    sa.Column("change", sa.String, primary_key=True),
    sa.Column("device", sa.String, primary_key=True),
    sa.Column("state", sa.String, nullable=False),
    sa.Column("wave", sa.Integer, nullable=False),
    sa.Column("region", sa.String, nullable=False),
    sa.Column("room", sa.String, nullable=False),  # what it shares with its stand-in; empty: it has none
    sa.Column("pre_sha", sa.String, nullable=False),  # hash of the configuration it was judged against
    sa.Column("fence", sa.Integer, nullable=False),  # grows with every claim
    sa.Column("owner", sa.String, nullable=False),  # empty: nobody holds it
    sa.Column("until", sa.Float, nullable=False),  # end of the lease by its owner's clock, epoch
    sa.Column("sha", sa.String, nullable=False),  # hash of what was last read there; empty: never read
    sa.Column("proved_at", sa.Float, nullable=False),  # when it was read, epoch
    sa.Column("at", sa.Float, nullable=False),  # when it came into this state, epoch
    sa.Column("detail", sa.String, nullable=False),
    sa.Column("cause", sa.String, nullable=False),  # why it was skipped: homeroom.store.change_rows.Cause
    sa.Index("one_hand_per_device", "device", unique=True, sqlite_where=sa.text(HELD), postgresql_where=sa.text(HELD)),
    sa.Index("change_device_by_state", "change", "state"),
    sa.Index("change_device_by_device", "device"),
)
change_move = sa.Table(
    "change_move",
    meta,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("change", sa.String, nullable=False, index=True),
    sa.Column("at", sa.Float, nullable=False),
    sa.Column("by", sa.String, nullable=False),
    sa.Column("was", sa.String, nullable=False),
    sa.Column("state", sa.String, nullable=False),
    sa.Column("reason", sa.String, nullable=False),
)
