"""Recordings in snmpsim's format: `OID|tag|value`, the tag in decimal, `x` after it for octets in hexadecimal."""

from __future__ import annotations

import bz2
from collections.abc import Iterator
from pathlib import Path

from homeroom.snmp.ber import Oid, Value, dotted

_OCTETS = {"4", "68"}
_NUMBERS = {"2", "65", "66", "67", "70"}


def lines(path: Path) -> Iterator[tuple[str, str, str]]:
    with bz2.open(path, "rt", encoding="latin-1") if path.suffix == ".bz2" else path.open(encoding="latin-1") as file:
        for line in file:
            name, _, rest = line.rstrip("\r\n").partition("|")
            tag, bar, said = rest.partition("|")
            if bar and not name.startswith("#"):
                yield name, tag, said


def varbinds(path: Path) -> Iterator[tuple[Oid, Value]]:
    for name, tag, said in lines(path):
        value = value_of(tag, said)
        if value is not None:
            yield dotted(name.strip()), value


def value_of(tag: str, said: str) -> Value:
    kind = tag.rstrip("xe")
    octets = bytes.fromhex(said) if tag.endswith("x") else said.encode("latin-1")
    if kind in _OCTETS:
        return octets
    if kind in _NUMBERS:
        return int.from_bytes(octets, "big") if tag.endswith("x") else int(said)
    if kind == "6":
        return dotted(said)
    if kind == "64":
        return octets if tag.endswith("x") else bytes(map(int, said.split(".")))
    return None
