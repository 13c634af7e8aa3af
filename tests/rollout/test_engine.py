"""The embedded engine: bounded, one event a device, paused and cancelled at the next device."""

import signal
import subprocess
import sys
import textwrap
import threading
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from nornir.core import Nornir
from nornir.core.inventory import Defaults, Groups, Host, Hosts, Inventory

from homeroom.errors import Unreachable, Unsettled, UsageError
from homeroom.rollout.embedded import Embedded
from homeroom.rollout.engine import Chunk, Event, Workers, chunks, stopped_by_ctrl_c


def nornir(count):
    return Nornir(Inventory(Hosts({f"h{n}": Host(f"h{n}") for n in range(count)}), Groups(), Defaults()))


def names(count):
    return tuple(f"h{n}" for n in range(count))


def ended(engine, tick=0.05):
    return [event for event in engine.events(tick) if event]


def test_every_device_of_every_chunk_comes_back_once_with_what_the_task_returned():
    engine = Embedded(nornir(60), lambda task, word: task.host.name + word, limit=7, params={"word": "!"})
    engine.submit(Chunk("c1", names(40)))
    engine.submit(Chunk("c2", tuple(f"h{n}" for n in range(40, 60))))
    events = ended(engine)
    assert sorted((one.chunk, one.device, one.state, one.value) for one in events) == sorted(
        ("c1" if n < 40 else "c2", f"h{n}", "done", f"h{n}!") for n in range(60)
    )
    assert engine.workers() == Workers(7, 0, 0)


def test_nothing_submitted_is_no_event():
    assert ended(Embedded(nornir(1), lambda task: 1)) == []


def test_what_a_task_raises_is_in_its_event_and_stops_no_other():
    def work(task):
        if task.host.name == "h3":
            raise Unreachable("h3", "no answer", "see its line")

    engine = Embedded(nornir(9), work, limit=2)
    engine.submit(Chunk("c", names(9)))
    failed = [event for event in ended(engine) if event.state == "failed"]
    assert [one.device for one in failed] == ["h3"]
    assert isinstance(failed[0].error, Unreachable)


def test_never_more_at_once_than_the_limit_however_it_is_submitted():
    lock, now, most = threading.Lock(), [0], [0]
    full = threading.Barrier(5)

    def work(task):
        with lock:
            now[0] += 1
            most[0] = max(most[0], now[0])
        full.wait(10)  # all five are at work together
        with lock:
            now[0] -= 1

    engine = Embedded(nornir(50), work, limit=5)
    for n in range(0, 50, 10):
        engine.submit(Chunk(f"c{n}", tuple(f"h{n + k}" for k in range(10))))
    assert len(ended(engine)) == 50
    assert most[0] == 5


def test_a_device_that_hangs_holds_up_nobody_but_its_own_worker():
    go_on = threading.Event()

    def work(task):
        if task.host.name == "h0":
            go_on.wait(20)

    engine = Embedded(nornir(30), work, limit=2)
    engine.submit(Chunk("c1", names(10)))
    seen = []
    for event in engine.events(0.05):
        seen += [event.device] if event else []
        if len(seen) == 9 and len(engine._chunk_of) == 1:
            engine.submit(Chunk("c2", tuple(f"h{n}" for n in range(10, 30))))
        if len(seen) == 29:
            go_on.set()
    assert seen[-1] == "h0"
    assert len(seen) == 30


def test_a_device_beyond_its_deadline_is_unsettled_and_the_others_end():
    go_on = threading.Event()
    engine = Embedded(nornir(4), lambda task: go_on.wait(20) if task.host.name == "h0" else 1, limit=1, deadline=0.2)
    engine.submit(Chunk("c", names(4)))
    events = {event.device: event for event in ended(engine)}
    go_on.set()
    assert isinstance(events["h0"].error, Unsettled)
    assert [events[f"h{n}"].state for n in (1, 2, 3)] == ["done"] * 3


def test_paused_nothing_is_begun_and_resumed_everything_is():
    begun, gate = [], threading.Semaphore(0)

    def work(task):
        begun.append(task.host.name)
        gate.acquire(timeout=20)

    engine = Embedded(nornir(20), work, limit=3)
    engine.pause()
    engine.submit(Chunk("c", names(20)))
    stream = engine.events(0.05)
    assert next(stream) is None, "the driver gets its turn though nothing happens"
    assert (begun, engine.workers()) == ([], Workers(3, 0, 20, 20))
    engine.resume()
    gate.release(3)
    assert next(one for one in stream if one).state == "done"
    engine.pause()
    gate.release(20)
    while engine.workers().busy:
        next(stream)
    before = len(begun)
    assert 3 <= before < 20
    assert engine.workers().queued == 20 - before
    engine.resume()
    gate.release(20)
    list(stream)
    assert sorted(begun) == sorted(names(20)), "each once"


