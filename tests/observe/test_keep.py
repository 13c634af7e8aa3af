"""What is kept of what devices say: what changed, in few rows, whatever the database does. Real databases."""

from __future__ import annotations

import asyncio
import contextlib
import sqlite3
from dataclasses import replace

import pytest
import sqlalchemy as sa

from homeroom.observe import keep as keeping
from homeroom.observe.keep import Keep
from homeroom.observe.known import Known
from homeroom.observe.measured import counters, sample, uplink_of
from homeroom.observe.memory import Memory
from homeroom.observe.meters import Meters
from homeroom.observe.questions import Book
from homeroom.observe.seen import Seen
from homeroom.project import CONFIG, Project
from homeroom.reading import Reading, Status
from homeroom.snmp.ask.load import load
from homeroom.snmp.ask.rows import Readings
from homeroom.snmp.ask.wired import Identity, Interface
from homeroom.snmp.ask.wireless import Radio
from homeroom.snmp.engine import RecordingEngine
from homeroom.store import asked, samples, subjects, tokens
from homeroom.store.counters import Counters
from homeroom.store.db import connect, connect_series
from homeroom.store.readings import all_status, latest, past
from tests.observe.told import CHANGED, IF_TABLE, UPTIME, VLAN_NAME, switch, target

BOOK = Book(load())


class Rig:
    """A store, and a keep that is told what devices of the recording engine say."""

    def __init__(self, root):
        (root / CONFIG).touch()
        project = Project(root)
        self.path = project.state / "state.db"
        self.state, self.series = connect(project, wait=0.1), connect_series(project, wait=0.1)
        subjects.sync(self.series, (subjects.Subject("device", name, "s1", "PY-11") for name in ("sw1", "sw2")))
        self.values = {"sw1": switch("sw1"), "sw2": switch("sw2")}
        self.known = Known()
        self.start()

    def start(self, bound=500_000):
        """Begin as after a restart."""
        self.meters = Meters()
        self.keep = Keep(self.state, self.series, BOOK, self.meters, bound)
        self.keep.uplinks = dict.fromkeys(self.values, ("GigabitEthernet1/0/1", "GigabitEthernet1/0/9"))
        self.keep.load(self.state)

    def say(self, every, at, *devices, flush=True):
        """Let devices answer at a time."""
        from homeroom.observe.fetch import fetch

        engine = RecordingEngine(self.values)
        targets = [target(device) for device in devices or ("sw1",)]
        asyncio.run(fetch(engine, BOOK, self.known, targets, every, self.keep.take, lambda: at))
        if flush:
            self.keep.flush()

    def written(self):
        """Return when each reading was written last, whatever is known of its freshness."""
        query = sa.text('SELECT device, object, "index", at FROM reading')
        with self.state.connect() as connection:
            return {tuple(row[:3]): row.at for row in connection.execute(query)}

    def close(self):
        self.state.dispose()
        self.series.dispose()


@pytest.fixture
def rig(tmp_path):
    made = Rig(tmp_path)
    yield made
    made.close()


def test_a_status_is_readings_a_status_a_token_a_sample(rig):
    rig.say("status", 100.0)
    found = latest(rig.state, "sw1")
    assert found["identity.name"][""] == Reading("sw1", "identity.name", "", "sw1", 100.0)
    assert found["changes.running"][""].value == "9022"
    assert "identity.maker" not in found  # the inventory's
    assert all_status(rig.state) == {"sw1": Status("sw1", 100.0, reachable=True, since=100.0)}
    assert tokens.all_tokens(rig.state)["sw1"].said == '["ticks", 7, 9022]'
    assert asked.times(rig.state, "status") == {"sw1": 100.0}
    assert asked.vendors(rig.state) == {"sw1": "cisco-ios"}
    [one, _] = samples.page(rig.series)
    assert (one.device, one.at, one.rtt) == ("sw1", 100, 0)


def test_what_is_said_again_is_not_written_again_but_is_fresh(rig):
    rig.say("status", 100.0)
    before = rig.written()
    rig.values["sw1"][UPTIME] += 6000
    rig.say("status", 160.0)
    assert rig.written() == before
    assert latest(rig.state, "sw1")["identity.name"][""].at == 160.0
    assert latest(rig.state, "sw1")["identity.uptime"][""].at == 100.0  # it is as old as what it says
    assert all_status(rig.state)["sw1"].at == 160.0
    assert tokens.all_tokens(rig.state)["sw1"].at == 100.0
    rig.values["sw1"][CHANGED] = 9999
    rig.say("status", 220.0)
    moved = {key[1] for key, at in rig.written().items() if at != before[key]}
    assert moved == {"changes.running", "identity.uptime"}
    assert tokens.all_tokens(rig.state)["sw1"].said == '["ticks", 7, 9999]'
    assert [one.value for one in past(rig.state, "sw1", "changes.running")] == ["9022", "9999"]


