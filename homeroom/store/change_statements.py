"""What is asked and written of changes and their devices, as statements that hold on SQLite and PostgreSQL.

Each is put together once: a step of a device costs little more than what the database costs. An update sets the
columns that it is given values of when it is run.
"""

from __future__ import annotations

from dataclasses import fields
from typing import Any, Final, TypeAlias

import sqlalchemy as sa

from homeroom.store.change_rows import Change, Moved, Row
from homeroom.store.change_tables import IN_FLIGHT, change, change_device, change_move
from homeroom.store.db import event

Values: TypeAlias = dict[str, Any]
_at: Final = change_device.c
_name: Final[sa.BindParameter[str]] = sa.bindparam("name")
_device: Final[sa.BindParameter[str]] = sa.bindparam("one")
_fence: Final[sa.BindParameter[int]] = sa.bindparam("held_fence")
_was: Final[sa.BindParameter[str]] = sa.bindparam("was_in")
_held: Final = _at.state.in_([sa.literal_column(repr(one)) for one in IN_FLIGHT])
"""The words of the index that lets one change hold a device, so that it answers."""

_ROW: Final = tuple(one.name for one in fields(Row))
_columns: Final = [_at[one] for one in _ROW]
_of: Final = sa.select(*_columns).where(_at.change == _name)
ROW: Final = _of.where(_at.device == _device)
ROWS: Final = _of.order_by(_at.wave, _at.device)
ROWS_IN: Final = _of.where(_at.state == _was)
SUMS: Final = sa.select(_at.state, sa.func.count()).where(_at.change == _name).group_by(_at.state)
HELD_OF: Final = sa.select(sa.func.count()).select_from(change_device).where(_at.change == _name, _held)
IN_THE_WAY: Final = sa.union_all(
    sa.select(*_columns).where(_held),
    _of.where(_at.state == "needs_human", _at.room == sa.bindparam("in_room"), _at.room != ""),
)
ELSEWHERE: Final = sa.select(*_columns).where(
    _held, _at.change != _name, _at.device.in_(sa.select(_at.device).where(_at.change == _name))
)
CHANGES: Final = sa.select(*(change.c[one.name] for one in fields(Change))).order_by(change.c.number.desc())
CHANGE: Final = sa.select(*(change.c[one.name] for one in fields(Change))).where(change.c.id == _name)
MOVES: Final = (
    sa.select(*(change_move.c[one.name] for one in fields(Moved)))
    .where(change_move.c.change == _name)
    .order_by(change_move.c.id)
)

_mine: Final = sa.update(change_device).where(_at.change == _name, _at.device == _device)
_fenced: Final = _mine.where(_at.fence == _fence)
CLAIM: Final = _fenced.where(_at.state == _was).values(fence=_at.fence + 1, detail="", cause="")
REST: Final = _fenced
WRITE: Final = REST.where(_at.state == _was)
RENEW: Final = _fenced.where(_at.owner == sa.bindparam("held_by"))
ADVANCE: Final = _mine.where(_at.state == "pending", _at.wave > sa.bindparam("into"))
ENTRY: Final = sa.insert(event)
MOVED: Final = sa.insert(change_move)
MOVE: Final = sa.update(change).where(change.c.id == _name, change.c.state == _was)
_WRITTEN: Final = ("state", "owner", "until", "sha", "proved_at", "at", "detail", "cause")
_ENTRY: Final = ("at", "change", "device", "state", "sha", "detail")


def _superseded() -> sa.Executable:
    """Return the query of the devices that changes added later have begun, the newest of them last."""
    other, ours, theirs = change_device.alias(), change.alias(), change.alias()
    newer = sa.and_(theirs.c.id == other.c.change, theirs.c.number > ours.c.number)
    return (
        sa.select(other.c.device, other.c.change)
        .select_from(change_device)
        .join(ours, ours.c.id == _at.change)
        .join(other, other.c.device == _at.device)
        .join(theirs, newer)
        .where(_at.change == _name, other.c.state.not_in(("pending", "skipped")))
        .order_by(theirs.c.number)
    )


SUPERSEDED: Final = _superseded()


def held(row: Row) -> Values:
    """Return the values that name a device under the fence it has."""
    return {"name": row.change, "one": row.device, "held_fence": row.fence}


def whole(row: Row) -> Values:
    """Return all of a device's columns."""
    return {one: getattr(row, one) for one in _ROW}


def written(row: Row) -> Values:
    """Return the values of REST and WRITE."""
    return {one: getattr(row, one) for one in _WRITTEN}


def entry(row: Row) -> Values:
    """Return the values of ENTRY, which puts a device's state into the journal."""
    return {one: getattr(row, one) for one in _ENTRY}
