"""One device in memory and one worker: what the tests of a device's way drive on the real store."""

import pytest

from homeroom.errors import Unreachable
from homeroom.rollout.admission import Admission, Limits, claim
from homeroom.rollout.target import Sight, Terms
from homeroom.rollout.transitions import Course, drive
from homeroom.store.changes import Change, Row

TERMS = Terms()
CHANGE = Change("c", "canary", "approved", 0, "hash", "ana", "ticket", 1.0)


class Target:
    """A device in memory that records what it is told. `faults`: step -> errors, `late`: it is done all the same."""

    def __init__(self, store, **faults):
        self.store = store
        self.now = 1000.0
        self.runs, self.kept, self.due = "old", "old", None
        self.ill = self.before = ""
        self.untouched = False
        self.faults = {step: list(errors) for step, errors in faults.items()}
        self.late = True
        self.deaf = set()
        self.told = []
        self.notes = []
        self.waited = []
        self.meanwhile = {}

    def wait(self, seconds):
        self.waited.append(seconds)
        self.now += seconds
        if self.due is not None and self.now >= self.due:
            self.runs, self.due = self.kept, None

    def step(self, do, effect=lambda: None):
        self.told.append((do, self.store.row("c", "a").state))
        self.meanwhile.pop(do, lambda: None)()
        error = self.faults[do].pop(0) if self.faults.get(do) else None
        if (error is None or self.late) and do not in self.deaf:
            effect()
        if error:
            raise error

    def look(self):
        self.step("look")
        ill = self.before if self.runs == "old" else ""
        return Sight(self.runs, self.due is not None, f"sha {self.runs}", ill, self.untouched)

    def check(self):
        self.step("check")
        ill = self.ill if self.runs == "new" else ""
        return Sight(self.runs, self.due is not None, f"sha {self.runs}", ill, self.untouched)

    def commit(self):
        def effect():
            self.runs, self.due = "new", self.now + TERMS.timer

        self.step("commit", effect)

    def confirm(self):
        def effect():
            self.kept, self.due = self.runs, None

        self.step("confirm", effect)

    def save(self):
        def effect():
            self.kept = self.runs

        self.step("save", effect)

    def revert(self):
        def effect():
            self.runs = self.kept = "old"
            self.due = None

        self.step("revert", effect)


def lost(step="it"):
    return Unreachable("a", f"no answer to {step}", "check its power")


def take(store, target, owner="w1"):
    admission = Admission(TERMS, Limits(), target.now)
    row = claim(store, store.row("c", "a"), owner, admission)
    assert isinstance(row, Row), row
    return Course(store, row, TERMS, lambda: target.now)


def run(store, target):
    return drive(take(store, target), target, target.wait, lambda row: target.notes.append(row.state))


def die_in(store, target, step):
    """A worker that dies in a step, and the time after which another may take over."""

    def die():
        raise KeyboardInterrupt

    target.meanwhile[step] = die
    with pytest.raises(KeyboardInterrupt):
        run(store, target)
    target.wait(TERMS.lease + TERMS.grace + 1)
    target.told.clear()
