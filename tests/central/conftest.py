"""Shared by the central services' tests: the shipped example."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from homeroom.policy.load import load_policy
from homeroom.programme.load import load_facts
from homeroom.project import Project, shipped


@pytest.fixture(scope="session")
def example():
    """The shipped project with its facts and policy."""
    project = Project(shipped())
    facts, _ = load_facts(project)
    return project, facts, load_policy(project, facts)
