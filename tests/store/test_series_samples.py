"""Samples: a round is kept once, the latest of each group is the latest, and what was not said is not there."""

import pytest

from homeroom.errors import StoreError
from homeroom.store import samples, subjects
from homeroom.store.counters import Counters
from homeroom.store.samples import Sample, Saved, page, save
from homeroom.store.series_tables import sample
from homeroom.store.subjects import Subject

T = 1_790_000_100


@pytest.fixture
def fleet(series):
    names = [Subject("device", f"d{n}", f"s{n}", f"R{n % 2}") for n in range(6)]
    subjects.sync(series, [*names, Subject("school", "d1", "s1", "R1", 20.0)])
    return series


def rows(engine):
    with engine.connect() as connection:
        query = sample.select().order_by(sample.c.at, sample.c.device)
        return [tuple(row) for row in connection.execute(query)]


def counted(n, rx, tx=0, **more):
    return Counters(100_000 + n * 100, rx, tx, **more)


def test_what_is_not_known_is_not_kept_and_named(fleet):
    assert save(fleet, [Sample("d1", T, rtt=5), Sample("who", T)]) == Saved(frozenset({"who"}), 0)
    assert len(rows(fleet)) == 1
    assert save(fleet, []) == Saved()


def test_rates_are_of_the_time_since_the_sample_before(fleet):
    save(fleet, [Sample("d1", T, counters=counted(0, 1000))])
    first = page(fleet, size=6)[1]
    assert (first.counted_at, first.rx_bps) == (T, None)
    save(fleet, [Sample("d1", T + 300, counters=counted(300, 301_000, 600))])
    one = page(fleet, size=6)[1]
    assert (one.device, one.rx_bps, one.tx_bps) == ("d1", 8000, 16)
    assert [row[2:3] + row[6:] for row in rows(fleet)] == [(None, None, None, None), (300, 300_000, 600, 0)]


def test_several_samples_of_a_device_in_one_round_follow_each_other(fleet):
    save(fleet, [Sample("d1", T + 60 * n, counters=counted(60 * n, 100 * n)) for n in (2, 0, 1)])
    assert [row[6] for row in rows(fleet)] == [None, 100, 100]


def test_the_same_round_again_changes_nothing(fleet):
    for n in range(3):
        save(fleet, [Sample("d1", T + 60 * n, rtt=n, counters=counted(60 * n, 100 * n))])
    before, shown = rows(fleet), page(fleet)
    save(fleet, [Sample("d1", T + 120, rtt=2, counters=counted(120, 200))])
    assert page(fleet) == shown
    assert rows(fleet) == before


def test_a_restart_is_a_gap(fleet):
    save(fleet, [Sample("d1", T, counters=counted(0, 10**9))])
    save(fleet, [Sample("d1", T + 60, counters=Counters(500, 10, 10))])
    save(fleet, [Sample("d1", T + 120, counters=Counters(6_500, 70, 10))])
    assert [row[6] for row in rows(fleet)] == [None, None, 60]


def test_counters_of_64_bits_are_kept_whole(fleet):
    top = (1 << 64) - 1000
    save(fleet, [Sample("d1", T, counters=counted(0, top, 1 << 63))])
    save(fleet, [Sample("d1", T + 60, counters=counted(60, top + 900, (1 << 63) + 5))])
    assert rows(fleet)[1][6:8] == (900, 5)


def test_each_group_has_its_own_time(fleet):
    save(fleet, [Sample("d1", T, rtt=5, clients=9, util=40)])
    save(fleet, [Sample("d1", T + 60, rtt=6)])
    one = page(fleet)[1]
    assert (one.at, one.rtt, one.radio_at, one.clients, one.util, one.counted_at) == (T + 60, 6, T, 9, 40, None)
    save(fleet, [Sample("d1", T + 30, rtt=99, clients=1)])
    late = page(fleet)[1]
    assert (late.at, late.rtt, late.radio_at, late.clients) == (T + 60, 6, T + 30, 1), "late, and still no newer"


def test_pages_follow_each_other_and_hold_every_device_once(fleet):
    save(fleet, [Sample("d1", T, rtt=5)])
    seen, after = [], ""
    while found := page(fleet, after=after, size=4):
        seen += [one.device for one in found]
        after = seen[-1]
    assert seen == [f"d{n}" for n in range(6)]
    assert [one.device for one in page(fleet, "R1")] == ["d1", "d3", "d5"]
    assert page(fleet, "R1")[1].at is None, "never sampled, and yet there"


def test_a_subject_that_moves_keeps_its_history(fleet):
    save(fleet, [Sample("d1", T, rtt=5)])
    subjects.sync(fleet, [Subject("device", "d1", "s9", "R9")])
    assert [(one.device, one.site, one.rtt) for one in page(fleet, "R9")] == [("d1", "s9", 5)]
    subjects.sync(fleet, [])


def test_a_round_is_kept_whole_or_not_at_all(fleet):
    with fleet.begin() as connection:
        connection.exec_driver_sql("DROP TABLE latest")
    with pytest.raises(StoreError) as caught:
        save(fleet, [Sample("d1", T, rtt=5)])
    assert str(caught.value).startswith("samples cannot be saved: ")
    assert rows(fleet) == []
    with pytest.raises(StoreError, match="samples cannot be read: "):
        page(fleet)


def test_a_large_round_and_a_small_one_are_the_same(fleet):
    many = [Subject("device", f"x{n:04}", "s", "R") for n in range(1500)]
    subjects.sync(fleet, many)
    save(fleet, [Sample(one.name, T, rtt=1) for one in many])
    assert len(rows(fleet)) == 1500
    assert samples.save(fleet, [Sample("x0001", T + 1, rtt=1)]) == Saved()
