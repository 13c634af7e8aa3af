"""One row of schools.csv: read, checked field by field; a row with a problem is quarantined, the rest goes on."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final, Literal, TypeAlias, cast

from homeroom.errors import Problem
from homeroom.programme import geo
from homeroom.programme.columns import AREAS, LEVELS, LINKS
from homeroom.programme.model import STATES, Programme, School, State
from homeroom.programme.table import Line, Table
from homeroom.taint import REMEDY, describe, unsafe

TOLERANCE: Final = 0.05
"""Degrees a school may lie outside its region's polygon (about 5 km): the polygons are simplified."""
DECIMALS: Final = 3
"""Fewest decimals of a coordinate (about 100 m): fewer means that it was rounded, or is a town's."""
NAME_LIMIT: Final = 100
MOST: Final = {"num_students": 10_000, "num_classrooms": 200}
MBPS: Final = (1.0, 10_000.0)
"""Contracted speed; Giga allows 500, fibre to a large school is faster."""

_ID: Final = re.compile(r"\w[\w.:-]{0,39}").fullmatch
_UUID: Final = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}").fullmatch
_DEGREES: Final = re.compile(r"[-+]?[0-9]{1,3}(?:\.([0-9]{1,18}))?").fullmatch
_SPEED: Final = re.compile(r"[0-9]{1,9}(\.[0-9]{1,9})?").fullmatch

Wrong: TypeAlias = Callable[[str, str, str], None]
"""Record a problem: field, message, remedy."""


def _lowered(*values: str) -> dict[str, str]:
    """Map each value's lower case to the value: Giga's exports vary in capitals."""
    return {value.lower(): value for value in values}


_WORDS: Final = {
    "education_level": _lowered(*LEVELS),
    "school_area_type": _lowered(*AREAS),
    "connectivity_govt": _lowered("yes", "no"),
    "connectivity_type_govt": _lowered(*LINKS),
    "programme_state": _lowered(*STATES),
    "backup_link": _lowered(*(link for link in LINKS if link != "unknown")),
}


@dataclass(frozen=True, slots=True)
class Row:
    """A good row: the school, and what it says of its site."""

    school: School
    site: str
    region: str
    latitude: float
    longitude: float
    area: Literal["urban", "rural"]
    link: str
    mbps: float
    backup: str = ""


@dataclass(slots=True)
class Rows:
    """The rows of one file: `good` ones, the `problems` of the others, and the site ids those stand for."""

    file: str
    good: list[Row] = field(default_factory=list["Row"])
    problems: list[Problem] = field(default_factory=list["Problem"])
    held: set[str] = field(default_factory=set[str])

    def quarantine(self, row: Row, name: str, message: str, remedy: str) -> None:
        """Set a row aside that was good in itself, but not beside the others."""
        self.problems.append(Problem(self.file, row.school.row, name, message, remedy))
        self.held.add(row.site)


def read_rows(table: Table, programme: Programme) -> Rows:
    """Check every row by itself and against the ids of the rows before it."""
    rows = Rows(table.file)
    known = _Known(programme)
    for line in table.lines:
        before = len(rows.problems)

        def wrong(name: str, message: str, remedy: str, number: int = line.number) -> None:
            rows.problems.append(Problem(table.file, number, name, message, remedy))

        row = _row(line, len(table.columns), known, wrong)
        if row is not None and len(rows.problems) == before:
            rows.good.append(row)
        else:
            rows.held.add(line.cells.get("site_id") or line.cells.get("school_id_govt", ""))
    return rows


class _Known:
    """What a row is checked against: the regions, their polygons, the ids seen so far."""

    def __init__(self, programme: Programme) -> None:
        self.names = {region.id: region.name for region in programme.regions}
        self.regions = {region.name: region.id for region in programme.regions} | {r: r for r in self.names}
        self.country = programme.country
        self.boundaries = geo.boundaries(programme.country)
        self.seen: dict[tuple[str, str], int] = {}


def _row(line: Line, width: int, known: _Known, wrong: Wrong) -> Row | None:
    """Build the row; None when a field is missing or unreadable. Whoever calls looks at the problems as well."""
    cells = line.cells
    if line.width != width:
        wrong("(row)", f"has {line.width} cells, the header has {width}", "quote the cells that hold a comma")
        return None
    _ids(line, known, wrong)
    _name(cells["school_name"], wrong)
    level = _word(cells, "education_level", wrong)
    area = _word(cells, "school_area_type", wrong)
    region = _region(cells["admin1"], known, wrong)
    pupils, classrooms = _count(cells, "num_students", wrong), _count(cells, "num_classrooms", wrong)
    state, link, mbps = _connection(cells, wrong)
    backup = _word(cells, "backup_link", wrong) if cells.get("backup_link") else ""
    latitude, longitude = _degrees(cells, "latitude", 90, wrong), _degrees(cells, "longitude", 180, wrong)
    if latitude is None or longitude is None or not region:
        return None
    _place(latitude, longitude, region, known, wrong)
    school_id = cells["school_id_govt"]
    giga_id, name = cells.get("school_id_giga", ""), cells["school_name"]
    school = School(school_id, giga_id, name, level, pupils, classrooms, state, line.number)
    site = cells.get("site_id") or school_id
    return Row(school, site, region, latitude, longitude, cast("Literal['urban', 'rural']", area), link, mbps, backup)


