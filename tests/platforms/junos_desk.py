"""One emulated Junos device on the desk: no network, a clock and timers in our hands."""

from types import SimpleNamespace

from junos_house import USERS, box, staged

from homeroom.lab.boxed import Staged
from homeroom.lab.junos.device import JunosDevice
from homeroom.lab.junos.netconf import Session
from homeroom.lab.junos.shell import Shell


class World:
    """A clock that moves when told to, and timers that go off with it."""

    def __init__(self):
        self.now = 1_790_000_000.0
        self.timers = []

    def clock(self):
        return self.now

    def later(self, delay, call):
        timer = SimpleNamespace(at=self.now + delay, call=call, cancel=lambda: self.timers.remove(timer))
        self.timers.append(timer)
        return timer

    def wait(self, seconds):
        self.now += seconds
        for timer in [timer for timer in self.timers if timer.at <= self.now]:
            self.timers.remove(timer)
            timer.call()


class Talk:
    """A NETCONF session: `talk(xml)` returns the reply."""

    def __init__(self, device, client, world):
        self.out, self.ended, self.delayed = [], [], []
        self.session = Session(
            device,
            client,
            self.out.append,
            lambda: self.ended.append(1),
            lambda wait, call: self.delayed.append((wait, call)),
        )
        self.session.start()
        self.session.feed(b"<hello><capabilities/></hello>]]>]]>")

    def __call__(self, operation):
        before = len(self.out)
        self.session.feed(f'<rpc message-id="7">{operation}</rpc>]]>]]>'.encode())
        return b"".join(self.out[before:]).decode()


class Line:
    """A command line to talk to."""

    def __init__(self, device, client):
        self.shell = Shell(device, client)

    def __call__(self, *lines):
        return "".join(self.shell.run(line) for line in lines)

    @property
    def prompt(self):
        return self.shell.prompt


class Desk:
    """The device, and sessions on it; `dropped` holds those whose connection it ended."""

    def __init__(self):
        self.world = World()
        made = box(2)
        self.device = JunosDevice(made, lambda: Staged(staged(made.name), USERS), self.world.clock, self.world.later)
        self.base = self.device.base
        self.dropped = []

    def enter(self, user="netops", kind="netconf"):
        client = self.device.login(user, "192.0.2.1", kind, lambda: self.dropped.append(client))
        return client

    def talk(self, user="netops"):
        return Talk(self.device, self.enter(user), self.world)

    def line(self, user="netops"):
        return Line(self.device, self.enter(user, "cli"))
