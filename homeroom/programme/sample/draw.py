"""Draw a nation's sites and schools: same seed, same schools; the totals come out exactly."""

from __future__ import annotations

import math
import random
import uuid
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from homeroom.programme.sample.nation import Form, Nation
from homeroom.programme.sample.places import Place, apportion, draw_places

SHARE_MOST: Final = 4
"""Most schools that share a site."""


@dataclass(frozen=True, slots=True)
class Drawn:
    """A school of the sample."""

    place: Place
    id: str
    giga_id: str
    name: str
    level: str
    pupils: int
    classrooms: int


def draw(nation: Nation, country: str, sites: int, rng: random.Random) -> list[Drawn]:
    """Draw `sites` sites with their schools; totals other than the sites scale with them."""
    places = draw_places(nation, country, sites, rng)
    shares = _shares(sites, round(nation.schools * sites / nation.sites), rng)
    forms = [(place, form) for place, share in zip(places, shares, strict=True) for form in _forms(place, share, rng)]
    pupils = _pupils(forms, round(nation.pupils * sites / nation.sites), rng)
    namer = Namer(nation, rng)
    return [namer.school(place, form, count) for (place, form), count in zip(forms, pupils, strict=True)]


def _shares(sites: int, schools: int, rng: random.Random) -> list[int]:
    """Return how many schools each site holds: one, and the others by chance."""
    shares = [1] * sites
    while sum(shares) < schools:
        site = rng.randrange(sites)
        shares[site] += shares[site] < SHARE_MOST
    return shares


def _forms(place: Place, share: int, rng: random.Random) -> Iterator[Form]:
    """Choose the forms of a site's schools, each form once."""
    left = list(place.breed.forms)
    for _ in range(share):
        form = rng.choices(left, [form.weight for form in left])[0]
        left.remove(form)
        yield form


def _pupils(forms: list[tuple[Place, Form]], total: int, rng: random.Random) -> list[int]:
    sizes: list[float] = []
    for place, _ in forms:
        low, mode, high = place.breed.pupils
        sizes.append(rng.triangular(low, high, mode))
    return apportion(total, sizes) if total else [round(size) for size in sizes]


class Namer:
    """Names and numbers schools: numbers run within a region."""

    def __init__(self, nation: Nation, rng: random.Random) -> None:
        self.nation = nation
        self.rng = rng
        self.numbers: Counter[str] = Counter()
        self.on_site: Counter[str] = Counter()

    def school(self, place: Place, form: Form, pupils: int) -> Drawn:
        """Make the school of `form` at `place`."""
        self.numbers[place.region] += 1
        self.on_site[place.id] += 1
        number = self.numbers[place.region]
        name = self.rng.choice(form.names).format(
            number=number, hero=self.rng.choice(self.nation.heroes), place=place.town
        )
        own = f"{place.id}-{self.on_site[place.id]}" if self.nation.shared_sites else place.id
        size = place.breed.class_size * self.rng.uniform(0.85, 1.15)
        point = f"{place.latitude:.5f}{place.longitude:.5f}"
        giga_id = str(uuid.uuid3(uuid.NAMESPACE_DNS, own + name + form.level + point))  # as Giga makes them
        return Drawn(place, own, giga_id, name, form.level, pupils, max(1, math.ceil(pupils / size)))
