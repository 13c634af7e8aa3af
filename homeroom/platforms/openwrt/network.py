"""/etc/config/network read back: what stands at layer 3 and where its packets go, what is bridged, which VLANs.

Source: https://openwrt.org/docs/guide-user/network/network_configuration and its pages on DSA, routes and rules.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final, NoReturn

from homeroom.platforms.access import Bridged, Interface, Route
from homeroom.platforms.openwrt.sections import Section, by_kind
from homeroom.platforms.tree import Node
from homeroom.policy.model import Family
from homeroom.prefix import ANY, BITS, Prefix

LOOPBACK: Final = "lo"
_TABLES: Final = frozenset({"ip4table", "ip6table"})
_ROUTE: Final = frozenset(
    {"interface", "target", "netmask", "gateway", "metric", "mtu", "onlink", "source", "disabled", "name"}
)
_BRIDGE_VLAN: Final = frozenset({"device", "vlan", "ports", "local", "alias", "name"})
_PLAIN_VLAN: Final = 1
"""What the kernel calls the one network of a bridge that does not look at VLANs."""


@dataclass(frozen=True, slots=True)
class Net:
    """A `config interface` that is up. `live`: it has addresses, or gets them (DHCP, PPP, prefix delegation)."""

    name: str
    device: str
    vlan: int
    addresses: tuple[tuple[int, Prefix], ...]
    routes: tuple[Route, ...]
    dynamic: bool

    @property
    def live(self) -> bool:
        """Tell whether packets for it reach the router."""
        return bool(self.addresses) or self.dynamic

    @property
    def interface(self) -> Interface:
        """Return what every platform calls it: by its kernel's name."""
        return Interface(self.device, self.vlan, self.addresses)


@dataclass(frozen=True, slots=True)
class Network:
    """The package. `nets` keyed by name; the loopback is left out."""

    nets: Mapping[str, Net]
    bridged: tuple[Bridged, ...]
    vlan_names: Mapping[int, str]

    @property
    def routes(self) -> tuple[Route, ...]:
        """Return every static route, in the order of the text."""
        return tuple(route for net in self.nets.values() for route in net.routes)


def network(root: Node) -> Network:
    """Read the package; ParseError with the line of what bears on the path of packets and is not understood."""
    found = by_kind(root, "network")
    for kind in ("rule", "rule6"):
        for section in found.get(kind, ()):
            raise section.wrong("lookup", "policy routing is not understood")
    vids = dict(_tagged(found.get("device", [])))
    interfaces = found.get("interface", [])
    devices = {section.name: section.one("device", section.name) for section in interfaces}
    routes: dict[str, list[Route]] = {}
    families: tuple[tuple[str, Family], ...] = (("route", 4), ("route6", 6))
    for kind, family in families:
        for section in found.get(kind, ()):
            if not section.flag("disabled", missing=False):
                name = section.one("interface")
                routes.setdefault(name, []).append(_route(section, family, devices.get(name, name)))
    nets = {net.name: net for net in _nets(interfaces, devices, vids, routes)}
    names = {net.vlan: net.name for net in nets.values() if net.vlan}
    return Network(nets, tuple(_bridged(found)), names)


def _nets(
    found: list[Section], devices: Mapping[str, str], vids: Mapping[str, int], routes: Mapping[str, list[Route]]
) -> Iterator[Net]:
    for section in found:
        for key in _TABLES & section.options.keys():
            raise section.wrong(key, "a routing table of its own is not understood")
        device = devices[section.name]
        if device.startswith("@"):  # the device of another interface
            device = devices.get(device[1:], device)
        if device == LOOPBACK or section.flag("disabled", missing=False):
            continue
        if section.one("type"):
            raise section.wrong("type", "a bridge is a device of its own since release 21.02")
        proto = section.one("proto")
        static = proto == "static"
        own = tuple(_addresses(section)) if static else ()
        ways = (*(_gateways(section, device) if static else ()), *routes.get(section.name, ()))
        dynamic = proto not in {"static", "none"} or bool(section.one("ip6assign"))
        yield Net(section.name, device, _vlan(device, vids), own, ways, dynamic)


