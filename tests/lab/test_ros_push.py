"""A staged device, and whole pushes of it by the rollout's own state machine, over the API with TLS."""

from dataclasses import replace

import pytest
from bringing import bring, entering, member
from intents import INTENTS
from roshouse import PASSWORD, House, Pins, driver, litter, made, shown

from homeroom.lab import staging
from homeroom.lab.emulated import Emulated
from homeroom.lab.faults import Fault
from homeroom.platforms.ros.parser import RosParser
from homeroom.platforms.ros.redact import redact
from homeroom.project import Project
from homeroom.rollout.work import Work
from homeroom.store.db import connect

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
def engine(tmp_path):
    engine = connect(Project(tmp_path))
    yield engine
    engine.dispose()


def push(house, device, engine, change, text):
    pin = Pins()
    work = Work(device.name, redact(text), RosParser(), lambda _: text, redact)
    enter = entering(lambda: driver(house, device, change=change, pin=pin, conceal=redact))
    return bring(engine, member(work), enter, change)


def test_a_push(house, engine):
    device = house.fresh(1)
    text = shown(device) + VLAN + '/radius add address=10.1.1.2 secret="radius-secret-1" service=wireless\n'
    done = push(house, device, engine, "c1", text)
    assert (done.end, done.row.detail) == (("confirmed", ""), "")
    assert RosParser().diff(*done.kept) == (
        "/interface vlan\n+add interface=bridge name=staff vlan-id=20\n"
        "/radius\n+add address=10.1.1.2 secret=<redacted> service=wireless\n"
    )
    assert "radius-secret-1" not in repr(done)
    assert "secret=radius-secret-1" in shown(device)
    assert done.states == ["leased", "committing", "unconfirmed", "confirming", "confirmed"]
    assert litter(device) == []
    again = push(house, device, engine, "c2", text)
    assert again.end == ("skipped", "unchanged")


@pytest.mark.parametrize(
    ("fault", "end"),
    [
        (Fault("reboot", "commit"), ("rolled_back", "")),
        (Fault("cut", "load"), ("rolled_back", "")),
        (Fault("full_flash"), ("skipped", "off")),
    ],
)
def test_a_push_that_goes_wrong(house, engine, fault, end):
    device = house.fresh(2)
    before = RosParser().lines(shown(device))
    device.faults.arm(fault)
    done = push(house, device, engine, "c1", shown(device) + VLAN)
    assert done.end == end, done.row.detail
    assert RosParser().lines(shown(device)) == before
    assert done.row.detail
    assert litter(device) == []


@pytest.mark.parametrize("fault", [Fault("cut", "commit", late=True), Fault("reboot", "confirm")])
def test_an_answer_that_is_lost_is_looked_for_on_the_device(house, engine, fault):
    device = house.fresh(2)
    text = shown(device) + VLAN
    device.faults.arm(fault)
    done = push(house, device, engine, "c1", text)
    assert (done.end, done.row.detail.partition(" (")[0]) == (("confirmed", ""), "the connection was lost")
    assert RosParser().lines(shown(device)) == RosParser().lines(text)
    assert litter(device) == []
