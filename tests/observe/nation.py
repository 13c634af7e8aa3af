"""A small planned nation and what is known of its devices, for the tests of judging."""

from __future__ import annotations

from contextlib import closing

from homeroom.observe import topology
from homeroom.observe.settings import Settings
from homeroom.project import Project
from homeroom.reading import Reading, Status
from homeroom.store import readings
from homeroom.store.world import World
from playbooks.cli import main

NOW = 1_800_000_000.0
EVEN = Settings(lines={})
"""Every line is asked each minute: who is fresh is easily said."""


def project(root, sites=40):
    """Make a nation of so many sites, planned."""
    assert main(["sample", "py", "--sites", str(sites), "--seed", "7", "--out", str(root)]) == 0
    assert main(["--project", str(root), "plan"]) == 0
    return Project.locate(root)


def of(made):
    """Return its topology, and its devices."""
    with closing(World.open(made)) as world:
        return topology.of_world(world), world.devices()


def answering(names, at=NOW - 20, but=()):
    """The status of devices that answered at a time, and of those that did not."""
    return [Status(name, at, name not in but, "" if name not in but else "no answer; look", at) for name in names]


def save(engine, statuses, rows=(), every="radio"):
    """Store what was polled."""
    readings.save(engine, rows, statuses, every=every, complete=())


def port(device, name, oper, at):
    """The rows of one port, as the poller keeps them."""
    return [Reading(device, "interfaces.description", "7", name, at), Reading(device, "interfaces.oper", "7", oper, at)]
