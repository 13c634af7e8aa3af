"""Drift as it is kept, on both databases."""

from homeroom.store import drifts
from homeroom.store.changes import Change, Changes, Row
from homeroom.store.drifts import Drift

LINES = ("+ interface Vlan10: description \u202e; DROP", "- ip route 0.0.0.0 0.0.0.0 10.0.0.1")


def row(device="a", **more):
    kept = {"sha": "5" * 64, "since": 10.5, "at": 20.5, "lines": LINES, "controls": ("SNM-01",), "by": "amy"}
    return Drift(device, **(kept | more))


def test_what_is_kept_comes_back(engine):
    drifts.save(engine, [row("b"), row("a", reason="nobody can read it", lines=(), controls=(), by="")])
    found = drifts.all_drifts(engine)
    assert list(found) == ["a", "b"]
    assert found["b"] == row("b")
    assert found["a"].reason == "nobody can read it"


def test_the_newest_row_of_a_device_counts(engine):
    drifts.save(engine, [row()])
    drifts.save(engine, [row(at=30.0, lines=("+ x",), controls=())])
    assert drifts.all_drifts(engine)["a"] == row(at=30.0, lines=("+ x",), controls=())


def test_cleared_is_gone_and_the_others_stay(engine):
    drifts.save(engine, [row("a"), row("b")])
    drifts.clear(engine, [])
    drifts.clear(engine, ["a", "never heard of"])
    assert list(drifts.all_drifts(engine)) == ["b"]


def test_the_newest_confirmed_change_says_what_was_put_there(engine):
    changes = Changes(engine)
    for number, (state, sha) in enumerate([("confirmed", "old"), ("confirmed", "new"), ("rolled_back", "gone")]):
        name = f"c{number}"
        done = Change(name, "done", "wave", 0, "content", "amy", "why", float(number))
        there = Row(name, "a", wave=0, region="r", room="", pre_sha="", state=state, sha=sha, at=float(number))
        changes.add(done, [there])
    assert drifts.put_there(engine, "a") == "new"
    assert not drifts.put_there(engine, "b")
