"""Every fault at every step of a push: the device ends on the old or the new configuration, and the answer is true."""

import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import pytest
from held import MINUTE, Time
from roshouse import House, Pins, driver, litter, made, shown

from homeroom.errors import CommandRejected, DeviceError, HostKeyChanged, LoginRefused, Unreachable, Unsettled
from homeroom.lab.faults import Fault, Faults
from homeroom.lab.ros import front
from homeroom.platforms.ros.parser import RosParser

pytestmark = pytest.mark.full  # hundreds of cases, some waiting for an answer that never comes

STEPS = ("connect", "login", "read", "load", "compare", "save", "commit", "confirm", "rollback", "close")
STRIKES = {
    "cut": {"kind": "cut"},
    "cut-late": {"kind": "cut", "late": True},
    "half-open": {"kind": "half_open"},
    "reboot": {"kind": "reboot"},
    "reboot-late": {"kind": "reboot", "late": True},
    "slow": {"kind": "slow", "seconds": 0.2},
}
STANDING = ("refuse_login", "wrong_host_key", "full_flash", "ignore_rollback")
CELLS = [(flow, name, step) for flow in ("confirm", "revert") for name in STRIKES for step in STEPS]
CELLS += [(flow, name, "") for flow in ("confirm", "revert") for name in STANDING]
MINUTES = 8
NEW = """\
/interface vlan add interface=bridge name=student vlan-id=10
/interface bridge port set [ find interface=ether3 ] pvid=10
/ip address add address=10.0.0.1/22 interface=student
/ip firewall filter add action=drop chain=input in-interface=student
/ip dns set servers=10.1.1.1
"""


class Held(House):
    """A house whose devices' timers go off when they are told to."""

    def __init__(self):
        super().__init__()
        self.times = {}

    def fresh(self, number):
        clock = Time(self.loop)
        device = made(number, clock.clock, clock.later, MINUTE)
        device.config  # noqa: B018 -- it boots
        self.devices[device.address], self.times[device.address] = device, clock
        return device

    def expire(self, device):
        """Let an hour pass; what restarted meanwhile has run its start-up scripts."""
        end = time.monotonic() + 20
        self.do(self.times[device.address].expire)
        while device.config.table("/system scheduler") and time.monotonic() < end:
            time.sleep(0.05)


@pytest.fixture(scope="module")
def quick():
    house = Held()
    yield house
    house.close()


@contextmanager
def entered(house, device, pin, timeout):
    box = driver(house, device, pin=pin, timeout=timeout)
    try:
        box.open()
        yield box
    finally:
        box.close()


class Story:
    """One push under a fault: how far it came, what it said, and how it all ended."""

    def __init__(self, house, device, flow, *, timeout=5.0, late_fault=None):
        self.device, self.flow = device, flow
        self.stage, self.error = "before", None
        self.old = RosParser().lines(shown(device))
        self.pin = Pins()
        text = shown(device) + NEW.replace("set [ find interface=ether3 ] pvid=10", "")
        text = text.replace("/interface bridge port \n", "").replace("interface=ether3\n", "interface=ether3 pvid=10\n")
        self.new = RosParser().lines(text)
        if late_fault is None:
            self.push(house, text, timeout)
        else:
            self.pin.seen = ""
            late_fault()
            self.push(house, text, timeout)
        self.settle(house)

    def push(self, house, text, timeout):
        try:
            with entered(house, self.device, self.pin, timeout) as box:
                box.running()
                assert box.candidate(text)
                self.stage = "commit"
                box.commit(MINUTES)
                self.stage = "pending"
            with entered(house, self.device, self.pin, timeout) as box:
                box.running()
                self.stage = self.flow
                getattr(box, self.flow)()
                self.stage = "done"
        except DeviceError as error:
            self.error = error

    def settle(self, house):
        """Heal the device, let its timer run out, and let a later connection clean up."""
        self.device.faults.clear()
        house.expire(self.device)
        with entered(house, self.device, Pins(), 10) as box:
            self.pending = box.has_pending_commit()
        self.last = RosParser().lines(shown(self.device))
        self.left = litter(self.device)

    def check(self):
        assert self.old != self.new
        assert not self.pending
        assert self.left == []
        assert self.last in {self.old, self.new}, "neither the old nor the new configuration"
        if self.stage == "done":
            assert self.error is None or isinstance(self.error, Unreachable)
            assert self.last == (self.new if self.flow == "confirm" else self.old)
        elif self.stage != "confirm":
            assert self.last == self.old, f"{self.stage}: {self.error}"
        if self.stage == "commit":
            assert isinstance(self.error, CommandRejected | Unreachable | Unsettled)


@pytest.fixture(scope="module")
def stories(quick):
    """All cells at once, each on a device of its own: they wait most of the time."""

    def one(cell):
        number, (flow, name, step) = cell
        device = quick.fresh(number)
        fault = Fault(**STRIKES[name], step=step) if step else Fault(name)
        known = Pins()
        if name == "wrong_host_key":
            with entered(quick, device, known, 5) as box:
                box.is_alive()
        device.faults.arm(fault)
        timeout = 0.6 if name == "half-open" else 5.0
        story = Story.__new__(Story)
        Story.__init__(story, quick, device, flow, timeout=timeout)
        return (flow, name, step), story

    with ThreadPoolExecutor(16) as pool:
        return dict(pool.map(one, enumerate(CELLS, 1)))


