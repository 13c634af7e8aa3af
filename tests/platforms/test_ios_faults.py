"""Every fault at every step of a push, on both transports: old or new configuration, a true answer, nothing left."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import pytest
from held import MINUTE, Time
from ios_house import TRANSPORTS, House, Pins, bare, litter, login, made

from homeroom.errors import CommandRejected, DeviceError, HostKeyChanged, LoginRefused, Unreachable
from homeroom.lab.faults import STEPS, Fault, Faults

pytestmark = pytest.mark.full  # hundreds of cases, some waiting for an answer that never comes

STRIKES = {
    "cut": {"kind": "cut"},
    "cut-late": {"kind": "cut", "late": True},
    "half-open": {"kind": "half_open"},
    "reboot": {"kind": "reboot"},
    "reboot-late": {"kind": "reboot", "late": True},
    "slow": {"kind": "slow", "seconds": 0.2},
}
STANDING = ("refuse_login", "wrong_host_key", "full_flash", "ignore_rollback", "clock_jump", "offline")
FLOWS = ("confirm", "revert", "merge")
MINUTES = 4
KINDS = [(name, step) for name in STRIKES for step in sorted(STEPS)] + [(name, "") for name in STANDING]
CELLS = [(transport, flow, *kind) for transport in TRANSPORTS for flow in FLOWS for kind in KINDS]
MERGED = "snmp-server contact nobody\nntp server 10.9.9.9\n"


class Held(House):
    """A house whose devices' timers go off when they are told to."""

    def __init__(self):
        super().__init__()
        self.times = {}

    def fresh(self, number):
        clock = Time(self.loop)
        device = made(number, clock.clock, clock.later, MINUTE)
        device.tree  # noqa: B018 -- it boots
        self.devices[device.address], self.times[device.address] = device, clock
        return device

    def expire(self, device):
        asyncio.run_coroutine_threadsafe(self._expire(device), self.loop).result(20)

    async def _expire(self, device):
        self.times[device.address].expire()


@pytest.fixture(scope="module")
def house():
    house = Held()
    yield house
    house.close()


@contextmanager
def entered(transport, house, device, *, pin=None, timeout=8.0, change="c1"):
    box = TRANSPORTS[transport](login(house, device, pin=pin, change=change), timeout=timeout)
    try:
        box.open()
        yield box
    finally:
        box.close()


def lines(device):
    return bare(device).splitlines()


class Story:
    """One push under a fault: how far it came, what it said, and how it all ended."""

    def __init__(self, transport, house, device, flow, *, pin, timeout):
        self.house, self.device, self.flow, self.pin = house, device, flow, pin
        self.enter = lambda **options: entered(transport, house, device, **{"pin": pin, "timeout": timeout, **options})
        self.stage, self.error = "before", None
        self.old = lines(device)
        self.text = bare(device).replace("Main street 1", "Side street 2").replace("ntp server 10.1.1.1\n", "")
        if flow == "merge":
            self.new = sorted([*self.old, *MERGED.splitlines()])
        else:
            self.new = sorted(self.text.splitlines())
        self.old.sort()
        try:
            self.push()
        except DeviceError as error:
            self.error = error
        self.settle()

    def push(self):
        with self.enter() as box:
            box.running()
            if self.flow == "merge":
                assert box.merge(MERGED)
                self.stage = "commit"
                box.commit(0)
                self.stage = "done"
                box.discard()
                return
            assert box.candidate(self.text)
            self.stage = "commit"
            box.commit(MINUTES)
            self.stage = "pending"
        with self.enter() as box:
            box.running()
            self.stage = self.flow
            getattr(box, self.flow)()
            self.stage = "done"

    def settle(self):
        """Heal the device, let its timer run out, and let a later connection, of another change, clean up."""
        self.device.faults.clear()
        self.house.expire(self.device)
        with self.enter(pin=Pins(), timeout=10, change="later") as box:
            self.waits = box.running().pending
        self.last = sorted(lines(self.device))
        self.left = litter(self.device)

    def check(self):
        assert self.old != self.new
        assert not self.waits
        assert self.left == []
        assert self.last in (self.old, self.new), f"neither old nor new: {self.stage} {self.error}"
        if self.stage == "done":
            assert self.error is None
            assert self.last == (self.old if self.flow == "revert" else self.new)
        elif isinstance(self.error, CommandRejected) and self.stage == "revert":
            assert self.last == self.new, "it said that the old configuration does not run"
        elif self.stage == "before" or self.flow == "revert":
            assert self.last == self.old, f"{self.stage}: {self.error}"
        elif self.last == self.new:  # nobody could know: the answer never came
            assert isinstance(self.error, Unreachable)
            assert self.stage in {"confirm", "commit"}


