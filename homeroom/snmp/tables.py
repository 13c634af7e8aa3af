"""Reading columns step by step: what to ask next, what the answer brought, when to stop. Pure; of both engines.

An agent is not trusted to end: a name that does not rise, an answer that brings nothing, and more values or octets
than any device has each end the walk with a named error (RFC 3416 4.2.2 and 4.2.3 say what a sound agent does).
"""

from __future__ import annotations

import functools
from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple, TypeAlias

from homeroom.errors import Malformed
from homeroom.snmp import ber, refusals
from homeroom.snmp.ber import Oid, Value
from homeroom.snmp.engine import Target

BINDINGS: Final = 64
"""Values asked for at once, about: most fit into one Ethernet frame, which no network on the way has to split."""
WIDTH: Final = 48
"""Columns asked for at once, at most."""
DEPTH: Final = 16
"""Rows of many columns asked for at once, if the columns have so many: names asked cost more than values answered."""
MOST_VALUES: Final = 500_000
"""Values in one walk: a controller of 2,000 access points has a tenth of that in its longest table."""
MOST_OCTETS: Final = 64 << 20
_BETWEEN: Final = b"\x00\x80"
"""No name that was read has it: joined by it, names are the same if and only if each of them is."""
END: Final = b""
"""The name of what stands behind a column's end."""


class _Column:
    """One column: its instances so far, and the last of them."""

    __slots__ = ("index", "last", "oid", "prefix", "rows")

    def __init__(self, oid: Oid) -> None:
        self.oid = oid
        self.prefix = _prefix(oid)
        self.last = self.prefix
        self.index: Oid = ()
        self.rows: dict[Oid, Value] = {}


@functools.lru_cache(maxsize=4096)
def _prefix(column: Oid) -> bytes:
    return ber.oid_content(column)


class _Part(NamedTuple):
    """What an answer brings for one column: the indices of its rows, the last name of them; whether it has ended."""

    indices: list[Oid]
    last: bytes
    ended: bool


class _Kept(NamedTuple):
    """The names that answered a question, and what they mean: devices of a model have the same tables."""

    names: Sequence[bytes]
    parts: list[_Part]


_Key: TypeAlias = tuple[tuple[bytes, ...], tuple[bytes, ...], int]
_KEPT: Final[dict[_Key, _Kept]] = {}
_MOST_KEPT: Final = 1024
"""A switch of 52 ports takes 37; it may grow to 10 MB."""


class _BackwardsError(Exception):
    def __init__(self, name: bytes) -> None:
        super().__init__(name)
        self.name = name


def _sorted_out(columns: Sequence[_Column], names: Sequence[bytes]) -> list[_Part]:
    """Say what the names of an answer mean. Most columns have the rows of the one before."""
    parts: list[_Part] = []
    width = len(columns)
    tails: list[bytes] = []
    indices: list[Oid] = []
    for at, column in enumerate(columns):
        its, prefix = names[at::width], column.prefix
        same = tails[: len(its)]
        if same and column.index < indices[0] and _BETWEEN.join(its) == prefix + (_BETWEEN + prefix).join(same):
            parts.append(_Part(indices[: len(its)], its[-1], ended=False))
        else:
            tails, indices, ended = _rows(column, its)
            parts.append(_Part(indices, prefix + tails[-1] if tails else column.last, ended))
    return parts


def _rows(column: _Column, names: Sequence[bytes]) -> tuple[list[bytes], list[Oid], bool]:
    """Return ends of names, the indices that they are, and whether the column has ended behind them."""
    prefix, last, read = column.prefix, column.index, ber.index
    size = len(prefix)
    tails: list[bytes] = []
    indices: list[Oid] = []
    for name in names:
        if not name.startswith(prefix):
            return tails, indices, True
        tail = name[size:]
        index = read(tail)
        if index <= last:
            raise _BackwardsError(name)
        tails.append(tail)
        indices.append(index)
        last = index
    return tails, indices, False


