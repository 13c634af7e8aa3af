"""Readings and status in the store: the latest of everything, nothing half-saved."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from homeroom.errors import StoreError
from homeroom.project import Project
from homeroom.reading import Reading, Status
from homeroom.store.db import connect
from homeroom.store.readings import all_status, latest, save


@pytest.fixture
def store(tmp_path):
    (tmp_path / "nornir_config.yaml").touch()
    engine = connect(Project(tmp_path))
    yield engine
    engine.dispose()


def up(device: str, at: float) -> Status:
    return Status(device, at, reachable=True)


def down(device: str, at: float, reason: str = "no answer") -> Status:
    return Status(device, at, reachable=False, reason=reason)


def test_what_is_saved_is_read_back(store):
    name = Reading("sw1", "sysName", "", "sw1 «ñ»", 10.5)
    ports = [Reading("sw1", "ifDescr", str(n), f"Gi{n}", 10.5) for n in (1, 2)]
    save(store, [name, *ports, Reading("sw2", "sysName", "", "sw2", 10.5)], [up("sw1", 10.5), up("sw2", 10.5)])
    assert latest(store, "sw1") == {"sysName": {"": name}, "ifDescr": {"1": ports[0], "2": ports[1]}}
    assert latest(store, "nobody") == {}
    assert all_status(store) == {
        "sw1": Status("sw1", 10.5, reachable=True, since=10.5),
        "sw2": Status("sw2", 10.5, reachable=True, since=10.5),
    }


def test_a_later_reading_replaces_an_earlier_one(store):
    for at, value in ((1.0, "old"), (2.0, "new")):
        save(store, [Reading("sw1", "sysName", "", value, at)], [up("sw1", at)])
    assert latest(store, "sw1") == {"sysName": {"": Reading("sw1", "sysName", "", "new", 2.0)}}


def test_what_a_device_no_longer_has_is_forgotten(store):
    vlans = [Reading("sw1", "vtpVlanName", f"1.{n}", "x", 1.0) for n in (10, 20)]
    save(store, [*vlans, Reading("sw2", "vtpVlanName", "1.20", "x", 1.0)], [up("sw1", 1.0), up("sw2", 1.0)])
    save(store, [Reading("sw1", "vtpVlanName", "1.10", "x", 2.0)], [up("sw1", 2.0)])
    assert list(latest(store, "sw1")["vtpVlanName"]) == ["1.10"]
    assert list(latest(store, "sw2")["vtpVlanName"]) == ["1.20"]


def test_a_device_that_does_not_answer_keeps_its_readings(store):
    save(store, [Reading("sw1", "sysName", "", "sw1", 1.0)], [up("sw1", 1.0)])
    save(store, [], [down("sw1", 2.0)])
    assert latest(store, "sw1")["sysName"][""].at == 1.0
    assert all_status(store)["sw1"] == Status("sw1", 2.0, reachable=False, reason="no answer", since=2.0)


def test_since_is_when_it_last_changed(store):
    history = [up("a", 1), up("a", 2), down("a", 3), down("a", 4, "other"), up("a", 5), up("a", 6)]
    seen = []
    for status in history:
        save(store, [], [status])
        seen.append(all_status(store)["a"].since)
    assert seen == [1, 1, 3, 3, 5, 5]
    assert all_status(store)["a"].reason == ""


def test_saving_nothing_is_nothing(store):
    save(store, [], [])
    assert all_status(store) == {}


def test_many_are_saved_at_once(store):
    readings = (Reading(f"d{n % 300}", "ifDescr", str(n // 300), "x", 1.0) for n in range(30_000))
    save(store, readings, [up(f"d{n}", 1.0) for n in range(300)])
    assert len(latest(store, "d7")["ifDescr"]) == 100
    assert len(all_status(store)) == 300


def test_a_failure_saves_nothing_and_says_so(store):
    with store.begin() as connection:
        connection.execute(sa.text("DROP TABLE status"))
    with pytest.raises(StoreError) as caught:
        save(store, [Reading("sw1", "sysName", "", "sw1", 1.0)], [up("sw1", 1.0)])
    assert str(caught.value) == (
        "readings cannot be saved: no such table: status; look at the disk, its free space, and state.db"
    )
    assert latest(store, "sw1") == {}
    with pytest.raises(StoreError) as caught:
        all_status(store)
    assert str(caught.value) == "readings cannot be read: no such table: status; restore state.db"
