"""What audits said, on disk: the newest of each subject, what moved, each run in numbers."""

import pytest

from homeroom.errors import StoreError
from homeroom.store import audits
from homeroom.store.audits import Kept, Move, Run
from homeroom.store.changes import Change, Changes, Row

NAMES = ["d1", "site/a", "programme", "naïve '; drop", "d" * 300]


def move(at, subject="d1", rule="MGT-01", change=""):
    return Move(at, subject, "s", "PY-1", rule, "compliant", "violation", change)


def test_the_newest_of_each_subject_is_kept_and_only_it(engine):
    first = [Kept(name, f"k{n}", 10.0 + n, bytes([0, 255, n])) for n, name in enumerate(NAMES)]
    audits.keep(engine, first, [])
    assert audits.kept(engine, NAMES) == {one.subject: one for one in first}
    newer = Kept("d1", "other", 20.0, b"\x00newer")
    audits.keep(engine, [newer], [])
    assert audits.kept(engine, ["d1", "site/a", "never"]) == {"d1": newer, "site/a": first[1]}
    assert audits.kept(engine, []) == {}


def test_many_subjects_are_asked_for_at_once(engine):
    many = [Kept(f"d{n}", "k", 1.0, b"x") for n in range(3000)]
    audits.keep(engine, many, [])
    assert audits.kept(engine, [one.subject for one in many]).keys() == {one.subject for one in many}


def test_what_moved_is_added_and_read_back_in_order(engine):
    audits.keep(engine, [], [move(5.0), move(5.0, "d2", change="c1")])
    audits.keep(engine, [], [move(4.0, "d3", change="c2"), move(9.0, "d1", "LOG-01", "c1")])
    assert [one.subject for one in audits.moves(engine)] == ["d1", "d2", "d3", "d1"]
    assert audits.moves(engine)[1] == move(5.0, "d2", change="c1")
    assert [one.at for one in audits.moves(engine, since=5.0)] == [5.0, 5.0, 9.0]
    assert [one.rule for one in audits.moves(engine, change="c1")] == ["MGT-01", "LOG-01"]
    assert audits.moves(engine, since=6.0, change="c2") == audits.moves(engine, change="nobody's") == []


def test_subjects_and_moves_are_kept_together_or_not_at_all(engine):
    audits.keep(engine, [Kept("d1", "old", 1.0, b"")], [])
    with pytest.raises(StoreError):
        audits.keep(engine, [Kept("d1", "new", 2.0, b"")], [Move(2.0, None, "s", "r", "x", "a", "b")])
    assert audits.kept(engine, ["d1"])["d1"].key == "old"
    assert audits.moves(engine) == []


def test_a_run_is_kept_with_its_counts(engine):
    counts = {"rule": {"MGT-01": {"violation": 3, "compliant": 7}}, "region": {"": {"unknown": 1}}}
    runs = [
        Run(10.0, "aa", "", "", 10, counts),
        Run(30.0, "bb", "aa", "region PY-1", 4, {"rule": {}, "region": {}}),
        Run(20.0, "cc", "bb", "", 10, counts),
    ]
    for run in runs:
        audits.add_run(engine, run)
    assert audits.runs(engine) == runs, "as they were made, whatever the clock said"
    assert [run.root for run in audits.runs(engine, since=20.0)] == ["bb", "cc"]


def test_the_change_confirmed_last_is_named(engine):
    store = Changes(engine)

    def made(change, *rows):
        store.add(Change(change, "done", "wave", 0, "content", "amy", "why", 1.0), rows)

    made("one", Row("one", "d1", "confirmed", at=10.0), Row("one", "d2", "confirmed", at=10.0))
    made("two", Row("two", "d1", "confirmed", at=20.0), Row("two", "d2", "reverted", at=20.0))
    assert audits.confirmed(engine, ["d1", "d2", "d3"], 5.0) == {"d1": "two", "d2": "one"}
    assert audits.confirmed(engine, ["d1", "d2"], 10.0) == {"d1": "two"}
    assert audits.confirmed(engine, ["d2"], 20.0) == {}


def test_a_store_that_cannot_be_read_says_so(engine):
    audits.audit_run.drop(engine)
    with pytest.raises(StoreError) as caught:
        audits.runs(engine)
    assert "audits" in str(caught.value)
