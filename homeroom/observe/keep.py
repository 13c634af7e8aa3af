"""From what devices said to what the store keeps: only what changed, through a buffer that has a bound.

What a device says again in the same words costs one row that says when it did. Readings become rows in the state
database, numbers become samples in the series. A full disk or a locked database never stops the poller: rows wait,
and beyond the bound the oldest are dropped, counted, and everything is written anew when it can be.
"""

from __future__ import annotations

import asyncio
import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from functools import partial
from operator import attrgetter
from typing import Final, TypeAlias

from sqlalchemy.engine import Engine

from homeroom.observe.measured import sample, uplink_of
from homeroom.observe.memory import Memory
from homeroom.observe.meters import Meters
from homeroom.observe.questions import COUNTED, MOVING, Book
from homeroom.observe.seen import Seen
from homeroom.reading import Reading, Status
from homeroom.snmp.ask.declared import SCHEDULES, Every
from homeroom.snmp.ask.rows import Readings, fields_of
from homeroom.snmp.ask.show import flat, token
from homeroom.store import asked, readings, samples, tokens
from homeroom.store.asked import Asked
from homeroom.store.intake import BOUND, Intake
from homeroom.store.samples import Sample

FLUSH: Final = 5.0
"""Seconds between two writes."""
_STILL: Final = attrgetter(*(name for name in fields_of("identity") if f"identity.{name}" not in MOVING))
_REST: Final = attrgetter(
    *(one.name for one in fields(Readings) if one.name not in {"identity", "refused", "refusals"})
)


@dataclass(frozen=True, slots=True)
class _Whole:
    """The rows of this device and schedule are all it has."""

    device: str
    every: Every
    at: float


@dataclass(frozen=True, slots=True)
class _Said:
    device: str
    token: str
    at: float


@dataclass(frozen=True, slots=True)
class _Told:
    every: Every | str
    reading: Reading


Row: TypeAlias = _Whole | Asked | _Said | Status | _Told


