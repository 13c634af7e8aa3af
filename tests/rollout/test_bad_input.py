"""What people, devices and machines get wrong during a change: each is known, the rest goes on, a message says what to do."""

import os
import sqlite3
import subprocess
import threading
import time
from contextlib import closing

import pytest
from drill import Drill

pytestmark = [pytest.mark.full, pytest.mark.timeout(600)]
PLATFORMS = ("ios", "openwrt", "junos", "eos", "ros")
ROOM = 1 << 26
MOVE = {"192.0.2.3, ": "192.0.2.33, "}


@pytest.fixture(scope="module")
def district(tmp_path_factory):
    root = tmp_path_factory.mktemp("input") / "district"
    try:
        found = Drill(root, 2, 15.0, prepare=own_disk)
        yield found
        found.ground.down()
    finally:
        if (root / ".homeroom").is_mount():
            subprocess.run(["umount", "-l", str(root / ".homeroom")], check=True)


def own_disk(state):
    """Put what Homeroom keeps on a small disk of its own, where we are allowed to."""
    if not os.geteuid():
        state.mkdir()
        subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={ROOM}", "tmpfs", str(state)], check=True)


@pytest.fixture
def drill(district):
    """A change is approved when the test begins; afterwards every device runs the old configuration again."""
    district.ground.edit("programme.yaml", MOVE)
    yield district
    district.mend()
    name = district.change()
    words = ("--title", "back", "--reason", "R-1", "--id", name, "--as", "Ana")
    done = district.ground.homeroom("change", "new", *words, answers=(0, 1))
    if done.returncode == 0:
        district.ground.homeroom("change", "approve", name, "--as", "Blas")
        assert district.apply(name).code == 0
    assert district.all_old() == {}


def one_of(drill, platform):
    return next(name for name in drill.names if drill.old[name].platform == platform)


FAULTS = [
    ("refuse_login", (), "off", "password"),
    ("full_flash", (), "ill", "make room on it"),
    ("clock_jump", ("--seconds", "4000"), "ill", "set its clock (NTP) first"),
    ("wrong_host_key", (), "off", "forget its old key"),
    ("offline", (), "off", "check its power"),
]


def test_devices_that_cannot_take_the_change(drill):
    """Five devices, each of another platform, each with something else: the other thirty get it."""
    name = drill.change()
    drill.ground.approved(name)
    victims = {one_of(drill, platform): fault for platform, fault in zip(PLATFORMS, FAULTS, strict=True)}
    for device, (kind, more, _, _) in victims.items():
        drill.ground.homeroom("lab", "fault", device, kind, *more)
    run = drill.apply(name)
    assert run.code == 3, run.said
    rows = drill.ground.states(name)
    for device, (kind, _, cause, remedy) in victims.items():
        state, why, detail = rows[device]
        assert (state, why) == ("skipped", cause), (kind, device, rows[device])
        assert remedy in detail, (kind, detail)
    others = {state for device, (state, why, _) in rows.items() if device not in victims and why != "unchanged"}
    assert others == {"confirmed"}
    assert drill.touched().isdisjoint(victims)
    assert run.events[-1]["state"] == "late"
    for device in victims:
        drill.ground.homeroom("lab", "fault", device, "clear")
    drill.ground.homeroom("change", "late")
    assert {state for state, why, _ in drill.ground.states(name).values() if why != "unchanged"} == {"confirmed"}


def test_a_device_that_was_replaced_by_another(drill):
    """Somebody put another box in its place, which calls itself otherwise: it is not taken for ours."""
    name, device = drill.change(), one_of(drill, "ios")
    drill.ground.approved(name)
    drill.ground.homeroom("lab", "fault", device, "--line", "hostname spare")
    run = drill.apply(name)
    assert run.code == 3, run.said
    state, _, detail = drill.ground.states(name)[device]
    assert state == "skipped"
    assert "it calls itself spare" in detail
    assert "find out which device answers" in detail
    assert device not in drill.touched()
    drill.ground.homeroom("lab", "fault", device, "--line", f"hostname {device}")
    drill.ground.homeroom("change", "late")
    assert drill.ground.states(name)[device][0] == "confirmed"


def test_a_template_that_fails_for_some_devices(drill):
    """One access point trips it: it is named with the reason, and the others get the change."""
    device, name = one_of(drill, "openwrt"), drill.change()
    bad = "{% if device.name == '" + device + "' %}{{ device.name | width }}{% endif %}\npackage wireless\n"
    drill.template("openwrt", "wireless", {"package wireless\n": bad})
    shown = drill.ground.approved(name)
    ((told, why),) = [(one["device"], one["reason"]) for one in shown["not_pushed"]]
    assert told == device
    assert "no band called" in why
    assert "correct the template" in why
    run = drill.apply(name)
    assert run.code in {0, 3}, run.said
    assert [one["device"] for one in run.events[-1]["not_pushed"]] == [device]
    assert {state for state, _, _ in drill.ground.states(name).values()} <= {"confirmed", "skipped"}
    assert device not in drill.touched()


def test_a_locked_store(drill):
    """Another program holds the store for longer than anybody waits: the process ends and says so; it goes on later."""
    name = drill.change()
    drill.ground.approved(name)
    path = drill.ground.root / ".homeroom" / "state.db"
    begun = threading.Event()

    def hold():
        while "confirmed" not in {state for state, _, _ in drill.ground.states(name).values()}:
            time.sleep(0.1)
        with closing(sqlite3.connect(path, timeout=60, isolation_level=None)) as db:
            db.execute("BEGIN IMMEDIATE")
            begun.set()
            ended.wait(300)
            db.execute("ROLLBACK")

    ended = threading.Event()
    thread = threading.Thread(target=hold)
    thread.start()
    run = drill.apply(name)
    ended.set()
    thread.join()
    assert begun.is_set()
    assert run.code == 2
    assert "database is locked" in run.said
    ends_well(drill, name)


def test_a_full_disk(drill):
    """No byte can be written any more: nothing more is changed, and the process says why; it goes on later."""
    if os.geteuid():
        pytest.skip("only root may mount")
    name = drill.change()
    drill.ground.approved(name)
    state = drill.ground.root / ".homeroom"
    resize(state, used(state) + 300_000)
    try:
        run = drill.apply(name)
    finally:
        resize(state, ROOM)
    assert run.code == 2, run.said
    assert "full" in run.said or "No space left" in run.said
    ends_well(drill, name)


def used(folder):
    found = os.statvfs(folder)
    return (found.f_blocks - found.f_bfree) * found.f_frsize


def resize(folder, size):
    subprocess.run(["mount", "-o", f"remount,size={size}", str(folder)], check=True)


def ends_well(drill, name):
    """Resumed, everything is brought to its end: none twice, none lost."""
    while (run := drill.apply(name, verb="resume", more=("--reason", "it is mended"))).code == 1:
        assert drill.ground.query("SELECT state FROM change WHERE id = ?", name) == [("halted",)], run.said
    assert run.code in {0, 3}, run.said
    rows = drill.ground.states(name)
    assert {state for state, _, _ in rows.values()} <= {"confirmed", "rolled_back", "skipped"}
    assert all(drill.commits()[device] - drill.counts.get(device, 0) <= 1 for device in rows)
