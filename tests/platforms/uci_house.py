"""Emulated OpenWrt devices behind real SSH on a free port, at 127.0.8.0/24; a minute of their timers is short."""

import asyncio
import threading
import time

from held import MINUTE, Time

from homeroom.lab.counters import Counters
from homeroom.lab.emulated import SnmpUser
from homeroom.lab.ios.hardware import Box
from homeroom.lab.ssh import Front, listener
from homeroom.lab.uci.device import Staged, UciDevice
from homeroom.lab.uci.ssh import Door
from homeroom.platforms.box import Login
from homeroom.platforms.openwrt.driver import OpenWrt
from homeroom.secret import Secret

PASSWORD = "labpass-labpass"
USERS = {"homeroom": SnmpUser("SHA-256", "authauth", "AES", "privpriv")}
OLD = """\
package dhcp

config dnsmasq 'dns'
\toption domain 'lan'

package dropbear

config dropbear 'main'
\toption PasswordAuth 'on'

package network

config interface 'loopback'
\toption device 'lo'

config device 'bridge'
\toption name 'br0'
\tlist ports 'eth0'

config interface 'management'
\toption device 'br0.99'
\toption ipaddr '10.0.7.200'
\toption netmask '255.255.255.224'

package snmpd

config group 'homeroom'
\toption secname 'homeroom'

package system

config system
\toption hostname '{name}'

"""
NEW = (
    OLD.replace("10.0.7.200", "10.0.7.201").split("package dhcp")[0]
    + """\
package dropbear

config dropbear 'main'
\toption PasswordAuth 'on'

package network

config interface 'management'
\toption device 'br0.99'
\toption ipaddr '10.0.7.201'
\toption netmask '255.255.255.224'

package snmpd

config group 'homeroom'
\toption secname 'homeroom'

package system

config system
\toption hostname '{name}'

package wireless

config wifi-device 'radio0'
\toption band '2g'

config wifi-iface 'school'
\toption device 'radio0'
\toption ssid 'school'
\toption key 'geheim-geheim'

"""
)


def name(number):
    return f"py11-{number:04d}-ap01"


def made(number, clock, later, minute):
    """A device as it leaves staging."""
    box = Box(name(number), f"127.0.8.{number}", "openwrt", "ap", "EAP-AX3000", ("eth0",))
    staged = Staged(OLD.format(name=name(number)), PASSWORD, USERS)
    return UciDevice(box, lambda: staged, clock, later, minute=minute)


class House:
    """The front door. `minute`: how many seconds a minute of the devices' timers lasts."""

    minute = 1.5

    def __init__(self):
        self.counters = Counters()
        self.devices, self.times = {}, {}
        self.started = threading.Event()
        self.thread = threading.Thread(target=lambda: asyncio.run(self.main()), daemon=True)
        self.thread.start()
        assert self.started.wait(20)

    async def main(self):
        self.loop, self.stop = asyncio.get_running_loop(), asyncio.Event()
        sock = listener(0)
        self.port = sock.getsockname()[1]
        serving = asyncio.create_task(Front(self.find, b"s" * 32, self.counters, {"openwrt": Door}).serve(sock))
        self.started.set()
        await self.stop.wait()
        serving.cancel()
        sock.close()
        for device in self.devices.values():
            for drop in list(device.drops.values()):
                drop()
        await asyncio.sleep(0.1)

    def find(self, address):
        number = int(address.rpartition(".")[2])
        if not address.startswith("127.0.8.") or number == 99:
            return None
        if address not in self.devices:
            self.devices[address] = made(number, time.time, self.loop.call_later, self.minute)
        return self.devices[address]

    def held(self, number):
        """A fresh device whose timers go off when they are told to."""
        clock = self.times[number] = Time(self.loop)
        device = self.devices[f"127.0.8.{number}"] = made(number, clock.clock, clock.later, MINUTE)
        return device

    def device(self, number):
        return self.find(f"127.0.8.{number}")

    def call(self, work):
        """Do something with the devices where they live."""
        done = asyncio.run_coroutine_threadsafe(_async(work), self.loop)
        return done.result(30)

    def login(self, number, change="c1", pin=lambda fingerprint: None):
        secret = Secret("device_password", PASSWORD)
        conceal = lambda text: text.replace("geheim-geheim", "<<secret:key>>")  # noqa: E731
        return Login(name(number), f"127.0.8.{number}", self.port, "netops", secret, pin, conceal, change)

    def enter(self, number, change="c1", timeout=20.0, pin=lambda fingerprint: None):
        driver = OpenWrt(self.login(number, change, pin), timeout)
        driver.open()
        return driver

    def close(self):
        self.loop.call_soon_threadsafe(self.stop.set)
        self.thread.join(20)


async def _async(work):
    return work()


def config(device):
    """The configuration, byte for byte, with its modes."""
    files = device.files
    return {
        n: (files.read(f"/etc/config/{n}"), files.node(f"/etc/config/{n}").mode) for n in files.names("/etc/config")
    }


def left(device):
    """What stands where nothing should."""
    paths = ["/etc/homeroom", *(f"/etc/rc.d/{n}" for n in device.files.names("/etc/rc.d"))]
    paths += [f"/tmp/{n}" for n in device.files.names("/tmp") if n.startswith("homeroom-")]
    paths += [f"/etc/config/{n}" for n in device.files.names("/etc/config") if n.startswith(".")]
    found = [path for path in paths if device.files.node(path) is not None]
    return found + [process.title for process in device.processes.running.values()]
