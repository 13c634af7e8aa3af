"""The world: selectors read what they name and nothing else; plans and intents equal those built from the facts."""

import datetime as dt
from collections import Counter
from dataclasses import fields

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from homeroom.errors import PlanError, StoreError
from homeroom.intent.build import Builder
from homeroom.plan.allocate import allocate
from homeroom.plan.layout import site_plan
from homeroom.plan.ledger import Ledger, read_ledger, write_ledger
from homeroom.policy.load import load_policy
from homeroom.programme.load import load_facts
from homeroom.programme.sample import write_sample
from homeroom.project import Project
from homeroom.store.inventory import Selector, inventory_path
from homeroom.store.world import World


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    folder = tmp_path_factory.mktemp("kg")
    write_sample("kg", folder, sites=40, seed=5)
    made = Project(folder)
    facts, _ = load_facts(made)
    write_ledger(made.ledger, allocate(facts, Ledger({}), dt.date(2026, 9, 1))[0])
    return made


@pytest.fixture(scope="module")
def world(project):
    made = World.open(project)
    yield made
    made.close()


def test_law_plans_and_intents_are_those_of_the_facts(project, world):
    facts, _ = load_facts(project)
    policy = load_policy(project)
    entries = read_ledger(project.ledger).entries
    vlans = {name: role.vlan for name, role in policy.roles.items()}
    plans = [site_plan(site, entries[site.id], facts.equipment, vlans) for site in facts.sites]
    assert list(world.sites()) == list(facts.sites)
    assert list(world.plans()) == plans
    builder = Builder(facts, policy)
    assert list(world.intents()) == [intent for plan in plans for intent in builder.site(plan)]
    assert world.programme == facts.programme
    assert world.policy == policy
    assert world.equipment == facts.equipment


def test_counts(project, world):
    facts, _ = load_facts(project)
    assert world.schools() == sum(len(site.schools) for site in facts.sites)
    assert world.pupils() == sum(site.pupils for site in facts.sites)
    region = facts.sites[0].region
    inside = [site for site in facts.sites if site.region == region]
    assert world.schools(Selector(regions=(region,))) == sum(len(site.schools) for site in inside)
    assert world.pupils(Selector(sites=("nowhere",))) == 0


FIELDS = {"regions": "region", "sites": "site", "devices": "name", "platforms": "platform", "kinds": "kind"}


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60, deadline=None)
@given(data=st.data())
def test_law_a_selector_selects_what_it_says(world, data):
    """For any selector: the same devices as a loop over all of them; sites and intents follow from those."""
    everything = world.devices()
    chosen = {}
    for field, column in FIELDS.items():
        values = sorted({getattr(row, column) for row in everything})
        chosen[field] = tuple(data.draw(st.lists(st.sampled_from([*values, "nowhere"]), max_size=2), label=field))
    selector = Selector(**chosen)
    wanted = [
        row
        for row in everything
        if all(not chosen[f] or getattr(row, column) in chosen[f] for f, column in FIELDS.items())
    ]
    assert world.devices(selector) == wanted
    assert [intent.device.name for intent in world.intents(selector)] == [row.name for row in wanted]
    if selector.devices or selector.platforms or selector.kinds:
        names = sorted({row.site for row in wanted})
        assert [site.id for site in world.sites(selector)] == names
        assert [plan.entry.site for plan in world.plans(selector)] == names


def test_a_plan_of_a_selected_device_is_whole(world):
    router = world.devices(Selector(kinds=("router",)))[0]
    (plan,) = world.plans(Selector(devices=(router.name,)))
    assert len(plan.devices) > 1


def test_many_names_at_once(world):
    names = tuple(f"no-{n}" for n in range(70_000))
    assert world.devices(Selector(devices=(*names, world.devices()[0].name))) == world.devices()[:1]


def test_text_in_a_selector_is_only_text(world):
    assert world.devices(Selector(sites=("x') OR 1=1 --", 'x" OR ""="'))) == []


def test_one_device(world):
    first = world.devices()[0]
    assert world.device(first.name) == first
    assert world.device("nobody") is None
    assert Counter(row.kind for row in world.devices())["router"] == len({row.site for row in world.devices()})


def test_unknown_selector_fields_are_refused():
    assert [field.name for field in fields(Selector)] == list(FIELDS)
    with pytest.raises(TypeError):
        Selector(kind=("router",))


def test_golden_no_plan_yet(tmp_path):
    write_sample("kg", tmp_path, sites=3, seed=1)
    with pytest.raises(PlanError, match=r"^3 sites have no address block yet \(.*, \.\.\.\): run `homeroom plan`$"):
        World.open(Project(tmp_path))


def test_golden_a_file_that_broke_after_opening(project):
    opened = World.open(project)
    data = inventory_path(project).read_bytes()
    try:
        inventory_path(project).write_bytes(data[:100] + b"\xff" * (len(data) - 100))
        with pytest.raises(StoreError, match=r"^the inventory cannot be read: .*; delete \.homeroom/inventory\.db$"):
            opened.devices()
    finally:
        opened.close()
        inventory_path(project).unlink()


def test_golden_a_file_that_cannot_be_opened(project, monkeypatch):
    monkeypatch.setattr("homeroom.store.world.inventory_path", lambda project: project.root / "none" / "inventory.db")
    with pytest.raises(StoreError, match=r"cannot be opened: unable to open database file; delete it"):
        World.open(project)
