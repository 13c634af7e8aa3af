"""The policy said once: roles, whom each reaches, what each may resolve; and the access rules compiled from it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias

from homeroom.prefix import Prefix

Action: TypeAlias = Literal["permit", "deny"]
Family: TypeAlias = Literal[4, 6]
Security: TypeAlias = Literal["enterprise", "owe", "none"]
"""none: the role has no SSID."""
Span: TypeAlias = tuple[int, int]
"""Ports, both ends included."""

ANY_PORT: tuple[Span, ...] = ()
"""No restriction."""


@dataclass(frozen=True, slots=True)
class Role:
    """Who someone is. `ssid` empty: wired only. `profile` names a filter profile; empty: no Internet."""

    vlan: int
    ssid: str
    security: Security
    profile: str
    isolate: bool = False


@dataclass(frozen=True, slots=True)
class Service:
    """What may be reached: `ports` as spans; protocol `ip` means everything."""

    protocol: Literal["tcp", "udp", "ip"]
    ports: tuple[tuple[int, ...], ...] = ()


@dataclass(frozen=True, slots=True)
class Allow:
    """One allowed cell of the matrix: `source` opens connections to `target`. Everything else is denied."""

    source: str
    target: str
    services: tuple[str, ...]
    reason: str
    owner: str
    review: dt.date


@dataclass(frozen=True, slots=True)
class FilterProfile:
    """What a role may resolve and reach outside: `egress` names services; `quic` false: udp/443 is refused."""

    egress: tuple[str, ...]
    quic: bool = False


@dataclass(frozen=True, slots=True)
class Policy:
    """policy.yaml. Roles are keyed by name, in the order of the fixed layout."""

    roles: Mapping[str, Role]
    services: Mapping[str, Service]
    profiles: Mapping[str, FilterProfile]
    matrix: tuple[Allow, ...]


@dataclass(frozen=True, slots=True)
class Rule:
    """One access rule: a product of sets. First match decides; `note` is the policy line it comes from.

    `protocol`: ip, tcp, udp, icmp (ICMPv6 in family 6). `icmp` names a type (IOS word, e.g. echo). `established`:
    only packets of a TCP connection already open (ACK or RST set).
    """

    action: Action
    protocol: str
    source: Prefix
    target: Prefix
    sports: tuple[Span, ...] = ANY_PORT
    dports: tuple[Span, ...] = ANY_PORT
    icmp: str = ""
    established: bool = False
    log: bool = False
    note: str = ""


@dataclass(frozen=True, slots=True)
class AccessList:
    """An ordered list applied inbound on the gateway interface of `role`; ends in an explicit deny."""

    name: str
    role: str
    family: Family
    rules: tuple[Rule, ...]
