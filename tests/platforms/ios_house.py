"""Emulated IOS devices behind a real SSH socket, for 127.0.11.0/24: what the tests of both `ios` transports talk to."""

import asyncio
import logging
import threading
import time
from contextlib import contextmanager
from types import SimpleNamespace

from homeroom.errors import HostKeyChanged
from homeroom.lab.boxed import Staged
from homeroom.lab.counters import Counters
from homeroom.lab.ios.device import IosDevice
from homeroom.lab.ios.hardware import Box
from homeroom.lab.ssh import Front, listener
from homeroom.platforms.box import Login
from homeroom.platforms.ios.driver import GuardedIOS
from homeroom.platforms.ios.fast import FastIOS
from homeroom.secret import Secret, type9

SEED = b"s" * 32
USER, PASSWORD, SALT = "netops", "labpass-ios", "abcdefghijklmn"
PORTS = ("GigabitEthernet0/0/0", *(f"GigabitEthernet0/1/{n}" for n in range(8)))
TRANSPORTS = {"napalm": GuardedIOS, "fast": FastIOS}
HASH = type9(PASSWORD, SALT)


def staged(name):
    """A configuration as a device leaves staging."""
    return f"""\
version 17.9
hostname {name}
aaa new-model
aaa authentication login default local
no ip domain lookup
ip domain name school.example
username {USER} privilege 15 secret 9 {HASH}
username reader secret 9 {HASH}
username half privilege 7 secret 9 {HASH}
archive
 path flash:archive
 maximum 10
vlan 99
 name management
interface Vlan99
 description management
 ip address 10.0.7.193 255.255.255.224
ip ssh version 2
ip scp server enable
snmp-server location Main street 1
line con 0
line vty 0 4
 transport input ssh
ntp server 10.1.1.1
end
"""


def box(number=1):
    return Box(f"py11-{number:04d}-rtr1", f"127.0.11.{number}", "ios", "router", "C1121-8P", PORTS)


def made(number=1, clock=time.time, later=None, minute=60.0):
    """A device; without `later` its timers never go off."""
    later = later or (lambda delay, call: SimpleNamespace(cancel=lambda: None))
    return IosDevice(box(number), lambda: Staged(staged(box(number).name)), clock, later, minute=minute)


class House:
    """The front, in a thread of its own; a minute of the devices' timers is `minute` seconds."""

    def __init__(self, minute=0.5):
        for name in ("paramiko", "netmiko", "asyncssh"):
            logging.getLogger(name).setLevel(logging.CRITICAL)
        self.minute = minute
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
        task = asyncio.create_task(Front(self.devices.get, SEED, self.counters).serve(sock))
        self.started.set()
        await self.stop.wait()
        for device in self.devices.values():
            for drop in list(device.drops.values()):
                drop()
        task.cancel()
        sock.close()
        await asyncio.sleep(0.1)

    def fresh(self, number):
        """A device as it leaves staging, whatever was done to it before."""
        device = made(number, time.time, self.loop.call_later, self.minute)
        device.tree  # noqa: B018 -- it boots
        self.devices[device.address] = device
        return device

    def close(self):
        self.loop.call_soon_threadsafe(self.stop.set)
        self.thread.join(20)


class Pins:
    """Pins the first fingerprint it sees."""

    def __init__(self):
        self.seen = ""

    def __call__(self, fingerprint):
        self.seen = self.seen or fingerprint
        if fingerprint != self.seen:
            raise HostKeyChanged("dev", f"it shows {fingerprint}, not {self.seen}", "find out why")


def login(house, device, *, change="c1", pin=None, password=PASSWORD, conceal=str, user=USER):
    return Login(
        device.name,
        device.address,
        house.port,
        user,
        Secret("device_password", password),
        pin or Pins(),
        conceal,
        change,
    )


def bare(device):
    """What the device runs, as a rendered text: without the device's own version line."""
    return "".join(f"{line}\n" for line in device.running.splitlines() if not line.startswith(("version ", "!")))


def litter(device):
    """What of ours is left on the device."""
    files = [name for name in device.flash.files if not name.startswith("archive-")]
    return files + (["file prompt quiet"] if "file prompt quiet" in device.running + device.startup else [])


def entering(house, device, transport):
    """Return what enters the device by a transport, with other options than the usual ones if need be."""

    @contextmanager
    def enter(*, timeout=10, **options):
        box = TRANSPORTS[transport](login(house, device, **options), timeout=timeout)
        try:
            box.open()
            yield box
        finally:
            box.close()

    return enter
