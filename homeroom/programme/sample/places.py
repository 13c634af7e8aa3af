"""Draw where a nation's sites are and how they are connected."""

from __future__ import annotations

import math
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from homeroom.programme import geo
from homeroom.programme.geo import Boundary
from homeroom.programme.model import State
from homeroom.programme.sample.nation import Area, Breed, Land, Nation

TOWN_RADIUS: Final = 0.035
"""Degrees around a town's centre within which two thirds of its schools stand."""
REMOTE: Final = 0.6
"""How far a rural site falls back in the order in which sites are connected."""


@dataclass(frozen=True, slots=True)
class Place:
    """A site: where it is and how it is connected."""

    id: str
    region: str
    breed: Breed
    area: Area
    town: str
    longitude: float
    latitude: float
    state: State = "not_planned"
    link: str = "unknown"
    mbps: float = 0.0


def apportion(total: int, weights: Sequence[float]) -> list[int]:
    """Split `total` by weights into whole numbers that sum to it exactly (largest remainders)."""
    scale = total / math.fsum(weights)  # `sum` rounds otherwise since Python 3.12
    parts = [math.floor(weight * scale) for weight in weights]
    order = sorted(range(len(weights)), key=lambda n: (parts[n] - weights[n] * scale, n))
    for n in order[: total - sum(parts)]:
        parts[n] += 1
    return parts


def draw_places(nation: Nation, country: str, sites: int, rng: random.Random) -> list[Place]:
    """Draw `sites` sites, spread over all regions where there are enough."""
    surveyor = Surveyor(nation, country, rng)
    shares = [_spread(nation, breed, count) for breed, count in zip(nation.kinds, _kinds(nation, sites), strict=True)]
    places: list[Place] = []
    for region, counts in zip(nation.regions, zip(*shares, strict=True), strict=True):
        breeds = [breed for breed, count in zip(nation.kinds, counts, strict=True) for _ in range(count)]
        places += [surveyor.place(region, number, breed) for number, breed in enumerate(breeds, 1)]
    return list(_connected(nation, places, rng))


def _kinds(nation: Nation, sites: int) -> list[int]:
    return apportion(sites, [breed.sites for breed in nation.kinds])


def _spread(nation: Nation, breed: Breed, count: int) -> list[int]:
    """Split a kind's sites over the regions; each region gets at least one of the kinds that stand in towns too."""
    lands = nation.regions.values()
    least = 1 if count >= len(lands) and not breed.rural else 0
    weights = [land.weight * (1 - land.urban if breed.rural else 1) for land in lands]
    return [least + part for part in apportion(count - least * len(lands), weights)]


class Surveyor:
    """Finds points on dry land inside a region."""

    def __init__(self, nation: Nation, country: str, rng: random.Random) -> None:
        self.nation = nation
        self.rng = rng
        self.boundaries = geo.boundaries(country)
        water = geo.layer(country, "water")["features"]
        self.lakes = [Boundary("", "", shape) for lake in water if (shape := geo.polygons(lake["geometry"]))]

    def place(self, region: str, number: int, breed: Breed) -> Place:
        """Draw the `number`th site of a region: in one of its towns (the first twice as likely), or anywhere."""
        land = self.nation.regions[region]
        urban = not breed.rural and self.rng.random() < land.urban
        town = (
            self.rng.choice([next(iter(land.towns)), *land.towns]) if urban else self.rng.choice(self.nation.villages)
        )
        longitude, latitude = self.point(region, land, town if urban else "")
        return Place(
            f"{land.code}-{number:04d}", region, breed, "urban" if urban else "rural", town, longitude, latitude
        )

    def point(self, region: str, land: Land, town: str) -> tuple[float, float]:
        """Draw until the point, rounded as it is written, lies inside the region and in no lake."""
        boundary = self.boundaries[region]
        west, south, east, north = boundary.box
        while True:
            if town:
                x, y = land.towns[town]
                lon, lat = self.rng.gauss(x, TOWN_RADIUS), self.rng.gauss(y, TOWN_RADIUS)
            else:
                lon, lat = self.rng.uniform(west, east), self.rng.uniform(south, north)
            lon, lat = round(lon, 5), round(lat, 5)
            if boundary.contains(lon, lat) and not any(lake.contains(lon, lat) for lake in self.lakes):
                return lon, lat


def _connected(nation: Nation, places: list[Place], rng: random.Random) -> Iterator[Place]:
    """Give each site its programme state, the remote ones last, and what follows from it."""
    order: list[State] = [state for state in ORDER if state in nation.states]
    counts = apportion(len(places), [nation.states[state] for state in order])
    states = [state for state, count in zip(order, counts, strict=True) for _ in range(count)]
    remoteness = [rng.random() + REMOTE * (place.area == "rural") for place in places]
    ranked = sorted(range(len(places)), key=remoteness.__getitem__)
    state_of = dict(zip(ranked, states, strict=True))
    for number, place in enumerate(places):
        yield _linked(nation, replace(place, state=state_of[number]), rng)


ORDER: Final[tuple[State, ...]] = ("connected", "pipeline", "not_planned", "hard_to_reach")
"""From the easiest to reach to the hardest."""


def _linked(nation: Nation, place: Place, rng: random.Random) -> Place:
    if place.state == "pipeline":
        return replace(place, link="fiber")  # what the operator is building
    if place.state != "connected":
        return place
    kinds = nation.links[place.area]
    link = rng.choices(list(kinds), list(kinds.values()))[0]
    return replace(place, link=link, mbps=rng.choice(nation.speeds[link]))
