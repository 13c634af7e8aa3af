"""A time zone as IOS takes it: `clock timezone` and `clock summer-time`, from the rules at the end of the zone's file.

Source: RFC 8536, section 3.3 (the footer) and POSIX.1-2017, section 8.3; Cisco IOS XE 17 Network Management Command
Reference, `clock timezone`, `clock summer-time`.
"""

from __future__ import annotations

import re
from functools import lru_cache
from importlib import resources
from pathlib import PurePosixPath
from typing import Final

from homeroom.errors import RenderError
from homeroom.taint import clean

_NAME: Final = r"(<[^>]+>|[A-Za-z]{3,})"
_TIME: Final = r"([+-]?\d+(?::\d+)*)"
_RULE: Final = r"M(\d+)\.(\d)\.(\d)(?:/(\d+)(?::(\d+))?)?"
_FOOTER: Final = re.compile(rf"{_NAME}{_TIME}(?:{_NAME}{_TIME}?,{_RULE},{_RULE})?")
_DAYS: Final = ("Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat")
_MONTHS: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_LAST: Final = 5
"""The week that POSIX calls the last one of a month."""


@lru_cache(maxsize=64)
def lines(zone: str) -> tuple[str, ...]:
    """Return the lines that set an IANA zone (`Europe/Belgrade`); RenderError when IOS cannot follow it."""
    footer = _footer(zone)
    found = _FOOTER.fullmatch(footer)
    if found is None:
        raise RenderError(f"IOS has no words for the time zone {zone} ({footer})")
    name, offset, summer, ahead, *rules = found.groups()
    minutes = -_minutes(offset)
    sign = "-" if minutes < 0 else ""
    standard = f"clock timezone {_label(name)} {sign}{abs(minutes) // 60} {abs(minutes) % 60}"
    if summer is None:
        return (standard,)
    if ahead and -_minutes(ahead) - minutes != 60:
        raise RenderError(f"summer time of {zone} is not an hour ahead of its standard time: give it a zone that is")
    return standard, f"clock summer-time {_label(summer)} recurring {_change(rules[:5])} {_change(rules[5:])}"


def _footer(zone: str) -> str:
    parts = PurePosixPath(clean(zone, "timezone")).parts
    place = resources.files("tzdata").joinpath("zoneinfo")
    for part in parts:
        place = place.joinpath(part)
    if not parts or ".." in parts or not place.is_file():
        raise RenderError(f"no time zone is called {zone}")
    return place.read_bytes().rstrip(b"\n").rpartition(b"\n")[2].decode("ascii", "replace")


def _label(name: str) -> str:
    """Return a zone's letters; one that has only numbers (`<-03>`) is called after UTC."""
    bare = name.strip("<>")
    return bare if bare.isalpha() else f"UTC{bare}"


def _minutes(text: str) -> int:
    hours, *rest = text.lstrip("+-").split(":")
    minutes = int(hours) * 60 + int(rest[0] if rest else 0)
    return -minutes if text.startswith("-") else minutes


def _change(rule: list[str | None]) -> str:
    """Print a rule `M3.5.0/2` as IOS does: `last Sun Mar 2:00`."""
    month, week, day, hour, minute = (int(part) if part is not None else None for part in rule)
    assert month is not None  # noqa: S101 - the pattern has these three
    assert week is not None  # noqa: S101
    assert day is not None  # noqa: S101
    which = "last" if week == _LAST else str(week)
    return f"{which} {_DAYS[day]} {_MONTHS[month - 1]} {2 if hour is None else hour}:{minute or 0:02d}"
