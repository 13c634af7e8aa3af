"""What may be claimed, and the reason why not."""

from dataclasses import replace

import pytest

from homeroom.rollout.admission import Admission, Limits
from homeroom.rollout.target import Terms
from homeroom.store.changes import Change, Row

TERMS = Terms()
CHANGE = Change("c", "canary", "approved", 0, "hash", "ana", "ticket", 1.0)
NOW = 1000.0
FREE = Row("c", "a", room="r1", region="north")
HELD = Row("c", "b", "leased", room="r1", region="north", owner="w1", until=NOW, at=900.0)
ELSEWHERE = (
    "change x (w1) is at work on it since 1970-01-01T00:15:00Z;"
    " it is left alone until that has ended (`homeroom change resume x`, if its process is gone)"
)


@pytest.mark.parametrize(
    ("change", "row", "way", "reason"),
    [
        ({}, FREE, [], ""),
        ({}, replace(FREE, state="confirmed"), [], "it has ended: confirmed"),
        ({}, HELD, [], "w1 has it for another 100 s"),
        ({"state": "halted"}, replace(HELD, until=NOW - 101), [], ""),
        ({"state": "halted"}, FREE, [], "the change is halted"),
        ({}, replace(FREE, wave=2), [], "its wave is 2, the change is at 0"),
        ({}, FREE, [replace(HELD, change="x", device="a")], ELSEWHERE),
        ({}, FREE, [HELD], "b, which stands in for it, is leased"),
        ({}, FREE, [replace(HELD, state="needs_human")], "b, which stands in for it, is needs_human"),
        ({}, replace(FREE, room=""), [replace(HELD, room="")], ""),
        ({}, FREE, [replace(HELD, room="r2")] * 3, "3 devices of the change are in flight"),
        ({}, FREE, [replace(HELD, room="r2", change="x")] * 2, "2 devices of region north are in flight"),
        ({}, FREE, [replace(HELD, room="r2", change="x", region="south")] * 4, ""),
    ],
)
def test_what_may_be_claimed(change, row, way, reason):
    limits = Limits(change=3, region=2)
    assert Admission(TERMS, limits, NOW)(replace(CHANGE, **change), row, way) == reason


@pytest.mark.parametrize(
    ("state", "alive", "now", "reason"),
    [
        ("leased", None, 1100.0, "w1 has it for another 0 s"),
        ("leased", 899.0, 901.0, ""),
        ("committing", 899.0, 901.0, "w1 has it for another 93 s"),
        ("committing", 899.0, 994.0, "w1 has it for another 0 s"),
        ("committing", 899.0, 994.5, ""),
        ("rolling_back", 1300.0, 1101.0, ""),
    ],
)
def test_what_a_dead_owner_had_is_free_when_nothing_of_it_can_still_take_effect(state, alive, now, reason):
    asked = []

    def died(owner, at):
        asked.append((owner, at))
        return alive

    admission = Admission(TERMS, Limits(), now, died)
    assert admission(CHANGE, replace(HELD, state=state), [HELD]) == reason
    assert asked == [("w1", now)]


def test_who_claims_for_the_first_time_asks_for_no_owner():
    def died(_owner, _at):
        raise AssertionError

    assert not Admission(TERMS, Limits(), NOW, died)(CHANGE, FREE, [])
