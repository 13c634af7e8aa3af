"""Redirects of /etc/config/firewall (DNAT): what arrives in a zone is sent on to another address.

Lists see a packet as it is afterwards, and firewall4 accepts what was redirected when no rule has decided.
Source: https://openwrt.org/docs/guide-user/firewall/firewall_configuration (Redirects); firewall4 of 23.05.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from homeroom.platforms.openwrt.matching import BOTH, family_of, prefixes, protocols, spans
from homeroom.platforms.openwrt.network import Net
from homeroom.platforms.openwrt.sections import Section
from homeroom.policy.model import Family, Place, Rule, Span
from homeroom.prefix import ANY, BITS, Prefix

_KNOWN: Final = frozenset(
    {
        *("enabled", "name", "src", "dest", "family", "proto", "src_ip", "src_port", "src_dip", "src_dport"),
        *("dest_ip", "dest_port", "target", "reflection", "log", "log_limit", "counter"),
    }
)
_DNS: Final[tuple[Span, ...]] = ((53, 53),)


@dataclass(frozen=True, slots=True)
class Sent:
    """A redirect of one zone and family: what is accepted because of it, and whether it is forced DNS."""

    zone: str
    family: Family
    side: Literal["local", "through"]
    target: str
    protocols: frozenset[str]
    rules: tuple[Rule, ...]
    forced: bool


def sent(section: Section, zone: tuple[str, tuple[Net, ...]], live: Sequence[Net]) -> Iterator[Sent]:
    """Read a redirect; ParseError when it is another one than DNAT to one address or to the router itself."""
    section.only(_KNOWN)
    if section.one("target", "DNAT").lower() != "dnat":
        raise section.wrong("target", "only DNAT is understood")
    name, nets = zone
    told = prefixes(section, "dest_ip")
    if len(told) > 1 or any(not prefix.is_host for prefix in told):
        raise section.wrong("dest_ip", "one address is understood")
    named = family_of(section)
    own = {Prefix(prefix.family, number, BITS[prefix.family]) for net in live for number, prefix in net.addresses}
    goals = told or [p for p in own if any(_on(net, p) for net in nets)]
    for goal in sorted(goals, key=lambda prefix: (prefix.family, prefix.first)):
        family: Family = 4 if goal.family == 4 else 6
        if told and named not in {None, family}:
            raise section.wrong("family", "its address is of another family, so firewall4 leaves the redirect out")
        if told or family in _families(section, named):
            yield _sent(section, name, family, goal, local=goal in own)


def _families(section: Section, named: Family | None) -> tuple[Family, ...]:
    """Return the families of a redirect that names no address: IPv4 alone, unless it says otherwise."""
    if named is not None:
        return (named,)
    return BOTH if "family" in section.options else (4,)


def _on(net: Net, address: Prefix) -> bool:
    return any(number == address.first and prefix.family == address.family for number, prefix in net.addresses)


def _sent(section: Section, zone: str, family: Family, goal: Prefix, *, local: bool) -> Sent:
    known = protocols(section)
    asked = spans(section, "src_dport")
    ports = spans(section, "dest_port") or asked
    sources = [prefix for prefix in prefixes(section, "src_ip") if prefix.family == family]
    everywhere = not section.many("src_ip") and not section.many("src_dip") and not section.many("src_port")
    if any("icmp" in protocol for protocol in known) or len(sources) > 1:
        raise section.wrong("proto", "a redirect of ICMP, or of several senders, is not understood")
    source: Place = sources[0] if sources else ANY[family]
    note = section.one("name", section.name)
    rules = tuple(
        Rule("permit", protocol, source, goal, dports=ports if protocol in {"tcp", "udp"} else (), note=note)
        for protocol in known
    )
    target = str(ipaddress.ip_address(goal.network))
    forced = everywhere and asked == _DNS and ports == _DNS
    return Sent(zone, family, "local" if local else "through", target, frozenset(known), rules, forced)
