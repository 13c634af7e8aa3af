"""The journal of every change: append-only, each entry on disk before the step it announces takes effect.

After any crash it says, for each device, the last thing that may have happened; what runs there is then found
by reading the device, never by trying again.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias, get_args

import sqlalchemy as sa
from sqlalchemy.engine import Engine
from sqlalchemy.exc import DBAPIError

from homeroom.errors import StoreError
from homeroom.store.bulk import told
from homeroom.store.db import event

State: TypeAlias = Literal[
    "pending",
    "leased",
    "committing",
    "unconfirmed",
    "confirming",
    "confirmed",
    "rolling_back",
    "rolled_back",
    "skipped",
    "needs_human",
]
"""Of one device in one change. There is no "failed": every end state says what runs on the device."""
STATES: Final[tuple[State, ...]] = get_args(State)
END_STATES: Final[frozenset[State]] = frozenset({"confirmed", "rolled_back", "skipped", "needs_human"})


@dataclass(frozen=True, slots=True)
class Event:
    """One step. `sha` is the hash of what runs on the device, empty where it was not read."""

    at: float
    device: str
    state: State
    sha: str
    detail: str


class Journal:
    """The events of one project. Safe to share between threads and processes."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def append(self, change: str, device: str, state: State, now: float, *, sha: str = "", detail: str = "") -> None:
        """Write one event; when this returns it is on disk. StoreError: it is not, and the step must not be taken."""
        self._insert([{"at": now, "change": change, "device": device, "state": state, "sha": sha, "detail": detail}])

    def skip(self, change: str, reasons: Mapping[str, str], now: float) -> None:
        """Write `skipped` for many devices that are never touched, with the reason of each."""
        common = {"at": now, "change": change, "state": "skipped", "sha": ""}
        if reasons:
            self._insert([{**common, "device": device, "detail": reason} for device, reason in reasons.items()])

    def announce(self, change: str, reasons: Mapping[str, str], now: float) -> None:
        """Write `pending` for many devices, with the reason why each is to be changed."""
        common = {"at": now, "change": change, "state": "pending", "sha": ""}
        if reasons:
            self._insert([{**common, "device": device, "detail": reason} for device, reason in reasons.items()])

    def _insert(self, rows: list[dict[str, object]]) -> None:
        try:
            with self._engine.begin() as connection:
                connection.execute(sa.insert(event), rows)
        except DBAPIError as error:
            raise StoreError(f"the journal cannot be written: {told(error)}; nothing more is changed") from error

    def events(self, change: str) -> tuple[Event, ...]:
        """Return the change's events in the order they were written."""
        columns = (event.c.at, event.c.device, event.c.state, event.c.sha, event.c.detail)
        query = sa.select(*columns).where(event.c.change == change).order_by(event.c.id)
        try:
            with self._engine.connect() as connection:
                return tuple(Event(*row) for row in connection.execute(query))
        except DBAPIError as error:
            raise StoreError(f"the journal cannot be read: {told(error)}; restore state.db from a backup") from error

    def states(self, change: str) -> Mapping[str, Event]:
        """Return the last event of each device of the change."""
        return {entry.device: entry for entry in self.events(change)}
