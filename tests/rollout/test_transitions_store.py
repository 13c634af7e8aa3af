"""A store that can no longer be written ends a device's way at once, and what was written last stands: a disk that is
really full, one that became read-only, a file that must not grow, a lock that another process really holds.
"""

import os
import resource
import subprocess
import sys
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from shutil import disk_usage
from subprocess import PIPE, Popen
from tempfile import TemporaryDirectory

import pytest
from alone import CHANGE, TERMS, Target, run
from sqlalchemy import event

from homeroom.errors import StoreError
from homeroom.project import Project
from homeroom.rollout.admission import Admission, Limits, claim
from homeroom.store.changes import Changes, Row
from homeroom.store.db import connect
from homeroom.store.journal import Journal

WHERE = {"look": "leased", "commit": "committing", "check": "unconfirmed", "confirm": "confirming"}
"""The step in which the store fails -> what stands there then."""
HOLDS = """
import sqlite3, sys
db = sqlite3.connect(sys.argv[1], isolation_level=None)
db.execute("BEGIN IMMEDIATE")
print("held", flush=True)
sys.stdin.read()
"""


@contextmanager
def opened(folder):
    engine = connect(Project(folder))
    store = Changes(engine)
    store.add(CHANGE, [Row("c", "a")])
    try:
        yield engine, store
    finally:
        engine.dispose()


def ends_at_once(target, step, said):
    """Drive a device into a store that fails in a step: it is told nothing more."""
    with pytest.raises(StoreError, match=rf"the changes cannot be kept: .*{said}.*; nothing more is changed"):
        run(target.store, target)
    did = [do for do, _ in target.told]
    assert not {"commit", "confirm", "revert"}.intersection(did[did.index(step) + 1 :])


def stands(engine, store, step):
    """Say what was written last, in the row and in the journal."""
    row, last = store.row("c", "a"), Journal(engine).events("c")[-1]
    assert (row.state, row.owner, last.state, last.at) == (WHERE[step], "w1", WHERE[step], row.at)
    return row


def goes_on(store, target):
    """Take over when the store can be written again: it ends well."""
    target.now += TERMS.lease + TERMS.grace + 1
    row = run(store, target)
    assert (row.state, target.kept, row.fence) == ("confirmed", "new", 2)


@pytest.fixture
def disk():
    """A disk of one megabyte."""
    with TemporaryDirectory() as folder:
        words = ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", folder]
        done = subprocess.run(words, capture_output=True, text=True, check=False)
        if done.returncode:
            pytest.skip(f"no disk can be mounted here: {done.stderr.strip()}")
        yield Path(folder)
        subprocess.run(["umount", "--lazy", folder], check=True)


def fill(folder):
    with suppress(OSError), (folder / "full").open("wb", buffering=0) as file:
        while True:
            file.write(bytes(512))
    assert disk_usage(folder).free == 0


@pytest.mark.parametrize("step", WHERE)
def test_a_full_disk_ends_the_way_at_once_and_what_was_written_last_stands(disk, step):
    with opened(disk) as (engine, store):
        target = Target(store)
        target.meanwhile[step] = lambda: fill(disk)
        ends_at_once(target, step, "database or disk is full")
        row = stands(engine, store, step)
        with pytest.raises(StoreError, match="database or disk is full"):
            claim(store, row, "w2", Admission(TERMS, Limits(), target.now + 300))
        (disk / "full").unlink()
        goes_on(store, target)


@pytest.mark.parametrize("step", WHERE)
def test_a_disk_that_became_read_only_ends_the_way_at_once(disk, step):
    with opened(disk) as (engine, store):
        target = Target(store)

        def read_only():
            engine.dispose()  # a disk in use does not become read-only on demand: the next connection finds it so
            subprocess.run(["mount", "-o", "remount,ro", disk], check=True)

        target.meanwhile[step] = read_only
        ends_at_once(target, step, "readonly database|unable to open database file")
        engine.dispose()
        subprocess.run(["mount", "-o", "remount,rw", disk], check=True)
        stands(engine, store, step)
        goes_on(store, target)


@contextmanager
def no_file_grows_beyond(size):
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@pytest.mark.parametrize("step", WHERE)
def test_a_file_that_cannot_grow_ends_the_way_at_once(tmp_path, step):
    with opened(tmp_path) as (engine, store):
        target = Target(store)
        wal = tmp_path / ".homeroom" / "state.db-wal"
        with ExitStack() as limits:
            target.meanwhile[step] = lambda: limits.enter_context(no_file_grows_beyond(wal.stat().st_size))
            ends_at_once(target, step, "disk I/O error")
        stands(engine, store, step)
        goes_on(store, target)


@pytest.mark.parametrize("step", WHERE)
def test_a_lock_that_another_process_does_not_give_back_ends_the_way_at_once(tmp_path, step):
    command = [sys.executable, "-c", HOLDS, os.fspath(tmp_path / ".homeroom" / "state.db")]
    with opened(tmp_path) as (engine, store), ExitStack() as others:
        event.listen(engine, "connect", lambda raw, _: raw.execute("PRAGMA busy_timeout=50"))
        engine.dispose()
        target = Target(store)

        def hold():
            other = others.enter_context(Popen(command, stdin=PIPE, stdout=PIPE, text=True))
            assert other.stdout.readline() == "held\n"

        target.meanwhile[step] = hold
        ends_at_once(target, step, "database is locked")
        stands(engine, store, step)
        others.close()
        goes_on(store, target)
