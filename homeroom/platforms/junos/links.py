"""Interfaces and VLANs of a Junos configuration: what has an address, what is bridged into which VLAN.

Source: "Interfaces User Guide" (interface ranges, logical units), "Ethernet Switching User Guide" (ELS and before).
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from homeroom.platforms.access import Bridged, Interface
from homeroom.platforms.junos.book import prefix
from homeroom.platforms.junos.stems import NOTHING, Stem, only, wrong
from homeroom.policy.model import Family
from homeroom.prefix import Prefix

_APART: Final = re.compile(r"(lo|fxp|em|me|vme|dsc|gre|ipip|lsi|mtun|pimd|pime|tap)\d*(\.\d+)?$")
"""Interfaces that forward nothing: of the device itself or of its management."""
_FAMILIES: Final[Mapping[str, Family]] = {"inet": 4, "inet6": 6}
_FOREIGN: Final = frozenset({"bridge", "vpls", "ccc", "tcc", "any"})
_INET: Final = frozenset(
    ("address", "filter", "rpf-check", "dhcp", "dhcp-client", "dhcpv6-client", "mtu", "no-redirects", "sampling",
     "targeted-broadcast", "dad-disable", "primary", "no-neighbor-learn", "ndp-proxy", "unnumbered-address", "policer",
     "negotiate-address")
)  # fmt: skip
_SWITCHING: Final = frozenset(
    ("interface-mode", "port-mode", "vlan", "native-vlan-id", "storm-control", "recovery-timeout", "filter")
)
_VLAN: Final = frozenset(
    ("description", "vlan-id", "vlan-range", "vlan-id-list", "interface", "l3-interface", "forwarding-options",
     "switch-options", "no-mac-learning", "mac-limit", "filter")
)  # fmt: skip


_DIGITS: Final = 5
"""No range goes to a number of so many digits: there are 4094 VLANs, and fewer ports."""


@dataclass(frozen=True, slots=True)
class Filtered:
    """A firewall filter on a logical interface."""

    interface: str
    family: Family
    output: bool
    name: str
    stem: Stem


@dataclass(slots=True)
class Links:
    """What a configuration makes of the box. `learning`: interfaces whose addresses a server gives."""

    interfaces: list[Interface] = field(default_factory=list[Interface])
    bridged: list[Bridged] = field(default_factory=list[Bridged])
    filters: list[Filtered] = field(default_factory=list[Filtered])
    vlans: dict[str, tuple[int, ...]] = field(default_factory=dict[str, tuple[int, ...]])
    learning: list[str] = field(default_factory=list[str])


@dataclass(slots=True)
class _Vlans:
    """What VLANs say of interfaces: which is the gateway of a VLAN, which are in it."""

    gateways: dict[str, int] = field(default_factory=dict[str, int])
    joined: dict[str, list[str]] = field(default_factory=dict[str, list[str]])


def links(root: Stem) -> Links:
    """Read interfaces and VLANs; ParseError at what may decide who reaches whom and is not understood."""
    found = Links()
    vlans = _Vlans()
    for name, stem in root.at("vlans").items():
        _vlan(found, name, stem)
        vlans.gateways |= dict.fromkeys(stem.at("l3-interface"), (found.vlans[name] or (0,))[0])
        for port in stem.at("interface"):
            vlans.joined.setdefault(_unit_name(port), []).append(name)
    for port, stem in _ports(root.at("interfaces")).items():
        if "disable" not in stem:
            for number, unit in stem.at("unit").items():
                if "disable" not in unit:
                    _unit(found, f"{port}.{number}", stem, unit, vlans)
    return found


def _unit_name(port: str) -> str:
    return port if "." in port else f"{port}.0"


def _vlan(found: Links, name: str, stem: Stem) -> None:
    only(stem, _VLAN, f"vlans {name}")
    for at in (stem, stem.at("forwarding-options")):
        if "filter" in at:
            raise wrong(at["filter"], f"vlans {name} filter")
    words = [*stem.at("vlan-id"), *stem.at("vlan-id-list"), *stem.at("vlan-range")]
    found.vlans[name] = tuple(number for word in words for number in _numbers(word, stem, f"vlans {name}"))


def _numbers(word: str, stem: Stem, said: str) -> range:
    low, _, high = word.partition("-")
    if word == "none":
        return range(0)
    if not (low.isdecimal() and (high or low).isdecimal() and len(high) < _DIGITS):
        raise wrong(stem, f"{said} {word}")
    return range(int(low), int(high or low) + 1)


# --- ports and units


def _ports(stem: Stem) -> Mapping[str, Stem]:
    """Return the ports, with what ranges of them say put in."""
    for name, port in stem.items():
        if "." in name:
            raise wrong(port, f"interfaces {name}", "a logical interface is a unit of its port")
    ranges = stem.at("interface-range")
    if not ranges:
        return {name: port for name, port in stem.items() if name != "interface-range"}
    ports = Stem()
    for name, one in ranges.items():
        for member in _range(one, name):
            _copy(one, ports.grow([member], one.line), {"member", "member-range", "description"})
    _copy(stem, ports, {"interface-range"})
    return ports


def _range(stem: Stem, name: str) -> Iterator[str]:
    for member, at in stem.at("member").items():
        if re.search(r"[*\[\]]", member):
            raise wrong(at, f"interface-range {name} member {member}", "which ports these are, the text does not say")
        yield member
    for first, at in stem.at("member-range").items():
        head, _, low = first.rpartition("/")
        last = at.at("to").word()
        high = last.rpartition("/")[2]
        if not (low.isdecimal() and high.isdecimal() and len(high) < _DIGITS and last.startswith(f"{head}/")):
            raise wrong(at, f"interface-range {name} member-range {first} to {last}")
        yield from (f"{head}/{number}" for number in range(int(low), int(high) + 1))


def _copy(source: Stem, into: Stem, without: set[str]) -> None:
    for word, under in source.items():
        if word not in without:
            _copy(under, into.grow([word], under.line), set())


def _unit(found: Links, name: str, port: Stem, unit: Stem, vlans: _Vlans) -> None:
    families = unit.at("family")
    for word, stem in families.items():
        if word in _FOREIGN:
            raise wrong(stem, f"interfaces {name} family {word}")
    for word, family in _FAMILIES.items():
        if word in families:
            _inet(found, name, family, families[word])
    switching = families.get("ethernet-switching")
    if switching is not None:
        found.bridged.append(_bridged(found, name, port, switching, vlans.joined.get(name, [])))
    elif not _APART.match(name) and any(word in families for word in _FAMILIES):
        vlan = vlans.gateways.get(name, unit.at("vlan-id").number(0))
        found.interfaces.append(Interface(name, vlan, tuple(_addresses(families))))


def _inet(found: Links, name: str, family: Family, stem: Stem) -> None:
    only(stem, _INET, f"interfaces {name} family {'inet' if family == 4 else 'inet6'}")
    if stem.keys() & {"dhcp", "dhcp-client", "dhcpv6-client", "negotiate-address", "unnumbered-address"}:
        found.learning.append(name)
    for way, at in stem.at("filter").items():
        if way not in {"input", "output"}:
            raise wrong(at, f"interfaces {name} filter {way}")
        said = [word for word in at if word != "precedence"]
        found.filters += [Filtered(name, family, way == "output", word, at[word]) for word in said]


def _addresses(families: Stem) -> Iterator[tuple[int, Prefix]]:
    for word in _FAMILIES:
        for text, stem in families.at(word, "address").items():
            try:
                own = int(ipaddress.ip_interface(text).ip)
                yield own, prefix(text)
            except ValueError as error:
                raise wrong(stem, f"address {text}") from error


def _bridged(found: Links, name: str, port: Stem, stem: Stem, joined: list[str]) -> Bridged:
    """Read a switch port. On a trunk untagged frames go to the native VLAN, and nowhere without one."""
    only(stem, _SWITCHING, f"interfaces {name} family ethernet-switching")
    if "filter" in stem:
        raise wrong(stem["filter"], f"interfaces {name} family ethernet-switching filter")
    mode = stem.at("interface-mode").word() or stem.at("port-mode").word() or "access"
    words = {**dict.fromkeys(joined, NOTHING), **stem.at("vlan", "members")}
    members = {number for word, at in words.items() for number in _members(found, word, at or stem, name)}
    native = port.at("native-vlan-id").number(0) or stem.at("native-vlan-id").number(0)
    if mode == "access":
        if len(members) > 1:
            raise wrong(stem, f"interfaces {name} vlan members", "an access port has one VLAN")
        return Bridged(name, next(iter(members), 1), frozenset())
    if mode != "trunk":
        raise wrong(stem, f"interfaces {name} interface-mode {mode}")
    return Bridged(name, native, frozenset(members - {native}))


def _members(found: Links, word: str, stem: Stem, name: str) -> tuple[int, ...] | range:
    if word == "all":
        return tuple(number for numbers in found.vlans.values() for number in numbers)
    if word in found.vlans:
        return found.vlans[word]
    if word == "default":
        return (1,)
    return _numbers(word, stem, f"interfaces {name} vlan members")
