"""Interfaces, VLANs and routes of an EOS configuration: those that are up.

Source: Arista EOS User Manual, "Ethernet Ports", "VLANs", "IPv4", "IPv6".
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterator, Mapping
from typing import Final

from homeroom.errors import ParseError
from homeroom.platforms.access import Bridged, Interface, Route
from homeroom.platforms.tree import Node
from homeroom.prefix import Prefix

_ADDRESS: Final = re.compile(r"(?:ip|ipv6) (?:address (?:virtual )?|virtual-router address )(\S+)(?: secondary)?$")
_NONE: Final = frozenset({"dhcp", "auto-config"})
_PHYSICAL: Final = ("Ethernet", "Port-Channel")
_FORWARDS: Final = ("ip routing", "ip routing ipv6 interfaces", "ipv6 unicast-routing")
_EVERY: Final = frozenset(range(1, 4095))


def sections(root: Node) -> Iterator[Node]:
    """Yield the sections of interfaces."""
    return (node for node in root.children.values() if node.text.startswith("interface "))


def vlan_names(root: Node) -> Mapping[int, str]:
    """Return what each VLAN is called."""
    found: dict[int, str] = {}
    for node in root.children.values():
        kind, _, number = node.text.partition(" ")
        if kind == "vlan" and number.isdecimal():
            said = [line for line in node.children if line.startswith("name ")]
            found[int(number)] = said[-1].removeprefix("name ") if said else f"VLAN{int(number):04d}"
    return found


def interfaces(root: Node) -> Iterator[Interface]:
    """Yield the layer-3 interfaces that are up."""
    for node in sections(root):
        name = node.text.removeprefix("interface ")
        addresses = tuple(_addresses(node))
        if "shutdown" not in node.children and not _switched(name, node) and (addresses or _enabled(node)):
            yield Interface(name, _vlan_behind(name, node), addresses)


def _enabled(node: Node) -> bool:
    return "ipv6 enable" in node.children


def _addresses(node: Node) -> Iterator[tuple[int, Prefix]]:
    for child in node.children.values():
        found = _ADDRESS.match(child.text)
        if found and found[1] not in _NONE:
            try:
                made = ipaddress.ip_interface(found[1])
            except ValueError as error:
                raise ParseError(f"line {child.number}: {node.text}: {child.text!r}: {error}") from error
            yield int(made.ip), Prefix(made.version, int(made.network.network_address), made.network.prefixlen)


def _vlan_behind(name: str, node: Node) -> int:
    if name.startswith("Vlan"):
        return int(name.removeprefix("Vlan"))
    said = next((line for line in node.children if line.startswith("encapsulation dot1q vlan ")), "")
    return int(said.split()[3]) if said else 0


def _switched(name: str, node: Node) -> bool:
    """Tell whether a port bridges: EOS's do unless told otherwise."""
    return name.startswith(_PHYSICAL) and "." not in name and "no switchport" not in node.children


def bridged(root: Node) -> Iterator[Bridged]:
    """Yield the switch ports that are up; a member of a channel is no port of its own."""
    for node in sections(root):
        name = node.text.removeprefix("interface ")
        member = any(line.startswith("channel-group ") for line in node.children)
        if "shutdown" not in node.children and not member and _switched(name, node):
            yield _trunk(name, node) if "switchport mode trunk" in node.children else _outlet(name, node)


def _outlet(name: str, node: Node) -> Bridged:
    return Bridged(name, int(_value(node, "switchport access vlan ", "1")), frozenset())


def _trunk(name: str, node: Node) -> Bridged:
    native = _value(node, "switchport trunk native vlan ", "1")
    untagged = int(native) if native.isdecimal() else 0  # `tag`: what comes without a tag is dropped
    carried = frozenset(_carried(node))
    return Bridged(name, untagged if untagged in carried else 0, carried - {untagged})


def _carried(node: Node) -> set[int]:
    """Return the VLANs of a trunk, as its lines say them one after the other."""
    found = set(_EVERY)
    for child in node.children.values():
        words = child.text.split()
        if words[:4] == ["switchport", "trunk", "allowed", "vlan"]:
            found = _allowed(found, child, words[4:])
    return found


def _allowed(before: set[int], child: Node, words: list[str]) -> set[int]:
    how = words.pop(0) if words and words[0] in {"add", "remove", "except"} else ""
    if words in (["none"], ["all"]):
        return set() if words == ["none"] else set(_EVERY)
    try:
        given = _ids(words)
    except ValueError as error:
        raise ParseError(f"line {child.number}: {child.text!r} is not understood: no list of VLANs") from error
    return {"add": before | given, "remove": before - given, "except": set(_EVERY) - given}.get(how, given)


def _ids(words: list[str]) -> set[int]:
    (text,) = words
    spans = [part.partition("-") for part in text.split(",")]
    return {number for low, _, high in spans for number in range(int(low), int(high or low) + 1)}


def _value(node: Node, start: str, default: str) -> str:
    return next((line.removeprefix(start) for line in node.children if line.startswith(start)), default)


def routes(root: Node) -> Iterator[Route]:
    """Yield the static routes; `via` holds the interface, the next hop, or both."""
    for node in root.children.values():
        words = node.text.split()
        if words[:2] in (["ip", "route"], ["ipv6", "route"]):
            yield _route(node, words[2:])


def _route(node: Node, words: list[str]) -> Route:
    """Read `TARGET VIA... [distance] [tag N] [name X]...`."""
    at = next((n for n, word in enumerate(words) if n and word in {"tag", "name", "metric", "track"}), len(words))
    said = words[1:at]
    number = int(said.pop()) if len(said) > 1 and said[-1].isdecimal() else 1
    wrong = f"line {node.number}: {node.text!r} is not understood"
    if not 1 <= len(said) <= 2:
        raise ParseError(f"{wrong}: it has no next hop")
    try:
        return Route(Prefix.parse(words[0]), " ".join(said), number)
    except ValueError as error:
        raise ParseError(f"{wrong}: {error}") from error


def routes_between(root: Node) -> bool:
    """Tell whether the device forwards packets between its interfaces: EOS does so only when told to."""
    return any(line in root.children for line in _FORWARDS)
