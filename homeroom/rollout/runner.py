"""Our Nornir runner: as many devices at once as it has workers, stopped by one call, one result at a time.

Nornir's threaded runner hands every host to its pool at once and goes on with all of them after Ctrl-C. Here a
worker takes the next host only when it is free, and none once `cancel` was called; those under way end in a
state the journal knows.
"""

from __future__ import annotations

import contextlib
import queue
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from typing import Final

from nornir.core.inventory import Host
from nornir.core.task import AggregatedResult, MultiResult, Result, Task

from homeroom.errors import Unsettled

_TICK: Final = 0.1
"""Seconds between looks at the deadline."""


class _Board:
    """What the workers and the runner share; every change is made under the lock."""

    def __init__(self, hosts: Iterator[Host], stop: threading.Event, clock: Callable[[], float]) -> None:
        self.done: queue.SimpleQueue[MultiResult] = queue.SimpleQueue()
        self._hosts = hosts
        self._stop = stop
        self._clock = clock
        self._lock = threading.Lock()
        self._started: dict[str, tuple[Host, float]] = {}
        self._exhausted = False

    def take(self) -> Host | None:
        """Return the next host and note when it was started; None when nothing more is to be started."""
        with self._lock:
            host = None if self._stop.is_set() else next(self._hosts, None)
            if host is None:
                self._exhausted = True
            else:
                self._started[host.name] = (host, self._clock())
            return host

    def put(self, name: str, result: MultiResult) -> None:
        """Hand over a host's result, unless its time was up before."""
        with self._lock:
            if self._started.pop(name, None):
                self.done.put(result)

    def overdue(self, limit: float) -> list[Host]:
        """Take the hosts off the board that were started more than `limit` seconds ago."""
        with self._lock:
            late = [host for host, since in self._started.values() if self._clock() - since > limit]
            for host in late:
                del self._started[host.name]
            return late

    def busy(self) -> bool:
        """Tell whether results are still to come."""
        with self._lock:
            return not (self._exhausted or self._stop.is_set()) or bool(self._started) or not self.done.empty()


class Runner:
    """Run a task over hosts on `workers` threads.

    `deadline`: seconds one host may take; then its result is Unsettled and a fresh worker takes its place.
    `on_done` is called in the caller's thread with each host's result as it finishes.
    """

    def __init__(
        self,
        workers: int = 20,
        *,
        deadline: float = 3600.0,
        on_done: Callable[[MultiResult], None] | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._workers = workers
        self._deadline = deadline
        self._on_done = on_done
        self._clock = clock
        self._stop = threading.Event()

    @property
    def cancelled(self) -> bool:
        """Tell whether it was stopped before every host was started."""
        return self._stop.is_set()

    def cancel(self) -> None:
        """Start no further host. Safe from any thread, and before `run`."""
        self._stop.set()

    def run(self, task: Task, hosts: Sequence[Host]) -> AggregatedResult:
        """Return the results of the hosts that were started; the first Ctrl-C cancels, the second leaves at once."""
        result = AggregatedResult(task.name)
        board = _Board(iter(hosts), self._stop, self._clock)
        idle = min(self._workers, max(len(hosts), 1))  # one at least notes that there is nothing to do
        while True:
            try:
                while idle:
                    _spawn(board, task)
                    idle -= 1
                while board.busy():
                    self._step(board, task, result)
            except KeyboardInterrupt:
                if self.cancelled:
                    raise
                self.cancel()
            else:
                return result

    def _step(self, board: _Board, task: Task, result: AggregatedResult) -> None:
        for host in board.overdue(self._deadline):
            self._finish(result, host.name, _late(task.name, host, self._deadline))
            _spawn(board, task)
        with contextlib.suppress(queue.Empty):
            one = board.done.get(timeout=_TICK)
            self._finish(result, str(one.host.name), one)

    def _finish(self, result: AggregatedResult, name: str, one: MultiResult) -> None:
        result[name] = one
        if self._on_done:
            self._on_done(one)


def _spawn(board: _Board, task: Task) -> None:
    """Start a worker. It is a daemon: leaving the program never waits for a device that does not answer."""
    threading.Thread(target=_work, args=(board, task), name="homeroom-worker", daemon=True).start()


def _work(board: _Board, task: Task) -> None:
    while host := board.take():
        result = task.copy().start(host)
        with contextlib.suppress(Exception):  # a connection that cannot be closed is gone already
            host.close_connections()
        board.put(host.name, result)


def _late(name: str, host: Host, deadline: float) -> MultiResult:
    error = Unsettled(host.name, f"it did not finish within {deadline:.0f} s", "see the journal, then read the device")
    one = Result(host, result=str(error), failed=True, exception=error)
    one.name = name  # type: ignore[assignment]  # nornir declares it None and then sets it
    results = MultiResult(name)
    results.append(one)
    return results
