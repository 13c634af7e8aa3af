"""The hours at which rules hold (`time=7h-20h,mon,tue`), as windows of the policy.

RouterOS gives them no name: a rule's comment does, when it is a single word.
"""

from __future__ import annotations

import re
from typing import Final

from homeroom.policy.model import DAYS, Window

_TIME: Final = re.compile(r"(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?|(\d+):(\d\d):(\d\d)").fullmatch
_NAME: Final = re.compile(r"[a-z][a-z0-9_]{0,15}").fullmatch
_DAY: Final = 1440


class Hours:
    """The windows that rules named, in the order in which they did."""

    def __init__(self) -> None:
        self.windows: dict[str, Window] = {}

    def read(self, said: str, comment: str) -> str:
        """Return the name of the window that a rule holds in; ValueError when its hours are not understood."""
        window = _window(said)
        name = comment if _NAME(comment) else said
        if self.windows.setdefault(name, window) != window:
            name = said
            self.windows.setdefault(name, window)
        return name


def _window(said: str) -> Window:
    span, *words = said.split(",")
    start, dash, until = span.partition("-")
    if not dash or set(words) - set(DAYS):
        raise ValueError(f"time={said}")
    begin, end = _minutes(start, said), _minutes(until, said)
    if not 0 <= begin < end <= _DAY:
        raise ValueError(f"time={said}: it does not end on the day on which it begins")
    return Window(tuple(day for day in DAYS if day in words or not words), _clock(begin), _clock(end))


def _minutes(text: str, said: str) -> int:
    found = _TIME(text)
    if not text or found is None:
        raise ValueError(f"time={said}")
    days, hours, minutes, seconds, *clock = (int(part or 0) for part in found.groups())
    total = 86400 * days + 3600 * (hours + clock[0]) + 60 * (minutes + clock[1]) + seconds + clock[2]
    if total % 60:
        raise ValueError(f"time={said}: seconds")
    return total // 60


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02}:{minutes % 60:02}"
