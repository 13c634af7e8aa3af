"""What each device's readings were, as little as tells whether one is another now: eight octets a reading. Pure."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter

from homeroom.reading import Reading
from homeroom.snmp.ask.declared import SCHEDULES, Every


@dataclass(frozen=True, slots=True)
class Moved:
    """What to write: these rows, and if `whole` they are all that the device has, so that others are forgotten."""

    rows: Sequence[Reading]
    whole: bool


_NOTHING = Moved((), whole=False)


@dataclass(slots=True)
class _Last:
    keys: int
    rows: int
    hashes: array[int]


class Memory:
    """The last readings of all devices, schedule by schedule."""

    def __init__(self) -> None:
        self._last: dict[Every, dict[str, _Last]] = {every: {} for every in SCHEDULES}

    def load(self, every: Every, stored: Iterable[tuple[str, str, str, str]]) -> None:
        """Begin with what the store has: device, object, index, value; device by device."""
        last = self._last[every]
        for device, rows in groupby(stored, key=itemgetter(0)):
            last[device] = _last([row[1:] for row in rows])

    def moved(self, device: str, every: Every, rows: Sequence[Reading]) -> Moved:
        """Take a device's readings, all of the schedule; return what of them must be written."""
        before = self._last[every].get(device)
        now = _last([(row.object, row.index, row.value) for row in rows])
        if before is not None and before.rows == now.rows and before.keys == now.keys:
            return _NOTHING
        self._last[every][device] = now
        if before is None or before.keys != now.keys:
            return Moved(rows, whole=True)
        same = set(before.hashes)
        return Moved([row for row, one in zip(rows, now.hashes, strict=True) if one not in same], whole=False)

    def forget(self, device: str) -> None:
        """Forget a device."""
        for last in self._last.values():
            last.pop(device, None)

    def clear(self) -> None:
        """Forget everything: some of it may not be in the store."""
        for last in self._last.values():
            last.clear()


def _last(rows: Sequence[tuple[str, ...]]) -> _Last:
    hashes = array("q", map(hash, rows))
    return _Last(sum(hash(row[:2]) for row in rows), sum(hashes), hashes)
