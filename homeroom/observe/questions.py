"""What a vendor's device is asked at each schedule, and which schedule each reading belongs to: pure.

Beside what the vendor's file says, a radio round asks for the uptime and the boots that counters mean nothing without,
and for the names by which networks and radios are joined. What is asked for such a reason only, or follows from
something else, is stored by one schedule: the one that asks for it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from homeroom.snmp.ask import read
from homeroom.snmp.ask.declared import SCHEDULES, Every
from homeroom.snmp.ask.load import IDENTIFY, Catalogue
from homeroom.snmp.ask.model import Field, Vendor
from homeroom.snmp.ask.read import Columns
from homeroom.snmp.ask.rows import GROUPS, fields_of
from homeroom.snmp.ber import Oid, Value

_OF_THE_RUN: Final = (("identity", "uptime"), ("identity", "engine_boots"))
_JOINS: Final = (("bsss", "radio"), ("radios", "name"))
COUNTED: Final = frozenset(
    {
        "interfaces.in_octets",
        "interfaces.out_octets",
        "interfaces.in_octets32",
        "interfaces.out_octets32",
        "interfaces.in_errors",
        "interfaces.out_errors",
        "interfaces.in_discards",
        "interfaces.out_discards",
    }
)
"""Counters mean something beside another only: they go into the samples, and not into the readings."""
MOVING: Final = frozenset({"identity.uptime", "identity.engine_time"})
"""What is another each time by itself: it is written when something else of the device is, and is as old as that."""
_PACKET: Final = 170
"""Octets of IP, UDP and SNMPv3 around what is asked or said."""
_ROOM: Final = 1200
"""Octets of rows in one answer."""


@dataclass(frozen=True, slots=True)
class Questions:
    """What to ask. `identity`: where sysObjectID stands among the singles, -1 for nowhere; `octets` of the singles."""

    singles: tuple[Oid, ...]
    columns: tuple[Oid, ...]
    identity: int
    octets: int
    types: tuple[tuple[Oid, Oid], ...]
    """Of each single its object type and its instance; empty where two are of one type."""

    def gathered(self, vendor: Vendor, values: Sequence[Value]) -> Columns:
        """Return the singles' values as homeroom.snmp.ask.read has them."""
        if self.types:
            return {oid: {instance: value} for (oid, instance), value in zip(self.types, values, strict=True)}
        return read.gathered(vendor, zip(self.singles, values, strict=True))


class Book:
    """The questions to each vendor's devices, and the homes of its readings, worked out once."""

    def __init__(self, catalogue: Catalogue) -> None:
        self.catalogue = catalogue
        self._questions: dict[tuple[str, Every], Questions] = {}
        self._homes: dict[str, Mapping[str, Every]] = {}

    def questions(self, vendor: str, every: Every) -> Questions:
        """Return what a vendor's device is asked at a schedule."""
        found = self._questions.get((vendor, every))
        if found is None:
            found = self._questions[vendor, every] = _questions(self.catalogue[vendor], every)
        return found

    def homes(self, vendor: str) -> Mapping[str, Every]:
        """Return `group.field` -> the one schedule that stores it."""
        found = self._homes.get(vendor)
        if found is None:
            found = self._homes[vendor] = _homes(self.catalogue[vendor])
        return found


def octets(names: Sequence[Oid], values: Iterable[Value]) -> int:
    """Return about how many octets a question for instances and its answer take."""
    said = sum(len(value) if isinstance(value, bytes) else 4 for value in values)
    return 2 * (_PACKET + sum(len(name) + 8 for name in names)) + said


def octets_of(columns: Mapping[Oid, Mapping[Oid, Value]]) -> int:
    """Return about how many octets reading columns takes."""
    said = 0
    for oid, cells in columns.items():
        size = len(oid) + 10
        said += sum(
            size + len(index) + (len(value) if isinstance(value, bytes) else 4) for index, value in cells.items()
        )
    return said + (said // _ROOM + 1) * 2 * _PACKET


def _questions(vendor: Vendor, every: Every) -> Questions:
    wanted = vendor.asks[every]
    singles, columns = wanted.singles, wanted.columns
    if every == "radio":
        singles = tuple(dict.fromkeys((*singles, *_instances(vendor, _OF_THE_RUN))))
        if any(one.table.group == "bsss" and one.name == "radio" for one in vendor.fields):
            columns = tuple(dict.fromkeys((*columns, *_types(vendor, _JOINS))))
    at = singles.index(IDENTIFY[0]) if IDENTIFY[0] in singles else -1
    types = {one.oid + one.instance: (one.oid, one.instance) for one in vendor.fields if one.instance is not None}
    found = tuple(types[name] for name in singles)
    alone = len({oid for oid, _ in found}) == len(found)
    return Questions(singles, columns, at, octets(singles, (0,) * len(singles)), found if alone else ())


def _named(vendor: Vendor, names: Sequence[tuple[str, str]]) -> Iterator[Field]:
    return (one for one in vendor.fields if (one.table.group, one.name) in names)


def _instances(vendor: Vendor, names: Sequence[tuple[str, str]]) -> Iterator[Oid]:
    return (one.oid + one.instance for one in _named(vendor, names) if one.instance is not None)


def _types(vendor: Vendor, names: Sequence[tuple[str, str]]) -> Iterator[Oid]:
    return (one.oid for one in _named(vendor, names) if one.instance is None)


def _homes(vendor: Vendor) -> Mapping[str, Every]:
    return {f"{group}.{name}": _home(vendor, group, name) for group in GROUPS for name in fields_of(group)}


def _home(vendor: Vendor, group: str, name: str) -> Every:
    asked: list[Every] = [one.every for one in _named(vendor, [(group, name)])]
    if asked:
        return min(asked, key=SCHEDULES.index)
    if (group, name) == ("totals", "clients"):  # counted from what a radio round reads
        return "radio"
    declared: Every | None = fields_of(group)[name].metadata.get("every")
    if declared is not None:
        return declared
    of_group: list[Every] = [one.every for one in vendor.fields if one.table.group == group]
    return max(of_group, key=SCHEDULES.index) if of_group else "inventory"
