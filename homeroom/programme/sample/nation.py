"""What a synthetic nation is made of: its published totals, and weights that make it plausible. Data: `<nation>/`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal, TypeAlias

from homeroom import strict
from homeroom.programme.model import State

DATA: Final = Path(__file__).parent
NATIONS: Final = ("kg", "py", "rs")

Area: TypeAlias = Literal["urban", "rural"]


@dataclass(frozen=True, slots=True)
class Land:
    """A region: how many sites it draws, the share of them in towns, the start of its site ids, its towns."""

    weight: float
    urban: float
    code: str
    towns: Mapping[str, tuple[float, float]]


@dataclass(frozen=True, slots=True)
class Form:
    """A form of school: Giga's education level, how common it is, how such schools are called."""

    level: str
    weight: float
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Breed:
    """A kind of site. `pupils`: fewest, most common, most, of one school. `rural`: never in towns."""

    name: str
    sites: int
    pupils: tuple[int, int, int]
    class_size: float
    forms: tuple[Form, ...]
    rural: bool = False


@dataclass(frozen=True, slots=True)
class Nation:
    """nation.yaml. `pupils` 0: as drawn. `shared_sites`: several schools may share a site, so each names its own."""

    sites: int
    schools: int
    pupils: int
    shared_sites: bool
    states: Mapping[State, int]
    regions: Mapping[str, Land]
    kinds: tuple[Breed, ...]
    links: Mapping[Area, Mapping[str, float]]
    speeds: Mapping[str, tuple[float, ...]]
    heroes: tuple[str, ...]
    villages: tuple[str, ...]


def load_nation(name: str) -> Nation:
    """Read the data of one of `NATIONS`."""
    return strict.load(Nation, DATA / name / "nation.yaml", shown=f"{name}/nation.yaml")
