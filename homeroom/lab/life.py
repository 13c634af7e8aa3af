"""What happens at a school by the hour, as pure functions of a name and of the time: traffic, clients, the air.

Levels are constant over quarter hours of the school's local time, so that what a counter has counted is a sum in
closed form: it never goes back, and never runs faster than its interface. Changes of summer time take effect at the
next midnight of UTC. Nothing is measured here: it is a story that stays the same however often it is told.
"""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Sequence
from functools import cache
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from homeroom.lab.place import chance

_QUARTER: Final = 900
_DAY: Final = 86_400
_SLOTS: Final = _DAY // _QUARTER
_EPOCH: Final = 18_262
"""Days from 1970 to 2020: nothing is told of the time before."""
_THURSDAY: Final = 3  # 1970-01-01, counting from Monday

_TRAFFIC: Final = (
    ("00:00", 0.01), ("06:30", 0.05), ("07:15", 0.3), ("07:45", 1.0), ("08:00", 0.6), ("09:45", 1.0), ("10:00", 0.6),
    ("11:45", 1.0), ("12:00", 0.55), ("13:45", 1.0), ("14:00", 0.35), ("16:00", 0.12), ("18:00", 0.04), ("22:00", 0.01),
)  # fmt: skip
"""How busy the links are on a school day, from that time on. At the bells everybody looks something up: 1.0."""
_PEOPLE: Final = (
    ("00:00", 0.0), ("06:45", 0.05), ("07:15", 0.4), ("07:45", 0.95), ("09:45", 1.0), ("10:00", 0.95), ("11:45", 1.0),
    ("12:00", 0.9), ("14:00", 0.4), ("16:00", 0.1), ("18:00", 0.02), ("20:00", 0.0),
)  # fmt: skip
"""Which share of its people a school has within its walls, from that time on."""
_QUIET: Final = {"traffic": 0.01, "people": 0.0}
"""Weekends."""


def _quarters(table: Sequence[tuple[str, float]]) -> tuple[float, ...]:
    """Spread a table of times over the quarter hours of a day."""
    starts = [(int(time[:2]) * 4 + int(time[3:]) // 15, level) for time, level in table]
    ends = [start for start, _ in starts[1:]] + [_SLOTS]
    return tuple(level for (start, level), end in zip(starts, ends, strict=True) for _ in range(end - start))


_LEVELS: Final = {"traffic": _quarters(_TRAFFIC), "people": _quarters(_PEOPLE)}


@cache
def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo("UTC")


def _offset(zone: str, day: int) -> int:
    """Return how many quarter hours local time is ahead of UTC on a day."""
    start = dt.datetime.fromtimestamp(day * _DAY, dt.UTC)
    ahead = start.astimezone(_zone(zone)).utcoffset()
    return int(ahead.total_seconds()) // _QUARTER if ahead is not None else 0


@cache
def _profile(what: str, offset: int, weekday: int) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """Return the levels of a UTC day's quarters and their running sums, in seconds."""
    levels: list[float] = []
    sums = [0.0]
    for quarter in range(_SLOTS):
        days, slot = divmod(quarter + offset, _SLOTS)
        level = _LEVELS[what][slot] if (weekday + days) % 7 < 5 else _QUIET[what]
        levels.append(level)
        sums.append(sums[-1] + level * _QUARTER)
    return tuple(levels), tuple(sums)


class Calendar:
    """The school days of one time zone."""

    def __init__(self, zone: str) -> None:
        self._zone = zone
        self._offsets: list[int] = []
        self._before = [0.0]

    def level(self, what: str, at: float) -> float:
        """Return the level of `traffic` or `people` at a time."""
        day, quarter = divmod(int(at // _QUARTER), _SLOTS)
        return _profile(what, self._ahead(day), (day + _THURSDAY) % 7)[0][quarter] if day >= _EPOCH else 0.0

    def busy(self, at: float) -> float:
        """Return for how many seconds, at full level, the links had been busy up to a time."""
        slot, into = divmod(at, _QUARTER)
        day, quarter = divmod(int(slot), _SLOTS)
        if day < _EPOCH:
            return 0.0
        levels, sums = _profile("traffic", self._ahead(day), (day + _THURSDAY) % 7)
        return self._before[day - _EPOCH] + sums[quarter] + levels[quarter] * into

    def _ahead(self, day: int) -> int:
        """Return a day's offset; what is known grows day by day."""
        if day < _EPOCH:
            return 0
        while len(self._offsets) <= day - _EPOCH:
            new = _EPOCH + len(self._offsets)
            self._offsets.append(_offset(self._zone, new))
            whole = _profile("traffic", self._offsets[-1], (new + _THURSDAY) % 7)[1][-1]
            self._before.append(self._before[-1] + whole)
        return self._offsets[day - _EPOCH]


@cache
def calendar(zone: str) -> Calendar:
    """Return the calendar of a time zone."""
    return Calendar(zone)


def counted(zone: str, name: str, peak: float, since: float, until: float) -> int:
    """Return the octets that a link of `peak` bit/s carried; each device's day is shifted a few minutes by its name."""
    if until <= since:
        return 0
    shift = chance("shift", name) * _QUARTER
    days = calendar(zone)
    return int(peak / 8 * (days.busy(until + shift) - days.busy(since + shift)))


def load(zone: str, name: str, at: float) -> int:
    """Return a processor's load in percent."""
    level = calendar(zone).level("traffic", at)
    return min(100, int(3 + 45 * level + 12 * chance("cpu", name, int(at // 60))))


def present(zone: str, name: str, most: int, at: float) -> int:
    """Return how many clients are about an access point that has at most `most`; they come and go by the minute."""
    level = calendar(zone).level("people", at)
    return min(most, int(most * level * (0.9 + 0.2 * chance("people", name, int(at // 60)))))


def shared(total: int, weights: Sequence[float]) -> list[int]:
    """Part a whole number by weights; the parts sum to it."""
    whole = sum(weights)
    if not whole:
        return [0] * len(weights)
    edges = [0]
    reached = 0.0
    for weight in weights:
        reached += weight
        edges.append(int(total * min(1.0, reached / whole)))
    edges[-1] = total
    return [high - low for low, high in itertools.pairwise(edges)]