@pytest.mark.parametrize("cell", CELLS, ids=lambda cell: "-".join(filter(None, cell)))
def test_whatever_strikes_the_device_ends_old_or_new_and_the_answer_is_true(stories, cell):
    stories[cell].check()


def test_each_fault_did_strike(stories):
    for (flow, name, step), story in stories.items():
        told = story.error is not None
        silent = (
            name in {"slow", "ignore_rollback", "wrong_host_key"}
            or step == {"confirm": "rollback", "revert": "confirm"}[flow]
        )
        if not silent and step != "close":
            assert told, (flow, name, step)


def test_a_slow_device_is_waited_for(stories):
    for step in STEPS:
        assert stories["confirm", "slow", step].error is None


def test_an_ignored_rollback_is_not_believed_and_the_timer_takes_the_change_back(stories):
    error = stories["revert", "ignore_rollback", ""].error
    assert isinstance(error, CommandRejected)
    assert error.what == "it does not run the old configuration after the rollback"


def test_a_full_flash_is_said_before_anything_is_changed(stories):
    story = stories["confirm", "full_flash", ""]
    assert story.stage == "before"
    assert story.error.what == "refused (failure: not enough space)"


def test_a_refused_login_and_another_certificate_are_told_apart(quick):
    device, pin = quick.fresh(201), Pins()
    with entered(quick, device, pin, 5):
        pass
    device.faults.arm(Fault("wrong_host_key"))
    asked = quick.counters.commands
    with pytest.raises(HostKeyChanged), entered(quick, device, pin, 5):
        pass
    assert quick.counters.commands == asked, "a password was sent"
    device.faults.clear()
    device.faults.arm(Fault("refuse_login"))
    with pytest.raises(LoginRefused, match="it refused our login"), entered(quick, device, pin, 5):
        pass


def test_a_full_flash_between_comparison_and_commit_changes_nothing(quick):
    device = quick.fresh(202)
    before = RosParser().lines(shown(device))
    with entered(quick, device, Pins(), 5) as box:
        box.candidate(shown(device) + "/ip dns set servers=10.1.1.1\n")
        device.faults.arm(Fault("full_flash"))
        with pytest.raises(CommandRejected, match="not enough space"):
            box.commit(MINUTES)
        device.faults.clear()
    assert RosParser().lines(shown(device)) == before
    assert litter(device) == []


@pytest.mark.parametrize("after", range(8))
def test_a_device_that_stops_in_the_middle_of_the_script_takes_back_what_it_did(quick, after):
    device = quick.fresh(210 + after)
    before = RosParser().lines(shown(device))
    text = shown(device).replace("interface=ether3\n", "interface=ether3 pvid=10\n")
    with entered(quick, device, Pins(), 5) as box:
        box.candidate(text + NEW.replace("/interface bridge port set [ find interface=ether3 ] pvid=10\n", ""))
        device.stop_after = after if after < 5 else after - 5
        if after >= 5:
            device.faults.arm(Fault("cut", "rollback"))
        with pytest.raises(Unreachable):
            box.commit(MINUTES)
    quick.expire(device)
    with entered(quick, device, Pins(), 5) as box:
        assert not box.has_pending_commit()
    assert RosParser().lines(shown(device)) == before
    assert litter(device) == []


class Nth(Faults):
    """Strikes at the nth command of all, whatever it is."""

    def __init__(self, number, fault):
        super().__init__()
        self.left, self.fault, self.struck = number, fault, False

    def strike(self, step):
        if step == "connect" or self.struck:
            return None
        self.left -= 1
        self.struck = self.left < 0
        return self.fault if self.struck else None

    def clear(self):
        self.struck = True


def _at_every_command(quick, monkeypatch, make):
    steps = front.step
    monkeypatch.setattr(front, "step", lambda command, params: steps(command, params) or "read")

    def one(number):
        device = quick.fresh(1 + number % 240)
        device.faults = Nth(number, make())
        faults = device.faults
        Story(quick, device, "confirm", timeout=0.6 if make().kind == "half_open" else 5.0).check()
        return faults.left

    # the last numbers come after the push has ended: nothing strikes any more
    with ThreadPoolExecutor(16) as pool:
        left = list(pool.map(one, range(100)))
    assert max(left) >= 0, "the push has more commands than were tried"


@pytest.mark.parametrize("late", [False, True])
def test_a_cut_at_every_single_command(quick, monkeypatch, late):
    _at_every_command(quick, monkeypatch, lambda: Fault("cut", "read", late=late))


@pytest.mark.full
@pytest.mark.parametrize("kind", ["half_open", "reboot"])
def test_a_hang_and_a_restart_at_every_single_command(quick, monkeypatch, kind):
    _at_every_command(quick, monkeypatch, lambda: Fault(kind, "read", late=True))
