"""A small nation of which something is known, for the tests of metrics and alerts."""

from __future__ import annotations

import shutil
from contextlib import closing
from dataclasses import dataclass

import sqlalchemy as sa

from homeroom.observe.alerting import Alerting
from homeroom.observe.settings import Settings
from homeroom.project import Project
from homeroom.store import asked, availability, drifts, samples, subjects
from homeroom.store.asked import Asked
from homeroom.store.availability import Judged
from homeroom.store.db import connect, connect_series
from homeroom.store.drifts import Drift
from homeroom.store.reachable import Fault
from homeroom.store.samples import Sample
from homeroom.store.world import World
from playbooks.cli import main

NOW = 1_800_000_000
SECRET = "hook-signing-key-1"


class Numbers:
    """What a poller counts."""

    def __init__(self, **numbers):
        self.numbers = {"devices": 100.0, "store_waiting": 0.0, "store_dropped": 0.0} | numbers
        self.store_why = ""

    def snapshot(self):
        return dict(self.numbers)


class Ticking:
    """A clock that is set."""

    def __init__(self, now=NOW):
        self.now = float(now)

    def __call__(self):
        return self.now


@dataclass
class Watched:
    project: Project
    state: sa.Engine
    series: sa.Engine
    devices: tuple
    sites: tuple
    clock: Ticking
    meters: Numbers

    def write(self, text, name="alerts.yaml"):
        (self.project.inventory / name).write_text(text, encoding="utf-8")

    def alerting(self):
        """As the daemon makes it; the one secret is that of the webhook."""
        settings, secrets = Settings(), {"hook": SECRET, "post": "mail-password-1"}
        return Alerting(
            self.project, self.state, self.series, settings, self.meters, clock=self.clock, reveal=secrets.__getitem__
        )

    def judged(self, *faults, down=(), at=None):
        """Keep a round's judgement: all are up, but these."""
        states = {one.name: Judged("down" if one.name in down else "up") for one in self.devices}
        schools = {school.id: Judged("up") for site in self.sites for school in site.schools}
        availability.record(self.series, {"device": states, "school": schools}, faults, int(at or self.clock.now))

    def drifted(self, device, *lines, controls=(), by="", reason=""):
        now = self.clock.now
        drifts.save(self.state, [Drift(device, "ab" * 32, now - 60, now, lines, controls, by, reason)])

    def router(self, number=0):
        return [one for one in self.devices if one.kind == "router"][number]


def made(root):
    """Make a nation of a few sites, planned."""
    assert main(["sample", "py", "--sites", "8", "--seed", "7", "--out", str(root)]) == 0
    assert main(["--project", str(root), "plan"]) == 0
    with closing(World.open(Project.locate(root))):
        return root


def watched(original, root, clock=None):
    """Open a copy of it, all of which was up and answered of late."""
    shutil.copytree(original, root, dirs_exist_ok=True)
    project = Project.locate(root)
    state, series = connect(project), connect_series(project)
    with closing(World.open(project)) as world:
        devices, sites = tuple(world.devices()), tuple(world.sites())
        subjects.sync(series, subjects.of_world(world))
    found = Watched(project, state, series, devices, sites, clock or Ticking(), Numbers())
    now = int(found.clock.now)
    asked.save(state, [Asked(one.name, "status", now - 20, 1500, "x") for one in devices])
    samples.save(
        series,
        [
            Sample(one.name, now - 100, 1500, clients=11, util=91 if n % 5 == 0 else 40)
            for n, one in enumerate(one for one in devices if one.kind == "ap")
        ],
    )
    found.judged(at=now - 60)
    return found


def fault(root, schools=1, devices=3):
    return Fault(root, devices, schools)
