"""The daemon: the poller and all that stands beside it, begun together and ended together."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Awaitable, Callable, Generator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Final, Protocol

from homeroom.errors import HomeroomError
from homeroom.observe.schedule import Schedule
from homeroom.observe.station import Station
from homeroom.project import Project
from homeroom.store.inventory import inventory_path

FOLLOW: Final = 30.0
"""Seconds between two looks at whether the inventory is another."""
SAVE: Final = 600.0
"""Seconds between two writings of what is known of SNMPv3 engines."""


class Part(Protocol):
    """Something that works until it is cancelled."""

    async def run(self) -> None:
        """Work; raises HomeroomError when it cannot."""
        ...


@dataclass(frozen=True, slots=True)
class Polling:
    """The poller by its schedule, the writing of what it sees, and of its memory."""

    station: Station

    async def run(self) -> None:
        """Poll until cancelled; what was seen is written before this returns."""
        station = self.station
        schedule = await asyncio.to_thread(station.schedule)
        async with asyncio.TaskGroup() as group:
            group.create_task(station.keep.run())
            group.create_task(self._remember())
            group.create_task(self._follow(schedule))
            group.create_task(station.poller.run(schedule))

    async def _follow(self, schedule: Schedule) -> None:
        """Ask whom the inventory names by now, whenever it was compiled anew; what cannot be read changes nothing."""
        station = self.station
        before = compiled(station.project)
        while True:
            await asyncio.sleep(FOLLOW)
            now = compiled(station.project)
            if now == before:
                continue
            with suppress(HomeroomError):
                fleet = await asyncio.to_thread(station.again)
                schedule.change(station.periods(fleet), station.poller.clock())
                station.poller.change(fleet.devices)
                before = now

    async def _remember(self) -> None:
        while True:
            await asyncio.sleep(SAVE)
            self.station.save()


def compiled(project: Project) -> tuple[int, int]:
    """Return what is another when the inventory was compiled anew."""
    try:
        found = inventory_path(project).stat()
    except OSError:
        return (0, 0)
    return found.st_mtime_ns, found.st_ino


@dataclass(frozen=True, slots=True)
class Ticking:
    """Something that is done each so many seconds."""

    act: Callable[[], None]
    seconds: float

    async def run(self) -> None:
        """Do it until cancelled."""
        while True:
            await asyncio.sleep(self.seconds)
            self.act()


async def watch(parts: Sequence[Part], ends: Awaitable[object]) -> None:
    """Run all parts until `ends` comes, or one of them fails: then the error is raised when all have ended."""
    try:
        async with asyncio.TaskGroup() as group:
            running = [group.create_task(part.run()) for part in parts]
            group.create_task(_stop(running, ends))
    except* HomeroomError as group_of:
        raise _first(group_of) from None


async def _stop(running: Sequence[asyncio.Task[None]], ends: Awaitable[object]) -> None:
    await ends
    for task in running:
        task.cancel()


def _first(group: BaseExceptionGroup[HomeroomError]) -> HomeroomError:
    """Return the first error of a group, however deep."""
    found = group.exceptions[0]
    return _first(found) if isinstance(found, BaseExceptionGroup) else found


@contextmanager
def stopping(seconds: float | None) -> Generator[asyncio.Future[None]]:
    """Yield what comes at SIGINT, SIGTERM, or after so many seconds."""
    loop = asyncio.get_running_loop()
    end: asyncio.Future[None] = loop.create_future()

    def stop() -> None:
        if not end.done():
            end.set_result(None)

    timer = None if seconds is None else loop.call_later(seconds, stop)
    caught: list[signal.Signals] = []
    try:
        for number in (signal.SIGINT, signal.SIGTERM):
            with suppress(ValueError, RuntimeError):  # not the main thread: whoever runs us ends us otherwise
                loop.add_signal_handler(number, stop)
                caught.append(number)
        yield end
    finally:
        if timer:
            timer.cancel()
        for number in caught:
            loop.remove_signal_handler(number)
