"""The whole rendered configuration through our driver to an emulated device, from staging on: twice, the second empty."""

import time

import pytest
from junos_house import House, Visits, quick
from junos_site import PARSE, RENDERER, router, switch

from homeroom.lab import staging
from homeroom.lab.emulated import SnmpUser
from homeroom.lab.ios.device import Staged
from homeroom.lab.junos.device import JunosDevice
from homeroom.lab.junos.hardware import Box
from homeroom.platforms.box import Login
from homeroom.platforms.junos.driver import GuardedJunos
from homeroom.platforms.junos.redact import redact
from homeroom.secret import Vault
from homeroom.shacrypt import sha512_crypt

VAULT = Vault(
    {
        "device_password": "school-pass-1",
        "snmp_auth": "auth-pass-22",
        "snmp_priv": "priv-pass-33",
        "radius": "rad-44-s3",
        "ntp": "ntp-sixteen-char",
    }
)
USERS = {"homeroom": SnmpUser("SHA-256", "auth-pass-22", "AES", "priv-pass-33")}
KINDS = {"router": router, "switch": switch}


@pytest.fixture(scope="module")
def house():
    house = House()
    with quick():
        yield house
    house.close()


class Bench:
    """One device as it leaves staging, and connections of our driver to it."""

    def __init__(self, house, number, intent):
        self.house, self.intent = house, intent
        self.address = f"127.0.12.{number}"
        device = intent.device
        ports = (*(f"ge-0/0/{n}" for n in range(24)), *(f"xe-0/1/{n}" for n in range(4)))
        box = Box(device.name, self.address, "junos", device.kind, device.model, ports)
        hashed = sha512_crypt(VAULT.get("device_password").reveal(), "staged")
        text = VAULT.reveal("\n".join(staging.junos(intent, hashed, "homeroom")))
        house.devices[self.address] = JunosDevice(box, lambda: Staged(text, USERS), time.time, house.later)
        self.device = house.device(number)
        self.visits = Visits(house, number)

    def enter(self):
        def conceal(text):
            return redact(VAULT.conceal(text))

        login = Login(
            self.intent.device.name, self.address, self.house.port, self.intent.management.user,
            VAULT.get("device_password"), lambda key: None, conceal, "change-1",
        )  # fmt: skip
        driver = GuardedJunos(login, 30)
        self.visits.opened.append(driver)
        driver.open()
        return driver

    def text(self):
        return RENDERER.render(self.intent).text


@pytest.fixture
def bench(house, request):
    number = 200 + list(KINDS).index(request.param)
    bench = Bench(house, number, KINDS[request.param]())
    yield bench
    bench.visits.close()


@pytest.mark.parametrize("bench", KINDS, indirect=True)
def test_pushed_twice_the_second_changes_nothing(bench):
    box = bench.enter()
    wire = PARSE.wire(VAULT.reveal(bench.text()))
    assert box.candidate(wire) != ""
    box.commit(5)
    box.close()
    box = bench.enter()  # by the password of the new configuration
    box.confirm()
    running = redact(VAULT.conceal(box.running().text))
    assert PARSE.diff(running, bench.text()) == ""
    assert PARSE.lines(running) == PARSE.lines(bench.text())
    assert set(PARSE.access(running).lists) == set(PARSE.access(bench.text()).lists)
    assert box.candidate(wire) == ""
    box.discard()


@pytest.mark.parametrize("bench", KINDS, indirect=True)
def test_snmp_follows(bench):
    box = bench.enter()
    box.candidate(VAULT.reveal(bench.text()))
    box.commit(5)
    box.confirm()
    device, intent = bench.device, bench.intent
    assert device.hostname == intent.device.name
    assert device.location == intent.management.location
    assert device.snmp_users() == USERS
    assert device.communities() == {}
    names = {segment.vlan: segment.role for segment in intent.segments} | {999: "parking"}
    assert device.vlans() == names
    rows = {row.name: row for row in device.interfaces()}
    for port in intent.ports:
        assert (rows[port.name].alias, rows[port.name].admin_up) == (port.description, port.mode != "unused")
