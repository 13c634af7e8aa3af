"""What an OpenWrt device boots with."""

import pytest
from intents import INTENTS
from uci_bench import bench, run

from homeroom.lab.uci.staging import staged
from homeroom.platforms.openwrt.parser import parse


@pytest.mark.parametrize("kind", ["ap", "router"])
def test_it_can_be_reached_and_read(kind):
    intent = INTENTS[kind]
    text = "".join(f"{line}\n" for line in staged(intent))
    parse(text)
    device, _ = bench(text, box=kind)
    assert device.hostname == intent.device.name
    assert device.vlans() == {intent.management.vlan: "management"}
    assert list(device.snmp_users()) == ["homeroom"]
    assert str(intent.management.v4) in run(device, "ip addr").out
    assert ("network.wan=interface" in run(device, "uci show network").out) == bool(intent.uplinks)
