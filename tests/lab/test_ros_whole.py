"""Whole rendered configurations on emulated devices, pushed by the driver: taken as they are, shown back, no second change."""

import re
import time

import pytest
import ros_site
from roshouse import PASSWORD, USER, House, driver, litter, shown

from homeroom.errors import CommandRejected
from homeroom.lab import staging
from homeroom.lab.ros.device import RosDevice, Staged
from homeroom.lab.ros.hardware import Box

INTENTS = {"router": ros_site.router(), "ap": ros_site.ap()}
KINDS = list(INTENTS)


def revealed(intent):
    """The configuration with its secrets, as it goes out."""
    return re.sub(r"<<secret:(\w+)>>", r"\1-secret-1", ros_site.RENDERER.render(intent).text)


@pytest.fixture(scope="module")
def house():
    found = House()
    yield found
    found.close()


def staged(house, kind, number):
    """A device of a kind as it leaves staging, in the house."""
    intent, address = INTENTS[kind], f"127.0.10.{number}"
    model = ros_site.MODELS[intent.device.model]
    ports = (*model["uplinks"], *model.get("ports", ()), *model.get("radios", ()))
    box = Box(intent.device.name, address, kind, intent.device.model, ports)
    text = "".join(f"{line}\n" for line in staging.ros(intent))
    device = RosDevice(box, lambda: Staged(text, {USER: PASSWORD}), time.time, house.loop.call_later, minute=60)
    house.devices[address] = device
    return device


def pushed(house, device, text, change):
    """Push a text with our own driver; return the difference it found."""
    box = driver(house, device, change=change)
    box.open()
    try:
        found = box.candidate(text)
        if found:
            box.commit(5)
            box.confirm()
    finally:
        box.close()
    return found


@pytest.mark.parametrize("kind", KINDS)
def test_the_whole_configuration_goes_there_and_comes_back(house, kind):
    device, text = staged(house, kind, KINDS.index(kind) + 20), revealed(INTENTS[kind])
    first = pushed(house, device, text, "first")
    assert "/ip firewall filter\n" in first
    assert ros_site.PARSER.lines(shown(device)) == ros_site.PARSER.lines(text)
    assert ros_site.PARSER.access(shown(device)).by_name() == ros_site.PARSER.access(text).by_name()
    assert pushed(house, device, text, "second") == ""
    assert litter(device) == []


@pytest.mark.parametrize("kind", KINDS)
def test_snmp_follows(house, kind):
    device, intent = staged(house, kind, KINDS.index(kind) + 30), INTENTS[kind]
    pushed(house, device, revealed(intent), "c1")
    user = device.snmp_users()["homeroom"]
    assert (user.auth, user.auth_key) == ("SHA-256", "snmp_auth-secret-1")
    assert (user.priv, user.priv_key) == ("AES", "snmp_priv-secret-1")
    assert device.communities() == {}
    vlans = device.vlans()
    assert {vlans[segment.vlan] for segment in intent.segments if segment.routed} <= {
        one.role for one in intent.segments
    }
    assert set(vlans) == {segment.vlan for segment in intent.segments}
    assert set(device.ssids()) == {wlan.ssid for wlan in intent.wlans}
    shut = {port.name for port in intent.ports if port.mode == "unused"}
    assert {one.name for one in device.interfaces() if not one.admin_up} == shut


def test_a_change_of_one_rule_moves_one_rule(house):
    device, text = staged(house, "router", 40), revealed(INTENTS["router"])
    pushed(house, device, text, "c1")
    changed = text.replace(
        "chain=STUDENT-FWD dst-port=853 protocol=udp", "chain=STUDENT-FWD dst-port=854 protocol=udp", 1
    )
    found = pushed(house, device, changed, "c2")
    assert [line[0] for line in found.splitlines()] == ["/", "-", "+"]
    assert ros_site.PARSER.lines(shown(device)) == ros_site.PARSER.lines(changed)


def test_what_nobody_confirms_is_taken_back(house):
    device, text = staged(house, "ap", 41), revealed(INTENTS["ap"])
    before = ros_site.PARSER.lines(shown(device))
    box = driver(house, device, change="c1")
    box.open()
    box.candidate(text)
    box.commit(5)
    assert ros_site.PARSER.lines(shown(device)) == ros_site.PARSER.lines(text)
    box.revert()
    box.close()
    assert ros_site.PARSER.lines(shown(device)) == before


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("chain=STUDENT-FWD connection-state=established,related", "chain=STUDENT-FWD connection-states=established"),
        ("in-interface=student jump-target=STUDENT-FWD\n", "in-interface=nobody jump-target=STUDENT-FWD\n"),
        ("reject-with=tcp-reset", "reject-with=politely"),
        ("auth-types=", "auth-type="),
    ],
)
def test_words_that_routeros_does_not_know_are_refused_and_nothing_moves(house, right, wrong):
    device, text = staged(house, "router", 42), revealed(INTENTS["router"])
    before = ros_site.PARSER.lines(shown(device))
    if right not in text:
        text += "/interface dot1x server add auth-types=dot1x interface=ether4\n"
    with pytest.raises(CommandRejected):
        pushed(house, device, text.replace(right, wrong, 1), "c1")
    assert ros_site.PARSER.lines(shown(device)) == before
