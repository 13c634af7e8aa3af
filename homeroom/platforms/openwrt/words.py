"""How OpenWrt's UCI says what the intent holds: the filters of templates/openwrt."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from homeroom.errors import RenderError
from homeroom.platforms.openwrt.clock import posix
from homeroom.policy.model import Day, Group, Place, Rule, Span, Window
from homeroom.prefix import Prefix
from homeroom.taint import clean

WIDTH: Final[Mapping[str, str]] = {"2g": "HE20", "5g": "HE40", "6g": "HE80"}
"""Channel width by band: 20 MHz where three channels must do, 40 MHz in classrooms, 80 MHz where there is room."""
ENCRYPTION: Final[Mapping[str, str]] = {"enterprise": "wpa3-mixed", "owe": "owe"}
PMF: Final[Mapping[str, int]] = {"enterprise": 1, "owe": 2}
"""Management frame protection: 1 wanted, 2 demanded (RFC 8110 demands it)."""
TITLE: Final = 96
"""Bytes of a rule's name: firewall4 makes it the rule's comment in nftables, which refuses more than 128 and then the
whole firewall with it."""
VERDICT: Final[Mapping[str, str]] = {"permit": "ACCEPT", "deny": "DROP", "reject": "REJECT"}
PROTO: Final[Mapping[str, str]] = {"ip": "all", "tcp": "tcp", "udp": "udp", "icmp": "icmp"}
"""`icmp` with family ipv6 is ICMPv6."""
ICMP: Final[Mapping[str, str]] = {
    "echo": "echo-request",
    "unreachable": "destination-unreachable",
    "nd-ns": "neighbour-solicitation",
    "nd-na": "neighbour-advertisement",
}
"""ICMP types that firewall4 calls otherwise."""
FRAGMENTATION: Final = "fragmentation-needed"
"""IPv4's packet-too-big."""
WEEKDAYS: Final[Mapping[Day, str]] = {
    "mon": "Mon",
    "tue": "Tue",
    "wed": "Wed",
    "thu": "Thu",
    "fri": "Fri",
    "sat": "Sat",
    "sun": "Sun",
}


def _one(table: Mapping[str, str | int], word: str, what: str) -> str | int:
    if word not in table:
        raise RenderError(f"OpenWrt has no {what} called {clean(word, what)}; it has {', '.join(table)}")
    return table[word]


def width(band: str) -> str | int:
    """Print the `htmode` of a band."""
    return _one(WIDTH, band, "band")


def encryption(security: str) -> str | int:
    """Print the `encryption` of a kind of security."""
    return _one(ENCRYPTION, security, "security")


def pmf(security: str) -> str | int:
    """Print `ieee80211w`."""
    return _one(PMF, security, "security")


def phy(radio: str) -> str:
    """Print the kernel's name of a radio: radio0 is phy0."""
    if not radio.startswith("radio"):
        raise RenderError(f"OpenWrt calls its radios radio0, radio1, not {clean(radio, 'radio')}")
    return "phy" + radio.removeprefix("radio")


def cidr(prefix: Prefix) -> str:
    """Print a prefix with its length."""
    return prefix.cidr


def section(name: str) -> str:
    """Print a name as UCI takes it for a section: letters, digits and underscores."""
    return "".join(c if c.isascii() and c.isalnum() else "_" for c in name)


def title(rule: Rule) -> str:
    """Print a rule's name: where it comes from and, behind an @, the window it holds in."""
    window = f" @{rule.window}" if rule.window else ""
    return rule.note.encode()[: TITLE - len(window.encode())].decode(errors="ignore") + window


def proto(rule: Rule) -> str:
    """Print `proto`; numbers are themselves."""
    return PROTO.get(rule.protocol, rule.protocol)


def sources(rule: Rule) -> tuple[str, ...]:
    """Return the prefixes of `src_ip`; none for any address."""
    return _prefixes(rule.source)


def targets(rule: Rule) -> tuple[str, ...]:
    """Return the prefixes of `dest_ip`; none for any address, and none where a set says it."""
    return () if isinstance(rule.target, Group) else _prefixes(rule.target)


def sets(rule: Rule) -> tuple[str, ...]:
    """Return the name of the set the rule is for, if there is one: a rule has room for one."""
    return (rule.target.name,) if isinstance(rule.target, Group) else ()


def _prefixes(place: Place) -> tuple[str, ...]:
    if isinstance(place, Group):
        return tuple(prefix.cidr for prefix in place.prefixes)
    return () if place.is_any else (place.cidr,)


def ports(spans: tuple[Span, ...]) -> str:
    """Print ports, with blanks between: `80 8000-8080`."""
    return " ".join(str(low) if low == high else f"{low}-{high}" for low, high in spans)


def icmp(rule: Rule) -> str:
    """Print `icmp_type`."""
    if rule.icmp == "packet-too-big" and rule.source.family == 4:
        return FRAGMENTATION
    return ICMP.get(rule.icmp, rule.icmp)


def verdict(action: str) -> str | int:
    """Print `target`."""
    return _one(VERDICT, action, "target")


def named(windows: Mapping[str, Window]) -> tuple[tuple[str, Window], ...]:
    """Return windows with their names."""
    return tuple(windows.items())


def weekdays(days: tuple[Day, ...]) -> str:
    """Print `weekdays`."""
    return " ".join(WEEKDAYS[day] for day in days)


def leases(prefix: Prefix) -> int:
    """Return how many addresses are handed out: all but the network's, the gateway's and the broadcast address."""
    return prefix.last - prefix.first - 2


FILTERS: Final[Mapping[str, Callable[[Any], Any]]] = {
    "cidr": cidr,
    "encryption": encryption,
    "icmp": icmp,
    "leases": leases,
    "named": named,
    "phy": phy,
    "pmf": pmf,
    "ports": ports,
    "posix": posix,
    "proto": proto,
    "section": section,
    "sets": sets,
    "sources": sources,
    "targets": targets,
    "title": title,
    "verdict": verdict,
    "weekdays": weekdays,
    "width": width,
}
