"""The audit's tests share one district; making it takes a moment."""

import datetime as dt
import shutil

import pytest
from judged import District

from homeroom.plan.allocate import allocate
from homeroom.plan.ledger import read_ledger, write_ledger
from homeroom.programme.load import load_facts
from homeroom.programme.sample import write_sample
from homeroom.project import Project


def planned(folder, sites=6):
    """A synthetic district with its plan."""
    write_sample("py", folder, sites=sites, seed=7)
    project = Project.locate(folder)
    facts, _ = load_facts(project)
    ledger, _ = allocate(facts, read_ledger(project.ledger), dt.date(2026, 11, 24))
    write_ledger(project.ledger, ledger)
    return project


@pytest.fixture(scope="session")
def district(tmp_path_factory):
    """A district nobody may change."""
    made = District.of(planned(tmp_path_factory.mktemp("district") / "p"))
    yield made
    made.world.close()


@pytest.fixture(scope="session")
def small(tmp_path_factory):
    """A small district as planned, to be copied."""
    return planned(tmp_path_factory.mktemp("small") / "p", sites=2)


@pytest.fixture
def project(small, tmp_path):
    """A district of one test alone."""
    return Project.locate(shutil.copytree(small.root, tmp_path / "p"))
