"""`homeroom diff`, `apply` and `backup` on the emulated district: their JSON, their words, their exit codes."""

import json
import os
import re
import signal
import subprocess
import sys
import time

import pytest

from homeroom.errors import StoreError
from homeroom.rollout.drivers import DRIVERS
from homeroom.secret import Vault
from homeroom.store.changes import Changes
from homeroom.store.configs import digest, running
from playbooks import cli, devices

WAY = ("leased", "committing", "unconfirmed", "confirming", "confirmed")
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
    assert [sorted(group["devices"]) for group in found["groups"]] == [sorted([one.name, other.name])]
    assert set(found["groups"][0]) == {"devices", "diff", "opens", "closes", "unknown", "risk", "touches"}
    assert "segmentation" in found["groups"][0]["touches"]
    assert found["groups"][0]["risk"][0] == "management path"
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
    moved = {(event["device"], event["state"]): event for event in events if event["event"] == "device"}
    assert set(moved) == {(name, state) for name in (one.name, other.name) for state in WAY}
    assert [event["event"] for event in events if event["event"] != "device"] == ["wave", "done"]
    assert last == {
        "change": events[0]["change"],
        "state": "done",
        "states": {"confirmed": sorted([one.name, other.name])},
        "not_pushed": [{"device": ap, "reason": REASON}],
    }
    assert running(one.engine, one.name).sha == moved[one.name, "confirmed"]["sha"]
    assert "secret 9 <<secret:device_hash>>" in running(one.engine, one.name).text
    states = {name: event.state for name, event in one.journal.states(last["change"]).items()}
    assert states == {one.name: "confirmed", other.name: "confirmed"}

    code, [again], _ = call("diff", *named(one, other))
    assert (code, again["groups"], again["unchanged"]) == (0, [], 2)
    code, documents, words = call("apply", "--commit", *named(one), "--device", ap, people=True)
    assert (code, documents) == (0, [])
    assert "is done: 1 of 1 ended, 1 skipped already as they should be: 1" in words
    assert f"1 no part of the change: {REASON} {ap}" in words
    code, [*_, last], _ = call("apply", "--commit", *named(one))
    row = Changes(one.engine).row(last["change"], one.name)
    assert (code, last["states"], row.cause) == (0, {"skipped": [one.name]}, "unchanged")


def test_what_is_applied_at_once_is_a_change_with_a_document_an_author_and_a_reason(call, two):
    one, other = two
    code, [*_, last], _ = call("apply", "--commit", *named(one, other), "--as", "Ana", "--reason", "T-1")
    assert code == 0
    code, [found], _ = call("change", "show", last["change"])
    assert (code, found["state"], found["author"], found["reason"]) == (0, "done", "Ana", "T-1")
    assert [sorted(group["devices"]) for group in found["groups"]] == [sorted([one.name, other.name])]
    code, [listed], _ = call("change", "list")
    states = {known["id"]: known["state"] for known in listed["changes"]}
    assert (code, states[last["change"]]) == (0, "done")


def test_what_somebody_edited_by_hand_is_left_alone_until_a_person_says_otherwise(call, two):
    one, other = two
    assert call("apply", "--commit", *named(one, other))[0] == 0
    route = "ip route 10.99.0.0 255.255.0.0 Null0"
    one.edit(route)
    code, [*_, last], _ = call("apply", "--commit", *named(one, other))
    row = Changes(one.engine).row(last["change"], one.name)
    assert (code, last["states"]) == (3, {"skipped": sorted([one.name, other.name])})
    assert (row.cause, Changes(one.engine).row(last["change"], other.name).cause) == ("unfit", "unchanged")
    assert row.detail.startswith("somebody changed it by hand, and it is left as it is")
    assert route in one.ask("show running-config")

    code, documents, words = call("apply", "--commit", *named(one, other), "--overwrite", other.name)
    assert (code, documents) == (2, [])
    assert words.endswith(
        f"{other.name}: no hand edit that this change meets was found there; drop --adopt or --overwrite"
    )

    code, [*_, last], _ = call("apply", "--commit", *named(one, other), "--overwrite", one.name)
    assert (code, last["states"]) == (0, {"confirmed": [one.name], "skipped": [other.name]})
    assert route not in one.ask("show running-config")


def test_a_backup_stores_what_changed_without_its_secrets(call, two):
    one, other = two
    assert call("apply", "--commit", *named(one, other))[0] == 0
    one.edit("snmp-server community s3cretcommunity RO", "enable secret 0 An0therSecret")
    code, [shelf], _ = call("backup", *named(one, other))
    assert (code, shelf["stored"], shelf["unchanged"], shelf["unreachable"]) == (0, [one.name], [other.name], [])
    assert set(shelf["asked"]) == {one.name, other.name}  # for the first time
    text = running(one.engine, one.name).text
    assert f"snmp-server community {Vault.open(one.project).mark('s3cretcommunity')} RO" in text
    assert "s3cretcommunity" not in text
    assert re.search(r"^enable secret 9 <redacted:[0-9a-f]{12}>$", text, re.MULTILINE)
    assert digest(text) == running(one.engine, one.name).sha
    assert not call("backup", *named(one))[1][0]["asked"]  # not again within an inventory interval
    code, _, words = call("backup", *named(one), people=True)
    assert (code, "0 stored, 1 unchanged since they were last read" in words) == (0, True)


def test_devices_that_cannot_be_entered_are_named_and_the_answer_is_3(call, two, monkeypatch):
    monkeypatch.setenv("HOMEROOM_SECRET_DEVICE_PASSWORD", "not-the-password")
    reason = "it refused our login; check the device password and the user on it"
    one = two[0]
    code, [found], _ = call("diff", *named(one))
    assert (code, found["unreachable"]) == (3, [{"device": one.name, "reason": reason}])
    code, [*_, last], _ = call("apply", "--commit", *named(one))
    row = Changes(one.engine).row(last["change"], one.name)
    assert (code, last["states"]) == (3, {"skipped": [one.name]})
    assert (row.cause, row.detail) == ("off", reason)
    code, [shelf], _ = call("backup", *named(one))
    assert (code, shelf["unreachable"]) == (3, [{"device": one.name, "reason": reason}])
    for command, title in (("diff", "not compared"), ("backup", "not read")):
        code, _, words = call(command, *named(one), people=True)
        assert (code, title in words, "it refused our login" in words) == (3, True, True)
    code, _, words = call("apply", "--commit", *named(one), people=True)
    assert code == 3
    assert f"1 skipped (not touched): {reason} {one.name}" in words


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


def test_ctrl_c_finishes_what_is_under_way_and_the_rest_can_be_resumed(call, district, bench):
    some = [bench() for _ in range(3)]
    words = ["--project", os.fspath(district.root), "apply", "--commit", "--workers", "1", "--json", *named(*some)]
    with subprocess.Popen(
        [sys.executable, "-m", "playbooks.cli", *words], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as child:
        events = []
        while not events or events[-1]["state"] != "committing":
            events.append(json.loads(child.stdout.readline()))
        child.send_signal(signal.SIGINT)
        *_, last = [json.loads(line) for line in child.stdout]
    assert (child.returncode, last["state"]) == (1, "paused")
    assert set(last["states"]) == {"confirmed", "pending"}, "what was under way has ended"
    assert last["states"]["confirmed"] == [events[-1]["device"]]
    assert len(last["states"]["pending"]) == 2
    code, [*_, ended], _ = call("change", "resume", last["change"])
    assert (code, ended["state"]) == (0, "done")
    assert ended["states"] == {"confirmed": sorted(one.name for one in some)}


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
