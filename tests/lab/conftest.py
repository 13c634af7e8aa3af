"""Emulated IOS devices for tests: one with a clock and timers in our hands, and a front door with real SSH."""

import asyncio
import threading
import time
from types import SimpleNamespace

import pytest

from homeroom.lab.boxed import Staged
from homeroom.lab.counters import Counters
from homeroom.lab.emulated import SnmpUser
from homeroom.lab.ios.device import IosDevice
from homeroom.lab.ios.exec import grammar
from homeroom.lab.ios.hardware import Box
from homeroom.lab.ios.session import Session
from homeroom.lab.ssh import Front, listener
from homeroom.secret import type9

SALT = "abcdefghijklmn"
PASSWORD, ENABLE = "labpass", "enablepass"
ROUTER_PORTS = ("GigabitEthernet0/0/0", *(f"GigabitEthernet0/1/{n}" for n in range(8)))
SWITCH_PORTS = (
    *(f"GigabitEthernet1/1/{n}" for n in range(1, 5)),
    *(f"GigabitEthernet1/0/{n}" for n in range(1, 25)),
)
USERS = {"homeroom": SnmpUser("SHA-256", "authauth", "AES", "privpriv")}


def staged(name):
    """A configuration as a device leaves staging."""
    return f"""\
version 17.9
hostname {name}
aaa new-model
aaa authentication login default local
no ip domain lookup
ip domain name school.example
username netops privilege 15 secret 9 {type9(PASSWORD, SALT)}
username reader secret 9 {type9(PASSWORD, SALT)}
enable secret 9 {type9(ENABLE, SALT)}
archive
 path flash:archive
 maximum 10
vlan 99
 name management
interface Vlan99
 description management
 ip address 10.0.7.193 255.255.255.224
 ipv6 address 2001:db8:0:99::1/64
ip default-gateway 10.0.7.194
ip ssh version 2
ip scp server enable
snmp-server group HOMEROOM v3 priv
snmp-server location Main street 1
banner login ^C
Authorised staff only
^C
line con 0
line vty 0 4
 transport input ssh
ntp server 10.1.1.1
end
"""


def box(number=1):
    """Odd numbers are routers, even ones switches."""
    kind = "router" if number % 2 else "switch"
    model, ports = ("C1121-8P", ROUTER_PORTS) if number % 2 else ("C9200L-24P-4G", SWITCH_PORTS)
    return Box(f"py11-{number:04d}-{kind[:2]}1", f"127.0.9.{number}", "ios", kind, model, ports)


class World:
    """A clock that moves when told to, and timers that go off with it."""

    def __init__(self):
        self.now = 1_790_000_000.0
        self.timers = []

    def clock(self):
        return self.now

    def later(self, delay, call):
        timer = SimpleNamespace(at=self.now + delay, call=call)
        timer.cancel = lambda: timer in self.timers and self.timers.remove(timer)
        self.timers.append(timer)
        return timer

    def wait(self, seconds):
        self.now += seconds
        for timer in [timer for timer in self.timers if timer.at <= self.now]:
            self.timers.remove(timer)
            timer.call()


@pytest.fixture
def world():
    return World()


@pytest.fixture
def router(world):
    return IosDevice(box(1), lambda: Staged(staged(box(1).name), USERS), world.clock, world.later)


@pytest.fixture
def switch(world):
    return IosDevice(box(2), lambda: Staged(staged(box(2).name), USERS), world.clock, world.later)


class Talk:
    """A command line to talk to: `talk(line)` returns what is printed before the next prompt."""

    def __init__(self, device, user="netops"):
        self.device = device
        self.session = Session(device, device.login(user, "192.0.2.1"), grammar())

    def __call__(self, *lines):
        return "".join(self.session.run(line) for line in lines)

    @property
    def prompt(self):
        return self.session.prompt

    def configure(self, *lines):
        self("configure terminal")
        out = self(*lines)
        self("end")
        return out


@pytest.fixture
def talk(router):
    return Talk(router)


@pytest.fixture
def on_switch(switch):
    return Talk(switch)


@pytest.fixture
def as_user():
    return Talk


class House:
    """A front door with real SSH on a free port, for 127.0.9.0/24; a minute of its timers is half a second."""

    minute = 0.5

    def __init__(self):
        self.counters = Counters()
        self.devices = {}
        self.started = threading.Event()
        self.thread = threading.Thread(target=lambda: asyncio.run(self.main()), daemon=True)
        self.thread.start()
        assert self.started.wait(20)

    async def main(self):
        self.loop, self.stop = asyncio.get_running_loop(), asyncio.Event()
        sock = listener(0)
        self.port = sock.getsockname()[1]
        serving = asyncio.create_task(Front(self.find, b"s" * 32, self.counters).serve(sock))
        self.started.set()
        await self.stop.wait()
        serving.cancel()
        sock.close()

    def find(self, address):
        number = int(address.rpartition(".")[2])
        if not address.startswith("127.0.9.") or number == 99:
            return None
        if address not in self.devices:
            self.devices[address] = IosDevice(
                box(number),
                lambda: Staged(staged(box(number).name), USERS),
                time.time,
                self.loop.call_later,
                minute=self.minute,
            )
        return self.devices[address]

    def close(self):
        self.loop.call_soon_threadsafe(self.stop.set)
        self.thread.join(20)


@pytest.fixture(scope="session")
def house():
    house = House()
    yield house
    house.close()
