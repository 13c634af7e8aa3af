"""Availability: every second is up, down or unknown and none twice; what nobody judged is unknown."""

import random
from collections import defaultdict

import pytest

from homeroom.errors import StoreError
from homeroom.store import outages, subjects
from homeroom.store.availability import DAY, GAP, Availability, Interval, close_days, record
from homeroom.store.outages import Outage, by_region, faults, intervals, of_each
from homeroom.store.reachable import Fault, Judged
from homeroom.store.rollup import retire
from homeroom.store.setting import Keep
from homeroom.store.subjects import Subject

T = 20_000 * DAY
UP, DOWN, UNKNOWN = Judged("up"), Judged("down"), Judged("unknown")


@pytest.fixture
def fleet(series):
    devices = [Subject("device", f"d{n}", "s", f"R{n % 2}") for n in range(4)]
    subjects.sync(series, [*devices, Subject("school", "x", "s", "R0"), Subject("school", "d0", "s", "R1")])
    return series


def of(state, *names):
    return {"device": dict.fromkeys(names, state)}


def test_an_interval_lasts_as_long_as_its_state(fleet):
    rounds = [UP, UP, Judged("unknown", "r"), Judged("unknown", "r"), DOWN, UP]
    changed = [record(fleet, of(one, "d0"), (), T + 60 * n) for n, one in enumerate(rounds)]
    assert changed == [1, 0, 1, 0, 1, 1]
    assert intervals(fleet, "device", "d0") == [
        Interval(T, T + 120, "up", ""),
        Interval(T + 120, T + 240, "unknown", "r"),
        Interval(T + 240, T + 300, "down", ""),
        Interval(T + 300, None, "up", ""),
    ]
    assert intervals(fleet, "device", "d0", T + 240)[0].state == "down"
    assert intervals(fleet, "device", "nobody") == []


def test_time_that_nobody_judged_is_unknown(fleet):
    record(fleet, of(UP, "d0", "d1"), (), T)
    record(fleet, of(UP, "d0", "d1"), (), T + GAP)
    record(fleet, {"device": {"d0": UP, "d1": DOWN}}, (), T + 3 * GAP + 1)
    for name, state in (("d0", "up"), ("d1", "down")):
        assert intervals(fleet, "device", name) == [
            Interval(T, T + GAP, "up", ""),
            Interval(T + GAP, T + 3 * GAP + 1, "unknown", "not judged"),
            Interval(T + 3 * GAP + 1, None, state, ""),
        ]
    (seen,) = of_each(fleet, "device", 0, T + 9 * GAP, region="R0")
    assert seen == Availability("d0", GAP, 0, 2 * GAP + 1), "what lasts, lasts until it was last judged"


def test_what_is_no_longer_judged_ends_and_may_come_back(fleet):
    record(fleet, of(UP, "d0", "d1"), (), T)
    record(fleet, of(UP, "d1"), (), T + 60)
    assert intervals(fleet, "device", "d0") == [Interval(T, T + 60, "up", "")]
    record(fleet, of(UP, "d0", "d1"), (), T + 120)
    assert intervals(fleet, "device", "d0")[1:] == [Interval(T + 120, None, "up", "")]


def test_a_round_that_is_not_after_the_last_is_ignored(fleet):
    record(fleet, of(UP, "d0"), (), T)
    assert record(fleet, of(DOWN, "d0"), (), T) == 0
    assert record(fleet, of(DOWN, "d0", "who"), (), T - 60) == 0
    assert intervals(fleet, "device", "d0") == [Interval(T, None, "up", "")]


def test_a_school_and_a_device_of_one_name_are_two(fleet):
    record(fleet, {"device": {"d0": UP}, "school": {"d0": DOWN, "x": UP}}, (), T)
    record(fleet, {"device": {"d0": UP}, "school": {"d0": DOWN, "x": UP}}, (), T + 60)
    assert by_region(fleet, "device", 30, T + 60) == [Availability("R0", 60, 0, 0)]
    assert by_region(fleet, "school", 30, T + 60) == [Availability("R0", 60, 0, 0), Availability("R1", 0, 60, 0)]


