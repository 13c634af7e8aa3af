"""alerts.yaml: who is told what of, when not, and what counts as wrong. Optional; what is left out is as usual.

Silences stand in a file of their own, silences.yaml, which `homeroom alerts silence` writes.
"""

from __future__ import annotations

import ipaddress
import re
import zoneinfo
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final, Literal, TypeAlias, get_args
from urllib.parse import urlsplit

from homeroom.errors import Problem
from homeroom.policy.model import Day
from homeroom.project import Project
from homeroom.store.alerts import SEVERITIES, Severity
from homeroom.strict import load

FILE: Final = "inventory/alerts.yaml"
Rule: TypeAlias = Literal["fault", "drift", "poller", "store", "stale", "silent", "capacity"]
RULES: Final[tuple[Rule, ...]] = get_args(Rule)
_NAME: Final = re.compile(r"[a-z][a-z0-9-]{0,31}").fullmatch
_ADDRESS: Final = re.compile(
    r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9-]{1,63}(\.[A-Za-z0-9-]{1,63})*"
).fullmatch
_CLOCK: Final = re.compile(r"(?:[01]\d|2[0-3]):[0-5]\d|24:00").fullmatch
_LOCAL: Final = frozenset({"localhost", "ip6-localhost"})


@dataclass(frozen=True, slots=True)
class Own:
    """What is other than usual with a rule; `after`: seconds for which it must hold before people are told."""

    off: bool = False
    severity: Severity | None = None
    after: int | None = None


@dataclass(frozen=True, slots=True)
class Limits:
    """What counts as wrong.

    `schools`: cut off by one fault, from which it is critical. `busy`: percent of a channel, over an hour. `stale`:
    periods of a schedule without any answer. `silent`: percent of a region's devices of which nothing is known.
    `most`: alerts of one rule in one region; what there is beyond is one more.
    """

    schools: int = 10
    busy: int = 80
    stale: int = 3
    silent: int = 80
    most: int = 50


@dataclass(frozen=True, slots=True)
class Flap:
    """What opened `times` times within so many seconds stays open until it was gone for `quiet` seconds."""

    within: int = 3600
    times: int = 3
    quiet: int = 1800


@dataclass(frozen=True, slots=True)
class Grouping:
    """Alerts of a region go in one message: `wait` seconds after the first of them, then no more often than `every`.

    When more than `most` regions have one at the same time, all go in one.
    """

    wait: int = 30
    every: int = 300
    most: int = 5


@dataclass(frozen=True, slots=True)
class Window:
    """Maintenance: nobody is told of what lies in it. `HH:MM` there; `until` not after `start` means the next day.

    With neither regions nor sites named, everywhere; with no rules named, whatever it is.
    """

    name: str
    days: tuple[Day, ...]
    start: str
    until: str
    regions: tuple[str, ...] = ()
    sites: tuple[str, ...] = ()
    rules: tuple[Rule, ...] = ()


@dataclass(frozen=True, slots=True)
class Mail:
    """The server that takes e-mail. `password` names a secret; without `user` nobody logs in."""

    host: str
    sender: str
    port: int = 587
    tls: Literal["starttls", "tls", "none"] = "starttls"
    user: str = ""
    password: str = ""

    def __post_init__(self) -> None:
        """Refuse a password in the clear, and a sender that is no address."""
        if not _ADDRESS(self.sender):
            raise ValueError(f"sender: {self.sender!r} is no e-mail address")
        if bool(self.user) != bool(self.password):
            raise ValueError("user and password (the name of a secret) go together")
        if self.tls == "none" and not _here(self.host):
            raise ValueError("tls: none is for a server on this machine only")
        if not 1 <= self.port <= 65535:
            raise ValueError("port goes from 1 to 65535")


@dataclass(frozen=True, slots=True)
class Receiver:
    """Who is told: `mail` addresses, or a `webhook` signed with the secret that `secret` names.

    Told of `severity` and worse, of these regions (none named: all, and the nation), of these rules (none: all).
    `after`: seconds for which an alert must have been open, so that a second receiver is told of what the first left.
    `repeat`: seconds after which what is still open is told again; 0: never.
    """

    webhook: str = ""
    secret: str = ""
    mail: tuple[str, ...] = ()
    severity: Severity = "warning"
    regions: tuple[str, ...] = ()
    rules: tuple[Rule, ...] = ()
    after: int = 0
    repeat: int = 14400

    def __post_init__(self) -> None:
        """Refuse one that nothing can be sent to, or only in the clear."""
        if bool(self.webhook) == bool(self.mail):
            raise ValueError("give either a webhook or mail addresses")
        if self.webhook:
            _check_url(self.webhook)
            if not self.secret:
                raise ValueError("a webhook needs `secret`, the name of the secret that signs what is sent")
        if odd := [one for one in self.mail if not _ADDRESS(one)]:
            raise ValueError(f"{odd[0]!r} is no e-mail address")
        if self.after < 0 or (self.repeat and self.repeat < 60):
            raise ValueError("after is 0 or more, repeat 0 or 60 seconds and more")


