"""The config-changed objects of each platform's emulated device, read as the vendors' files say."""

import sys
import time
from collections import Counter
from pathlib import Path

import pytest

sys.path += [str(Path(__file__).parents[1] / name) for name in ("audit", "platforms")]
import fleet

from homeroom.lab import hands, mib
from homeroom.lab.uci.streams import Io, Source
from homeroom.observe.drift import word
from homeroom.snmp import message
from homeroom.snmp.ask.load import load
from homeroom.snmp.ask.read import gathered, read

EDITS = {
    "ios": ["ip route 10.99.0.0 255.255.0.0 Null0"],
    "eos": ["ip route 10.99.0.0/16 10.0.0.1"],
    "junos": ["set routing-options static route 10.99.0.0/16 discard"],
    "openwrt": ["uci set network.stray=route", "uci set network.stray.target=10.99.0.0/16", "uci commit"],
}
KINDS = {"ios": "switch", "eos": "switch", "junos": "router", "openwrt": "ap"}
TELLING = tuple(EDITS)


@pytest.fixture(scope="module")
def catalogue():
    return load()


def asked(catalogue, device, now=None):
    """What the device answers to a status, as drift takes it."""
    table = mib.table(device, b"\x80engine", Counter())
    now = time.time() if now is None else now

    def get(*names):
        whole = b"".join(table.get(name, now) for name in names)
        return {name: value for name, _, value in message.read_bindings(whole)}

    identity = get((1, 3, 6, 1, 2, 1, 1, 2, 0), (1, 3, 6, 1, 2, 1, 1, 1, 0))
    object_id, description = identity.values()
    vendor = catalogue.of(object_id, description.decode(), device.platform)
    return word(read(vendor, gathered(vendor, get(*vendor.asks["status"].singles).items())), now)


@pytest.mark.parametrize("platform", TELLING)
def test_a_hand_edit_moves_the_token_and_nothing_else_does(catalogue, platform):
    device = fleet.device(platform, KINDS[platform])
    before = asked(catalogue, device)
    assert before.token
    assert asked(catalogue, device, time.time() + 3600).token == before.token
    time.sleep(0.02)  # their clock counts hundredths of a second
    hands.edit(device, EDITS[platform])
    after = asked(catalogue, device)
    assert after.token != before.token
    assert after.who == {"ios": "technician", "junos": "technician"}.get(platform, "")


@pytest.mark.parametrize("platform", ["ios", "eos", "junos"])
def test_a_reboot_moves_what_counts_from_the_boot(catalogue, platform):
    device = fleet.device(platform, KINDS[platform])
    device.boot = device.running_changed = time.time() - 60
    before = asked(catalogue, device)
    device.reboot()
    assert asked(catalogue, device, device.boot + 1).token != before.token


def test_a_reboot_does_not_move_a_checksum(catalogue):
    device = fleet.device("openwrt", "ap")
    before = asked(catalogue, device)
    device.reboot()
    assert asked(catalogue, device).token == before.token


def test_the_same_device_made_anew_says_the_same(catalogue):
    """A lab forgets devices that nobody entered."""
    for platform in TELLING:
        first, second = fleet.device(platform, KINDS[platform]), fleet.device(platform, KINDS[platform])
        second.boot = first.boot
        if platform != "openwrt":
            second.running_changed = first.running_changed
        time.sleep(0.01)
        assert asked(catalogue, first, first.boot + 9).token == asked(catalogue, second, first.boot + 9).token


def test_the_checksum_is_what_its_own_shell_prints():
    device = fleet.device("openwrt", "ap")
    said = []
    device.run("cat /etc/config/* | sha256sum", Io(Source(), said.append, said.append))
    assert "".join(said).strip() == device.edition.checksum


def test_a_change_that_no_service_has_taken_over_yet_shows(catalogue):
    device = fleet.device("openwrt", "ap")
    before = asked(catalogue, device)
    hands.edit(device, ["uci set system.system.hostname=other", "uci commit"])
    assert asked(catalogue, device).token != before.token


def test_without_the_extend_it_tells_nothing(catalogue):
    device = fleet.device("openwrt", "ap")
    hands.edit(device, ["uci delete snmpd.config", "uci commit", "reload_config"])
    assert not asked(catalogue, device).token


def test_routeros_tells_nothing(catalogue):
    assert not asked(catalogue, fleet.device("ros", "router")).token
