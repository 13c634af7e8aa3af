"""When nobody is told: maintenance windows by the region's own clock, and silences with reason, person and end."""

from __future__ import annotations

import datetime as dt
import json
import zoneinfo
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, Final

from homeroom.errors import InputError, Problem, UsageError
from homeroom.observe.alert_settings import Rule, Settings, Window
from homeroom.policy.model import DAYS
from homeroom.project import Project
from homeroom.store.alerts import Alert
from homeroom.strict import load

FILE: Final = "inventory/silences.yaml"
LONGEST: Final = 90 * 86400
"""Seconds that a silence lasts at most: what is wrong for longer is no longer an exception."""
_HEAD: Final = "# Written by `homeroom alerts silence`. Nobody is told of these until they end.\n"


@dataclass(frozen=True, slots=True)
class Silence:
    """Nobody is told of what fits all that is named here, until then (ISO 8601 with its offset from UTC)."""

    by: str
    reason: str
    until: str
    rules: tuple[Rule, ...] = ()
    regions: tuple[str, ...] = ()
    sites: tuple[str, ...] = ()
    keys: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Refuse one without a person, a reason, an end, or anything that it is of."""
        if not self.by.strip() or not self.reason.strip():
            raise ValueError("a silence needs a person (by) and a reason")
        if not (self.rules or self.regions or self.sites or self.keys):
            raise ValueError("a silence of everything is none: name rules, regions, sites or keys")
        if dt.datetime.fromisoformat(self.until).tzinfo is None:
            raise ValueError(f"until: {self.until} has no offset from UTC; write one such as 2026-03-01T18:00-04:00")

    @property
    def ends(self) -> float:
        """Return when it ends, epoch."""
        return dt.datetime.fromisoformat(self.until).timestamp()

    def holds(self, alert: Alert, now: float) -> bool:
        """Tell whether it is of this alert, now."""
        fits = ((self.rules, alert.rule), (self.regions, alert.region), (self.sites, alert.site))
        named = all(not wanted or one in wanted for wanted, one in fits)
        return now < self.ends and named and (not self.keys or alert.key in self.keys)


@dataclass(frozen=True, slots=True)
class Silences:
    """silences.yaml."""

    silences: tuple[Silence, ...] = ()


@dataclass(frozen=True, slots=True)
class Quiet:
    """Everything that keeps people from being told. `timezone`: the programme's."""

    timezone: str
    windows: tuple[Window, ...] = ()
    silences: tuple[Silence, ...] = ()
    zones: Mapping[str, str] = field(default_factory=dict[str, str])

    def why(self, alert: Alert, now: float) -> str:
        """Return why nobody is told of an alert now; empty: they are."""
        for one in self.silences:
            if one.holds(alert, now):
                return f"silenced by {one.by} until {one.until}: {one.reason}"
        zone = zoneinfo.ZoneInfo(self.zones.get(alert.region, self.timezone))
        here = dt.datetime.fromtimestamp(now, zone)
        for window in self.windows:
            if _of(window, alert) and _within(window, here):
                return f"maintenance: {window.name}"
        return ""


def quiet(settings: Settings, silences: Sequence[Silence], timezone: str) -> Quiet:
    """Put windows and silences together."""
    return Quiet(timezone, settings.windows, tuple(silences), settings.timezones)


def _of(window: Window, alert: Alert) -> bool:
    if window.rules and alert.rule not in window.rules:
        return False
    everywhere = not window.regions and not window.sites
    return everywhere or alert.region in window.regions or (bool(alert.site) and alert.site in window.sites)


def _within(window: Window, here: dt.datetime) -> bool:
    """Tell whether a clock on the wall there stands within the window; a window belongs to the day it begins on."""
    clock = f"{here:%H:%M}"
    today, before = DAYS[here.weekday()], DAYS[here.weekday() - 1]
    if window.until > window.start:
        return today in window.days and window.start <= clock < window.until
    return (today in window.days and clock >= window.start) or (before in window.days and clock < window.until)


def load_silences(project: Project) -> tuple[Silence, ...]:
    """Read the project's silences, those that have ended among them. InputError with everything wrong in the file."""
    path = project.inventory / "silences.yaml"
    return load(Silences, path, shown=FILE).silences if path.exists() else ()


def save_silences(project: Project, silences: Sequence[Silence]) -> None:
    """Write the silences in place of those there are, whole or not at all: one a line. Raises UsageError."""
    said = [{name: value for name, value in asdict(one).items() if value} for one in silences]
    lines = "".join(f"  - {json.dumps(one, ensure_ascii=False)}\n" for one in said)
    path = project.inventory / "silences.yaml"
    fresh = path.with_suffix(".new")
    try:
        fresh.write_text(f"{_HEAD}silences:\n{lines}" if lines else f"{_HEAD}silences: []\n", encoding="utf-8")
        load(Silences, fresh, shown=FILE)
        fresh.replace(path)
    except OSError as error:
        raise UsageError(f"{FILE} cannot be written: {error.strerror}; check who owns it") from error
    finally:
        fresh.unlink(missing_ok=True)


def made(now: float, seconds: float, by: str, reason: str, **of: tuple[Any, ...]) -> Silence:
    """Return a silence of so many seconds from now, `of` what a Silence names; InputError when it cannot be one."""
    if not 60 <= seconds <= LONGEST:
        raise UsageError(f"a silence lasts from a minute to {LONGEST // 86400} days")
    until = dt.datetime.fromtimestamp(int(now + seconds), dt.UTC).isoformat()
    try:
        return Silence(by, reason, until, **of)
    except ValueError as error:
        raise InputError(Problem(FILE, 0, "silence", str(error), "correct it")) from error
