"""Write a synthetic programme: the nation's own facts, and the shipped example's equipment, policy and groups."""

from __future__ import annotations

import csv
import random
import shutil
import zlib
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from homeroom.errors import UsageError
from homeroom.programme.sample.draw import Drawn, draw
from homeroom.programme.sample.nation import DATA, NATIONS, load_nation
from homeroom.programme.sample.places import Place
from homeroom.project import CONFIG, shipped

SHARED: Final = (
    "profiles.yaml",
    "software.yaml",
    "policy.yaml",
    "probe.yaml",
    "groups.yaml",
    "defaults.yaml",
    "waivers.yaml",
)
"""Files of the shipped example that hold for every nation."""
REMOVABLE: Final = "cis.yaml"
"""Copied where Homeroom came with it."""
COLUMNS: Final = (
    "school_id_giga",
    "school_id_govt",
    "school_name",
    "latitude",
    "longitude",
    "education_level",
    "admin1",
    "admin2",
    "school_area_type",
    "school_funding_type",
    "num_students",
    "num_classrooms",
    "connectivity_govt",
    "connectivity_type_govt",
    "download_speed_contracted",
    "programme_state",
    "backup_link",
)


def write_sample(nation: str, out: Path, *, sites: int | None, seed: int) -> None:
    """Write a project directory with `sites` sites of `nation` (default: all); same seed, same bytes."""
    if nation not in NATIONS:
        raise UsageError(f"no sample is called {nation}; there are {', '.join(NATIONS)}")
    data = load_nation(nation)
    count = data.sites if sites is None else sites
    if count < 1:
        raise UsageError(f"{count} sites are not a programme: ask for at least 1")
    schools = draw(data, nation.upper(), count, random.Random(f"{nation} {seed}"))  # noqa: S311 - a sample, no secret
    try:
        _copy(nation, out)
        write_schools(out / "inventory" / "schools.csv", schools, site_ids=data.shared_sites)
    except OSError as error:
        raise UsageError(f"{out} cannot be written: {error.strerror}; name another directory") from error


def _copy(nation: str, out: Path) -> None:
    """Copy what is not drawn."""
    inventory = out / "inventory"
    inventory.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(shipped() / CONFIG, out / CONFIG)
    for name in SHARED:
        shutil.copyfile(shipped() / "inventory" / name, inventory / name)
    if (shipped() / "inventory" / REMOVABLE).is_file():
        shutil.copyfile(shipped() / "inventory" / REMOVABLE, inventory / REMOVABLE)
    shutil.copyfile(DATA / nation / "programme.yaml", inventory / "programme.yaml")


def write_schools(path: Path, schools: Iterable[Drawn], *, site_ids: bool) -> None:
    """Write the list of schools in Giga's columns; `site_ids`: schools name their site."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow((*COLUMNS, "site_id") if site_ids else COLUMNS)
        for school in schools:
            row = _row(school)
            writer.writerow((*row, school.place.id) if site_ids else row)


def _row(school: Drawn) -> tuple[object, ...]:
    place = school.place
    return (
        school.giga_id,
        school.id,
        school.name,
        f"{place.latitude:.5f}",
        f"{place.longitude:.5f}",
        school.level,
        place.region,
        place.town,
        place.area,
        "public",
        school.pupils,
        school.classrooms,
        "yes" if place.state == "connected" else "no",
        place.link,
        f"{place.mbps:g}" if place.mbps else "",
        place.state,
        _backup(place),
    )


def _backup(place: Place) -> str:
    """Return the second line: a quarter of the sites with fibre have one by radio, whatever else is drawn."""
    return "cellular" if place.link == "fiber" and place.mbps and zlib.crc32(place.id.encode()) % 4 == 0 else ""
