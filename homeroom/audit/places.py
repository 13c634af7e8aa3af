"""What rules are repeated for and compared with: the ports, networks and planned values of one device's intent."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable, Iterable, Mapping
from typing import Final, TypeAlias

from homeroom.audit.checks import Each, Planned
from homeroom.intent.model import Intent, Port, Segment, Wlan
from homeroom.prefix import Prefix

Named: TypeAlias = Mapping[str, str]
"""Attribute -> value, as `%attribute%` of a pattern means it."""

_WILDCARD: Final = re.compile(r"(\d+(?:\.\d+){3})\s+(\d+(?:\.\d+){3})")


def device(intent: Intent) -> Named:
    """Return the attributes that every demand may use."""
    managed = intent.management
    return {
        "host": intent.device.name,
        "domain": intent.device.domain,
        "user": managed.user,
        "location": managed.location,
        "mgmt_vlan": str(managed.vlan),
        "mgmt4": managed.v4,
        "mgmt6": managed.v6,
        "gateway4": managed.gateway4,
    }


def each(intent: Intent, name: Each) -> tuple[Named, ...]:
    """Return what a demand is repeated for; empty when the device has none of it."""
    return tuple(_EACH[name](intent))


def planned(intent: Intent, name: Planned) -> frozenset[str]:
    """Return the values that the plan has."""
    return frozenset(_PLANNED[name](intent))


def plain(name: Planned, text: str) -> str:
    """Bring what a device writes into the plan's spelling: a prefix may be a wildcard or mask, a host, upper case."""
    return _prefix(text) if name in ("noc4", "noc6") else _address(text)


def parts(name: Planned, text: str) -> Iterable[str]:
    """Return the values that a text holds, in the plan's spelling: where both families stand in a row, several."""
    if name != "noc":
        return (plain(name, text),)
    pieces = (piece.strip().removeprefix("list src_ip ").strip("'") for piece in re.split("[,;]", text))
    return (_prefix(piece) for piece in pieces if piece)


def _prefix(text: str) -> str:
    words = text.removeprefix("host ").strip()
    pair = _WILDCARD.fullmatch(words)
    try:
        return str(ipaddress.ip_network("/".join(pair.groups()) if pair else words))
    except ValueError:
        return text


def _address(text: str) -> str:
    try:
        return str(ipaddress.ip_address(text)) if ":" in text else text
    except ValueError:
        return text


def _ports(chosen: Callable[[Port], bool]) -> Callable[[Intent], Iterable[Named]]:
    return lambda intent: [
        {"port": port.name, "vlan": str(port.vlan), "role": port.role, "description": port.description}
        for port in intent.ports
        if chosen(port)
    ]


def _segments(chosen: Callable[[Segment], bool]) -> Callable[[Intent], Iterable[Named]]:
    names = ("role", "gateway4", "gateway6", "resolver4", "resolver6", "acl4", "acl6")
    return lambda intent: [
        {"vlan": str(segment.vlan), "list": segment.role.upper(), **{name: getattr(segment, name) for name in names}}
        for segment in intent.segments
        if chosen(segment)
    ]


def _wlans(chosen: Callable[[Wlan], bool]) -> Callable[[Intent], Iterable[Named]]:
    return lambda intent: [
        {"ssid": wlan.ssid, "role": wlan.role, "profile": wlan.role.upper(), "vlan": str(wlan.vlan)}
        for wlan in intent.wlans
        if chosen(wlan)
    ]


_EACH: Final[Mapping[Each, Callable[[Intent], Iterable[Named]]]] = {
    "ports.access": _ports(lambda port: port.mode == "access"),
    "ports.user": _ports(lambda port: port.mode == "access" and port.role != "management"),
    "ports.unused": _ports(lambda port: port.mode == "unused"),
    "ports.trunk": _ports(lambda port: port.mode == "trunk"),
    "ports.all": _ports(lambda _: True),
    "trunks": lambda intent: [{"port": name} for name in intent.trunks],
    "uplinks": lambda intent: [
        {"port": uplink.interface, "peer4": uplink.peer4, "address4": uplink.v4} for uplink in intent.uplinks
    ],
    "segments": _segments(lambda _: True),
    "segments.routed": _segments(lambda segment: segment.routed),
    "segments.filtered": _segments(lambda segment: segment.routed and bool(segment.resolver4)),
    "wlans": _wlans(lambda _: True),
    "wlans.secure": _wlans(lambda wlan: wlan.security == "enterprise"),
    "wlans.open": _wlans(lambda wlan: wlan.security != "enterprise"),
    "wlans.isolated": _wlans(lambda wlan: wlan.isolate),
    "radios": lambda intent: [{"radio": radio.name, "band": radio.band} for radio in intent.radios],
}


def _radius(intent: Intent) -> Iterable[str]:
    return (*(intent.admission.radius if intent.admission else ()), *(s for wlan in intent.wlans for s in wlan.radius))


def _texts(prefixes: Iterable[Prefix]) -> Iterable[str]:
    return map(str, prefixes)


_PLANNED: Final[Mapping[Planned, Callable[[Intent], Iterable[str]]]] = {
    "host_name": lambda intent: (intent.device.name, f"{intent.device.name}.{intent.device.domain}"),
    "vlans": lambda intent: (f"{segment.vlan} {segment.role}" for segment in intent.segments),
    "ssids": lambda intent: (wlan.ssid for wlan in intent.wlans),
    "syslog": lambda intent: intent.management.syslog,
    "ntp": lambda intent: intent.management.ntp,
    "radius": _radius,
    "noc4": lambda intent: _texts(intent.management.noc4),
    "noc6": lambda intent: _texts(intent.management.noc6),
    "users": lambda intent: (intent.management.user,),
    "resolvers": lambda intent: (r for s in intent.segments for r in (s.resolver4, s.resolver6) if r),
    "location": lambda intent: (intent.management.location,),
    "software": lambda intent: intent.device.software,
    "noc": lambda intent: _texts((*intent.management.noc4, *intent.management.noc6)),
    "mgmt4": lambda intent: (intent.management.v4,),
    "mgmt6": lambda intent: (intent.management.v6,),
}
