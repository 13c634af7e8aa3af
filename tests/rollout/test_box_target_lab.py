"""Devices of all five platforms through a change, over real connections: well, ill, edited, cut in every step."""

import contextlib
import sys
import time
import warnings
from functools import partial
from pathlib import Path

import pytest

from homeroom.errors import DeviceError
from homeroom.lab import client
from homeroom.lab.faults import Fault
from homeroom.rollout.admission import Admission, Limits, claim
from homeroom.rollout.box_target import Approved, BoxTarget
from homeroom.rollout.care import Care
from homeroom.rollout.fleet import muster
from homeroom.rollout.sites import Sites
from homeroom.rollout.target import Terms
from homeroom.rollout.transitions import Course, drive
from homeroom.store.changes import Change, Changes, Row
from homeroom.store.configs import digest
from homeroom.store.db import connect
from homeroom.store.inventory import Selector

sys.path.append(str(Path(__file__).parents[1] / "lab"))

import mixed

TERMS = Terms()
MINUTES = 60
KINDS = {"ios": "switch", "eos": "switch", "junos": "router", "ros": "router", "openwrt": "ap"}
DEAD = {"ios": "radius_dead", "eos": "radius_dead", "junos": "dns_dead", "ros": "dns_dead", "openwrt": "radius_dead"}
EDITS = {
    "ios": "ip route 10.98.0.0 255.255.0.0 Null0",
    "eos": "ip route 10.98.0.0/16 192.0.2.1",
    "junos": "set routing-options static route 10.98.0.0/16 discard",
    "ros": "/ip route add dst-address=10.98.0.0/16 blackhole",
    "openwrt": "uci set network.stray=interface; uci set network.stray.proto=none; uci commit network",
}
CUTS = [("load", False), ("commit", False), ("commit", True), ("confirm", False), ("confirm", True)]
platforms = pytest.mark.parametrize("platform", KINDS)
most = pytest.mark.parametrize(
    "platform", [pytest.param(name, marks=[pytest.mark.full] if name == "junos" else []) for name in KINDS]
)
"""A router of Junos answers each of its questions late: where many are asked, it is for the whole suite."""


@pytest.fixture(scope="module")
def nation(tmp_path_factory):
    """A project with devices of all platforms, its lab running: (project, fleet, store, names by platform)."""
    project = mixed.project(tmp_path_factory.mktemp("mixed") / "p", 24)
    with warnings.catch_warnings():  # the lab outlives the call that starts it, on purpose
        warnings.simplefilter("ignore", ResourceWarning)
        client.up(project, minute=1.0)
    engine = connect(project)
    fleet = muster(project, Selector(), engine, time.time)
    names = {
        platform: [
            name
            for name, one in fleet.members.items()
            if (one.intent.device.platform, one.intent.device.kind) == (platform, kind)
        ]
        for platform, kind in KINDS.items()
    }
    yield project, fleet, engine, names
    engine.dispose()
    client.down(project)


class Way:
    """One device that no other test uses, on its way through a change of its own."""

    def __init__(self, nation, platform):
        self.project, self.fleet, self.engine, names = nation
        self.name = names[platform].pop()
        self.member = self.fleet.members[self.name]
        self.work = self.member.work
        self.store = Changes(self.engine)
        self.entered = 0
        self.changes = 0
        self.care = Care(Sites.of(self.project, self.fleet, self.engine), patience=1.0, wait=lambda _: time.sleep(0.1))

    def enter(self):
        self.entered += 1
        host = self.fleet.nornir.inventory.hosts[self.name]
        return self.fleet.keyring.enter(host, self.member.driver, f"c-{self.name}-{self.changes}")

    def runs(self):
        with self.enter() as box:
            found = box.running()
            return self.work.conceal(found.text), found.pending

    def target(self, before, **rest):
        approved = Approved(digest(before), digest(self.work.text), lambda: before)
        return BoxTarget(self.member, self.enter, approved, self.care, MINUTES, time.time, **rest)

    def drive(self, before, noted=lambda row: None):
        self.changes += 1
        change = f"c-{self.name}-{self.changes}"
        self.store.add(Change(change, "canary", "approved", 0, "h", "ana", "ticket", 1.0), [Row(change, self.name)])
        row = claim(self.store, self.store.row(change, self.name), "w", Admission(TERMS, Limits(), time.time()))
        assert isinstance(row, Row), row
        self.entered = 0
        with self.target(before) as target:
            return drive(Course(self.store, row, TERMS, time.time), target, lambda s: time.sleep(min(s, 0.2)), noted)

    def on(self, state, do):
        """Do something when the device's row says it is in a state."""
        left = [do]

        def noted(row):
            if row.state == state and left:
                left.pop()()

        return noted

    def fault(self, *fault, **rest):
        client.fault(self.project, self.name, Fault(*fault, **rest))

    def met(self):
        return client.status(self.project)["counters"]["connections"]


