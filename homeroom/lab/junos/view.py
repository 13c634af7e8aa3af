"""What a Junos configuration makes of the box: its interfaces and VLANs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from homeroom.lab.emulated import Interface
from homeroom.lab.junos.hardware import Box, speed
from homeroom.lab.junos.tree import Node, natural


@dataclass(frozen=True, slots=True)
class Unit:
    """One logical interface: `ge-0/0/0.0`. `addresses`: family -> addresses with their lengths."""

    name: str
    port: str
    description: str
    up: bool
    families: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Port:
    """One physical interface, real or pseudo."""

    name: str
    description: str
    enabled: bool
    mtu: int
    units: tuple[Unit, ...]
    real: bool


def ports(tree: Node, box: Box) -> list[Port]:
    """Return the interfaces by name: those of the box, and those that only the configuration makes."""
    said = {entry.key: entry for entry in tree.entries("interfaces", "interface")}
    extra = [name for name in said if name not in box.ports and (name in {"irb", "lo0", "vlan"} or name[:2] == "ae")]
    names = [*box.ports, *sorted(extra, key=natural)]
    return [_port(name, said.get(name), real=name in box.ports) for name in names]


def _port(name: str, said: Node | None, *, real: bool) -> Port:
    if said is None:
        return Port(name, "", enabled=True, mtu=1514, units=(), real=real)
    on = said.find("disable") is None
    units = tuple(_unit(name, unit, up=on) for unit in said.entries("unit"))
    return Port(name, said.value("description"), on, int(said.value("mtu", default="1514")), units, real)


def _unit(port: str, said: Node, *, up: bool) -> Unit:
    families = {
        family: tuple(entry.key for entry in said.entries("family", family, "address"))
        for family in ("inet", "inet6", "ethernet-switching")
        if said.find("family", family) is not None
    }
    on = up and said.find("disable") is None
    return Unit(f"{port}.{said.key}", port, said.value("description"), on, families)


def interfaces(tree: Node, box: Box, indexes: dict[str, int]) -> list[Interface]:
    """Return the interface table; `indexes` keeps each name's number while the device runs."""
    return sorted(_rows(tree, box, indexes), key=lambda row: row.index)


def _rows(tree: Node, box: Box, indexes: dict[str, int]) -> Iterator[Interface]:
    for port in ports(tree, box):
        mac = box.mac(_index(port.name, indexes)) if port.name != "lo0" else ""
        up = port.enabled
        yield Interface(_index(port.name, indexes), port.name, port.description, up, up, speed(port.name), mac)
        for unit in port.units:
            index = _index(unit.name, indexes)
            yield Interface(index, unit.name, unit.description, unit.up, unit.up, speed(port.name), mac)


def _index(name: str, indexes: dict[str, int]) -> int:
    """Return the SNMP index of an interface: Junos counts from about 500."""
    return indexes.setdefault(name, max(indexes.values(), default=500) + 1)


def vlans(tree: Node) -> dict[int, str]:
    """Return the VLANs: id -> name."""
    found = {
        int(number): vlan.key for vlan in tree.entries("vlans", "vlan") if (number := vlan.value("vlan-id")).isdecimal()
    }
    return dict(sorted(found.items()))


def members(tree: Node) -> dict[str, list[str]]:
    """Return which logical interfaces are in which VLAN: name -> interfaces."""
    by_id = {str(number): name for number, name in vlans(tree).items()}
    found: dict[str, list[str]] = {vlan.key: [] for vlan in tree.entries("vlans", "vlan")}
    for port in tree.entries("interfaces", "interface"):
        for unit in port.entries("unit"):
            node = unit.find("family", "ethernet-switching", "vlan", "members")
            for word in node.values if node else []:
                for name in found if word == "all" else [by_id.get(word, word)]:
                    found.setdefault(name, []).append(f"{port.key}.{unit.key}")
    return found
