"""What is judged: one device, or one site, with everything known about it. Judging reads nothing else."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol, TypeAlias

from homeroom.audit.outline import Section, outline
from homeroom.intent.model import Intent
from homeroom.plan.model import SitePlan
from homeroom.platforms.access import Access, Parser
from homeroom.prefix import Prefix
from homeroom.programme.model import Region


class Stored(Protocol):
    """A running configuration as the store keeps it: secrets concealed, `at` seconds since the epoch."""

    @property
    def text(self) -> str:
        """Return the concealed text."""
        ...

    @property
    def sha(self) -> str:
        """Return its SHA-256, hex."""
        ...

    @property
    def at(self) -> float:
        """Return when it was last seen so on the device."""
        ...


class Read(Protocol):
    """One SNMP value as the store keeps it."""

    @property
    def value(self) -> str:
        """Return the value as text."""
        ...

    @property
    def at(self) -> float:
        """Return when the device answered so."""
        ...


Readings: TypeAlias = Mapping[str, Mapping[str, Read]]
"""Reading (`group.field` of homeroom.snmp.ask) -> key of the row, empty for a group of one -> value."""


@dataclass(frozen=True)  # not slotted: what is parsed once is kept in the instance
class DeviceSubject:
    """One device. `render` gives the text it should run, secrets as markers; `running` None: never fetched.

    `driver`: by what its configuration is read; empty when nothing can.
    """

    intent: Intent
    parser: Parser
    render: Callable[[], str]
    running: Stored | None
    readings: Readings
    now: float
    driver: str = ""

    @cached_property
    def lines(self) -> tuple[str, ...]:
        """Read the running configuration into comparable lines, once."""
        return self.parser.lines(self.running.text) if self.running else ()

    @cached_property
    def sections(self) -> tuple[Section, ...]:
        """Group those lines into sections, once."""
        return outline(self.lines)

    @cached_property
    def access(self) -> Access:
        """Parse the running access lists, once; raises on a line the parser does not understand."""
        return self.parser.access(self.running.text if self.running else "")


@dataclass(frozen=True, slots=True)
class SiteSubject:
    """One site's plan. `clashes`: other sites whose block or uplink overlaps; `region` None: the programme has none."""

    plan: SitePlan
    region: Region | None
    wan_pool: Prefix
    clashes: tuple[str, ...]
    now: float


Subject: TypeAlias = DeviceSubject | SiteSubject
