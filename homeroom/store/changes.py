"""Changes and how far each device of them is: rows with a fence, moved by compare-and-set only.

A device's row and its entry in the journal are written in one transaction, on disk when the call returns. Every
call is one transaction: two processes that work on one change see each other's rows and never half of them.
"""

from __future__ import annotations

from collections.abc import Collection, Generator, Iterable, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, astuple, fields, replace
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.exc import DBAPIError
from sqlalchemy.schema import CreateIndex, CreateTable

from homeroom.errors import StoreError, UsageError
from homeroom.store.change_rows import Cause, Change, Moved, Row, Rule
from homeroom.store.change_tables import CHANGE_ENDS, HELD, STOPPED, ChangeState, change, change_device, change_move
from homeroom.store.journal import STATES, State

__all__ = ["Cause", "Change", "Changes", "Moved", "Row", "Rule"]
_COLUMNS: Final = ", ".join(f'"{one.name}"' for one in fields(Row))
_ALL: Final = f"SELECT {_COLUMNS} FROM change_device WHERE change = ?"  # noqa: S608  # our own names
_ROW: Final = f"{_ALL} AND device = ?"
_CHANGE: Final = ", ".join(f'"{one.name}"' for one in fields(Change))
_IN_THE_WAY: Final = (
    f"SELECT {_COLUMNS} FROM change_device WHERE {HELD} UNION ALL "  # noqa: S608  # our own names
    f"SELECT {_COLUMNS} FROM change_device WHERE change = ? AND state = 'needs_human' AND room = ? AND room <> ''"
)
_CLAIM: Final = (
    "UPDATE change_device SET state = ?, fence = fence + 1, owner = ?, until = ?, at = ?, detail = '', cause = ''"
    " WHERE change = ? AND device = ? AND fence = ? AND state = ?"
)
_REST: Final = (
    "UPDATE change_device SET state = ?, owner = ?, until = ?, sha = ?, proved_at = ?, at = ?, detail = ?, cause = ?"
    " WHERE change = ? AND device = ? AND fence = ?"
)
_WRITE: Final = f"{_REST} AND state = ?"
_RENEW: Final = "UPDATE change_device SET until = ? WHERE change = ? AND device = ? AND fence = ? AND owner = ?"
_ADVANCE: Final = "UPDATE change_device SET wave = ? WHERE change = ? AND device = ? AND state = 'pending' AND wave > ?"
_SUPERSEDED: Final = (
    "SELECT other.device, other.change FROM change_device AS one"
    " JOIN change AS ours ON ours.id = one.change JOIN change_device AS other ON other.device = one.device"
    " JOIN change AS theirs ON theirs.id = other.change AND theirs.number > ours.number"
    " WHERE one.change = ? AND other.state NOT IN ('pending', 'skipped') ORDER BY theirs.number"
)
_ELSEWHERE: Final = (
    f"SELECT {_COLUMNS} FROM change_device WHERE {HELD} AND change <> ?"  # noqa: S608  # our own names
    " AND device IN (SELECT device FROM change_device WHERE change = ?)"
)
_MOVES: Final = 'SELECT at, "by", was, state, reason FROM change_move WHERE change = ? ORDER BY id'
_EVENT: Final = "INSERT INTO event (at, change, device, state, sha, detail) VALUES (?, ?, ?, ?, ?, ?)"
_MOVE: Final = "UPDATE change SET state = ?, came_from = ?, wave = ?, at = ? WHERE id = ? AND state = ?"
_MOVED: Final = 'INSERT INTO change_move (change, at, "by", was, state, reason) VALUES (?, ?, ?, ?, ?, ?)'


