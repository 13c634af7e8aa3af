"""The store of changes: compare-and-set on a fence, one transaction with the journal, two processes at once."""

import os
import subprocess
import sys
from dataclasses import replace

import pytest

from homeroom.errors import StoreError, UsageError
from homeroom.store.change_tables import IN_FLIGHT
from homeroom.store.changes import Change, Changes, Moved, Row
from homeroom.store.journal import Journal

NEW = Change("c", "canary", "approved", 0, "hash1", "ana", "ticket 7", 1.0)
ROWS = [Row("c", "a", room="r1"), Row("c", "b", room="r1", wave=1), Row("c", "d", region="north")]


def anyone(_change, _row, _way):
    return ""


@pytest.fixture
def changes(engine):
    changes = Changes(engine)
    changes.add(NEW, ROWS)
    return changes


def claim(changes, device="a", owner="w1", now=10.0, rule=anyone):
    return changes.claim("c", device, owner=owner, now=now, until=now + 100, rule=rule)


def test_what_was_added_is_read_back(changes):
    assert changes.change("c") == NEW
    assert changes.changes() == (NEW,)
    assert changes.rows("c") == (ROWS[0], ROWS[2], ROWS[1])
    assert changes.row("c", "d") == ROWS[2]
    assert changes.sums("c") == {"pending": 3}


def test_a_change_may_be_empty_but_not_added_twice(changes):
    changes.add(replace(NEW, id="e"), [])
    assert changes.sums("e") == {}
    with pytest.raises(StoreError, match=r"(?i)unique constraint"):
        changes.add(NEW, [])


def test_what_does_not_exist_is_said_with_what_lists_those_that_do(changes):
    with pytest.raises(UsageError, match=r"there is no change 'x'; `homeroom change list`"):
        changes.change("x")
    with pytest.raises(UsageError, match=r"x is no device of change 'c'; `homeroom change show c`"):
        changes.row("c", "x")


def test_a_claim_gives_a_lease_under_a_new_fence_and_is_in_the_journal(changes, engine):
    held = claim(changes)
    assert held == replace(ROWS[0], state="leased", fence=1, owner="w1", until=110.0, at=10.0)
    assert changes.row("c", "a") == held
    assert [(one.device, one.state, one.detail) for one in Journal(engine).events("c")] == [
        ("a", "leased", "fence 1: w1")
    ]


def test_the_rule_sees_the_change_the_device_and_all_that_is_in_the_way(changes):
    held = claim(changes)
    broken = replace(held, state="needs_human", owner="", until=0.0)
    seen = []
    refusal = claim(changes, "b", rule=lambda *all_of_it: seen.append(all_of_it) or "not now")
    assert refusal == "not now"
    assert seen == [(NEW, ROWS[1], [held])]
    assert changes.row("c", "b") == ROWS[1]
    assert changes.write(held, broken)
    claim(changes, "b", rule=lambda *all_of_it: seen.append(all_of_it) or "not now")
    assert seen[1][2] == [broken]
    claim(changes, "d", rule=lambda *all_of_it: seen.append(all_of_it) or "not now")
    assert seen[2][2] == [], "it shares no room with the broken one"


def test_whoever_lost_the_device_can_write_nothing_any_more(changes, engine):
    old = claim(changes)
    new = claim(changes, owner="w2", now=500.0)
    assert (new.fence, new.state) == (2, "leased")
    before = Journal(engine).events("c")
    assert before[-1].detail == "fence 2: w2 after w1"
    assert not changes.write(old, replace(old, state="committing"))
    assert not changes.renew(old, 900.0)
    assert changes.row("c", "a") == new
    assert Journal(engine).events("c") == before
    assert changes.renew(new, 900.0)
    assert changes.write(new, replace(new, state="committing", sha="ab", proved_at=501.0, at=502.0, detail="x"))
    assert Journal(engine).events("c")[-1].sha == "ab"


def test_a_state_is_written_once(changes):
    held = claim(changes)
    assert changes.write(held, replace(held, state="committing"))
    assert not changes.write(held, replace(held, state="skipped"))


def test_nothing_is_written_when_the_change_is_in_another_state(changes):
    held = claim(changes)
    assert changes.move(NEW, "halted", 11.0, by="breaker", reason="3 of 40")
    assert not changes.write(held, replace(held, state="committing"), while_in=("canary", "wave"))
    assert changes.write(held, replace(held, state="pending"))


def test_two_changes_never_hold_one_device(changes):
    changes.add(replace(NEW, id="c2"), [Row("c2", "a")])
    held = claim(changes)
    seen = []
    changes.claim("c2", "a", owner="w2", now=11.0, until=99.0, rule=lambda *x: seen.extend(x[2]) or "busy")
    assert seen == [held]
    with pytest.raises(StoreError, match=r"(?i)unique constraint.*; nothing more is changed"):
        changes.claim("c2", "a", owner="w2", now=11.0, until=99.0, rule=anyone)


