"""The boundaries: complete, and the banded point-in-polygon test equal to the plain one."""

import itertools
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from homeroom.errors import UsageError
from homeroom.programme import geo
from homeroom.programme.geo import Boundary, boundaries, countries, layer, polygons

SQUARE = Boundary("X-1", "square", ((((0.0, 0.0), (4.0, 0.0), (4.0, 4.0), (0.0, 4.0), (0.0, 0.0)),
                                     ((1.0, 1.0), (3.0, 1.0), (3.0, 3.0), (1.0, 3.0), (1.0, 1.0))),))  # fmt: skip


def plain(boundary, lon, lat):
    """Count the edges east of the point, over all edges: the textbook test."""
    inside = False
    for polygon in boundary.polygons:
        for ring in polygon:
            for (x1, y1), (x2, y2) in itertools.pairwise(ring):
                if (y1 > lat) != (y2 > lat) and lon < (x2 - x1) * (lat - y1) / (y2 - y1) + x1:
                    inside = not inside
    return inside


def test_the_three_nations_are_complete():
    assert countries() == ("KG", "PY", "RS")
    assert [len(boundaries(country)) for country in countries()] == [8, 18, 25]
    assert all(code.startswith(f"{country}-") for country in countries() for code in boundaries(country))


def test_a_country_without_data_is_refused():
    with pytest.raises(UsageError) as caught:
        boundaries("XX")
    assert str(caught.value) == "no boundaries of XX ship with Homeroom; there are KG, PY, RS"


@pytest.mark.parametrize("country", ["KG", "PY", "RS"])
def test_bands_change_no_answer(country):
    rng = random.Random(7)
    for boundary in boundaries(country).values():
        west, south, east, north = boundary.box
        for _ in range(60):
            lon, lat = rng.uniform(west - 0.1, east + 0.1), rng.uniform(south - 0.1, north + 0.1)
            assert boundary.contains(lon, lat) == plain(boundary, lon, lat)


@given(st.floats(-1, 5), st.floats(-1, 5))
def test_a_hole_is_outside(lon, lat):
    assert SQUARE.contains(lon, lat) == plain(SQUARE, lon, lat)


def test_known_points():
    assert boundaries("PY")["PY-11"].contains(-57.35419, -25.39281)
    assert not boundaries("PY")["PY-10"].contains(-57.35419, -25.39281)
    assert boundaries("KG")["KG-Y"].contains(78.39, 42.49)


def test_a_point_lies_in_one_region_at_most():
    rng = random.Random(7)
    regions = boundaries("RS").values()
    for _ in range(300):
        lon, lat = rng.uniform(18.8, 23.0), rng.uniform(42.2, 46.2)
        assert sum(region.contains(lon, lat) for region in regions) <= 1


@pytest.mark.parametrize(
    ("lon", "lat", "near"),
    [(0.5, 0.5, True), (-0.05, 2, True), (-0.06, 2, False), (2, 4.05, True), (2, 4.051, False), (2, 2, False),
     (1.04, 2, True), (9, 9, False), (4.03, 4.03, True), (4.04, 4.04, False)],
)  # fmt: skip
def test_near_is_inside_or_within_the_distance_of_a_border(lon, lat, near):
    assert SQUARE.near(lon, lat, 0.0500001) is near


@given(st.floats(-1, 5), st.floats(-1, 5), st.floats(0.01, 1))
def test_near_holds_everything_inside_and_grows(lon, lat, degrees):
    if SQUARE.contains(lon, lat):
        assert SQUARE.near(lon, lat, degrees)
    if SQUARE.near(lon, lat, degrees):
        assert SQUARE.near(lon, lat, degrees * 2)


def test_a_point_that_is_an_edge_has_a_distance():
    assert geo._distance(3, 4, (0, 0, 0, 0)) == 5


@pytest.mark.parametrize("country", ["KG", "PY", "RS"])
@pytest.mark.parametrize("name", ["admin0", "admin1_s", "water", "context"])
def test_every_layer_ships(country, name):
    found = layer(country, name)
    assert found["type"] == "FeatureCollection"
    features = found["features"]
    assert features
    for feature in features:
        shapes = polygons(feature["geometry"])
        assert shapes or feature["geometry"]["type"].endswith("LineString")


def test_multipolygons_and_lines():
    ring = [[0, 0], [1, 0], [1, 1], [0, 0]]
    assert len(polygons({"type": "MultiPolygon", "coordinates": [[ring], [ring]]})) == 2
    assert polygons({"type": "LineString", "coordinates": ring}) == ()


def test_sources_are_named():
    text = (geo.DATA / "SOURCES.md").read_text(encoding="utf-8")
    for path in geo.DATA.glob("*.geojson"):
        stem = path.name.removesuffix(".geojson")
        assert stem[2:] in text or stem in text
