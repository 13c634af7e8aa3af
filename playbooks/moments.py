"""Times as people write and read them: in the programme's time zone unless they name another."""

from __future__ import annotations

import datetime as dt
from typing import Final
from zoneinfo import ZoneInfo

from homeroom.errors import UsageError

_SECOND: Final = 0.999999
"""What is shown to the second is meant to the end of it, else what is shown would name what was before."""


def moment(word: str, zone: str, now: float) -> float:
    """Return the epoch of `2026-11-24`, `2026-11-24T10:30` or with an offset; UsageError when it is no past time."""
    try:
        time = dt.datetime.fromisoformat(word)
    except ValueError:
        raise UsageError(f"{word} is no time: write it as 2026-11-24T10:30, or 2026-11-24T10:30+03:00") from None
    found = (time if time.tzinfo else time.replace(tzinfo=ZoneInfo(zone))).timestamp()
    if found > now:
        raise UsageError(f"{word} lies in the future ({zone}): name a time that was")
    return found if time.microsecond else found + _SECOND


def shown(epoch: float, zone: str) -> str:
    """Return a time as `--at` takes it back."""
    return dt.datetime.fromtimestamp(epoch, ZoneInfo(zone)).isoformat(timespec="seconds")


def brief(epoch: float, zone: str) -> str:
    """Return a time for people who know the zone; `--at` takes it back too."""
    return dt.datetime.fromtimestamp(epoch, ZoneInfo(zone)).strftime("%Y-%m-%d %H:%M:%S")


def clock(epoch: float, zone: str) -> str:
    """Return the hour of a time, for what happens tonight."""
    return dt.datetime.fromtimestamp(epoch, ZoneInfo(zone)).strftime("%H:%M")


def utc(epoch: float) -> str:
    """Return a time as JSON and records have it."""
    return dt.datetime.fromtimestamp(epoch, dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
