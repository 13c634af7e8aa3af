"""How an SRX says access lists: policies, addresses, applications, and the services its zones let in.

Source: "Security Policies User Guide for Security Devices" (address books, applications, self-traffic policies),
"Security Zones User Guide" (host-inbound-traffic).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from homeroom.errors import RenderError
from homeroom.policy.model import AccessList, Group, Place, Rule, Span
from homeroom.policy.regions import ICMP
from homeroom.prefix import ANY, Prefix

SERVICES: Final[tuple[tuple[str, str, Span], ...]] = (
    ("dhcp", "udp", (67, 68)),
    ("dhcpv6", "udp", (546, 547)),
    ("snmp", "udp", (161, 161)),
    ("ntp", "udp", (123, 123)),
    ("ssh", "tcp", (22, 22)),
    ("netconf", "tcp", (830, 830)),
)
"""What `host-inbound-traffic system-services` calls the ports of services that a list may open."""
_PROTOCOLS: Final[Mapping[int, Mapping[str, str]]] = {4: {"icmp": "icmp"}, 6: {"icmp": "icmp6"}}
_PINGS: Final = frozenset({"echo", "echo-request"})
_NEIGHBOURS: Final = frozenset({"nd-ns", "nd-na"})


def policies(rules: Sequence[Rule]) -> list[tuple[int, Rule]]:
    """Pair the rules that are policies with numbers: what belongs to an open session passes without asking any.

    RenderError where a list asks for open connections anywhere but first: a session is not asked about twice.
    """
    rest = rules[1:] if rules and _of_sessions(rules[0]) else rules
    if len(rest) == len(rules) or any(rule.established for rule in rest):
        raise RenderError("a list of a platform that tracks connections begins with those already open")
    return list(enumerate(rest, 1))


def _of_sessions(rule: Rule) -> bool:
    anywhere = ANY[rule.source.family]
    return rule == Rule("permit", "ip", anywhere, anywhere, established=True, log=rule.log, note=rule.note)


def source(rule: Rule) -> str:
    """Name where packets come from."""
    return _place(rule.source)


def target(rule: Rule) -> str:
    """Name where packets go."""
    return _place(rule.target)


def _place(place: Place) -> str:
    """Name a place as the address book does: a group by its name, a prefix by itself."""
    if isinstance(place, Group):
        return place.name
    return f"any-ipv{place.family}" if place.is_any else place.cidr


def applications(rule: Rule) -> str:
    """Name the applications a rule matches: one for each pair of its port spans, several in brackets."""
    names = [entry[0] for entry in _made(rule)]
    return f"[ {' '.join(names)} ]" if len(names) > 1 else "".join(names) or "any"


def _made(rule: Rule) -> Iterator[tuple[str, str, str, str, str, str]]:
    """Yield a rule's own applications: name, protocol, source port, destination port, ICMP type and code."""
    if rule.protocol == "ip":
        return
    protocol = _PROTOCOLS[rule.source.family].get(rule.protocol, rule.protocol)
    if rule.icmp:
        first, more = ICMP[rule.source.family][rule.icmp]
        code = "" if more else str(first & 255)
        yield f"{protocol}-{rule.icmp}", protocol, "", "", str(first >> 8), code
        return
    for sport in rule.sports or (None,):
        for dport in rule.dports or (None,):
            yield _ports(protocol, sport, dport)


def _ports(protocol: str, sport: Span | None, dport: Span | None) -> tuple[str, str, str, str, str, str]:
    low, high = _span(sport), _span(dport)
    name = f"{f'protocol-{protocol}' if protocol.isdecimal() else protocol}{f'-from-{low}' if low else ''}"
    return f"{name}{f'-{high}' if high else ''}", protocol, low, high, "", ""


def _span(span: Span | None) -> str:
    if span is None:
        return ""
    return str(span[0]) if span[0] == span[1] else f"{span[0]}-{span[1]}"


def custom(access: Sequence[AccessList]) -> list[tuple[str, str, str, str, str, str]]:
    """Return every application that lists name, each once, sorted by protocol and port."""
    made = {entry for one in access for _, rule in policies(one.rules) for entry in _made(rule)}
    return sorted(made, key=lambda entry: (entry[1], _number(entry[2]), _number(entry[3]), _number(entry[4]), entry))


def _number(text: str) -> int:
    return int(text.partition("-")[0] or 0)


def book(access: Sequence[AccessList]) -> list[Prefix]:
    """Return every prefix that lists name alone, each once and sorted."""
    places = {place for one in access for rule in one.rules for place in (rule.source, rule.target)}
    found = [place for place in places if isinstance(place, Prefix) and not place.is_any]
    return sorted(found, key=lambda prefix: (prefix.family, prefix.first, prefix.length))


def services(lists: Sequence[AccessList]) -> list[str]:
    """Name the services that must reach the device for its lists to decide, `any-service` where one has no name."""
    permits = [rule for one in lists for _, rule in policies(one.rules) if rule.action == "permit"]
    names = {name for rule in permits for name in _services(rule)}
    return ["any-service"] if "any-service" in names else sorted(names)


def _services(rule: Rule) -> Iterator[str]:
    if rule.protocol == "icmp" and rule.icmp:
        if rule.icmp in _PINGS:
            yield "ping"
        elif rule.icmp not in _NEIGHBOURS and rule.icmp != "router-solicitation":
            yield "any-service"
        return
    spans = rule.dports or ((0, 65535),)
    for low, high in spans:
        fit = (name for name, protocol, (a, b) in SERVICES if protocol == rule.protocol and a <= low and high <= b)
        yield next(fit, "any-service")


def protocols(lists: Sequence[AccessList]) -> list[str]:
    """Name the protocols that must reach the device: neighbour and router discovery, where lists permit them."""
    permits = [rule for one in lists for _, rule in policies(one.rules) if rule.action == "permit"]
    words = {rule.icmp for rule in permits}
    if any(rule.protocol not in {"tcp", "udp"} and not rule.icmp for rule in permits):
        return ["all"]
    named = (("ndp", words & _NEIGHBOURS), ("router-discovery", words & {"router-solicitation"}))
    return [name for name, found in named if found]


def by_zone(access: Sequence[AccessList]) -> list[tuple[str, list[AccessList]]]:
    """Group the lists for the device itself by the zone whose packets they see."""
    zones: dict[str, list[AccessList]] = {}
    for one in access:
        if one.hook == "local":
            zones.setdefault(one.role, []).append(one)
    return list(zones.items())
