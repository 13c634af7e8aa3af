"""The poller: asks everybody what is due, as much at once as engine, lines and store can take.

One round of everything (`once`), or for ever by the schedule (`run`). What a device does ends nothing but its own
question.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from homeroom.observe.budget import Budgets
from homeroom.observe.fetch import fetch
from homeroom.observe.fleet import Polled
from homeroom.observe.keep import Keep
from homeroom.observe.known import Known
from homeroom.observe.meters import Meters
from homeroom.observe.questions import Book
from homeroom.observe.schedule import Schedule
from homeroom.observe.seen import Seen
from homeroom.observe.settings import Settings
from homeroom.snmp.ask.declared import SCHEDULES, Every
from homeroom.snmp.engine import Engine, Target

TICK: Final = 0.25
"""Seconds between two looks at what is due."""
_ACCOUNT: Final = 1.0
"""Seconds between two looks at how things stand."""
_LATE: Final = 0.1
"""Asked so much of a period after its time, a device was asked late."""


@dataclass(slots=True)
class _Tally:
    """When a schedule's round began, which is a period long, and the process's CPU seconds then."""

    since: float
    cpu: float


@dataclass(slots=True)
class Poller:
    """Asks. `saw` is told each outcome, beside `keep`; `clock` is the wall's, `cpu` this process's, seconds."""

    engine: Engine
    book: Book
    known: Known
    keep: Keep
    meters: Meters
    settings: Settings
    devices: Sequence[Polled]
    saw: Callable[[Seen], None] = lambda _seen: None
    clock: Callable[[], float] = time.time
    cpu: Callable[[], float] = time.process_time
    sleep: Callable[[float], Awaitable[object]] = asyncio.sleep
    _polled: dict[str, Polled] = field(init=False)
    _budgets: Budgets = field(init=False, default_factory=Budgets)
    _flying: dict[Every, int] = field(init=False)
    _tally: dict[Every, _Tally] = field(init=False, default_factory=dict[Every, _Tally])
    _accounted: float = field(init=False, default=0.0)

    def __post_init__(self) -> None:
        """Find devices by name."""
        self._flying = dict.fromkeys(SCHEDULES, 0)
        self.change(self.devices)

    def change(self, devices: Sequence[Polled]) -> None:
        """Go on with these devices."""
        self.devices = devices
        self._polled = {one.target.device: one for one in devices}
        self.keep.uplinks = {one.target.device: one.uplinks for one in devices}
        self.meters.devices = len(self._polled)

    async def once(self, classes: Sequence[Every] = SCHEDULES) -> None:
        """Ask everybody everything of these schedules, once; who is silent at the first is asked no more."""
        silent: set[str] = set()

        def done(seen: Seen) -> None:
            if seen.said is None:
                silent.add(seen.device)
            self._take(seen)

        for every in classes:
            targets = [one.target for one in self.devices if one.target.device not in silent]
            self.meters.asked[every] += len(targets)
            begun, used = self.clock(), self.cpu()
            await fetch(self.engine, self.book, self.known, targets, every, done, self.clock, walks=self.settings.walks)
            self.meters.seconds[every] = self.clock() - begun
            self.meters.cpu[every] = self.cpu() - used

    async def run(self, schedule: Schedule) -> None:
        """Ask by the schedule until cancelled."""
        now = self.clock()
        self._tally = {every: _Tally(now, self.cpu()) for every in SCHEDULES}
        async with asyncio.TaskGroup() as group:
            while True:
                for every in SCHEDULES:
                    targets = list(self._due(schedule, every, self.clock()))
                    if targets:
                        group.create_task(self._ask(schedule, every, targets))
                self._account(schedule)
                await self.sleep(TICK)

    async def _ask(self, schedule: Schedule, every: Every, targets: Sequence[Target]) -> None:
        """Ask one batch."""

        def done(seen: Seen) -> None:
            self._flying[every] -= 1
            self._landed(schedule, seen)

        self.meters.asked[every] += len(targets)
        await fetch(self.engine, self.book, self.known, targets, every, done, self.clock, walks=len(targets))

    def _due(self, schedule: Schedule, every: Every, now: float) -> Iterator[Target]:
        """Yield who is to be asked now; who cannot be is put off."""
        settings = self.settings
        room = (settings.at_once if every == "status" else settings.walks) - self._flying[every]
        if every != "status" and self.keep.behind:
            return
        for device, due in schedule.take(every, now, room):
            one = self._polled[device]
            if every == "inventory" and self.known.still(device, now):
                self.meters.skipped[every] += 1
                schedule.done(device, every, now, answered=False)
                continue
            line = settings.lines.get(one.link)
            wait = self._budgets.wait(one.site, line, now) if line else 0.0
            if wait:
                self.meters.held[every] += 1
                schedule.later(device, every, now + wait)
                continue
            if now - due > schedule.period(device, every) * _LATE:
                self.meters.late[every] += 1
            self._flying[every] += 1
            yield replace(one.target, retries=0) if schedule.silent(device) else one.target

    def _landed(self, schedule: Schedule, seen: Seen) -> None:
        """Take an outcome, and say when the device is asked next."""
        device, every, now = seen.device, seen.every, self.clock()
        one = self._polled.get(device)
        if one is None:  # it is gone from the inventory
            return
        line = self.settings.lines.get(one.link)
        if line:
            self._budgets.spent(one.site, line, seen.octets, now)
        schedule.done(device, every, now, answered=seen.said is not None)
        if self._take(seen):
            schedule.hasten(device, "inventory", now)

    def _take(self, seen: Seen) -> bool:
        """Take an outcome; True when the device's tables may have changed."""
        said = seen.said
        refused = said.refusals if said else 0
        self.meters.count(seen.every, answered=said is not None, refused=refused, octets=seen.octets)
        self.keep.take(seen)
        self.saw(seen)
        if said is None:
            return False
        if seen.every == "inventory":
            self.known.walked(seen.device, seen.at)
        return seen.every == "status" and self.known.noticed(seen.device, said)

    def _account(self, schedule: Schedule) -> None:
        """Note how things stand, and at the end of a period what its round took."""
        now = self.clock()
        if 0 <= now - self._accounted < _ACCOUNT:
            return
        self._accounted = now
        self.meters.dead = schedule.dead
        for every, tally in self._tally.items():
            self.meters.overdue[every] = schedule.overdue(every, now)
            if now - tally.since >= self.settings.periods.of(every):
                self.meters.seconds[every] = now - tally.since
                self.meters.cpu[every] = self.cpu() - tally.cpu
                self._tally[every] = _Tally(now, self.cpu())
