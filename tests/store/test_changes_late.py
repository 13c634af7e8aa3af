"""Devices of a change that come back, that a newer change took, and that stand in for others."""

from dataclasses import replace

import pytest

from homeroom.store.changes import Change, Changes, Row
from homeroom.store.journal import STATES, Journal

NEW = Change("c", "canary", "approved", 0, "hash1", "ana", "ticket 7", 1.0)
CAUSES = {"a": "off", "b": "ill", "d": "unfit", "e": "unchanged", "f": "closed", "g": "superseded"}


@pytest.fixture
def changes(engine):
    """A change of which a device was skipped for each cause, one has ended, and one was not begun."""
    changes = Changes(engine)
    skipped = [Row("c", name, "skipped", fence=3, cause=cause, detail="why") for name, cause in CAUSES.items()]
    changes.add(NEW, [*skipped, Row("c", "h", "confirmed"), Row("c", "i", wave=2), Row("c", "j", wave=3)])
    return changes


def begin(changes, device, name, state="leased"):
    """Have another change begin a device."""
    changes.add(replace(NEW, id=name), [Row(name, device)])
    held = changes.claim(name, device, owner="w2", now=9.0, until=99.0, rule=lambda *_: "")
    if state != "leased":
        assert changes.write(held, replace(held, state=state, owner="", until=0.0))
    return changes.row(name, device)


def test_devices_that_are_back_become_pending_again_and_it_is_in_the_journal(changes, engine):
    before = {row.device: row for row in changes.rows("c")}
    assert changes.requeue("c", ("off", "ill"), 7.0, "it answers again") == 2
    after = {row.device: row for row in changes.rows("c")}
    for name in ("a", "b"):
        again = replace(before[name], state="pending", cause="", at=7.0, detail="it answers again")
        assert after.pop(name) == again
        assert Journal(engine).states("c")[name].state == "pending"
    assert after.items() <= before.items(), "nothing else moved"
    assert changes.requeue("c", ("off", "ill"), 8.0, "") == 0


@pytest.mark.parametrize("state", ["aborting", "aborted", "done"])
def test_nothing_comes_back_into_a_change_that_no_longer_stands(changes, engine, state):
    assert changes.move(NEW, state, 2.0, by="ana", reason="")
    before = changes.rows("c")
    assert changes.requeue("c", ("off", "ill"), 7.0, "") == 0
    assert changes.rows("c") == before
    assert not Journal(engine).events("c")


def test_who_came_back_is_claimed_under_the_next_fence(changes):
    changes.requeue("c", ("off",), 7.0, "")
    held = changes.claim("c", "a", owner="w1", now=8.0, until=9.0, rule=lambda *_: "")
    assert (held.state, held.fence, held.cause) == ("leased", 4, "")
    assert changes.write(held, replace(held, state="skipped", cause="off"))
    assert changes.row("c", "a").cause == "off"


@pytest.mark.parametrize("state", STATES)
def test_a_newer_change_takes_a_device_over_once_it_has_begun_it(changes, state):
    begin(changes, "a", "newer", state)
    assert changes.superseded("c") == ({} if state in {"pending", "skipped"} else {"a": "newer"})
    assert changes.superseded("newer") == {}, "the older one never takes it over"


def test_of_several_newer_changes_the_newest_is_named(changes):
    begin(changes, "a", "z", "confirmed")
    begin(changes, "a", "b", "rolled_back")
    begin(changes, "not of this change", "other")
    assert changes.superseded("c") == {"a": "b"}
    assert changes.superseded("z") == {"a": "b"}


def test_a_device_that_a_newer_change_has_is_waited_for_no_longer(changes, engine):
    before = {row.device: row for row in changes.rows("c")}
    changes.supersede("c", dict.fromkeys("abdefghij", "newer"), 7.0)
    after = {row.device: row for row in changes.rows("c")}
    for name in ("a", "b"):
        assert after.pop(name) == replace(
            before[name], cause="superseded", at=7.0, detail="change newer, which is newer, has begun it"
        )
    assert after.items() <= before.items()
    assert [event.device for event in Journal(engine).events("c")] == ["a", "b"]
    assert changes.requeue("c", ("off", "ill"), 8.0, "") == 0


def test_what_another_change_is_at_work_on_is_named_with_its_row(changes):
    at_work = begin(changes, "a", "newer")
    begin(changes, "b", "over", "confirmed")
    begin(changes, "not of this change", "other")
    assert changes.begun_elsewhere("c") == {"a": at_work}
    assert changes.begun_elsewhere("newer") == {}


def test_a_stand_in_for_a_canary_comes_into_its_wave_if_it_was_not_begun(changes):
    changes.advance("c", ("i", "j", "a", "nobody"), 2)
    assert {row.device: row.wave for row in changes.rows("c") if row.wave} == {"i": 2, "j": 2}
    changes.advance("c", ("i",), 0)
    assert changes.row("c", "i") == Row("c", "i", wave=0)
    changes.advance("c", ("i",), 5)
    assert changes.row("c", "i").wave == 0, "nobody is put off"
