"""A change under way over the real store, controller and engine; only what a device does is made up here."""

import dataclasses
import threading
import time
from types import SimpleNamespace

import pytest
from nations import nation
from nornir.core import Nornir
from nornir.core.inventory import Defaults, Groups, Host, Hosts, Inventory
from nornir.core.task import Result

from homeroom.errors import StoreError
from homeroom.project import Project
from homeroom.rollout.admission import Admission, Limits, claim
from homeroom.rollout.breaker import Breaker, Checked, Rules
from homeroom.rollout.control import Controller
from homeroom.rollout.crew import Crew, Refused
from homeroom.rollout.embedded import Embedded
from homeroom.rollout.roll import Roll
from homeroom.rollout.schedule import Schedule, at_once, scheduled
from homeroom.rollout.settings import PACES, Settings
from homeroom.rollout.target import Terms
from homeroom.rollout.transitions import outcome
from homeroom.store.changes import Change, Changes
from homeroom.store.db import connect
from homeroom.store.journal import END_STATES

NAME = "c1"
SETTINGS = Settings(pace="quick", breaker=Rules(interval=None))


@pytest.fixture
def engine(tmp_path):
    (tmp_path / "nornir_config.yaml").touch()
    made = connect(Project(tmp_path))
    yield made
    made.dispose()


class Rolling:
    """A change of made-up devices. `ends`: device -> the state it ends in (confirmed), or an error it raises."""

    def __init__(self, engine, devices=60, *, ends=None, late=(), schedule=None, workers=8):
        self.store = Changes(engine)
        self.targets = tuple(nation(devices, 3))
        self.schedule = schedule or scheduled(self.targets, SETTINGS, seed=NAME)
        self.ends = ends or {}
        self.order, self.told, self.lock, self.workers = [], [], threading.Lock(), workers
        self.hook = lambda device: None
        new = Change(NAME, "approved", "planned", 0, "sha", "ana", "T-1", 1.0)
        rows = self.schedule.rows(NAME, {one.device: "old" for one in self.targets}, 1.0)
        self.store.add(new, [*rows, *late])

    def work(self, task):
        device = task.host.name
        rule = Admission(Terms(), Limits(), time.time())
        held = claim(self.store, self.store.row(NAME, device), "me", rule)
        if isinstance(held, str):
            return SimpleNamespace(result=Refused(device, held))
        self.hook(device)
        with self.lock:
            self.order.append(device)
        end = self.ends.get(device, "confirmed")
        if isinstance(end, Exception):
            raise end
        return self.finish(held, end)

    def finish(self, held, end):
        row, way = held, {"skipped": []}.get(end, ["committing", "unconfirmed"])
        for state in (*way, *(["rolling_back"] if end == "rolled_back" else []), end):
            done = state in END_STATES
            cause = "off" if end == "skipped" else ""
            new = dataclasses.replace(row, state=state, at=time.time(), owner="" if done else row.owner, cause=cause)
            assert self.store.write(row, new)
            row = new
        return row

    def roll(self, controller=None, **other):
        names = [one.device for one in self.targets]
        nornir = Nornir(Inventory(Hosts({name: Host(name) for name in names}), Groups(), Defaults()))

        def task(task):
            found = self.work(task)
            return Result(host=task.host, result=getattr(found, "result", found))

        engines = [Embedded(nornir, task, limit=self.workers) for _ in range(2)]
        crew = Crew(*engines, {one.device: one.site for one in self.targets}, time.time, time.sleep)
        if controller is None:
            controller = Controller(self.schedule.plan, Breaker(self.targets, SETTINGS.breaker))
            rows = [row for row in self.store.rows(NAME) if row.state in END_STATES and row.wave]
            controller.recall(
                [Checked(row.device, outcome(row), row.at) for row in rows], (), self.store.change(NAME).wave
            )
        return Roll(
            NAME, self.store, controller, crew, by="noc", tell=self.told.append, watch=lambda now: None, **other
        )

    def says(self, what):
        return [one.text for one in self.told if one.what == what]


def test_every_device_is_changed_once_wave_after_wave(engine):
    change = Rolling(engine)
    ended = change.roll().run()
    assert ended.state == "done"
    assert sorted(change.order) == sorted(one.device for one in change.targets)
    wave_of = {name: wave.number for wave in change.schedule.plan.waves for name in wave.devices}
    numbers = [wave_of[name] for name in change.order]
    assert numbers == sorted(numbers)
    assert len(change.says("wave")) == len(change.schedule.plan.waves)
    assert set(change.store.sums(NAME)) == {"confirmed"}
    states = [one.state for one in change.store.moves(NAME)]
    assert states[0] == "canary"
    assert states[-1] == "done"


