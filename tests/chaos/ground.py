"""A project of all five platforms with its lab, and the `homeroom` command as people call it: each in its own process."""

import json
import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import yaml

sys.path[:0] = [str(Path(__file__).parents[1] / room) for room in ("lab", "rollout")]

import mixed  # noqa: E402  # it is found by the path above
from mixednation import rendered  # noqa: E402

ROOT = Path(__file__).parents[2]
AUTHOR, APPROVER, OPERATOR = "Ana", "Blas", "Carla"
SETTINGS = {
    "pace": "quick",
    "stages": [
        {"name": "canary", "share": 0.0, "bake": 0.0},
        {"name": "the rest", "share": 1.0, "bake": 0.0},
    ],
    "limits": {"region": 500, "server": 2000, "line": 50},
    "in_flight": {"change": 200, "region": 200},
    "breaker": {"accepted": 0.3, "caught": 0.8, "budget": 1.0, "least": 100, "interval": None},
    "terms": {"lease": 40.0, "operation": 30.0, "grace": 33.0, "timer": 60.0, "settle": 20.0, "skew": 1.0},
}
"""rollout.yaml of a lab in a hurry: no bake, short terms, and a breaker that only a catastrophe trips."""
MINUTE = 30.0
"""Seconds of a device timer's minute: its timer is over well before Terms.timer is."""


class Ground:
    """`homeroom(...)` runs a command to its end; `started(...)` leaves it running."""

    def __init__(self, root, sites, *, settings=SETTINGS):
        self.root = root
        self.project = mixed.project(root, sites)
        groups = self.root / "inventory" / "groups.yaml"
        text = groups.read_text(encoding="utf-8")
        groups.write_text(
            text.replace("  platform: ios\n", "  platform: ios\n  data: {transport: fast}\n", 1), encoding="utf-8"
        )
        self.settle_for(settings)

    def settle_for(self, settings):
        path = self.root / "inventory" / "rollout.yaml"
        path.write_text(yaml.safe_dump(settings, sort_keys=False), encoding="utf-8")

    def edit(self, name, moves):
        """Replace texts in a file of the inventory; each must be there."""
        path = self.root / "inventory" / name
        text = path.read_text(encoding="utf-8")
        for old, new in moves.items():
            assert old in text, f"{name} says nowhere {old!r}"
            text = text.replace(old, new)
        path.write_text(text, encoding="utf-8")

    def command(self, *words):
        return [sys.executable, "-m", "playbooks.cli", "--project", str(self.root), *words]

    def started(self, *words):
        return subprocess.Popen(
            self.command(*words), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=ROOT
        )

    def homeroom(self, *words, answers=(0,), env=None):
        """Run a command; its exit code must be one of `answers`."""
        environment = {**os.environ, **(env or {})}
        done = subprocess.run(
            self.command(*words), capture_output=True, text=True, check=False, env=environment, cwd=ROOT
        )
        assert done.returncode in answers, (
            f"homeroom {' '.join(words)} answered {done.returncode}: {done.stderr[-3000:]}"
        )
        return done

    def asked(self, *words, answers=(0,)):
        """Run a command with --json and return its last document."""
        return json.loads(self.homeroom(*words, "--json", answers=answers).stdout.splitlines()[-1])

    def up(self, *, minute=MINUTE, processes=0, latency=False):
        more = ["--latency"] if latency else []
        self.homeroom("lab", "up", "--minute", str(minute), "--processes", str(processes), *more)

    def down(self):
        self.homeroom("lab", "down")

    def provision(self, workers=30):
        """Let every device run what is rendered."""
        done = self.asked("apply", "--commit", "--workers", str(workers))
        assert set(done["states"]) == {"confirmed"}, done["states"]
        return done["states"]["confirmed"]

    def approved(self, name, *, workers=30):
        """Judge a change and have it approved; return what `change show --json` says of it."""
        words = ("--title", f"drill {name}", "--reason", "DRILL-1", "--id", name, "--as", AUTHOR)
        made = self.asked("change", "new", *words, "--workers", str(workers))
        self.homeroom("change", "approve", name, "--as", APPROVER, "--workers", str(workers))
        return made

    def texts(self):
        """What every device is to run: name -> (text, platform, parser)."""
        return {one.name: one for one in rendered(self.project)}

    def query(self, sql, *values):
        """Ask the journal itself, by SQL."""
        path = self.root / ".homeroom" / "state.db"
        with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True, timeout=30)) as db:
            return db.execute(sql, values).fetchall()

    def states(self, change):
        """Device -> (state, cause, detail) as the store has it."""
        rows = self.query("SELECT device, state, cause, detail FROM change_device WHERE change = ?", change)
        return {device: (state, cause, detail) for device, state, cause, detail in rows}