class Keep:
    """Takes what is seen in the loop, and writes it in a thread."""

    def __init__(
        self,
        state: Engine,
        series: Engine,
        book: Book,
        meters: Meters,
        bound: int = BOUND,
    ) -> None:
        self._book = book
        self.uplinks: Mapping[str, Sequence[str]] = {}
        """Device -> its model's interfaces that face the outside."""
        self._meters = meters
        self._bound = bound
        self._memory = Memory()
        self._status: dict[str, tuple[bool, str]] = {}
        self._tokens: dict[str, str] = {}
        self._marks: dict[str, tuple[int, int]] = {}
        self._ports: dict[str, str] = {}
        self._rows: dict[type[Row], list[Row]] = defaultdict(list)
        self._samples: list[Sample] = []
        self._state: Intake[Row] = Intake(partial(_write, state), bound)
        self._series: Intake[Sample] = Intake(partial(samples.save, series), bound)
        self.count = 0
        """Readings that were seen, changed or not."""

    def load(self, state: Engine) -> None:
        """Begin with what the store has, so that only what changed meanwhile is written."""
        self._memory.load("status", readings.of_schedule(state, "status"))
        self._status = {name: (one.reachable, one.reason) for name, one in readings.all_status(state).items()}
        self._tokens = {name: one.said for name, one in tokens.all_tokens(state).items()}
        ranks = {name: {port: rank for rank, port in enumerate(ports)} for name, ports in self.uplinks.items()}
        names = {port for ports in self.uplinks.values() for port in ports}
        best: dict[str, int] = {}
        for device, key, port in readings.rows_where(state, ("interfaces.name", "interfaces.description"), names):
            rank = ranks.get(device, {}).get(port)
            if rank is not None and rank <= best.get(device, rank):
                best[device], self._ports[device] = rank, key

    @property
    def behind(self) -> bool:
        """Say whether the store is so far behind that nothing should be asked that can wait."""
        return self._meters.waiting > self._bound // 2

    def forget(self, device: str) -> None:
        """Take it that nothing of a device is in the store."""
        self._memory.forget(device)
        self._status.pop(device, None)
        self._tokens.pop(device, None)
        self._marks.pop(device, None)

    def take(self, seen: Seen) -> None:
        """Take one outcome."""
        said = seen.said
        if said is None:
            if seen.every == "status":
                self._reachable(seen, (False, seen.why))
            return
        self._add(Asked(seen.device, seen.every, seen.at, seen.rtt, seen.vendor))
        if seen.every != "status":
            self.count += self._readings(seen, said)
        else:
            self._reachable(seen, (True, ""))
            self._status_said(seen, said)
        if seen.every == "inventory":
            self._ports[seen.device] = uplink_of(said.interfaces, self.uplinks.get(seen.device, ()))
        else:
            self._samples.append(sample(seen, self._ports.get(seen.device, "")))

    async def run(self) -> None:
        """Write again and again until cancelled, and then what is left."""
        writing: asyncio.Future[None] | None = None
        try:
            while True:
                await asyncio.sleep(FLUSH)
                writing = asyncio.ensure_future(asyncio.to_thread(self._put, *self._collected()))
                await asyncio.shield(writing)
                self._account()
        finally:
            if writing is not None:
                await writing  # a thread goes on when it is cancelled, and only one writes at a time
            self.flush()

    def flush(self) -> None:
        """Write what is not written yet."""
        self._put(*self._collected())
        self._account()

    def _add(self, row: Row) -> None:
        self._rows[type(row)].append(row)

    def _reachable(self, seen: Seen, now: tuple[bool, str]) -> None:
        if not now[0] or self._status.get(seen.device) != now:
            self._status[seen.device] = now
            self._add(Status(seen.device, seen.at, now[0], now[1]))

    def _status_said(self, seen: Seen, said: Readings) -> None:
        """Take what a status said: mostly in the same words as the last."""
        mark = hash((_STILL(said.identity), _REST(said)))
        before = self._marks.get(seen.device)
        if before is None or before[0] != mark:
            self._token(seen, said)
            before = self._marks[seen.device] = mark, self._readings(seen, said)
        self.count += before[1]

    def _token(self, seen: Seen, said: Readings) -> None:
        told = token(said.identity, said.changes)
        text = "" if told is None else json.dumps(told)
        if self._tokens.get(seen.device) != text:
            self._tokens[seen.device] = text
            self._add(_Said(seen.device, text, seen.at))

    def _readings(self, seen: Seen, said: Readings) -> int:
        """Take the readings that belong to the schedule; return how many they are."""
        homes = self._book.homes(seen.vendor)
        every = seen.every
        rows = flat(seen.device, said, seen.at)
        own = [one for one in rows if homes[one.object] == every and one.object not in COUNTED]
        moved = self._memory.moved(seen.device, every, [one for one in own if one.object not in MOVING])
        if moved.whole:
            self._add(_Whole(seen.device, every, seen.at))
        for one in moved.rows:
            self._add(_Told(every, one))
        if moved.rows:
            for one in own:
                if one.object in MOVING:
                    self._add(_Told("", one))
        return len(own)

    def _collected(self) -> tuple[Sequence[Row], Sequence[Sample]]:
        """Return what came in since: what makes readings complete, or fresh, stands first and is dropped first."""
        kinds: tuple[type[Row], ...] = (_Whole, Asked, _Said, Status, _Told)
        rows = [row for kind in kinds for row in self._rows[kind]]
        found = self._samples
        self._rows, self._samples = defaultdict(list), []
        return rows, found

    def _put(self, rows: Sequence[Row], found: Sequence[Sample]) -> None:
        self._state.put(rows)
        self._series.put(found)

    def _account(self) -> None:
        """Note how the store stands; what was dropped must be written again, and nobody knows what it was."""
        state, series = self._state.waiting, self._series.waiting
        dropped = state.dropped + series.dropped
        if dropped > self._meters.dropped:
            self._memory.clear()
            self._status.clear()
            self._tokens.clear()
            self._marks.clear()
        self._meters.waiting = state.rows + series.rows
        self._meters.dropped = dropped
        self._meters.store_why = state.why or series.why


def _write(engine: Engine, rows: Sequence[Row]) -> None:
    """Keep a round: what readings say before that they are fresh."""
    told: defaultdict[str, list[Reading]] = defaultdict(list)
    whole: defaultdict[str, list[tuple[str, float]]] = defaultdict(list)
    for row in rows:
        if isinstance(row, _Told):
            told[row.every].append(row.reading)
        elif isinstance(row, _Whole):
            whole[row.every].append((row.device, row.at))
    statuses = [row for row in rows if isinstance(row, Status)]
    for every in ("", *SCHEDULES):
        readings.save(engine, told[every], statuses if not every else (), every=every, complete=whole[every])
    tokens.said_at(engine, [(row.device, row.token, row.at) for row in rows if isinstance(row, _Said)])
    asked.save(engine, (row for row in rows if isinstance(row, Asked)))
