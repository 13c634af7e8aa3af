"""`homeroom drift` on emulated devices of all five platforms: who is entered, what is found, what is never said."""

import datetime as dt
import time

import pytest
from bygone import FOREIGN, ROUTES, SECRETS

from homeroom.lab import client
from homeroom.lab.faults import Fault
from homeroom.observe.drift import Word
from homeroom.rollout.fleet import muster
from homeroom.secret import Vault
from homeroom.store import configs, drifts, heard, tokens
from homeroom.store.changes import Change, Changes, Row
from homeroom.store.heard import Heard
from homeroom.store.inventory import Selector
from playbooks.drift_round import Round

TELLING = ("ios", "eos", "junos", "openwrt")
"""Platforms whose devices say that something changed; RouterOS does not."""
PUSHED = ("ios", "openwrt")
UNDONE = {
    "ios": ["no ip route 10.99.0.0 255.255.0.0 Null0"],
    "ros": ["/ip route remove [find dst-address=10.99.0.0/16]"],
}
LINES = {
    "ios": "+ snmp-server community {mark} RO",
    "eos": "+ snmp-server community {mark} ro",
    "junos": "+ snmp: community {mark}",
    "openwrt": "+ package wireless: config wifi-iface 'stray'",
}
"""`{mark}`: what stands for the secret, the same on all of them."""


@pytest.fixture(scope="module")
def drift(past):
    """Run the command on some of the district's devices; the first time, all five are read."""
    from playbooks import cli

    assert cli.main(["--project", str(past.project.root), "drift", "--json", *past.words()]) == 0
    return past


@pytest.fixture
def seen(drift, call):
    """Run: (exit code, document, connections that were made)."""

    def run(*platforms, more=(), people=False):
        before = client.status(drift.project)["counters"]["connections"]
        code, documents, words = call("drift", *drift.words(*platforms), *more, people=people)
        entered = client.status(drift.project)["counters"]["connections"] - before
        return code, (documents or [words])[0], entered

    return run


def drifted(document):
    return {one["device"]: one for one in document["drifted"]}


def test_where_nothing_moved_nobody_is_entered(drift, seen):
    code, found, entered = seen()
    assert (code, found["checked"], found["unasked"], found["read"], entered) == (0, 4, 1, 0, 0)
    assert (found["drifted"], found["unknown"]) == ([], [])
    held = tokens.all_tokens(drift.engine)
    assert {name: bool(held[name].held) for name in drift.devices.values()} == {
        name: platform in TELLING for platform, name in drift.devices.items()
    }


def test_a_hand_edit_is_found_with_line_control_time_and_user(drift, seen, call):
    before = time.time()
    drift.edit(SECRETS, *TELLING)
    code, document, entered = seen()
    found = drifted(document)
    assert (code, document["read"], entered) == (1, len(TELLING), len(TELLING))
    assert set(found) == {drift.devices[platform] for platform in TELLING}
    mark = Vault.open(drift.project).mark(FOREIGN)
    for platform, line in LINES.items():
        one = found[drift.devices[platform]]
        assert any(said.startswith(line.format(mark=mark)) for said in one["lines"]), platform
        assert not any(said.startswith("-") for said in one["lines"]), platform
        assert "OPS-04" in one["controls"], platform
        assert before - 2 <= dt.datetime.fromisoformat(one["since"]).timestamp() <= time.time(), platform
    assert all("SNM-01" in found[drift.devices[platform]]["controls"] for platform in ("ios", "eos", "junos"))
    assert [found[drift.devices[platform]]["by"] for platform in ("ios", "junos")] == ["technician"] * 2
    assert found[drift.devices["ios"]]["features"] == ["management"]

    kept = drifts.all_drifts(drift.engine)[drift.devices["ios"]]
    assert kept.lines == tuple(found[kept.device]["lines"])
    assert kept.sha == configs.hashes(drift.engine)[kept.device]

    code, again, entered = seen()  # nothing moved since: it is listed again, and nobody is entered
    assert (code, entered, drifted(again)) == (1, 0, found)
    words = seen(people=True)[1]
    assert all(part in words for part in ("technician", "SNM-01", drift.devices["ios"], "4 drifted"))
    assert FOREIGN not in drift.said

    taken_back = [word for platform in PUSHED for word in ("--overwrite", drift.devices[platform])]
    assert call("apply", "--commit", *drift.words(*PUSHED), *taken_back)[0] == 0
    code, after, _ = seen(*PUSHED)
    assert (code, after["drifted"], len(after["cleared"])) == (0, [], len(PUSHED))
    assert set(drifts.all_drifts(drift.engine)) == {drift.devices["eos"], drift.devices["junos"]}