def test_a_canary_that_fails_halts_before_anything_beyond_its_wave(engine):
    plan = scheduled(tuple(nation(60, 3)), SETTINGS, seed=NAME).plan
    bad = plan.waves[1].devices[0]
    change = Rolling(engine, ends={bad: "rolled_back"})
    ended = change.roll().run()
    assert ended.state == "halted"
    assert bad in change.says("halt")[0]
    touched = set(change.order)
    assert {*plan.waves[0].devices, bad} <= touched <= {*plan.waves[0].devices, *plan.waves[1].devices}
    assert change.store.sums(NAME)["pending"] == 60 - len(touched)


def test_paused_by_somebody_else_it_ends_what_is_under_way_and_goes_on_later(engine):
    change = Rolling(engine, workers=2)

    def hook(device):
        if len(change.order) == 20:
            while not change.store.move(change.store.change(NAME), "paused", time.time(), by="other", reason="lunch"):
                pass  # it went on in between: who pauses looks again
            time.sleep(0.6)

    change.hook = hook
    assert change.roll().run().state == "paused"
    assert 20 < len(change.order) < 30
    assert "leased" not in change.store.sums(NAME)
    change.hook = lambda device: None
    was = change.store.change(NAME)
    change.store.move(was, "baking", time.time(), by="other", reason="resumed")
    assert change.roll().run().state == "done"
    assert len(change.order) == len(set(change.order)) == 60


def test_aborted_nothing_more_is_begun_and_the_rest_says_why(engine):
    change = Rolling(engine, workers=2)

    def hook(device):
        if len(change.order) == 10:
            assert change.store.move(change.store.change(NAME), "aborting", time.time(), by="other", reason="wrong")

    change.hook = hook
    assert change.roll().run().state == "aborted"
    sums = change.store.sums(NAME)
    assert sum(sums.values()) == 60
    assert set(sums) == {"confirmed", "skipped"}
    assert {row.cause for row in change.store.rows(NAME) if row.state == "skipped"} == {"closed"}


def test_stopped_at_the_keyboard_it_is_paused_and_says_so(engine):
    change = Rolling(engine, workers=2)
    roll = change.roll()
    change.hook = lambda device: roll.cancel() if len(change.order) == 10 else None
    assert roll.run().state == "paused"
    assert change.says("pause") == ["stopped at the keyboard"]
    assert len(change.order) <= 13


def test_devices_that_were_off_leave_it_open(engine):
    off = nation(60, 3)[-1].device
    change = Rolling(engine, ends={off: "skipped"})
    assert change.roll().run().state == "late"
    assert change.store.sums(NAME) == {"confirmed": 59, "skipped": 1}
    change.ends = {}
    change.store.requeue(NAME, ["off"], time.time(), "again")
    only = at_once(tuple(one for one in change.targets if one.device == off), "late")
    assert change.roll(Controller(only.plan, Breaker(only.targets, SETTINGS.breaker))).run().state == "done"
    assert change.store.sums(NAME) == {"confirmed": 60}


def test_what_was_under_way_when_a_process_died_is_settled_whatever_else_happens(engine):
    change = Rolling(engine)
    first = change.schedule.plan.waves[0].devices[0]
    change.store.move(change.store.change(NAME), "canary", 1.0, by="noc", reason="wave 1", wave=1)
    held = claim(change.store, change.store.row(NAME, first), "dead", Admission(Terms(), Limits(), 1.0))
    assert change.store.write(held, dataclasses.replace(held, state="committing", at=2.0))
    change.store.move(change.store.change(NAME), "paused", 3.0, by="noc", reason="crash")
    change.finish = lambda held, end: Rolling.finish(change, held, end) if held.state == "leased" else settled(held)

    def settled(held):
        new = dataclasses.replace(held, state="unconfirmed", at=time.time())
        assert change.store.write(held, new)
        last = dataclasses.replace(new, state="confirmed", owner="")
        assert change.store.write(new, last)
        return last

    assert change.roll().run().state == "paused"
    assert change.order == [first]
    assert change.store.row(NAME, first).state == "confirmed"


def test_what_is_no_devices_fault_stops_it_and_is_raised_when_the_rest_has_ended(engine):
    plan = scheduled(tuple(nation(60, 3)), SETTINGS, seed=NAME).plan
    bad = plan.waves[3].devices[0]
    change = Rolling(engine, ends={bad: StoreError("the disk is full")})
    with pytest.raises(StoreError, match="disk is full"):
        change.roll().run()
    assert len(change.order) < 60
    assert change.store.sums(NAME)["leased"] == 1


def test_nothing_to_do_is_done(engine):
    empty = Schedule((), at_once((), "all").plan)
    change = Rolling(engine, schedule=empty)
    assert change.roll().run().state == "done"
    assert change.order == []


def test_a_pace_has_the_same_stages_and_other_times():
    assert {tuple((one.name, one.share) for one in stages) for stages in PACES.values()} == {
        tuple((one.name, one.share) for one in PACES["careful"])
    }
