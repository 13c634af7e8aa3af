"""`homeroom diff`, `apply` and `backup` on the emulated district: their JSON, their words, their exit codes."""

import json
import os
import signal
import subprocess
import sys
import time

import pytest

from homeroom.errors import StoreError, Unsettled
from homeroom.rollout.drivers import DRIVERS
from homeroom.store.configs import digest, running
from playbooks import apply, cli, devices

REASON = "access points are staged by hand"


@pytest.fixture
def call(district, capsys):
    """Run a command on the district: (exit code, the JSON documents on stdout, what people see)."""

    def run(*words, people=False):
        capsys.readouterr()
        code = cli.main(["--project", str(district.root), *words, *([] if people else ["--json"])])
        out, err = capsys.readouterr()
        return code, [json.loads(line) for line in out.splitlines()], " ".join(err.split())

    return run


@pytest.fixture
def two(bench):
    """Two switches no other test has touched."""
    return bench(), bench()


def named(*benches):
    return [word for one in benches for word in ("--device", one.name)]


def an_ap(whole):
    return next(name for name in whole[0].members if "-ap" in name)


def test_from_diff_to_apply_to_backup(call, two, whole, monkeypatch):
    monkeypatch.setitem(DRIVERS, "openwrt", REASON)
    one, other = two
    ap = an_ap(whole)
    before = one.ask("show running-config")

    code, [found], _ = call("diff", *named(one, other), "--device", ap)
    assert code == 0
    assert set(found) == {"groups", "unreachable", "unchanged", "not_pushed"}
    assert [group["devices"] for group in found["groups"]] == [sorted([one.name, other.name])]
    assert set(found["groups"][0]) == {"devices", "diff", "opens", "closes", "unknown", "risk"}
    assert "segmentation" in found["groups"][0]["risk"]
    assert found["not_pushed"] == [{"device": ap, "reason": REASON}]
    assert (found["unreachable"], found["unchanged"]) == ([], 0)

    code, [dry], words = call("apply", *named(one, other), "--device", ap)
    assert (code, dry) == (0, found)
    assert words == "nothing was changed: this was a dry run; `homeroom apply --commit` pushes"
    assert one.ask("show running-config") == before

    code, documents, words = call("diff", *named(one, other), "--device", ap, people=True)
    assert (code, documents) == (0, [])
    assert "group 1: 2 devices, touches" in words
    assert "+aaa session-id common" in words
    assert "more lines (all of them with --json)" in words
    assert "2 devices would change, groups: 1; 0 devices as they should be" in words
    assert f"1 not pushed: {REASON}" in words
    assert ".cfg" not in one.ask("dir"), "a dry run leaves nothing on the device"

    code, documents, _ = call("apply", "--commit", *named(one, other), "--device", ap)
    *events, last = documents
    assert code == 0
    assert {(event["device"], event["state"], event["reason"]) for event in events} == {
        (one.name, "confirmed", ""),
        (other.name, "confirmed", ""),
    }
    assert last == {
        "change": events[0]["change"],
        "states": {"confirmed": sorted([one.name, other.name]), "skipped": [ap]},
        "not_pushed": [{"device": ap, "reason": REASON}],
    }
    assert running(one.engine, one.name).sha == next(event["sha"] for event in events if event["device"] == one.name)
    assert "secret 9 <<secret:device_hash>>" in running(one.engine, one.name).text
    states = {name: event.state for name, event in one.journal.states(last["change"]).items()}
    assert states == {one.name: "confirmed", other.name: "confirmed", ap: "skipped"}

    code, [again], _ = call("diff", *named(one, other))
    assert (code, again["groups"], again["unchanged"]) == (0, [], 2)
    code, documents, words = call("apply", "--commit", *named(one), "--device", ap, people=True)
    assert (code, documents) == (0, [])
    assert "pushing" in words
    assert "skipped │ 2 │" in words
    assert "already as they should be: 1" in words
    assert f"1 not pushed: {REASON}" in words


def test_a_backup_stores_what_changed_without_its_secrets(call, two):
    one, other = two
    assert call("apply", "--commit", *named(one, other))[0] == 0
    one.edit("snmp-server community s3cretcommunity RO", "enable secret 0 An0therSecret")
    code, [shelf], _ = call("backup", *named(one, other))
    assert (code, shelf) == (0, {"stored": [one.name], "unchanged": [other.name], "unreachable": []})
    text = running(one.engine, one.name).text
    assert "snmp-server community <redacted> RO" in text
    assert "s3cretcommunity" not in text
    assert "enable secret 9 <redacted>" in text
    assert digest(text) == running(one.engine, one.name).sha
    code, _, words = call("backup", *named(one), people=True)
    assert (code, "0 stored, 1 unchanged since they were last read" in words) == (0, True)


