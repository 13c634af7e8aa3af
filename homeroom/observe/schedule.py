"""When each device is asked what: pure. Each has its own place in a period, so that a nation is asked evenly.

A place is worked out from the name and the wall clock: it stays over restarts. What is overdue when the poller starts,
or when devices come back, is spread too. A silent device is asked for its status only, ever more rarely up to a bound,
and as usual from its first answer on.
"""

from __future__ import annotations

import heapq
import math
import zlib
from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from homeroom.observe.settings import Periods
from homeroom.snmp.ask.declared import SCHEDULES, Every

CATCH_UP: Final = 0.25
"""The share of a period over which what is overdue is spread."""
LONGEST_CATCH_UP: Final = 900.0
_EARLY: Final = 0.1
"""Who was asked late is not asked again in less than this share of a period."""
_SOONEST: Final = 1 / 24
"""Tables that change all the time are read again after this share of a period, not before."""
_DOUBLINGS: Final = 16
_OTHERS: Final[tuple[Every, ...]] = ("radio", "inventory")


def place(device: str, every: str = "") -> float:
    """Return where in a period a device is asked: from 0 up to 1, the same for ever."""
    return zlib.crc32(f"{device}/{every}".encode()) / (1 << 32)


class Schedule:
    """Due times of all devices. A device that was handed out is not handed out again before it is `done`."""

    def __init__(
        self,
        periods: Mapping[str, Periods],
        last: Mapping[Every, Mapping[str, float]],
        now: float,
        silent: Iterable[str] = (),
        longest: float = 600.0,
    ) -> None:
        """`last`: when each device answered last, as the store has it; `silent`: those that did not."""
        self._periods = periods
        self._longest = longest
        self._last: dict[Every, dict[str, float]] = {
            every: {name: at for name, at in last.get(every, {}).items() if name in periods} for every in SCHEDULES
        }
        self._due: dict[Every, dict[str, float]] = {every: {} for every in SCHEDULES}
        self._heaps: dict[Every, list[tuple[float, str]]] = {every: [] for every in SCHEDULES}
        self._silent = {device: _DOUBLINGS for device in silent if device in periods}
        self._begin(periods, now)

    def change(self, periods: Mapping[str, Periods], now: float) -> None:
        """Go on with these devices: who is new is asked soon, who is gone no more."""
        fresh = periods.keys() - self._periods.keys()
        for device in self._periods.keys() - periods.keys():
            self._silent.pop(device, None)
            for every in SCHEDULES:
                self._due[every].pop(device, None)
                self._last[every].pop(device, None)
        self._periods = periods
        self._begin(fresh, now)

    def take(self, every: Every, now: float, most: int) -> Iterator[tuple[str, float]]:
        """Hand out devices that are due, at most so many, the longest overdue first; with when they were due."""
        heap, due = self._heaps[every], self._due[every]
        while heap and heap[0][0] <= now and most > 0:
            at, device = heapq.heappop(heap)
            if due.get(device) == at:
                del due[device]
                most -= 1
                yield device, at

    def done(self, device: str, every: Every, now: float, *, answered: bool) -> None:
        """Take back a device that was asked."""
        if device not in self._periods:
            return
        if answered:
            self._last[every][device] = now
        if every == "status":
            self._heard(device, now, answered=answered)
        elif device in self._silent:
            return
        period = self._periods[device].of(every)
        if every == "status" and not answered:
            wait = period * 2 ** (self._silent[device] - 1)
            if wait > period:
                self._put(device, every, now + min(wait, max(self._longest, period)))
                return
        self._put(device, every, self._next(device, every, now + period * _EARLY))

    def later(self, device: str, every: Every, at: float) -> None:
        """Take back a device that could not be asked now."""
        if every == "status" or device not in self._silent:
            self._put(device, every, at)

    def hasten(self, device: str, every: Every, now: float) -> None:
        """Ask a device soon, before its time: something of it has changed."""
        due = self._due[every].get(device)
        if due is None:
            return
        soonest = max(now, self._last[every].get(device, 0.0) + self.period(device, every) * _SOONEST)
        if soonest < due:
            self._put(device, every, soonest)

    def silent(self, device: str) -> bool:
        """Say whether a device did not answer when it was asked last."""
        return device in self._silent

    @property
    def dead(self) -> int:
        """Return how many devices are silent."""
        return len(self._silent)

    def period(self, device: str, every: Every) -> float:
        """Return how often a device is asked."""
        return self._periods[device].of(every)

    def overdue(self, every: Every, now: float) -> int:
        """Return how many devices wait that should have been asked."""
        due = self._due[every]
        heap = self._heaps[every]
        return sum(due.get(device) == at for at, device in heap if at <= now) if heap and heap[0][0] <= now else 0

    def _begin(self, devices: Iterable[str], now: float) -> None:
        for device in devices:
            for every in ("status",) if device in self._silent else SCHEDULES:
                self._put(device, every, self._resume(device, every, now))

    def _heard(self, device: str, now: float, *, answered: bool) -> None:
        """Note that a device was silent, or is back: then all else that is asked of it is due again."""
        if not answered:
            before = self._silent.get(device, 0)
            self._silent[device] = min(before + 1, _DOUBLINGS)
            for every in _OTHERS:
                self._due[every].pop(device, None)
        elif self._silent.pop(device, 0):
            for every in _OTHERS:
                self._put(device, every, self._resume(device, every, now))

    def _resume(self, device: str, every: Every, now: float) -> float:
        """Return the next due time after a pause: the usual one, or soon and spread when that has passed."""
        period = self._periods[device].of(every)
        last = self._last[every].get(device)
        due = now if last is None or last > now else self._next(device, every, last + period * _EARLY)
        if due > now:
            return due
        return now + place(device) * min(period * CATCH_UP, LONGEST_CATCH_UP)

    def _next(self, device: str, every: Every, after: float) -> float:
        """Return a device's next place in its period."""
        period = self._periods[device].of(every)
        offset = place(device, every) * period
        return (math.floor((after - offset) / period) + 1) * period + offset

    def _put(self, device: str, every: Every, at: float) -> None:
        self._due[every][device] = at
        heapq.heappush(self._heaps[every], (at, device))
