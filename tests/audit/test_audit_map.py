"""The map: every site once, the legend adds up, nothing is drawn outside, nothing is fetched."""

import math
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from reports import Reader, bundle, place, subject, verdict, written

from homeroom.audit.bundle.model import Region
from homeroom.audit.report import chart, geometry, shapes
from homeroom.audit.report.chart import CLASSES, Pin, draw, legend
from homeroom.audit.report.digest import Digest, Place
from homeroom.audit.report.speech import language
from homeroom.audit.verdict import STATUSES

STATES = st.sampled_from(CLASSES)
SAY = language("en")
NUMBER = re.compile(r"-?\d+(?:\.\d+)?")


def sites(number):
    """Some sites near each other."""
    return [
        Place(f"00-{n:04}", f"Escuela {n}", "PY-ASU", -25.3 + n % 7 * 0.01, -57.6 + n % 11 * 0.01)
        for n in range(1, number + 1)
    ]


@given(st.lists(STATES, max_size=60))
def test_the_legend_adds_up_to_the_sites(states):
    pins = [Pin(site, state, listed=False) for site, state in zip(sites(len(states)), states, strict=True)]
    keys = legend(pins, SAY)
    assert sum(key.count for key in keys) == len(pins)
    assert [key.label for key in keys] == [
        "Violation", "Error", "Unknown", "Waived", "Compliant", "No devices yet",
    ]  # fmt: skip


@given(st.lists(st.tuples(STATES, st.booleans()), min_size=1, max_size=40))
def test_every_site_is_drawn_exactly_once(states):
    pins = [Pin(site, *state) for site, state in zip(sites(len(states)), states, strict=True)]
    made = draw("PY", (), pins, SAY)
    assert sum(layer.path.count("M") for layer in made.marks) == len(pins)
    assert sum(1 for layer in made.marks if layer.link) == sum(listed for _, listed in states)


def test_the_worst_lies_on_top():
    pins = [Pin(site, state, listed=True) for site, state in zip(sites(6), CLASSES, strict=True)]
    styles = [layer.style.split()[1] for layer in draw("PY", (), pins, SAY).marks]
    assert styles == ["none", "compliant", "waived", "unknown", "error", "violation"]


def test_the_page_shows_the_same_counts_on_the_map_and_in_the_legend(tmp_path):
    entries = [
        *map(place, range(1, 5)),
        subject(verdict(site="00-0001")),
        subject(verdict("unknown", site="00-0002")),
        subject(verdict("compliant", site="00-0003")),
    ]
    text = written(bundle(tmp_path, entries))
    title = next(data for inside, data in Reader(text).texts if inside == "title" and data.startswith("Map of"))
    assert "Violation 1" in title
    assert "No devices yet 1" in title
    legend_ = re.findall(r'<table class="legend">.*?</table>', text, re.DOTALL)[0]
    counts = [int(n) for n in re.findall(r'class="n">(\d+)<', legend_)]
    assert sum(counts[:-1]) == counts[-1] == 4


def test_a_site_is_marked_by_its_worst_verdict_and_green_only_with_devices():
    digest = Digest(())
    for entry in (
        place(1),
        place(2, status="violation"),
        subject(verdict("compliant", site="good"), verdict("not_applicable", site="good")),
        subject(verdict("waived", site="excused")),
        subject(verdict("not_applicable", site="empty")),
    ):
        digest.add(entry)
    marks = {name: found.mark for name, found in digest.places.items()}
    assert marks == {
        "00-0001": None, "00-0002": "violation", "good": "compliant", "excused": "waived", "empty": "not_applicable",
    }  # fmt: skip


def test_sites_beyond_number_share_marks_and_the_legend_counts_them_all(monkeypatch):
    monkeypatch.setattr(chart, "CROWD", 10)
    pins = [Pin(site, "violation", listed=False) for site in sites(500)]
    made = draw("ZZ", (), pins, SAY)
    assert 0 < sum(layer.path.count("M") for layer in made.marks) <= 77
    assert sum(key.count for key in made.legend) == 500


