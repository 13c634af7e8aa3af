"""A staged device, and a whole push of it by the rollout's own state machine, over real HTTPS."""

import time
from dataclasses import replace

import pytest
from bringing import bring, entering, member
from eoslab import PASSWORD, PORTS, House, Timers, config, login
from intents import INTENTS

from homeroom.lab import staging
from homeroom.lab.emulated import Emulated, SnmpUser
from homeroom.lab.eos import auth
from homeroom.lab.eos.device import EosDevice, Staged
from homeroom.lab.eos.hardware import Box
from homeroom.lab.faults import Fault
from homeroom.platforms.eos.driver import GuardedEOS
from homeroom.platforms.eos.parser import EosParser
from homeroom.platforms.eos.redact import redact
from homeroom.project import Project
from homeroom.rollout.work import Work
from homeroom.store.db import connect


def renamed(name):
    """Give an intent's interfaces the names they have on this platform."""
    names = {"trunks": ("Ethernet1", "Ethernet2")}
    uplinks = tuple(
        replace(uplink, interface=f"Ethernet{number}") for number, uplink in enumerate(INTENTS[name].uplinks, 7)
    )
    return replace(INTENTS[name], uplinks=uplinks, **names)


@pytest.mark.parametrize("kind", ["router", "switch"])
def test_staging(kind):
    intent = renamed(kind)
    box = Box(intent.device.name, "127.0.11.1", "eos", kind, "CCS-720XP-24ZY4", PORTS)
    keys = SnmpUser("SHA-256", "auth-phrase", "AES", "priv-phrase")
    lines = "\n".join(staging.eos(intent, auth.sha512_crypt(PASSWORD, "salted"), "homeroom", keys))
    device = EosDevice(box, lambda: Staged(lines), time.time, Timers(), booted=1000.0)
    seen: Emulated = device
    assert device.read(lines)[1] == ()
    assert (seen.hostname, seen.boot) == (intent.device.name, 1000.0)
    assert auth.opens(device.tree, intent.management.user, PASSWORD)
    assert seen.snmp_users() == {"homeroom": keys}
    assert "phrase" not in device.running
    assert f"interface Vlan{intent.management.vlan}" in device.running
    assert ("   no switchport" in device.running) == (kind == "router")


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


def push(house, device, engine, change, *more):
    """Push what the device would show with some lines more."""
    tree = house.do(device.read, config(device.name, *more))[0]
    text = house.do(device.print, tree, "running-config")
    work = Work(device.name, redact(text), EosParser(), lambda _: text, redact)
    enter = entering(lambda: GuardedEOS(login(house, device, change), timeout=20))
    return bring(engine, member(work), enter, change, wait=lambda _: house.expire())


def test_a_push(house, engine):
    device = house.fresh(1)
    done = push(house, device, engine, "c1", "vlan 20", "   name staff")
    assert (done.end, EosParser().diff(*done.kept)) == (("confirmed", ""), "+vlan 20\n +name staff\n")
    assert done.states == ["leased", "committing", "unconfirmed", "confirming", "confirmed"]
    assert (device.vlans()[20], device.sessions.waiting, list(device.flash.files)) == ("staff", None, [])
    again = push(house, device, engine, "c2", "vlan 20", "   name staff")
    assert again.end == ("skipped", "unchanged")


@pytest.mark.parametrize(
    ("fault", "end"),
    [
        (Fault("cut", "commit", late=True), ("rolled_back", "")),
        (Fault("reboot", "confirm"), ("rolled_back", "")),
        (Fault("full_flash"), ("skipped", "ill")),
        (Fault("cut", "load"), ("rolled_back", "")),
    ],
)
def test_a_push_that_goes_wrong(house, engine, fault, end):
    device = house.fresh(2)
    before = device.running
    device.faults.arm(fault)
    done = push(house, device, engine, "c1", "vlan 20", "   name staff")
    assert done.end == end, done.row.detail
    assert device.running == before
    assert done.row.detail
