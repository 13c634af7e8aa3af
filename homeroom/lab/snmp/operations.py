"""What an agent answers to each operation (RFC 3416 section 4.2), on a table, without any message around it."""

from __future__ import annotations

from typing import Final

from homeroom.lab.snmp.table import Table
from homeroom.snmp import ber
from homeroom.snmp.ber import Oid
from homeroom.snmp.message import GET, GETBULK, GETNEXT, RESPONSE, SET, Pdu, binding

TOO_BIG: Final = 1
NO_ACCESS: Final = 6
AUTHORIZATION_ERROR: Final = 16


def answer(request: Pdu, table: Table, now: float, room: int) -> Pdu | None:
    """Answer a request; a GETBULK fills at most `room` octets. None: the operation is none an agent answers."""
    if request.kind == GET:
        return _response(request, b"".join(table.get(name, now) for name in request.names))
    if request.kind == GETNEXT:
        return _response(request, b"".join(_next(table, name, now) for name in request.names))
    if request.kind == GETBULK:
        return _response(request, _bulk(request, table, now, room))
    if request.kind == SET:
        return _no_access(request) if request.names else _response(request, b"")
    return None


def unauthorized(request: Pdu) -> Pdu:
    """Refuse a request made at a lower security level than its user's (RFC 3413 3.2 step 5)."""
    return Pdu(RESPONSE, request.request_id, AUTHORIZATION_ERROR, 0, request.names, request.bindings)


def _no_access(request: Pdu) -> Pdu:
    """Refuse to set the first variable: no view of this agent can be written (RFC 3416 4.2.5)."""
    return Pdu(RESPONSE, request.request_id, NO_ACCESS, 1, request.names, request.bindings)


def too_big(request: Pdu) -> Pdu:
    """Say that the answer does not fit."""
    return Pdu(RESPONSE, request.request_id, TOO_BIG, 0, (), b"")


def _response(request: Pdu, bindings: bytes) -> Pdu:
    return Pdu(RESPONSE, request.request_id, 0, 0, (), bindings)


def _end(name: Oid) -> bytes:
    return binding(name, ber.null(ber.END_OF_MIB_VIEW))


def _next(table: Table, name: Oid, now: float) -> bytes:
    position = table.after(name)
    return table.binding(position, now) if position < len(table) else _end(name)


def _bulk(request: Pdu, table: Table, now: float, room: int) -> bytes:
    """Fill the room in the order of RFC 3416 4.2.3; stop when it is full or every column has ended."""
    once = max(0, min(request.status, len(request.names)))
    out: list[bytes] = []
    for name in request.names[:once]:
        out.append(_next(table, name, now))
        room -= len(out[-1])
        if room < 0:
            return b"".join(out[:-1])
    columns = [_Column(table, name) for name in request.names[once:]]
    return b"".join(out) + _repeat(columns, now, max(0, request.index), room)


class _Column:
    """Where one repeated variable stands."""

    __slots__ = ("name", "position", "table")

    def __init__(self, table: Table, name: Oid) -> None:
        self.table = table
        self.name = name
        self.position = table.after(name)

    @property
    def ended(self) -> bool:
        return self.position >= len(self.table)

    def step(self, now: float) -> bytes:
        """Return the next binding; behind the last one, the end under the last name seen."""
        if self.ended:
            return _end(self.name)
        encoded = self.table.binding(self.position, now)
        self.name = self.table.name(self.position)
        self.position += 1
        return encoded


def _repeat(columns: list[_Column], now: float, times: int, room: int) -> bytes:
    out: list[bytes] = []
    while times and columns:
        finished = all(column.ended for column in columns)
        for column in columns:
            encoded = column.step(now)
            room -= len(encoded)
            if room < 0:
                return b"".join(out)
            out.append(encoded)
        times = 0 if finished else times - 1
    return b"".join(out)
