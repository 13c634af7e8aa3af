"""One device's objects, in the order SNMP walks them; a row is encoded when it is first asked for."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from homeroom.snmp import ber
from homeroom.snmp.ber import Oid
from homeroom.snmp.message import binding

Live: TypeAlias = Callable[[float], bytes]
"""A value that changes by itself: time -> encoded value."""
Cell: TypeAlias = bytes | Live


@dataclass(frozen=True, slots=True)
class Object:
    """An object type and its instances: index -> encoded value. A scalar's only index is (0,)."""

    oid: Oid
    cells: Mapping[Oid, Cell]


class Table:
    """Every instance a device shows. Positions count from 0 in walking order."""

    __slots__ = ("_cells", "_encoded", "_names", "_objects")

    def __init__(self, objects: Iterable[Object]) -> None:
        kept = list(objects)
        rows = sorted(
            ((one.oid + index, cell) for one in kept for index, cell in one.cells.items()), key=lambda row: row[0]
        )
        self._names = [name for name, _ in rows]
        self._cells = [cell for _, cell in rows]
        self._encoded: list[bytes | None] = [None] * len(rows)
        self._objects = sorted(one.oid for one in kept)

    def __len__(self) -> int:
        return len(self._names)

    def name(self, position: int) -> Oid:
        """Return the name of the instance at a position."""
        return self._names[position]

    def binding(self, position: int, now: float) -> bytes:
        """Return the encoded variable binding at a position."""
        found = self._encoded[position]
        if found is None:
            cell = self._cells[position]
            if not isinstance(cell, bytes):
                return binding(self._names[position], cell(now))
            found = self._encoded[position] = binding(self._names[position], cell)
        return found

    def after(self, name: Oid) -> int:
        """Return the position of the first instance behind `name`; `len(table)` when there is none."""
        return bisect_right(self._names, name)

    def get(self, name: Oid, now: float) -> bytes:
        """Return the binding of exactly `name`, or the exception that RFC 3416 4.2.1 asks for."""
        position = bisect_left(self._names, name)
        if position < len(self._names) and self._names[position] == name:
            return self.binding(position, now)
        return binding(name, ber.null(ber.NO_SUCH_INSTANCE if self._known(name) else ber.NO_SUCH_OBJECT))

    def _known(self, name: Oid) -> bool:
        """Tell whether the name begins with an object type that this device implements."""
        position = bisect_right(self._objects, name)
        if not position:
            return False
        candidate = self._objects[position - 1]
        return name[: len(candidate)] == candidate
