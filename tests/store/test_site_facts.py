"""Facts of many sites at once: each a query for all of them."""

import pytest
import sqlalchemy as sa

from homeroom.reading import Reading, Status
from homeroom.store import availability, readings, rollup, samples, site_facts, speeds, subjects
from homeroom.store.journal import Journal
from homeroom.store.observed_tables import asked
from homeroom.store.reachable import Judged
from homeroom.store.samples import Sample
from homeroom.store.site_facts import Clients
from homeroom.store.speeds import Measured
from homeroom.store.subjects import Subject

T = 1_790_000_000 // 3600 * 3600


@pytest.fixture
def nation(series):
    devices = [Subject("device", name, site, "R1") for name, site in (("a1", "s1"), ("a2", "s1"), ("b1", "s2"))]
    schools = [Subject("school", name, site, "R1", 100.0) for name, site in (("one", "s1"), ("two", "s1"))]
    subjects.sync(series, [*devices, *schools])
    return series


def test_what_devices_said_is_dated_by_when_they_were_last_asked(engine):
    rows = [Reading(name, "identity.model", "", "X", 5.0) for name in ("a1", "b1", "c1")]
    rows.append(Reading("a1", "identity.name", "", "a1", 5.0))
    readings.save(engine, rows, [Status("a1", 5.0, reachable=True)])
    with engine.begin() as connection:
        connection.execute(sa.text("UPDATE reading SET every = 'inventory'"))
        row = {"device": "a1", "every": "inventory", "at": 9.0, "rtt": 1, "vendor": ""}
        connection.execute(sa.insert(asked), [row, {**row, "every": "status", "at": 11.0}])
    found = site_facts.said(engine, ["a1", "b1", "nobody"], ("identity.model",))
    assert {name: list(one) for name, one in found.items()} == {"a1": ["identity.model"], "b1": ["identity.model"]}
    assert found["a1"]["identity.model"] == [("", "X", 5.0, 9.0)]
    assert found["b1"]["identity.model"] == [("", "X", 5.0, 5.0)]


def test_the_journal_says_which_devices_took_a_configuration(engine):
    journal = Journal(engine)
    for at, device, state in ((1.0, "a1", "leased"), (2.0, "a1", "confirmed"), (3.0, "b1", "rolled_back")):
        journal.append("c1", device, state, at)
    journal.append("c2", "a1", "confirmed", 9.0)
    assert site_facts.confirmed(engine) == {"a1": 2.0}


def test_down_is_what_was_judged_of_late(nation):
    assert site_facts.down(nation, T) == {}
    judged = {"a1": Judged("down"), "a2": Judged("unknown", "a1"), "b1": Judged("up")}
    availability.record(nation, {"device": judged, "school": {"one": Judged("down")}}, (), T)
    assert site_facts.down(nation, T + 60) == {"a1": float(T)}
    assert site_facts.down(nation, T + 999) == {}, "an old word is no word"


def test_clients_are_found_raw_and_rolled_up_alike(nation):
    told = {T: {"a1": 4, "a2": 0, "b1": 0}, T + 600: {"a1": 9, "b1": 0}, T + 4000: {"a2": 7}, T - 60: {"b1": 30}}
    samples.save(nation, [Sample(name, at, clients=n) for at, row in told.items() for name, n in row.items()])
    samples.save(nation, [Sample("b1", T + 5000, rtt=10)])
    raw = site_facts.clients(nation, [(T, T + 9000)])
    assert raw == {"s1": Clients(2, 9, float(T + 4000)), "s2": Clients(0, 0, 0.0)}
    rollup.roll(nation, T + 2 * 3600 + 120)
    rolled = site_facts.clients(nation, [(T, T + 9000)])
    assert {site: (one.devices, one.most) for site, one in rolled.items()} == {"s1": (2, 9), "s2": (0, 0)}
    assert rolled["s1"].at == T + 3600, "of a roll-up the hour is known"
    samples.save(nation, [Sample("b1", T + 2 * 3600 + 60, clients=3)])
    mixed = site_facts.clients(nation, [(T, T + 600), (T + 3600, T + 9000)])
    assert mixed == {"s1": Clients(2, 9, float(T + 3600)), "s2": Clients(1, 3, float(T + 7260))}
    assert site_facts.clients(nation, []) == {}
    assert site_facts.clients(nation, [(T + 90_000, T + 99_000)]) == {}, "who was not asked said nothing"


def test_the_newest_measurements_of_a_line(nation):
    tests = [Measured("one", T + n, source, 90.0 + n, 5.0) for n in range(3) for source in ("app", "probe")]
    speeds.save(nation, tests)
    assert site_facts.measured(nation, T, T + 60) == {"one": (T + 2, "app")}
    assert site_facts.measured(nation, T + 10, T + 60) == {}
    found = site_facts.tests(nation, ["one", "two"], T, T + 60, 3)
    assert [(one.at, one.source) for one in found] == [(T + 2, "app"), (T + 2, "probe"), (T + 1, "app")]
    assert site_facts.tests(nation, ["two"], T, T + 60, 3) == ()
