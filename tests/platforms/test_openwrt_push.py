"""A whole push of an access point's rendered configuration: from staging to confirmed, and again without effect."""

import time

import pytest
from intents import INTENTS
from uci_house import PASSWORD, House, left

from homeroom.catalogue import load_platforms
from homeroom.lab.ios.hardware import Box
from homeroom.lab.uci.device import Staged, UciDevice
from homeroom.lab.uci.staging import staged
from homeroom.platforms.box import Login
from homeroom.platforms.openwrt.driver import OpenWrt
from homeroom.platforms.openwrt.parser import UciParser
from homeroom.platforms.openwrt.redact import redact
from homeroom.platforms.render import Renderer
from homeroom.project import Project, shipped
from homeroom.rollout.push import Desk, Push, Work
from homeroom.secret import Vault
from homeroom.store.db import connect
from homeroom.store.journal import Journal

INTENT = INTENTS["ap"]
VAULT = Vault(
    {"device_password": PASSWORD, "snmp_auth": "snmp-auth-1", "snmp_priv": "snmp-priv-1", "radius": "radius-secret-1"}
)
TEXT = Renderer(load_platforms([shipped() / "templates"])).render(INTENT).text


class Shop(House):
    """One access point that has just left staging, at 127.0.8.1."""

    def find(self, address):
        if address not in self.devices:
            box = Box(INTENT.device.name, address, "openwrt", "ap", "EAP-AX3000", tuple(INTENT.trunks))
            text = VAULT.reveal("".join(f"{line}\n" for line in staged(INTENT)))
            boots = Staged(text, PASSWORD)
            self.devices[address] = UciDevice(box, lambda: boots, time.time, self.loop.call_later, minute=6)
        return self.devices[address]


@pytest.fixture
def shop():
    shop = Shop()
    yield shop
    shop.close()


def push(shop, tmp_path, change):
    def conceal(text):
        return redact(VAULT.conceal(text))

    def enter():
        secret = VAULT.get("device_password")
        return _Entered(
            OpenWrt(Login(INTENT.device.name, "127.0.8.1", shop.port, "u", secret, lambda _: None, conceal, change))
        )

    engine = connect(Project(tmp_path))
    desk = Desk(change, Journal(engine), tmp_path / "leases", 5, time.time, time.sleep)
    work = Work(INTENT.device.name, TEXT, UciParser(), VAULT.reveal, conceal)
    try:
        return Push(desk, work, enter).run()
    finally:
        engine.dispose()


class _Entered:
    def __init__(self, box):
        self.box = box

    def __enter__(self):
        self.box.open()
        return self.box

    def __exit__(self, *_):
        self.box.close()


def test_from_staging_to_confirmed_and_again(shop, tmp_path):
    outcome = push(shop, tmp_path, "c1")
    assert (outcome.state, outcome.reason) == ("confirmed", "")
    assert "-package dhcp" in outcome.diff
    assert "radius-secret-1" not in outcome.diff + outcome.running
    device = shop.find("127.0.8.1")
    assert "auth_secret 'radius-secret-1'" in shop.call(device.stored)
    assert set(device.ssids()) == {wlan.ssid for wlan in INTENT.wlans}
    assert push(shop, tmp_path, "c2").state == "skipped"
    assert shop.call(lambda: left(device)) == []
