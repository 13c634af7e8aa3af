"""Load the facts of a project: strict where people write YAML, row by row where they keep a list of schools."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from homeroom import strict
from homeroom.errors import InputError, Problem
from homeroom.programme import checks, hardware
from homeroom.programme.model import Equipment, Facts, Programme, Software
from homeroom.programme.rows import read_rows
from homeroom.programme.sites import group
from homeroom.programme.table import read_table
from homeroom.project import Project

T = TypeVar("T")


def load_facts(project: Project) -> tuple[Facts, tuple[Problem, ...]]:
    """Load programme.yaml, profiles.yaml, schools.csv and, where there is one, software.yaml.

    Returns the facts that passed and the problems of the quarantined rows, in file order. Raises InputError with
    the problems of all these files when one of them as a whole is unusable.
    """
    folder, problems = project.inventory, list[Problem]()

    def read(name: str, how: Callable[[Path, str], T]) -> T | None:
        try:
            return how(folder / name, f"inventory/{name}")
        except InputError as error:
            problems.extend(error.problems)
            return None

    programme = read("programme.yaml", read_programme)
    equipment = read("profiles.yaml", read_equipment)
    software = read("software.yaml", read_software)
    table = read("schools.csv", read_table)
    if programme is None or equipment is None or software is None or table is None:
        raise InputError(*problems)
    rows = read_rows(table, programme)
    sites = group(rows, equipment)
    quarantined = tuple(sorted(rows.problems, key=lambda problem: problem.row))
    return Facts(programme, equipment, sites, frozenset(rows.held), software), quarantined


def read_programme(path: Path, shown: str) -> Programme:
    """Read and check programme.yaml; InputError with all its problems."""
    return strict.load(Programme, path, shown=shown, check=checks.programme)


def read_equipment(path: Path, shown: str) -> Equipment:
    """Read and check profiles.yaml; InputError with all its problems."""
    return strict.load(Equipment, path, shown=shown, check=hardware.equipment)


def read_software(path: Path, shown: str) -> Software:
    """Read software.yaml; nothing is approved when there is none. InputError with all its problems."""
    return strict.load(Software, path, shown=shown, check=_software) if path.exists() else Software()


def _software(software: Software) -> list[Problem]:
    """Find names that approve nothing or everything."""
    remedy = 'give releases, like "17.9.*"'
    return [
        Problem("", 0, f"approved.{name}", f"approves {'every release' if names else 'no release'}", remedy)
        for name, names in software.approved.items()
        if not names or any(not one.strip("*? ") for one in names)
    ]
