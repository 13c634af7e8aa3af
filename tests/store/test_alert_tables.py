"""Alerts and totals on both databases."""

import dataclasses

from homeroom.store import alerts, asked, availability, samples, subjects, totals
from homeroom.store.alerts import Alert, Notice
from homeroom.store.asked import Asked
from homeroom.store.reachable import Judged
from homeroom.store.samples import Sample
from homeroom.store.subjects import Subject

NOW = 1_800_000_000


def alert(key, severity="warning", opened=NOW):
    return Alert(key, severity, "A", "s1", "title", "body", float(opened))


def test_one_is_open_a_key_and_a_closed_one_may_come_again(engine):
    alerts.change(engine, [alert("fault:x"), alert("drift:y", "critical")], (), (), NOW)
    alerts.change(engine, [alert("fault:x", opened=NOW + 5)], (), (), NOW + 5)
    held = alerts.lasting(engine)
    assert [(one.key, one.opened) for one in held] == [("drift:y", NOW), ("fault:x", NOW)]
    alerts.change(engine, (), [dataclasses.replace(held[1], severity="info", title="new")], [held[0].id], NOW + 9)
    (left,) = alerts.lasting(engine)
    assert (left.key, left.severity, left.title) == ("fault:x", "info", "new")
    alerts.change(engine, [alert("drift:y", opened=NOW + 20)], (), (), NOW + 20)
    assert alerts.often(engine, NOW - 1) == {"fault:x": 1, "drift:y": 2}
    assert alerts.often(engine, NOW + 10) == {"drift:y": 1}
    assert [(one.key, one.closed) for one in alerts.past(engine, NOW)] == [("drift:y", NOW + 9)]


def test_what_each_receiver_was_told_is_kept_with_the_alert(engine):
    alerts.change(engine, [alert("a:1"), alert("a:2")], (), (), NOW)
    first, second = (one.id for one in alerts.lasting(engine))
    alerts.tell(engine, [Notice(first, "noc", "opened", "warning", NOW + 1.0)])
    alerts.tell(
        engine, [Notice(first, "noc", "again", "warning", NOW + 7.0), Notice(first, "b", "opened", "info", NOW + 7.0)]
    )
    said = {one.alert.id: one for one in alerts.unsettled(engine, NOW)}
    assert {name: one.what for name, one in said[first].notices.items()} == {"noc": "again", "b": "opened"}
    assert said[first].alert.told == NOW + 7
    assert said[second].notices == {}
    assert said[second].alert.told is None
    alerts.change(engine, (), (), [first], NOW + 10)
    assert {one.alert.id for one in alerts.unsettled(engine, NOW + 9)} == {first, second}
    assert {one.alert.id for one in alerts.unsettled(engine, NOW + 10)} == {second}
    alerts.retire(engine, NOW + 11)
    assert not alerts.past(engine, 0)
    assert [one.id for one in alerts.lasting(engine)] == [second]


def test_totals_are_counted_by_region_and_state(engine, series):
    known = [Subject("device", f"d{n}", f"s{n}", "A" if n < 3 else "B") for n in range(5)]
    subjects.sync(series, [*known, Subject("school", "k", "s1", "A", 10.0)])
    states = {"d0": Judged("down"), "d1": Judged("unknown", "d0"), "d2": Judged("unknown"), "d3": Judged("up")}
    availability.record(series, {"device": states, "school": {"k": Judged("up")}}, [], NOW)
    assert totals.states(series, "device") == {"d0": "down", "d1": "unknown", "d2": "unknown", "d3": "up"}
    assert totals.state_counts(series, "device") == {("A", "down"): 1, ("A", "unknown"): 2, ("B", "up"): 1}
    assert totals.unexplained(series) == {"A": (1, 3), "B": (0, 1)}
    assert totals.places(series, ["d4", "nobody"]) == {"d4": ("s4", "B")}
    samples.save(
        series,
        [
            Sample("d0", NOW, 1, clients=4, util=80),
            Sample("d1", NOW, 1, clients=6, util=40),
            Sample("d3", NOW - 900, 1, clients=9),
            Sample("d4", NOW, 1),
        ],
    )
    (air,) = totals.air(series, NOW - 60, 80)
    assert (air.region, air.told, air.clients, air.util, air.busy) == ("A", 2, 10, 60.0, 1)
    assert len(totals.air(series, NOW - 1000, 80)) == 2
    asked.save(engine, [Asked("d0", "status", NOW, 1, "x"), Asked("d1", "status", NOW - 500, 1, "x")])
    found = totals.answers(engine, {"status": NOW - 180.0, "radio": NOW - 900.0})
    assert (found["status"].devices, found["status"].fresh, found["status"].newest) == (2, 1, NOW)
    assert (found["radio"].devices, found["radio"].fresh, found["radio"].newest) == (0, 0, None)
    assert totals.change_counts(engine) == {}


def test_a_busy_hour_is_found_when_it_is_rolled_up(series):
    from homeroom.store import rollup

    subjects.sync(series, [Subject("device", "d0", "s0", "A"), Subject("device", "d1", "s0", "A")])
    assert totals.last_hour(series) == 0
    start = NOW // 3600 * 3600 - 3600
    for at in range(start, start + 3600, 300):
        samples.save(series, [Sample("d0", at, 1, clients=9, util=85), Sample("d1", at, 1, clients=9, util=79)])
    rollup.roll(series, start + 3 * 3600)
    assert totals.last_hour(series) >= start
    assert [(one.device, one.util, one.clients) for one in totals.busy(series, start, 80)] == [("d0", 85, 9)]
    assert not totals.busy(series, start - 3600, 80)
