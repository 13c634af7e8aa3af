"""A check asks one thing and says what the policy wants; an outcome is what came back, with its time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

Want: TypeAlias = Literal["open", "closed", "answered", "refused", "unanswered", "empty", "redirected"]
"""open, closed: a connection. answered: an address; refused: NXDOMAIN or REFUSED; unanswered: that, or
not reached; empty: no such record; redirected:
an address or CNAME of `expect`."""
Seen: TypeAlias = Literal[
    "open", "rejected", "silent", "no_route", "answered", "refused", "empty", "redirected", "error"
]
"""rejected: told so (RST, ICMP); silent: nothing until the time-out; no_route: it never left this machine."""
Verdict: TypeAlias = Literal["compliant", "violation", "unknown"]


@dataclass(frozen=True, slots=True)
class Host:
    """A machine that answers: its address and the TCP ports it listens on."""

    address: str
    ports: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Targets:
    """inventory/probe.yaml: what checks are made with. Addresses of either family.

    `control`: hosts on the Internet, listening on TCP 80 and 443 and UDP 443, that every role with `web` may open.
    `open_names`: names that must resolve for everybody filtered, the over-block list included. `blocked_names`:
    category -> names that the category's list holds for this purpose. `foreign`: public resolvers. `hosts`: role ->
    machines in that role's network.
    """

    control: tuple[str, ...]
    open_names: tuple[str, ...]
    foreign: tuple[str, ...]
    blocked_names: Mapping[str, tuple[str, ...]] = field(default_factory=dict[str, tuple[str, ...]])
    hosts: Mapping[str, tuple[Host, ...]] = field(default_factory=dict[str, tuple[Host, ...]])


@dataclass(frozen=True, slots=True)
class Check:
    """One question. `control` names the check that must have its way before a closed door means anything."""

    id: str
    title: str
    kind: Literal["tcp", "quic", "ntp", "ping", "dns"]
    address: str
    port: int
    want: Want
    control: str = ""
    name: str = ""
    qtype: str = "A"
    over: Literal["udp", "tcp"] = "udp"
    expect: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a check saw: `at` in seconds since the epoch, UTC; `detail` for people."""

    check: Check
    seen: Seen
    verdict: Verdict
    detail: str
    at: float
