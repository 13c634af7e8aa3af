"""A router's whole configuration through our driver to the emulated device, and back."""

import time

import pytest
import uci_site
from uci_house import PASSWORD, House

from homeroom.lab.ios.hardware import Box
from homeroom.lab.uci.device import Staged, UciDevice
from homeroom.lab.uci.staging import staged
from homeroom.platforms.box import Login
from homeroom.platforms.openwrt.driver import OpenWrt
from homeroom.platforms.openwrt.parser import UciParser
from homeroom.platforms.openwrt.redact import redact
from homeroom.secret import Vault

INTENT = uci_site.router()
TEXT = uci_site.RENDERER.render(INTENT).text
VAULT = Vault(
    {
        "device_password": PASSWORD,
        "snmp_auth": "snmp-auth-1",
        "snmp_priv": "snmp-priv-1",
        "radius": "radius-secret-1",
        "ntp": "ntp-sixteen-char",
    }
)
PARSER = UciParser()
PORTS = ("lan1", "lan2", "lan3", "lan4", "lan5", "wan")


class Depot(House):
    """One router that has just left staging, at 127.0.8.1."""

    def find(self, address):
        if address not in self.devices:
            box = Box(INTENT.device.name, address, "openwrt", "router", "RTR-5P", PORTS)
            boots = Staged(VAULT.reveal("".join(f"{line}\n" for line in staged(INTENT))), PASSWORD)
            self.devices[address] = UciDevice(box, lambda: boots, time.time, self.loop.call_later, minute=6)
        return self.devices[address]


@pytest.fixture
def depot():
    depot = Depot()
    yield depot
    depot.close()


@pytest.fixture
def driver(depot):
    def conceal(text):
        return redact(VAULT.conceal(text))

    secret = VAULT.get("device_password")
    made = OpenWrt(Login(INTENT.device.name, "127.0.8.1", depot.port, "u", secret, lambda _: None, conceal, "c1"))
    made.open()
    yield made
    made.close()


def test_the_device_takes_all_of_it_and_shows_it_again(depot, driver):
    driver.load_replace_candidate(config=VAULT.reveal(TEXT))
    diff = driver.compare_config()
    assert "+config zone 'zone_student'" in diff
    driver.commit_config()
    running = driver.get_config()["running"]
    assert PARSER.lines(running) == PARSER.lines(VAULT.reveal(TEXT))
    assert PARSER.access(running) == PARSER.access(TEXT)
    driver.load_replace_candidate(config=VAULT.reveal(TEXT))
    assert driver.compare_config() == ""
    device = depot.find("127.0.8.1")
    assert device.vlans() == {segment.vlan: segment.role for segment in INTENT.segments}
    assert dict(driver.get_interfaces_ip())["br0.10"]["ipv4"] == {INTENT.segments[0].gateway4: {"prefix_length": 22}}


def test_a_rule_that_moved_is_a_difference(driver):
    driver.load_replace_candidate(config=VAULT.reveal(TEXT))
    driver.commit_config()
    blocks = TEXT.split("config rule\n")
    moved = "config rule\n".join([*blocks[:3], blocks[4], blocks[3], *blocks[5:]])
    driver.load_replace_candidate(config=VAULT.reveal(moved))
    diff = driver.compare_config().splitlines()
    assert [line.strip()[:13] for line in diff[1:]] == ["+config rule;", "-config rule;"]
