"""Rounds of a poll into a store that really cannot take them: a full disk, a file that must not grow, a lock that
another process holds. They wait, the oldest go and are counted, and what waits is kept as soon as it can be.
"""

import os
import resource
import subprocess
import sys
from contextlib import contextmanager, suppress
from pathlib import Path
from shutil import disk_usage
from tempfile import TemporaryDirectory

import pytest
import sqlalchemy as sa

from homeroom.project import Project
from homeroom.reading import Reading, Status
from homeroom.store import readings, samples, subjects
from homeroom.store.db import connect, connect_series
from homeroom.store.intake import Intake
from homeroom.store.samples import Sample
from homeroom.store.series_tables import sample
from homeroom.store.subjects import Subject

NAMES = [f"d{n:03}" for n in range(200)]
BOUND = 450
"""Rows that may wait: two rounds, and a part of a third."""
HOLDS = """
import sys, pathlib
from homeroom.project import Project
from homeroom.store.db import connect, connect_series
engine = {"state": connect, "series": connect_series}[sys.argv[2]](Project(pathlib.Path(sys.argv[1])))
with engine.connect() as db:
    if engine.dialect.name == "sqlite":
        db.exec_driver_sql("BEGIN IMMEDIATE")
    else:
        db.exec_driver_sql(f"LOCK TABLE {sys.argv[3]} IN ACCESS EXCLUSIVE MODE")
    print("held", flush=True)
    sys.stdin.read()
    db.rollback()
engine.dispose()
"""


class Series:
    """Samples: each round is kept beside those before."""

    file, table, connect = "series", "sample", staticmethod(connect_series)

    def __init__(self, project, wait=10.0):
        self.engine = connect_series(project, wait)
        subjects.sync(self.engine, [Subject("device", name, "s", "R") for name in NAMES])
        self.intake = Intake(lambda rows: samples.save(self.engine, rows), BOUND)

    def put(self, at):
        return self.intake.put([Sample(name, at, rtt=at) for name in NAMES])

    def kept(self):
        """Time -> rows."""
        query = sa.select(sample.c.at, sa.func.count()).group_by(sample.c.at)
        with self.engine.connect() as db:
            return dict(tuple(row) for row in db.execute(query))


class State(Series):
    """Readings: each round takes the place of the one before, which is kept as the past of each."""

    file, table, connect = "state", "reading", staticmethod(connect)

    def __init__(self, project, wait=10.0):
        self.engine = connect(project, wait)
        self.intake = Intake(self._keep, BOUND)

    def _keep(self, rows):
        readings.save(self.engine, [one for one, _ in rows], [state for _, state in rows])

    def put(self, at):
        def said(name):
            return Reading(name, "identity.contact", "", f"{at} {name} " * 20, at)

        return self.intake.put([(said(name), Status(name, at, reachable=True)) for name in NAMES])

    def kept(self):
        found = {}
        for name in NAMES:
            for one in readings.past(self.engine, name):
                found[int(one.since)] = found.get(int(one.since), 0) + 1
        return found


@pytest.fixture(params=[State, Series], ids=["state", "series"])
def kind(request):
    return request.param


@pytest.fixture
def disk():
    """A disk of a few megabytes."""
    with TemporaryDirectory() as folder:
        words = ["mount", "-t", "tmpfs", "-o", "size=3m", "tmpfs", folder]
        done = subprocess.run(words, capture_output=True, text=True, check=False)
        if done.returncode:
            pytest.skip(f"no disk can be mounted here: {done.stderr.strip()}")
        yield Path(folder)
        subprocess.run(["umount", "--lazy", folder], check=True)


@contextmanager
def no_file_grows_beyond(size):
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def stands(room, words, rounds=5):
    """Put rounds into a store that takes none: what is within the bound waits, and the reason is said."""
    whys = set()
    for at in range(101, 101 + rounds):
        last = room.put(at)
        whys.add(last.why)
    assert (last.rows, last.dropped) == (BOUND, rounds * len(NAMES) - BOUND)
    assert all(any(word in why for word in words) for why in whys), whys
    return last


def goes_on(room, last, rounds=5):
    """It takes them again: the newest are kept, what was kept before still is, and what was dropped was counted."""
    now = room.intake.flush()
    assert (now.rows, now.dropped, now.why) == (0, last.dropped, "")
    kept = room.kept()
    newest = 100 + rounds
    assert {at: kept.get(at, 0) for at in (100, newest - 2, newest - 1, newest)} == {
        100: 200,
        newest - 2: BOUND - 400,
        newest - 1: 200,
        newest: 200,
    }
    room.engine.dispose()


def test_a_full_disk(kind, disk):
    room = kind(Project(disk))
    assert room.put(100).rows == 0
    with suppress(OSError), (disk / "full").open("wb", buffering=0) as file:
        while True:
            file.write(bytes(512))
    assert disk_usage(disk).free == 0
    last = stands(room, ["database or disk is full"])
    (disk / "full").unlink()
    goes_on(room, last)


def test_a_file_that_must_not_grow(kind, tmp_path):
    room = kind(Project(tmp_path))
    assert room.put(100).rows == 0
    wal = tmp_path / ".homeroom" / f"{kind.file}.db-wal"
    with no_file_grows_beyond(wal.stat().st_size):
        last = stands(room, ["disk I/O error", "disk is full"])
    goes_on(room, last)


def test_a_lock_that_another_process_holds(kind, project):
    room = kind(project, wait=0.05)
    assert room.put(100).rows == 0
    command = [sys.executable, "-c", HOLDS, os.fspath(project.root), kind.file, kind.table]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as other:
        assert other.stdout.readline() == "held\n"
        last = stands(room, ["lock"])
        other.communicate()
    goes_on(room, last)
