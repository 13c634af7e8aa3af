"""Devices, clocks, workers and a store in memory, on which a change's transitions are driven step by step.

Time stands still unless `tick` is called. An operation lasts up to TERMS.operation and takes effect at any time of
it, whether its worker lives or not; two workers' clocks differ by up to TERMS.skew, unless they share a machine; a
worker may die before or after anything, also inside a write. One that was restarted is another: it has another name,
and those on its machine know that the one before is gone, and when it last gave a sign of life.
"""

import tempfile
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

from homeroom.errors import StoreError, Unreachable
from homeroom.project import Project
from homeroom.rollout.admission import Admission, Limits, claim
from homeroom.rollout.states import AT_REST, CLAIMING, RUNNING
from homeroom.rollout.steps import Pause
from homeroom.rollout.target import Sight, Terms
from homeroom.rollout.transitions import Course
from homeroom.store.change_tables import IN_FLIGHT
from homeroom.store.changes import Change, Changes, Row
from homeroom.store.db import connect

TERMS = Terms(lease=4, operation=2, grace=7, timer=24, settle=4, skew=4)
LIMITS = Limits(change=3, region=3)
ACTS = {"commit", "confirm", "save", "revert"}


class Violation(AssertionError):
    """A promise is broken."""


class Killed(BaseException):
    """The worker's process is gone, here and now."""


@dataclass
class Device:
    """`landing`: operations under way that still take effect, as (when, what, fence)."""

    name: str
    runs: str = "old"
    startup: str = "old"
    due: float | None = None
    commits: int = 0
    ill: bool = False
    cut: bool = False
    off: bool = False
    history: bool = False
    half: bool = False
    unsaved: bool = False
    deaf: set = field(default_factory=set)
    landing: list = field(default_factory=list)

    @property
    def reachable(self):
        return not self.off and not (self.cut and self.runs == "new")

    def sight(self, do):
        ill = "no DNS" if do == "check" and self.ill and self.runs == "new" else ""
        untouched = self.history and not self.commits
        return Sight(self.runs, self.due is not None, f"sha of {self.runs}", ill, untouched)

    def take(self, act, now):
        if act in self.deaf:
            return
        if act == "commit":
            self.commits += 1
            if self.commits > 1:
                raise Violation(f"I3: {self.name} was committed twice")
            self.runs, self.due = ("other" if self.half else "new"), now + TERMS.timer
        elif act == "confirm" and self.due is not None:
            self.startup, self.due = (self.startup if self.unsaved else self.runs), None
        elif act == "save":
            self.startup = self.runs
        elif act == "revert":
            self.runs, self.startup, self.due = "old", "old", None

    def be(self, kind):
        """Have a fault from the beginning."""
        if kind.startswith("deaf to "):
            self.deaf.add(kind.removeprefix("deaf to "))
        elif kind:
            setattr(self, kind, True)

    def reboot(self):
        self.runs, self.due, self.landing = self.startup, None, []


class MemoryStore:
    """What Changes does, in memory. `trap`: what befalls the next write: kill before or after it, or a full disk."""

    def __init__(self, change, rows):
        self._change = change
        self._rows = {row.device: row for row in rows}
        self.trap = ""

    def change(self, name):
        return self._change

    def row(self, name, device):
        return self._rows[device]

    def rows(self, name):
        return tuple(self._rows.values())

    def claim(self, name, device, *, owner, now, until, rule):
        row = self._rows[device]
        way = [one for one in self._rows.values() if one.state in IN_FLIGHT]
        way += [one for one in self._rows.values() if one.state == "needs_human" and one.room == row.room]
        if reason := rule(self._change, row, way):
            return reason
        state = "leased" if row.state == "pending" else row.state
        self._put(replace(row, state=state, fence=row.fence + 1, owner=owner, until=until, at=now, detail=""))
        return self._rows[device]

    def write(self, held, new, while_in=()):
        row = self._rows[held.device]
        if (while_in and self._change.state not in while_in) or (row.fence, row.state) != (held.fence, held.state):
            return False
        self._put(new)
        return True

    def renew(self, held, until):
        row = self._rows[held.device]
        if (row.fence, row.owner) != (held.fence, held.owner):
            return False
        self._put(replace(row, until=until))
        return True

    def move(self, was, state, now, *, by, reason, wave=-1):
        self._change = replace(was, state=state, came_from=was.state, at=now)
        return True

    def close(self):
        pass

    def _put(self, row):
        trap, self.trap = self.trap, ""
        if trap == "before":
            raise Killed
        if trap == "full":
            raise StoreError("disk full")
        self._rows[row.device] = row
        if trap == "after":
            raise Killed


