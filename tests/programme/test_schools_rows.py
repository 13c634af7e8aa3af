"""One row of schools.csv: each refusal with its exact message; a bad row never stops the others."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from homeroom.programme.geo import boundaries
from homeroom.programme.load import load_facts
from homeroom.taint import REMEDY, SPECIAL, unsafe

LEVELS = (
    "Pre-Primary, Primary, Secondary, Post-Secondary, Pre-Primary and Primary, Primary and Secondary, "
    "Pre-Primary, Primary and Secondary, Primary, Secondary and Post-Secondary"
)
LINKS = "fiber, xdsl, wired, cellular, p2mp wireless, p2p wireless, satellite, copper, coaxial, other, unknown"
GIGA = "26cd8d91-6e14-3865-94a7-ffe224f31580"


def quarantined(project):
    facts, problems = load_facts(project)
    return [site.id for site in facts.sites], [str(problem) for problem in problems]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"school_id_govt": ""}, "school_id_govt: is empty; fill it"),
        ({"school_id_govt": "a b"}, "school_id_govt: 'a b' is not an id; write letters, digits, . _ : -, at most 40"),
        ({"school_id_govt": "../x"}, "school_id_govt: '../x' is not an id; write letters, digits, . _ : -, at most 40"),
        ({"site_id": "x" * 41}, f"site_id: '{'x' * 39}…' is not an id; write letters, digits, . _ : -, at most 40"),
        ({"school_id_giga": "123"}, "school_id_giga: '123' is not a Giga id (a UUID); copy it from Giga, or leave it empty"),
        ({"school_name": ""}, "school_name: is empty; fill it"),
        ({"school_name": "  "}, "school_name: is empty; fill it"),
        ({"school_name": "Escuela "}, "school_name: begins or ends with a blank; remove it"),
        ({"school_name": "x" * 101}, "school_name: has 101 characters, more than 100; shorten it"),
        ({"school_name": 'Escuela "Ñandutí"'}, f"school_name: '\"' at position 9 is refused; {REMEDY}"),
        ({"school_name": "Escuela\nshutdown"}, f"school_name: U+000A at position 8 is refused; {REMEDY}"),
        ({"school_name": "Escuela\u202eabc"}, f"school_name: U+202E at position 8 is refused; {REMEDY}"),
        ({"latitude": ""}, "latitude: is empty; fill it"),
        ({"latitude": "-25,39281"}, "latitude: '-25,39281' is not a number of degrees; write it as -25.28646, with a point"),
        ({"latitude": "25°23′S"}, "latitude: '25°23′S' is not a number of degrees; write it as -25.28646, with a point"),
        ({"latitude": "nan"}, "latitude: 'nan' is not a number of degrees; write it as -25.28646, with a point"),
        ({"latitude": "٢٥.١٢٣"}, "latitude: '٢٥.١٢٣' is not a number of degrees; write it as -25.28646, with a point"),
        ({"latitude": "-95.39281"}, "latitude: -95.39281 is beyond 90 degrees; correct it"),
        ({"longitude": "-257.35419"}, "longitude: -257.35419 is beyond 180 degrees; correct it"),
        ({"latitude": "-25.39"}, "latitude: -25.39 has fewer than 3 decimals; measure it at the school; write ending zeros too"),
        ({"longitude": "-57"}, "longitude: -57 has fewer than 3 decimals; measure it at the school; write ending zeros too"),
        ({"latitude": "0.0000", "longitude": "0.0000"}, "latitude: is 0, 0: no school stands there; measure it at the school"),
        ({"latitude": "-25.50000", "longitude": "-54.65000"}, "latitude: -25.5, -54.65 lies in PY-10 (Alto Paraná), not in PY-11 (Central); correct the coordinates or admin1"),
        ({"latitude": "-34.60000", "longitude": "-58.40000"}, "latitude: -34.6, -58.4 lies in no region of PY, not in PY-11 (Central); correct the coordinates or admin1"),
        ({"latitude": "-57.35419", "longitude": "-25.39281"}, "latitude: -57.35419, -25.39281 lies in no region of PY, not in PY-11 (Central); swap latitude and longitude"),
        ({"education_level": "primaria"}, f"education_level: 'primaria' is not one of {LEVELS}; choose one of them"),
        ({"education_level": ""}, "education_level: is empty; fill it"),
        ({"admin1": ""}, "admin1: is empty; choose one of PY-11, PY-ASU"),
        ({"admin1": "PY-10"}, "admin1: 'PY-10' is not a region of programme.yaml; choose one of PY-11, PY-ASU"),
        ({"school_area_type": "suburban"}, "school_area_type: 'suburban' is not one of urban, rural; choose one of them"),
        ({"num_students": "many"}, "num_students: 'many' is not a whole number; write digits only"),
        ({"num_students": "-5"}, "num_students: '-5' is not a whole number; write digits only"),
        ({"num_students": "2.5"}, "num_students: '2.5' is not a whole number; write digits only"),
        ({"num_students": "²"}, "num_students: '²' is not a whole number; write digits only"),
        ({"num_students": "10001"}, "num_students: 10001 is above 10000; correct it"),
        ({"num_classrooms": "201"}, "num_classrooms: 201 is above 200; correct it"),
        ({"num_classrooms": ""}, "num_classrooms: is empty; fill it"),
        ({"connectivity_govt": "maybe"}, "connectivity_govt: 'maybe' is not one of yes, no; choose one of them"),
        ({"connectivity_type_govt": "carrier pigeon"}, f"connectivity_type_govt: 'carrier pigeon' is not one of {LINKS}; choose one of them"),
        ({"download_speed_contracted": "fast"}, "download_speed_contracted: 'fast' is not a number of Mbit/s; write it as 100 or 2.5"),
        ({"download_speed_contracted": "0.5"}, "download_speed_contracted: 0.5 is not within 1 to 10000 Mbit/s; correct it"),
        ({"download_speed_contracted": "10001"}, "download_speed_contracted: 10001 is not within 1 to 10000 Mbit/s; correct it"),
        ({"connectivity_govt": "no"}, "download_speed_contracted: is given, but connectivity_govt is no; correct one of them"),
        ({"programme_state": "planned"}, "programme_state: 'planned' is not one of connected, pipeline, hard_to_reach, not_planned; choose one of them"),
        ({"programme_state": "connected", "connectivity_govt": "no", "download_speed_contracted": ""}, "programme_state: is connected, but connectivity_govt is no; correct one of them"),
    ],
)  # fmt: skip
def test_each_refusal(write, change, message):
    project = write(change, {"school_id_govt": "1102"})
    good, found = quarantined(project)
    assert found == [f"inventory/schools.csv:2: {message}"]
    assert "1102" in good


@pytest.mark.parametrize(("degrees", "good"), [(0.0, True), (0.045, True), (0.055, False)])
def test_a_point_may_lie_a_little_outside_its_simplified_region(write, degrees, good):
    border = boundaries("PY")["PY-11"].box[3] + degrees
    lon = next(x for ring in boundaries("PY")["PY-11"].polygons[0] for x, y in ring if y + degrees == border)
    _, found = quarantined(write({"latitude": f"{border:.5f}", "longitude": f"{lon:.5f}"}))
    assert (not found) is good


def test_a_good_row(write):
    facts, problems = load_facts(write({"school_id_giga": GIGA, "site_id": "centro"}))
    site, school = facts.sites[0], facts.sites[0].schools[0]
    assert not problems
    assert (site.id, site.region, site.name, site.area) == ("centro", "PY-11", "Escuela Básica N.º 1", "urban")
    assert (site.latitude, site.longitude, site.link, site.mbps) == (-25.39281, -57.35419, "fiber", 100.0)
    assert (school.id, school.giga_id, school.level, school.pupils, school.classrooms, school.state, school.row) == (
        "1101", GIGA, "Primary", 200, 8, "connected", 2,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("change", "state", "mbps"),
    [
        ({}, "connected", 100.0),
        ({"download_speed_contracted": ""}, "connected", 0.0),
        ({"connectivity_govt": "no", "download_speed_contracted": ""}, "not_planned", 0.0),
        ({"connectivity_govt": "no", "download_speed_contracted": "0", "programme_state": "pipeline"}, "pipeline", 0.0),
        ({"connectivity_govt": "no", "download_speed_contracted": "", "programme_state": "hard_to_reach"}, "hard_to_reach", 0.0),
        ({"programme_state": "pipeline"}, "pipeline", 100.0),
    ],
)  # fmt: skip
def test_the_state_follows_connectivity_unless_given(write, change, state, mbps):
    facts, problems = load_facts(write(change))
    assert not problems
    assert (facts.sites[0].state, facts.sites[0].mbps) == (state, mbps)


@pytest.mark.parametrize(
    "change",
    [{"admin1": "Central"}, {"school_area_type": "Urban"}, {"connectivity_govt": "Yes"}, {"num_students": "200.0"},
     {"education_level": "primary"}, {"connectivity_type_govt": "Fiber"}],
)  # fmt: skip
def test_what_exports_vary_in_is_accepted(write, change):
    facts, problems = load_facts(write(change))
    assert not problems
    site = facts.sites[0]
    assert (site.region, site.area, site.link, site.pupils, site.schools[0].level) == (
        "PY-11", "urban", "fiber", 200, "Primary",
    )  # fmt: skip


def test_a_duplicate_names_the_first_row(write):
    giga = {"school_id_giga": GIGA}
    project = write(giga, {"school_id_govt": "1102"}, {}, {"school_id_govt": "1103"} | giga)
    good, found = quarantined(project)
    assert found == [
        "inventory/schools.csv:4: school_id_govt: '1101' is already that of row 2; give each school its own, or remove one row",
        f"inventory/schools.csv:5: school_id_giga: '{GIGA}' is already that of row 2; give each school its own, or remove one row",
    ]
    assert good == ["1101", "1102"]


def test_a_row_of_another_width(project):
    columns = "school_id_govt,school_name,latitude,longitude,education_level,admin1,school_area_type,num_students,num_classrooms,connectivity_govt"
    rows = ["1101,Escuela, la primera,-25.39281,-57.35419,Primary,PY-11,urban,200,8,yes", "1102,Escuela"]
    (project.inventory / "schools.csv").write_text("\n".join([columns, *rows]), encoding="utf-8")
    facts, problems = load_facts(project)
    assert [str(problem) for problem in problems] == [
        "inventory/schools.csv:2: (row): has 11 cells, the header has 10; quote the cells that hold a comma",
        "inventory/schools.csv:3: (row): has 2 cells, the header has 10; quote the cells that hold a comma",
    ]
    assert facts.held == {"1101", "1102"}


def test_all_problems_of_a_row_and_of_all_rows_are_collected(write):
    _, found = quarantined(
        write({"num_students": "x", "latitude": "y", "admin1": "z"}, {"school_id_govt": "", "school_name": ""})
    )
    assert [text.split(": ")[1] for text in found] == [
        "admin1",
        "num_students",
        "latitude",
        "school_id_govt",
        "school_name",
    ]


def test_sites_of_quarantined_rows_are_held(write):
    facts, _ = load_facts(
        write({"num_students": "x", "site_id": "centro"}, {"school_id_govt": "1102", "num_students": "x"})
    )
    assert facts.held == {"centro", "1102"}
    assert load_facts(write({}))[0].held == frozenset()


def test_a_region_without_a_polygon_takes_points_of_the_whole_country(project, write, edit):
    """Osh City has no polygon of its own in the shipped data: it lies inside its oblast's."""
    edit("programme.yaml", "country: PY", "country: KG")
    edit("programme.yaml", "id: PY-11", "id: KG-GO")
    edit("programme.yaml", "id: PY-ASU", "id: KG-B")
    osh = {"admin1": "KG-GO", "latitude": "40.53000", "longitude": "72.80000"}
    write(osh, osh | {"school_id_govt": "1102", "latitude": "50.53000"})
    good, found = quarantined(project)
    assert good == ["1101"]
    assert found == [
        "inventory/schools.csv:3: latitude: 50.53, 72.8 lies in no region of KG, not in KG-GO (Central); correct the coordinates or admin1"
    ]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=150)
