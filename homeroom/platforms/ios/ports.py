"""Interfaces read back: addresses, VLANs, lists in force; what would decide about packets and is not read is an error.

Source: Cisco IOS XE 17 Interface, LAN Switching and IP Addressing Command References.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final, Literal

from homeroom.errors import ParseError
from homeroom.platforms.access import Applied, Bridged, Interface
from homeroom.platforms.ios.strays import loose
from homeroom.platforms.tree import Node
from homeroom.policy.model import Family
from homeroom.prefix import Prefix

_APPLY: Final = re.compile(r"(ip access-group|ipv6 traffic-filter) (\S+) (in|out)$")
_DECIDES: Final = re.compile(
    r"(?:ip|ipv6) (?:access-group|traffic-filter|nat |policy |inspect |vrf |wccp |admission |ips |urlfilter|redirect)|"
    r"vrf |zone-member |mac access-group |bridge-group |crypto map|cts |xconnect |service instance |umbrella |"
    r"nat6[46] |utd |source template |l2protocol-tunnel|service-policy type |switchport private-vlan |"
    r"switchport mode (?:private-vlan|dot1q-tunnel)"
)
"""Lines of an interface that bear on what passes and are not read."""
_NAME: Final = re.compile(
    r"Vlan[1-9]\d{0,3}$|(?!Vlan|\S*,)\S+(?: \d[\d/]*| (?:multi|point-to-(?:multi)?)point)?$", re.IGNORECASE
)
_LETTERS: Final = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz- "
_VIRTUAL: Final = ("Loopback", "Tunnel", "Vlan", "BDI", "Dialer", "Virtual", "Null", "NVI", "LISP", "Async", "Cellular")
TOP_VLAN: Final = 4094
ALL_VLANS: Final = frozenset(range(1, TOP_VLAN + 1))
NO_VLAN: Final = frozenset[int]()


@dataclass(slots=True)
class _Port:
    """What an interface's lines say."""

    name: str
    addresses: list[tuple[int, Prefix]] = field(default_factory=list[tuple[int, Prefix]])
    layer3: bool = False
    """It has addresses, or makes its own."""
    routed: bool = False
    """It has none, and bridges nothing either."""
    shut: bool = False
    mode: str = "dynamic"
    access: int = 1
    native: int = 1
    voice: int = 0
    allowed: frozenset[int] = ALL_VLANS
    tag: int = 0
    """The VLAN of a subinterface."""


@dataclass(frozen=True, slots=True)
class Ports:
    """All interfaces of a configuration."""

    applied: tuple[Applied, ...]
    interfaces: tuple[Interface, ...]
    bridged: tuple[Bridged, ...]


def ports(root: Node) -> Ports:
    """Read every interface; ParseError with the line when one bears on what passes and is not understood."""
    applied: list[Applied] = []
    interfaces: list[Interface] = []
    bridged: list[Bridged] = []
    tagged = "vlan dot1q tag native" in root.children
    seen: set[tuple[str, str]] = set()
    for node in root.children.values():
        if node.text.startswith("interface "):
            port = _Port(node.text.removeprefix("interface "))
            if not _NAME.match(port.name):
                raise ParseError(f"line {node.number}: {node.text!r} is not understood: no one interface is called so")
            kind, number = port.name[:2].lower(), port.name.lstrip(_LETTERS)
            if (kind, number) in seen and number:
                raise ParseError(f"line {node.number}: {node.text!r}: it seems to stand above, by another name")
            seen.add((kind, number))
            applied += _read(node, port)
            if port.shut:
                continue
            if port.layer3:
                interfaces.append(Interface(port.name, _vlan(port), tuple(port.addresses)))
            elif not (port.routed or port.name.startswith(_VIRTUAL) or "." in port.name):
                bridged.append(_bridged(port, untagged=not tagged))
    return Ports(tuple(applied), tuple(interfaces), tuple(bridged))