@dataclass(frozen=True, slots=True)
class Settings:
    """alerts.yaml. `timezones`: region -> its time zone, where that is not the programme's."""

    receivers: Mapping[str, Receiver] = field(default_factory=dict[str, Receiver])
    mail: Mail | None = None
    windows: tuple[Window, ...] = ()
    rules: Mapping[Rule, Own] = field(default_factory=dict[Rule, Own])
    limits: Limits = field(default_factory=Limits)
    flap: Flap = field(default_factory=Flap)
    grouping: Grouping = field(default_factory=Grouping)
    timezones: Mapping[str, str] = field(default_factory=dict[str, str])


def reaches(receiver: Receiver, severity: Severity, region: str, rule: str) -> bool:
    """Tell whether a receiver is told of such an alert."""
    if SEVERITIES.index(severity) > SEVERITIES.index(receiver.severity):
        return False
    return (not receiver.regions or region in receiver.regions) and (not receiver.rules or rule in receiver.rules)


def load_settings(project: Project, regions: Collection[str] = ()) -> Settings:
    """Read the project's alerts.yaml. `regions`: those that exist; InputError with everything wrong in the file."""
    path = project.inventory / "alerts.yaml"

    def check(settings: Settings) -> list[Problem]:
        found = (*_wrong_receivers(settings), *_wrong_windows(settings), *_wrong_places(settings, regions))
        return [Problem(FILE, 0, *one) for one in found]

    return load(Settings, path, shown=FILE, check=check) if path.exists() else Settings()


def is_zone(name: str) -> bool:
    """Tell whether it is a time zone's name."""
    try:
        zoneinfo.ZoneInfo(name)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return True


def _wrong_receivers(settings: Settings) -> Iterator[tuple[str, str, str]]:
    for name, receiver in settings.receivers.items():
        at = f"receivers.{name}"
        if not _NAME(name):
            yield at, f"{name!r} is no receiver's name", "write lower-case letters, digits and hyphens, at most 32"
        if receiver.mail and settings.mail is None:
            yield f"{at}.mail", "there is no server for e-mail", "say `mail: {host: ..., sender: ...}`"


def _wrong_windows(settings: Settings) -> Iterator[tuple[str, str, str]]:
    for number, window in enumerate(settings.windows):
        at = f"windows[{number}]"
        if not window.days:
            yield f"{at}.days", "names no day", f"write some of {', '.join(get_args(Day))}"
        for name, value in (("start", window.start), ("until", window.until)):
            if not _CLOCK(value):
                yield f"{at}.{name}", f"{value!r} is no time of day", 'write one such as "22:00"'


def _wrong_places(settings: Settings, regions: Collection[str]) -> Iterator[tuple[str, str, str]]:
    named = [
        (f"windows[{number}].regions[{n}]", region)
        for number, window in enumerate(settings.windows)
        for n, region in enumerate(window.regions)
    ]
    named += [
        (f"receivers.{name}.regions[{n}]", region)
        for name, one in settings.receivers.items()
        for n, region in enumerate(one.regions)
    ]
    named += [(f"timezones.{region}", region) for region in settings.timezones]
    for at, region in named:
        if regions and region not in regions:
            yield at, f"there is no region {region!r}", f"choose {', '.join(regions)}"
    for region, zone in settings.timezones.items():
        if not is_zone(zone):
            yield f"timezones.{region}", f"{zone!r} is not a time zone", "write one such as America/Asuncion"


def _check_url(url: str) -> None:
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname or "", parts.port
    except ValueError as error:
        raise ValueError(f"webhook: {error}") from error
    if parts.scheme not in {"https", "http"} or not host or parts.username is not None or not url.isprintable():
        raise ValueError("webhook is no URL: write https://host/path, without a password in it")
    if parts.scheme == "http" and not _here(host):
        raise ValueError("webhook: plain http is for this machine only; write https")


def _here(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host in _LOCAL
