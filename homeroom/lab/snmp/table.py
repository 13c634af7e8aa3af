"""One device's objects, in the order SNMP walks them; a row is encoded when it is first asked for.

Most of a nation's devices are only ever asked for a few scalars: the rest is made when somebody asks for it, or walks.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Mapping, Sequence
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
    """Every instance a device shows. Positions count from 0 in walking order, from the first look at `after` or `len`.

    `rest` is called for what is not among `objects`, once.
    """

    __slots__ = ("_cells", "_encoded", "_first", "_names", "_objects", "_rest")

    def __init__(self, objects: Iterable[Object], rest: Callable[[], Iterable[Object]] | None = None) -> None:
        self._rest = rest
        self._first = tuple(objects)
        self._sort(self._first)

    def _complete(self) -> None:
        """Make the rest."""
        if self._rest is not None:
            rest, self._rest = self._rest, None
            self._sort((*self._first, *rest()))

    def _sort(self, kept: Sequence[Object]) -> None:
        rows = sorted(
            ((one.oid + index, cell) for one in kept for index, cell in one.cells.items()), key=lambda row: row[0]
        )
        self._names = [name for name, _ in rows]
        self._cells = [cell for _, cell in rows]
        self._encoded: list[bytes | None] = [None] * len(rows)
        self._objects = sorted(one.oid for one in kept)

    def __len__(self) -> int:
        self._complete()
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
        self._complete()
        return bisect_right(self._names, name)

    def get(self, name: Oid, now: float) -> bytes:
        """Return the binding of exactly `name`, or the exception that RFC 3416 4.2.1 asks for."""
        if self._rest is not None and not self._known(name):
            self._complete()
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
