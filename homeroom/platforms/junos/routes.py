"""Static routes of a Junos configuration, and where each zone leads by them.

Source: "Protocol-Independent Routing Properties User Guide" (static routes, qualified next hops, preferences).
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator, Sequence
from typing import Final

from homeroom.platforms.access import Interface, Route
from homeroom.platforms.junos.book import prefix
from homeroom.platforms.junos.links import Links
from homeroom.platforms.junos.stems import Stem, only, wrong
from homeroom.platforms.junos.zones import Zone
from homeroom.policy.model import Family
from homeroom.policy.regions import Spans, minus, union
from homeroom.prefix import Prefix

PREFERENCE: Final = 5
"""Of a static route that says none."""
_DYNAMIC: Final = ("bgp", "isis", "ospf", "ospf3", "rip", "ripng")
_OPTIONS: Final = frozenset(
    ("static", "rib", "router-id", "autonomous-system", "graceful-restart", "forwarding-table", "nonstop-routing",
     "options", "max-interface-supported", "resolution", "warm-standby", "martians", "aggregate", "generate")
)  # fmt: skip
_ROUTE: Final = frozenset(
    ("next-hop", "qualified-next-hop", "discard", "reject", "receive", "preference", "metric", "no-readvertise",
     "readvertise", "retain", "no-retain", "no-resolve", "install", "no-install", "active", "passive", "tag",
     "community", "no-install-to-fib", "bfd-liveness-detection")
)  # fmt: skip
_NOWHERE: Final = ("discard", "reject", "receive")
_TABLES: Final = {"inet.0", "inet6.0"}


def routes(root: Stem) -> tuple[Route, ...]:
    """Read the static routes; ParseError at routes that lead into another table."""
    stem = root.at("routing-options")
    only(stem, _OPTIONS, "routing-options")
    tables = [stem.at("static")]
    for name, rib in stem.at("rib").items():
        if name not in _TABLES:
            raise wrong(rib, f"routing-options rib {name}")
        tables.append(rib.at("static"))
    return tuple(route for table in tables for route in _static(table))


def _static(table: Stem) -> Iterator[Route]:
    default = table.at("defaults", "preference").number(PREFERENCE)
    for text, stem in table.at("route").items():
        only(stem, _ROUTE, f"static route {text}")
        try:
            target = prefix(text)
        except ValueError as error:
            raise wrong(stem, f"static route {text}") from error
        own = stem.at("preference").number(default)
        yield from (Route(target, hop, own) for hop in stem.at("next-hop"))
        yield from (Route(target, word, own) for word in _NOWHERE if word in stem)
        for hop, under in stem.at("qualified-next-hop").items():
            yield Route(target, under.at("interface").word() or hop, under.at("preference").number(own))


class Reach:
    """Where zones lead: which destinations leave by an interface of theirs, by the longest matching route."""

    def __init__(self, root: Stem, found: Links, zones: Sequence[Zone], static: Sequence[Route]) -> None:
        protocols = root.at("protocols")
        self._known = not found.learning and not any(name in protocols for name in _DYNAMIC)
        self._zones = {port: zone.name for zone in zones for port in zone.inbound}
        self._interfaces = found.interfaces
        self._static = static
        self._spans: dict[tuple[str, Family], Spans] = {}

    def of(self, zone: str, family: Family) -> Spans | None:
        """Return the destinations of a family that leave by a zone; None when routes are learned."""
        if not self._known:
            return None
        if not self._spans:
            self._paint()
        return self._spans.get((zone, family), ())

    def _paint(self) -> None:
        """Give every address to the zone of the longest prefix that holds it."""
        families: tuple[Family, ...] = (4, 6)
        for family in families:
            taken: Spans = ()
            entries = [entry for entry in self._entries() if entry[0].family == family]
            for target, zones in _longest(entries):
                rest = minus(((target.first, target.last),), taken)
                taken = union((*taken, *rest))
                for zone in zones:
                    own = self._spans.get((zone, family), ())
                    self._spans[zone, family] = union((*own, *rest))

    def _entries(self) -> Iterator[tuple[Prefix, str]]:
        up = {interface.name for interface in self._interfaces}
        for interface in self._interfaces:
            for _, net in interface.addresses:
                yield net, self._zones.get(interface.name, "")
        for route in self._static:
            port = route.via if route.via in up else _leaves(route.via, self._interfaces)
            if port or route.via in _NOWHERE:  # a route whose next hop is on no interface that is up is none
                yield route.target, self._zones.get(port, "")


def _longest(entries: Sequence[tuple[Prefix, str]]) -> Iterator[tuple[Prefix, set[str]]]:
    """Yield prefixes with the zones they lead to, the longest first; a backup route leads there, too."""
    by_prefix: dict[Prefix, set[str]] = {}
    for target, zone in entries:
        by_prefix.setdefault(target, set()).add(zone)
    yield from sorted(by_prefix.items(), key=lambda entry: -entry[0].length)


def _leaves(via: str, interfaces: Sequence[Interface]) -> str:
    """Return the interface whose network holds a next hop."""
    try:
        hop = ipaddress.ip_address(via)
    except ValueError:
        return ""
    value = int(hop)
    for interface in interfaces:
        for _, net in interface.addresses:
            if net.family == hop.version and net.first <= value <= net.last:
                return interface.name
    return ""
