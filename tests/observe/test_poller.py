"""The poller: everybody by the schedule, the silent gently, thin lines within their budget. The fake engine's network."""

from __future__ import annotations

import asyncio
import contextlib
from collections import Counter
from dataclasses import replace
from itertools import pairwise

import pytest

from homeroom.observe.keep import Keep
from homeroom.observe.known import Known
from homeroom.observe.meters import Meters
from homeroom.observe.poller import Poller
from homeroom.observe.questions import Book
from homeroom.observe.schedule import Schedule
from homeroom.observe.settings import Line, Periods, Settings
from homeroom.project import CONFIG, Project
from homeroom.snmp.ask.load import load
from homeroom.snmp.engine import RecordingEngine
from homeroom.store.db import connect, connect_series
from homeroom.store.readings import all_status
from tests.observe.told import IF_CHANGED, polled, switch

BOOK = Book(load())
NOW = 1_800_000_000.0


class Clock:
    """A clock that the poller's own pauses move on: a day takes no longer than its questions."""

    def __init__(self):
        self.now = NOW
        self.end = NOW
        self.stride = 1.0

    async def sleep(self, seconds):
        self.now += seconds * self.stride
        await asyncio.sleep(0)
        if self.now >= self.end:
            raise asyncio.CancelledError


class Rig:
    def __init__(self, root, settings, *devices):
        (root / CONFIG).touch()
        self.state, self.series = connect(Project(root)), connect_series(Project(root))
        self.devices = devices
        self.engine = RecordingEngine({one.target.device: switch(one.target.device) for one in devices})
        self.retries: list[int | None] = []
        self.meters, self.clock, self.seen = Meters(), Clock(), []
        self.keep = Keep(self.state, self.series, BOOK, self.meters)
        self.known = Known()
        self.poller = Poller(
            self.engine, BOOK, self.known, self.keep, self.meters, settings, devices, self.seen.append,
            clock=lambda: self.clock.now, cpu=lambda: self.clock.now - NOW, sleep=self.clock.sleep,
        )  # fmt: skip
        periods = {one.target.device: settings.periods_of(one.link) for one in devices}
        self.schedule = Schedule(periods, {}, NOW, longest=settings.longest)

    def run(self, seconds):
        """Let so many seconds pass."""
        self.clock.end = self.clock.now + seconds
        with contextlib.suppress(asyncio.CancelledError):
            asyncio.run(self.poller.run(self.schedule))

    def times(self, device, every, *, answered=True):
        found = [one for one in self.seen if (one.device, one.every) == (device, every)]
        return [one.at - NOW for one in found if (one.said is not None) == answered]


@pytest.fixture
def rigs(tmp_path):
    made = []

    def make(settings, *devices):
        (tmp_path / str(len(made))).mkdir()
        made.append(Rig(tmp_path / str(len(made)), settings, *devices))
        return made[-1]

    yield make
    for one in made:
        one.state.dispose()
        one.series.dispose()


def test_everybody_is_asked_by_the_schedule(rigs):
    names = [f"sw{number}" for number in range(20)]
    rig = rigs(Settings(), *map(polled, names))
    rig.run(1800)
    for name in names:
        assert len(rig.times(name, "status")) in (30, 31)
        assert len(rig.times(name, "radio")) in (6, 7)
        assert len(rig.times(name, "inventory")) in (1, 2)
    assert rig.meters.devices == 20
    assert (
        rig.meters.answered["status"]
        == rig.meters.asked["status"]
        == len(rig.seen) - sum(rig.meters.asked[every] for every in ("radio", "inventory"))
    )
    assert not rig.meters.late
    assert rig.meters.seconds["status"] == pytest.approx(60, abs=1.5)
    assert rig.meters.snapshot()["asked_status"] == rig.meters.asked["status"]
    rig.keep.flush()
    assert set(all_status(rig.state)) == set(names)