class Columns:
    """The state of one walk over columns: ask `names` `times` each, `take` what came, until `done`."""

    __slots__ = (
        "_asked",
        "_bulk",
        "_cap",
        "_columns",
        "_expected",
        "_live",
        "_names",
        "_octets",
        "_target",
        "_values",
        "_width",
        "times",
    )

    def __init__(self, target: Target, columns: Sequence[Oid], rows: int, *, bulk: bool = True) -> None:
        """`rows`: how many the longest column is thought to have; without `bulk` one row is asked at a time."""
        self._target = target
        self._columns = [_Column(oid) for oid in dict.fromkeys(columns)]
        self._live = self._columns
        self._expected = rows
        self._width = WIDTH
        self._cap = BINDINGS
        self._bulk = bulk
        self._values = self._octets = 0
        self._asked: Sequence[_Column] = ()
        self._names: tuple[bytes, ...] = ()
        self.times = 0

    @property
    def done(self) -> bool:
        """True when every column has ended."""
        return not self._live

    @property
    def rows(self) -> Mapping[Oid, Mapping[Oid, Value]]:
        """Return what was found: object type -> index -> value."""
        return {column.oid: column.rows for column in self._columns}

    @property
    def asked(self) -> tuple[bytes, ...]:
        """Return the names that were asked for last."""
        return self._names

    def names(self) -> tuple[bytes, ...]:
        """Return the names to go on from, as contents of OBJECT IDENTIFIERs, and set `times`."""
        wanted = self._wanted() if self._bulk else 1
        width = min(self._width, max(1, self._cap // max(1, min(wanted, DEPTH))))
        self._asked = asked = self._live[:width]
        self.times = max(1, min(wanted, self._cap // len(asked)))
        self._names = tuple([column.last for column in asked])
        return self._names

    def _wanted(self) -> int:
        """Return how many rows to ask for: one more than is thought shows the end; if that was wrong, ever more."""
        missing = self._expected + 1 - len(self._live[0].rows)
        return missing if missing > 0 else 2 * self.times

    def smaller(self) -> bool:
        """Ask for less from now on, as the answer did not fit; False when it cannot be less."""
        if self.times > 1:
            self._cap = self.times * len(self._asked) // 2
        elif len(self._asked) > 1:
            self._width = len(self._asked) // 2
        else:
            return False
        return True

    def end(self, position: int) -> None:
        """Take it that a column has ended: SNMPv1 says so by an error, with the column's position from 1."""
        if not 1 <= position <= len(self._asked):
            raise refusals.status(self._target, refusals.NO_SUCH_NAME, [])
        ended = self._asked[position - 1]
        self._live = [column for column in self._live if column is not ended]

    def take(self, names: Sequence[bytes], values: Sequence[Value], octets: int) -> None:
        """Take the values of one answer of so many octets; DeviceError when the walk cannot end well."""
        width = len(self._asked)
        self._values += len(names)
        self._octets += octets
        if self._values > MOST_VALUES or self._octets > MOST_OCTETS:
            raise refusals.endless(self._target)
        if not names:
            raise refusals.failed(self._target, "an answer without values")
        if len(names) > width * self.times:
            raise refusals.failed(self._target, "an answer with more values than were asked for")
        try:
            parts = self._parts(names)
        except Malformed as error:
            raise refusals.failed(self._target, error) from error
        except _BackwardsError as error:
            raise refusals.backwards(self._target, ber.subids(error.name)) from error
        for at, (column, part) in enumerate(zip(self._asked, parts, strict=True)):
            if part.indices:
                column.rows.update(zip(part.indices, values[at::width], strict=False))
                column.index, column.last = part.indices[-1], part.last
        ended = [column for column, part in zip(self._asked, parts, strict=True) if part.ended]
        if ended:
            self._live = [column for column in self._live if column not in ended]

    def _parts(self, names: Sequence[bytes]) -> list[_Part]:
        """Sort out the names of an answer, or remember how: the same question with the same names means the same."""
        key = (self._names, tuple([column.prefix for column in self._asked]), len(names))
        kept = _KEPT.get(key)
        if kept is None or kept.names != names:
            kept = _Kept(names, _sorted_out(self._asked, names))
            if len(_KEPT) >= _MOST_KEPT:
                _KEPT.clear()
            _KEPT[key] = kept
        return kept.parts