def test_devices_that_cannot_be_entered_are_named_and_the_answer_is_3(call, two, monkeypatch):
    monkeypatch.setenv("HOMEROOM_SECRET_DEVICE_PASSWORD", "not-the-password")
    reason = "it refused our login; check the device password and the user on it"
    one = two[0]
    code, [found], _ = call("diff", *named(one))
    assert (code, found["unreachable"]) == (3, [{"device": one.name, "reason": reason}])
    code, [event, last], _ = call("apply", "--commit", *named(one))
    assert (code, event["state"], event["reason"]) == (3, "skipped", reason)
    assert last["states"] == {"skipped": [one.name]}
    code, [shelf], _ = call("backup", *named(one))
    assert (code, shelf["unreachable"]) == (3, [{"device": one.name, "reason": reason}])
    for command, title in (("diff", "not compared"), ("backup", "not read")):
        code, _, words = call(command, *named(one), people=True)
        assert (code, title in words, "it refused our login" in words) == (3, True, True)
    code, _, words = call("apply", "--commit", *named(one), people=True)
    assert code == 3
    assert "somebody should look at these" in words


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["diff", "--workers", "0"], "--workers must be at least 1"),
        (["apply", "--confirm-minutes", "0"], "--confirm-minutes must be between 1 and 120"),
        (["apply", "--confirm-minutes", "121"], "--confirm-minutes must be between 1 and 120"),
    ],
)
def test_wrong_usage(call, words, message):
    code, documents, told = call(*words)
    assert (code, documents, told) == (2, [], f"homeroom {words[0]}: {message}")


def test_a_selector_that_names_nothing_says_so(call):
    code, _, told = call("diff", "--device", "nobody")
    assert code == 2
    assert "nobody" in told or "no device is selected" in told


def test_ctrl_c_finishes_what_is_under_way_and_reports_what_was_never_started(district, bench):
    some = [bench() for _ in range(3)]
    words = ["--project", os.fspath(district.root), "apply", "--commit", "--workers", "1", "--json", *named(*some)]
    with subprocess.Popen(
        [sys.executable, "-m", "playbooks.cli", *words], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as child:
        first = json.loads(child.stdout.readline())
        child.send_signal(signal.SIGINT)
        *rest, last = [json.loads(line) for line in child.stdout]
    assert child.returncode == 3
    assert first["state"] == "confirmed"
    assert len(rest) <= 1, "what was under way has ended"
    assert len(last["states"]["pending"]) == 2 - len(rest)
    assert len(last["states"]["confirmed"]) == 1 + len(rest)


def test_a_device_whose_push_did_not_come_back_needs_a_human(whole, capsys):
    ledger = apply.Ledger(whole[1], "c", events=True)
    ledger.lose(Unsettled("a", "it did not finish within 3600 s", "see the journal, then read the device"))
    assert json.loads(capsys.readouterr().out) == {
        "change": "c",
        "device": "a",
        "state": "needs_human",
        "reason": "it did not finish within 3600 s; see the journal, then read the device",
        "sha": "",
    }


def test_a_comparison_that_was_stopped_prints_no_half_answer(call, monkeypatch, whole):
    monkeypatch.setattr(devices, "each", lambda *args, **params: False)
    code, documents, words = call("diff", *["--device", next(iter(whole[0].members))])
    assert (code, documents, words) == (130, [], "homeroom: stopped")


def test_what_is_no_devices_fault_stops_the_run_and_is_raised(whole, two):
    fleet, started = whole[0], []

    def work(task, fleet):
        started.append(task.host.name)
        time.sleep(0.05)
        raise StoreError("the journal cannot be written")

    class Args:
        workers, json = 1, True

    with pytest.raises(StoreError):
        devices.each(fleet, work, "x", args=Args, done=lambda one: None, failed=lambda error: None)
    assert len(started) < len(fleet.members)


def test_a_change_has_a_name_that_sorts_by_time():
    names = [devices.change_id(float(at)) for at in range(0, 100_000, 5_000)]
    assert names == sorted(names)
    assert len({devices.change_id(0.0) for _ in range(50)}) > 45
    assert devices.change_id(0.0).startswith("19700101-000000-")
