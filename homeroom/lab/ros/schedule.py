"""The schedulers of an emulated device: RouterOS keeps them over a restart. Source: the vendor's manual, Scheduler."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Final, Protocol

from homeroom.lab.clock import Clock, Handle, Later
from homeroom.lab.ros.config import Config, Entry
from homeroom.lab.ros.values import seconds

BOOT_SECONDS: Final = 3
"""How long after the start a scheduler with `start-time=startup` runs."""
_PATH: Final = "/system scheduler"


class Host(Protocol):
    """The device: its configuration and its time."""

    clock: Clock
    later: Later
    minute: float

    @property
    def now(self) -> float:
        """Return what the device takes for the time."""
        ...

    @property
    def config(self) -> Config:
        """Return the configuration."""
        ...


class Schedule:
    """Plans what `/system scheduler` says; `fire` does it."""

    def __init__(self, host: Host, fire: Callable[[Entry], None]) -> None:
        self._host, self._fire = host, fire
        self._timers: dict[int, tuple[Handle, float]] = {}
        self._seen: set[int] = set()

    def plan(self) -> None:
        """Follow the configuration: plan what is new, call off what is gone."""
        entries = {entry.number: entry for entry in self._host.config.table(_PATH)}
        for number in self._timers.keys() - entries.keys():
            self._timers.pop(number)[0].cancel()
        for number, entry in entries.items():
            if number not in self._seen:
                self._seen.add(number)
                now = time.gmtime(self._host.now)
                entry.values.setdefault("start-date", time.strftime("%Y-%m-%d", now))
                entry.values.setdefault("start-time", time.strftime("%H:%M:%S", now))
                if self._interval(entry):
                    self._arm(entry, self._interval(entry))

    def due(self, entry: Entry) -> float:
        """Return when a scheduler runs next; 0 when it does not."""
        return self._timers[entry.number][1] if entry.number in self._timers else 0.0

    def restart(self) -> None:
        """Plan anew after a restart: what was due at a time still is, `startup` runs soon."""
        before, now = dict(self._timers), self._host.clock()
        for handle, _ in before.values():
            handle.cancel()
        self._timers.clear()
        for entry in self._host.config.table(_PATH):
            if entry.get("start-time") == "startup":
                self._arm(entry, BOOT_SECONDS * self._host.minute / 60)
            elif entry.number in before:
                self._arm(entry, max(0.0, before[entry.number][1] - now))

    def _interval(self, entry: Entry) -> float:
        return (seconds(entry.get("interval")) or 0) * self._host.minute / 60

    def _arm(self, entry: Entry, delay: float) -> None:
        handle = self._host.later(delay, lambda: self._run(entry))
        self._timers[entry.number] = (handle, self._host.clock() + delay)

    def _run(self, entry: Entry) -> None:
        self._timers.pop(entry.number, None)
        if not entry.on("disabled"):
            self._fire(entry)
        there = any(entry is one for one in self._host.config.table(_PATH))
        if there and self._interval(entry):
            self._arm(entry, self._interval(entry))
