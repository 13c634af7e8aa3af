"""Asks devices the questions of one schedule, and reads what they say: whatever a device does, it has an outcome.

A status is one GET to each, all of them in one sweep; what a controller alone knows of its access points, and the
other schedules, are columns, some devices at a time. Who is not known, or is another than it was, is first asked who
it is.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Final, TypeAlias

from homeroom.errors import DeviceError
from homeroom.observe.known import Known
from homeroom.observe.questions import Book, Questions, octets, octets_of
from homeroom.observe.seen import Seen
from homeroom.snmp.ask import read
from homeroom.snmp.ask.declared import Every
from homeroom.snmp.ask.decode import text
from homeroom.snmp.ask.load import IDENTIFY, Catalogue
from homeroom.snmp.ask.model import Vendor
from homeroom.snmp.ask.read import Columns
from homeroom.snmp.ber import Value
from homeroom.snmp.engine import Answer, Engine, Question, Target

WALKS: Final = 256
"""Devices whose tables are read at the same time."""
_MICRO: Final = 1_000_000
Done: TypeAlias = Callable[[Seen], None]
Clock: TypeAlias = Callable[[], float]


async def fetch(  # noqa: PLR0917 -- what there is to know, once
    engine: Engine,
    catalogue: Catalogue | Book,
    known: Known,
    targets: Iterable[Target],
    every: Every,
    done: Done,
    clock: Clock,
    *,
    walks: int = WALKS,
) -> None:
    """Ask all targets, handing over each outcome as it comes. `clock`: seconds since the epoch.

    `catalogue`: who asks often keeps a Book of it. `walks`: devices whose columns are read at the same time.
    """
    book = catalogue if isinstance(catalogue, Book) else Book(catalogue)
    work = _Fetch(engine, book, known, every, done, clock, walks)
    asked = list(targets)
    strangers = [target for target in asked if known.vendors.get(target.device) not in book.catalogue.vendors]
    if strangers:
        names = {target.device for target in strangers}
        asked = [target for target in asked if target.device not in names]
        asked += await work.identify(strangers)
    await work.ask(asked)


@dataclass(slots=True)
class _Fetch:
    """One fetch on its way.

    `begun`: when each device was asked; `others`: those found to be another device than before, to be asked anew,
    once; `deeper`: controllers that said their status, with what they said and how fast.
    """

    engine: Engine
    book: Book
    known: Known
    every: Every
    done: Done
    clock: Clock
    walks: int
    begun: dict[str, float] = field(default_factory=dict[str, float])
    others: list[Target] = field(default_factory=list[Target])
    deeper: list[tuple[Target, Sequence[Value], int]] = field(default_factory=list[tuple[Target, Sequence[Value], int]])

    async def identify(self, targets: Sequence[Target]) -> list[Target]:
        """Ask devices who they are; return those that said so."""
        friends: list[Target] = []

        def done(target: Target, answer: Answer) -> None:
            if isinstance(answer, DeviceError):
                self._failed(target, answer)
                return
            object_id, description = answer
            identity = object_id if isinstance(object_id, tuple) else ()
            said = text(description) if isinstance(description, bytes) else ""
            vendor = self.book.catalogue.of(identity, said, target.platform)
            self.known.learn(target.device, vendor.name, identity)
            friends.append(target)

        await self.engine.sweep(((target, IDENTIFY) for target in targets), done)
        return friends

    async def ask(self, targets: Sequence[Target]) -> None:
        """Ask devices whose vendors are known."""
        if self.every != "status":
            await self._at_once([partial(self._walk, target) for target in targets])
            return
        await self.engine.sweep(self._questions(targets), self._answered)
        if self.others:
            others, self.others = self.others, []
            again = await self.identify(others)
            await self.engine.sweep(self._questions(again), self._answered)
        await self._at_once([partial(self._deepen, *one) for one in self.deeper])

    def _vendor(self, target: Target) -> Vendor:
        return self.book.catalogue[self.known.vendors[target.device]]

    def _questions(self, targets: Iterable[Target]) -> Iterator[Question]:
        """Yield the questions of a sweep, which takes each at the moment that it sends it."""
        vendors, questions, begun, clock = self.known.vendors, self.book.questions, self.begun, self.clock
        for target in targets:
            begun[target.device] = clock()
            yield target, questions(vendors[target.device], self.every).singles

    def _answered(self, target: Target, answer: Answer) -> None:
        if isinstance(answer, DeviceError):
            self._failed(target, answer)
            return
        device = target.device
        vendor = self._vendor(target)
        asked = self.book.questions(vendor.name, self.every)
        now = self.clock()
        rtt = max(0, round((now - self.begun.pop(device, now)) * _MICRO))
        object_id = answer[asked.identity] if asked.identity >= 0 else None
        if isinstance(object_id, tuple) and not self.known.same(device, object_id):
            self.others.append(target)
        elif asked.columns:
            self.deeper.append((target, answer, rtt))
        else:
            said = read.read(vendor, asked.gathered(vendor, answer))
            self.done(Seen(device, self.every, now, rtt, vendor.name, said, "", asked.octets))

    async def _deepen(self, target: Target, values: Sequence[Value], rtt: int) -> None:
        """Read the columns of a controller's status."""
        asked = self.book.questions(self.known.vendors[target.device], self.every)
        try:
            await self._columns(target, asked, values, rtt)
        except DeviceError as error:
            self._failed(target, error)

    async def _walk(self, target: Target) -> None:
        """Ask one device for its instances and columns."""
        asked = self.book.questions(self.known.vendors[target.device], self.every)
        begun = self.clock()
        try:
            values = await self.engine.get(target, asked.singles)
            rtt = max(0, round((self.clock() - begun) * _MICRO))
            await self._columns(target, asked, values, rtt)
        except DeviceError as error:
            self._failed(target, error)

    async def _columns(self, target: Target, asked: Questions, values: Sequence[Value], rtt: int) -> None:
        """Read columns, and hand over all that was said."""
        device, every, vendor = target.device, self.every, self._vendor(target)
        expected = self.known.rows(device, every)
        rows: Columns = await self.engine.columns(target, asked.columns, expected) if asked.columns else {}
        self.known.counted(device, every, max(map(len, rows.values()), default=0))
        said = read.read(vendor, {**asked.gathered(vendor, values), **rows})
        size = octets(asked.singles, values) + octets_of(rows)
        self.done(Seen(device, every, self.clock(), rtt, vendor.name, said, "", size))

    def _failed(self, target: Target, error: DeviceError) -> None:
        self.begun.pop(target.device, None)
        vendor = self.known.vendors.get(target.device, "")
        why = f"{error.what}; {error.remedy}"
        self.done(Seen(target.device, self.every, self.clock(), 0, vendor, None, why, octets(IDENTIFY, ())))

    async def _at_once(self, walks: Sequence[Callable[[], Coroutine[None, None, None]]]) -> None:
        """Run walks, some at the same time."""
        waiting = iter(walks)

        async def work() -> None:
            for walk in waiting:
                await walk()

        async with asyncio.TaskGroup() as group:
            for _ in range(min(self.walks, len(walks))):
                group.create_task(work())
