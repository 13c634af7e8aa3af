"""`homeroom change` on devices of all five platforms in the emulated lab: made, read, approved by another, given up."""

import contextlib
from argparse import Namespace
from dataclasses import replace

import pytest
import yaml
from bygone import ROUTES

from homeroom.lab import client
from homeroom.lab.faults import Fault
from homeroom.rollout.change import Document
from homeroom.rollout.review import Part
from homeroom.store.change_docs import Done, Papers
from homeroom.store.configs import running
from homeroom.store.history import text_of
from playbooks import change_case, change_view, cli, groups

WHY = ("--title", "resolver moves", "--reason", "NOC-42")


@pytest.fixture
def new(call, past):
    """Make a change of what is named, or of a device of each platform; return the code and the document."""

    def make(name, *words, by="ana", reason=WHY):
        code, documents, told = call("change", "new", "--id", name, "--as", by, *reason, *(words or past.words()))
        return code, documents[0] if documents else told

    return make


@pytest.fixture
def facts(past):
    """Change the facts for one test: another syslog server, or another policy."""
    folder = past.project.root / "inventory"
    texts = {path: path.read_text(encoding="utf-8") for path in (folder / "programme.yaml", folder / "policy.yaml")}

    def alter(name="programme.yaml", old="192.0.2.3", new="192.0.2.33"):
        path = folder / name
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new, 1), encoding="utf-8")

    yield alter
    for path, text in texts.items():
        path.write_text(text, encoding="utf-8")


def devices(document):
    return {one["device"] for one in document["devices"]}


def test_nothing_to_change_is_said_and_no_change_is_made(call, new, past):
    code, document = new("none")
    assert (code, document["id"], len(document["unchanged"])) == (1, "", 5)
    assert [one["title"] for one in call("change", "list")[1][0]["changes"]] == ["apply"], "the first push, no other"
    code, _, words = call("change", "new", *WHY, *past.words("ios"), people=True)
    assert (code, "nothing would change, no change was made: 1 device as they should be" in words) == (1, True)
    code, _, words = call("change", "show", "none")
    assert (code, "there is no change 'none'; `homeroom change list` shows those there are" in words) == (2, True)


def test_a_change_is_judged_shown_approved_by_another_and_listed(call, new, past, facts):
    facts()
    code, document = new("move-syslog")
    assert (code, document["state"], document["author"], document["reason"]) == (0, "planned", "ana", "NOC-42")
    assert devices(document) == set(past.devices.values())
    assert {name for group in document["groups"] for name in group["devices"]} == devices(document)
    keys = {"devices", "diff", "opens", "closes", "unknown", "risk", "touches"}
    for group in document["groups"]:
        assert set(group) == keys
        assert "192.0.2.33" in group["diff"]
        assert "other" not in group["touches"]
    for one in document["devices"]:
        kept = running(past.engine, one["device"])
        assert one["running"] == kept.sha, "what ran before is the evidence, and it is kept"

    code, documents, words = call("change", "show", "move-syslog", "--members", people=True)
    assert (code, documents) == (0, [])
    for said in ("resolver moves", "planned", "group 1", "192.0.2.33", "5 devices would change", "why: NOC-42", "ana"):
        assert said in words
    assert call("change", "show", "move-syslog")[1] == [document]

    code, _, words = call("change", "approve", "move-syslog", "--as", " ANA")
    assert (code, "a second person approves it" in words) == (2, True)
    code, _, words = call("change", "approve", "move-syslog", "--as", "beto", "--content", "beef")
    assert (code, "no longer says beef" in words) == (2, True)
    content = document["content"]
    code, [said], _ = call("change", "approve", "move-syslog", "--as", "beto", "--content", content[:12])
    assert (code, said["state"], said["what"], said["by"], said["content"]) == (
        0,
        "approved",
        "approved",
        "beto",
        content,
    )
    code, _, words = call("change", "approve", "move-syslog", "--as", "cira", people=True)
    assert (code, "approved by cira (account" in words, "made from the same account" in words) == (0, True, True)

    listed = call("change", "list")[1][0]["changes"][0]
    assert (listed["id"], listed["state"], listed["devices"]) == ("move-syslog", "approved", 5)
    code, _, words = call("change", "list", people=True)
    assert (code, "beto" in words) == (0, True)
    assert [one["by"] for one in call("change", "show", "move-syslog")[1][0]["approvals"]] == ["beto", "cira"]
    code, said = new("move-syslog")
    assert (code, "there is a change 'move-syslog' already; give it another --id" in said) == (2, True)


