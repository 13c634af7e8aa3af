"""Between the poller and the database: what cannot be kept now waits within a bound, then the oldest is dropped.

A full disk, a locked file or a server that is away never stops a poll, and never fills the memory.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, Generic, TypeVar

from homeroom.errors import StoreError
from homeroom.store.bulk import Unstorable

T = TypeVar("T")
BOUND: Final = 500_000
"""Rows that wait at most: ten rounds of a nation's, some 100 MB."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """How an intake stands: rows that wait, rows dropped since it began, and why the last try failed (empty: not)."""

    rows: int
    dropped: int
    why: str


class Intake(Generic[T]):
    """Takes rounds, hands them to `keep` in order, and holds back those that `keep` refuses with StoreError.

    Safe to share between threads; one of them writes at a time, and the others do not wait for it.
    """

    def __init__(self, keep: Callable[[Sequence[T]], object], bound: int = BOUND) -> None:
        self._keep = keep
        self._bound = bound
        self._rounds: deque[Sequence[T]] = deque()
        self._rows = 0
        self._dropped = 0
        self._why = ""
        self._lock = threading.Lock()
        self._writer = threading.Lock()

    def put(self, rows: Sequence[T]) -> Waiting:
        """Take a round and try to keep all that waits; never raises for what the database does."""
        self._take(rows)
        return self.flush()

    def flush(self) -> Waiting:
        """Try to keep all that waits, the oldest first."""
        if self._writer.acquire(blocking=False):
            try:
                while (first := self._first()) is not None and self._kept(first):
                    pass
            finally:
                self._writer.release()
        return self.waiting

    @property
    def waiting(self) -> Waiting:
        """Return how it stands."""
        with self._lock:
            return Waiting(self._rows, self._dropped, self._why)

    def _take(self, rows: Sequence[T]) -> None:
        """Put a round behind those that wait, within the bound: its own oldest rows are dropped last."""
        with self._lock:
            if rows:
                self._rounds.append(rows)
                self._rows += len(rows)
            while self._rows > self._bound:
                spare = self._rows - self._bound
                oldest = self._rounds.popleft()
                if len(oldest) > spare:
                    self._rounds.appendleft(oldest[spare:])
                dropped = min(spare, len(oldest))
                self._rows -= dropped
                self._dropped += dropped

    def _first(self) -> Sequence[T] | None:
        with self._lock:
            return self._rounds[0] if self._rounds else None

    def _kept(self, rows: Sequence[T]) -> bool:
        """Keep the oldest round; False: not now. One that can never be kept is dropped, and the rest goes on."""
        why, lost = "", 0
        try:
            self._keep(rows)
        except Unstorable as error:
            why, lost = str(error), len(rows)
        except StoreError as error:
            with self._lock:
                self._why = str(error)
            return False
        with self._lock:
            self._why = why
            if self._rounds and self._rounds[0] is rows:
                self._rounds.popleft()
                self._rows -= len(rows)
                self._dropped += lost
        return True
