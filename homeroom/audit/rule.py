"""The shape of an audit rule: data, loaded strictly from YAML; a rule holds no code (what it checks: checks.py)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from homeroom.audit.checks import EVERY_KIND, Check
from homeroom.programme.model import Kind

Severity: TypeAlias = Literal["critical", "high", "medium", "low"]
Scope: TypeAlias = Literal["device", "site", "programme"]
OF_SITES = frozenset({"prefixes", "no_leak", "no_finding"})
OF_PROGRAMME = frozenset({"retention", "permit_reasons", "secrets_sealed", "block_events", "waivers_hold"})

ID = re.compile(r"[A-Z][A-Z0-9]{1,4}-[0-9]{2}")


@dataclass(frozen=True, slots=True)
class Applies:
    """Whom the rule is for. `exempt`: platform -> the sentence why it cannot be judged there (shown word for word).

    `roles`: only sites that have one of them.
    """

    kinds: tuple[Kind, ...] = EVERY_KIND
    exempt: Mapping[str, str] = field(default_factory=dict[str, str])
    roles: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Stig:
    """A requirement of a DISA guide (a work of the US government). `benchmark`: its name and release; `v`: V-number."""

    benchmark: str
    v: str
    id: str
    relation: Literal["exact", "related"] = "exact"

    def __str__(self) -> str:
        """Write it as an auditor quotes it."""
        return f"{self.v} {self.id} ({self.benchmark}{'' if self.relation == 'exact' else ', related'})"


@dataclass(frozen=True, slots=True)
class Refs:
    """Where others demand the same. `srg`: DISA requirement guides; `dfe`: this project's slugs for DfE standards."""

    srg: tuple[str, ...] = ()
    stig: tuple[Stig, ...] = ()
    nist: tuple[str, ...] = ()
    dfe: tuple[str, ...] = ()
    cipa: tuple[str, ...] = ()
    other: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Fixture:
    """A passing and a failing example on one kind of device, `says`: words of the failing one's summary.

    `passes`: a configuration; empty: what Homeroom renders for the example device. `fails`: a configuration, or
    `change`: every match of this pattern (multi-line mode) in the passing one becomes `to`. `readings`, `probes`,
    `records`: what is known beside it, by name and key (`%host%`: the device's name); `failing`: the same, put over it.
    """

    kind: Kind
    says: str
    passes: str = ""
    fails: str = ""
    change: str = ""
    to: str = ""
    readings: Mapping[str, Mapping[str, str]] = field(default_factory=dict[str, Mapping[str, str]])
    probes: Mapping[str, str] = field(default_factory=dict[str, str])
    records: Mapping[str, str] = field(default_factory=dict[str, str])
    failing: Mapping[str, Mapping[str, str]] = field(default_factory=dict[str, Mapping[str, str]])
    """Reading name, or `probes` or `records` -> key -> value."""

    def __post_init__(self) -> None:
        """Refuse a fixture that cannot fail."""
        if bool(self.fails) + bool(self.change) + bool(self.failing) != 1:
            raise ValueError("give exactly one of fails, change, failing")
        if self.change:
            try:
                re.compile(self.change, re.MULTILINE)
            except re.error as error:
                raise ValueError(f"change {self.change!r} is not a regular expression: {error}") from error


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule. `max_age_hours`: older facts decide nothing, the verdict is then unknown.

    `version`: raised when its meaning changes; waivers name the version they were given for. `fixtures`: platform ->
    examples, for every platform it judges (a rule on sites or the programme: any one platform).
    """

    id: str
    version: int
    title: str
    severity: Severity
    why: str
    fix: str
    check: Check
    fixtures: Mapping[str, tuple[Fixture, ...]]
    applies: Applies = Applies()
    refs: Refs = Refs()
    max_age_hours: float = 168.0

    def __post_init__(self) -> None:
        """Refuse an id that no waiver could name, an age that nothing can meet, a platform without a fixture."""
        if not ID.fullmatch(self.id):
            raise ValueError(f"id {self.id!r} is not like MGT-01")
        if self.version < 1:
            raise ValueError("version must be 1 or more")
        if self.max_age_hours <= 0:
            raise ValueError("max_age_hours must be more than 0")
        lacking = sorted(self.platforms - {name for name, given in self.fixtures.items() if given})
        if lacking or not self.fixtures:
            raise ValueError(f"fixtures has none{' for ' + ', '.join(lacking) if lacking else ''}: give one that fails")
        if self.platforms and self._wide:
            raise ValueError("it judges a site or the programme and also devices by platform: make it two rules")
        both = sorted(self.platforms & set(self.applies.exempt))
        if both:
            raise ValueError(f"{both[0]} is both checked and exempt: keep one")

    @property
    def platforms(self) -> frozenset[str]:
        """Return the platforms that the checks name; empty when they ask for none in particular."""
        said = (self.check.config, self.check.reading, self.check.getter)
        return frozenset(name for one in said if one for name in one)

    @property
    def scope(self) -> Scope:
        """Tell what is judged: each device, each site, or the programme as a whole."""
        return self._wide or "device"

    @property
    def _wide(self) -> Literal["site", "programme"] | None:
        """Tell what is judged when it is more than a device."""
        if self.check.record in OF_PROGRAMME:
            return "programme"
        proof = self.check.proof
        return "site" if self.check.probe or (proof and proof.claim in OF_SITES) else None
