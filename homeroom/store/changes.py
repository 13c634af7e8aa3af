"""Changes and how far each device of them is: rows with a fence, moved by compare-and-set only.

A device's row and its entry in the journal are written in one transaction, on disk when the call returns. Every
call is one transaction: two processes that work on one change see each other's rows and never half of them.
"""

from __future__ import annotations

from collections.abc import Collection, Generator, Iterable, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, replace
from typing import Final

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from homeroom.errors import UsageError
from homeroom.store import change_statements as sql
from homeroom.store.bulk import lock, ours
from homeroom.store.change_rows import Cause, Change, Moved, Row, Rule
from homeroom.store.change_tables import CHANGE_ENDS, STOPPED, ChangeState, change, change_device
from homeroom.store.journal import STATES, State

__all__ = ["LOCKED", "Cause", "Change", "Changes", "Moved", "Row", "Rule"]
LOCKED: Final = "changes"
"""What who writes a change, or its documents, has alone."""


class Changes:
    """The changes of one project. Safe to share between threads and processes."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def add(self, new: Change, devices: Iterable[Row]) -> None:
        """Write a new change with all its devices; StoreError when there is one of that name."""
        rows = [sql.whole(one) for one in devices]
        with self._transaction() as db:
            db.execute(sa.insert(change).values(asdict(new)))
            if rows:
                db.execute(sa.insert(change_device), rows)

    def change(self, name: str) -> Change:
        """Return a change; UsageError when there is none of that name."""
        with self._transaction(write=False) as db:
            return _change(db, name)

    def changes(self) -> tuple[Change, ...]:
        """Return all changes, the newest first."""
        with self._transaction(write=False) as db:
            return tuple(Change(*row) for row in db.execute(sql.CHANGES))

    def row(self, name: str, device: str) -> Row:
        """Return a device of a change; UsageError when it has none of that name."""
        with self._transaction(write=False) as db:
            return _row(db, name, device)

    def rows(self, name: str) -> tuple[Row, ...]:
        """Return the devices of a change, by wave and name."""
        with self._transaction(write=False) as db:
            return tuple(Row(*row) for row in db.execute(sql.ROWS, {"name": name}))

    def sums(self, name: str) -> Mapping[State, int]:
        """Return state -> number of devices; their sum is the number of the change's devices."""
        with self._transaction(write=False) as db:
            found: dict[State, int] = {row[0]: row[1] for row in db.execute(sql.SUMS, {"name": name})}
            return {one: found[one] for one in STATES if one in found}

    def claim(self, name: str, device: str, *, owner: str, now: float, until: float, rule: Rule) -> Row | str:
        """Give the device to `owner` under a new fence if `rule` lets it; else return why not.

        A pending device becomes `leased`; one that was under way keeps its state: what runs there is to be read.
        """
        with self._transaction() as db:
            found = _row(db, name, device)
            in_the_way = [Row(*row) for row in db.execute(sql.IN_THE_WAY, {"name": name, "in_room": found.room})]
            if reason := rule(_change(db, name), found, in_the_way):
                return reason
            state: State = "leased" if found.state == "pending" else found.state
            new = replace(found, state=state, fence=found.fence + 1, owner=owner, until=until, at=now, detail="")
            given = {"state": state, "owner": owner, "until": until, "at": now, "was_in": found.state}
            db.execute(sql.CLAIM, sql.held(found) | given)
            detail = f"fence {new.fence}: {owner}" + (f" after {found.owner}" if found.owner else "")
            db.execute(sql.ENTRY, sql.entry(replace(new, detail=detail)))
            return new

    def write(self, held: Row, new: Row, while_in: Collection[ChangeState] = ()) -> bool:
        """Put `new` in the place of `held`, and into the journal; False: it is no longer what is held.

        `while_in`: states of the change outside of which nothing is written, and False returned.
        """
        with self._transaction() as db:
            if while_in and _change(db, held.change).state not in while_in:
                return False
            given = sql.held(held) | sql.written(new) | {"was_in": held.state}
            if not db.execute(sql.WRITE, given).rowcount:
                return False
            db.execute(sql.ENTRY, sql.entry(new))
            return True

    def renew(self, held: Row, until: float) -> bool:
        """Lengthen a lease; False: somebody else has the device."""
        with self._transaction() as db:
            return bool(db.execute(sql.RENEW, sql.held(held) | {"held_by": held.owner, "until": until}).rowcount)

    def advance(self, name: str, devices: Iterable[str], wave: int) -> None:
        """Let devices of a later wave that were not begun come into this one: stand-ins for a canary that was off."""
        with self._transaction() as db:
            if given := [{"name": name, "one": device, "into": wave, "wave": wave} for device in devices]:
                db.execute(sql.ADVANCE, given)

    def skip_pending(self, name: str, reason: str, now: float) -> int:
        """End every device that was not begun as `skipped`, cause `closed`; return how many."""
        with self._transaction() as db:
            found = _rows(db, name, "pending")
            return _rest(db, [replace(one, state="skipped", cause="closed", detail=reason, at=now) for one in found])

    def requeue(
        self, name: str, causes: Collection[Cause], now: float, detail: str, among: Collection[str] | None = None
    ) -> int:
        """Let devices (`among` these) that were skipped for one of these causes be begun after all; return how many.

        None is when the change has ended or is being aborted.
        """
        with self._transaction() as db:
            if _change(db, name).state in CHANGE_ENDS | {"aborting"}:
                return 0
            skipped = _rows(db, name, "skipped")
            found = [one for one in skipped if one.cause in causes and (among is None or one.device in among)]
            return _rest(db, [replace(one, state="pending", cause="", detail=detail, at=now) for one in found])

    def supersede(self, name: str, devices: Mapping[str, str], now: float) -> None:
        """Say of devices that still wait for their return (device -> newer change) that they no longer do."""
        with self._transaction() as db:
            found = [one for one in _rows(db, name, "skipped") if one.device in devices and one.cause in {"off", "ill"}]
            said = {one: f"change {other}, which is newer, has begun it" for one, other in devices.items()}
            _rest(db, [replace(one, cause="superseded", detail=said[one.device], at=now) for one in found])

    def superseded(self, name: str) -> Mapping[str, str]:
        """Return device -> the newest change that was added after this one and has begun it."""
        with self._transaction(write=False) as db:
            return {row[0]: row[1] for row in db.execute(sql.SUPERSEDED, {"name": name})}

    def begun_elsewhere(self, name: str) -> Mapping[str, Row]:
        """Return device -> the row of the other change that is in flight on it."""
        with self._transaction(write=False) as db:
            found = (Row(*row) for row in db.execute(sql.ELSEWHERE, {"name": name}))
            return {row.device: row for row in found}

    def moves(self, name: str) -> tuple[Moved, ...]:
        """Return the change's own history, the oldest first."""
        with self._transaction(write=False) as db:
            return tuple(Moved(*row) for row in db.execute(sql.MOVES, {"name": name}))

    def move(self, was: Change, state: ChangeState, now: float, *, by: str, reason: str, wave: int = -1) -> bool:
        """Put a change into another state (`wave`: and let this wave be claimed); False: it is no longer in `was`.

        It does not end while a device is in flight (False). What is allowed: homeroom.rollout.states.
        """
        with self._transaction() as db:
            if state in CHANGE_ENDS and db.execute(sql.HELD_OF, {"name": was.id}).scalar_one():
                return False
            came_from = was.came_from if {state, was.state} <= STOPPED else was.state
            given = {"state": state, "came_from": came_from, "wave": was.wave if wave < 0 else wave, "at": now}
            if not db.execute(sql.MOVE, {"name": was.id, "was_in": was.state, **given}).rowcount:
                return False
            moved = {"change": was.id, "at": now, "by": by, "was": was.state, "state": state, "reason": reason}
            db.execute(sql.MOVED, moved)
            return True

    @contextmanager
    def _transaction(self, *, write: bool = True) -> Generator[Connection]:
        """One transaction; a writing one takes the lock first, so that what it reads stays true until it ends."""
        with ours(self._engine, "the changes cannot be kept", "nothing more is changed"), self._engine.begin() as db:
            if write:
                lock(db, LOCKED)
            yield db


def _change(db: Connection, name: str) -> Change:
    found = db.execute(sql.CHANGE, {"name": name}).one_or_none()
    if found is None:
        raise UsageError(f"there is no change {name!r}; `homeroom change list` shows those there are")
    return Change(*found)


def _row(db: Connection, name: str, device: str) -> Row:
    found = db.execute(sql.ROW, {"name": name, "one": device}).one_or_none()
    if found is None:
        raise UsageError(f"{device} is no device of change {name!r}; `homeroom change show {name}` lists them")
    return Row(*found)


def _rows(db: Connection, name: str, state: State) -> list[Row]:
    return [Row(*row) for row in db.execute(sql.ROWS_IN, {"name": name, "was_in": state})]


def _rest(db: Connection, rows: Sequence[Row]) -> int:
    """Write devices that nobody has hands on, each under the fence it has, and into the journal; return how many."""
    if rows:
        db.execute(sql.REST, [sql.held(one) | sql.written(one) for one in rows])
        db.execute(sql.ENTRY, [sql.entry(one) for one in rows])
    return len(rows)
