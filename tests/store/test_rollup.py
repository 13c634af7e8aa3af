"""Roll-ups: what they say is what the samples said; made twice they are the same; nothing goes before it is in one."""

import random
import threading
from collections import defaultdict

import pytest
import sqlalchemy as sa

from homeroom.errors import StoreError
from homeroom.store import partitions, samples, subjects
from homeroom.store.counters import Counters
from homeroom.store.rollup import GRACE, Point, chart, retire, roll
from homeroom.store.samples import Sample, Saved
from homeroom.store.series_tables import WIDTH, day, five, hour, sample
from homeroom.store.setting import Keep
from homeroom.store.subjects import Subject

DAY = 86400
T = 20_000 * DAY
"""Midnight, UTC."""


@pytest.fixture
def fleet(series):
    subjects.sync(series, [Subject("device", f"d{n}", "s", "R") for n in range(3)])
    return series


def count(engine, table):
    with engine.connect() as connection:
        return connection.scalar(sa.select(sa.func.count()).select_from(table))


def table_of(engine, table):
    with engine.connect() as connection:
        return sorted(tuple(row) for row in connection.execute(sa.select(table)))


def fill(engine, begin, end, step=300, seed=1):
    """Sample three devices; return device -> (at, rtt, clients) of what was said."""
    chance = random.Random(seed)
    said = defaultdict(list)
    octets = 0
    for at in range(begin, end, step):
        octets += 1000
        batch = []
        for name in ("d0", "d1", "d2"):
            rtt = chance.choice([None, chance.randrange(100, 9000)])
            clients = chance.randrange(30)
            said[name].append((at, rtt, clients))
            counters = Counters((at - begin + 1000) * 100 % (1 << 32), octets, 2 * octets)
            batch.append(Sample(name, at, rtt, clients, 50, counters))
        samples.save(engine, batch)
    return said


def mean(values):
    return round(sum(values) / len(values)) if values else None


def test_a_roll_up_says_what_the_samples_said(fleet):
    said = fill(fleet, T, T + 4 * 3600, step=60)
    roll(fleet, T + 4 * 3600 + GRACE)
    for name, rows in said.items():
        for table in (five, hour):
            width = WIDTH[table.name]
            found = chart(fleet, name, table, T, T + 4 * 3600)
            assert [one.at for one in found] == list(range(T, T + 4 * 3600, width))
            for one in found:
                mine = [row for row in rows if one.at <= row[0] < one.at + width]
                rtts, clients = [row[1] for row in mine if row[1] is not None], [row[2] for row in mine]
                assert (one.n, one.clients_max, one.rtt_max) == (len(mine), max(clients), max(rtts, default=None))
                assert abs(one.clients - mean(clients)) <= 1
                assert table is hour or one.rtt == mean(rtts) or abs(one.rtt - mean(rtts)) <= 1
                assert (one.rx_bps, one.tx_bps, one.rx_max) == (1000 * 8 // 60, 2000 * 8 // 60, 1000 * 8 // 60)
    assert count(fleet, day) == 0, "the day is not over"


def test_days_come_of_hours(fleet):
    fill(fleet, T, T + DAY, step=1800)
    roll(fleet, T + DAY + GRACE)
    (one,) = chart(fleet, "d1", day, T, T + DAY)
    assert (one.at, one.n, one.util, one.errors) == (T, 48, 50, 0)
    assert chart(fleet, "who", day, T, T + DAY) == []
    assert isinstance(one, Point)


def test_rolled_up_twice_is_rolled_up_once(fleet):
    fill(fleet, T, T + 2 * 3600)
    for _ in range(2):
        roll(fleet, T + 3600)
    half = table_of(fleet, five)
    roll(fleet, T + 2 * 3600 + GRACE)
    assert set(half) <= set(table_of(fleet, five))
    whole = [table_of(fleet, table) for table in (five, hour)]
    roll(fleet, T + 2 * 3600 + GRACE)
    assert whole == [table_of(fleet, table) for table in (five, hour)]


def test_what_comes_late_is_rolled_up_again(fleet):
    fill(fleet, T, T + 2 * 3600)
    roll(fleet, T + 2 * 3600 + GRACE)
    before = chart(fleet, "d1", hour, T, T + 3600)[0]
    samples.save(fleet, [Sample("d1", T + 17, rtt=90_000, clients=1)])
    roll(fleet, T + 2 * 3600 + GRACE)
    after = chart(fleet, "d1", hour, T, T + 3600)[0]
    assert (after.n, after.rtt_max) == (before.n + 1, 90_000)
    assert chart(fleet, "d1", five, T, T + 300)[0].rtt_max == 90_000


def test_nothing_is_forgotten_before_it_is_rolled_up(fleet):
    fill(fleet, T, T + 3600)
    retire(fleet, Keep(), T + 10 * DAY)
    assert count(fleet, sample) == 36


def test_each_kind_is_kept_for_its_time(fleet):
    fill(fleet, T, T + 3 * DAY, step=7200)
    now = T + 3 * DAY + GRACE
    roll(fleet, now)
    retire(fleet, Keep(raw=2, five_minutes=2, hours=3), now)
    assert {row[0] >= T + DAY for row in table_of(fleet, sample)} == {True}
    assert {row[0] >= T + DAY for row in table_of(fleet, five)} == {True}
    assert count(fleet, hour) == 36 * 3
    assert count(fleet, day) == 9
    late = samples.save(fleet, [Sample("d1", T + 5, rtt=1), Sample("d1", T + 2 * DAY + 1, rtt=1)])
    assert late == Saved(late=1), "a sample of a time whose samples are gone would spoil its roll-up"
    roll(fleet, now)
    assert chart(fleet, "d1", day, T, T + DAY)[0].n == 12
    roll(fleet, now + 400 * DAY)
    retire(fleet, Keep(raw=2, five_minutes=2, hours=2, days=2), now + 400 * DAY)
    left = [count(fleet, table) for table in (sample, five, hour, day)]
    assert left == [0, 0, 0, 0]


def test_postgresql_has_a_partition_for_each_time(fleet):
    fill(fleet, T - 7200, T + 7200, step=3600)
    roll(fleet, T + 7200 + GRACE)
    with fleet.connect() as connection:
        if fleet.dialect.name == "sqlite":
            partitions.ensure(connection, sample, T, T)
            assert "sample" in sa.inspect(connection).get_table_names()
            return
        assert list(partitions.partitions(connection, sample).values()) == [T - DAY, T]
        plan = connection.scalars(sa.text(f"EXPLAIN SELECT * FROM sample WHERE at >= {T} AND device = 1")).all()
        assert f"sample_{T - DAY}" not in "".join(plan), "a partition out of the time is not read"
        assert connection.scalar(sa.text("SELECT count(*) FROM sample")) == 12


def test_two_that_make_one_partition_make_it_once(fleet):
    if fleet.dialect.name == "sqlite":
        pytest.skip("SQLite has no partitions")
    ready = threading.Barrier(4)
    failed = []

    def work(n):
        ready.wait()
        try:
            samples.save(fleet, [Sample(f"d{n % 3}", T + n, rtt=1)])
        except StoreError as error:
            failed.append(error)

    threads = [threading.Thread(target=work, args=(n,)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    assert count(fleet, sample) == 4
