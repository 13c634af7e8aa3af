"""A small mixed district in the lab, on which whole changes are made by the command line, good ones and bad ones."""

import shutil
import sys
from pathlib import Path

sys.path.append(str(Path(__file__).parents[1] / "chaos"))

import monkey
import verdict
from ground import SETTINGS, Ground

from homeroom.project import shipped

CAREFUL = {**SETTINGS, "breaker": {"interval": None}}
"""The breaker as it is: no canary may fail."""


class Drill:
    """A provisioned ground; `spoilt` notes what a test has done to the facts, `mend` takes it back."""

    def __init__(self, root, sites, minute, prepare=lambda _: None):
        self.ground = Ground(root, sites, settings=CAREFUL)
        prepare(root / ".homeroom")
        self.ground.up(minute=minute)
        self.names = self.ground.provision(20)
        self.old = self.ground.texts()
        self.facts = (root / "inventory" / "programme.yaml").read_text(encoding="utf-8")
        self.number = 0
        self.counts = {}

    def change(self):
        """A name that no change has yet; what the lab has counted so far is forgotten."""
        self.number += 1
        self.counts = self.commits()
        return f"drill{self.number}"

    def commits(self):
        return {name: one["committed"] for name, one in self.ground.asked("lab", "status")["changes"].items()}

    def touched(self):
        """Devices on which a commit took effect since `change`."""
        return {name for name, number in self.commits().items() if number > self.counts.get(name, 0)}

    def template(self, platform, feature, moves):
        """Put a template of the project's own in place of the shipped one."""
        own = self.ground.root / "templates" / platform / f"{feature}.j2"
        text = (shipped() / "templates" / platform / f"{feature}.j2").read_text(encoding="utf-8")
        for old, new in moves.items():
            assert old in text, f"{platform}/{feature} says nowhere {old!r}"
            text = text.replace(old, new)
        own.parent.mkdir(parents=True, exist_ok=True)
        own.write_text(text, encoding="utf-8")

    def mend(self):
        """Make the facts what they were, and heal every device."""
        (self.ground.root / "inventory" / "programme.yaml").write_text(self.facts, encoding="utf-8")
        shutil.rmtree(self.ground.root / "templates", ignore_errors=True)
        for name in self.ground.asked("lab", "status")["faults"]:
            self.ground.homeroom("lab", "fault", name, "clear")

    def apply(self, name, *, verb="apply", more=()):
        """Carry a change out; return the process as it ended, and its events."""
        return monkey.attempt(self.ground, (verb, name, "--as", "Carla", *more))

    def all_old(self):
        """Nothing else than the provisioned configuration runs anywhere; read by stock clients."""
        found = verdict.runs(self.ground, self.old, self.old)
        return {name: what for name, what in found.items() if what != "new"}

    def why(self, name, state):
        """What the store says of the devices of a change that are in a state."""
        return {device: detail for device, (is_, _, detail) in self.ground.states(name).items() if is_ == state}
