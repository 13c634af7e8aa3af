"""The whole rendered configuration of every kind, through our driver, onto a device as it leaves staging."""

import time
from types import SimpleNamespace

import pytest
from intents import CONTROLLER, INTENTS
from ios_house import TRANSPORTS, House, Pins, entering

from homeroom.catalogue import load_platforms
from homeroom.lab import staging
from homeroom.lab.ios.device import IosDevice, Staged
from homeroom.lab.ios.hardware import Box
from homeroom.platforms.ios.parser import IosParser
from homeroom.platforms.ios.redact import redact
from homeroom.platforms.render import Renderer
from homeroom.project import shipped
from homeroom.rollout.work import Work, compare
from homeroom.secret import Vault

RENDERER = Renderer(load_platforms([shipped() / "templates"]))
PARSER = IosParser()
VAULT = Vault(
    {
        "device_password": "correct-horse-1",
        "snmp_auth": "battery-staple-2",
        "snmp_priv": "tr0ub4dor-and-3",
        "radius": "Xk2-plum.river_4",
        "ntp": "ntp-sixteen-char",
    }
)
DEVICES = {kind: INTENTS[kind] for kind in ("router", "switch")} | {"wlc": CONTROLLER}


@pytest.fixture(scope="module")
def house():
    house = House()
    yield house
    house.close()


def staged(intent):
    return Staged(VAULT.reveal("".join(f"{line}\n" for line in staging.ios(intent))))


def made(intent, address="127.0.11.60", later=None):
    """The device of an intent, in its crate's state but for staging."""
    ports = dict.fromkeys(
        (*(uplink.interface for uplink in intent.uplinks), *intent.trunks, *(port.name for port in intent.ports))
    )
    device = intent.device
    box = Box(device.name, address, "ios", device.kind, device.model, tuple(ports))
    later = later or (lambda _delay, _call: SimpleNamespace(cancel=lambda: None))
    return IosDevice(box, lambda: staged(intent), time.time, later)


def conceal(text):
    return redact(VAULT.conceal(text))


def work(intent):
    return Work(intent.device.name, RENDERER.render(intent).text, PARSER, VAULT.reveal, conceal)


@pytest.mark.parametrize("transport", TRANSPORTS)
@pytest.mark.parametrize("kind", DEVICES)
def test_what_is_pushed_runs_and_a_second_push_has_nothing_to_do(house, kind, transport):
    intent = DEVICES[kind]
    device = made(intent, later=house.loop.call_later)
    house.devices[device.address] = device
    enter = entering(house, device, transport)
    options = {"user": intent.management.user, "password": "correct-horse-1", "pin": Pins(), "conceal": conceal}
    with enter(**options) as box:
        assert compare(work(intent), box).diff
        box.commit(0)
    with enter(**options) as box:
        again = compare(work(intent), box)
    assert again.diff == ""
    rendered = work(intent).text
    assert PARSER.lines(again.running) == PARSER.lines(rendered)
    assert numbers(again.running) == numbers(rendered)
    assert "Xk2-plum.river_4" not in again.running
    assert device.hostname == intent.device.name


def numbers(text):
    """What is read of a text in whatever order its sections stand."""
    access = PARSER.access(text)
    return (
        access.by_name(),
        set(access.applied),
        {(group.name, group.family): group for group in access.groups},
        access.windows,
        set(access.interfaces),
        set(access.bridged),
        set(access.ssids),
        set(access.routes),
        access.vlan_names,
        access.routes_between,
    )


def test_snmp_follows_the_configuration():
    router, wlc = made(DEVICES["router"]), made(DEVICES["wlc"])
    for device, intent in ((router, DEVICES["router"]), (wlc, DEVICES["wlc"])):
        assert device.vlans() == {1: "default", 99: "management"}
        loaded = device.merge(PARSER.wire(VAULT.reveal(RENDERER.render(intent).text)), "netops")
        assert loaded.rejected == ()
        assert device.vlans() == {1: "default", 999: "parking"} | {s.vlan: s.role for s in intent.segments}
        assert device.location == intent.management.location
    up = {interface.name: interface.oper_up for interface in router.interfaces()}
    assert up["GigabitEthernet0/0/1"]
    assert not up["GigabitEthernet0/1/3"]
    assert up["Vlan10"]
    assert not up["Vlan1"]
    assert router.ssids() == ()
    assert wlc.ssids() == tuple(wlan.ssid for wlan in CONTROLLER.wlans)


def test_only_a_controller_takes_the_commands_of_the_air():
    text = RENDERER.render(CONTROLLER).text
    refused = made(DEVICES["switch"]).merge(PARSER.wire(VAULT.reveal(text)), "netops").rejected
    assert {line.line.split()[0] for line in refused} >= {"wireless", "wlan", "ap", "aaa-override", "peer-blocking"}


def test_what_leaves_staging_is_taken_by_every_kind():
    for intent in DEVICES.values():
        device = made(intent)
        assert device.merge(staged(intent).config, "netops").rejected == ()
        assert device.tree.has("ip scp server enable")


def test_a_key_in_clear_text_never_settles():
    """Why the template prints type 7: the device hides what it is given, so a key in clear text always differs."""
    device = made(DEVICES["switch"])
    text = "service password-encryption\nradius server X\n key plain-words\n"
    assert device.merge(text, "netops").hashed
    shown = next(line for line in device.running.splitlines() if line.startswith(" key "))
    assert shown.startswith(" key 7 ")
    assert "plain-words" not in device.running
