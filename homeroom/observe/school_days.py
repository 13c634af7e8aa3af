"""When pupils were there last: the last school day before today, and today if it is one."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final
from zoneinfo import ZoneInfo

WEEKEND: Final = frozenset({5, 6})
"""Saturday and Sunday, as Python counts weekdays."""
_BACK: Final = 80
"""Days that are looked back: a summer's holidays. Counts of clients are kept for 90 days as they come."""


@dataclass(frozen=True, slots=True)
class SchoolDays:
    """Spans of time (epoch, whole seconds, the end not included) and how people name them; no span: none was found."""

    spans: tuple[tuple[int, int], ...]
    name: str


def last_school_days(now: float, zone: ZoneInfo, holiday: Callable[[dt.date], bool]) -> SchoolDays:
    """Return the last school day before today as a whole, and today so far if it is one, there."""
    today = dt.datetime.fromtimestamp(now, zone).date()
    back = (today - dt.timedelta(days=number) for number in range(1, _BACK + 1))
    before = next((one for one in back if _is_school(one, holiday)), None)
    days = [before] if before else []
    spans = [(_start(one, zone), _start(one + dt.timedelta(days=1), zone)) for one in days]
    if _is_school(today, holiday):
        days.append(today)
        spans.append((_start(today, zone), int(now) + 1))
    if not days:
        return SchoolDays((), f"the {_BACK} days before {today}: all were holidays")
    return SchoolDays(tuple(spans), ", ".join(one.isoformat() for one in days))


def _is_school(day: dt.date, holiday: Callable[[dt.date], bool]) -> bool:
    return day.weekday() not in WEEKEND and not holiday(day)


def _start(day: dt.date, zone: ZoneInfo) -> int:
    return int(dt.datetime.combine(day, dt.time(), zone).timestamp())