@pytest.mark.parametrize("state", IN_FLIGHT)
def test_the_database_itself_lets_no_two_changes_hold_one_device(changes, state):
    changes.add(replace(NEW, id="c3"), [Row("c3", "x", state)])
    with pytest.raises(StoreError, match=r"(?i)unique constraint.*(one_hand_per_device|change_device.device)"):
        changes.add(replace(NEW, id="c4"), [Row("c4", "x", "leased")])
    changes.add(replace(NEW, id="c4"), [Row("c4", "x", "confirmed")])


def test_what_a_device_says_is_kept_whatever_it_says(changes, engine):
    held = claim(changes)
    assert changes.write(held, replace(held, state="rolled_back", detail="it said \0\x1b[2J «ñ» %s ? :x"))
    told = changes.row("c", "a").detail
    assert told.replace("\\x00", "\0") == "it said \0\x1b[2J «ñ» %s ? :x", "PostgreSQL's text has no NUL"
    assert Journal(engine).states("c")["a"].detail == told
    with pytest.raises(StoreError, match=r"the changes cannot be kept: .*surrogates"):
        changes.write(held, replace(held, state="rolled_back", detail="\ud800"))


def test_a_change_moves_by_compare_and_set_and_remembers_where_it_came_from(changes):
    assert changes.move(NEW, "paused", 12.0, by="bob", reason="storm")
    paused = changes.change("c")
    assert paused == replace(NEW, state="paused", came_from="canary", at=12.0)
    assert not changes.move(NEW, "baking", 13.0, by="ana", reason="")
    assert changes.move(paused, "wave", 14.0, by="ana", reason="over", wave=1)
    assert changes.change("c").wave == 1
    assert changes.moves("c") == (
        Moved(12.0, "bob", "canary", "paused", "storm"),
        Moved(14.0, "ana", "paused", "wave", "over"),
    )
    assert changes.moves("x") == ()


def test_a_change_that_was_halted_and_then_paused_still_knows_where_it_goes_back_to(changes):
    for state, at in (("halted", 12.0), ("paused", 13.0), ("halted", 14.0), ("paused", 15.0)):
        assert changes.move(changes.change("c"), state, at, by="ana", reason="")
        assert changes.change("c").came_from == "canary"
    assert changes.move(changes.change("c"), "canary", 16.0, by="ana", reason="")
    assert changes.change("c").came_from == "paused"


def test_changes_are_listed_as_they_were_added_the_newest_first_whatever_happens_to_them(changes):
    changes.add(replace(NEW, id="b", at=0.5), [])
    assert changes.move(NEW, "paused", 99.0, by="ana", reason="")
    assert [one.id for one in changes.changes()] == ["b", "c"]


def test_a_change_does_not_end_while_a_device_is_in_flight(changes):
    held = claim(changes)
    assert changes.move(NEW, "aborting", 12.0, by="ana", reason="no")
    aborting = changes.change("c")
    assert not changes.move(aborting, "aborted", 13.0, by="ana", reason="no")
    assert changes.write(held, replace(held, state="rolled_back"))
    assert changes.move(aborting, "aborted", 14.0, by="ana", reason="no")


def test_what_was_not_begun_is_skipped_with_the_reason(changes, engine):
    held = claim(changes)
    assert changes.skip_pending("c", "the change was aborted", 20.0) == 2
    assert changes.sums("c") == {"leased": 1, "skipped": 2}
    skipped = replace(ROWS[1], state="skipped", at=20.0, detail="the change was aborted", cause="closed")
    assert changes.row("c", "b") == skipped
    assert Journal(engine).states("c")["d"].detail == "the change was aborted"
    assert changes.row("c", "a") == held
    assert changes.skip_pending("c", "again", 21.0) == 0


def test_a_store_that_cannot_be_used_says_that_nothing_more_is_changed(changes, engine, said):
    with engine.begin() as db:
        db.exec_driver_sql("DROP TABLE event")
    with pytest.raises(StoreError) as caught:
        claim(changes)
    assert str(caught.value) == said("the changes cannot be kept: no such table: event; nothing more is changed")
    assert changes.row("c", "a") == ROWS[0], "the row is not moved without its journal entry"


CLAIM_ALL = """
import pathlib, sys
from homeroom.project import Project
from homeroom.store.changes import Changes
from homeroom.store.db import connect
changes = Changes(connect(Project(pathlib.Path(sys.argv[1]))))
for row in changes.rows("many"):
    got = changes.claim("many", row.device, owner=sys.argv[2], now=1.0, until=9.0,
                        rule=lambda change, row, way: "taken" if row.owner else "")
    if not isinstance(got, str):
        print(row.device)
"""


def test_two_processes_share_the_devices_and_each_goes_to_one(changes, engine, project):
    names = [f"d{n:03}" for n in range(120)]
    changes.add(replace(NEW, id="many"), [Row("many", name) for name in names])
    command = [sys.executable, "-c", CLAIM_ALL, os.fspath(project.root)]
    both = [subprocess.Popen([*command, owner], stdout=subprocess.PIPE, text=True) for owner in ("p1", "p2")]
    claimed = [process.communicate()[0].split() for process in both]
    assert [process.returncode for process in both] == [0, 0]
    assert sorted(claimed[0] + claimed[1]) == names
    assert {row.fence for row in changes.rows("many")} == {1}
    assert len(Journal(engine).events("many")) == len(names)
