"""The synthetic nations: published totals exactly, points in their regions, same seed, same bytes."""

import csv
import hashlib
import re
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from homeroom.errors import UsageError
from homeroom.programme import geo
from homeroom.programme.bill import bill
from homeroom.programme.columns import USED
from homeroom.programme.load import load_facts
from homeroom.programme.model import WITH_DEVICES
from homeroom.programme.sample import NATIONS, write_sample
from homeroom.programme.sample.nation import load_nation
from homeroom.programme.sample.places import apportion
from homeroom.project import Project

BLOCK = {"S": 1 << 9, "M": 1 << 11, "L": 1 << 12}


@pytest.fixture(scope="module")
def nations(tmp_path_factory):
    """Each nation whole, written and loaded once."""
    found = {}
    for name in NATIONS:
        out = tmp_path_factory.mktemp(name)
        write_sample(name, out, sites=None, seed=1)
        facts, problems = load_facts(Project(out))
        assert problems == ()
        found[name] = (out, facts)
    return found


def states(facts):
    return Counter(school.state for site in facts.sites for school in site.schools)


def bills(facts):
    return [found for site in facts.sites if (found := bill(site, facts.equipment))]


def test_kyrgyzstan_has_its_published_totals(nations):
    facts = nations["kg"][1]
    assert len(facts.sites) == sum(states(facts).values()) == 2137
    assert states(facts) == {"connected": 1446, "pipeline": 307, "hard_to_reach": 35, "not_planned": 349}
    assert sum(states(facts).values()) - states(facts)["connected"] == 691
    assert len({site.region for site in facts.sites}) == 8


def test_paraguay_has_its_published_totals(nations):
    facts = nations["py"][1]
    assert len(facts.sites) == 962
    assert states(facts) == {"connected": 1707}
    assert {site.link for site in facts.sites} == {"fiber"}
    assert len({site.region for site in facts.sites}) == 18
    assert max(len(site.schools) for site in facts.sites) == 4


def test_serbia_has_its_published_totals(nations):
    facts = nations["rs"][1]
    assert (len(facts.sites), sum(len(site.schools) for site in facts.sites)) == (4000, 4000)
    assert sum(site.pupils for site in facts.sites) == 850_000
    units = [site for site in facts.sites if "истурено одељење" in site.name]
    assert len(units) == 2150
    assert all(site.pupils <= 60 and site.area == "rural" for site in units)
    assert len({site.region for site in facts.sites}) == 25
    assert sum(found.aps for found in bills(facts)) == pytest.approx(24_000, rel=0.02)


@pytest.mark.parametrize("name", NATIONS)
def test_every_point_lies_in_its_region_and_on_land(nations, name):
    facts = nations[name][1]
    country = name.upper()
    regions = geo.boundaries(country)
    shapes = [geo.polygons(feature["geometry"]) for feature in geo.layer(country, "water")["features"]]
    lakes = [geo.Boundary("", "", shape) for shape in shapes if shape]
    assert lakes
    for site in facts.sites:
        assert regions[site.region].contains(site.longitude, site.latitude)
        assert not any(lake.contains(site.longitude, site.latitude) for lake in lakes)


@pytest.mark.parametrize("name", NATIONS)
def test_pools_leave_room_to_grow_by_a_half(nations, name):
    facts = nations[name][1]
    need = Counter()
    for site in facts.sites:
        profile = next(p for p in facts.equipment.profiles if site.pupils <= p.max_pupils)
        need[site.region] += BLOCK[profile.size]
    sites = Counter(site.region for site in facts.sites)
    for region in facts.programme.regions:
        assert region.pool4.last - region.pool4.first + 1 >= 1.5 * need[region.id]
        assert 1 << (56 - region.pool6.length) >= 4 * sites[region.id]


@pytest.mark.parametrize("name", NATIONS)
def test_the_spread_is_plausible(nations, name):
    facts = nations[name][1]
    assert {site.area for site in facts.sites} == {"urban", "rural"}
    assert all(1 <= school.classrooms <= 60 for site in facts.sites for school in site.schools)
    assert all(3 <= school.pupils <= 1500 for site in facts.sites for school in site.schools)
    rural = [site.state == "connected" for site in facts.sites if site.area == "rural"]
    urban = [site.state == "connected" for site in facts.sites if site.area == "urban"]
    assert sum(urban) / len(urban) >= sum(rural) / len(rural)
    assert all((site.mbps > 0) == (site.state == "connected") for site in facts.sites)
    assert len({site.name for site in facts.sites}) > len(facts.sites) / 4
    assert all(found.aps for found in bills(facts))
    assert len(bills(facts)) == sum(site.state in WITH_DEVICES for site in facts.sites)


