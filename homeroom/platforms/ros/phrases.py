"""How RouterOS 7 says what the intent holds: the filters of templates/ros, spelled as `/export` prints."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Final

from homeroom.errors import RenderError
from homeroom.intent.model import Management, Port, Radio, Segment, Wlan
from homeroom.platforms.ros.numbers import COUNTRIES, DAYS, DSCP, ICMP, PROTOCOLS
from homeroom.policy.model import WAN, Family, Group, Place, Rule, Span, Window
from homeroom.prefix import Prefix

_ACTIONS: Final = {"permit": "accept", "deny": "drop", "reject": "reject"}
_BANDS: Final = {"2g": ("2ghz-ax", "20mhz"), "5g": ("5ghz-ax", "20/40/80mhz")}
_SECURITY: Final = {
    "enterprise": "authentication-types=wpa2-eap,wpa3-eap management-protection=allowed",
    "owe": "authentication-types=owe management-protection=required",
}
"""WPA3 and OWE always protect management frames; beside WPA2 each client decides (`allowed`)."""
_LOWEST: Final = 8
"""The last of HTB's priorities."""


def entry(prefix: Prefix) -> str:
    """Print a prefix as RouterOS does: an IPv4 host is bare, an IPv6 host has its length."""
    return prefix.network if prefix.family == 4 and prefix.is_host else prefix.cidr


def noc(management: Management) -> str:
    """Print where management may come from, both families, as `/ip service` prints addresses: each with its length."""
    return ",".join(prefix.cidr for prefix in (*management.noc4, *management.noc6))


def entering(role: str) -> str:
    """Print the matcher of what comes in from a role, or by an uplink."""
    return "in-interface-list=WAN" if role == WAN else f"in-interface={role}"


def access(said: tuple[str, Rule, Mapping[str, Window]]) -> str:
    """Print a rule of a chain, its properties in RouterOS's order: by name."""
    chain, rule, windows = said
    properties = {"action": _ACTIONS[rule.action], "chain": chain, **dict(_matchers(rule, windows))}
    if rule.log:
        properties |= {"log": "yes", "log-prefix": chain}
    return " ".join(f"{name}={properties[name]}" for name in sorted(properties))


def _matchers(rule: Rule, windows: Mapping[str, Window]) -> Iterator[tuple[str, str]]:
    family: Family = 4 if rule.source.family == 4 else 6
    yield from _place("src", rule.source)
    yield from _place("dst", rule.target)
    if rule.protocol != "ip":
        yield "protocol", PROTOCOLS[family].get(rule.protocol, rule.protocol)
    if rule.sports:
        yield "src-port", _ports(rule.sports)
    if rule.dports:
        yield "dst-port", _ports(rule.dports)
    if rule.icmp:
        kind, low, high = ICMP[family][rule.icmp]
        yield "icmp-options", f"{kind}:{low}-{high}" if low != high else f"{kind}:{low}"
    if rule.established:
        yield "connection-state", "established,related"
    if rule.action == "reject":
        yield "reject-with", "tcp-reset" if rule.protocol == "tcp" else "icmp-admin-prohibited"
    if rule.window:
        yield from (("comment", rule.window), ("time", _time(windows[rule.window])))


def _place(side: str, place: Place) -> Iterator[tuple[str, str]]:
    if isinstance(place, Group):
        yield f"{side}-address-list", place.name
    elif place.length:
        yield f"{side}-address", entry(place)


def _ports(spans: Sequence[Span]) -> str:
    return ",".join(f"{low}" if low == high else f"{low}-{high}" for low, high in spans)


def _time(window: Window) -> str:
    """Print hours and days: `7h30m-20h,mon,tue`, the days in RouterOS's order."""
    days = [day for day in DAYS if day in window.days]
    return f"{_clock(window.start)}-{_clock(window.until)},{','.join(days)}"


def _clock(text: str) -> str:
    hours, _, minutes = text.partition(":")
    printed = (f"{int(hours)}h" if int(hours) else "") + (f"{int(minutes)}m" if int(minutes) else "")
    return printed or "0s"


def tagged(
    said: tuple[Segment, Management, Sequence[str], Sequence[Port], Sequence[Radio], Sequence[Wlan]],
) -> str:
    """Print the tagged members of a segment's VLAN: the bridge itself where the device has an address in it."""
    segment, management, trunks, ports, radios, wlans = said
    own = ["bridge"] if segment.routed or segment.vlan == management.vlan else []
    carried = [port.name for port in ports if segment.vlan in port.vlans]
    on_air = [
        radio.name if number == 0 else f"{radio.name}-{wlan.role}"
        for radio in radios
        for number, wlan in enumerate(wlans)
        if segment.vlan == wlan.vlan or segment.role in wlan.roles
    ]
    return ",".join([*own, *trunks, *carried, *on_air])


def pool(network: Prefix) -> str:
    """Print the addresses to hand out: all but the network's, the gateway's and the broadcast's."""
    return f"{network.address(2)}-{network.address(-2)}"


def rate(kbps: int) -> str:
    """Print a rate as RouterOS does: `50M`, `2500k`."""
    return f"{kbps // 1000}M" if kbps % 1000 == 0 else f"{kbps}k"


def part(said: tuple[int, int]) -> str:
    """Print a percentage of a rate."""
    kbps, percent = said
    return rate(kbps * percent // 100)


def priority(number: int) -> int:
    """Print the priority of a class by its place: HTB knows eight, the first one first."""
    return min(number, _LOWEST)


def dscp(name: str) -> int:
    """Print a code point by its number (RFC 2474, RFC 2597, RFC 3246)."""
    return DSCP[name]


def country(code: str) -> str:
    """Print a country as RouterOS names it."""
    if code not in COUNTRIES:
        raise RenderError(
            f"nobody knows what RouterOS calls country {code}: add it to homeroom/platforms/ros/numbers.py"
        )
    return COUNTRIES[code]


def band(name: str) -> str:
    """Print a radio's band; RenderError for one that these radios have not."""
    return _radio(name)[0]


def width(name: str) -> str:
    """Print the channel widths of a band: 20 MHz where the band has room for three networks."""
    return _radio(name)[1]


def _radio(name: str) -> tuple[str, str]:
    if name not in _BANDS:
        raise RenderError(f"RouterOS radios have no band {name}; they have {', '.join(_BANDS)}")
    return _BANDS[name]


def security(name: str) -> str:
    """Print how a network is secured; RenderError for an open one."""
    if name not in _SECURITY:
        raise RenderError(f"a network with security {name} is not put on air")
    return _SECURITY[name]


FILTERS: Final[Mapping[str, Callable[[Any], Any]]] = {
    "access": access,
    "band": band,
    "country": country,
    "dscp": dscp,
    "entering": entering,
    "entry": entry,
    "noc": noc,
    "part": part,
    "pool": pool,
    "priority": priority,
    "rate": rate,
    "security": security,
    "tagged": tagged,
    "width": width,
}
