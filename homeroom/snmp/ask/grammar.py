"""One line of a vendor's file into a compiled field; every mistake is a ValueError that says what is allowed."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from typing import Any, Final

from homeroom.snmp import ber
from homeroom.snmp.ask.declared import SCHEDULES, Every
from homeroom.snmp.ask.decode import KINDS, Options
from homeroom.snmp.ask.index import PARTS
from homeroom.snmp.ask.model import Field, Table, TableSpec
from homeroom.snmp.ask.rows import SINGLES, fields_of, types_of

_OPTIONS: Final = ("none", "true", "every", "prefix", "skip")


def oid_of(said: str) -> ber.Oid:
    """Read an OID; ValueError for what is none."""
    parts = said.split(".")
    if not all(part.isascii() and part.isdigit() and len(part) <= 10 for part in parts):
        raise ValueError(f"{said!r} is not an OID")
    return tuple(map(int, parts))


def _one_of(said: str, allowed: Iterable[str], what: str) -> str:
    names = list(allowed)
    if said in names:
        return said
    near = difflib.get_close_matches(said, names, 1)
    hint = f"; did you mean {near[0]}?" if near else ""
    raise ValueError(f"{said!r} is not {what}: {', '.join(names)}{hint}")


def table_of(spec: TableSpec) -> Table:
    """Compile where a table's cells go."""
    single, indexed = spec.rows in SINGLES, bool(spec.index)
    if single and (indexed or spec.key):
        raise ValueError(f"{spec.rows} is one row: it has neither index nor key")
    if not single and not indexed and not spec.key:
        raise ValueError(f"{spec.rows} needs an index, or the key of its only row")
    names = [name for name in spec.index if not name.startswith("_") and name != "key"]
    for name in names:
        _one_of(name, fields_of(spec.rows), f"a field of {spec.rows}")
    parts = {name: PARTS[_one_of(kind, PARTS, "a part of an index")] for name, kind in spec.index.items()}
    texts = frozenset(name for name in names if str in types_of(spec.rows)[name])
    return Table(spec.rows, spec.mib, parts, spec.key, frozenset(names), texts)


def field_of(table: Table, at: ber.Oid, name: str, line: str, rank: int) -> Field:
    """Compile one field's line."""
    _one_of(name, fields_of(table.group), f"a field of {table.group}")
    words = line.split()
    if len(words) < 3:
        raise ValueError(f"{line!r} is not `object sub-identifiers kind option...`")
    title, where, kind = words[0], at + oid_of(words[1]), _one_of(words[2], KINDS, "a kind")
    make, result = KINDS[kind]
    _fits(table, name, kind, result)
    given = _options(words[3:])
    metadata = fields_of(table.group)[name].metadata
    every: Every = given["every"] or metadata.get("every", "inventory")
    column = bool(table.parts)
    return Field(
        table=table,
        name=name,
        object=title,
        oid=where if column else where[:-1],
        instance=None if column else where[-1:],
        kind=kind,
        decode=make(given["options"]),
        every=every,
        rank=rank,
        low=metadata.get("low"),
        high=metadata.get("high"),
        prefix=given["prefix"],
        skip=given["skip"],
    )


def _fits(table: Table, name: str, kind: str, result: type[Any]) -> None:
    types = types_of(table.group)[name]
    if result not in types and not (result is int and float in types):
        allowed = ", ".join(one for one, (_, made) in KINDS.items() if made in types)
        raise ValueError(f"{table.group}.{name} cannot be of kind {kind}; it can be {allowed}")


def _options(words: Iterable[str]) -> Mapping[str, Any]:
    found: dict[str, Any] = {"every": None, "prefix": "", "skip": frozenset[str]()}
    scale, nothing, true = 1.0, frozenset[str](), frozenset[str]()
    meanings: dict[str, str] = {}
    for word in words:
        name, equals, said = word.partition("=")
        if not equals and name.startswith("x"):
            scale = float(name[1:])
        elif name.removeprefix("-").isdigit() and said:
            meanings[name] = said
        elif _one_of(name, _OPTIONS, "an option") and not said:
            raise ValueError(f"option {name} has no value")
        elif name == "every":
            found["every"] = _one_of(said, SCHEDULES, "a schedule")
        elif name == "none":
            nothing = frozenset(said.split(","))
        elif name == "true":
            true = frozenset(said.split(","))
        else:
            found[name] = said if name == "prefix" else frozenset(said.split(","))
    return found | {"options": Options(scale, nothing, true, meanings)}
