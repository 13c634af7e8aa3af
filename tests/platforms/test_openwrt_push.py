"""A whole push of an access point's rendered configuration: from staging to confirmed, and again without effect."""

import time

import pytest
from bringing import bring, entering, member
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
from homeroom.rollout.work import Work
from homeroom.secret import Vault
from homeroom.store.db import connect

INTENT = INTENTS["ap"]
VAULT = Vault(
    {
        "device_password": PASSWORD,
        "snmp_auth": "snmp-auth-1",
        "snmp_priv": "snmp-priv-1",
        "radius": "radius-secret-1",
        "ntp": "ntp-sixteen-char",
    }
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


@pytest.fixture
def engine(tmp_path):
    engine = connect(Project(tmp_path))
    yield engine
    engine.dispose()


def push(shop, engine, change):
    def conceal(text):
        return redact(VAULT.conceal(text))

    secret = VAULT.get("device_password")
    login = Login(INTENT.device.name, "127.0.8.1", shop.port, "u", secret, lambda _: None, conceal, change)
    work = Work(INTENT.device.name, TEXT, UciParser(), VAULT.reveal, conceal)
    return bring(engine, member(work), entering(lambda: OpenWrt(login)), change)


def test_from_staging_to_confirmed_and_again(shop, engine):
    done = push(shop, engine, "c1")
    assert (done.end, done.row.detail) == (("confirmed", ""), "")
    assert "-package dhcp" in UciParser().diff(*done.kept)
    assert "radius-secret-1" not in repr(done)
    device = shop.find("127.0.8.1")
    assert "auth_secret 'radius-secret-1'" in shop.call(device.stored)
    assert set(device.ssids()) == {wlan.ssid for wlan in INTENT.wlans}
    assert push(shop, engine, "c2").end == ("skipped", "unchanged")
    assert shop.call(lambda: left(device)) == []
