"""One small real district for the proof's tests; making it takes a moment."""

import datetime as dt

import pytest
from made import House

from homeroom.plan.allocate import allocate
from homeroom.plan.ledger import read_ledger, write_ledger
from homeroom.programme.load import load_facts
from homeroom.programme.sample import write_sample
from homeroom.project import Project


def planned(folder, nation="py", sites=6, seed=7):
    """A synthetic district with its plan."""
    write_sample(nation, folder, sites=sites, seed=seed)
    project = Project.locate(folder)
    facts, _ = load_facts(project)
    ledger, _ = allocate(facts, read_ledger(project.ledger), dt.date(2026, 11, 24))
    write_ledger(project.ledger, ledger)
    return project


@pytest.fixture(scope="session")
def house(tmp_path_factory):
    """The texts of a district nobody may change."""
    made = House.of(planned(tmp_path_factory.mktemp("district") / "p"))
    yield made
    made.world.close()
