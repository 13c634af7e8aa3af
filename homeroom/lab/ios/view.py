"""What follows from a running configuration: interfaces and their state, VLANs, addresses, ports of a VLAN."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from homeroom.lab.emulated import Interface
from homeroom.lab.ios.hardware import Box, speed
from homeroom.lab.ios.words import VIRTUAL, rank, split, vlan_ids
from homeroom.lab.section import Section

_EMPTY: Final = Section("if")
FIRST_VIRTUAL: Final = 100
"""Index of the first interface that came into being by configuration."""


@dataclass(frozen=True, slots=True)
class Address4:
    """An IPv4 address of an interface."""

    address: str
    length: int
    secondary: bool

    @property
    def network(self) -> ipaddress.IPv4Network:
        """Return the network it lies in."""
        return ipaddress.IPv4Network(f"{self.address}/{self.length}", strict=False)


def bodies(tree: Section, box: Box) -> Mapping[str, Section]:
    """Return every interface with its configuration: the physical ones always, the others as configured."""
    found: dict[str, Section] = dict.fromkeys(box.ports, _EMPTY)
    found.update(tree.sections("interface "))
    return {name: found[name] for name in sorted(found, key=rank)}


def admin_up(body: Section) -> bool:
    """Tell whether an interface is not shut down."""
    return "shutdown" not in body.entries


def oper_up(name: str, body: Section, tree: Section) -> bool:
    """Tell whether an interface works: an SVI needs its VLAN, a port somebody who configured it."""
    if not admin_up(body):
        return False
    kind, number = split(name)
    if kind == "Vlan":
        return number == "1" or f"vlan {number}" in tree.entries
    return kind in VIRTUAL or bool(body.entries)


def interfaces(tree: Section, box: Box, indexes: dict[str, int]) -> Sequence[Interface]:
    """Return the interface table by ascending index; new names get the next index in `indexes`."""
    rows: list[Interface] = []
    for name, body in bodies(tree, box).items():
        if name not in indexes:
            indexes[name] = max(FIRST_VIRTUAL - 1, *indexes.values(), 0) + 1
        number = indexes[name]
        mac = "" if name.startswith(("Loopback", "Tunnel")) else box.mac(number)
        up = oper_up(name, body, tree)
        rows.append(Interface(number, name, body.value("description "), admin_up(body), up, speed(name), mac))
    return sorted(rows, key=lambda row: row.index)


def vlans(tree: Section) -> Mapping[int, str]:
    """Return the VLANs: 1 is always there, an unnamed one is called as IOS calls it."""
    found = {1: "default"}
    for text, body in tree.sections("vlan "):
        if text.isdecimal():
            found[int(text)] = body.value("name ", "default" if text == "1" else f"VLAN{int(text):04d}")
    return dict(sorted(found.items()))


def addresses4(body: Section) -> list[Address4]:
    """Return an interface's IPv4 addresses, the primary one first."""
    found: list[Address4] = []
    for text in body.lines("ip address "):
        words = text.split()
        if len(words) >= 2 and "." in words[0]:
            length = ipaddress.IPv4Network(f"0.0.0.0/{words[1]}").prefixlen
            found.append(Address4(words[0], length, words[-1] == "secondary"))
    return sorted(found, key=lambda one: one.secondary)


def addresses6(body: Section) -> list[str]:
    """Return an interface's IPv6 addresses with their lengths, without the link-local one."""
    return [text.split()[0] for text in body.lines("ipv6 address ") if "/" in text.split()[0]]


def link_local(body: Section, mac: str) -> str:
    """Return an interface's link-local address, empty when IPv6 is off on it; made from its MAC unless configured."""
    for text in body.lines("ipv6 address "):
        if text.endswith(" link-local"):
            return text.split()[0]
    if not (addresses6(body) or body.has("ipv6 enable") or body.lines("ipv6 address")):
        return ""
    octets = bytes.fromhex(mac.replace(":", "")) if mac else bytes(6)
    eui = bytes([octets[0] ^ 2, *octets[1:3], 0xFF, 0xFE, *octets[3:]])
    return str(ipaddress.IPv6Address(b"\xfe\x80" + bytes(6) + eui)).upper()


def switched(name: str, body: Section, box: Box) -> bool:
    """Tell whether a port switches: all of a Catalyst's do unless `no switchport`, a router's embedded ones do."""
    kind, number = split(name)
    if kind in VIRTUAL - {"Port-channel"} or "." in name or body.has("no switchport"):
        return False
    return box.kind != "router" or not number.startswith("0/0/")


def ssids(tree: Section) -> Iterator[str]:
    """Yield the SSIDs on air: of WLANs that are not shut, and that a tag maps to a policy profile that is not."""
    open_ = {name for name, body in tree.sections("wireless profile policy ") if body.has("no shutdown")}
    maps = [line.split() for _, tag in tree.sections("wireless tag policy ") for line in tag.lines("wlan ")]
    mapped = {words[0] for words in maps if words[-1] in open_}
    for text, body in tree.sections("wlan "):
        name, _, ssid = text.split(" ", 2)
        if name in mapped and body.has("no shutdown"):
            yield ssid


def trunk(body: Section) -> bool:
    """Tell whether a switched port is a trunk."""
    return body.value("switchport mode ") == "trunk"


def access_vlan(body: Section) -> int:
    """Return the VLAN of an access port."""
    return int(body.value("switchport access vlan ", "1"))


def allowed(body: Section) -> set[int]:
    """Return the VLANs a trunk carries."""
    text = body.value("switchport trunk allowed vlan ")
    return vlan_ids(text) if text else set(range(1, 4095))


def members(vlan: int, tree: Section, box: Box, *, trunks: bool) -> Iterator[str]:
    """Yield the ports that carry a VLAN: the access ports, and the trunks too when asked."""
    for name, body in bodies(tree, box).items():
        if switched(name, body, box):
            carried = vlan in allowed(body) if trunk(body) else access_vlan(body) == vlan
            if carried and (trunks or not trunk(body)):
                yield name
