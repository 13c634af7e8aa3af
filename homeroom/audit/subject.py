"""What is judged: a device, a site or the programme, with everything known about it. Judging reads nothing else."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Protocol, TypeAlias

from homeroom.audit.outline import Section, outline
from homeroom.intent.model import Intent
from homeroom.plan.model import SitePlan
from homeroom.platforms.access import Parser
from homeroom.prefix import Prefix
from homeroom.programme.model import Programme, Region
from homeroom.proof.model import Leak, SiteProof
from homeroom.store.probes import Probed


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
    getters: Readings = field(default_factory=dict[str, Mapping[str, Read]])
    """What NAPALM's getters said, by the names of homeroom.audit.getters."""
    records: Mapping[str, str] = field(default_factory=dict[str, str])
    """What is on record about it, by the names of homeroom.audit.record."""

    @cached_property
    def intended(self) -> str:
        """Render the configuration it should run, once."""
        return self.render()

    @cached_property
    def lines(self) -> tuple[str, ...]:
        """Read the running configuration into comparable lines, once."""
        return self.parser.lines(self.running.text) if self.running else ()

    @cached_property
    def sections(self) -> tuple[Section, ...]:
        """Group those lines into sections, once."""
        return outline(self.lines)


@dataclass(frozen=True)  # not slotted: the proof is kept in the instance
class SiteSubject:
    """One site: its plan, and what is proven, probed and on record of it.

    `clashes`: other sites whose block or uplink overlaps; `region` None: the programme has none. `running`: every
    device of the site -> the configuration that is proven, None: never fetched. `prove` is asked once, and only when
    a rule needs it; `line` finds on which line of a device's configuration a leak stands (0: cannot be told).
    """

    plan: SitePlan
    region: Region | None
    wan_pool: Prefix
    clashes: tuple[str, ...]
    now: float
    running: Mapping[str, Stored | None] = field(default_factory=dict[str, "Stored | None"])
    prove: Callable[[], SiteProof] | None = None
    line: Callable[[Leak], int] = lambda leak: leak.line
    probes: tuple[Probed, ...] = ()
    """The newest outcome of every check made at the site."""

    @cached_property
    def proof(self) -> SiteProof:
        """Prove the site, once; of a site without devices nothing."""
        return self.prove() if self.prove else SiteProof(self.plan.entry.site, ())


@dataclass(frozen=True, slots=True)
class ProgrammeSubject:
    """The programme as a whole. `records`: what is on record about it, by the names of homeroom.audit.record."""

    programme: Programme
    records: Mapping[str, str]
    now: float


Subject: TypeAlias = DeviceSubject | SiteSubject | ProgrammeSubject
