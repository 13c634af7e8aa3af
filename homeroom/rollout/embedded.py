"""The engine inside our own process: bounded threads on our own runner, and one queue.

Each run of the runner takes hosts from the queue one at a time, so a device that hangs holds up nobody but its own
thread, and a pause or a cancel is felt at the next device.
"""

from __future__ import annotations

import queue
import threading
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from nornir.core import Nornir
from nornir.core.inventory import Host
from nornir.core.task import MultiResult, Result, Task

from homeroom.errors import UsageError
from homeroom.rollout.engine import Chunk, Event, Workers
from homeroom.rollout.runner import Runner


class _Feed(Sequence[Host]):
    """What one run of the runner works on: it takes hosts from the engine's queue one at a time until that is empty.

    `threads`: how many take from it; `busy`: hosts taken and not ended; `open`: more may be taken.
    """

    def __init__(self, threads: int, take: Callable[[_Feed], Host | None]) -> None:
        self.threads = threads
        self.busy = 0
        self.open = True
        self._take = take

    def __len__(self) -> int:
        return self.threads

    def __getitem__(self, index: Any) -> Any:
        raise IndexError(index)  # the runner only iterates

    def __iter__(self) -> Iterator[Host]:
        while host := self._take(self):
            yield host

    @property
    def held(self) -> int:
        """Return how many threads are its."""
        return self.threads if self.open else self.busy


class Embedded:
    """An `Engine` in this process: `limit` threads on our own runner, for one Nornir task.

    `deadline`: seconds one device may take; then its event is `failed` with Unsettled. `params` go to the task.
    """

    def __init__(
        self,
        nornir: Nornir,
        task: Callable[..., Any],
        *,
        limit: int = 20,
        deadline: float = 3600.0,
        params: Mapping[str, Any] | None = None,
    ) -> None:
        if limit < 1:
            raise UsageError(f"{limit} workers can do nothing: give at least 1")
        self._hosts = nornir.inventory.hosts
        self._task = Task(task, nornir, nornir.data.dry_run, nornir.processors, **(params or {}))
        self._limit = limit
        self._deadline = deadline
        self._lock = threading.Lock()
        self._waiting: deque[str] = deque()
        self._chunk_of: dict[str, str] = {}  # of every device that has no event yet
        self._feeds: list[_Feed] = []
        self._ended: queue.SimpleQueue[Event] = queue.SimpleQueue()
        self._paused = False
        self._cancelled = False

    def submit(self, chunk: Chunk) -> None:
        """Queue a chunk. UsageError after `cancel`, for an unknown device, or one that is under way."""
        with self._lock:
            for device in chunk.devices:
                if device not in self._hosts:
                    raise UsageError(f"{device} is not in the inventory; run `homeroom plan`")
                if device in self._chunk_of:
                    raise UsageError(f"{device} is under way in chunk {self._chunk_of[device]}; wait for it to end")
            if self._cancelled:
                raise UsageError("the engine was cancelled: begin a new one")
            self._chunk_of |= dict.fromkeys(chunk.devices, chunk.id)
            self._waiting.extend(dict.fromkeys(chunk.devices))
            self._dispatch()

    def events(self, tick: float = 0.5) -> Iterator[Event | None]:
        """Yield each device's event as it comes, None after `tick` seconds without one, until none is left."""
        while self._unended():
            if self._cancelled:
                self._withdraw()
            try:
                event = self._ended.get(timeout=tick)
            except queue.Empty:
                yield None
            else:
                with self._lock:
                    del self._chunk_of[event.device]
                yield event

    def cancel(self) -> None:
        """Begin nothing more, for good. Takes no lock: a signal handler may call it at any moment."""
        self._cancelled = True

    def pause(self) -> None:
        """Begin nothing more until `resume`."""
        self._paused = True

    def resume(self) -> None:
        """Go on after `pause`."""
        with self._lock:
            self._paused = False
            self._dispatch()

    def workers(self) -> Workers:
        """Tell how much goes on."""
        with self._lock:
            busy = sum(feed.busy for feed in self._feeds)
            return Workers(self._limit, busy, len(self._waiting), len(self._chunk_of))

    def _unended(self) -> bool:
        with self._lock:
            return bool(self._chunk_of)

    def _withdraw(self) -> None:
        with self._lock:
            while self._waiting:
                device = self._waiting.popleft()
                self._ended.put(Event(self._chunk_of[device], device, "withdrawn"))

    def _stopped(self) -> bool:
        return self._paused or self._cancelled

    def _dispatch(self) -> None:
        """Give every free thread work; called under the lock."""
        free = self._limit - sum(feed.held for feed in self._feeds)
        if free > 0 and self._waiting and not self._stopped():
            feed = _Feed(min(free, len(self._waiting)), self._take)
            self._feeds.append(feed)
            threading.Thread(target=self._run, args=(feed,), name="homeroom-engine", daemon=True).start()

    def _take(self, feed: _Feed) -> Host | None:
        with self._lock:
            if self._stopped() or not self._waiting:
                feed.open = False
                return None
            feed.busy += 1
            return self._hosts[self._waiting.popleft()]

    def _run(self, feed: _Feed) -> None:
        def end(result: MultiResult) -> None:
            with self._lock:
                feed.busy -= 1
                self._ended.put(self._event(result[0]))
                self._dispatch()

        Runner(feed.threads, deadline=self._deadline, on_done=end).run(self._task, feed)
        with self._lock:
            self._feeds.remove(feed)
            self._dispatch()

    def _event(self, result: Result) -> Event:
        device = str(result.host)  # its name
        if result.exception:
            return Event(self._chunk_of[device], device, "failed", error=result.exception)
        return Event(self._chunk_of[device], device, "done", result.result)
