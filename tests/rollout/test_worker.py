"""Who is gone for certain, and since when: real processes, killed, stopped, left; and what nothing is said of."""

import os
import re
import signal
import subprocess
import sys
import threading

import pytest

from homeroom.errors import StoreError
from homeroom.rollout import worker
from homeroom.rollout.worker import Worker, died

WORKS = """
import pathlib, sys
from homeroom.rollout.worker import Worker
with Worker(pathlib.Path(sys.argv[1])) as worker:
    print(worker.name, flush=True)
    sys.stdin.read()
"""
NOW = 5000.0


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "workers"


@pytest.fixture
def other(folder):
    """Another process at work: (process, its owner's name)."""
    command = [sys.executable, "-c", WORKS, os.fspath(folder)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        yield process, process.stdout.readline().strip()
        process.kill()


def test_a_process_that_was_killed_is_gone_for_certain_and_one_that_hangs_is_not(folder, other):
    process, name = other
    assert re.fullmatch(rf".+:{process.pid}:[0-9a-f]{{8}}", name)
    assert died(folder, name, NOW) is None
    process.send_signal(signal.SIGSTOP)
    os.waitpid(process.pid, os.WUNTRACED)
    assert died(folder, name, NOW) is None, "it may go on at any moment"
    process.kill()
    process.wait()
    alive = died(folder, name, NOW)
    assert alive is not None
    assert alive <= NOW


def test_when_it_was_last_alive_does_not_depend_on_a_clock_that_people_set(folder, monkeypatch):
    monkeypatch.setattr(worker.time, "monotonic", lambda: 7000.0)
    with Worker(folder) as one:
        one.beat()
    monkeypatch.setattr(worker.time, "monotonic", lambda: 7042.0)
    assert died(folder, one.name, NOW) == NOW - 42
    assert died(folder, one.name, NOW - 3600) == NOW - 3600 - 42
    monkeypatch.setattr(worker.time, "monotonic", lambda: 6999.0)
    assert died(folder, one.name, NOW) == NOW, "never in the future"


def test_it_gives_signs_of_life_by_itself(folder, monkeypatch):
    monkeypatch.setattr(worker, "_EVERY", 0.01)
    told = threading.Semaphore(0)

    class Told(Worker):
        def beat(self):
            super().beat()
            told.release()

    with Told(folder):
        assert all(told.acquire(timeout=60) for _ in range(3))


def test_a_sign_of_life_that_cannot_be_written_now_and_then_does_not_end_the_process(folder, monkeypatch):
    monkeypatch.setattr(worker, "_EVERY", 0.01)
    told = threading.Semaphore(0)

    class Troubled(Worker):
        def beat(self):
            told.release()
            raise StoreError("the disk is full")

    with Troubled(folder):
        assert all(told.acquire(timeout=60) for _ in range(3))


def test_once_it_is_left_nothing_more_can_be_begun_under_its_name(folder):
    with Worker(folder) as one:
        one.beat()
        assert died(folder, one.name, NOW) is None
    assert died(folder, one.name, NOW) is not None
    with (folder / "another file").open("w") as file, pytest.raises(StoreError, match="nothing more is changed"):
        one.beat()
    assert file.closed
    assert not (folder / "another file").read_bytes(), "what has its number now is left alone"


@pytest.mark.parametrize("text", ["", "half a sen", "another-start 0001.000\n", " 0001.000\n"])
def test_nothing_is_said_of_one_that_worked_before_a_restart_or_elsewhere_or_of_a_damaged_file(folder, text):
    with Worker(folder) as one:
        pass
    (folder / f"{one.name}.lock").write_text(text)
    assert died(folder, one.name, NOW) is None


@pytest.mark.parametrize("owner", ["", "w1", "../../etc/passwd", "host:1:0123"])
def test_nothing_is_said_of_an_owner_that_is_not_known_here(folder, owner):
    with Worker(folder):
        assert died(folder, owner, NOW) is None


def test_a_system_that_does_not_tell_its_starts_apart_says_nothing(folder, monkeypatch, tmp_path):
    monkeypatch.setattr(worker, "_BOOT", tmp_path / "missing")
    with Worker(folder) as one:
        pass
    assert died(folder, one.name, NOW) is None


def test_two_workers_of_one_process_are_two(folder):
    with Worker(folder) as one, Worker(folder) as two:
        assert one.name != two.name
        assert died(folder, one.name, NOW) is died(folder, two.name, NOW) is None


def test_files_of_the_long_gone_are_cleared_away_and_those_of_the_living_never(folder, other):
    process, name = other
    with Worker(folder) as gone:
        pass
    for one in (name, gone.name):
        os.utime(folder / f"{one}.lock", (1.0, 1.0))
    process.send_signal(signal.SIGSTOP)
    os.waitpid(process.pid, os.WUNTRACED)
    os.utime(folder / f"{name}.lock", (1.0, 1.0))
    with Worker(folder) as new:
        assert {path.name for path in folder.iterdir()} == {f"{name}.lock", f"{new.name}.lock"}
    with Worker(folder):
        assert (folder / f"{new.name}.lock").exists(), "it may still be asked for"


@pytest.mark.parametrize("at", ["mkdir", "write"])
def test_without_its_lock_it_does_not_work_at_all(folder, monkeypatch, at):
    if at == "mkdir":
        folder.write_text("a file is in the way")
    else:

        def full(*_):
            raise OSError(28, "No space left on device")

        monkeypatch.setattr(worker.os, "pwrite", full)
    with pytest.raises(StoreError, match="no device is changed without it"), Worker(folder):
        raise AssertionError
