"""A vendor's devices as data: what its YAML file may say, and the compiled form that reading works on."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from homeroom.snmp.ask.declared import Every
from homeroom.snmp.ask.decode import Decode
from homeroom.snmp.ask.index import Part
from homeroom.snmp.ber import Oid

Group: TypeAlias = Literal[
    "identity",
    "changes",
    "totals",
    "interfaces",
    "ports",
    "vlans",
    "ssids",
    "bsss",
    "access_points",
    "radios",
    "air",
    "rogues",
    "neighbours",
    "local_ports",
    "parts",
    "sensors",
]


@dataclass(frozen=True, slots=True)
class TableSpec:
    """Objects of one MIB under one OID that make rows of one group.

    `index` names the parts of a table's index, each also the row's field of that name; `key` names the only row that
    scalars make, or stands before each row's index to tell apart tables of one group. `fields`: field -> "object
    sub-identifiers kind option...", where an option is `x0.1` (scale), `none=-1,0` (what stands for nothing),
    `true=1` (of a flag), `1=up` (of a word), `every=status` (asked more or less often than usual),
    `prefix=clients-` (only rows whose index starts so; the rest is the key) or `skip=wlan`.
    """

    rows: Group
    mib: str
    at: str
    fields: Mapping[str, str]
    index: Mapping[str, str] = field(default_factory=dict[str, str])
    key: str = ""


@dataclass(frozen=True, slots=True)
class MibSpec:
    """A file of data/mibs: tables that several vendors share."""

    tables: tuple[TableSpec, ...]


@dataclass(frozen=True, slots=True)
class MatchSpec:
    """One way to know the vendor: a prefix of sysObjectID; `descr` must be found in sysDescr, `platform` be ours."""

    oid: str
    descr: str = ""
    platform: str = ""


@dataclass(frozen=True, slots=True)
class VendorSpec:
    """A file of data/vendors. `tried` says on what; `describe` are patterns over sysDescr for model and software."""

    maker: str
    tried: str
    match: tuple[MatchSpec, ...]
    uses: tuple[str, ...] = ()
    describe: tuple[str, ...] = ()
    tables: tuple[TableSpec, ...] = ()


@dataclass(frozen=True, slots=True)
class Table:
    """Where cells of a field belong: the group and how to read the index; `key` stands before it, or alone."""

    group: Group
    mib: str
    parts: Mapping[str, Part]
    key: str
    kept: frozenset[str]
    """Parts of the index that are fields of the row."""
    texts: frozenset[str]
    """Those of them that a row keeps as text."""


@dataclass(frozen=True, slots=True)
class Field:
    """One object to ask for. `oid` is the object type's; `instance` is asked of a scalar, None of a column."""

    table: Table
    name: str
    object: str
    oid: Oid
    instance: Oid | None
    kind: str
    decode: Decode
    every: Every
    rank: int
    """The lower wins where two objects fill the same field of the same row."""
    low: float | None = None
    high: float | None = None
    prefix: str = ""
    skip: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Wanted:
    """What to ask: instances by GET, object types whose columns are walked."""

    singles: tuple[Oid, ...]
    columns: tuple[Oid, ...]


@dataclass(frozen=True, slots=True)
class Match:
    """A compiled MatchSpec."""

    oid: Oid
    descr: re.Pattern[str] | None
    platform: str


@dataclass(frozen=True, slots=True)
class Vendor:
    """One vendor's kind of device, ready to ask and to read."""

    name: str
    maker: str
    tried: str
    match: tuple[Match, ...]
    describe: tuple[re.Pattern[str], ...]
    fields: tuple[Field, ...]
    by_oid: Mapping[Oid, tuple[Field, ...]]
    asks: Mapping[Every, Wanted]
