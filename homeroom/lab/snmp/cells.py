"""How objects are written down: scalars and columns by their dotted names, values as encoded cells."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Final

from homeroom.lab.snmp.table import Cell, Object
from homeroom.snmp import ber

_TICKS: Final = 100
_WRAP32: Final = (1 << 32) - 1


def scalar(name: str, cell: Cell) -> Object:
    """Define a scalar by its OID without the final .0."""
    return Object(ber.dotted(name), {(0,): cell})


def column(name: str, cells: Mapping[int, Cell], *prefix: int) -> Object:
    """Define a column whose rows have whole numbers for an index, behind `prefix` if there is one."""
    return Object(ber.dotted(name), {(*prefix, index): cell for index, cell in cells.items()})


def text(value: str, limit: int = 255) -> bytes:
    """Encode text as UTF-8, cut (never within a character) to what the object may hold."""
    return ber.octets(value.encode()[:limit].decode(errors="ignore").encode())


def integer(value: int) -> bytes:
    """Encode an INTEGER."""
    return ber.integer(value)


def gauge(value: int) -> bytes:
    """Encode a Gauge32, which stays at its top when the value is above it."""
    return ber.integer(min(value, _WRAP32), ber.GAUGE32)


def counter(value: int) -> bytes:
    """Encode a Counter32, which wraps."""
    return ber.integer(value & _WRAP32, ber.COUNTER32)


def ticks(seconds: float) -> bytes:
    """Encode TimeTicks from seconds; never negative, wrapping after 497 days."""
    return ber.integer(int(max(0.0, seconds) * _TICKS) & _WRAP32, ber.TIME_TICKS)


def date(at: float, sign: str = "") -> bytes:
    """Encode DateAndTime (RFC 2579) in UTC: 8 octets, or with the `sign` of the distance from it, which is 0, 11."""
    when = time.gmtime(at)
    fields = (when.tm_mon, when.tm_mday, when.tm_hour, when.tm_min, when.tm_sec, 0)
    return ber.octets(when.tm_year.to_bytes(2, "big") + bytes(fields) + (f"{sign}\0\0".encode() if sign else b""))


def name(value: str) -> bytes:
    """Encode an OBJECT IDENTIFIER."""
    return ber.oid(ber.dotted(value))


def mac(value: str) -> bytes:
    """Encode a hardware address; empty stays empty."""
    return ber.octets(bytes.fromhex(value.replace(":", "")))
