"""How old a fact may be before nothing is judged by it."""

from __future__ import annotations

import datetime as dt
from typing import Final

SKEW: Final = 300.0
"""Seconds a fact may lie ahead of our clock; further ahead, a clock is wrong and its age is not known."""


def stamp(at: float) -> str:
    """Print a time in UTC, to the second; a clock beyond the calendar prints as the number it gave."""
    try:
        return dt.datetime.fromtimestamp(at, dt.UTC).strftime("%Y-%m-%d %H:%M:%S UTC")
    except (OverflowError, ValueError, OSError):
        return f"{at:.0f} s after 1970"


def too_old(what: str, at: float, now: float, max_age_hours: float, command: str) -> str:
    """Say why a fact of time `at` cannot be judged by; empty when it can."""
    if at > now + SKEW:
        return f"{what} is dated in the future ({stamp(at)}); check the clocks, then run `homeroom {command}`"
    if now - at > max_age_hours * 3600:
        return f"{what} is of {stamp(at)}, older than {max_age_hours:g} hours; run `homeroom {command}`"
    return ""