@pytest.fixture
def way(nation):
    ways = []

    def make(platform):
        ways.append(Way(nation, platform))
        return ways[-1]

    yield make
    for one in ways:
        client.heal(one.project, one.name)


@platforms
def test_a_push_that_goes_well_takes_two_connections(way, platform):
    one = way(platform)
    one.care.around = Alone(one.care.around)
    before, _ = one.runs()
    met = one.met()
    row = one.drive(before)
    assert (row.state, row.detail) == ("confirmed", "")
    assert (one.entered, one.met() - met) == (2, 2)
    after, pending = one.runs()
    assert not pending
    assert (row.sha, one.work.parse.diff(one.work.text, after)) == (digest(after), "")
    again = one.drive(before)
    assert (again.state, again.cause) == ("skipped", "unchanged")


class Alone:
    """A site whose neighbours are not asked: each would be a connection more."""

    def __init__(self, sites):
        self.leak = sites.leak

    def neighbours(self, intent):
        return ()


@most
def test_a_device_whose_services_die_with_the_change_runs_the_old_configuration_again(way, platform):
    one = way(platform)
    before, _ = one.runs()
    row = one.drive(before, one.on("unconfirmed", partial(one.fault, DEAD[platform])))
    assert row.state == "rolled_back", row.detail
    assert " does not answer it from " in row.detail
    after, pending = one.runs()
    assert (one.work.parse.diff(before, after), pending) == ("", False)
    assert row.sha == digest(after)
    client.heal(one.project, one.name)
    assert one.drive(before).state == "confirmed"


def test_a_router_waits_for_those_behind_it_and_goes_back_when_one_is_cut_off(way):
    one = way("ros")
    before, _ = one.runs()
    behind = one.care.around.neighbours(one.member.intent)
    assert behind
    lost = behind[-1]
    row = one.drive(before, one.on("unconfirmed", lambda: client.fault(one.project, lost.device, Fault("offline"))))
    assert (row.state, row.detail) == (
        "rolled_back",
        f"{lost.device}, behind it, does not answer at {lost.host}:{lost.port}: look at the trunk towards it",
    )
    row = one.drive(before)
    assert (row.state, row.detail) == ("confirmed", ""), "it was off before, and is not asked for"
    client.heal(one.project, lost.device)


@platforms
def test_what_was_edited_by_hand_since_the_approval_is_left_alone(way, platform):
    one = way(platform)
    before, _ = one.runs()
    client.edit(one.project, one.name, [EDITS[platform]])
    edited, _ = one.runs()
    assert one.work.parse.diff(before, edited)
    row = one.drive(before)
    assert (row.state, row.cause) == ("skipped", "unfit"), row.detail
    assert one.entered == 1
    assert one.runs() == (edited, False)


@platforms
def test_a_device_with_the_wrong_time_or_a_full_flash_is_not_begun(way, platform):
    one = way(platform)
    before, _ = one.runs()
    one.fault("clock_jump", seconds=86400)
    row = one.drive(before)
    assert (row.state, row.cause) == ("skipped", "ill"), row
    assert "set its clock (NTP) first" in row.detail
    client.heal(one.project, one.name)
    one.fault("full_flash")
    row = one.drive(before)
    assert row.state in {"skipped", "rolled_back"}, row  # RouterOS cannot even be read then
    client.heal(one.project, one.name)
    assert one.work.parse.diff(before, one.runs()[0]) == ""


@most
def test_cut_in_any_step_a_device_ends_old_or_new_and_its_row_says_which(way, platform):
    one = way(platform)
    before, _ = one.runs()
    ends = []
    for step, late in CUTS:
        one.fault("cut", step, late=late)
        row = one.drive(before)
        client.heal(one.project, one.name)
        after, pending = one.runs()
        assert not pending, (step, late)
        assert row.sha == digest(after), (step, late)
        assert row.state in {"confirmed", "rolled_back", "skipped"}, (step, late, row.detail)
        want = one.work.text if row.state == "confirmed" else before
        assert one.work.parse.diff(want, after) == "", (step, late, row.state)
        ends.append((step, late, row.state))
        if row.state == "confirmed":
            if (step, late) == CUTS[-1]:
                break
            one = way(platform)
            before, _ = one.runs()
    assert ("load", False, "rolled_back") in ends, "nothing was lost there: the fault did not strike"


@pytest.mark.parametrize("late", [False, True])
@pytest.mark.parametrize("platform", ["ios", "eos"])
def test_what_was_confirmed_is_saved_however_the_connection_was_lost(way, platform, late):
    one = way(platform)
    before, _ = one.runs()
    one.fault("cut", "save", late)
    row = one.drive(before)
    assert row.state == "confirmed"
    one.fault("reboot", "connect")
    with contextlib.suppress(DeviceError):
        one.runs()
    text, pending = one.runs()
    assert (one.work.parse.diff(one.work.text, text), pending) == ("", False), "it starts with what it was left with"