@pytest.mark.parametrize("seed", range(3))
def test_every_second_counts_once(fleet, seed):
    """Against a second-by-second book-keeping of the same rounds, over days, with gaps."""
    chance = random.Random(seed)
    names = ["d0", "d1", "d2", "d3"]
    held = dict.fromkeys(names, UP)
    book = {name: defaultdict(int) for name in names}
    at = last = T + chance.randrange(DAY)
    record(fleet, {"device": dict(held)}, (), at)
    first = at
    for _ in range(60):
        at += chance.choice([60, 60, 120, GAP, 4 * 3600, 20 * 3600])
        for name in names:
            book[name]["unknown" if at - last > GAP else held[name].state] += at - last
            held[name] = chance.choice([held[name], UP, DOWN, UNKNOWN, Judged("unknown", "r")])
        record(fleet, {"device": dict(held)}, (), at)
        last = at
        if chance.random() < 0.2:
            close_days(fleet, at)
    for closed in (False, True):
        if closed:
            close_days(fleet, at)
            close_days(fleet, at)
        found = {one.name: one for one in of_each(fleet, "device", 40, at)}
        for name in names:
            assert found[name] == Availability(name, *(book[name][state] for state in ("up", "down", "unknown")))
            assert found[name].up + found[name].down + found[name].unknown == at - first
        regions = by_region(fleet, "device", 40, at)
        for state in ("up", "down", "unknown"):
            assert sum(getattr(one, state) for one in regions) == sum(book[name][state] for name in names)


def test_unknown_is_never_down(fleet):
    record(fleet, {"device": {"d0": UP, "d2": UNKNOWN}}, (), T)
    record(fleet, {"device": {"d0": UP, "d2": UNKNOWN}}, (), T + 100)
    (one,) = by_region(fleet, "device", 1, T + 100)
    assert (one.share, one.known) == (1.0, 0.5)
    nothing = Availability("R", 0, 0, 50)
    assert (nothing.share, nothing.known, Availability("R", 0, 0, 0).known) == (None, 0.0, None)


def test_a_fault_lasts_from_its_first_round_to_its_last(fleet):
    record(fleet, of(UP, "d0"), [Fault("line", 3, 1)], T)
    record(fleet, of(UP, "d0"), [Fault("line", 90, 40), Fault("other", 1, 0)], T + 60)
    record(fleet, of(UP, "d0"), [Fault("line", 5, 2)], T + 120)
    record(fleet, of(UP, "d0"), [], T + 180)
    record(fleet, of(UP, "d0"), [Fault("line", 3, 1)], T + 240)
    assert faults(fleet) == [
        Outage("line", T + 240, None, 3, 1),
        Outage("other", T + 60, T + 120, 1, 0),
        Outage("line", T, T + 180, 90, 40),
    ]
    assert faults(fleet, lasting=True) == [Outage("line", T + 240, None, 3, 1)]
    assert [one.since for one in faults(fleet, T + 120)] == [T + 240, T]


def test_what_is_old_is_forgotten_and_its_days_stay(fleet):
    for n in range(0, 2 * DAY + 1, 7200):
        record(fleet, of(UP if n % 14400 else DOWN, "d0"), (), T + n, gap=7200)
    close_days(fleet, T + 2 * DAY)
    before = by_region(fleet, "device", 3, T + 2 * DAY)
    retire(fleet, Keep(outages=2), T + 3 * DAY)
    assert intervals(fleet, "device", "d0")[0].since >= T + DAY - 7200
    assert by_region(fleet, "device", 3, T + 2 * DAY) == before


def test_a_store_that_is_broken_says_so(fleet):
    with fleet.begin() as connection:
        connection.exec_driver_sql("DROP TABLE standing")
    with pytest.raises(StoreError, match="availability cannot be saved: "):
        record(fleet, of(UP, "d0"), (), T)
    with pytest.raises(StoreError, match="availability cannot be read: "):
        outages.by_region(fleet, "device", 30, T)