def test_what_moved_since_is_judged_again_and_must_be_approved_again(call, new, past, facts):
    facts()
    _, document = new("moving")
    assert call("change", "approve", "moving", "--as", "beto")[1][0]["state"] == "approved"

    facts(old="192.0.2.33", new="192.0.2.34")
    code, [said], _ = call("change", "approve", "moving", "--as", "cira")
    assert (code, said["state"]) == (1, "planned")
    assert {one["device"] for one in said["moved"]} == devices(document)
    assert {one["reason"] for one in said["moved"]} == {"what it is to run moved"}
    shown = call("change", "show", "moving")[1][0]
    assert (shown["state"], shown["approvals"], shown["content"]) == ("planned", [], said["content"])
    assert [one["what"] for one in shown["record"]] == ["judged", "approved", "judged"]
    assert call("change", "approve", "moving", "--as", "cira")[1][0]["state"] == "approved"

    facts("policy.yaml", "review: 2", "review: 3")
    code, _, words = call("change", "approve", "moving", "--as", "beto", people=True)
    assert (code, "policy │ the policy is another" in words) == (1, True)
    assert "not approved: read it again with `homeroom change show moving`" in words


def test_a_silent_device_is_listed_and_one_that_falls_silent_counts_as_judged(call, new, past, facts):
    facts()
    mute = past.devices["ios"]
    client.fault(past.project, mute, Fault("offline"))
    try:
        code, document = new("partly")
        assert (code, [one["device"] for one in document["unreachable"]]) == (3, [mute])
        assert devices(document) == set(past.devices.values()) - {mute}
        code, _, words = call("change", "show", "partly", people=True)
        assert (code, "not judged" in words) == (0, True)
        code, said = new("silent", *past.words("ios"))
        assert (code, said["devices"]) == (3, [])
        code, _, words = call("change", "approve", "silent", "--as", "beto")
        assert (code, "no device of it was judged" in words) == (2, True)
    finally:
        client.heal(past.project, mute)
    _, whole = new("whole")
    client.fault(past.project, mute, Fault("offline"))
    try:
        code, [said], _ = call("change", "approve", "whole", "--as", "beto")
        assert (code, said["content"]) == (0, whole["content"])
        facts(old="192.0.2.33", new="192.0.2.35")
        code, [said], _ = call("change", "approve", "whole", "--as", "beto")
        assert (code, {"device": mute, "reason": "it is no longer in the change"} in said["moved"]) == (1, True)
    finally:
        client.heal(past.project, mute)


def test_a_hand_edit_is_shown_and_left_unless_somebody_decides(call, new, past):
    past.edit(ROUTES)
    everyone = set(past.devices.values())
    code, document = new("edited")
    assert (code, document["devices"], document["groups"]) == (0, [], [])
    assert {one["device"]: one["decision"] for one in document["edits"]} == dict.fromkeys(everyone, "leave")
    for one in document["edits"]:
        assert "10.99.0.0" in one["diff"]
        assert one["undone"]
        assert text_of(past.engine, one["base"])
    code, _, words = call("change", "show", "edited", people=True)
    assert "was changed by hand after 20" in words
    assert "it is left as it is, and not part of the change" in words

    ios, eos = past.devices["ios"], past.devices["eos"]
    code, said = new("kept", "--adopt", ios, *past.words("ios"))
    assert (code, "cannot be adopted" in said, "10.99.0.0" in said) == (2, True, True)
    code, said = new("both", "--adopt", ios, "--overwrite", ios, *past.words("ios"))
    assert code == 2
    code, said = new("typo", "--overwrite", "nobody", *past.words("ios"))
    assert (code, "nobody: no hand edit that this change meets was found there" in said) == (2, True)

    code, document = new("taken-back", "--overwrite", ios, *past.words("ios", "eos"))
    assert (code, devices(document)) == (0, {ios})
    assert {one["device"]: one["decision"] for one in document["edits"]} == {ios: "overwrite", eos: "leave"}
    [group] = document["groups"]
    assert "10.99.0.0" in group["diff"]
    assert {"management path", "routing"} <= set(group["risk"])
    code, _, words = call("change", "show", "taken-back", people=True)
    assert "the change takes it back" in words
    assert call("change", "approve", "taken-back", "--as", "beto")[0] == 0

    client.edit(past.project, ios, ["ip route 10.98.0.0 255.255.0.0 Null0"])
    code, [said], _ = call("change", "approve", "taken-back", "--as", "beto")
    assert (code, [one["device"] for one in said["moved"]]) == (1, [ios])
    shown = call("change", "show", "taken-back")[1][0]
    assert (shown["state"], {e["device"] for e in shown["edits"]}) == ("planned", {ios, eos})
    assert "10.98.0.0" in shown["groups"][0]["diff"]


def test_an_edit_whose_before_is_lost_is_said_to_be(call, new, past, monkeypatch):
    def lost(engine, sha):
        raise change_case.StoreError(sha)

    monkeypatch.setattr(change_case, "text_of", lost)
    _, document = new("lost", *past.words("ios"))
    assert [(one["diff"], one["decision"]) for one in document["edits"]] == [("", "leave")]
    code, _, words = call("change", "show", "lost", people=True)
    assert "what ran there before is not kept" in words
    code, said = new("lost-too", "--adopt", past.devices["ios"], *past.words("ios"))
    assert (code, "what it ran before is not kept" in said) == (2, True)


