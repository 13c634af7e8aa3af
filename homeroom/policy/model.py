"""The policy said once: roles, whom each reaches, what each may resolve; and the access rules compiled from it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeAlias, get_args

from homeroom.prefix import Prefix

Action: TypeAlias = Literal["permit", "deny", "reject"]
"""reject: denied, and the sender is told (ICMP unreachable, TCP reset), so that programs fall back at once."""
Family: TypeAlias = Literal[4, 6]
Security: TypeAlias = Literal["enterprise", "owe", "none"]
"""none: the role has no SSID."""
Span: TypeAlias = tuple[int, int]
"""Ports, both ends included."""
Day: TypeAlias = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
DAYS: tuple[Day, ...] = get_args(Day)
"""The week, as ISO 8601 and Python count it."""
Hook: TypeAlias = Literal["in", "local", "through"]
"""Which packets that enter an interface a list sees: all, those for the device itself, those it forwards."""
YouTube: TypeAlias = Literal["off", "moderate", "strict"]
Wired: TypeAlias = Literal["dot1x", "mab", "open"]
"""How an outlet admits a device: 802.1X, its MAC address asked of RADIUS, or anybody."""
Line: TypeAlias = Literal["fibre", "dsl", "radio", "satellite"]
"""Class of an uplink: how fast it is, and how far."""

ANY_PORT: tuple[Span, ...] = ()
"""No restriction."""
WAN = "wan"
"""The role of whatever comes in by an uplink."""


@dataclass(frozen=True, slots=True)
class Role:
    """Who someone is. `ssid` empty: wired only. `profile` names a filter profile; empty: no Internet.

    `traffic` names a class of `Policy.traffic`, empty: its last one; `wired` is how a wired outlet of the role
    admits a device.
    """

    vlan: int
    ssid: str
    security: Security
    profile: str
    isolate: bool = False
    traffic: str = ""
    wired: Wired = "open"


@dataclass(frozen=True, slots=True)
class Service:
    """What may be reached: `ports` as spans; protocol `ip` means everything."""

    protocol: Literal["tcp", "udp", "ip"]
    ports: tuple[tuple[int, ...], ...] = ()


@dataclass(frozen=True, slots=True)
class Allow:
    """One allowed cell of the matrix: `source` opens connections to `target`. Everything else is denied.

    `scope`: the country, region or site it holds for; empty: the whole programme.
    """

    source: str
    target: str
    services: tuple[str, ...]
    reason: str
    owner: str
    review: dt.date
    scope: str = ""


@dataclass(frozen=True, slots=True)
class Window:
    """Hours of the week, in the programme's time zone; `start` before `until`, both `HH:MM`."""

    days: tuple[Day, ...]
    start: str
    until: str

    def holds(self, day: Day, clock: str) -> bool:
        """Tell whether it is open at a time of day, `HH:MM`."""
        return day in self.days and self.start <= clock < self.until


@dataclass(frozen=True, slots=True)
class FilterProfile:
    """What a role may reach outside, and what it may resolve.

    Reach: `egress` names services, to everywhere, or with `only` to the addresses of that endpoint group; `quic`
    false: udp/443 is rejected; `blocked` names endpoint groups (DoH, VPN) that are rejected whatever the service;
    `window` names the hours in which it holds, empty: always.
    Resolve: `categories` of names refused (beside `Policy.base`, which nobody can switch off); `names` `allowed`:
    only `allow` resolves, `filtered`: everything but what is refused; `allow` also mends an over-block.
    `safesearch`, `youtube`; `canaries`: the names that make browsers leave encrypted DNS alone are refused;
    `https_records` false: types 65 and 64 are answered empty, which switches ECH off.
    """

    egress: tuple[str, ...]
    quic: bool = False
    only: str = ""
    blocked: tuple[str, ...] = ()
    window: str = ""
    categories: tuple[str, ...] = ()
    names: Literal["filtered", "allowed"] = "filtered"
    allow: tuple[str, ...] = ()
    safesearch: bool = False
    youtube: YouTube = "off"
    canaries: bool = False
    https_records: bool = True


@dataclass(frozen=True, slots=True)
class Traffic:
    """A traffic class: its DSCP, and of an uplink of each class the percent it is assured when the line is full.

    `limit`: percent it never exceeds; classes of lines that are absent have none.
    """

    dscp: str
    share: Mapping[Line, int]
    limit: Mapping[Line, int] = field(default_factory=dict[Line, int])


@dataclass(frozen=True, slots=True)
class Override:
    """A value that holds for part of the programme: `scope` is a country, region or site id.

    `set` is the path of the value in policy.yaml (`profiles.pupil.youtube`), `value` what it becomes there.
    """

    scope: str
    set: str
    value: str | int | bool | tuple[str, ...]
    reason: str
    owner: str
    review: dt.date


@dataclass(frozen=True, slots=True)
class Visitors:
    """The roaming network (eduroam): which role visitors get, and our own realm (empty: the programme's domain)."""

    role: str
    realm: str = ""


@dataclass(frozen=True, slots=True)
class Policy:
    """policy.yaml. Roles are keyed by name, in the order of the fixed layout.

    `categories`: name -> what it holds, in words. `base`: those refused to every role. `fallback`: the role of who
    cannot be authenticated while RADIUS is away.
    """

    roles: Mapping[str, Role]
    services: Mapping[str, Service]
    profiles: Mapping[str, FilterProfile]
    matrix: tuple[Allow, ...]
    categories: Mapping[str, str] = field(default_factory=dict[str, str])
    base: tuple[str, ...] = ()
    endpoints: Mapping[str, tuple[Prefix, ...]] = field(default_factory=dict[str, tuple[Prefix, ...]])
    windows: Mapping[str, Window] = field(default_factory=dict[str, Window])
    traffic: Mapping[str, Traffic] = field(default_factory=dict[str, Traffic])
    visitors: Visitors | None = None
    fallback: str = ""
    overrides: tuple[Override, ...] = ()


@dataclass(frozen=True, slots=True)
class Group:
    """A named set of prefixes of one family, printed once a device as its object group, set or address list."""

    name: str
    family: Family
    prefixes: tuple[Prefix, ...]

    def __hash__(self) -> int:
        """Hash cheaply: a group may hold thousands of prefixes."""
        return hash((self.name, self.family, len(self.prefixes)))


Place: TypeAlias = Prefix | Group


@dataclass(frozen=True, slots=True)
class Rule:
    """One access rule: a product of sets. First match decides; `note` is the policy line it comes from.

    `protocol`: ip, tcp, udp, icmp (ICMPv6 in family 6), or a number. `icmp` names a type (IOS word, e.g. echo).
    `established`: only packets of a connection already open (stateless: TCP with ACK or RST set; stateful: what
    connection tracking calls established or related). `window`: the rule holds in that window only.
    """

    action: Action
    protocol: str
    source: Place
    target: Place
    sports: tuple[Span, ...] = ANY_PORT
    dports: tuple[Span, ...] = ANY_PORT
    icmp: str = ""
    established: bool = False
    log: bool = False
    note: str = ""
    window: str = ""


@dataclass(frozen=True, slots=True)
class AccessList:
    """An ordered list applied inbound on the gateway interface of `role` (`wan`: on every uplink).

    It ends in an explicit deny. `hook` says which of the packets that enter there it sees.
    """

    name: str
    role: str
    family: Family
    rules: tuple[Rule, ...]
    hook: Hook = "in"


@dataclass(frozen=True, slots=True)
class Redirect:
    """Forced DNS: what `role` sends to port 53 of any address, over UDP or TCP, goes to `target` instead."""

    role: str
    family: Family
    target: str
