"""Replies, read strictly and fast: every length is checked, nothing is copied but values, nothing follows the end.

What no sound agent sends raises Malformed, or IndexError where the octets end too early: `NO_REPLY` has both.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

from homeroom.errors import Malformed
from homeroom.snmp import ber
from homeroom.snmp.ber import INTEGER, OCTETS, OID, SEQUENCE, Value
from homeroom.snmp.dialogue import Bindings
from homeroom.snmp.tables import END

NO_REPLY: Final = (Malformed, IndexError)
_OURS: Final = b"\x02\x04"
"""Our ids take four octets."""
_OK: Final = b"\x02\x01\x00\x02\x01\x00"
_EXCEPTION: Final = 0x80
_int = int.from_bytes
_NUMBERS: Final = {INTEGER: 4, ber.COUNTER32: 4, ber.GAUGE32: 4, ber.TIME_TICKS: 4, ber.COUNTER64: 8}
_WIDTHS: Final = [_NUMBERS.get(tag, 0) for tag in range(256)]
"""Octets of a number, by tag; 0: no number."""
_WIDER: Final = [0 if tag == INTEGER or not width else width + 1 for tag, width in enumerate(_WIDTHS)]
"""The same with the zero that keeps an unsigned number positive."""


def span(data: bytes, pos: int, tag: int, limit: int) -> tuple[int, int]:
    """Step into a value that must have this tag and end by `limit`: return where its content begins and ends."""
    if data[pos] != tag:
        raise Malformed(f"tag 0x{data[pos]:02x} where 0x{tag:02x} must stand")
    size = data[pos + 1]
    pos += 2
    if size >= 0x80:
        count = size & 0x7F
        if not 1 <= count <= 4:
            raise Malformed("indefinite or oversized length")
        size = _int(data[pos : pos + count], "big")
        pos += count
    if pos + size > limit:
        raise Malformed("a value is longer than what holds it")
    return pos, pos + size


class Pdu(NamedTuple):
    """A response or report: its id, its status, and where its variable-binding list begins and ends.

    `about`: which of the names an error is about, from 1; 0: none of them.
    """

    kind: int
    request_id: bytes
    status: int
    about: int
    start: int
    end: int


def pdu(data: bytes, pos: int, limit: int) -> Pdu:
    """Read a PDU up to its bindings; it must end at `limit`, as its bindings must."""
    kind = data[pos]
    pos, end = span(data, pos, kind, limit)
    if data.startswith(_OURS, pos) and data.startswith(_OK, pos + 6):  # as nearly all are
        request_id = data[pos + 2 : pos + 6]
        status = about = 0
        pos += 12
    else:
        first, pos = span(data, pos, INTEGER, end)
        request_id = data[first:pos]
        first, pos = span(data, pos, INTEGER, end)
        status = ber.signed(data[first:pos])
        first, pos = span(data, pos, INTEGER, end)
        about = ber.signed(data[first:pos])
    start, stop = span(data, pos, SEQUENCE, end)
    if stop != end or end != limit:
        raise Malformed("octets after the end")
    return Pdu(kind, request_id, status, about, start, end)


def community(data: bytes) -> tuple[int, Pdu]:
    """Read a whole community-based message: its version and its PDU."""
    whole = len(data)
    pos, end = span(data, 0, SEQUENCE, whole)
    if end != whole or data[pos : pos + 2] != b"\x02\x01":
        raise Malformed("no SNMP message")
    size = data[pos + 4]
    if data[pos + 3] == OCTETS and size < 0x80:
        return data[pos + 2], pdu(data, pos + 5 + size, end)
    _, start = span(data, pos + 3, OCTETS, end)
    return data[pos + 2], pdu(data, start, end)


def values(data: bytes, pos: int, end: int, names: Sequence[bytes]) -> list[Value]:
    """Read the values of exactly the names that were asked for (whole encoded names), in the order asked."""
    out: list[Value] = []
    add, widths = out.append, _WIDTHS
    for name in names:
        start = pos + 2
        whole = data[pos + 1]
        stop = start + whole
        if whole >= 0x80 or stop > end or data[pos] != SEQUENCE:
            start, stop = span(data, pos, SEQUENCE, end)
        if not data.startswith(name, start):
            raise Malformed("an answer for another object than was asked for")
        at = start + len(name)
        tag = data[at]
        first = at + 2
        size = data[at + 1]
        if first + size != stop or not 0 < size < 0x80:
            add(_value(data, at, stop))
        elif size <= widths[tag] and data[first] < 0x80:
            add(_int(data[first:stop]))
        elif tag == OCTETS:
            add(data[first:stop])
        else:
            add(_value(data, at, stop))
        pos = stop
    if pos != end:
        raise Malformed("an answer for more than was asked for")
    return out


def _value(data: bytes, pos: int, end: int) -> Value:
    """Read one value, which must end at `end`."""
    first, stop = span(data, pos, data[pos], end)
    if stop != end:
        raise Malformed("octets after a value")
    return ber.decode(data[pos], data[first:stop])


def bindings(data: bytes, pos: int, end: int) -> Bindings:
    """Read a variable-binding list: contents of names, and values. The name of an exception (RFC 3416 3) is END.

    A binding and a value of fewer than 128 octets, which most are, are read here: whole tables consist of them.
    """
    names: list[bytes] = []
    values: list[Value] = []
    add, add_value, widths, wider = names.append, values.append, _WIDTHS, _WIDER
    while pos < end:
        first = pos + 4
        at = first + data[pos + 3]
        size = data[at + 1]
        start = at + 2
        stop = start + size
        if not (stop - pos - 2 == data[pos + 1] < 0x80 and data[pos + 2] == OID and data[pos] == SEQUENCE):
            first, at, stop = _binding(data, pos, end)
            size = 0
        tag = data[at]
        if 0 < size <= widths[tag] and data[start] < 0x80:
            add_value(data[start] if size == 1 else _int(data[start:stop]))
            add(data[first:at])
        elif tag == OCTETS and size:
            add_value(data[start:stop])
            add(data[first:at])
        elif size > 4 and size == wider[tag] and not data[start]:
            add_value(_int(data[start:stop]))
            add(data[first:at])
        else:
            add_value(_value(data, at, stop))
            add(data[first:at] if tag < _EXCEPTION else END)
        pos = stop
    if pos != end:
        raise Malformed("a value is longer than what holds it")
    return names, values


def _binding(data: bytes, pos: int, end: int) -> tuple[int, int, int]:
    """Step into one variable binding, of whatever length: where name, value and what follows it begin."""
    start, stop = span(data, pos, SEQUENCE, end)
    first, at = span(data, start, OID, stop)
    return first, at, stop
