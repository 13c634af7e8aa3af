"""What a device says, in one vocabulary for all makers: the groups of rows, and all that one answer said."""

from __future__ import annotations

import dataclasses
import functools
import typing
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from homeroom.snmp.ask.wired import Changes, Identity, Interface, LocalPort, Neighbour, Part, Port, Sensor, Totals, Vlan
from homeroom.snmp.ask.wireless import AccessPoint, Air, Bss, Radio, Rogue, Ssid

SINGLES: Final[Mapping[str, type[Any]]] = {"identity": Identity, "changes": Changes, "totals": Totals}
"""Groups of one row, made of scalars."""
TABLES: Final[Mapping[str, type[Any]]] = {
    "interfaces": Interface,
    "ports": Port,
    "vlans": Vlan,
    "ssids": Ssid,
    "bsss": Bss,
    "access_points": AccessPoint,
    "radios": Radio,
    "air": Air,
    "rogues": Rogue,
    "neighbours": Neighbour,
    "local_ports": LocalPort,
    "parts": Part,
    "sensors": Sensor,
}
GROUPS: Final[Mapping[str, type[Any]]] = {**SINGLES, **TABLES}


@dataclass(frozen=True, slots=True)
class Refused:
    """A value that was not taken: the object's name, its index, and why."""

    object: str
    index: str
    why: str


@dataclass(frozen=True, slots=True)
class Readings:
    """All that one answer said. Only what was asked is here: the rest is None or empty."""

    identity: Identity = field(default_factory=Identity)
    changes: Changes = field(default_factory=Changes)
    totals: Totals = field(default_factory=Totals)
    interfaces: tuple[Interface, ...] = ()
    ports: tuple[Port, ...] = ()
    vlans: tuple[Vlan, ...] = ()
    ssids: tuple[Ssid, ...] = ()
    bsss: tuple[Bss, ...] = ()
    access_points: tuple[AccessPoint, ...] = ()
    radios: tuple[Radio, ...] = ()
    rogues: tuple[Rogue, ...] = ()
    neighbours: tuple[Neighbour, ...] = ()
    parts: tuple[Part, ...] = ()
    sensors: tuple[Sensor, ...] = ()
    refused: tuple[Refused, ...] = ()
    """The first of them, at most `read.REFUSALS`."""
    refusals: int = 0


@functools.cache
def fields_of(group: str) -> Mapping[str, dataclasses.Field[Any]]:
    """Return the fields of a group's rows that a device can be asked for."""
    return {one.name: one for one in dataclasses.fields(GROUPS[group]) if one.name != "key"}


@functools.cache
def types_of(group: str) -> Mapping[str, frozenset[Any]]:
    """Return the types that each field of a group's rows may have, None among them."""
    hints = typing.get_type_hints(GROUPS[group])
    return {
        name: frozenset(typing.get_origin(one) or one for one in typing.get_args(hint)) for name, hint in hints.items()
    }
