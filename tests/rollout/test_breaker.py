"""When a change stops: canaries, the sequential test, a region's budget, a lost school, old data."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from nations import nation

from homeroom.errors import UsageError
from homeroom.rollout.apart import Planned
from homeroom.rollout.breaker import Breaker, Checked, Rules

NOW = 1_000_000.0
BLIND = Rules(interval=None)


def wide(number, region="R1"):
    """Devices of as many schools, so that none of them is a school of its own."""
    return [Planned(f"d{n}", f"s{n}", region, "ap", 1, "openwrt", "ap") for n in range(number)]


def told(breaker, device, outcome="passed", *, now=NOW, seen=NOW, canary=False):
    return breaker.record(Checked(device, outcome, seen), now, canary=canary)


def test_what_passes_goes_on_and_says_so():
    breaker = Breaker(wide(100), BLIND)
    assert told(breaker, "d0").action == "go on"
    verdict = told(breaker, "d1", "failed")
    assert (verdict.action, verdict.reason) == ("go on", "1 of 2 devices failed, as few as are accepted")
    assert breaker.harmed == ("d1",)


@pytest.mark.parametrize("outcome", ["failed", "lost"])
def test_one_canary_that_fails_halts(outcome):
    verdict = told(Breaker(wide(100), BLIND), "d0", outcome, canary=True)
    assert (verdict.action, verdict.reason) == ("halt", "the canary d0 failed: no canary may")


def test_a_skipped_device_is_no_trial():
    breaker = Breaker(wide(100), BLIND)
    assert told(breaker, "d0", "skipped", canary=True).action == "go on"
    assert breaker.harmed == ()


def test_every_device_failing_halts_at_the_fourth():
    breaker = Breaker(wide(5_000), BLIND)
    actions = [told(breaker, f"d{n}", "failed").action for n in range(4)]
    assert actions == ["go on", "go on", "go on", "halt"]
    assert breaker.verdict(NOW).reason == (
        "4 of 4 devices failed, which is no longer the accepted 0.5%: d0, d1, d2, d3"
    )


def test_a_rate_that_rises_late_is_seen_as_soon_as_one_that_was_high_from_the_start():
    breaker = Breaker(wide(5_000), BLIND)
    for n in range(4_000):
        told(breaker, f"d{n}")
    for n in range(4_000, 4_003):
        assert told(breaker, f"d{n}", "failed").action == "go on"
    assert told(breaker, "d4003", "failed").action == "halt"


def test_a_region_beyond_its_error_budget_halts():
    breaker = Breaker([*wide(5_000), *nation(50)], BLIND, spent={"R1": 49})
    assert told(breaker, "d0", "failed").action == "go on"
    verdict = told(breaker, "d1", "failed")
    assert (verdict.action, verdict.reason) == ("halt", "region R1 has used up its error budget of 50 devices")


def test_a_small_region_has_a_budget_of_a_few_devices():
    breaker = Breaker(wide(40), Rules(interval=None, false_halt=1e-9), spent={"R1": 4})
    assert told(breaker, "d0", "failed").action == "go on"
    assert told(breaker, "d1", "failed").reason == "region R1 has used up its error budget of 5 devices"


def school(routers=1, aps=2):
    some = [Planned(f"r{n}", "s", "R1", "router", n, "ios", "m") for n in range(1, routers + 1)]
    return [*some, *(Planned(f"a{n}", "s", "R1", "ap", n, "openwrt", "m") for n in range(1, aps + 1))]


def test_a_school_whose_router_is_lost_is_lost():
    verdict = told(Breaker(school(), BLIND), "r1", "lost")
    assert (verdict.action, verdict.reason) == ("halt", "the whole school s is lost: nobody reaches r1")


def test_a_school_with_two_routers_is_lost_with_the_second():
    breaker = Breaker(school(2), BLIND)
    assert told(breaker, "r1", "lost").action == "go on"
    assert told(breaker, "a1", "lost").action == "go on"
    assert told(breaker, "r2", "lost").reason == "the whole school s is lost: nobody reaches r1, r2"


def test_without_its_router_in_the_change_a_school_is_lost_with_the_last_of_several():
    breaker = Breaker(school(0, 2), BLIND)
    assert told(breaker, "a1", "lost").action == "go on"
    assert told(breaker, "a2", "lost").action == "halt"
    assert told(Breaker(school(0, 1), BLIND), "a1", "lost").action == "go on", "one access point is no school"


def test_a_dark_school_halts_whoever_saw_it():
    breaker = Breaker(school(), BLIND)
    breaker.dark("s", "the poller reaches none of its devices")
    breaker.dark("t", "another")
    assert breaker.verdict(NOW).reason == "the whole school s is lost: the poller reaches none of its devices"


def test_a_rolled_back_router_is_no_lost_school():
    assert told(Breaker(school(), BLIND), "r1", "failed").action == "go on"


def test_without_fresh_poll_data_of_every_region_it_pauses():
    breaker = Breaker([*wide(3, "R1"), *school()], Rules(interval=300))
    verdict = breaker.verdict(NOW)
    assert (verdict.action, verdict.reason) == (
        "pause",
        "the poll data of R1 is too old to judge by; see why polling stopped",
    )
    breaker.polled("R1", NOW - 600)
    assert breaker.verdict(NOW).action == "go on"
    assert breaker.verdict(NOW + 1).action == "pause"
    breaker.polled("R1", NOW - 700)
    assert breaker.verdict(NOW).action == "go on", "older news does not undo newer"


def test_success_read_from_old_data_is_unknown_until_it_is_checked_again():
    breaker = Breaker(wide(9), Rules(interval=300))
    breaker.polled("R1", NOW)
    verdict = told(breaker, "d0", seen=NOW - 601)
    assert (verdict.action, verdict.reason) == ("pause", "nobody knows whether d0 passed; check again")
    assert breaker.outcomes == {"d0": "unknown"}
    assert told(breaker, "d1").action == "pause"
    assert told(breaker, "d0").action == "go on"
    assert breaker.outcomes["d0"] == "passed"


def test_failure_read_from_old_data_is_failure():
    breaker = Breaker(wide(9), Rules(interval=300))
    breaker.polled("R1", NOW)
    told(breaker, "d0", "failed", seen=NOW - 601)
    assert breaker.harmed == ("d0",)


def test_many_unknown_devices_are_named_in_part():
    breaker = Breaker(wide(9), BLIND)
    for n in range(7):
        verdict = told(breaker, f"d{n}", "unknown")
    assert verdict.reason == "nobody knows whether d0, d1, d2, d3, d4 and 2 more passed; check again"


def test_a_halt_outranks_a_pause_and_stays():
    breaker = Breaker(wide(9), BLIND)
    told(breaker, "d0", "unknown")
    assert told(breaker, "d1", "failed", canary=True).action == "halt"
    assert told(breaker, "d0").action == "halt"


def test_a_device_that_fails_after_it_passed_is_a_failure_and_one_that_recovers_stays_one():
    breaker = Breaker(wide(9), BLIND)
    told(breaker, "d0")
    told(breaker, "d0", "failed")
    told(breaker, "d0", "passed")
    told(breaker, "d0", "lost")
    assert breaker.outcomes == {"d0": "lost"}
    assert breaker.harmed == ("d0",)


def test_a_person_may_go_on_after_a_halt_and_it_is_said_who_and_why():
    breaker = Breaker(wide(5_000), BLIND)
    told(breaker, "d0", "failed", canary=True)
    said = breaker.go_on("Ana Benítez", "the access point was stolen")
    assert said == (
        "Ana Benítez went on after: the canary d0 failed: no canary may; because: the access point was stolen"
    )
    assert breaker.verdict(NOW).action == "go on"
    assert [told(breaker, f"d{n}", "failed").action for n in range(1, 5)] == ["go on"] * 3 + ["halt"]
    assert Breaker(wide(1), BLIND).go_on("A", "b") == "A went on after: no halt; because: b"


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"accepted": 0.03}, r"accepted 0.03 and caught 0.03: give 0 < accepted < caught < 1"),
        ({"accepted": 0.0}, r"accepted 0.0 and caught 0.03: give 0 < accepted < caught < 1"),
        ({"missed": 0.0}, r"false_halt 0.001 and missed 0.0: give each between 0 and 1"),
        ({"false_halt": 1.0}, r"false_halt 1.0 and missed 0.01: give each between 0 and 1"),
    ],
)
def test_rules_that_tell_nothing_apart_are_refused(wrong, message):
    with pytest.raises(UsageError, match=message):
        Rules(**wrong)


outcomes = st.lists(st.tuples(st.integers(0, 30), st.sampled_from(["passed", "failed", "lost", "skipped", "unknown"])))


@given(outcomes)
def test_the_same_told_twice_counts_once(some):
    once, twice = Breaker(wide(31), BLIND), Breaker(wide(31), BLIND)
    for number, outcome in some:
        told(once, f"d{number}", outcome)
        told(twice, f"d{number}", outcome)
        told(twice, f"d{number}", outcome)
    assert once.verdict(NOW) == twice.verdict(NOW)
    assert once.harmed == twice.harmed


@given(outcomes)
def test_what_is_unknown_never_counts_as_success(some):
    breaker = Breaker(wide(31), BLIND)
    for number, outcome in some:
        told(breaker, f"d{number}", outcome)
    if "unknown" in breaker.outcomes.values():
        assert breaker.verdict(NOW).action != "go on"
    bad = {name for name, outcome in breaker.outcomes.items() if outcome in ("failed", "lost")}
    assert set(breaker.harmed) == bad


def test_at_the_accepted_rate_few_changes_of_ten_thousand_devices_are_halted():
    halted = 0
    for seed in range(40):
        dice, breaker = random.Random(seed), Breaker(wide(10_000), Rules(interval=None, budget=1.0))
        for n in range(10_000):
            if told(breaker, f"d{n}", "failed" if dice.random() < 0.005 else "passed").action == "halt":
                halted += 1
                break
    assert halted <= 6