@pytest.mark.parametrize("country", ["PY", "KG", "RS"])
def test_a_nation_is_drawn_with_its_regions(country):
    ids = chart._outlines(country)
    regions = [Region(key, outline.name) for key, outline in ids.items()]
    made = draw(country, regions, [], SAY)
    assert sum(layer.style == "land" and bool(layer.path) for layer in made.ground) == len(regions)
    assert 0 < len(made.labels) <= len(regions)
    for label in made.labels:
        assert 0 <= label.x <= made.width
        assert 0 <= label.y <= made.height
    disputed = [layer.path for layer in made.ground if layer.style == "disputed"]
    assert bool(disputed[0]) == (country == "RS")


def test_a_district_shows_its_neighbours_quietly():
    region = Region("PY-11", "Central")
    made = draw("PY", [region], [], SAY)
    styles = [layer.style for layer in made.ground if layer.path]
    assert styles.count("land") == 1
    assert "far" in styles
    for layer in made.ground:
        if layer.style in ("land", "far", "other", "lake"):
            numbers = [float(n) for n in NUMBER.findall(layer.path)]
            assert all(-12 <= x <= made.width + 12 for x in numbers[::2])
            assert all(-12 <= y <= made.height + 12 for y in numbers[1::2])


def test_a_country_without_shipped_boundaries_still_shows_its_sites():
    pins = [Pin(site, "violation", listed=False) for site in sites(5)]
    made = draw("ZZ", [Region("ZZ-1", "Z")], pins, SAY)
    assert made.ground == made.labels == ()
    assert made.marks[0].path.count("M") == 5


def test_no_sites_and_no_regions_make_an_empty_map():
    made = draw("ZZ", (), (), SAY)
    assert (made.marks, made.width) == ((), geometry.WIDTH)


@given(
    st.lists(st.tuples(st.floats(-170, 170), st.floats(-80, 80)), min_size=1, max_size=20),
)
def test_every_place_is_inside_the_view(points):
    view = geometry.view([(x, y, x, y) for x, y in points])
    assert 0 < view.height <= geometry.TALLEST + 1
    for lon, lat in points:
        x, y = view.place(lon, lat)
        assert -1 <= x <= view.width + 1
        assert -1 <= y <= view.height + 1


@given(st.lists(st.tuples(st.floats(-500, 500), st.floats(-500, 500)), min_size=3, max_size=12))
def test_clipping_leaves_nothing_outside_and_what_is_inside_whole(ring):
    kept = geometry.clip(ring, 100, 80)
    for x, y in kept:
        assert -10.001 <= x <= 110.001
        assert -10.001 <= y <= 90.001
    if all(-10 <= x <= 110 and -10 <= y <= 90 for x, y in ring):
        assert kept == ring


def test_middles_and_areas():
    square = [(0.0, 0.0), (4.0, 0.0), (4.0, 2.0), (0.0, 2.0), (0.0, 0.0)]
    assert geometry.middle(square) == pytest.approx((2, 1))
    assert geometry.area(square) == geometry.area(square[::-1]) == 8
    assert geometry.middle([(1.0, 1.0)] * 3) == (1.0, 1.0)


def test_a_ring_out_of_sight_or_too_small_is_not_drawn():
    view = geometry.view([(0.0, 0.0, 1.0, 1.0)])
    assert geometry.outline([(50, 50), (51, 50), (51, 51), (50, 50)], view) == ""
    assert geometry.outline([(0.5, 0.5), (0.5001, 0.5), (0.5, 0.5001)], view) == ""


def test_each_shape_is_one_closed_figure_around_its_place():
    for shape in ("disc", "triangle", "square", "ring", "diamond", "dot"):
        data = shapes.path(shape, [(100, 200), (300, 400)], 10)
        assert data.count("M") == 2
        x, y = (int(n) for n in NUMBER.findall(data)[:2])
        assert math.dist((x, y), (100, 200)) <= 16
    icons = {chart.icon(status).path for status in STATUSES}
    assert len(icons) >= 5
