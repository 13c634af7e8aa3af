"""Who there is comes of the compiled inventory: each device and school with its site and region, and what hangs where."""

import datetime as dt

import pytest
import sqlalchemy as sa

from homeroom.plan.allocate import allocate
from homeroom.plan.ledger import Ledger, write_ledger
from homeroom.programme.load import load_facts
from homeroom.programme.sample import write_sample
from homeroom.project import Project
from homeroom.store import subjects
from homeroom.store.reachable import Node, judge, of_site
from homeroom.store.series_tables import subject
from homeroom.store.world import World


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    folder = tmp_path_factory.mktemp("kg")
    write_sample("kg", folder, sites=20, seed=5)
    made = Project(folder)
    facts, _ = load_facts(made)
    write_ledger(made.ledger, allocate(facts, Ledger({}), dt.date(2026, 9, 1))[0])
    opened = World.open(made)
    yield opened
    opened.close()


def test_every_device_and_school_is_known_once(series, world):
    found = subjects.of_world(world)
    for _ in range(2):
        subjects.sync(series, found)
    with series.connect() as connection:
        kinds = dict(connection.execute(sa.select(subject.c.kind, sa.func.count()).group_by(subject.c.kind)).all())
        regions = set(connection.scalars(sa.select(subject.c.region)))
        paid = connection.scalars(sa.select(subject.c.mbps).where(subject.c.kind == "school")).all()
    assert kinds == {"device": len(world.devices()), "school": world.schools()}
    assert regions == {site.region for site in world.sites()}
    assert sorted(one or 0.0 for one in paid) == sorted(site.mbps for site in world.sites() for _ in site.schools)


def test_a_site_hangs_together_as_it_is_cabled(world):
    for plan in world.plans():
        nodes = of_site(plan, "line")
        kinds = {device.name: device.kind for device in plan.devices}
        assert [node.name for node in nodes] == list(kinds)
        for node in nodes:
            above = kinds.get(node.parent, node.parent)
            assert above in {"router": {"line"}, "switch": {"router"}}.get(kinds[node.name], {"router", "switch"})
        assert set(judge((Node("line"), *nodes), {})) == {"line", *kinds}