@given(st.dictionaries(st.sampled_from(("school_id_govt", "school_name", "latitude", "admin1", "num_students", "site_id",
                                        "download_speed_contracted", "education_level", "programme_state")),
                       st.text(st.characters(codec="utf-8"), max_size=120), min_size=1))  # fmt: skip
def test_whatever_a_cell_holds_it_passes_whole_or_is_quarantined(write, change):
    facts, problems = load_facts(write(change, {"school_id_govt": "the-other-one"}))
    assert "the-other-one" in {school.id for site in facts.sites for school in site.schools}
    if not problems:
        school = next(school for site in facts.sites for school in site.schools if school.id != "the-other-one")
        assert school.name == change.get("school_name", "Escuela Básica N.º 1")
        assert not any(unsafe(text) for text in (school.id, school.name, *(site.id for site in facts.sites)))


@pytest.mark.parametrize(
    "character", sorted({*SPECIAL, "\n", "\r", "\x00", "\x1b", "\x85", "\u2028", "\ufeff", "\U000e0041"})
)
@pytest.mark.parametrize("column", ["school_id_govt", "site_id", "school_name", "school_id_giga"])
def test_hostile_text_is_refused_in_every_column_a_device_could_see(write, column, character):
    _, problems = load_facts(write({column: f"ab{character}cd"}))
    assert column in {problem.field for problem in problems}
