"""The emulated devices of all platforms are read by the same files as real ones."""

from __future__ import annotations

from collections import Counter

import pytest

from homeroom.lab import mib
from homeroom.snmp import message
from homeroom.snmp.ask.load import IDENTIFY, load
from homeroom.snmp.ask.read import gathered, read
from tests.snmp.box import BOOT, Box

CATALOGUE = load()


@pytest.mark.parametrize(
    ("platform", "kind", "model", "vendor", "says"),
    [
        ("ios", "switch", "C9200L-24P-4G", "cisco-ios", "C9200L-24P-4G"),
        ("ios", "wlc", "C9800-L-F-K9", "cisco-9800", "C9800-L-F-K9"),
        ("openwrt", "ap", "GL-B1300", "openwrt", "GL-B1300"),
        ("ros", "router", "RB5009UG+S+", "mikrotik", "RB5009UG+S+"),
        ("eos", "switch", "CCS-720XP-24ZY4", "arista", "CCS-720XP-24ZY4"),
        ("junos", "router", "SRX345", "juniper", "srx345"),
    ],
)
def test_an_emulated_device_is_who_it_is(platform, kind, model, vendor, says):
    box = Box(platform=platform, kind=kind, model=model)
    table = mib.table(box, b"\x80engine", Counter())
    whole = b"".join(table.binding(number, BOOT + 5000) for number in range(len(table)))
    bindings = [(name, value) for name, _, value in message.read_bindings(whole)]
    object_id, description = (dict(bindings)[name] for name in IDENTIFY)
    found = CATALOGUE.of(object_id, description.decode(), platform)
    readings = read(found, gathered(found, bindings))
    assert (found.name, readings.identity.model, readings.identity.name) == (vendor, says, box.hostname)
    assert readings.identity.serial
    assert readings.identity.software
    assert [one.description for one in readings.interfaces] == [port.name for port in box.ports]
    assert [one.alias for one in readings.interfaces] == [port.alias for port in box.ports]
    assert {one.id: one.name for one in readings.vlans} == dict(box.named)
    assert readings.refused == ()
