"""From values as SNMP has them to readings as the store keeps them: pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Final

from homeroom.reading import Reading
from homeroom.snmp import ber
from homeroom.snmp.ber import Oid, Value
from homeroom.snmp.objects import Kind, Object


def _text(value: Value) -> str:
    """Decode UTF-8; octets that are none stay readable as hexadecimal escapes."""
    return value.decode(errors="backslashreplace") if isinstance(value, bytes) else str(value)


def _number(value: Value) -> str:
    return str(value)


def _oid(value: Value) -> str:
    return ber.text(value) if isinstance(value, tuple) else str(value)


def _mac(value: Value) -> str:
    return value.hex(":") if isinstance(value, bytes) else str(value)


def _hex(value: Value) -> str:
    return value.hex() if isinstance(value, bytes) else str(value)


_WRITTEN: Final[Mapping[Kind, Callable[[Value], str]]] = {
    "text": _text,
    "number": _number,
    "ticks": _number,
    "oid": _oid,
    "mac": _mac,
    "hex": _hex,
}


def of_singles(device: str, asked: Sequence[Object], values: Sequence[Value], at: float) -> Iterator[Reading]:
    """Yield a reading for each instance that the device has; `values` in the order of `asked`, None for none."""
    for one, value in zip(asked, values, strict=True):
        if value is not None:
            yield Reading(device, one.name, one.index, _WRITTEN[one.kind](value), at)


def of_columns(
    device: str, asked: Iterable[Object], rows: Mapping[Oid, Mapping[Oid, Value]], at: float
) -> Iterator[Reading]:
    """Yield a reading for each instance; `rows` maps an object type to its instances, index -> value."""
    for one in asked:
        written = _WRITTEN[one.kind]
        for index, value in rows.get(one.oid, {}).items():
            yield Reading(device, one.name, ber.text(index), written(value), at)