def test_after_a_restart_only_what_changed_meanwhile_is_written(rig):
    rig.say("status", 100.0)
    before = rig.written()
    rig.start()
    rig.say("status", 160.0)
    assert rig.written() == before
    assert rig.keep.count == 6


def test_each_schedule_forgets_its_own_and_nothing_else(rig):
    for every in ("status", "radio", "inventory"):
        rig.say(every, 100.0, "sw1", "sw2")
    del rig.values["sw1"][*VLAN_NAME, 1, 20]
    rig.values["sw1"][*VLAN_NAME, 1, 30] = b"guest"
    for every in ("status", "radio"):
        rig.say(every, 200.0, "sw1", "sw2")
    assert set(latest(rig.state, "sw1")["vlans.name"]) == {"10", "20"}
    rig.say("inventory", 200.0, "sw1", "sw2")
    found = latest(rig.state, "sw1")
    assert set(found["vlans.name"]) == {"10", "30"}
    assert set(latest(rig.state, "sw2")["vlans.name"]) == {"10", "20"}
    assert found["interfaces.oper"]["2"].value == "up"
    assert found["identity.name"][""].value == "sw1"
    assert found["identity.maker"][""].value == "Cisco"
    assert "interfaces.in_octets" not in found


def test_of_a_table_only_the_rows_that_changed_are_written(rig):
    rig.say("radio", 100.0)
    rig.values["sw1"][*IF_TABLE, 8, 2] = 2
    rig.say("radio", 400.0)
    assert {key for key, at in rig.written().items() if at == 400.0} == {("sw1", "interfaces.oper", "2")}
    assert latest(rig.state, "sw1")["interfaces.oper"]["1"].at == 400.0


def test_who_is_silent_keeps_its_readings_and_says_when_it_was_asked(rig):
    rig.say("status", 100.0)
    for at in (160.0, 220.0):
        rig.keep.take(Seen("sw1", "status", at, 0, "cisco-ios", None, "no answer; look"))
        rig.keep.take(Seen("sw1", "radio", at, 0, "cisco-ios", None, "no answer; look"))
        rig.keep.flush()
    assert all_status(rig.state)["sw1"] == Status("sw1", 220.0, reachable=False, reason="no answer; look", since=160.0)
    assert latest(rig.state, "sw1")["identity.name"][""].at == 100.0
    rig.say("status", 280.0)
    assert all_status(rig.state)["sw1"] == Status("sw1", 280.0, reachable=True, since=280.0)


def test_the_uplinks_octets_become_traffic_and_are_known_after_a_restart(rig):
    rig.say("inventory", 50.0)
    rig.say("radio", 100.0)
    rig.start()
    rig.values["sw1"][UPTIME] += 30_000
    rig.values["sw1"][1, 3, 6, 1, 2, 1, 31, 1, 1, 1, 6, 1] += 300 * 125_000
    rig.say("radio", 400.0)
    [one, _] = samples.page(rig.series)
    assert (one.counted_at, one.rx_bps, one.tx_bps) == (400, 1_000_000, 0)