def test_names_are_in_the_nation_s_own_language(nations):
    letters = {
        "kg": re.compile("[А-Яа-яҮүӨөҢң]"),
        "rs": re.compile("[А-Яа-яЂђЈјЉљЊњЋћЏџ]"),
        "py": re.compile("[A-Za-zñÑ]"),
    }
    for name, (_, facts) in nations.items():
        assert all(letters[name].search(school.name) for site in facts.sites for school in site.schools)


@pytest.mark.parametrize("name", NATIONS)
def test_same_seed_same_bytes_another_seed_another_nation(tmp_path, nations, name):
    for folder, seed in (("again", 1), ("other", 2)):
        write_sample(name, tmp_path / folder, sites=None, seed=seed)
    files = sorted(path.relative_to(nations[name][0]) for path in nations[name][0].rglob("*") if path.is_file())
    assert files
    for path in files:
        first = (nations[name][0] / path).read_bytes()
        assert (tmp_path / "again" / path).read_bytes() == first
        assert ((tmp_path / "other" / path).read_bytes() == first) == (path.name != "schools.csv")


def test_the_bytes_are_those_of_every_supported_python(tmp_path):
    """One small nation's hash, so that a change of the random module or of the data is seen."""
    write_sample("kg", tmp_path, sites=40, seed=1)
    data = (tmp_path / "inventory" / "schools.csv").read_bytes()
    assert hashlib.sha256(data).hexdigest()[:16] == "210bce1027a34942"


@pytest.mark.parametrize("name", NATIONS)
@pytest.mark.parametrize("sites", [1, 7, 40])
def test_fewer_sites_scale_and_spread(tmp_path, name, sites):
    write_sample(name, tmp_path, sites=sites, seed=3)
    facts, problems = load_facts(Project(tmp_path))
    whole = load_nation(name)
    assert problems == ()
    assert len(facts.sites) == sites
    assert sum(len(site.schools) for site in facts.sites) == round(whole.schools * sites / whole.sites)
    if whole.pupils:
        assert sum(site.pupils for site in facts.sites) == round(whole.pupils * sites / whole.sites)
    if sites == 40:
        assert len({site.region for site in facts.sites}) >= {"kg": 8, "py": 18, "rs": 15}[name]


def test_the_columns_are_known_and_used(nations):
    for name, (out, _) in nations.items():
        with (out / "inventory" / "schools.csv").open(encoding="utf-8", newline="") as file:
            header = next(csv.reader(file))
        assert set(USED) - set(header) == (set() if name == "py" else {"site_id"})


def test_towns_lie_in_their_regions():
    for name in NATIONS:
        nation = load_nation(name)
        regions = geo.boundaries(name.upper())
        assert set(nation.regions) == set(regions)
        for region, land in nation.regions.items():
            for town, (lon, lat) in land.towns.items():
                assert regions[region].near(lon, lat, 0.02), (region, town)


def test_what_is_no_sample_is_refused(tmp_path):
    with pytest.raises(UsageError) as caught:
        write_sample("xx", tmp_path, sites=None, seed=1)
    assert str(caught.value) == "no sample is called xx; there are kg, py, rs"
    with pytest.raises(UsageError) as caught:
        write_sample("kg", tmp_path, sites=0, seed=1)
    assert str(caught.value) == "0 sites are not a programme: ask for at least 1"
    assert not any(tmp_path.iterdir())


@given(st.integers(0, 10_000), st.lists(st.floats(0, 1000), min_size=1, max_size=40).filter(lambda w: sum(w) > 0.001))
def test_apportioning_is_exact_and_within_one(total, weights):
    parts = apportion(total, weights)
    assert sum(parts) == total
    assert all(
        abs(part - weight * total / sum(weights)) < 1.000001 for part, weight in zip(parts, weights, strict=True)
    )
