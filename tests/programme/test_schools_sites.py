"""Rows into sites: counts add up, states are the furthest, and schools of one site must agree."""

import itertools

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from homeroom.programme.load import load_facts

CENTRO = {"site_id": "centro"}
FAR = "correct the coordinates, or give it its own site_id"


def test_one_site_hosts_several_schools(write):
    facts, problems = load_facts(
        write(
            CENTRO | {"school_id_govt": "b", "num_students": "100", "num_classrooms": "4"},
            {"school_id_govt": "alone"},
            CENTRO | {"school_id_govt": "a", "school_name": "Colegio", "download_speed_contracted": "300"},
        )
    )
    assert not problems
    assert [site.id for site in facts.sites] == ["alone", "centro"]
    site = facts.sites[1]
    assert (site.name, site.pupils, site.classrooms, site.mbps) == ("Colegio", 300, 12, 300.0)
    assert [school.id for school in site.schools] == ["a", "b"]


def test_the_site_is_the_same_whatever_the_order_of_rows(write):
    rows = [
        CENTRO | {"school_id_govt": "a", "latitude": "-25.39300", "school_name": "A"},
        CENTRO | {"school_id_govt": "b", "connectivity_type_govt": "", "download_speed_contracted": ""},
        CENTRO | {"school_id_govt": "c", "school_area_type": "rural", "download_speed_contracted": "20"},
    ]
    seen = set()
    for order in itertools.permutations(rows):
        site = load_facts(write(*order))[0].sites[0]
        seen.add((site.name, site.latitude, site.area, site.link, site.mbps, tuple(s.id for s in site.schools)))
    assert seen == {("A", -25.393, "urban", "fiber", 100.0, ("a", "b", "c"))}


@pytest.mark.parametrize(
    ("states", "furthest"),
    [(["not_planned", "connected"], "connected"), (["hard_to_reach", "pipeline"], "pipeline"),
     (["not_planned", "hard_to_reach"], "hard_to_reach"), (["not_planned", "not_planned"], "not_planned")],
)  # fmt: skip
def test_the_state_is_the_furthest(write, states, furthest):
    rows = [CENTRO | {"school_id_govt": f"s{n}", "programme_state": state} for n, state in enumerate(states)]
    assert load_facts(write(*rows))[0].sites[0].state == furthest


def test_schools_of_one_site_stand_in_one_region(write):
    facts, problems = load_facts(
        write(
            CENTRO,
            CENTRO | {"school_id_govt": "x", "admin1": "PY-ASU", "latitude": "-25.30000", "longitude": "-57.60000"},
        )
    )
    assert [str(problem) for problem in problems] == [
        "inventory/schools.csv:3: admin1: PY-ASU is not PY-11, as in row 2 of the same site centro; correct one of them"
    ]
    assert (len(facts.sites[0].schools), facts.held) == (1, {"centro"})


@pytest.mark.parametrize(
    ("latitude", "longitude", "apart"),
    [("-25.38400", "-57.35419", None), ("-25.38300", "-57.35419", "1.1"), ("-25.39281", "-57.34430", None),
     ("-25.39281", "-57.34410", "1.0"), ("-25.45000", "-57.40000", "7.8")],
)  # fmt: skip
def test_schools_of_one_site_stand_within_a_kilometre(write, latitude, longitude, apart):
    other = CENTRO | {"school_id_govt": "x", "latitude": latitude, "longitude": longitude}
    _, problems = load_facts(write(CENTRO, other))
    expected = f"inventory/schools.csv:3: latitude: lies {apart} km from row 2 of the same site centro; {FAR}"
    assert [str(problem) for problem in problems] == ([expected] if apart else [])


def test_a_site_beyond_every_profile_is_quarantined_whole(write):
    rows = [CENTRO | {"school_id_govt": f"s{n}", "num_students": "2501"} for n in range(2)]
    facts, problems = load_facts(write({}, *rows))
    assert [str(problem) for problem in problems] == [
        f"inventory/schools.csv:{row}: num_students: site centro has 5002 pupils, more than every profile (at most 5000);"
        " add a larger profile to profiles.yaml, or split the site"
        for row in (3, 4)
    ]
    assert ([site.id for site in facts.sites], facts.held) == (["1101"], {"centro"})


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(
    st.lists(
        st.tuples(st.sampled_from("abcd"), st.integers(0, 900), st.integers(0, 40), st.booleans()),
        min_size=1,
        max_size=12,
    )
)
def test_every_row_is_a_school_or_quarantined_and_sums_hold(write, rows):
    project = write(
        *({"school_id_govt": f"s{n}", "site_id": site, "num_students": str(pupils) if good else "?", "num_classrooms": str(rooms)}
          for n, (site, pupils, rooms, good) in enumerate(rows))
    )  # fmt: skip
    facts, problems = load_facts(project)
    schools = [school for site in facts.sites for school in site.schools]
    assert len(schools) + len({problem.row for problem in problems}) == len(rows)
    for site in facts.sites:
        assert site.pupils == sum(school.pupils for school in site.schools)
        assert site.classrooms == sum(school.classrooms for school in site.schools)
    assert [site.id for site in facts.sites] == sorted({site.id for site in facts.sites})