def test_cancelled_what_waits_is_withdrawn_and_what_is_under_way_ends():
    begun, lock = [], threading.Lock()
    gate = threading.Event()

    def work(task):
        with lock:
            begun.append(task.host.name)
        gate.wait(20)

    engine = Embedded(nornir(40), work, limit=4)
    engine.submit(Chunk("c", names(40)))
    while engine.workers().busy < 4:
        pass
    engine.cancel()
    gate.set()
    events = ended(engine)
    assert sorted(one.device for one in events) == sorted(names(40))
    assert sorted(one.device for one in events if one.state == "done") == sorted(begun)
    assert len(begun) == 4
    assert Event("c", "h39", "withdrawn") in events
    with pytest.raises(UsageError, match="the engine was cancelled: begin a new one"):
        engine.submit(Chunk("d", ("h1",)))


def test_what_cannot_be_submitted_is_said_and_nothing_of_it_is_queued():
    engine = Embedded(nornir(3), lambda task: 1)
    engine.pause()
    engine.submit(Chunk("c", ("h1",)))
    with pytest.raises(UsageError, match="h1 is under way in chunk c; wait for it to end"):
        engine.submit(Chunk("d", ("h2", "h1")))
    with pytest.raises(UsageError, match="h7 is not in the inventory; run `homeroom plan`"):
        engine.submit(Chunk("d", ("h2", "h7")))
    assert engine.workers().queued == 1
    with pytest.raises(UsageError, match="0 workers can do nothing: give at least 1"):
        Embedded(nornir(3), lambda task: 1, limit=0)


def test_a_device_may_be_submitted_again_when_it_has_ended():
    engine = Embedded(nornir(1), lambda task: 1)
    for chunk in ("c", "d"):
        engine.submit(Chunk(chunk, ("h0",)))
        assert [event.chunk for event in ended(engine)] == [chunk]


def test_ctrl_c_cancels_and_the_second_leaves_at_once():
    engine = Embedded(nornir(1), lambda task: 1)
    before = signal.getsignal(signal.SIGINT)
    with stopped_by_ctrl_c(engine):
        signal.raise_signal(signal.SIGINT)
        assert engine._cancelled
        with pytest.raises(KeyboardInterrupt):
            signal.raise_signal(signal.SIGINT)
    assert signal.getsignal(signal.SIGINT) is before


def test_after_ctrl_c_a_real_process_begins_nothing_and_tells_of_every_device(tmp_path):
    program = """
        import sys, time
        sys.path.insert(0, sys.argv[1])
        from test_engine import Chunk, Embedded, names, nornir, stopped_by_ctrl_c
        begun = []
        def work(task):
            begun.append(task.host.name)
            time.sleep(0.05)
        engine = Embedded(nornir(5000), work, limit=4)
        engine.submit(Chunk("c", names(5000)))
        with stopped_by_ctrl_c(engine):
            states, first = [], None
            for event in engine.events():
                states += [event.state] if event else []
                if len(states) == 8:
                    print("begun", flush=True)
        print(len(begun) == states.count("done"), len(states), states.count("withdrawn") > 4000)
    """
    script = tmp_path / "run.py"
    script.write_text(textwrap.dedent(program), encoding="utf-8")
    folder = str(Path(__file__).parent)
    with subprocess.Popen([sys.executable, str(script), folder], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout.readline() == "begun\n"
        process.send_signal(signal.SIGINT)
        rest = process.stdout.read().split("\n")
    assert rest[-2] == "True 5000 True"
    assert process.returncode == 0


@given(st.lists(st.integers(1, 400), max_size=30), st.integers(1, 250))
def test_chunks_hold_whole_sites_as_many_as_fit(sizes, largest):
    devices = [(f"s{site}-{n}", f"s{site}") for site, size in enumerate(sizes) for n in range(size)]
    cut = chunks("c", devices, largest)
    assert [name for chunk in cut for name in chunk.devices] == [name for name, _ in devices]
    assert all(0 < len(chunk.devices) <= largest for chunk in cut)
    assert len({chunk.id for chunk in cut}) == len(cut)
    site = dict(devices)
    for site_name, size in ((f"s{n}", size) for n, size in enumerate(sizes)):
        holding = [chunk for chunk in cut if any(site[name] == site_name for name in chunk.devices)]
        assert len(holding) <= max(1, -(-size // largest))