def test_the_dead_are_probed_once_and_rarely_and_come_back_at_once(rigs, monkeypatch):
    rig = rigs(Settings(), polled("sw1"), polled("sw2"))
    values = rig.engine.devices.pop("sw2")
    asked = []
    sweep = rig.engine.sweep

    async def recorded(questions, done):
        listed = list(questions)
        asked.extend((one.device, one.retries) for one, _ in listed)
        await sweep(listed, done)

    monkeypatch.setattr(rig.engine, "sweep", recorded)
    rig.run(3600)
    silent = rig.times("sw2", "status", answered=False)
    assert len(silent) < 12
    assert max(two - one for one, two in pairwise(silent)) <= 601
    assert rig.meters.dead == 1
    assert rig.times("sw2", "radio", answered=False) == []
    assert {retries for device, retries in asked if device == "sw1"} == {None}
    assert Counter(retries for device, retries in asked if device == "sw2")[None] == 1
    rig.engine.devices["sw2"] = values
    rig.run(1800)
    answers = rig.times("sw2", "status")
    assert len(answers) > 19
    assert rig.times("sw2", "radio")
    assert rig.times("sw2", "inventory")
    assert rig.meters.dead == 0


def test_tables_are_read_again_when_something_moved(rigs):
    rig = rigs(Settings(), polled("sw1"))
    rig.clock.stride = 20.0
    rig.run(13 * 3600)
    assert len(rig.times("sw1", "inventory")) == 1
    assert rig.meters.skipped["inventory"] >= 1
    rig.engine.devices["sw1"][IF_CHANGED] += 1
    moved = rig.clock.now - NOW
    rig.run(300)
    assert len(rig.times("sw1", "inventory")) == 2
    assert rig.times("sw1", "inventory")[-1] - moved <= 66
    rig.run(31 * 3600)
    assert len(rig.times("sw1", "inventory")) == 3  # after a day, come what may


def test_a_thin_line_is_asked_no_more_than_it_bears(rigs):
    line = Line(20.0, burst=3000.0, at_once=1, periods=Periods(60, 300, 3600))
    settings = replace(Settings(), lines={"satellite": line})
    sky = [polled(f"sky{number}", "s1", "satellite") for number in range(4)]
    rig = rigs(settings, polled("sw1"), *sky)
    rig.run(3600)
    octets = sum(one.octets for one in rig.seen if one.device.startswith("sky"))
    dearest = max(one.octets for one in rig.seen)
    assert 0.8 * 3600 * 20 < octets <= 3600 * 20 + 3000 + dearest
    assert rig.meters.held["status"] > 0
    assert all(rig.times(one.target.device, "status") for one in sky)
    assert len(rig.times("sw1", "status")) in (60, 61)


def test_when_the_store_is_behind_only_the_status_is_asked(rigs):
    rig = rigs(Settings(), polled("sw1"))
    rig.meters.waiting = 400_000
    rig.run(900)
    assert {one.every for one in rig.seen} == {"status"}
    rig.meters.waiting = 0
    rig.run(900)
    assert {one.every for one in rig.seen} == {"status", "radio", "inventory"}


def test_who_is_asked_late_is_counted(rigs):
    rig = rigs(replace(Settings(), walks=1), *(polled(f"sw{number}") for number in range(400)))
    rig.run(240)
    assert rig.meters.late["radio"] > 0
    assert rig.meters.overdue["radio"] > 0
    assert not rig.meters.late["status"]


def test_one_round_asks_everything_once_and_the_silent_no_more(rigs):
    rig = rigs(Settings(), polled("sw1"), polled("sw2"))
    del rig.engine.devices["sw2"]
    asyncio.run(rig.poller.once())
    assert [(one.device, one.every, one.said is None) for one in rig.seen] == [
        ("sw2", "status", True),
        ("sw1", "status", False),
        ("sw1", "radio", False),
        ("sw1", "inventory", False),
    ]
    assert rig.meters.silent == {"status": 1}
    assert not rig.meters.engine


def test_one_round_of_one_schedule(rigs):
    rig = rigs(Settings(), polled("sw1"))
    asyncio.run(rig.poller.once(["radio"]))
    assert [one.every for one in rig.seen] == ["radio"]


def test_who_is_new_is_asked_soon_and_who_is_gone_no_more(rigs):
    rig = rigs(Settings(), polled("sw1"), polled("sw2"))
    rig.engine.devices["sw3"] = switch("sw3")
    rig.run(600)
    changed = [polled("sw2"), polled("sw3")]
    rig.schedule.change({one.target.device: Settings().periods for one in changed}, rig.clock.now)
    rig.poller.change(changed)
    gone = len(rig.times("sw1", "status"))
    rig.run(1200)
    assert len(rig.times("sw1", "status")) == gone
    assert len(rig.times("sw2", "status")) in (30, 31)
    assert len(rig.times("sw3", "status")) in (20, 21)
    assert rig.times("sw3", "inventory")
    assert rig.meters.devices == 2
