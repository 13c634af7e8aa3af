"""Where devices are reached: the lab's own while one lives, management addresses otherwise."""

import datetime as dt
import json
import os
import subprocess
import sys

import pytest

from homeroom.errors import LabError
from homeroom.plan.allocate import allocate
from homeroom.plan.ledger import Ledger, write_ledger
from homeroom.programme.load import load_facts
from homeroom.programme.sample import write_sample
from homeroom.project import Project
from homeroom.store.reach import PORTS, Endpoint, addresses, lab
from homeroom.store.world import World


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    folder = tmp_path_factory.mktemp("py")
    write_sample("py", folder, sites=3, seed=5)
    made = Project(folder)
    facts, _ = load_facts(made)
    write_ledger(made.ledger, allocate(facts, Ledger({}), dt.date(2026, 9, 1))[0])
    return made


@pytest.fixture(scope="module")
def world(project):
    made = World.open(project)
    yield made
    made.close()


@pytest.fixture
def lab_file(project):
    path = project.state / "lab.json"
    yield path
    path.unlink(missing_ok=True)


def state(pid, *names):
    devices = [
        {"name": n, "address": f"127.0.0.{i}", "platform": "ios", "kind": "router"} for i, n in enumerate(names, 1)
    ]
    return json.dumps({"pid": pid, "ports": {"ssh": 2222, "snmp": 1161}, "devices": devices})


def test_without_a_lab(project, world):
    reach = addresses(project, world)
    rows = world.devices()
    assert list(reach) == [row.name for row in rows]
    assert len(reach) == len(rows)
    assert reach[rows[0].name] == Endpoint(rows[0].v4, PORTS)
    assert "nobody" not in reach


def test_in_a_lab_only_its_devices_exist(project, world, lab_file):
    """What the lab does not emulate has no endpoint: nothing meant for the lab goes to a real address."""
    first, second = (row.name for row in world.devices()[:2])
    lab_file.write_text(state(os.getpid(), first), encoding="utf-8")
    assert dict(addresses(project, world)) == {first: Endpoint("127.0.0.1", {"ssh": 2222, "snmp": 1161})}
    assert second not in addresses(project, world)


def test_a_lab_that_died_is_no_lab(project, lab_file):
    child = subprocess.Popen([sys.executable, "-c", ""])
    child.wait()
    lab_file.write_text(state(child.pid, "one"), encoding="utf-8")
    assert lab(project) == {}


def test_a_lab_of_another_user_lives(project, lab_file, monkeypatch):
    def refuse(pid, signal):
        raise PermissionError(pid, signal)

    monkeypatch.setattr(os, "kill", refuse)
    lab_file.write_text(state(1, "one"), encoding="utf-8")
    assert set(lab(project)) == {"one"}


@pytest.mark.parametrize("text", ["", "{}", "[1]", '{"pid": "x", "ports": {}, "devices": []}', state(0, "a")[:-9]])
def test_golden_a_file_no_lab_wrote(project, lab_file, text):
    lab_file.write_text(text, encoding="utf-8")
    with pytest.raises(LabError) as caught:
        lab(project)
    assert str(caught.value) == f"{lab_file} is not what a lab writes: run `homeroom lab down`, or delete it"
