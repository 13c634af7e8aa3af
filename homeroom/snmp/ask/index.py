"""Table indices (RFC 2578 section 7.7): sub-identifiers into named parts, by the parts that a table's index has."""

from __future__ import annotations

import ipaddress
from collections.abc import Callable, Mapping
from typing import Final, TypeAlias

from homeroom.snmp.ber import Oid, text

Part: TypeAlias = Callable[[Oid], tuple[int | str, int]]
"""Read one part from the front of an index: its value, and how many sub-identifiers it took."""


def _octets(index: Oid) -> bytes:
    if any(one > 255 for one in index):
        raise ValueError("holds a sub-identifier that is no octet")
    return bytes(index)


def _counted(index: Oid) -> Oid:
    if not index or len(index) <= index[0]:
        raise ValueError("ends within a string")
    return index[1 : 1 + index[0]]


def _int(index: Oid) -> tuple[int, int]:
    if not index:
        raise ValueError("ends too early")
    return index[0], 1


def _mark(index: Oid) -> tuple[int, int]:
    """Read what tells rows apart by time only (TimeFilter, RFC 4502)."""
    return _int(index)


def _mac(index: Oid) -> tuple[str, int]:
    if len(index) < 6:
        raise ValueError("ends within a MAC address")
    return _octets(index[:6]).hex(":"), 6


def _counted_mac(index: Oid) -> tuple[str, int]:
    said = _counted(index)
    if len(said) != 6:
        raise ValueError("has a MAC address of another length than 6")
    return _octets(said).hex(":"), 7


def _text(index: Oid) -> tuple[str, int]:
    said = _counted(index)
    return _octets(said).decode(errors="backslashreplace"), 1 + len(said)


def _rest(index: Oid) -> tuple[str, int]:
    return _octets(index).decode(errors="backslashreplace"), len(index)


def _ip(index: Oid) -> tuple[str, int]:
    if len(index) < 4:
        raise ValueError("ends within an address")
    return str(ipaddress.IPv4Address(_octets(index[:4]))), 4


def _oid(index: Oid) -> tuple[str, int]:
    return text(index), len(index)


PARTS: Final[Mapping[str, Part]] = {
    "int": _int,
    "mark": _mark,
    "mac": _mac,
    "counted-mac": _counted_mac,
    "text": _text,
    "rest": _rest,
    "ip": _ip,
    "oid": _oid,
}
"""`text` and `counted-mac` start with their length, `rest` and `oid` take all that is left (IMPLIED)."""


def split(index: Oid, parts: Mapping[str, Part]) -> Mapping[str, int | str]:
    """Return an index's parts by name; ValueError says why it is none of this table.

    A `mark` may be missing where nothing else is of changing length (ZTE leaves out Q-BRIDGE's time filter).
    """
    found: dict[str, int | str] = {}
    for name, part in parts.items():
        if part is _mark and len(index) < len(parts):
            continue
        found[name], taken = part(index)
        index = index[taken:]
    if index:
        raise ValueError(f"has {len(index)} sub-identifiers too many")
    return found


def key(parts: Mapping[str, int | str]) -> str:
    """Name a row by its index; parts that begin with an underscore tell rows apart by time only and are left out."""
    return "/".join(str(value) for name, value in parts.items() if not name.startswith("_"))
