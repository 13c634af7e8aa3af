"""Polls many devices at once: each gives its readings or the reason why not, and none stops the others."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from homeroom.errors import DeviceError
from homeroom.reading import Reading, Status
from homeroom.snmp.ber import Value
from homeroom.snmp.engine import Engine, Target
from homeroom.snmp.objects import ROWS, Object, columns, singles
from homeroom.snmp.readings import of_columns, of_singles

AT_ONCE: Final = 40
"""Devices asked at the same time: beyond some 50 pysnmp takes live devices for dead (its timers win over replies)."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a poll of one device gave; no readings when it did not answer."""

    status: Status
    readings: tuple[Reading, ...] = ()


async def poll_one(engine: Engine, target: Target, clock: Callable[[], float]) -> Outcome:
    """Poll one device; never raises for what the device does."""
    single, listed = singles(target.platform), columns(target.platform)
    try:
        values = await engine.get(target, [one.oid + one.instance for one in single])
        rows = await engine.walk(target, [one.oid for one in listed], _rows(single, values))
    except DeviceError as error:
        return Outcome(Status(target.device, clock(), reachable=False, reason=f"{error.what}; {error.remedy}"))
    now = clock()
    readings = (*of_singles(target.device, single, values, now), *of_columns(target.device, listed, rows, now))
    return Outcome(Status(target.device, now, reachable=True), readings)


def _rows(asked: Sequence[Object], values: Sequence[Value]) -> int:
    """Return how many rows to expect, as the device told."""
    told = next(value for one, value in zip(asked, values, strict=True) if one.name == ROWS)
    return told if isinstance(told, int) else 0


async def poll(
    engine: Engine,
    targets: Iterable[Target],
    clock: Callable[[], float],
    done: Callable[[Outcome], None],
    at_once: int = AT_ONCE,
) -> None:
    """Poll all targets, `at_once` at the same time, handing each outcome to `done` as it comes."""
    waiting: Iterator[Target] = iter(targets)

    async def work() -> None:
        for target in waiting:
            done(await poll_one(engine, target, clock))

    async with asyncio.TaskGroup() as group:
        for _ in range(at_once):
            group.create_task(work())
