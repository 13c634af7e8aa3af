"""One question each to many devices: the calls are made as there is room, and none waits for another."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Protocol

from homeroom.errors import DeviceError
from homeroom.snmp.ber import Oid, Value
from homeroom.snmp.dialogue import Status
from homeroom.snmp.engine import Answer, Question, Target
from homeroom.snmp.wire.call import Call, Outcome


class Asker(Protocol):
    """What a sweep needs of the engine."""

    def prepare(self, target: Target, names: Sequence[Oid], done: Callable[[Call, Outcome], None]) -> Call:
        """Make the call of a GET; DeviceError when it cannot be."""
        ...

    async def mend(self, target: Target, names: Sequence[Oid], outcome: Outcome) -> Sequence[Value]:
        """Ask again for less, or raise the outcome's error."""
        ...

    def fault(self, target: Target, outcome: Outcome) -> DeviceError:
        """Return the error that an outcome without values is."""
        ...


class Sweep:
    """One sweep on its way. What `done` raises ends it."""

    def __init__(self, engine: Asker, done: Callable[[Target, Answer], None]) -> None:
        self._engine = engine
        self._done = done
        self._left = 1  # the source itself
        self._end: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._mending: set[asyncio.Task[None]] = set()

    async def ended(self) -> None:
        """Wait for the last answer."""
        try:
            await self._end
        finally:
            for task in self._mending:
                task.cancel()

    def calls(self, questions: Iterable[Question]) -> Iterator[Call]:
        """Make the calls, one after the other, until all are made or nobody waits any more."""
        try:
            for target, names in questions:
                if self._end.done():
                    return
                self._left += 1
                try:
                    call = self._engine.prepare(target, names, self._answered)
                except DeviceError as error:
                    self._hand(target, error)
                else:
                    call.names = names
                    yield call
        except Exception as error:  # noqa: BLE001 -- of whoever gives the questions: it is raised where the sweep is awaited
            self.stop(error)
        self._left -= 1
        if not self._left:
            self._through()

    def _answered(self, call: Call, outcome: Outcome) -> None:
        if isinstance(outcome, list):
            self._hand(call.target, outcome)
        elif isinstance(outcome, Status):
            task = asyncio.get_running_loop().create_task(self._mend(call, outcome))
            self._mending.add(task)
            task.add_done_callback(self._mending.discard)
        else:
            self._hand(call.target, self._engine.fault(call.target, outcome))

    async def _mend(self, call: Call, outcome: Outcome) -> None:
        try:
            answer: Answer = await self._engine.mend(call.target, call.names, outcome)
        except DeviceError as error:
            answer = error
        self._hand(call.target, answer)

    def _hand(self, target: Target, answer: Answer) -> None:
        if not self._end.done():
            try:
                self._done(target, answer)
            except Exception as error:  # noqa: BLE001 -- the caller's own: it must not stop the reading of other answers
                self.stop(error)
        self._left -= 1
        if not self._left:
            self._through()

    def _through(self) -> None:
        if not self._end.done():
            self._end.set_result(None)

    def stop(self, error: Exception) -> None:
        """End it with an error, raised where it is awaited."""
        if not self._end.done():
            self._end.set_exception(error)
