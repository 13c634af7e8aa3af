"""All that the funnel knows of one site. Judging reads nothing else."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final
from zoneinfo import ZoneInfo

from homeroom.programme.model import Kind, Site
from homeroom.reading import Status
from homeroom.store.audited import Audited
from homeroom.store.site_facts import Clients, Said
from homeroom.store.speeds import Against

HOUR: Final = 3600.0
DAY: Final = 86400.0


@dataclass(frozen=True, slots=True)
class Ages:
    """Seconds after which a fact says nothing about now any more."""

    status: float = HOUR
    ssids: float = DAY
    audit: float = 7 * DAY
    speeds: float = 30 * DAY


AGES: Final = Ages()


@dataclass(frozen=True, slots=True)
class Air:
    """The SSIDs that a device sends, `at` (epoch) it last said so."""

    names: frozenset[str]
    since: float
    at: float


@dataclass(frozen=True, slots=True)
class DeviceFacts:
    """One planned device. `confirmed`: when it first kept a configuration of ours (epoch), 0: never.

    `down`: since when two sources agree that it is down; None: they do not, or nobody judged.
    """

    name: str
    kind: Kind
    planned: str
    model: Said | None = None
    status: Status | None = None
    confirmed: float = 0.0
    down: float | None = None
    air: Air | None = None


@dataclass(frozen=True, slots=True)
class SiteFacts:
    """One site. `clients`: None when nobody was asked; `days`: the school days that they are of, in words.

    `speeds`: its schools' lines, `measured`: when the newest test was made (epoch), 0: there is none.
    """

    site: Site
    devices: tuple[DeviceFacts, ...]
    ssids: frozenset[str]
    now: float
    zone: ZoneInfo
    clients: Clients | None = None
    days: str = ""
    speeds: tuple[Against, ...] = ()
    measured: float = 0.0
    audited: Audited | None = None
    ages: Ages = AGES