@pytest.fixture(scope="module")
def stories(house):
    """All cells at once, each on a device of its own: they wait most of the time."""

    def one(numbered):
        number, cell = numbered
        transport, flow, name, step = cell
        device, pin = house.fresh(1 + number), Pins()
        if name == "wrong_host_key":
            with entered(transport, house, device, pin=pin):
                pass
        strike = {"seconds": 3600} if name == "clock_jump" else {}
        device.faults.arm(Fault(**STRIKES[name], step=step) if step else Fault(name, **strike))
        timeout = 1.5 if name == "half-open" else 8.0
        return cell, Story(transport, house, device, flow, pin=pin, timeout=timeout)

    found = {}
    for start in range(0, len(CELLS), 250):  # as many as there are addresses
        with ThreadPoolExecutor(48) as pool:
            found.update(pool.map(one, enumerate(CELLS[start : start + 250])))
    return found


@pytest.mark.parametrize("cell", CELLS, ids=lambda cell: "-".join(filter(None, cell)))
def test_whatever_strikes_the_device_ends_old_or_new_and_the_answer_is_true(stories, cell):
    stories[cell].check()


def test_each_fault_did_strike(stories):
    never = {"confirm": {"rollback"}, "revert": {"confirm"}, "merge": {"confirm", "rollback"}}
    for (_, flow, name, step), story in stories.items():
        harmless = name in {"slow", "ignore_rollback", "clock_jump"} or step == "close" or step in never[flow]
        if not harmless:
            assert story.error is not None, (flow, name, step)


def test_a_slow_device_is_waited_for(stories):
    assert [cell for cell, story in stories.items() if cell[2] == "slow" and story.error] == []


@pytest.mark.parametrize("transport", TRANSPORTS)
def test_what_stands_is_said(stories, transport):
    said = {name: stories[transport, "confirm", name, ""].error for name in STANDING}
    assert isinstance(said["refuse_login"], LoginRefused)
    assert isinstance(said["wrong_host_key"], HostKeyChanged)
    assert isinstance(said["offline"], Unreachable)
    assert isinstance(said["full_flash"], CommandRejected)
    assert said["clock_jump"] is None
    ignored = stories[transport, "revert", "ignore_rollback", ""].error
    assert isinstance(ignored, CommandRejected)
    assert ignored.what == "it does not run the old configuration after the rollback"


class Nth(Faults):
    """Strikes at the nth line typed, whatever it is."""

    def __init__(self, number, fault):
        super().__init__()
        self.left, self.fault, self.struck = number, fault, False

    def strike(self, step):
        if step in {"connect", "login", "load"} or self.struck:
            return None
        self.left -= 1
        self.struck = self.left < 0
        return self.fault if self.struck else None

    def clear(self):
        self.struck = True


FULL = [pytest.param(kind, marks=pytest.mark.full) for kind in ("cut-late", "reboot", "reboot-late")]


@pytest.mark.parametrize("kind", ["cut", *FULL])
@pytest.mark.parametrize("transport", TRANSPORTS)
def test_a_fault_at_every_single_line(house, monkeypatch, transport, kind):
    monkeypatch.setattr("homeroom.lab.ios.session.step", lambda line: "read")

    def one(number):
        device, flow = house.fresh(1 + number), FLOWS[number % 3]
        device.faults = faults = Nth(number // 3, Fault(**STRIKES[kind], step="read"))
        Story(transport, house, device, flow, pin=Pins(), timeout=8.0).check()
        return faults.left

    with ThreadPoolExecutor(24) as pool:
        left = list(pool.map(one, range(120)))
    assert max(left) >= 0, "the push has more lines than were tried"
