"""The intake: a full disk, a locked database, a server that is gone: rounds wait, the oldest go, nothing crashes."""

import threading

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from homeroom.errors import StoreError
from homeroom.reading import Reading, Status
from homeroom.store import bulk, readings, samples, subjects
from homeroom.store.db import connect, connect_series
from homeroom.store.intake import Intake, Waiting
from homeroom.store.samples import Sample
from homeroom.store.series_tables import sample
from homeroom.store.subjects import Subject

T = 1_790_000_000


def times(engine):
    with engine.connect() as connection:
        return sorted(set(connection.scalars(sa.select(sample.c.at))))


def fleet_of(engine, size=200):
    subjects.sync(engine, [Subject("device", f"d{n}", "s", "R") for n in range(size)])
    return lambda at: [Sample(f"d{n}", at, rtt=n) for n in range(size)]


class Door:
    """A database that is there or not."""

    def __init__(self):
        self.kept, self.shut, self.poison = [], False, ()

    def keep(self, rows):
        if self.shut:
            raise StoreError("away")
        if set(rows) & set(self.poison):
            raise bulk.Unstorable("no such number")
        self.kept += rows


def test_what_can_be_kept_is_kept_in_order():
    door = Door()
    intake = Intake(door.keep)
    assert intake.put([1, 2]) == intake.put([3]) == Waiting(0, 0, "")
    assert door.kept == [1, 2, 3]


def test_what_cannot_waits_and_is_kept_in_order_when_it_can():
    door = Door()
    door.shut = True
    intake = Intake(door.keep, bound=10)
    assert intake.put([1, 2]) == Waiting(2, 0, "away")
    assert intake.put([3]) == Waiting(3, 0, "away")
    door.shut = False
    assert intake.flush() == Waiting(0, 0, "")
    assert door.kept == [1, 2, 3]


@given(st.lists(st.tuples(st.booleans(), st.integers(0, 9)), max_size=30), st.integers(1, 20))
def test_the_newest_rows_within_the_bound_are_never_lost(rounds, bound):
    door = Door()
    intake = Intake(door.keep, bound)
    given_rows = 0
    for shut, size in rounds:
        door.shut = shut
        now = intake.put(list(range(given_rows, given_rows + size)))
        given_rows += size
        assert now.rows <= bound
        assert len(door.kept) + now.rows + now.dropped == given_rows
    door.shut = False
    assert intake.flush().rows == 0
    assert door.kept == sorted(door.kept)
    assert door.kept[-1:] == [given_rows - 1][: bool(given_rows)]


def test_rows_that_can_never_be_kept_do_not_stop_the_others():
    door = Door()
    door.poison = (2,)
    door.shut = True
    intake = Intake(door.keep)
    for rows in ([1], [2, 22], [3]):
        intake.put(rows)
    door.shut = False
    assert intake.flush() == Waiting(0, 2, "")
    assert door.kept == [1, 3]


def test_a_writer_that_waits_does_not_hold_up_the_poller():
    began, go = threading.Event(), threading.Event()
    kept = []

    def slow(rows):
        began.set()
        go.wait()
        kept.extend(rows)

    intake = Intake(slow)
    writer = threading.Thread(target=intake.put, args=([1],))
    writer.start()
    began.wait()
    assert intake.put([2]) == Waiting(2, 0, "")
    go.set()
    writer.join()
    assert kept == [1, 2]
    assert intake.waiting == Waiting(0, 0, "")


def test_a_full_disk(project):
    series = connect_series(project)
    if series.dialect.name != "sqlite":
        series.dispose()
        pytest.skip("a server's disk is not ours to fill")
    rows = fleet_of(series)
    with series.connect() as connection:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()

    def limit(connection, _record):
        connection.execute(f"PRAGMA max_page_count={pages + 8}")

    sa.event.listen(series, "connect", limit)
    series.dispose()
    intake = Intake(lambda given: samples.save(series, given), bound=450)
    for n in range(30):
        last = intake.put(rows(T + n))
    assert (last.rows, last.dropped > 0) == (450, True)
    assert last.why == (
        "samples cannot be saved: database or disk is full; look at the disk, its free space, and the database"
    )
    kept = times(series)
    assert kept == list(range(T, T + len(kept))), "whole rounds, none half"
    sa.event.remove(series, "connect", limit)
    series.dispose()
    assert intake.flush() == Waiting(0, last.dropped, "")
    assert times(series)[-2:] == [T + 28, T + 29]
    with series.connect() as connection:
        total = connection.scalar(sa.select(sa.func.count()).select_from(sample))
    assert total + last.dropped == 30 * 200
    series.dispose()


def test_a_locked_database(project):
    series = connect_series(project, wait=0.05)
    rows = fleet_of(series)
    intake = Intake(lambda given: samples.save(series, given))
    other = connect_series(project)
    with other.connect() as holder:
        if other.dialect.name == "sqlite":
            holder.exec_driver_sql("BEGIN IMMEDIATE")
        else:
            holder.exec_driver_sql("LOCK TABLE latest IN ACCESS EXCLUSIVE MODE")
        waiting = [intake.put(rows(T + n)) for n in range(2)][-1]
        assert (waiting.rows, waiting.dropped) == (400, 0)
        assert "lock" in waiting.why
        holder.rollback()
    assert intake.flush() == Waiting(0, 0, "")
    assert times(series) == [T, T + 1]
    other.dispose()
    series.dispose()


def test_a_server_that_goes_away_and_comes_back(project):
    series = connect_series(project)
    if series.dialect.name == "sqlite":
        series.dispose()
        pytest.skip("SQLite has no server")
    rows = fleet_of(series)
    intake = Intake(lambda given: samples.save(series, given))
    intake.put(rows(T))
    other = connect(project)
    with other.connect() as killer:
        killer.exec_driver_sql(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = current_user AND pid <> pg_backend_pid()"
        )
    intake.put(rows(T + 1))
    assert intake.flush() == Waiting(0, 0, "")
    assert times(series) == [T, T + 1]
    other.dispose()
    series.dispose()


def test_readings_wait_too(engine):
    def keep(given):
        readings.save(engine, [one for one, _ in given], [state for _, state in given])

    intake = Intake(keep)
    row = (Reading("a", "identity.name", "", "x\x00<img>\x1b", 1.0), Status("a", 1.0, reachable=True))
    assert intake.put([row]) == Waiting(0, 0, "")
    stored = readings.latest(engine, "a")["identity.name"][""].value
    assert stored in {"x\x00<img>\x1b", "x\\x00<img>\x1b"}, "as it was said; PostgreSQL's text has no NUL"


def test_a_number_that_no_database_holds_is_not_tried_for_ever(project):
    series = connect_series(project)
    rows = fleet_of(series)
    intake = Intake(lambda given: samples.save(series, given))
    last = intake.put([Sample("d1", T, rtt=1 << 70)])
    assert (last.rows, last.dropped) == (0, 1)
    assert last.why.startswith("samples cannot be saved: ")
    assert intake.put(rows(T + 1)) == Waiting(0, 1, "")
    series.dispose()
