"""The runner: bounded, cancelled at once, one result at a time, a deadline for each host."""

import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from nornir.core import Nornir
from nornir.core.inventory import Defaults, Groups, Host, Hosts, Inventory
from nornir.core.task import Result

from homeroom.errors import Unsettled
from homeroom.rollout.runner import Runner


def nornir(count: int) -> Nornir:
    hosts = Hosts({f"h{n}": Host(f"h{n}") for n in range(count)})
    return Nornir(Inventory(hosts, Groups(), Defaults()))


def test_every_host_gets_its_result():
    result = nornir(50).with_runner(Runner(7)).run(lambda task: task.host.name.upper())
    assert {name: one.result for name, one in result.items()} == {f"h{n}": f"H{n}" for n in range(50)}


def test_no_hosts_is_no_work():
    assert dict(nornir(0).with_runner(Runner(7)).run(lambda task: None)) == {}


def test_never_more_at_once_than_there_are_workers():
    lock, now, most = threading.Lock(), [0], [0]

    def work(task):
        with lock:
            now[0] += 1
            most[0] = max(most[0], now[0])
        time.sleep(0.005)
        with lock:
            now[0] -= 1

    nornir(40).with_runner(Runner(5)).run(work)
    assert most[0] == 5


def test_after_cancel_no_host_is_started_but_those_that_are_under_way():
    started, done = [], []

    def work(task):
        started.append(task.host.name)
        time.sleep(0.002)

    def one(result):
        done.append(result[0].host.name)
        if len(done) == 10:
            runner.cancel()
            one.seen = len(started)

    runner = Runner(8, on_done=one)
    result = nornir(200).with_runner(runner).run(work)
    assert runner.cancelled
    assert len(started) <= one.seen + 8
    assert sorted(result) == sorted(started) == sorted(done), "what was started has ended and is reported"


def test_cancel_before_run_starts_nothing():
    runner = Runner(3)
    runner.cancel()
    assert dict(nornir(9).with_runner(runner).run(lambda task: 1)) == {}


def test_results_come_one_by_one_in_the_callers_thread():
    seen = []
    runner = Runner(4, on_done=lambda result: seen.append((result[0].result, threading.current_thread())))
    nornir(20).with_runner(runner).run(lambda task: task.host.name)
    assert sorted(name for name, _ in seen) == sorted(f"h{n}" for n in range(20))
    assert {thread for _, thread in seen} == {threading.main_thread()}


def test_a_failing_host_stops_no_other():
    def work(task):
        if task.host.name == "h3":
            raise ValueError("no")
        return Result(task.host, result=1)

    result = nornir(10).with_runner(Runner(2)).run(work)
    assert list(result.failed_hosts) == ["h3"]
    assert len(result) == 10


def test_a_host_that_outlives_its_deadline_is_unsettled_and_its_place_is_taken():
    stuck, clock = threading.Event(), [0.0]

    def work(task):
        if task.host.name == "h0":
            clock[0] = 100.0
            stuck.wait(10)
        return task.host.name

    result = nornir(6).with_runner(Runner(1, deadline=60, clock=lambda: clock[0])).run(work)
    stuck.set()
    assert [result[f"h{n}"].result for n in range(1, 6)] == [f"h{n}" for n in range(1, 6)]
    error = result["h0"][0].exception
    assert isinstance(error, Unsettled)
    assert str(error) == "h0: it did not finish within 60 s; see the journal, then read the device"
    assert result["h0"].failed


def test_a_late_result_is_dropped():
    stuck, late, clock, seen = threading.Event(), threading.Event(), [0.0], []

    def work(task):
        if task.host.name == "h0":
            clock[0] = 100.0
            stuck.wait(10)
            late.set()
        else:
            stuck.set()
            late.wait(10)
            time.sleep(0.05)
        return "late"

    nornir(2).with_runner(Runner(1, deadline=60, on_done=seen.append, clock=lambda: clock[0])).run(work)
    assert len(seen) == 2
    assert isinstance(seen[0][0].exception, Unsettled)


def test_connections_are_closed_after_each_host():
    class Spy:
        closed = 0

        def close(self):
            Spy.closed += 1
            raise OSError("gone already")

    def work(task):
        task.host.connections["spy"] = Spy()

    result = nornir(5).with_runner(Runner(2)).run(work)
    assert Spy.closed == 5
    assert not result.failed


@pytest.mark.parametrize("times", [1, 2])
def test_an_interrupt_in_the_callers_thread_cancels_and_a_second_one_is_raised(times):
    seen = []

    def one(result):
        seen.append(result)
        if len(seen) <= times:
            raise KeyboardInterrupt

    runner, work = Runner(2, on_done=one), lambda task: time.sleep(0.02)
    if times == 1:
        result = nornir(50).with_runner(runner).run(work)
        assert runner.cancelled
        assert len(result) == len(seen) < 50
    else:
        with pytest.raises(KeyboardInterrupt):
            nornir(50).with_runner(runner).run(work)


CHILD = """
import os, signal, sys, time
signal.signal(signal.SIGINT, signal.default_int_handler)  # a job in the background is born deaf to it
sys.path.insert(0, sys.argv[1])
from test_runner import nornir
from homeroom.rollout.runner import Runner
started = []
def work(task):
    started.append(task.host.name)
    os.write(1, b"started\\n")
    time.sleep(0.3)
runner = Runner(4)
result = nornir(200).with_runner(runner).run(work)
print("ended", len(started), len(result), runner.cancelled, flush=True)
"""


@pytest.mark.parametrize("times", [1, 2])
def test_ctrl_c_ends_what_is_under_way_and_twice_leaves_at_once(times):
    child = subprocess.Popen(
        [sys.executable, "-c", CHILD, Path(__file__).parent],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    for _ in range(4):
        assert child.stdout.readline() == "started\n"
    for _ in range(times):
        child.send_signal(signal.SIGINT)
        time.sleep(0.15)
    rest = child.stdout.read()
    child.stdout.close()
    code = child.wait(20)
    if times == 1:
        assert code == 0
        started = 4 + rest.count("started")
        assert f"ended {started} {started} True" in rest
        assert started < 20
    else:
        assert code in {-signal.SIGINT, 130, 1}
        assert "ended" not in rest
