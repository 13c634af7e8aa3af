"""The history is kept in order on time: rolled up, summed up, forgotten, whatever one job runs into."""

import pytest

from homeroom.observe.upkeep import AGAIN, DAY, HOUR, Upkeep
from homeroom.project import Project
from homeroom.reading import Reading, Status
from homeroom.store import availability, partitions, readings, rollup, samples, subjects
from homeroom.store.db import connect, connect_series
from homeroom.store.outages import by_region
from homeroom.store.reachable import Judged
from homeroom.store.samples import Sample
from homeroom.store.series_tables import day, five, hour, sample
from homeroom.store.setting import Keep
from homeroom.store.subjects import Subject

T = 20_000 * DAY
KEEP = Keep(raw=2, five_minutes=2, hours=2, days=3, outages=2, readings=2)


@pytest.fixture
def upkeep(tmp_path):
    project = Project(tmp_path)
    state, series = connect(project), connect_series(project)
    subjects.sync(series, [Subject("device", "d", "s", "R1")])
    yield Upkeep(state, series, KEEP)
    state.dispose()
    series.dispose()


def measured(upkeep, at):
    samples.save(upkeep.series, [Sample("d", at, rtt=500)])


def rows(upkeep, table):
    return len(rollup.chart(upkeep.series, "d", table, T, T + 10 * DAY))


def test_samples_are_rolled_up_and_days_summed(upkeep):
    for step in range(0, 2 * HOUR, 300):
        measured(upkeep, T + step)
    upkeep.run(T + 2 * HOUR + 100)
    assert (rows(upkeep, five), rows(upkeep, hour), rows(upkeep, day)) == (24, 2, 0)
    for at in range(T, T + DAY + 60, 60):
        availability.record(upkeep.series, {"device": {"d": Judged("up")}}, (), at)
    assert upkeep.run(T + DAY + 400) == {}
    assert rows(upkeep, day) == 1
    assert by_region(upkeep.series, "device", 1, T + DAY + 400)[0].up == DAY + 0


def test_what_is_older_than_it_is_kept_goes(upkeep):
    for at, version in ((T, "1"), (T + HOUR, "2"), (T + 3 * DAY, "3")):
        told = Reading("d", "identity.software", "", version, at)
        readings.save(upkeep.state, [told], [Status("d", at, reachable=True)])
        measured(upkeep, at)
    upkeep.run(T + 3 * DAY + HOUR)
    assert [one.value for one in readings.past(upkeep.state, "d")] == ["2", "3"]
    assert rows(upkeep, five) == 1


def test_a_job_is_done_when_its_time_has_come(upkeep):
    upkeep.run(T + 0.5)
    first = {job.name: job.due for job in upkeep.jobs}
    assert first["roll-ups"] == T + 300 + rollup.GRACE
    assert set(first.values()) == {first["roll-ups"], T + HOUR + rollup.GRACE}
    assert upkeep.wait(T + 0.5) == 359.5
    upkeep.run(T + 359)
    assert {job.name: job.due for job in upkeep.jobs} == first
    upkeep.run(T + 360)
    assert {job.name: job.due for job in upkeep.jobs} == {**first, "roll-ups": T + 600 + rollup.GRACE}


def test_a_clock_that_was_set_back_stops_nothing(upkeep):
    upkeep.run(T + 30 * DAY)
    upkeep.run(float(T))
    assert max(job.due for job in upkeep.jobs) == T + HOUR + rollup.GRACE


def test_a_job_that_fails_stops_no_other_and_is_tried_again(upkeep):
    with upkeep.state.begin() as db:
        db.exec_driver_sql("ALTER TABLE reading_past RENAME TO gone")
    measured(upkeep, T)
    failed = upkeep.run(T + 700.0)
    assert list(failed) == ["past readings"]
    assert failed["past readings"].startswith("past readings cannot be saved: no such table: reading_past")
    assert rows(upkeep, five) == 1
    assert upkeep.wait(T + 700.0) == AGAIN
    with upkeep.state.begin() as db:
        db.exec_driver_sql("ALTER TABLE gone RENAME TO reading_past")
    assert upkeep.run(T + 700.0 + AGAIN) == {}


def test_partitions_stand_before_their_time(postgres):
    made = Upkeep(connect(postgres), connect_series(postgres), KEEP)
    made.run(float(T + 100))
    with made.series.connect() as db:
        assert list(partitions.partitions(db, sample).values()) == [T, T + DAY, T + 2 * DAY]
        assert T in partitions.partitions(db, five).values()
        assert len(partitions.partitions(db, day)) == 1
    made.state.dispose()
    made.series.dispose()


@pytest.fixture
def postgres(tmp_path):
    from tests.store.postgres import Cluster, programs

    if programs() is None:
        pytest.skip("no PostgreSQL server here: apt-get install postgresql")
    pytest.importorskip("psycopg", reason="no driver of PostgreSQL here: pip install 'homeroom[postgresql]'")
    cluster = Cluster()
    try:
        cluster.start()
        (tmp_path / "nornir_config.yaml").write_text(f"store: {{url: '{cluster.database()}'}}\n", encoding="utf-8")
        yield Project(tmp_path)
    finally:
        cluster.stop()
