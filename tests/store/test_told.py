"""What devices say of their neighbours, read by name, and as fresh as their last answer."""

from homeroom.reading import Reading, Status
from homeroom.store import asked, told
from homeroom.store.asked import Asked
from homeroom.store.readings import save
from homeroom.store.told import Told

NAMES = ("interfaces.description", "interfaces.name")


def port(device, index, name, short, oper):
    at = 100.0
    return [
        Reading(device, "interfaces.description", index, name, at),
        Reading(device, "interfaces.name", index, short, at),
        Reading(device, "interfaces.oper", index, oper, at),
    ]


def test_a_row_is_found_by_any_of_its_names(engine):
    rows = [*port("sw1", "1", "GigabitEthernet1/0/1", "Gi1/0/1", "up"), *port("sw1", "2", "Ge2", "Ge2", "down")]
    save(engine, [*rows, *port("sw2", "1", "a", "b", "up")], [Status("sw1", 100.0, True)])
    found = told.by_name(engine, ["sw1", "none"], NAMES, "interfaces.oper")
    assert found == {
        "sw1": {"GigabitEthernet1/0/1": Told("up", 100.0), "Gi1/0/1": Told("up", 100.0), "Ge2": Told("down", 100.0)}
    }
    assert told.by_name(engine, [], NAMES, "interfaces.oper") == {}


def test_a_value_that_does_not_change_is_as_fresh_as_the_last_answer(engine):
    save(engine, port("sw1", "1", "ge1", "ge1", "down"), [Status("sw1", 100.0, True)], every="radio")
    asked.save(engine, [Asked("sw1", "radio", 400.0, 900, "any"), Asked("sw1", "status", 460.0, 900, "any")])
    assert told.by_name(engine, ["sw1"], NAMES, "interfaces.oper") == {"sw1": {"ge1": Told("down", 400.0)}}


def test_a_row_without_the_value_says_nothing(engine):
    save(engine, port("sw1", "1", "ge1", "ge1", "up")[:2], [Status("sw1", 100.0, True)])
    assert told.by_name(engine, ["sw1"], NAMES, "interfaces.oper") == {}