def test_a_locked_database_makes_rows_wait_and_loses_none(rig):
    rig.say("status", 100.0)
    with contextlib.closing(sqlite3.connect(rig.path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        rig.values["sw1"][CHANGED] = 9999
        rig.say("status", 160.0)
        assert rig.meters.waiting > 0
        assert "locked" in rig.meters.store_why
        assert all_status(rig.state)["sw1"].at == 100.0
        other.execute("ROLLBACK")
    rig.keep.flush()
    assert (rig.meters.waiting, rig.meters.dropped, rig.meters.store_why) == (0, 0, "")
    assert latest(rig.state, "sw1")["changes.running"][""] == Reading("sw1", "changes.running", "", "9999", 160.0)


def test_beyond_the_bound_the_oldest_is_dropped_and_all_is_written_anew(rig):
    rig.say("status", 100.0)
    rig.start(bound=4)
    with contextlib.closing(sqlite3.connect(rig.path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        rig.values["sw1"][CHANGED] = 9999
        rig.say("status", 160.0)
        rig.say("status", 220.0)
        rig.say("status", 280.0)
        assert rig.meters.dropped > 0
        assert rig.keep.behind
        other.execute("ROLLBACK")
    rig.keep.flush()
    assert latest(rig.state, "sw1")["identity.name"][""].value == "sw1"
    rig.start()
    rig.keep.forget("sw1")
    rig.say("status", 340.0)
    assert latest(rig.state, "sw1")["changes.running"][""].value == "9999"
    assert set(rig.written().values()) == {340.0}


def test_it_writes_while_it_runs_and_what_is_left_at_the_end(rig, monkeypatch):
    monkeypatch.setattr(keeping, "FLUSH", 0.01)

    async def work():
        running = asyncio.create_task(rig.keep.run())
        rig.keep.take(Seen("sw1", "status", 100.0, 5, "cisco-ios", Readings(Identity(name="sw1"))))
        for _ in range(500):
            await asyncio.sleep(0.01)
            if all_status(rig.state):
                break
        assert all_status(rig.state)["sw1"].reachable
        rig.keep.take(Seen("sw2", "status", 100.0, 5, "cisco-ios", Readings(Identity(name="sw2"))))
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)

    asyncio.run(work())
    assert set(all_status(rig.state)) == {"sw1", "sw2"}
    assert rig.meters.waiting == 0


def test_a_memory_tells_what_moved():
    memory = Memory()
    rows = [Reading("d", "vlans.name", str(n), f"v{n}", 1.0) for n in (1, 2, 3)]
    assert memory.moved("d", "inventory", rows).whole
    assert memory.moved("d", "inventory", list(reversed(rows))).rows == ()
    changed = [rows[0], replace(rows[1], value="x"), rows[2]]
    moved = memory.moved("d", "inventory", changed)
    assert (list(moved.rows), moved.whole) == ([changed[1]], False)
    renumbered = [rows[0], replace(changed[1], index="4"), rows[2]]
    moved = memory.moved("d", "inventory", renumbered)
    assert (list(moved.rows), moved.whole) == (renumbered, True)
    assert memory.moved("d", "status", rows).whole
    memory.forget("d")
    assert memory.moved("d", "status", rows).whole


def port(key="1", **said):
    return Interface(key, **({"description": "Gi1", "in_octets": 10, "out_octets": 20, "speed": 1000.0} | said))


UP = Identity(uptime=50.0, engine_boots=7)


@pytest.mark.parametrize(
    ("identity", "interface", "counted"),
    [
        (UP, port(in_errors=2, out_errors=3), Counters(5000, 10, 20, 5, 64, 1_000_000_000, 7)),
        (Identity(), port(), None),
        (UP, port(key="2"), None),
        (UP, port(in_octets=None), None),
        (UP, port(in_octets=None, in_octets32=1, out_octets32=2), Counters(5000, 1, 2, 0, 32, 1_000_000_000, 7)),
        (
            UP,
            port(in_octets=0, out_octets=0, in_octets32=1, out_octets32=2, speed=None),
            Counters(5000, 1, 2, 0, 32, 0, 7),
        ),
        (UP, port(in_octets=0, out_octets=0), Counters(5000, 0, 0, 0, 64, 1_000_000_000, 7)),
        (UP, port(in_octets=1 << 64), None),
        (Identity(uptime=50.0, engine_boots=-1), port(), None),
    ],
)
def test_counters_are_of_the_uplink_and_whole_or_none(identity, interface, counted):
    assert counters(Readings(identity, interfaces=(interface,)), "1") == counted


def test_the_first_uplink_that_is_there_counts():
    ports = [port("1"), port("2", description="Gi2"), port("3", description=None, name="Gi3")]
    assert uplink_of(ports, ["Gi9", "Gi3", "Gi2"]) == "3"
    assert uplink_of(ports, ["Gi9"]) == uplink_of([], ["Gi1"]) == uplink_of(ports, []) == ""


def test_the_busiest_channel_is_the_samples():
    radios = (Radio("1", utilisation=12.4), Radio("2", utilisation=71.6), Radio("3"))
    found = sample(Seen("ap1", "radio", 10.9, 5, "unifi", Readings(radios=radios)), "")
    assert (found.at, found.rtt, found.util, found.counters) == (10, None, 72, None)
    assert sample(Seen("ap1", "radio", 10.9, 5, "unifi", Readings()), "").util is None
