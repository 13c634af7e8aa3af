"""An emulated OpenWrt device on a bench: a clock and timers in our hands, commands run without a transport."""

from types import SimpleNamespace

from homeroom.lab.emulated import SnmpUser
from homeroom.lab.ios.hardware import Box
from homeroom.lab.uci.device import Staged, UciDevice
from homeroom.lab.uci.streams import Io, Source

USER = SnmpUser("SHA-256", "authauth", "AES", "privpriv")
CONFIG = """\
package network

config interface 'lan'
\toption device 'br0'
\toption proto 'static'

package system

config system
\toption hostname 'bench'

"""


class Clock:
    """A clock that moves when told to, and timers that go off with it."""

    def __init__(self):
        self.now = 1_790_000_000.0
        self.timers = []

    def __call__(self):
        return self.now

    def later(self, delay, call):
        timer = SimpleNamespace(at=self.now + delay, call=call)
        timer.cancel = lambda: timer in self.timers and self.timers.remove(timer)
        self.timers.append(timer)
        return timer

    def wait(self, seconds):
        end = self.now + seconds
        while due := sorted((timer for timer in self.timers if timer.at <= end), key=lambda timer: timer.at):
            self.timers.remove(due[0])
            self.now = max(self.now, due[0].at)
            due[0].call()
        self.now = end


class Said(SimpleNamespace):
    """What a command printed, and its exit status: None while it runs."""


def bench(config=CONFIG, kind=UciDevice, box="ap", ports=("eth0",)):
    clock = Clock()
    staged = Staged(config, "password", {"homeroom": USER, "other": USER})
    crate = Box("bench", "127.0.8.1", "openwrt", box, "EAP-AX3000", ports)
    device = kind(crate, lambda: staged, clock, clock.later)
    return device, clock


def run(device, command, data=""):
    said = Said(out="", err="", status=None)
    io = Io(
        Source(data),
        lambda text: setattr(said, "out", said.out + text),
        lambda text: setattr(said, "err", said.err + text),
    )
    device.run(command, io, lambda status: setattr(said, "status", status))
    return said
