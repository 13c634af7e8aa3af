"""Pushes to emulated devices over real SSH and SCP, with real faults."""

import dataclasses
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from benches import Bench

from homeroom.errors import CommandRejected, HostKeyChanged, LoginRefused, Unreachable
from homeroom.platforms.ios.ssh import PinnedSSH
from homeroom.secret import NAMES, Vault
from homeroom.store.configs import digest


def test_a_push_ends_confirmed_saved_and_leaves_nothing_behind(pushed):
    one, done = pushed
    assert (done.end, done.row.detail) == (("confirmed", ""), "")
    running, startup, timer, files = one.ask(
        "show running-config", "show startup-config", "show archive config rollback timer", "dir"
    )
    parse = one.member.work.parse
    assert parse.diff(running, startup) == ""
    assert parse.diff(one.member.work.text, one.member.work.conceal(running)) == ""
    assert "file prompt quiet" not in running + startup
    assert "No Rollback Confirmed Change pending" in timer
    assert ".cfg" not in files
    assert one.journal.states(one.called())[one.name].sha == one.row().sha == digest(done.running)


def test_a_second_push_is_empty(pushed):
    one, _ = pushed
    second = one.push("c2")
    assert (second.end, second.row.detail) == (("skipped", "unchanged"), "unchanged")


def test_no_secret_is_in_what_a_push_reports_or_stores(pushed):
    one, done = pushed
    vault = Vault.open(one.project)
    values = [vault.get(n).reveal() for n in ("device_password", "device_hash", "snmp_auth", "snmp_priv")]
    told = repr(done) + repr(one.journal.events(one.called())) + repr(one.fleet.nornir.inventory.dict())
    assert not [value for value in values if value in told]
    assert "<<secret:device_hash>>" in done.running


def test_a_line_the_device_refuses_brings_the_old_configuration_back(bench):
    one = bench()
    before = one.ask("show running-config")
    done = one.push(text=one.member.work.text + "colour of the sky blue\n")
    assert done.row.state == "rolled_back"
    assert done.row.detail == (
        "`configure replace` was refused: colour of the sky blue;"
        " correct the line it names, or the image that does not know it"
    )
    running, startup = one.ask("show running-config", "show startup-config")
    assert one.member.work.parse.diff(before, running) == ""
    assert one.member.work.parse.diff(before, startup) == ""
    assert one.left_on_flash() == []
    assert (done.states[:2], done.states[-1]) == (["leased", "committing"], "rolled_back")


def test_a_connection_cut_in_the_middle_of_the_commit_ends_with_the_old_configuration(bench, wired):
    one = bench()
    wire = wired(one)
    before = one.ask("show running-config")
    done = one.push(on={"committing": wire.cut})
    assert done.row.state == "rolled_back"
    assert done.row.detail.startswith("no connection (")
    assert one.member.work.parse.diff(before, one.ask("show running-config")) == ""
    assert one.left_on_flash() == []


def test_a_device_its_new_configuration_cuts_off_comes_back_by_its_own_timer(bench, wired):
    one = bench()
    wire = wired(one)
    before = one.ask("show running-config")
    done = one.push(on={"unconfirmed": lambda: setattr(wire, "refusing", True), "rolling_back": back(one, wire)})
    assert done.row.state == "rolled_back"
    assert one.member.work.parse.diff(before, one.ask("show running-config")) == ""
    assert done.states == ["leased", "committing", "unconfirmed", "rolling_back", "rolled_back"]


def back(one, wire):
    """Let the device be reached again, when its own timer has gone off."""

    def answer():
        one.wait_until_settled()
        wire.refusing = False

    return answer


def test_an_impostor_never_sees_the_password(bench, wired, impostor):
    one = bench()
    wire = wired(one)
    with one.enter() as box:
        box.running()
    host, port, passwords = impostor
    wire.target = (host, port)
    with pytest.raises(HostKeyChanged) as caught, one.enter():
        pass
    assert str(caught.value).startswith(f"{one.name}: it shows host key SHA256:")
    assert "no password was sent" in str(caught.value)
    done = one.push()
    assert done.end == ("skipped", "off")
    assert passwords == []


def test_a_wrong_password_is_a_refused_login(bench):
    one = bench()
    wrong = Vault({name: f"wrong-{name:-<10}" for name in NAMES})
    one.fleet = dataclasses.replace(one.fleet, keyring=dataclasses.replace(one.fleet.keyring, vault=wrong))
    with pytest.raises(LoginRefused) as caught, one.enter():
        pass
    assert str(caught.value) == f"{one.name}: it refused our login; check the device password and the user on it"


def test_nobody_at_home_is_unreachable(bench, wired):
    one = bench()
    wired(one).close()
    with pytest.raises(Unreachable) as caught, one.enter():
        pass
    assert str(caught.value) == (
        f"{one.name}: no connection (TCP connection to device failed); check its power, its uplink and its SSH"
    )


@pytest.mark.parametrize(
    ("lines", "reason"),
    [
        (["no archive"], "its archive is off: nothing could be taken back; configure `archive`"),
        (["no ip scp server enable"], "it takes no files; configure `ip scp server enable`"),
    ],
)
def test_a_device_that_could_not_be_taken_back_is_not_touched(bench, lines, reason):
    one = bench()
    one.edit(*lines)
    before = one.ask("show running-config")
    done = one.push()
    assert (done.row.state, done.row.detail) == ("rolled_back", reason)
    assert one.member.work.parse.diff(before, one.ask("show running-config")) == ""
    assert one.left_on_flash() == []