def _ids(line: Line, known: _Known, wrong: Wrong) -> None:
    for name in ("school_id_govt", "school_id_giga", "site_id"):
        value = line.cells.get(name, "")
        if not value:
            if name == "school_id_govt":
                wrong(name, "is empty", "fill it")
            continue
        if name == "school_id_giga" and not _UUID(value):
            wrong(name, f"{_short(value)} is not a Giga id (a UUID)", "copy it from Giga, or leave it empty")
        elif not _ID(value):
            wrong(name, f"{_short(value)} is not an id", "write letters, digits, . _ : -, at most 40")
        elif name != "site_id":
            first = known.seen.setdefault((name, value), line.number)
            if first != line.number:
                wrong(name, f"{value!r} is already that of row {first}", "give each school its own, or remove one row")


def _name(value: str, wrong: Wrong) -> None:
    found = unsafe(value)
    if found:
        wrong("school_name", f"{describe(found.group())} at position {found.start() + 1} is refused", REMEDY)
    elif not value.strip():
        wrong("school_name", "is empty", "fill it")
    elif value != value.strip():
        wrong("school_name", "begins or ends with a blank", "remove it")
    if len(value) > NAME_LIMIT:
        wrong("school_name", f"has {len(value)} characters, more than {NAME_LIMIT}", "shorten it")


def _word(cells: Mapping[str, str], name: str, wrong: Wrong) -> str:
    given = cells[name]
    found = _WORDS[name].get(given.lower())
    if found is not None:
        return found
    if given:
        wrong(name, f"{_short(given)} is not one of {', '.join(_WORDS[name].values())}", "choose one of them")
    else:
        wrong(name, "is empty", "fill it")
    return ""


def _region(given: str, known: _Known, wrong: Wrong) -> str:
    found = known.regions.get(given, "")
    if not found:
        message = f"{_short(given)} is not a region of programme.yaml" if given else "is empty"
        wrong("admin1", message, f"choose one of {', '.join(known.names)}")
    return found


def _count(cells: Mapping[str, str], name: str, wrong: Wrong) -> int:
    given = cells[name].removesuffix(".0")  # an integer column with gaps, as spreadsheets and pandas write it
    if not given:
        wrong(name, "is empty", "fill it")
    elif not (given.isascii() and given.isdigit() and len(given) < 10):
        wrong(name, f"{_short(cells[name])} is not a whole number", "write digits only")
    elif int(given) > MOST[name]:
        wrong(name, f"{given} is above {MOST[name]}", "correct it")
    else:
        return int(given)
    return 0


def _connection(cells: Mapping[str, str], wrong: Wrong) -> tuple[State, str, float]:
    """Read the programme state, the link and its contracted speed, which must agree."""
    govt = _word(cells, "connectivity_govt", wrong)
    state = "connected" if govt == "yes" else "not_planned"
    if cells.get("programme_state"):
        state = _word(cells, "programme_state", wrong)
        if state == "connected" and govt == "no":
            wrong("programme_state", "is connected, but connectivity_govt is no", "correct one of them")
    link = _word(cells, "connectivity_type_govt", wrong) if cells.get("connectivity_type_govt") else "unknown"
    mbps = _speed(cells.get("download_speed_contracted", ""), wrong)
    if mbps and govt == "no":
        wrong("download_speed_contracted", "is given, but connectivity_govt is no", "correct one of them")
    return cast("State", state), link, mbps


def _speed(given: str, wrong: Wrong) -> float:
    if given in {"", "0", "0.0"}:
        return 0.0
    low, high = MBPS
    if not _SPEED(given):
        wrong("download_speed_contracted", f"{_short(given)} is not a number of Mbit/s", "write it as 100 or 2.5")
    elif not low <= float(given) <= high:
        wrong("download_speed_contracted", f"{given} is not within {low:g} to {high:g} Mbit/s", "correct it")
    else:
        return float(given)
    return 0.0


def _degrees(cells: Mapping[str, str], name: str, most: int, wrong: Wrong) -> float | None:
    given = cells[name]
    found = _DEGREES(given)
    if not given:
        wrong(name, "is empty", "fill it")
    elif not found:
        wrong(name, f"{_short(given)} is not a number of degrees", "write it as -25.28646, with a point")
    elif abs(float(given)) > most:
        wrong(name, f"{given} is beyond {most} degrees", "correct it")
    elif len(found[1] or "") < DECIMALS:
        wrong(name, f"{given} has fewer than {DECIMALS} decimals", "measure it at the school; write ending zeros too")
    else:
        return float(given)
    return None


def _place(latitude: float, longitude: float, region: str, known: _Known, wrong: Wrong) -> None:
    """Check that the point lies in its region, or near it; in any region where the region has no polygon."""
    if not latitude and not longitude:
        wrong("latitude", "is 0, 0: no school stands there", "measure it at the school")
        return
    own = known.boundaries.get(region)
    allowed = known.boundaries.values() if own is None else (own,)
    if any(boundary.near(longitude, latitude, TOLERANCE) for boundary in allowed):
        return
    there = next((b for b in known.boundaries.values() if b.contains(longitude, latitude)), None)
    where = f"in {there.id} ({known.names.get(there.id, there.name)})" if there else f"in no region of {known.country}"
    swapped = any(boundary.contains(latitude, longitude) for boundary in allowed)
    wrong(
        "latitude",
        f"{latitude}, {longitude} lies {where}, not in {region} ({known.names[region]})",
        "swap latitude and longitude" if swapped else "correct the coordinates or admin1",
    )


def _short(value: str) -> str:
    """Show a value in a message, however long it is."""
    return repr(value if len(value) <= 40 else value[:39] + "…")
