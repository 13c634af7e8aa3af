"""Schedulers of a Junos configuration as the windows of a policy.

Source: "Security Policies User Guide for Security Devices": schedulers.
"""

from __future__ import annotations

import re
from typing import Final

from homeroom.platforms.junos.stems import NOTHING, Stem, only, wrong
from homeroom.policy.model import Day, Window

_DAYS: Final[dict[str, Day]] = {
    "monday": "mon", "tuesday": "tue", "wednesday": "wed", "thursday": "thu", "friday": "fri", "saturday": "sat",
    "sunday": "sun",
}  # fmt: skip


def windows(root: Stem) -> dict[str, Window]:
    """Read the schedulers as windows: the same hours on the days they name; ParseError at any other."""
    return {name: _window(name, stem) for name, stem in root.at("schedulers", "scheduler").items()}


def _window(name: str, stem: Stem) -> Window:
    only(stem, frozenset({*_DAYS, "daily", "description"}), f"scheduler {name}")
    hours: dict[Day, tuple[str, str]] = {}
    for word, day in _DAYS.items():
        said = stem.get(word, stem.get("daily", NOTHING))
        if said is NOTHING or set(said) == {"exclude"}:
            continue
        hours[day] = _hours(said, f"scheduler {name} {word}")
    if len(set(hours.values())) != 1:
        raise wrong(stem, f"scheduler {name}", "its days do not all have the same hours")
    return Window(tuple(hours), *next(iter(hours.values())))


def _hours(stem: Stem, said: str) -> tuple[str, str]:
    if set(stem) == {"all-day"}:
        return "00:00", "24:00"
    start, stop = stem.at("start-time"), stem.at("stop-time")
    if set(stem) == {"start-time"} and set(next(iter(start.values()), NOTHING)) == {"stop-time"}:
        stop = start.at(start.word(), "stop-time")
    ends = start.word(), stop.word()
    if not all(re.fullmatch(r"\d\d:\d\d(:00)?", end) for end in ends):
        raise wrong(stem, said, "hours of one day, as hh:mm")
    return ends[0][:5], ends[1][:5]