def test_a_silent_device_whose_evidence_is_lost_is_judged_when_it_answers(call, new, past, facts, monkeypatch):
    facts()
    mute = past.devices["openwrt"]
    client.edit(past.project, mute, ["uci delete network.stray", "uci commit"])
    code, document = new("unproved", "--device", mute)
    assert (code, devices(document), document["edits"]) == (0, {mute}, [])

    def lost(engine, sha):
        raise change_case.StoreError(sha)

    monkeypatch.setattr(change_case, "text_of", lost)
    client.fault(past.project, mute, Fault("offline"))
    try:
        code, [said], _ = call("change", "approve", "unproved", "--as", "beto")
    finally:
        client.heal(past.project, mute)
    assert (code, said["moved"]) == (1, [{"device": mute, "reason": "it is no longer in the change"}])


def test_a_change_is_given_up_once_and_for_all(call, new, past):
    new("mistake", *past.words("ios"))
    code, [said], _ = call("change", "abort", "mistake", "--as", "beto", "--reason", "the wrong schools")
    assert (code, said["state"], said["reason"]) == (0, "aborted", "the wrong schools")
    code, _, words = call("change", "abort", "mistake", "--reason", "again")
    assert (code, "mistake was aborted already" in words) == (2, True)
    code, _, words = call("change", "approve", "mistake", "--as", "cira")
    assert (code, "mistake was aborted; make another change" in words) == (2, True)
    code, _, words = call("change", "show", "mistake", people=True)
    assert ("aborted" in words, "beto" in words) == (True, True)


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("--id", "a b", *WHY), "--id is made of letters"),
        (("--title", " ", "--reason", "x"), "--title must be one line of plain text"),
        (("--title", "x", "--reason", "a\nb"), "--reason must be one line of plain text"),
        ((*WHY, "--as", "a\x1b[0m"), "--as must be one line of plain text"),
    ],
)
def test_wrong_words(call, past, words, message):
    code, documents, told = call("change", "new", *words, *past.words("ios"))
    assert (code, documents, message in told) == (2, [], True)


def test_an_account_without_a_name_says_who_it_is(monkeypatch):
    def nameless():
        raise KeyError

    monkeypatch.setattr(change_case.getpass, "getuser", nameless)
    assert change_case.who("ana") == change_case.Person("ana", "")
    with pytest.raises(change_case.UsageError, match="--as NAME"):
        change_case.who("")


PART = Part(
    ("a", "b"), "".join(f" +line {n}\n" for n in range(50)), ("Vlan10 in, IPv4: tcp",), ("x",), "why", (), ("qos",)
)


def test_people_see_what_is_long_in_short_and_what_is_odd_apart(capsys):
    parts = (
        replace(PART, devices=tuple(f"d{n}" for n in range(60))),
        replace(PART, devices=("odd1",), risk=("management path", "routing")),
    )
    groups.show(parts)
    said = " ".join(capsys.readouterr().err.split())
    assert "group 1: 60 devices, touches qos; on d0:" in said
    assert "... 10 more lines (all of them with --json)" in said
    assert "opens Vlan10 in, IPv4: tcp closes x what it opens and closes is unknown: why" in said
    assert "d5 and 54 more apart from the others: group 2: 1 device, touches qos; on odd1:" in said
    assert "at risk: management path, routing" in said
    groups.show(parts, members=True)
    assert "d58, d59" in " ".join(capsys.readouterr().err.split())


def test_people_see_few_of_many_reasons(capsys, past):
    silent = {f"d{n:02}": "no connection" for n in range(20)}
    document = Document(
        "c", "t", "r", "ana", "ana", 0.0, "p", (), (), silent, dict.fromkeys(("w1", "w2"), "by hand"), (), ()
    )
    args = Namespace(json=False)
    done = Done("c", "judged", 0.0, "ana", "ana", document.content)
    change_view.show(change_case.Case(document, (done,)), args)
    said = " ".join(capsys.readouterr().err.split())
    assert ("d11" in said, "d12" in said, "... 8 more" in said, "2 not pushed: by hand" in said) == (
        True,
        False,
        True,
        True,
    )
    change_view.moved(document, dict.fromkeys(silent, "what it is to run moved"), args)
    said = " ".join(capsys.readouterr().err.split())
    assert ("d11" in said, "d12" in said, "... 8 more" in said) == (True, False, True)
    change_view.said(change_case.Case(document, (done, replace(done, act="approved", account="beto"))), args)
    assert "same account" not in capsys.readouterr().err


def test_options_stand_after_the_verb_too(past, capsys):
    assert cli.main(["change", "list", "--project", str(past.project.root), "--json"]) == 0
    assert "changes" in yaml.safe_load(capsys.readouterr().out)
    with contextlib.suppress(SystemExit):
        cli.main(["change", "--help"])
    assert "approve" in capsys.readouterr().out
    assert Papers(past.engine).names()