def test_a_reboot_without_a_change_is_no_drift(drift, seen, call):
    name = drift.devices["ios"]
    client.fault(drift.project, name, Fault("reboot", "connect"))
    call("backup", "--device", name)
    client.heal(drift.project, name)
    code, found, entered = seen("ios")
    assert (code, found["drifted"], found["read"], entered) == (0, [], 1, 1)
    assert seen("ios")[2] == 0


def test_a_backup_between_hides_nothing(drift, seen, call):
    drift.edit(ROUTES, "ios")
    assert call("backup", *drift.words("ios"))[0] == 0
    code, found, _ = seen("ios")
    assert code == 1
    assert [one["lines"] for one in found["drifted"]] == [["+ ip route 10.99.0.0 255.255.0.0 Null0"]]
    drift.edit(UNDONE, "ios")
    code, found, _ = seen("ios")
    assert (code, found["cleared"]) == (0, [drift.devices["ios"]])


def test_what_a_change_of_ours_put_there_is_no_hand_edit(drift, seen):
    """Such as a restore of what ran before the intent was as it is."""
    name = drift.devices["ios"]
    drift.edit(ROUTES, "ios")
    assert seen("ios")[0] == 1
    there = Row("ours", name, "confirmed", sha=configs.hashes(drift.engine)[name], at=time.time())
    Changes(drift.engine).add(Change("ours", "done", "wave", 0, "content", "amy", "why", time.time()), [there])
    code, found, entered = seen("ios")
    assert (code, found["drifted"], found["cleared"], entered) == (0, [], [name], 0)
    drift.edit(UNDONE, "ios")
    assert seen("ios")[0] == 0


def test_who_tells_nothing_is_read_when_something_was_heard_or_a_period_went_by(drift, seen, call):
    name = drift.devices["ros"]
    drift.edit(ROUTES, "ros")
    assert seen("ros")[1]["unasked"] == 1
    heard.save(drift.engine, [Heard(time.time(), name, "syslog", "config", "bob", "10.1.1.1", "route added")])
    code, found, entered = seen("ros")
    assert (code, found["unasked"], entered > 0) == (1, 0, True)
    assert found["drifted"][0]["by"] == "bob from 10.1.1.1"
    assert seen("ros")[1]["drifted"] == found["drifted"]

    held = tokens.all_tokens(drift.engine)[name]
    tokens.hold(drift.engine, name, "", held.held_at - 90_000)
    drift.edit(UNDONE, "ros")
    code, found, _ = seen("ros")
    assert (code, found["read"], found["cleared"]) == (0, 1, [name])


def test_who_does_not_answer_is_unknown_and_never_clean(drift, seen):
    name = drift.devices["ios"]
    client.fault(drift.project, name, Fault("snmp_silent"))
    ask = ["--timeout", "0.3", "--retries", "0"]
    code, found, _ = seen("ios", more=ask)
    assert (code, found["checked"], found["drifted"]) == (3, 0, [])
    assert found["unknown"][0]["reason"].startswith("no SNMP answer")
    client.heal(drift.project, name)
    drift.edit(ROUTES, "ios")
    assert seen("ios")[0] == 1
    client.fault(drift.project, name, Fault("snmp_silent"))
    code, found, _ = seen("ios", more=ask)
    assert code == 3
    assert found["unknown"][0]["reason"].startswith("it had drifted when it was last read; no SNMP answer")
    assert "not known" in seen("ios", more=ask, people=True)[1]
    client.heal(drift.project, name)
    drift.edit(UNDONE, "ios")
    assert seen("ios")[0] == 0


def test_who_lets_nobody_in_is_unknown_until_it_does(drift, seen):
    name = drift.devices["ios"]
    drift.edit(ROUTES, "ios")
    client.fault(drift.project, name, Fault("refuse_login"))
    code, found, _ = seen("ios")
    assert (code, found["checked"], [one["device"] for one in found["unknown"]]) == (3, 0, [name])
    client.heal(drift.project, name)
    assert seen("ios")[0] == 1
    drift.edit(UNDONE, "ios")
    assert seen("ios")[0] == 0


def test_what_cannot_be_compared_is_unknown(drift, seen):
    name = drift.devices["openwrt"]
    fleet = muster(drift.project, Selector(devices=(name,)), drift.engine, time.time, prove=False)
    round_ = Round(drift.project, drift.engine, None, {name: Word("", time.time())}, 60.0)
    round_._took(fleet.members[name], "config 'x")
    assert "cannot be compared: line 1" in round_.unknown[name]
    assert not round_.checked
    assert drifts.all_drifts(drift.engine)[name].reason == round_.unknown[name]
    code, found, entered = seen("openwrt")  # its token moved from what was just held: it is read
    assert (code, entered, found["cleared"]) == (0, 1, [name])


def test_bad_usage(drift, call):
    assert call("drift", "--workers", "0")[0] == 2
    assert call("drift", "--timeout", "0")[0] == 2
    assert call("drift", "--device", "nobody")[0] == 2
