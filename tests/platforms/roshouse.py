"""Emulated RouterOS devices behind real sockets, plain and TLS, for 127.0.10.0/24: what the tests of `ros` talk to."""

import asyncio
import threading
import time
from types import SimpleNamespace

from homeroom.errors import HostKeyChanged
from homeroom.lab.counters import Counters
from homeroom.lab.ros.device import RosDevice, Staged
from homeroom.lab.ros.export import Style
from homeroom.lab.ros.front import Front
from homeroom.lab.ros.hardware import Box
from homeroom.lab.ssh import listener
from homeroom.platforms.box import Login
from homeroom.platforms.ros.driver import RosDriver
from homeroom.secret import Secret

SEED = b"s" * 32
USER, PASSWORD = "netops", "labpass-ros"
PORTS = ("ether1", "ether2", "ether3", "ether4", "ether5", "wifi1", "wifi2")


def staged(name):
    """A configuration as a device leaves staging."""
    return f"""\
/interface bridge add name=bridge vlan-filtering=yes
/interface vlan add interface=bridge name=management vlan-id=99
/interface bridge port add bridge=bridge interface=ether2
/interface bridge port add bridge=bridge interface=ether3
/interface bridge vlan add bridge=bridge tagged=bridge,ether2,ether3 vlan-ids=99
/ip address add address=10.0.7.193/27 interface=management
/ip address add address=192.0.2.1/31 interface=ether1
/ip route add dst-address=0.0.0.0/0 gateway=192.0.2.0
/ip firewall filter add action=accept chain=input connection-state=established,related
/ip firewall filter add action=accept chain=input src-address=10.1.0.0/16
/ip firewall filter add action=drop chain=input comment="the rest"
/ip service set telnet disabled=yes
/snmp set enabled=yes location="Main street 1"
/system identity set name={name}
"""


def box(number=1):
    return Box(f"py11-{number:04d}-rtr1", f"127.0.10.{number}", "router", "RB5009UG+S+", PORTS)


def made(number=1, clock=time.time, later=None, minute=60.0, config=None):
    """A device without a socket."""
    later = later or (lambda delay, call: SimpleNamespace(cancel=lambda: None))
    text = staged(box(number).name) if config is None else config
    return RosDevice(box(number), lambda: Staged(text, {USER: PASSWORD}), clock, later, minute=minute)


class House:
    """Both fronts, in a thread of their own; a minute of the devices' timers is `minute` seconds."""

    minute = 1.5

    def __init__(self):
        self.counters = Counters()
        self.devices = {}
        self.started = threading.Event()
        self.thread = threading.Thread(target=lambda: asyncio.run(self.main()), daemon=True)
        self.thread.start()
        assert self.started.wait(20)

    async def main(self):
        self.loop, self.stop = asyncio.get_running_loop(), asyncio.Event()
        socks = {"api": listener(0), "api-ssl": listener(0)}
        self.ports = {name: sock.getsockname()[1] for name, sock in socks.items()}
        tasks = [
            asyncio.create_task(Front(self.find, SEED, self.counters, encrypted=name == "api-ssl").serve(sock))
            for name, sock in socks.items()
        ]
        self.started.set()
        await self.stop.wait()
        for task in tasks:
            task.cancel()
        for sock in socks.values():
            sock.close()

    def find(self, address):
        number = int(address.rpartition(".")[2])
        if not address.startswith("127.0.10.") or number == 250:
            return None
        if address not in self.devices:
            self.devices[address] = made(number, time.time, self.loop.call_later, self.minute)
        return self.devices[address]

    def fresh(self, number, **options):
        """A device as it leaves staging, whatever was done to it before."""
        address = f"127.0.10.{number}"
        old = self.devices.pop(address, None)
        if old is not None:
            self.do(old.reboot)
        self.devices[address] = made(number, time.time, self.loop.call_later, options.get("minute", self.minute))
        return self.devices[address]

    def do(self, call):
        """Run something in the devices' own thread, and wait for it."""
        done = threading.Event()
        self.loop.call_soon_threadsafe(lambda: (call(), done.set()))
        assert done.wait(60)

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


def login(house, device, *, change="c1", pin=None, port="api-ssl", password=PASSWORD, conceal=str):
    return Login(
        device.name,
        device.address,
        house.ports[port],
        USER,
        Secret("device_password", password),
        pin or Pins(),
        conceal,
        change,
    )


def driver(house, device, *, timeout=10, **options):
    return RosDriver(login(house, device, **options), timeout=timeout)


def shown(device):
    """What the device runs, without the comment on top and without what we left on it."""
    text = device.export(Style(terse=True, sensitive=True)).replace("\r\n", "\n")
    return "".join(f"{line}\n" for line in text.splitlines() if not line.startswith("#") and "homeroom-" not in line)


def litter(device):
    """What of ours is left on the device."""
    config = device.config
    names = [entry.name for path in ("/system script", "/system scheduler") for entry in config.table(path)]
    return [name for name in (*names, *device.files.names(), *device.globals) if name.startswith("homeroom")]