class DiskStore(Changes):
    """The real one, with the same traps."""

    def __init__(self, change, rows):
        self.trap = ""
        self._folder = tempfile.TemporaryDirectory()
        super().__init__(connect(Project(Path(self._folder.name))))
        self.add(change, rows)

    def close(self):
        self._engine.dispose()
        self._folder.cleanup()

    @contextmanager
    def _transaction(self, *, write=True):
        trap = self.trap if write else ""
        if trap:
            self.trap = ""
        if trap == "before":
            raise Killed
        if trap == "full":
            raise StoreError("disk full")
        with super()._transaction(write=write) as db:
            yield db
        if trap == "after":
            raise Killed


@dataclass
class Worker:
    """`beaten`: when it last gave a sign of life, by the world's clock; it gives one before operations only."""

    number: int
    machine: int
    skew: float
    beaten: float
    life: int = 0
    alive: bool = True
    course: Course | None = None
    steps: object = None
    step: object = None
    began: float = 0.0
    wake: float = 0.0
    landed: bool = False

    @property
    def name(self):
        return f"w{self.number}.{self.life}"


class World:
    """The whole of it; every method is one event. `course`, `admission`: the code under test, or a mutant of it."""

    def __init__(
        self, *, rooms=4, skews=(-2.0, 2.0), together=False, course=Course, admission=Admission, store=MemoryStore
    ):
        self.now = 1000.0
        names = [f"d{n}" for n in range(2 * rooms)]
        self.devices = {name: Device(name, history=n % 2 == 0) for n, name in enumerate(names)}
        change = Change("c", "canary", "approved", 0, "", "", "", self.now)
        self.store = store(change, [Row("c", name, room=f"room{n // 2}", region="r") for n, name in enumerate(names)])
        self.workers = [
            Worker(n, 0 if together else n, skews[0] if together else skew, self.now) for n, skew in enumerate(skews)
        ]
        self.gone = {}
        self.intended = set()
        self.stopped = False
        self._course = course
        self._admission = admission

    def rows(self):
        return {row.device: row for row in self.store.rows("c")}

    def clock(self, worker):
        return lambda: self.now + worker.skew

    # events of workers

    def claim(self, number, device):
        worker = self.workers[number]
        if not worker.alive or worker.course:
            return
        before = self.store.row("c", device)
        clock = self.clock(worker)
        rule = self._admission(TERMS, LIMITS, clock(), lambda owner, now: self.died(worker, owner, now))
        got = self._guarded(worker, lambda: claim(self.store, before, worker.name, rule))
        if isinstance(got, Row):
            if before.state == "pending" and self.stopped:
                raise Violation(f"I6: {device} was claimed after the halt")
            worker.course = self._course(self.store, got, TERMS, clock, beat=lambda: self.beat(worker))
            worker.steps = worker.course.steps()
            self._on(worker, lambda: worker.steps.send(None), 0)

    def advance(self, number, fault="no", landing=0):
        """Carry the worker's step out and take the next; `landing`: when an operation begun now takes effect."""
        worker = self.workers[number]
        if not worker.alive or not worker.course:
            return
        step, device = worker.step, self.devices[worker.course.row.device]
        if isinstance(step, Row):
            self._on(worker, lambda: worker.steps.send(None), landing)
        elif isinstance(step, Pause):
            if self.now >= worker.wake:
                self._on(worker, lambda: worker.steps.send(None), landing)
        elif step in ACTS:
            cut = device.unsaved and step == "confirm"
            answered = (
                fault == "no" and not cut and not any(one[2] == worker.course.row.fence for one in device.landing)
            )
            self._answer(worker, None if answered and device.reachable and worker.landed else _lost(step), landing)
        else:
            seen = device.reachable and fault == "no"
            self._answer(worker, device.sight(step) if seen else _lost(step), landing)

    def beat(self, worker):
        worker.beaten = self.now

    def died(self, asking, owner, now):
        """When an earlier worker of the same machine was last alive, by that machine's clock."""
        machine, beaten = self.gone.get(owner, (None, 0.0))
        return now - (self.now - beaten) if machine == asking.machine else None

    def kill(self, number):
        worker = self.workers[number]
        if worker.alive:
            self.gone[worker.name] = (worker.machine, worker.beaten)
        worker.alive, worker.course, worker.steps, worker.step = False, None, None, None

    def restart(self, number):
        worker = self.workers[number]
        if not worker.alive:
            worker.alive, worker.life, worker.beaten = True, worker.life + 1, self.now

    def _answer(self, worker, answer, landing):
        if isinstance(answer, Unreachable):
            self._on(worker, lambda: worker.steps.throw(answer), landing)
        else:
            self._on(worker, lambda: worker.steps.send(answer), landing)

    def _on(self, worker, go, landing):
        """Let the generator run to its next step; an operation it asks for begins at once."""
        try:
            worker.step = self._guarded(worker, go)
        except StopIteration:
            worker.course = worker.steps = worker.step = None
            return
        if not worker.course:
            return
        row = worker.course.row
        if isinstance(worker.step, Row):
            self._noted(worker.step)
        elif isinstance(worker.step, Pause):
            worker.wake = self.now + worker.step.seconds
        elif worker.step in ACTS:
            self._begin(worker, self.devices[row.device], row.fence, landing)

    def _noted(self, row):
        if row.state == "committing" and row.device not in self.intended and self.stopped:
            raise Violation(f"I6: {row.device} was begun after the halt")
        if row.state == "committing":
            self.intended.add(row.device)

    def _begin(self, worker, device, fence, landing):
        if any(one[2] != fence for one in device.landing) or any(
            other.course and other is not worker and other.step in ACTS and other.course.row.device == device.name
            for other in self.workers
            if not isinstance(other.step, Row | Pause)
        ):
            raise Violation(f"I1: two writers on {device.name}")
        worker.began, worker.landed = self.now, landing is not None and not device.off
        if worker.landed:
            device.landing.append((self.now + landing, worker.step, fence))
            self._land()

    def _guarded(self, worker, go):
        """Run a piece of a worker's code; it may die of it, or give the device up when the store fails."""
        try:
            return go()
        except Killed:
            self.kill(self.workers.index(worker))
        except StoreError:
            worker.course = worker.steps = worker.step = None
        return None

    # events of the world

    def tick(self, units):
        for _ in range(units):
            self.now += 1
            self._land()
            for device in self.devices.values():
                if device.due is not None and self.now >= device.due:
                    device.runs, device.due = device.startup, None
            for number, worker in enumerate(self.workers):
                late = self.now >= worker.began + TERMS.operation
                if worker.course and not isinstance(worker.step, Row | Pause) and worker.step in ACTS and late:
                    self.advance(number)

    def _land(self):
        for device in self.devices.values():
            for effect in [one for one in device.landing if one[0] <= self.now]:
                device.landing.remove(effect)
                _, act, fence = effect
                if fence != self.store.row("c", device.name).fence:
                    raise Violation(f"I1: what an earlier owner told {device.name} took effect after a take-over")
                device.take(act, self.now)

    def move(self, state):
        change = self.store.change("c")
        trap, self.store.trap = self.store.trap, ""  # it is for the workers
        self.store.move(change, state, self.now, by="a person", reason="")
        self.store.trap = trap
        self.stopped = state not in CLAIMING

    def skip(self, name):
        """A person, or the window, leaves a pending device out."""
        row = self.store.row("c", name)
        if row.state == "pending":
            self.store.write(row, replace(row, state="skipped", at=self.now))

    def come_back(self, name):
        """A skipped device is reachable again while the change stands."""
        row = self.store.row("c", name)
        if row.state == "skipped":
            self.store.write(row, replace(row, state="pending", at=self.now), RUNNING)

    # promises

    def check(self):
        rows = self.rows()
        assert rows.keys() == self.devices.keys(), "I7: a device is lost"
        for name, row in rows.items():
            self._device(self.devices[name], row)
        flying = [row for row in rows.values() if row.state not in AT_REST]
        if len(flying) > LIMITS.change:
            raise Violation("I5: more in flight than the limit")
        hurt = [row.room for row in rows.values() if row.state not in AT_REST or row.state == "needs_human"]
        if len(set(hurt)) < len(hurt):
            raise Violation("I5: both devices of a room are hurt")

    def _device(self, device, row):
        if device.commits and device.name not in self.intended:
            raise Violation(f"I2: {device.name} changed without an intent")
        proof = {"confirmed": "new", "rolled_back": "old"}.get(row.state)
        if proof and (device.runs != proof or device.due is not None or row.sha != f"sha of {proof}"):
            raise Violation(f"I4: {device.name} is {row.state} and runs {device.runs}")
        if proof and device.startup != proof:
            raise Violation(f"I4: {device.name} is {row.state} and starts with {device.startup}")

    def calm(self):
        """No more faults: everybody works until nothing more can be done; every device is at rest then."""
        for device in self.devices.values():
            device.off = False
            device.deaf.clear()
        self.store.trap = ""
        for _ in range(60):
            for number in range(len(self.workers)):
                self.restart(number)
                for name in self.devices:
                    self.claim(number, name)
                for _ in range(14):
                    self.advance(number)
            self.tick(4)
            self.check()
        rows = self.rows()
        broken = {row.room for row in rows.values() if row.state == "needs_human"}
        for row in rows.values():
            waits = row.state == "pending" and (self.stopped or row.room in broken)
            if row.state not in AT_REST or (row.state == "pending" and not waits):
                raise Violation(f"I7: {row.device} is {row.state} for ever")


def _lost(step):
    return Unreachable("d", f"no answer to {step}", "look at it")