class Changes:
    """The changes of one project. Safe to share between threads and processes."""

    def __init__(self, engine: Engine) -> None:
        """Make the tables that are missing, whoever else does so at the same moment."""
        self._engine = engine
        with self._transaction() as db:
            for table in (change, change_device, change_move):
                db.execute(CreateTable(table, if_not_exists=True))
                for index in table.indexes:
                    db.execute(CreateIndex(index, if_not_exists=True))

    def add(self, new: Change, devices: Iterable[Row]) -> None:
        """Write a new change with all its devices; StoreError when there is one of that name."""
        rows = [astuple(one) for one in devices]
        with self._transaction() as db:
            db.execute(sa.insert(change).values(asdict(new)))
            if rows:
                marks = ", ".join("?" * len(fields(Row)))
                db.exec_driver_sql(f"INSERT INTO change_device VALUES ({marks})", rows)  # noqa: S608  # marks only

    def change(self, name: str) -> Change:
        """Return a change; UsageError when there is none of that name."""
        with self._transaction(write=False) as db:
            return _change(db, name)

    def changes(self) -> tuple[Change, ...]:
        """Return all changes, the newest first."""
        with self._transaction(write=False) as db:
            found = db.exec_driver_sql(f"SELECT {_CHANGE} FROM change ORDER BY number DESC")  # noqa: S608  # our own names
            return tuple(Change(*row) for row in found)

    def row(self, name: str, device: str) -> Row:
        """Return a device of a change; UsageError when it has none of that name."""
        with self._transaction(write=False) as db:
            return _row(db, name, device)

    def rows(self, name: str) -> tuple[Row, ...]:
        """Return the devices of a change, by wave and name."""
        with self._transaction(write=False) as db:
            return tuple(Row(*row) for row in db.exec_driver_sql(f"{_ALL} ORDER BY wave, device", (name,)))

    def sums(self, name: str) -> Mapping[State, int]:
        """Return state -> number of devices; their sum is the number of the change's devices."""
        with self._transaction(write=False) as db:
            query = "SELECT state, count(*) FROM change_device WHERE change = ? GROUP BY state"
            found: dict[State, int] = {row[0]: row[1] for row in db.exec_driver_sql(query, (name,))}
            return {one: found[one] for one in STATES if one in found}

    def claim(self, name: str, device: str, *, owner: str, now: float, until: float, rule: Rule) -> Row | str:
        """Give the device to `owner` under a new fence if `rule` lets it; else return why not.

        A pending device becomes `leased`; one that was under way keeps its state: what runs there is to be read.
        """
        with self._transaction() as db:
            found = _row(db, name, device)
            in_the_way = [Row(*row) for row in db.exec_driver_sql(_IN_THE_WAY, (name, found.room)).all()]
            if reason := rule(_change(db, name), found, in_the_way):
                return reason
            state: State = "leased" if found.state == "pending" else found.state
            db.exec_driver_sql(_CLAIM, (state, owner, until, now, name, device, found.fence, found.state))
            detail = f"fence {found.fence + 1}: {owner}" + (f" after {found.owner}" if found.owner else "")
            db.exec_driver_sql(_EVENT, (now, name, device, state, found.sha, detail))
            return replace(found, state=state, fence=found.fence + 1, owner=owner, until=until, at=now, detail="")

    def write(self, held: Row, new: Row, while_in: Collection[ChangeState] = ()) -> bool:
        """Put `new` in the place of `held`, and into the journal; False: it is no longer what is held.

        `while_in`: states of the change outside of which nothing is written, and False returned.
        """
        with self._transaction() as db:
            if while_in and _change(db, held.change).state not in while_in:
                return False
            if not db.exec_driver_sql(_WRITE, (*_written(new), *_held(held), held.state)).rowcount:
                return False
            db.exec_driver_sql(_EVENT, (new.at, new.change, new.device, new.state, new.sha, new.detail))
            return True

    def renew(self, held: Row, until: float) -> bool:
        """Lengthen a lease; False: somebody else has the device."""
        with self._transaction() as db:
            return bool(db.exec_driver_sql(_RENEW, (until, *_held(held), held.owner)).rowcount)

    def advance(self, name: str, devices: Iterable[str], wave: int) -> None:
        """Let devices of a later wave that were not begun come into this one: stand-ins for a canary that was off."""
        with self._transaction() as db:
            for device in devices:
                db.exec_driver_sql(_ADVANCE, (wave, name, device, wave))

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
            return {row[0]: row[1] for row in db.exec_driver_sql(_SUPERSEDED, (name,))}

    def begun_elsewhere(self, name: str) -> Mapping[str, Row]:
        """Return device -> the row of the other change that is in flight on it."""
        with self._transaction(write=False) as db:
            return {row.device: row for row in (Row(*one) for one in db.exec_driver_sql(_ELSEWHERE, (name, name)))}

    def moves(self, name: str) -> tuple[Moved, ...]:
        """Return the change's own history, the oldest first."""
        with self._transaction(write=False) as db:
            return tuple(Moved(*row) for row in db.exec_driver_sql(_MOVES, (name,)))

    def move(self, was: Change, state: ChangeState, now: float, *, by: str, reason: str, wave: int = -1) -> bool:
        """Put a change into another state (`wave`: and let this wave be claimed); False: it is no longer in `was`.

        It does not end while a device is in flight (False). What is allowed: homeroom.rollout.states.
        """
        with self._transaction() as db:
            held = f"SELECT count(*) FROM change_device WHERE change = ? AND {HELD}"  # noqa: S608  # our own names
            if state in CHANGE_ENDS and db.exec_driver_sql(held, (was.id,)).scalar_one():
                return False
            number = was.wave if wave < 0 else wave
            came_from = was.came_from if {state, was.state} <= STOPPED else was.state
            if not db.exec_driver_sql(_MOVE, (state, came_from, number, now, was.id, was.state)).rowcount:
                return False
            db.exec_driver_sql(_MOVED, (was.id, now, by, was.state, state, reason))
            return True

    @contextmanager
    def _transaction(self, *, write: bool = True) -> Generator[Connection]:
        """One transaction; a writing one takes the lock first, so that what it reads stays true until it ends."""
        try:
            with self._engine.begin() as db:
                if write:
                    db.exec_driver_sql("BEGIN IMMEDIATE")
                yield db
        except DBAPIError as error:
            raise StoreError(f"the changes cannot be kept: {error.orig}; nothing more is changed") from error


