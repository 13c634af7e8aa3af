"""Boundaries of the regions: public-domain polygons that ship with Homeroom (`geo/SOURCES.md`).

A point is looked up by horizontal bands, so that only the few edges at its latitude are tested: a nation's
schools are checked in a fraction of a second, in plain Python.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any, Final, Literal, TypeAlias

from homeroom.errors import UsageError

DATA: Final = Path(__file__).parent / "geo"
BANDS: Final = 64

Ring: TypeAlias = tuple[tuple[float, float], ...]
"""(longitude, latitude) of each corner; the last repeats the first."""
Polygon: TypeAlias = tuple[Ring, ...]
"""An outer ring and its holes."""
Edge: TypeAlias = tuple[float, float, float, float]
Layer: TypeAlias = Literal["admin0", "admin1_s", "water", "context"]


@dataclass(frozen=True)
class Boundary:
    """One region's outline. `id` is its ISO 3166-2 code; `box` is west, south, east, north."""

    id: str
    name: str
    polygons: tuple[Polygon, ...]
    box: tuple[float, float, float, float] = field(init=False, compare=False, repr=False)
    _bands: tuple[tuple[Edge, ...], ...] = field(init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        """Sort the edges into bands of latitude."""
        edges = [edge for polygon in self.polygons for ring in polygon for edge in _edges(ring)]
        lons, lats = [e[0] for e in edges], [e[1] for e in edges]
        box = (min(lons), min(lats), max(lons), max(lats))
        bands: list[list[Edge]] = [[] for _ in range(BANDS)]
        for edge in edges:
            low, high = sorted((_band(box, edge[1]), _band(box, edge[3])))
            for number in range(low, high + 1):
                bands[number].append(edge)
        object.__setattr__(self, "box", box)
        object.__setattr__(self, "_bands", tuple(tuple(band) for band in bands))

    def contains(self, lon: float, lat: float) -> bool:
        """Tell whether the point lies inside (holes are outside)."""
        west, south, east, north = self.box
        if not (west <= lon <= east and south <= lat <= north):
            return False
        inside = False
        for x1, y1, x2, y2 in self._bands[_band(self.box, lat)]:
            if (y1 > lat) != (y2 > lat) and lon < (x2 - x1) * (lat - y1) / (y2 - y1) + x1:
                inside = not inside
        return inside

    def near(self, lon: float, lat: float, degrees: float) -> bool:
        """Tell whether the point lies inside, or within `degrees` of the border."""
        west, south, east, north = self.box
        if not (west - degrees <= lon <= east + degrees and south - degrees <= lat <= north + degrees):
            return False
        if self.contains(lon, lat):
            return True
        low, high = _band(self.box, lat - degrees), _band(self.box, lat + degrees)
        return any(_distance(lon, lat, edge) <= degrees for band in self._bands[low : high + 1] for edge in band)


def _edges(ring: Ring) -> Iterator[Edge]:
    for (x1, y1), (x2, y2) in pairwise(ring):
        yield x1, y1, x2, y2


def _band(box: tuple[float, float, float, float], lat: float) -> int:
    """Return the number of the band `lat` is in; latitudes outside the box fall in the first or the last."""
    height = (box[3] - box[1]) or 1.0
    return min(BANDS - 1, max(0, int((lat - box[1]) / height * BANDS)))


def _distance(lon: float, lat: float, edge: Edge) -> float:
    """Return the distance in degrees from the point to the edge; a degree of longitude counts as one of latitude."""
    x1, y1, x2, y2 = edge
    dx, dy = x2 - x1, y2 - y1
    square = dx * dx + dy * dy
    along = ((lon - x1) * dx + (lat - y1) * dy) / square if square else 0.0
    along = min(1.0, max(0.0, along))
    return math.hypot(lon - x1 - along * dx, lat - y1 - along * dy)


def countries() -> tuple[str, ...]:
    """Return the countries whose boundaries ship, as ISO 3166-1 alpha-2 codes, sorted."""
    return tuple(sorted(path.name[:2].upper() for path in DATA.glob("*_admin1_s.geojson")))


@cache
def boundaries(country: str) -> Mapping[str, Boundary]:
    """Return the boundaries of a country's regions, keyed by ISO 3166-2 id; UsageError when none ship."""
    found: dict[str, Boundary] = {}
    for feature in layer(country, "admin1_s")["features"]:
        about = feature["properties"]
        found[feature["id"]] = Boundary(feature["id"], about["name_en"], polygons(feature["geometry"]))
    return found


def layer(country: str, name: Layer) -> Mapping[str, Any]:
    """Return a layer of a country's map as a GeoJSON FeatureCollection; UsageError when it does not ship."""
    if country not in countries():
        raise UsageError(f"no boundaries of {country} ship with Homeroom; there are {', '.join(countries())}")
    text = (DATA / f"{country.lower()}_{name}.geojson").read_text(encoding="utf-8")
    found: Mapping[str, Any] = json.loads(text)
    return found if "features" in found else {"type": "FeatureCollection", "features": [found]}


def polygons(geometry: Mapping[str, Any]) -> tuple[Polygon, ...]:
    """Return the polygons of a GeoJSON geometry; empty for lines and points."""
    parts: list[list[list[list[float]]]] = {
        "Polygon": [geometry["coordinates"]],
        "MultiPolygon": geometry["coordinates"],
    }.get(geometry["type"], [])
    return tuple(tuple(tuple((point[0], point[1]) for point in ring) for ring in part) for part in parts)