def _tagged(devices: list[Section]) -> Iterator[tuple[str, int]]:
    """Yield the VLAN of each device that is one (802.1Q)."""
    for section in devices:
        if section.one("type") in {"8021q", "8021ad"}:
            yield section.one("name"), _number(section, "vid")


def _vlan(device: str, vids: Mapping[str, int]) -> int:
    number = device.rpartition(".")[2]
    return vids.get(device, int(number) if "." in device and number.isdecimal() else 0)


def _number(section: Section, key: str) -> int:
    said = section.one(key, "0")
    return int(said) if said.isdecimal() else _refuse(section, key, f"'{said}' is no number")


def _refuse(section: Section, key: str, reason: str) -> NoReturn:
    raise section.wrong(key, reason)


def _addresses(section: Section) -> Iterator[tuple[int, Prefix]]:
    mask = section.one("netmask", "255.255.255.255")
    for key in ("ipaddr", "ip6addr"):
        for word in section.many(key):
            bare = mask if key == "ipaddr" else "128"
            yield _interface(section, key, word if "/" in word else f"{word}/{bare}")


def _interface(section: Section, key: str, word: str) -> tuple[int, Prefix]:
    try:
        made = ipaddress.ip_interface(word)
    except ValueError as error:
        raise section.wrong(key, str(error)) from error
    return int(made), Prefix(made.version, int(made.network.network_address), made.network.prefixlen)


def _gateways(section: Section, device: str) -> Iterator[Route]:
    families: tuple[tuple[str, Family], ...] = (("gateway", 4), ("ip6gw", 6))
    for key, family in families:
        if section.one(key):
            yield Route(ANY[family], _via(section.one(key), device), _number(section, "metric"))


def _via(gateway: str, device: str) -> str:
    """Return the next hop, or the interface where the next hop is the link's own or none is named."""
    return device if not gateway or gateway.lower().startswith("fe80:") else gateway


def _route(section: Section, family: Family, device: str) -> Route:
    section.only(_ROUTE)
    word = section.one("target", "0.0.0.0/0" if family == 4 else "::/0")
    mask = section.one("netmask", str(BITS[family]))
    _, target = _interface(section, "target", word if "/" in word else f"{word}/{mask}")
    return Route(target, _via(section.one("gateway"), device), _number(section, "metric"))


def _bridged(found: Mapping[str, list[Section]]) -> Iterator[Bridged]:
    """Yield the ports of bridges: by `bridge-vlan` sections where they look at VLANs, else all in one network."""
    devices = found.get("device", [])
    closed = {section.one("name") for section in devices if not section.flag("enabled", missing=True)}
    untagged = {
        port: 0 if section.flag("vlan_filtering", missing=_has_vlans(section, found)) else _PLAIN_VLAN
        for section in devices
        if section.one("type") == "bridge"
        for port in section.many("ports")
    }
    tagged: dict[str, set[int]] = {}
    for section in found.get("bridge-vlan", ()):
        for port, flags, vlan in _members(section):
            if "t" in flags:
                tagged.setdefault(port, set()).add(vlan)
            if not flags or "*" in flags:
                untagged[port] = vlan
    for port in dict.fromkeys((*untagged, *tagged)):
        if port not in closed:
            yield Bridged(port, untagged.get(port, 0), frozenset(tagged.get(port, ())))


def _members(section: Section) -> Iterator[tuple[str, str, int]]:
    """Yield the ports of a `bridge-vlan` with their flags: t tagged, u untagged, * what comes in untagged."""
    section.only(_BRIDGE_VLAN)
    for word in section.many("ports"):
        port, _, flags = word.partition(":")
        if flags.strip("tu*"):
            raise section.wrong("ports", f"'{word}' is not understood")
        yield port, flags, _number(section, "vlan")


def _has_vlans(bridge: Section, found: Mapping[str, list[Section]]) -> bool:
    return any(section.one("device") == bridge.one("name") for section in found.get("bridge-vlan", ()))
