"""calendar.yaml: when work at a school may begin. Optional; without it any hour will do.

Every time is the site's own, summer time included. A window belongs to the day it begins on and may go past
midnight. On a holiday any hour will do; under a freeze none does, whatever else is said.
"""

from __future__ import annotations

import datetime as dt
import re
import zoneinfo
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final, Literal, TypeAlias, get_args

from homeroom.errors import Problem
from homeroom.policy.model import Day
from homeroom.project import Project
from homeroom.strict import load

FILE: Final = "inventory/calendar.yaml"
DAYS: Final[tuple[Day, ...]] = get_args(Day)
_AHEAD: Final = 400
"""Days in which an opening is looked for: a school year and its holidays."""
_CLOCK: Final = re.compile(r"(?:[01]\d|2[0-3]):[0-5]\d|24:00").fullmatch
_MINUTE: Final = 60
_Span: TypeAlias = tuple[dt.datetime, dt.datetime]


@dataclass(frozen=True, slots=True)
class Slot:
    """Hours in which work may begin on these days, both `HH:MM`; `until` not after `start` means the next day."""

    days: tuple[Day, ...]
    start: str
    until: str


@dataclass(frozen=True, slots=True)
class Days:
    """Whole days, first and last included, of the named regions and sites; with neither named, of all."""

    name: str
    first: dt.date
    last: dt.date
    regions: tuple[str, ...] = ()
    sites: tuple[str, ...] = ()

    def holds(self, site: str, region: str, day: dt.date) -> bool:
        """Tell whether it is one of these days there."""
        everywhere = not self.regions and not self.sites
        return self.first <= day <= self.last and (everywhere or region in self.regions or site in self.sites)


@dataclass(frozen=True, slots=True)
class Local:
    """What is other than usual in a region or at a site; what is left out is as usual."""

    timezone: str = ""
    windows: tuple[Slot, ...] | None = None


@dataclass(frozen=True, slots=True)
class Calendar:
    """calendar.yaml. `windows`: maintenance windows; none: any hour. `holidays`: no lessons. `freezes`: exams."""

    windows: tuple[Slot, ...] = ()
    holidays: tuple[Days, ...] = ()
    freezes: tuple[Days, ...] = ()
    regions: Mapping[str, Local] = field(default_factory=dict[str, Local])
    sites: Mapping[str, Local] = field(default_factory=dict[str, Local])


@dataclass(frozen=True, slots=True)
class Closed:
    """Why work may not begin now, and when it may next; `opens` is None where it may not for over a year."""

    reason: str
    opens: dt.datetime | None


class OpeningHours:
    """A calendar for the sites of a change. `timezone`: the programme's; `regions`: site -> its region."""

    def __init__(self, calendar: Calendar, timezone: str, regions: Mapping[str, str]) -> None:
        self._calendar = calendar
        self._timezone = timezone
        self._regions = regions
        self._told: dict[tuple[str, float], tuple[float, float, Literal[True] | Closed]] = {}
        """By site and duration: from when until when an answer holds. A change asks for each device at every turn."""

    def may_start(self, site: str, now: float, *, takes: float = 0.0) -> Literal[True] | Closed:
        """Tell whether work that `takes` so many seconds may begin at a site; `now`: seconds since the epoch, UTC."""
        since, until, answer = self._told.get((site, takes), (0.0, 0.0, True))
        if since <= now < until:
            return answer
        until, answer = self._answer(site, now, takes)
        self._told[site, takes] = now, until, answer
        return answer

    def _answer(self, site: str, now: float, takes: float) -> tuple[float, Literal[True] | Closed]:
        """Return whether it may, and until when that holds: till the window is too short, or the next minute."""
        region = self._regions.get(site, "")
        zone, windows = self._local(site, region)
        moment = dt.datetime.fromtimestamp(now, dt.UTC)
        here = moment.astimezone(zone)
        opens = None
        for begins, ends in self._open(site, region, windows, here):
            start = max(begins, moment)
            if start < ends and start + dt.timedelta(seconds=takes) <= ends:
                if start == moment:
                    return ends.timestamp() - max(takes, 1.0), True
                opens = start.astimezone(zone)
                break
        closed = Closed(self._why(site, region, windows, here), opens)
        return now + _MINUTE - now % _MINUTE, closed

    def _local(self, site: str, region: str) -> tuple[zoneinfo.ZoneInfo, tuple[Slot, ...]]:
        own, usual = self._calendar.sites.get(site, Local()), self._calendar.regions.get(region, Local())
        zone = own.timezone or usual.timezone or self._timezone
        given = (own.windows, usual.windows, self._calendar.windows)
        return zoneinfo.ZoneInfo(zone), next(windows for windows in given if windows is not None)

    def _open(self, site: str, region: str, windows: tuple[Slot, ...], here: dt.datetime) -> Iterator[_Span]:
        """Yield when work may begin, in order, from yesterday's windows on; what touches is one."""
        last: _Span | None = None
        for number in range(-1, _AHEAD):
            day = here.date() + dt.timedelta(days=number)
            if self._held(self._calendar.freezes, site, region, day):
                continue
            holiday = self._held(self._calendar.holidays, site, region, day)
            for begins, ends in [_whole(day, here)] if holiday or not windows else _hours(windows, day, here):
                if last and begins <= last[1]:
                    last = last[0], max(last[1], ends)
                    continue
                if last:
                    yield last
                last = begins, ends
        if last:
            yield last

    def _held(self, spans: tuple[Days, ...], site: str, region: str, day: dt.date) -> Days | None:
        return next((span for span in spans if span.holds(site, region, day)), None)

    def _why(self, site: str, region: str, windows: tuple[Slot, ...], here: dt.datetime) -> str:
        freeze = self._held(self._calendar.freezes, site, region, here.date())
        if freeze:
            return f"{freeze.name}: nothing is changed at {site} from {freeze.first} to {freeze.last}"
        said = ", ".join(f"{' '.join(slot.days)} {slot.start}-{slot.until}" for slot in windows)
        hours = f"its maintenance windows ({said})" if said else "its hours"
        return f"{DAYS[here.weekday()]} {here:%H:%M} at {site} is outside {hours}, or too near their end"