def _change(db: Connection, name: str) -> Change:
    found = db.exec_driver_sql(f"SELECT {_CHANGE} FROM change WHERE id = ?", (name,)).one_or_none()  # noqa: S608  # same
    if found is None:
        raise UsageError(f"there is no change {name!r}; `homeroom change list` shows those there are")
    return Change(*found)


def _row(db: Connection, name: str, device: str) -> Row:
    found = db.exec_driver_sql(_ROW, (name, device)).one_or_none()
    if found is None:
        raise UsageError(f"{device} is no device of change {name!r}; `homeroom change show {name}` lists them")
    return Row(*found)


def _rows(db: Connection, name: str, state: State) -> list[Row]:
    chosen = db.exec_driver_sql(f"{_ALL} AND state = ?", (name, state))
    return [Row(*row) for row in chosen.all()]


def _rest(db: Connection, rows: Sequence[Row]) -> int:
    """Write devices that nobody has hands on, each under the fence it has, and into the journal; return how many."""
    if rows:
        db.exec_driver_sql(_REST, [(*_written(one), *_held(one)) for one in rows])
        db.exec_driver_sql(_EVENT, [(one.at, one.change, one.device, one.state, one.sha, one.detail) for one in rows])
    return len(rows)


def _written(row: Row) -> tuple[Any, ...]:
    return row.state, row.owner, row.until, row.sha, row.proved_at, row.at, row.detail, row.cause


def _held(row: Row) -> tuple[Any, ...]:
    return row.change, row.device, row.fence
