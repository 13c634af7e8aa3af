"""Processes of an emulated device: generators that yield when they must wait, and go on when what they wait for is."""

from __future__ import annotations

from collections.abc import Callable, Generator
from typing import TypeAlias

Wait: TypeAlias = Callable[[Callable[[], None]], Callable[[], None]]
"""Given what to call when the wait is over, begins it and returns what calls it off."""
Steps: TypeAlias = Generator[Wait, None, int]
"""A running command; its value is its exit status."""


class Killed(BaseException):  # not an Exception: no command catches it
    """The power went, or somebody killed the process."""


class Process:
    """One process. `ended` hears its exit status, also when it is killed."""

    __slots__ = ("_call_off", "_steps", "_table", "_waiters", "pid", "status", "title")

    def __init__(self, table: Table, pid: int, title: str) -> None:
        self._table, self.pid, self.title = table, pid, title
        self._steps: Steps | None = None
        self._call_off: Callable[[], None] | None = None
        self._waiters: list[Callable[[], None]] = []
        self.status: int | None = None

    def start(self, steps: Steps) -> None:
        """Run until the first wait."""
        self._steps = steps
        self._go()

    def _go(self) -> None:
        self._call_off = None
        if self._steps is None or self.status is not None:
            return
        try:
            wait = next(self._steps)
        except StopIteration as stop:
            self._end(stop.value)
        except Killed:
            self._end(137)
        else:
            if self.status is None:
                self._call_off = wait(self._go)

    def _end(self, status: int) -> None:
        if self.status is None:
            self.status = status
            self._table.gone(self)
            waiters, self._waiters = self._waiters, []
            for waiter in waiters:
                waiter()

    def kill(self, status: int = 143) -> None:
        """End it wherever it stands."""
        if self._call_off is not None:
            self._call_off()
        self._end(status)

    def wait(self, resume: Callable[[], None]) -> Callable[[], None]:
        """Wait for its end (a Wait)."""
        if self.status is not None:
            resume()
            return lambda: None
        self._waiters.append(resume)
        return lambda: self._waiters.remove(resume) if resume in self._waiters else None


class Table:
    """The processes of one device."""

    __slots__ = ("_next", "running")

    def __init__(self) -> None:
        self._next = 1000
        self.running: dict[int, Process] = {}

    def spawn(
        self, title: str, make: Callable[[Process], Steps], ended: Callable[[int], None] | None = None
    ) -> Process:
        """Start a process."""
        self._next += 1
        process = self.running[self._next] = Process(self, self._next, title)
        if ended is not None:
            process.wait(lambda: ended(process.status or 0))
        process.start(make(process))
        return process

    def gone(self, process: Process) -> None:
        """Forget a process that ended."""
        self.running.pop(process.pid, None)

    def restart(self) -> None:
        """End them all."""
        for process in list(self.running.values()):
            process.kill(137)