def _whole(day: dt.date, here: dt.datetime) -> _Span:
    return _at(day, "00:00", here), _at(day, "24:00", here)


def _hours(windows: tuple[Slot, ...], day: dt.date, here: dt.datetime) -> list[_Span]:
    """Return the windows' hours on one day: those that begin on it, and the rest of those that began the day before.

    Cut at midnight, since a freeze is of whole days.
    """
    spans: list[_Span] = []
    today, before = DAYS[day.weekday()], DAYS[day.weekday() - 1]
    for slot in windows:
        over = slot.until <= slot.start
        if over and before in slot.days:
            spans.append((_at(day, "00:00", here), _at(day, slot.until, here)))
        if today in slot.days:
            spans.append((_at(day, slot.start, here), _at(day, "24:00" if over else slot.until, here)))
    return sorted(span for span in spans if span[0] < span[1])


def _at(day: dt.date, clock: str, here: dt.datetime) -> dt.datetime:
    """Return when a clock there shows this, in UTC; `24:00` is the next day's beginning.

    Wall-clock times are compared in UTC only: two of one zone would be compared as if no hour were ever skipped.
    """
    hours, minutes = divmod(int(clock[:2]) * 60 + int(clock[3:]), 60)
    day += dt.timedelta(days=hours // 24)
    return dt.datetime.combine(day, dt.time(hours % 24, minutes), here.tzinfo).astimezone(dt.UTC)


def load_calendar(project: Project, regions: Collection[str] = ()) -> Calendar:
    """Read the project's calendar; without the file any hour will do. InputError with everything wrong in it.

    `regions`: the ids that exist; none given: they are not checked.
    """
    path = project.inventory / "calendar.yaml"

    def check(calendar: Calendar) -> list[Problem]:
        return [
            Problem(FILE, 0, *wrong) for wrong in (*_wrong_days(calendar, regions), *_wrong_places(calendar, regions))
        ]

    return load(Calendar, path, shown=FILE, check=check) if path.exists() else Calendar()


def _wrong_days(calendar: Calendar, regions: Collection[str]) -> Iterator[tuple[str, str, str]]:
    for name, spans in (("holidays", calendar.holidays), ("freezes", calendar.freezes)):
        for number, span in enumerate(spans):
            at = f"{name}[{number}]"
            if span.last < span.first:
                yield f"{at}.last", f"{span.last} is before {span.first}", "give the first and the last day"
            for place, region in enumerate(span.regions):
                if regions and region not in regions:
                    yield f"{at}.regions[{place}]", f"there is no region {region!r}", f"choose {', '.join(regions)}"


def _wrong_places(calendar: Calendar, regions: Collection[str]) -> Iterator[tuple[str, str, str]]:
    yield from _wrong_slots("windows", calendar.windows)
    for region in calendar.regions:
        if regions and region not in regions:
            yield f"regions.{region}", f"there is no region {region!r}", f"choose {', '.join(regions)}"
    for name, places in (("regions", calendar.regions), ("sites", calendar.sites)):
        for place, local in places.items():
            yield from _wrong_slots(f"{name}.{place}.windows", local.windows or ())
            if local.timezone and not _is_zone(local.timezone):
                what = f"{local.timezone!r} is not a time zone"
                yield f"{name}.{place}.timezone", what, "write one such as America/Asuncion"


def _wrong_slots(at: str, slots: tuple[Slot, ...]) -> Iterator[tuple[str, str, str]]:
    for number, slot in enumerate(slots):
        if not slot.days:
            yield f"{at}[{number}].days", "names no day", f"write some of {', '.join(DAYS)}"
        for field_name, value in (("start", slot.start), ("until", slot.until)):
            if not _CLOCK(value):
                yield f"{at}[{number}].{field_name}", f"{value!r} is no time of day", 'write one such as "22:00"'


def _is_zone(name: str) -> bool:
    try:
        zoneinfo.ZoneInfo(name)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return True