def _read(node: Node, port: _Port) -> Iterator[Applied]:
    """Read the lines of an interface into `port`; yield the lists in force on it."""
    lines = node.children
    taken: set[tuple[str, str]] = set()
    port.shut = "shutdown" in lines and "no shutdown" not in lines
    for child in lines.values():
        text = child.text
        found = _APPLY.match(text)
        if found:
            if (found[1], found[3]) in taken:
                raise ParseError(f"line {child.number}: {node.text}: {text!r}: another list is applied there too")
            taken.add((found[1], found[3]))
            family: Family = 4 if found[1] == "ip access-group" else 6
            hook: Literal["in", "out"] = "in" if found[3] == "in" else "out"
            yield Applied(port.name, hook, family, found[2])
        elif (_DECIDES.match(text) or loose(text)) and not port.shut:
            raise ParseError(f"line {child.number}: {node.text}: {text!r} is not understood")
        else:
            try:
                _line(text, port)
            except ValueError as error:
                raise ParseError(f"line {child.number}: {node.text}: {text!r} is not understood: {error}") from error


def _line(text: str, port: _Port) -> None:
    if text.startswith("switchport "):
        _switched(text.split()[1:], port)
    elif text.startswith(("ip address ", "ip unnumbered ")):
        port.layer3 = True
        words = text.split()
        if words[1] == "address" and "." in "".join(words[2:3]):
            if len(words) == 3:
                raise ValueError("its mask is missing")
            _address(words[2], f"{words[2]}/{words[3]}", port)
    elif text.startswith("ipv6 address ") or text == "ipv6 enable":
        port.layer3 = True
        word = text.split(maxsplit=2)[-1].partition(" ")[0]
        if "/" in word:
            _address(word.partition("/")[0], word, port)
    elif text in {"no ip address", "no switchport"}:
        port.routed = True
    elif text.startswith("encapsulation dot1Q "):
        port.tag = int(text.split()[2])


def _address(address: str, network: str, port: _Port) -> None:
    net = ipaddress.ip_interface(network).network
    prefix = Prefix(4 if net.version == 4 else 6, int(net.network_address), net.prefixlen)
    port.addresses.append((int(ipaddress.ip_address(address)), prefix))


def _switched(words: list[str], port: _Port) -> None:
    match words:
        case ["mode", mode, *_]:
            port.mode = mode
        case ["access", "vlan", vlan]:
            port.access = int(vlan)
        case ["trunk", "native", "vlan", "tag"]:
            port.native = 0
        case ["trunk", "native", "vlan", vlan]:
            port.native = int(vlan)
        case ["trunk", "allowed", "vlan", "add", *vlans]:
            port.allowed = port.allowed | vlan_set("".join(vlans))
        case ["trunk", "allowed", "vlan", vlans]:
            port.allowed = vlan_set(vlans)
        case ["voice", "vlan", vlan] if vlan.isdecimal():
            port.voice = int(vlan)
        case ["trunk", "encapsulation", "dot1q" | "negotiate"]:
            pass
        case ["trunk", *_] | ["access", *_]:
            raise ValueError("no VLAN stands there")
        case _:
            pass


def vlan_set(text: str) -> frozenset[int]:
    """Read a list of VLANs: `10,20-30`; ValueError when it is none."""
    if text in {"all", "none"}:
        return ALL_VLANS if text == "all" else NO_VLAN
    found: set[int] = set()
    for part in text.split(","):
        low, _, high = part.partition("-")
        first, last = int(low), int(high or low)
        if not 0 < first <= last <= TOP_VLAN:
            raise ValueError(f"{part} are no VLANs")
        found.update(range(first, last + 1))
    return frozenset(found)


def _vlan(port: _Port) -> int:
    """Return the VLAN behind an interface, 0 when there is none."""
    return int(port.name.removeprefix("Vlan")) if port.name.startswith("Vlan") else port.tag


def _bridged(port: _Port, *, untagged: bool) -> Bridged:
    """Return what a switched port carries; one that may become a trunk (DTP) carries what a trunk would."""
    voice = frozenset({port.voice}) if port.voice else NO_VLAN
    if port.mode == "access":
        return Bridged(port.name, port.access, voice)
    native = port.native if untagged and port.native in port.allowed else 0
    if port.mode == "trunk":
        return Bridged(port.name, native, port.allowed - {native})
    return Bridged(port.name, port.access, (port.allowed | voice) - {port.access})
