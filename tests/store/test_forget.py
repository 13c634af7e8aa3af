"""What slow readings held long ago is forgotten; what they hold, and held lately, stays."""

from homeroom.reading import Reading, Status
from homeroom.store import forget
from homeroom.store.readings import latest, past, save


def told(engine, device, value, at):
    save(engine, [Reading(device, "identity.software", "", value, at)], [Status(device, at, reachable=True)])


def test_only_the_old_past_goes(engine):
    for at, value in ((10.0, "1"), (20.0, "2"), (30.0, "3"), (40.0, "4")):
        told(engine, "sw1", value, at)
    told(engine, "sw2", "1", 5.0)
    assert forget.readings(engine, 30.0) == 1
    assert [(one.value, one.until) for one in past(engine, "sw1")] == [("2", 30.0), ("3", 40.0), ("4", None)]
    assert latest(engine, "sw2")["identity.software"][""].value == "1"
    assert forget.readings(engine, 30.0) == 0


def test_more_than_one_transaction_holds(engine, monkeypatch):
    monkeypatch.setattr(forget, "_STEP", 7)
    for n in range(40):
        told(engine, "sw1", str(n), float(n))
    assert forget.readings(engine, 31.0) == 30
    assert [one.value for one in past(engine, "sw1")] == [str(n) for n in range(30, 40)]


def test_one_that_came_late_is_forgotten_with_those_after_it(engine, monkeypatch):
    monkeypatch.setattr(forget, "_STEP", 1)
    for at in (50.0, 60.0):
        told(engine, "fresh", str(at), at)
    for at in (10.0, 20.0, 30.0):  # written later: they waited while the database was away
        told(engine, "late", str(at), at)
    assert forget.readings(engine, 40.0) == 0
    assert forget.readings(engine, 70.0) == 3
