"""A staged device, and whole pushes of it by the rollout's own state machine, over the API with TLS."""

import time
from contextlib import contextmanager
from dataclasses import replace

import pytest
from intents import INTENTS
from roshouse import PASSWORD, House, Pins, driver, litter, made, shown

from homeroom.lab import staging
from homeroom.lab.emulated import Emulated
from homeroom.lab.faults import Fault
from homeroom.platforms.ros.parser import RosParser
from homeroom.platforms.ros.redact import redact
from homeroom.project import Project
from homeroom.rollout.push import Desk, Push, Work
from homeroom.store.db import connect
from homeroom.store.journal import Journal

VLAN = "/interface vlan add interface=bridge name=staff vlan-id=20\n"


@pytest.mark.parametrize("kind", ["router", "switch"])
def test_staging(kind):
    ways = tuple(replace(way, interface="ether1") for way in INTENTS[kind].uplinks[:1])
    intent = replace(INTENTS[kind], trunks=("ether2", "ether3"), uplinks=ways)
    device = made(1, config="\n".join(staging.ros(intent)))
    seen: Emulated = device
    assert seen.hostname == intent.device.name
    assert seen.vlans()[intent.management.vlan] == "management"
    assert device.opens("netops", PASSWORD)
    assert f"interface={'ether1' if ways else 'management'}" in shown(device)


@pytest.fixture
def house():
    house = House()
    yield house
    house.close()


@pytest.fixture
def journal(tmp_path):
    engine = connect(Project(tmp_path))
    yield Journal(engine)
    engine.dispose()


def push(house, device, books, change, text):
    pin = Pins()
    journal, folder = books

    @contextmanager
    def enter():
        box = driver(house, device, change=change, pin=pin, conceal=redact)
        try:
            box.open()
            yield box
        finally:
            box.close()

    work = Work(device.name, redact(text), RosParser(), lambda _: text, redact)
    desk = Desk(change, journal, folder / "leases", 5, time.time, lambda seconds: time.sleep(min(seconds, 1) / 4))
    outcome = Push(desk, work, enter).run()
    return outcome, [event.state for event in journal.events(change)]


def test_a_push(house, journal, tmp_path):
    device = house.fresh(1)
    text = shown(device) + VLAN + '/radius add address=10.1.1.2 secret="radius-secret-1" service=wireless\n'
    outcome, states = push(house, device, (journal, tmp_path), "c1", text)
    assert (outcome.state, outcome.reason) == ("confirmed", "")
    assert outcome.diff == (
        "/interface vlan\n+add interface=bridge name=staff vlan-id=20\n"
        "/radius\n+add address=10.1.1.2 secret=<redacted> service=wireless\n"
    )
    assert "radius-secret-1" not in outcome.running
    assert "secret=radius-secret-1" in shown(device)
    assert states == ["leased", "committing", "unconfirmed", "confirming", "confirmed"]
    assert litter(device) == []
    again, _ = push(house, device, (journal, tmp_path), "c2", text)
    assert (again.state, again.reason) == ("skipped", "unchanged")


@pytest.mark.parametrize(
    ("fault", "state"),
    [
        (Fault("cut", "commit", late=True), "rolled_back"),
        (Fault("reboot", "commit"), "rolled_back"),
        (Fault("reboot", "confirm"), "rolled_back"),
        (Fault("cut", "load"), "skipped"),
        (Fault("full_flash"), "skipped"),
    ],
)
def test_a_push_that_goes_wrong(house, journal, tmp_path, fault, state):
    device = house.fresh(2)
    before = RosParser().lines(shown(device))
    device.faults.arm(fault)
    outcome, _ = push(house, device, (journal, tmp_path), "c1", shown(device) + VLAN)
    assert (outcome.state, outcome.trouble) == (state, True)
    assert RosParser().lines(shown(device)) == before
    assert outcome.reason
    assert litter(device) == []
