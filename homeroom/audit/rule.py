"""The shape of an audit rule: data, loaded strictly from YAML; a rule holds no code.

A rule checks exactly one kind of thing: `config` (lines of the running configuration), `reading` (SNMP values
against the plan) or `proof` (a claim about the plan, the access lists or drift).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from homeroom.programme.model import Kind
from homeroom.snmp.ask.rows import GROUPS, fields_of

Severity: TypeAlias = Literal["critical", "high", "medium", "low"]
Silence: TypeAlias = Literal["compliant", "violation", "unknown"]
Planned: TypeAlias = Literal["host_name", "vlans", "ssids"]
Claim: TypeAlias = Literal["prefixes", "unreachable", "as_intended"]
Scope: TypeAlias = Literal["device", "site"]

ID = re.compile(r"[A-Z][A-Z0-9]{1,4}-[0-9]{2}")
EVERY_KIND: tuple[Kind, ...] = ("router", "switch", "ap", "wlc")


@dataclass(frozen=True, slots=True)
class Silent:
    """What it means when no line matches: show run hides defaults, so each demand answers it in words."""

    verdict: Silence
    because: str


@dataclass(frozen=True, slots=True)
class Count:
    """At least so many lines that differ in what the pattern's first group holds (or as wholes, without a group)."""

    line: str
    at_least: int

    def __post_init__(self) -> None:
        """Refuse a broken pattern or a count that always holds."""
        _regex(self.line)
        if self.at_least < 1:
            raise ValueError(f"at_least is {self.at_least}: nothing would be demanded")


@dataclass(frozen=True, slots=True)
class Demand:
    """One demand on the configuration: exactly one of `present`, `absent`, `count`.

    Patterns are regular expressions over the whole line, indentation removed. Without `section` they look at the
    unindented lines; with it at the lines below every unindented line it matches, and must hold in each.
    """

    silent: Silent
    present: str = ""
    absent: str = ""
    count: Count | None = None
    section: str = ""

    def __post_init__(self) -> None:
        """Refuse an ambiguous demand and a broken pattern."""
        given = [name for name in ("present", "absent", "count") if getattr(self, name)]
        if len(given) != 1:
            raise ValueError(f"give exactly one of present, absent, count (given: {', '.join(given) or 'none'})")
        for pattern in (self.present, self.absent, self.section):
            _regex(pattern)


@dataclass(frozen=True, slots=True)
class Compare:
    """A reading whose values must equal what the plan says, on devices of these kinds.

    `object`: `group.field`, as homeroom.snmp.ask.rows declares it. `ignore` names rows that every device of the
    platform has.
    """

    object: str
    equals: Planned
    ignore: tuple[str, ...] = ()
    kinds: tuple[Kind, ...] = EVERY_KIND

    def __post_init__(self) -> None:
        """Refuse a reading that there is not: it would be unknown for ever."""
        group, _, name = self.object.partition(".")
        if group not in GROUPS or name not in fields_of(group):
            known = ", ".join(f"{group}.{name}" for name in fields_of(group)) if group in GROUPS else ", ".join(GROUPS)
            raise ValueError(f"{self.object!r} is no reading: write `group.field`, of {known}")


@dataclass(frozen=True, slots=True)
class Proof:
    """A claim to prove.

    `unreachable`: no new connection from any of `sources` to any of `targets`, IPv4 and IPv6; `gateway` names, for
    each platform, the interface that holds a role's gateway (`Vlan{vlan}`, `{role}`).
    `as_intended`: running equals intended.
    `prefixes`: a site's prefixes are disjoint from all others and inside their aggregates.
    """

    claim: Claim
    sources: tuple[str, ...] = ()
    targets: tuple[str, ...] = ()
    gateway: Mapping[str, str] = field(default_factory=dict[str, str])

    def __post_init__(self) -> None:
        """Refuse roles where none are meant, and none where they are."""
        given = [bool(self.sources), bool(self.targets), bool(self.gateway)]
        if any(given) != all(given) or all(given) != (self.claim == "unreachable"):
            raise ValueError("sources, targets and gateway belong to the claim unreachable, and it needs all three")
        for platform, name in self.gateway.items():
            if "{vlan}" not in name and "{role}" not in name:
                raise ValueError(f"gateway.{platform} is {name!r}, which holds neither {{vlan}} nor {{role}}")


@dataclass(frozen=True, slots=True)
class Check:
    """Exactly one of three kinds; `config` and `reading` say it for each platform."""

    config: Mapping[str, tuple[Demand, ...]] | None = None
    reading: Mapping[str, tuple[Compare, ...]] | None = None
    proof: Proof | None = None

    def __post_init__(self) -> None:
        """Refuse none or several, and a platform without a demand: it would be compliant without being looked at."""
        given = [name for name in ("config", "reading", "proof") if getattr(self, name) is not None]
        if len(given) != 1:
            raise ValueError(f"give exactly one of config, reading, proof (given: {', '.join(given) or 'none'})")
        per_platform = self.config if self.config is not None else self.reading
        empty = [name for name, demands in (per_platform or {}).items() if not demands]
        if per_platform == {} or empty:
            raise ValueError(f"{given[0]} demands nothing{f' on {empty[0]}' if empty else ''}")


@dataclass(frozen=True, slots=True)
class Applies:
    """Whom the rule is for. `exempt`: platform -> the sentence why it cannot hold there (shown word for word)."""

    kinds: tuple[Kind, ...] = EVERY_KIND
    exempt: Mapping[str, str] = field(default_factory=dict[str, str])


@dataclass(frozen=True, slots=True)
class Refs:
    """Where others demand the same. STIG and SRG are works of the US government; DfE ids are this project's slugs."""

    stig: tuple[str, ...] = ()
    srg: tuple[str, ...] = ()
    nist: tuple[str, ...] = ()
    dfe: tuple[str, ...] = ()
    other: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule. `max_age_hours`: older facts decide nothing, the verdict is then unknown."""

    id: str
    title: str
    severity: Severity
    why: str
    fix: str
    check: Check
    applies: Applies = Applies()
    refs: Refs = Refs()
    max_age_hours: float = 168.0

    def __post_init__(self) -> None:
        """Refuse an id that no waiver could name and an age that nothing can meet."""
        if not ID.fullmatch(self.id):
            raise ValueError(f"id {self.id!r} is not like MGT-01")
        if self.max_age_hours <= 0:
            raise ValueError("max_age_hours must be more than 0")

    @property
    def scope(self) -> Scope:
        """Tell whether devices or sites are judged."""
        return "site" if self.check.proof and self.check.proof.claim == "prefixes" else "device"


def _regex(pattern: str) -> None:
    try:
        re.compile(pattern)
    except re.error as error:
        raise ValueError(f"{pattern!r} is not a regular expression: {error}") from error
