"""The whole way on PostgreSQL: a project whose nornir_config.yaml names a server, from the facts to the audit."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from homeroom.lab import client
from homeroom.project import CONFIG, Project
from homeroom.store import readings
from homeroom.store.changes import Changes
from homeroom.store.configs import hashes
from homeroom.store.db import connect, connect_series
from homeroom.store.history import versions
from homeroom.store.samples import page
from homeroom.store.world import World

ROOT = Path(__file__).parents[2]


class Command:
    """The `homeroom` command as people call it, each time in a process of its own."""

    def __init__(self, root):
        self.root = root

    def __call__(self, *words, answers=0):
        """Run it; return its last JSON document."""
        command = [sys.executable, "-m", "playbooks.cli", "--project", os.fspath(self.root), *words, "--json"]
        done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT)
        assert done.returncode == answers, f"{words} answered {done.returncode}: {done.stderr[-3000:]}"
        lines = done.stdout.splitlines()
        return json.loads(lines[-1]) if lines else None


@pytest.fixture
def homeroom(cluster, tmp_path):
    """A district that keeps everything in PostgreSQL, with a lab of one site."""
    root = tmp_path / "district"
    done = subprocess.run([sys.executable, "-m", "playbooks.cli", "init", os.fspath(root)], check=False, cwd=ROOT)
    assert done.returncode == 0
    with (root / CONFIG).open("a", encoding="utf-8") as file:
        file.write(f"store: {{url: '{cluster.database()}'}}\n")
    (root / "inventory" / "observe.yaml").write_text("metrics: {port: 0}\n", encoding="utf-8")
    command = Command(root)
    command("plan")
    command("lab", "up", "--sites", "1")
    yield command
    client.down(Project(root))


@pytest.fixture
def stores(homeroom):
    opened = connect(Project(homeroom.root)), connect_series(Project(homeroom.root))
    yield opened
    for one in opened:
        one.dispose()


@pytest.mark.full
@pytest.mark.timeout(600)
def test_from_the_facts_to_the_audit(homeroom, stores):
    state, series = stores
    names = sorted(one["name"] for one in homeroom("lab", "status")["devices"])
    world = World.open(Project(homeroom.root))
    site = ("--site", world.device(names[0]).site)
    world.close()

    polled = homeroom("poll", *site)
    assert (polled["polled"], polled["reachable"], polled["unreachable"]) == (len(names), len(names), [])
    assert sorted(homeroom("backup", *site)["stored"]) == names
    before = hashes(state)

    made = homeroom("change", "new", *site, "--id", "one", "--title", "t", "--reason", "NOC-1", "--as", "ana")
    assert sorted(name for group in made["groups"] for name in group["devices"]) == names
    homeroom("change", "approve", "one", "--as", "ana", answers=2)
    homeroom("change", "approve", "one", "--as", "beto")
    applied = homeroom("change", "apply", "one", "--as", "beto", "--pace", "quick")
    assert {kind: sorted(found) for kind, found in applied["states"].items()} == {"confirmed": names}
    assert Changes(state).sums("one") == {"confirmed": len(names)}
    assert all(len(versions(state, name)) > 1 for name in names)
    assert set(before.values()).isdisjoint(hashes(state).values())

    assert homeroom("poll", *site)["reachable"] == len(names)
    assert sorted(readings.values(state, "identity.name")) == names
    homeroom("observe", *site, "--for", "4")
    assert {one.device: one.state for one in page(series) if one.at} == dict.fromkeys(names, "up")
    drifted = homeroom("drift", *site)
    assert (drifted["checked"], drifted["drifted"], drifted["unknown"]) == (len(names), [], [])

    audited = homeroom("audit", *site)
    assert audited["devices"] == len(names)
    assert {kind: audited["verdicts"][kind] for kind in ("violation", "error")} == {"violation": 0, "error": 0}
    homeroom("change", "rollback", "one", "--wave", "1", "--reason", "NOC-2", "--as", "ana")
    assert not list(homeroom.root.glob(".homeroom/st*.db")), "nothing of it is in a file"
    assert not list(homeroom.root.glob(".homeroom/series.db"))
