"""Rows into sites: the schools of one building or campus, which must agree on where it stands."""

from __future__ import annotations

import math
from typing import Final

from homeroom.programme.bill import profile_for
from homeroom.programme.model import STATES, Equipment, Site
from homeroom.programme.rows import Row, Rows

REACH_KM: Final = 1.0
"""Farthest that two schools of one site may stand apart."""
_KM_PER_DEGREE: Final = 111.2


def group(rows: Rows, equipment: Equipment) -> tuple[Site, ...]:
    """Group the good rows into sites, sorted by id; rows that do not fit theirs are quarantined."""
    sites: dict[str, list[Row]] = {}
    for row in rows.good:
        members = sites.setdefault(row.site, [])
        if not members or _agrees(row, members[0], rows):
            members.append(row)
    fitting = (members for members in sites.values() if _has_profile(members, equipment, rows))
    return tuple(sorted(map(_site, fitting), key=lambda site: site.id))


def _agrees(row: Row, first: Row, rows: Rows) -> bool:
    """Check a row against the first of its site."""
    other = f"row {first.school.row} of the same site {row.site}"
    if row.region != first.region:
        rows.quarantine(row, "admin1", f"{row.region} is not {first.region}, as in {other}", "correct one of them")
        return False
    apart = distance_km(row, first)
    if apart > REACH_KM:
        what = f"lies {apart:.1f} km from {other}"
        rows.quarantine(row, "latitude", what, "correct the coordinates, or give it its own site_id")
        return False
    return True


def _has_profile(members: list[Row], equipment: Equipment, rows: Rows) -> bool:
    pupils = sum(row.school.pupils for row in members)
    if profile_for(pupils, equipment):
        return True
    most = equipment.profiles[-1].max_pupils
    for row in members:
        what = f"site {row.site} has {pupils} pupils, more than every profile (at most {most})"
        rows.quarantine(row, "num_students", what, "add a larger profile to profiles.yaml, or split the site")
    return False


def distance_km(one: Row, other: Row) -> float:
    """Return the distance on a plane that touches the earth there: exact enough within a region."""
    east = (one.longitude - other.longitude) * math.cos(math.radians(one.latitude))
    return math.hypot(one.latitude - other.latitude, east) * _KM_PER_DEGREE


def _site(members: list[Row]) -> Site:
    """Build the site; what is one thing comes from the school of the lowest id, so that row order does not matter."""
    members = sorted(members, key=lambda row: row.school.id)
    head, best = members[0], max(members, key=lambda row: (row.mbps, row.link != "unknown"))
    schools = tuple(row.school for row in members)
    return Site(
        id=head.site,
        region=head.region,
        name=head.school.name,
        latitude=head.latitude,
        longitude=head.longitude,
        area=head.area,
        link=best.link,
        mbps=best.mbps,
        state=next(state for state in STATES if any(school.state == state for school in schools)),
        pupils=sum(school.pupils for school in schools),
        classrooms=sum(school.classrooms for school in schools),
        schools=schools,
        backup=next((row.backup for row in members if row.backup), ""),
    )
