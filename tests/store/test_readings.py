"""Readings and status in the store: the latest of everything, nothing half-saved."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from homeroom.errors import StoreError
from homeroom.reading import Reading, Status
from homeroom.store import asked
from homeroom.store.readings import all_status, latest, of_schedule, past, rows_where, save


@pytest.fixture
def store(engine):
    return engine


def up(device: str, at: float) -> Status:
    return Status(device, at, reachable=True)


def down(device: str, at: float, reason: str = "no answer") -> Status:
    return Status(device, at, reachable=False, reason=reason)


def test_what_is_saved_is_read_back(store):
    name = Reading("sw1", "identity.name", "", "sw1 «ñ»", 10.5)
    ports = [Reading("sw1", "interfaces.description", str(n), f"Gi{n}", 10.5) for n in (1, 2)]
    save(store, [name, *ports, Reading("sw2", "identity.name", "", "sw2", 10.5)], [up("sw1", 10.5), up("sw2", 10.5)])
    assert latest(store, "sw1") == {
        "identity.name": {"": name},
        "interfaces.description": {"1": ports[0], "2": ports[1]},
    }
    assert latest(store, "nobody") == {}
    assert all_status(store) == {
        "sw1": Status("sw1", 10.5, reachable=True, since=10.5),
        "sw2": Status("sw2", 10.5, reachable=True, since=10.5),
    }


def test_a_later_reading_replaces_an_earlier_one(store):
    for at, value in ((1.0, "old"), (2.0, "new")):
        save(store, [Reading("sw1", "identity.name", "", value, at)], [up("sw1", at)])
    assert latest(store, "sw1") == {"identity.name": {"": Reading("sw1", "identity.name", "", "new", 2.0)}}


def test_what_a_device_no_longer_has_is_forgotten(store):
    vlans = [Reading("sw1", "vlans.name", f"{n}", "x", 1.0) for n in (10, 20)]
    save(store, [*vlans, Reading("sw2", "vlans.name", "20", "x", 1.0)], [up("sw1", 1.0), up("sw2", 1.0)])
    save(store, [Reading("sw1", "vlans.name", "10", "x", 2.0)], [up("sw1", 2.0)])
    assert list(latest(store, "sw1")["vlans.name"]) == ["10"]
    assert list(latest(store, "sw2")["vlans.name"]) == ["20"]


def test_a_device_that_does_not_answer_keeps_its_readings(store):
    save(store, [Reading("sw1", "identity.name", "", "sw1", 1.0)], [up("sw1", 1.0)])
    save(store, [], [down("sw1", 2.0)])
    assert latest(store, "sw1")["identity.name"][""].at == 1.0
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
    readings = (Reading(f"d{n % 300}", "interfaces.description", str(n // 300), "x", 1.0) for n in range(30_000))
    save(store, readings, [up(f"d{n}", 1.0) for n in range(300)])
    assert len(latest(store, "d7")["interfaces.description"]) == 100
    assert len(all_status(store)) == 300


def test_a_failure_saves_nothing_and_says_so(store, said):
    with store.begin() as connection:
        connection.execute(sa.text("DROP TABLE status"))
    with pytest.raises(StoreError) as caught:
        save(store, [Reading("sw1", "identity.name", "", "sw1", 1.0)], [up("sw1", 1.0)])
    assert str(caught.value) == said(
        "readings cannot be saved: no such table: status; look at the disk, its free space, and state.db"
    )
    assert latest(store, "sw1") == {}
    with pytest.raises(StoreError) as caught:
        all_status(store)
    assert str(caught.value) == said("readings cannot be read: no such table: status; restore state.db")


def held(store, name):
    return [(one.value, one.since, one.until) for one in past(store, "sw1", name)]


def test_what_changes_is_kept_as_its_past_and_nothing_else(store):
    for at, value in enumerate(("a", "a", "b", "b", "a")):
        save(store, [Reading("sw1", "identity.name", "", value, float(at))], [up("sw1", float(at))])
    assert held(store, "identity.name") == [("a", 0.0, 2.0), ("b", 2.0, 4.0), ("a", 4.0, None)]
    assert past(store, "nobody") == ()


def test_what_a_device_no_longer_has_has_a_past(store):
    save(store, [Reading("sw1", "vlans.name", f"{n}", "x", 1.0) for n in (10, 20)], [up("sw1", 1.0)])
    save(store, [Reading("sw1", "vlans.name", "10", "x", 2.0)], [up("sw1", 2.0)])
    save(store, [Reading("sw1", "vlans.name", "20", "y", 3.0)], [up("sw1", 3.0)])
    assert [(one.index, *rest) for one, rest in zip(past(store, "sw1"), held(store, ""), strict=True)] == [
        ("10", "x", 1.0, 3.0),
        ("20", "x", 1.0, 2.0),
        ("20", "y", 3.0, None),
    ]


def test_what_is_another_at_each_poll_has_no_past(store):
    for at in (1.0, 2.0):
        told = [Reading("sw1", "identity.uptime", "", str(at), at), Reading("sw1", "own", "", str(at), at)]
        save(store, told, [up("sw1", at)])
    save(store, [], [up("sw1", 3.0)])
    assert {one.object for one in past(store, "sw1")} == {"own"}
    assert len(past(store, "sw1")) == 2


def test_only_readings_of_the_same_schedule_are_forgotten(store):
    save(store, [Reading("sw1", "identity.name", "", "sw1", 1.0)], [up("sw1", 1.0)], every="status")
    vlans = [Reading("sw1", "vlans.name", str(number), "x", 1.0) for number in (10, 20)]
    save(store, vlans, [], every="inventory", complete=[("sw1", 1.0)])
    save(store, vlans[:1], [up("sw1", 2.0)], every="inventory", complete=[])
    assert set(latest(store, "sw1")["vlans.name"]) == {"10", "20"}
    told = [Reading("sw1", "vlans.name", "10", "x", 3.0)]
    save(store, told, [], every="inventory", complete=[("sw1", 3.0)])
    assert latest(store, "sw1").keys() == {"identity.name", "vlans.name"}
    assert latest(store, "sw1")["vlans.name"] == {"10": told[0]}
    assert list(of_schedule(store, "inventory")) == [("sw1", "vlans.name", "10", "x")]
    assert rows_where(store, ["vlans.name"], ["x", "y"]) == [("sw1", "10", "x")]


def test_a_reading_is_as_fresh_as_the_last_answer_of_its_schedule(store):
    save(store, [Reading("sw1", "identity.name", "", "sw1", 1.0)], [up("sw1", 1.0)], every="status")
    save(store, [Reading("sw1", "vlans.name", "10", "x", 2.0)], [], every="inventory", complete=[])
    asked.save(store, [asked.Asked("sw1", "status", 60.0, 900, "cisco-ios")])
    assert latest(store, "sw1")["identity.name"][""].at == 60.0
    assert latest(store, "sw1")["vlans.name"]["10"].at == 2.0
    assert all_status(store)["sw1"] == Status("sw1", 60.0, reachable=True, since=1.0)
    save(store, [], [down("sw1", 50.0)])
    assert all_status(store)["sw1"].at == 50.0
