"""One emulated device of any platform behind its real socket: what the tests of all drivers' promises talk to."""

import time
from contextlib import contextmanager

import eoslab
import ios_house
import junos_house
import roshouse
import uci_house
from held import MINUTE, Time

from homeroom.lab.eos.device import EosDevice
from homeroom.lab.junos.device import JunosDevice
from homeroom.platforms.box import Login
from homeroom.platforms.eos.driver import GuardedEOS
from homeroom.platforms.ios.driver import GuardedIOS
from homeroom.platforms.ios.fast import FastIOS
from homeroom.platforms.junos.driver import GuardedJunos
from homeroom.platforms.openwrt.driver import OpenWrt
from homeroom.platforms.ros.driver import RosDriver
from homeroom.secret import Secret


class Bed:
    """Devices of one platform; a subclass knows its house, its texts and what counts as left behind."""

    user = "netops"
    minutes = 8

    def __init__(self):
        self.house = self.build()
        self.times = {}

    def fresh(self, number):
        """Give the device of this number, as it leaves staging."""
        clock = Time(self.house.loop)

        def make():
            device = self.make(number, clock)
            self.house.devices[device.address] = device
            self.view(device)  # it boots
            return device

        device = self.do(make)
        self.times[device.name] = clock
        return device

    def do(self, call):
        """Do something to the devices where their own timers run."""
        return uci_house.House.call(self.house, call)

    def expire(self, device):
        self.do(self.times[device.name].expire)

    @contextmanager
    def entered(self, device, pin, *, change="c1", timeout=20.0):
        secret = Secret("device_password", self.password)
        port = self.port()
        box = self.driver(Login(device.name, device.address, port, self.user, secret, pin, str, change), timeout)
        try:
            box.open()
            yield box
        finally:
            box.close()

    def port(self):
        return self.house.port

    def merge(self, box, text):
        """Load lines on top of what runs; return the difference."""
        box.load_merge_candidate(config=text)
        return box.compare_config()

    def keep(self, box):
        """Commit for good."""
        box.commit_config()

    def seen(self, device):
        """What the device holds, byte for byte, whatever its name is."""
        return self.do(lambda: self.view(device)).replace(device.name, "NAME")

    def rest(self, device):
        """What of ours is left on it."""
        return self.do(lambda: self.litter(device))

    def quiet(self, device):
        """Wait until what runs on the device by itself has ended; what has not, is left."""
        end = time.monotonic() + 20
        while self.rest(device) and time.monotonic() < end:
            time.sleep(0.02)

    def text(self, device):
        """A whole configuration that changes, adds and removes something."""
        return self.do(lambda: self.candidate(device))

    def close(self):
        self.house.close()


class Ios(Bed):
    password = ios_house.PASSWORD
    piece = "snmp-server contact nobody\nntp server 10.9.9.9\n"
    merged = "10.9.9.9"
    added = "Side street 2"
    litter = staticmethod(ios_house.litter)
    view = staticmethod(ios_house.bare)

    def build(self):
        return ios_house.House()

    def driver(self, login, timeout):
        return GuardedIOS(login, timeout=timeout)

    def make(self, number, clock):
        return ios_house.made(number, clock.clock, clock.later, MINUTE)

    def candidate(self, device):
        return self.view(device).replace("Main street 1", self.added).replace("ntp server 10.1.1.1\n", "")


class IosFast(Ios):
    def driver(self, login, timeout):
        return FastIOS(login, timeout=timeout)

    def merge(self, box, text):
        return box.merge(text)

    def keep(self, box):
        box.commit(0)
        box.discard()


class Openwrt(Bed):
    password = uci_house.PASSWORD
    piece = "package network\nconfig device 'bridge'\n\tlist ports 'eth0'\n\tlist ports 'eth1'\n"
    merged = "eth1"
    added = "10.0.7.201"
    litter = staticmethod(uci_house.left)

    def build(self):
        return uci_house.House()

    def driver(self, login, timeout):
        return OpenWrt(login, timeout)

    def make(self, number, clock):
        return uci_house.made(number, clock.clock, clock.later, MINUTE)

    def view(self, device):
        return repr(sorted(uci_house.config(device).items()))

    def candidate(self, device):
        return uci_house.NEW.format(name=device.name)


class Ros(Bed):
    password = roshouse.PASSWORD
    piece = "/interface vlan add interface=bridge name=student vlan-id=10\n/ip dns set servers=10.1.1.1\n"
    merged = "student"
    added = "student"
    litter = staticmethod(roshouse.litter)
    view = staticmethod(roshouse.shown)

    def build(self):
        return roshouse.House()

    def port(self):
        return self.house.ports["api-ssl"]

    def driver(self, login, timeout):
        return RosDriver(login, timeout=timeout)

    def make(self, number, clock):
        return roshouse.made(number, clock.clock, clock.later, MINUTE)

    def candidate(self, device):
        text = self.view(device).replace("interface=ether3\n", "interface=ether3 pvid=10\n")
        text = "".join(line for line in text.splitlines(keepends=True) if 'comment="the rest"' not in line)
        return f"{text}{self.piece}/ip address add address=10.0.0.1/22 interface=student\n"


class Junos(Bed):
    password = junos_house.PASSWORD
    piece = "system {\n    ntp {\n        server 10.9.9.9;\n    }\n}\n"
    merged = "10.9.9.9"
    added = "Second street 2"

    def build(self):
        return junos_house.House()

    def driver(self, login, timeout):
        return GuardedJunos(login, timeout)

    def make(self, number, clock):
        box = junos_house.box(number)
        staged = junos_house.Staged(junos_house.staged(box.name), junos_house.USERS)
        return JunosDevice(box, lambda: staged, clock.clock, clock.later, minute=MINUTE)

    def view(self, device):
        return device.running

    def candidate(self, device):
        return self.view(device).replace("Main street 1", self.added).replace("    contact noc;\n", "")

    def litter(self, device):
        base = device.base
        return [name for name in ("lock", "modified", "pending") if getattr(base, name)]


class Eos(Bed):
    password = eoslab.PASSWORD
    piece = "interface Ethernet2\n   description lab\n"
    merged = "lab"
    added = "vlan 20"

    def build(self):
        return eoslab.House()

    def driver(self, login, timeout):
        return GuardedEOS(login, timeout=timeout)

    def make(self, number, clock):
        name = f"py11-{number:04d}-sw1"
        box = eoslab.Box(name, f"127.0.11.{number}", "eos", "switch", "CCS-720XP-24ZY4", eoslab.PORTS)
        staged = eoslab.Staged(eoslab.config(name))
        return EosDevice(box, lambda: staged, clock.clock, clock.later, MINUTE)

    def view(self, device):
        return device.running

    def candidate(self, device):
        return eoslab.config(device.name, "vlan 20", "   name staff", "banner login", "   staff only", "EOF")

    def litter(self, device):
        sessions = [one.name for one in device.sessions.pending]
        return sessions + [name for name in device.flash.files if name.startswith("homeroom-")]


BEDS = {"ios": Ios, "ios fast": IosFast, "openwrt": Openwrt, "ros": Ros, "junos": Junos, "eos": Eos}
"""By platform; a transport that is not the usual one is named behind it."""
