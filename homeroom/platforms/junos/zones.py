"""Zones of an SRX, and what `host-inbound-traffic` lets through to the device itself.

Source: "Security Zones User Guide" (host-inbound-traffic: which services and protocols there are).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

from homeroom.platforms.junos.applications import Match
from homeroom.platforms.junos.stems import Stem, only, wrong
from homeroom.policy.model import Rule, Span
from homeroom.policy.regions import meet

_T, _U = "tcp", "udp"
_SERVICES: Final[dict[str, tuple[tuple[str, Span], ...]]] = {
    "bootp": ((_U, (67, 68)),), "dhcp": ((_U, (67, 68)),), "dhcpv6": ((_U, (546, 547)),),
    "dns": ((_U, (53, 53)), (_T, (53, 53))), "finger": ((_T, (79, 79)),), "ftp": ((_T, (20, 21)),),
    "http": ((_T, (80, 80)),), "https": ((_T, (443, 443)),), "ident-reset": ((_T, (113, 113)),),
    "ike": ((_U, (500, 500)), (_U, (4500, 4500))), "netconf": ((_T, (830, 830)),), "ntp": ((_U, (123, 123)),),
    "rlogin": ((_T, (513, 513)),), "rsh": ((_T, (514, 514)),), "snmp": ((_U, (161, 161)),),
    "snmp-trap": ((_U, (162, 162)),), "ssh": ((_T, (22, 22)),), "telnet": ((_T, (23, 23)),),
    "tftp": ((_U, (69, 69)),), "traceroute": ((_U, (33434, 33534)),),
    "xnm-clear-text": ((_T, (3221, 3221)),), "xnm-ssl": ((_T, (3220, 3220)),),
}  # fmt: skip
_PROTOCOLS: Final[dict[str, tuple[Match, ...]]] = {
    "bfd": (Match(_U, dports=((3784, 3785),)),), "bgp": (Match(_T, dports=((179, 179),)),), "igmp": (Match("2"),),
    "ldp": (Match(_U, dports=((646, 646),)), Match(_T, dports=((646, 646),))), "ospf": (Match("89"),),
    "ospf3": (Match("89"),), "pim": (Match("103"),), "rip": (Match(_U, dports=((520, 520),)),),
    "ripng": (Match(_U, dports=((521, 521),)),), "rsvp": (Match("46"),), "vrrp": (Match("112"),),
    "ndp": (Match("icmp", 6, icmp="nd-ns"), Match("icmp", 6, icmp="nd-na")),
    "router-discovery": (Match("icmp", 6, icmp="router-solicitation"), Match("icmp", 6, icmp="router-advertisement")),
}  # fmt: skip
_WIDE: Final = frozenset({"all", "any-service"})
_PING: Final = (Match("icmp", 4, icmp="echo"), Match("icmp", 6, icmp="echo-request"))
_ZONE: Final = frozenset(
    ("host-inbound-traffic", "interfaces", "tcp-rst", "screen", "description", "application-tracking", "address-book")
)


@dataclass(frozen=True, slots=True)
class Zone:
    """A zone with its logical interfaces, each with what reaches the device from it."""

    name: str
    inbound: dict[str, tuple[Match, ...]]


def zones(root: Stem) -> Iterator[Zone]:
    """Read the zones; ParseError at what is not understood."""
    stem = root.at("security", "zones")
    only(stem, frozenset({"security-zone", "functional-zone"}), "security zones")
    if "functional-zone" in stem:
        raise wrong(stem["functional-zone"], "security zones functional-zone", "it is read on no device")
    for name, zone in stem.at("security-zone").items():
        only(zone, _ZONE, f"security-zone {name}")
        common = _inbound(zone.at("host-inbound-traffic"), name)
        inbound: dict[str, tuple[Match, ...]] = {}
        for port, under in zone.at("interfaces").items():
            only(under, frozenset({"host-inbound-traffic"}), f"security-zone {name} interfaces {port}")
            if port == "all":
                raise wrong(under, f"security-zone {name} interfaces all", "which these are, the text does not say")
            own = under.get("host-inbound-traffic")
            inbound[_unit(port)] = common if own is None else _inbound(own, name)
        yield Zone(name, inbound)


def _unit(port: str) -> str:
    return port if "." in port else f"{port}.0"


def _inbound(stem: Stem, zone: str) -> tuple[Match, ...]:
    only(stem, frozenset({"system-services", "protocols"}), f"security-zone {zone} host-inbound-traffic")
    services, protocols = stem.at("system-services"), stem.at("protocols")
    for word, under in (*services.items(), *protocols.items()):
        if "except" in under:
            raise wrong(under, f"host-inbound-traffic {word} except")
    wide = bool(services.keys() & _WIDE)
    if wide and "all" in protocols:
        return (Match("ip"),)
    found = [Match("tcp"), Match("udp"), Match("icmp")] if wide else list(_services(services))
    for word, under in protocols.items():
        if word == "all":
            found += [match for matches in _PROTOCOLS.values() for match in matches]
        elif word in _PROTOCOLS:
            found += _PROTOCOLS[word]
        else:
            raise wrong(under, f"host-inbound-traffic protocols {word}")
    return tuple(found)


def _services(stem: Stem) -> Iterator[Match]:
    for word, under in stem.items():
        if word == "ping":
            yield from _PING
        elif word in _SERVICES:
            yield from (Match(protocol, dports=(span,)) for protocol, span in _SERVICES[word])
        else:
            raise wrong(under, f"host-inbound-traffic system-services {word}")


def through(rule: Rule, gates: tuple[Match, ...]) -> Iterator[Rule]:
    """Yield what of a rule for the device itself passes `host-inbound-traffic`; a denial stays as it is."""
    if rule.action != "permit":
        yield rule
        return
    for gate in gates:
        if gate.family in {0, rule.source.family}:
            both = _both(rule, gate)
            if both == rule:
                yield rule
                return
            if both is not None:
                yield both


def _both(rule: Rule, gate: Match) -> Rule | None:
    """Return what matches both; None when nothing does."""
    if gate.protocol == "ip":
        return rule
    if rule.protocol not in {"ip", gate.protocol} or (rule.icmp and gate.icmp not in {"", rule.icmp}):
        return None
    dports = meet(tuple(sorted(rule.dports or ((0, 65535),))), gate.dports or ((0, 65535),))
    if not dports:
        return None
    whole = dports == ((0, 65535),) or tuple(sorted(rule.dports)) == dports
    return replace(rule, protocol=gate.protocol, dports=rule.dports if whole else dports, icmp=rule.icmp or gate.icmp)
