"""What a bundle holds, as objects: reports are made of these and of nothing else. Times: UTC, since 1970."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from homeroom.audit.rule import Refs, Scope, Severity
from homeroom.audit.verdict import Verdict


@dataclass(frozen=True, slots=True)
class Header:
    """Whose audit it is, of when, of what. `basis`: one sentence on what was real and what emulated.

    `previous`: root of the run before (hex), empty: there was none. `seed`: of the sample of devices, `sampled` how
    many of `devices`; 0: all were judged. `key`: the public key that signs it (hex). `rules`: SHA-256 of the rule set.
    """

    format: int
    programme: str
    name: str
    country: str
    language: str
    scope: str
    basis: str
    at: float
    devices: int
    sites: int
    schools: int
    tool: str
    command: str
    previous: str
    rules: str
    key: str
    seed: int = 0
    sampled: int = 0


@dataclass(frozen=True, slots=True)
class RuleEntry:
    """A rule as it stood. `cis`: numbers only, when the project keeps the file of them."""

    id: str
    version: int
    title: str
    severity: Severity
    why: str
    fix: str
    scope: Scope
    refs: Refs
    cis: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class WaiverEntry:
    """A waiver or a standing decision as it stood (dates: YYYY-MM-DD). `problem`: why it no longer holds, or empty."""

    rule: str
    version: int
    scope: str
    reason: str
    compensating: str
    requested_by: str
    approved_by: str
    created: str
    expires: str
    ticket: str
    standing: bool
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Region:
    """A region that has sites in the audit."""

    id: str
    name: str


@dataclass(frozen=True, slots=True)
class SourceEntry:
    """Where evidence came from. `sha`: SHA-256 of the stored text, its secrets redacted (homeroom.redaction)."""

    name: str
    at: float
    sha: str = ""


@dataclass(frozen=True, slots=True)
class SubjectEntry:
    """One device, one site (`device` empty) or the programme (`site` empty too), with all its verdicts.

    Of a site also where it is; of a device what it is. `mend`: rule -> configuration lines that would mend it.
    """

    device: str
    site: str
    region: str
    verdicts: tuple[Verdict, ...]
    sources: tuple[SourceEntry, ...] = ()
    platform: str = ""
    kind: str = ""
    model: str = ""
    serial: str = ""
    software: str = ""
    name: str = ""
    latitude: float = 0.0
    longitude: float = 0.0
    mend: Mapping[str, str] = field(default_factory=dict[str, str])


@dataclass(frozen=True, slots=True)
class UnreachedEntry:
    """One device that did not answer, or was never asked; `since` 0: never asked."""

    device: str
    site: str
    reason: str
    since: float
