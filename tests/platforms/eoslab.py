"""Emulated EOS devices behind a front door with real HTTPS, for 127.0.11.0/24, and the logins to enter them."""

import asyncio
import threading
import time
from types import SimpleNamespace

from homeroom.errors import HostKeyChanged
from homeroom.lab.counters import Counters
from homeroom.lab.eos.auth import sha512_crypt
from homeroom.lab.eos.certificate import fingerprint
from homeroom.lab.eos.device import EosDevice, Staged
from homeroom.lab.eos.hardware import Box
from homeroom.lab.eos.https import Front
from homeroom.lab.ssh import listener
from homeroom.platforms.box import Login
from homeroom.secret import Secret

SEED = b"s" * 32
USER, PASSWORD = "netops", "labpass"
PORTS = (*(f"Ethernet{n}" for n in range(1, 9)), "Management1")


def config(name, *more):
    """A configuration as a device leaves staging, with what a test wants beside it."""
    return "\n".join(
        (
            f"username {USER} privilege 15 role network-admin secret sha512 {sha512_crypt(PASSWORD, 'salted')}",
            f"hostname {name}",
            "dns domain school.example",
            "ntp server 10.1.1.1",
            "snmp-server location Main street 1",
            "spanning-tree mode mstp",
            "vlan 10",
            "   name student",
            "vlan 99",
            "   name management",
            "management api http-commands",
            "   no shutdown",
            *(f"interface {port}" for port in PORTS if port != "Ethernet1"),
            "interface Ethernet1",
            "   description uplink",
            "   switchport mode trunk",
            "interface Vlan99",
            "   ip address 10.0.7.194/27",
            "   ipv6 address 2001:db8:0:99::2/64",
            "ip route 0.0.0.0/0 10.0.7.193",
            *more,
            "end",
            "",
        )
    )


class Timers:
    """Timers that go off when a test says so."""

    def __init__(self):
        self.waiting = []

    def __call__(self, delay, call):
        timer = SimpleNamespace(delay=delay, call=call)
        timer.cancel = lambda: timer in self.waiting and self.waiting.remove(timer)
        self.waiting.append(timer)
        return timer

    def fire(self):
        for timer in self.waiting[:]:
            self.waiting.remove(timer)
            timer.call()


class House:
    """The front door on a free port; with `minute` the devices' timers run, without they wait for `timers.fire`."""

    def __init__(self, minute=None, release="4.33.1F", ports=PORTS, model="CCS-720XP-24ZY4"):
        self.minute, self.release = minute or 60, release
        self.ports, self.model = ports, model
        self.timers = None if minute else Timers()
        self.counters = Counters()
        self.devices = {}
        self.errors = []
        started = threading.Event()
        self.thread = threading.Thread(target=lambda: asyncio.run(self.main(started)), daemon=True)
        self.thread.start()
        assert started.wait(20)

    async def main(self, started):
        self.loop, self.stop = asyncio.get_running_loop(), asyncio.Event()
        self.loop.set_exception_handler(lambda _, context: self.errors.append(context))
        sock = listener(0)
        self.port = sock.getsockname()[1]
        serving = asyncio.create_task(Front(self.find, SEED, self.counters).serve(sock))
        started.set()
        await self.stop.wait()
        serving.cancel()
        sock.close()

    def find(self, address):
        number = int(address.rpartition(".")[2])
        if not address.startswith("127.0.11.") or number > 200:
            return None
        if address not in self.devices:
            name = f"py11-{number:04d}-sw1"
            box = Box(name, address, "eos", "switch", self.model, self.ports, self.release)
            staged = Staged(config(name))
            later = self.timers or self.loop.call_later
            self.devices[address] = EosDevice(box, lambda: staged, time.time, later, self.minute)
        return self.devices[address]

    def fresh(self, number):
        """Give the device of this number, as it leaves staging."""
        self.devices.pop(f"127.0.11.{number}", None)
        device = self.do(self.find, f"127.0.11.{number}")
        self.do(lambda: device.tree)
        return device

    def do(self, call, *args):
        """Do something to a device where its own timers run."""

        async def run():
            return call(*args)

        return asyncio.run_coroutine_threadsafe(run(), self.loop).result(20)

    def expire(self):
        """Let the timers of all devices go off."""
        self.do(self.timers.fire)

    def close(self):
        self.loop.call_soon_threadsafe(self.stop.set)
        self.thread.join(20)
        assert self.errors == []


class Pin:
    """A pin that knows the device's certificate, and remembers what it was shown."""

    def __init__(self, name):
        self.known, self.seen = fingerprint(SEED, name), []

    def __call__(self, shown):
        self.seen.append(shown)
        if shown != self.known:
            raise HostKeyChanged("device", "it shows another certificate than the pinned one", "find out why")


def login(house, device, change="c1", user=USER, password=PASSWORD):
    """The way into a device."""
    return Login(
        device=device.name,
        host=device.address,
        port=house.port,
        user=user,
        password=Secret("device_password", password),
        pin=Pin(device.name),
        conceal=lambda text: text.replace(PASSWORD, "<<secret:device_password>>"),
        change=change,
    )
