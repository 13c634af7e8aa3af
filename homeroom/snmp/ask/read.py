"""From fetched values to readings: pure, and of whatever engine fetched them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from homeroom.snmp.ask import index as indices
from homeroom.snmp.ask.declared import Every
from homeroom.snmp.ask.join import joined
from homeroom.snmp.ask.model import Field, Table, Vendor, Wanted
from homeroom.snmp.ask.rows import SINGLES, TABLES, Readings, Refused
from homeroom.snmp.ber import Oid, Value, text

Columns = Mapping[Oid, Mapping[Oid, Value]]
"""Object type -> index -> value, as an engine's walk returns it; a scalar's only index is (0,)."""
REFUSALS: Final = 50
"""Refused values that are told apart; further ones are counted."""
_NO_PARTS: Final[Mapping[str, int | str]] = {}


def wanted(vendor: Vendor, every: Every) -> Wanted:
    """Return what to ask of a vendor's device at one of the schedules."""
    return vendor.asks[every]


def gathered(vendor: Vendor, varbinds: Iterable[tuple[Oid, Value]]) -> Columns:
    """Sort variable bindings, from GET or walk, by the object type that they are instances of; the rest is dropped."""
    sizes = sorted({len(oid) for oid in vendor.by_oid}, reverse=True)
    found: defaultdict[Oid, dict[Oid, Value]] = defaultdict(dict)
    for name, value in varbinds:
        for size in sizes:
            if len(name) > size and name[:size] in vendor.by_oid:
                found[name[:size]][name[size:]] = value
    return dict(found)


def read(vendor: Vendor, columns: Columns) -> Readings:
    """Return what the values say, each decoded by its object's kind and bounds, tables joined.

    Never raises for what a device sent: a value that cannot be is refused by name, the rest is read.
    """
    work = _Work(defaultdict(dict), defaultdict(dict), {})
    asked = [(one, cells) for oid, cells in columns.items() for one in vendor.by_oid.get(oid, ())]
    for one, cells in sorted(asked, key=lambda pair: pair[0].rank):
        if one.instance is None:
            work.column(one, cells)
        else:
            work.single(one, cells)
    singles = {group: SINGLES[group](**work.singles[group]) for group in SINGLES}
    tables = {
        group: tuple(TABLES[group](key=key, **found) for key, found in rows.items())
        for group, rows in work.rows.items()
    }
    return joined(vendor, singles, tables, tuple(work.refused), work.refusals)


@dataclass(slots=True)
class _Work:
    """Rows being built: group -> key -> field -> value."""

    singles: defaultdict[str, dict[str, Any]]
    rows: defaultdict[str, dict[str, dict[str, Any]]]
    named: dict[tuple[int, Oid], tuple[str, Mapping[str, int | str]] | None]
    """Indices already read, by table and index; None for one that is none of the table."""
    keys: dict[tuple[int, str], Oid] = field(default_factory=dict[tuple[int, str], Oid])
    refused: list[Refused] = field(default_factory=list[Refused])
    refusals: int = 0

    def refuse(self, one: Field, index: Oid, why: str) -> None:
        self.refusals += 1
        if len(self.refused) < REFUSALS:
            self.refused.append(Refused(one.object, text(index), why))

    def value(self, one: Field, index: Oid, value: Value) -> Any:
        """Decode and check one value; None when nothing was said or it is refused."""
        try:
            said = one.decode(value)
        except (ValueError, OverflowError) as error:
            self.refuse(one, index, str(error))
            return None
        if said is None or (one.low is None and one.high is None):
            return said
        if (one.low is not None and said < one.low) or (one.high is not None and said > one.high):
            self.refuse(one, index, f"{said} is not between {one.low} and {one.high}")
            return None
        return said

    def single(self, one: Field, cells: Mapping[Oid, Value]) -> None:
        value = cells.get(one.instance or ())
        if value is None or (said := self.value(one, one.instance or (), value)) is None:
            return
        found = self.singles[one.table.group] if not one.table.key else self.row(one, one.table.key)
        found.setdefault(one.name, said)

    def row(self, one: Field, key: str) -> dict[str, Any]:
        return self.rows[one.table.group].setdefault(key, {})

    def column(self, one: Field, cells: Mapping[Oid, Value]) -> None:
        for index, value in cells.items():
            if value is None:
                continue
            named = self.name(one, index)
            if named is None:
                continue
            key, parts = named
            if one.prefix:
                if not key.startswith(one.prefix):
                    continue
                key, parts = key[len(one.prefix) :], _NO_PARTS
            if key in one.skip or (said := self.value(one, index, value)) is None:
                continue
            found = self.row(one, key)
            found.setdefault(one.name, said)
            for name, part in parts.items():
                found.setdefault(name, part)

    def name(self, one: Field, index: Oid) -> tuple[str, Mapping[str, int | str]] | None:
        """Read an index, once a table; refuse it once, too."""
        table = one.table
        place = (id(table), index)
        if place not in self.named:
            try:
                parts = indices.split(index, table.parts)
                told = indices.key(parts)
                key = self.unique(table, f"{table.key}/{told}" if table.key else told, index)
                self.named[place] = key, _kept(table, parts)
            except ValueError as error:
                self.named[place] = None
                self.refuse(one, index, f"the index {error}")
        return self.named[place]

    def unique(self, table: Table, key: str, index: Oid) -> str:
        """Return the key; refuse a second index that makes the same one, unless only parts left out tell them apart."""
        first = self.keys.setdefault((id(table), key), index)
        if first != index and not any(name.startswith("_") for name in table.parts):
            raise ValueError(f"names the row {key!r} a second time")
        return key


def _kept(table: Table, parts: Mapping[str, int | str]) -> Mapping[str, int | str]:
    """Return the parts that the row has fields for, as the types that it has them."""
    return {name: str(parts[name]) if name in table.texts else parts[name] for name in table.kept}