def test_a_flash_that_takes_no_file_stops_the_push_before_it_changes_anything(bench, monkeypatch):
    one = bench()
    before = one.ask("show running-config")
    said = PinnedSSH.say
    full = "%Error opening flash:/x (No space left on device)\n"
    monkeypatch.setattr(PinnedSSH, "say", lambda self, line: full if line.startswith("copy") else said(self, line))
    done = one.push()
    assert done.row.state == "rolled_back", "it was about to commit: its state is proved by reading"
    assert "%Error opening flash:/x (No space left on device)" in done.row.detail
    assert one.member.work.parse.diff(before, one.ask("show running-config")) == ""


def test_a_configuration_that_would_close_the_way_back_is_not_pushed(bench):
    one = bench()
    before = one.ask("show running-config")
    done = one.push(text=one.member.work.text.replace("ip scp server enable\n", ""))
    assert (done.row.state, done.row.detail) == (
        "rolled_back",
        "the new configuration would close the way back; keep `archive` and `ip scp server enable` in it",
    )
    assert one.member.work.parse.diff(before, one.ask("show running-config")) == ""


def test_every_refusal_of_a_merge_is_recognised_and_taken_back(bench):
    one = bench()
    before = one.ask("show running-config")
    with one.enter() as box:
        for wrong in ("ntp serrver 10.0.0.1", "interface Vlan99\n ip address 10.0.0.1", "snmp-server"):
            box.load_merge_candidate(config=f"snmp-server contact nobody\n{wrong}\nend\n")
            with pytest.raises(
                CommandRejected, match=rf"`copy .*` was refused: ({wrong.split(chr(10))[-1].strip()}: )?%"
            ):
                box.commit_config()
        box.discard_config()
    assert ".cfg" not in one.ask("dir")
    assert one.member.work.parse.diff(before, one.ask("show running-config")) == ""


CHILD = """
import os, sys
from pathlib import Path
from benches import Bench
from homeroom.project import Project
from homeroom.rollout.fleet import muster
from homeroom.store.db import connect
from homeroom.store.inventory import Selector
import time
project, name, state = Project(Path(sys.argv[1])), sys.argv[2], sys.argv[3]
engine = connect(project)
fleet = muster(project, Selector(devices=(name,)), engine, time.time)
Bench(project, engine, fleet, name).push("killed", minutes=1, on={state: lambda: os.kill(os.getpid(), 9)})
"""


@pytest.fixture(scope="module", autouse=True)
def killed(district, whole, spare):
    """Pushes in processes of their own that are killed in some state: started first, looked at last."""
    benches = {
        state: Bench(district, whole[1], whole[0], spare["-sw"].pop())
        for state in ("committing", "unconfirmed", "confirming")
    }
    before = {state: one.ask("show running-config") for state, one in benches.items()}
    here = Path(__file__).parent
    paths = {"PYTHONPATH": os.pathsep.join([str(here), str(here.parent)])}
    children = [
        subprocess.Popen(
            [sys.executable, "-c", CHILD, os.fspath(one.project.root), one.name, state], env=os.environ | paths
        )
        for state, one in benches.items()
    ]
    yield benches, before, children
    for child in children:
        child.wait()
    for one in benches.values():
        one.close()


def test_kill_9_leaves_a_row_that_says_so_a_device_that_goes_back_and_an_end_that_is_read(killed):
    benches, before, children = killed
    assert [child.wait(60) for child in children] == [-signal.SIGKILL] * 3
    for state, one in benches.items():
        change = one.called("killed")
        assert one.row("killed").state == one.journal.states(change)[one.name].state == state
        one.wait_until_settled()
        assert one.member.work.parse.diff(before[state], one.ask("show running-config")) == ""
        held = one.push("after")
        assert held.reason.startswith(f"change {change} (worker) is at work on it since")
        done = one.push("killed", owner="another", died=lambda owner, now: 0.0)
        assert (done.row.state, done.row.fence, done.states[-1]) == ("rolled_back", 2, "rolled_back")
        assert done.row.sha == digest(done.running)
        assert one.member.work.parse.diff(one.member.work.conceal(before[state]), done.running) == ""
    assert one.push("then").row.state == "confirmed"


def test_a_configuration_that_is_not_saved_is_not_confirmed(bench, monkeypatch):
    one = bench()
    answers = ["startup-config file open failed (Device or resource busy)\n"]
    says = PinnedSSH.say
    monkeypatch.setattr(
        PinnedSSH, "say", lambda self, line: answers.pop() if answers and line == "write memory" else says(self, line)
    )
    done = one.push()
    assert done.row.state == "rolled_back"
    assert done.row.detail == (
        "refused (`write memory` answered: startup-config file open failed (Device or resource busy));"
        " look at it, then try again"
    )
    assert done.states[-3:] == ["confirming", "rolling_back", "rolled_back"]
    running, startup = one.ask("show running-config", "show startup-config")
    assert one.member.work.parse.diff(running, startup) == ""
    assert one.member.work.parse.diff(done.running, one.member.work.conceal(running)) == ""


def test_a_device_that_hangs_up_is_noticed_at_once(bench, wired):
    one = bench()
    wire = wired(one)
    with one.enter() as box:
        timer = threading.Timer(0.2, wire.cut)
        timer.start()
        with pytest.raises(EOFError):
            box.device.send_command("terminal monitor", expect_string="what it never says", read_timeout=30)
        timer.join()
