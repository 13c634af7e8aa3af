"""Vendors' files, loaded strictly, and which of them a device is: adding a vendor is a file."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from homeroom.errors import InputError, Problem
from homeroom.snmp.ask.declared import SCHEDULES, Every
from homeroom.snmp.ask.grammar import field_of, oid_of, table_of
from homeroom.snmp.ask.model import Field, Match, MatchSpec, MibSpec, TableSpec, Vendor, VendorSpec, Wanted
from homeroom.snmp.ber import Oid
from homeroom.strict import load as strict_load

SHIPPED: Final = Path(__file__).parent / "data"
ANY: Final = "any"
"""The vendor that any device is: what the standards define."""
IDENTIFY: Final[tuple[Oid, Oid]] = ((1, 3, 6, 1, 2, 1, 1, 2, 0), (1, 3, 6, 1, 2, 1, 1, 1, 0))
"""sysObjectID.0 and sysDescr.0: what tells a device's vendor."""
_MAX_DESCR: Final = 1024
_GROUPS: Final = {"model", "software", "serial"}


@dataclass(frozen=True, slots=True)
class Catalogue:
    """All vendors, by the names of their files."""

    vendors: Mapping[str, Vendor]

    def __getitem__(self, name: str) -> Vendor:
        """Return one vendor."""
        return self.vendors[name]

    def of(self, object_id: Oid, description: str = "", platform: str = "") -> Vendor:
        """Return the vendor whose longest OID, then whose other words fit; `any` when none does.

        `platform` is what the inventory says the device is: net-snmp on Linux says nothing of OpenWrt by itself.
        """
        said, best, found = description[:_MAX_DESCR], (-1, -1), self.vendors[ANY]
        for vendor in self.vendors.values():
            for match in vendor.match:
                weight = (len(match.oid), (match.descr is not None) + bool(match.platform))
                if weight > best and _fits(match, object_id, said, platform):
                    best, found = weight, vendor
        return found


def _fits(match: Match, object_id: Oid, description: str, platform: str) -> bool:
    return (
        object_id[: len(match.oid)] == match.oid
        and match.platform in ("", platform)
        and (match.descr is None or match.descr.search(description) is not None)
    )


def load(*folders: Path) -> Catalogue:
    """Load the shipped vendors and those of further folders, which win; InputError with every problem found.

    A folder holds `vendors/NAME.yaml` (VendorSpec) and may hold `mibs/NAME.yaml` (MibSpec).
    """
    mibs: dict[str, MibSpec] = {}
    specs: dict[str, VendorSpec] = {}
    problems: list[Problem] = []
    for folder in (SHIPPED, *folders):
        for path in sorted((folder / "mibs").glob("*.yaml")):
            with _kept(problems):
                mibs[path.stem] = strict_load(MibSpec, path, shown=f"mibs/{path.name}", check=_mib_problems)
        for path in sorted((folder / "vendors").glob("*.yaml")):
            with _kept(problems):
                specs[path.stem] = strict_load(VendorSpec, path, shown=f"vendors/{path.name}", check=_vendor_problems)
    problems += [
        Problem(f"vendors/{name}.yaml", 0, "uses", f"there is no mibs/{used}.yaml", f"use one of {', '.join(mibs)}")
        for name, spec in specs.items()
        for used in spec.uses
        if used not in mibs
    ]
    if problems:
        raise InputError(*problems)
    return Catalogue({name: _vendor(name, spec, mibs) for name, spec in specs.items()})


class _kept:  # noqa: N801 -- reads as a word after `with`
    """Collect the problems of one file and go on with the next."""

    def __init__(self, problems: list[Problem]) -> None:
        self.problems = problems

    def __enter__(self) -> None:
        return None

    def __exit__(self, _kind: object, error: BaseException | None, _trace: object) -> bool:
        if not isinstance(error, InputError):
            return False
        self.problems.extend(error.problems)
        return True


def _mib_problems(spec: MibSpec) -> list[Problem]:
    return list(_table_problems(spec.tables))


def _vendor_problems(spec: VendorSpec) -> list[Problem]:
    found = list(_table_problems(spec.tables))
    for number, match in enumerate(spec.match):
        try:
            _match(match)
        except (ValueError, re.error) as error:
            found.append(Problem("", 0, f"match[{number}]", str(error), "correct it"))
    for number, pattern in enumerate(spec.describe):
        try:
            named = set(re.compile(pattern).groupindex)
        except re.error as error:
            found.append(Problem("", 0, f"describe[{number}]", f"is no pattern: {error}", "correct it"))
        else:
            if not named or named - _GROUPS:
                wanted = ", ".join(sorted(_GROUPS))
                found.append(Problem("", 0, f"describe[{number}]", f"must name some of {wanted}", "write (?P<model>…)"))
    return found


def _table_problems(tables: Sequence[TableSpec]) -> Iterator[Problem]:
    for number, spec in enumerate(tables):
        where = f"tables[{number}]"
        try:
            table, at = table_of(spec), oid_of(spec.at)
        except ValueError as error:
            yield Problem("", 0, where, str(error), "correct it")
            continue
        for name, line in spec.fields.items():
            try:
                field_of(table, at, name, line, 0)
            except ValueError as error:
                yield Problem("", 0, f"{where}.fields.{name}", str(error), "correct it")


def _match(spec: MatchSpec) -> Match:
    return Match(oid_of(spec.oid), re.compile(spec.descr) if spec.descr else None, spec.platform)


def _vendor(name: str, spec: VendorSpec, mibs: Mapping[str, MibSpec]) -> Vendor:
    tables = (*spec.tables, *(table for used in spec.uses for table in mibs[used].tables))
    fields = tuple(_fields(tables))
    by_oid: defaultdict[Oid, list[Field]] = defaultdict(list)
    for one in fields:
        by_oid[one.oid].append(one)
    return Vendor(
        name=name,
        maker=spec.maker,
        tried=spec.tried,
        match=tuple(map(_match, spec.match)),
        describe=tuple(map(re.compile, spec.describe)),
        fields=fields,
        by_oid={oid: tuple(found) for oid, found in by_oid.items()},
        asks={every: _wanted(fields, every) for every in SCHEDULES},
    )


def _fields(tables: Sequence[TableSpec]) -> Iterator[Field]:
    """Compile all lines; what stands first wins, so a vendor's own objects go before the standard's."""
    rank = 0
    for spec in tables:
        table, at = table_of(spec), oid_of(spec.at)
        for name, line in spec.fields.items():
            yield field_of(table, at, name, line, rank)
            rank += 1


def _wanted(fields: Sequence[Field], every: Every) -> Wanted:
    asked = [one for one in fields if one.every == every]
    return Wanted(
        tuple(dict.fromkeys(one.oid + one.instance for one in asked if one.instance is not None)),
        tuple(dict.fromkeys(one.oid for one in asked if one.instance is None)),
    )
