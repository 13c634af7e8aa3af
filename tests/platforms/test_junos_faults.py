"""The junos driver under every fault at every step: the device ends on the old or the new configuration, the driver's
answer says which or that it is unknown, and nothing is left behind."""

import time

import pytest
from junos_house import PASSWORD, House, quick

from homeroom.errors import CommandRejected, DeviceError, HostKeyChanged, LoginRefused, Unreachable, Unsettled
from homeroom.lab.faults import Fault
from homeroom.platforms.box import Login
from homeroom.platforms.junos.driver import GuardedJunos
from homeroom.secret import Secret

pytestmark = pytest.mark.full  # every step waits for an answer that never comes

STEPS = ("connect", "login", "read", "load", "compare", "commit", "confirm", "rollback", "close")
FAULTS = {
    "cut": {"kind": "cut"},
    "cut late": {"kind": "cut", "late": True},
    "half open": {"kind": "half_open"},
    "reboot": {"kind": "reboot"},
    "reboot late": {"kind": "reboot", "late": True},
    "slow": {"kind": "slow", "seconds": 0.1},
}
STANDING = ("refuse_login", "wrong_host_key", "full_flash", "ignore_rollback", "clock_jump", "snmp_silent", "offline")
PATIENT, HASTY = 30, 2


@pytest.fixture(scope="module")
def house():
    house = House()
    house.numbers = iter(range(1, 240))
    with quick():
        yield house
    house.close()


class Story:
    """One change of one device: pushed, confirmed over a fresh connection, taken back. `claims`: what the driver said."""

    def __init__(self, house, fault):
        self.house = house
        self.device = house.device(next(house.numbers))
        self.old = self.device.running
        self.new = self.old.replace("Main street 1", "Second street 2")
        self.seconds = HASTY if fault.kind in {"half_open", "offline"} else PATIENT
        self.claims = {}
        self.key = []

    def enter(self, seconds=None):
        def pin(key):
            self.key = self.key or [key]
            if key != self.key[0]:
                raise HostKeyChanged("d", "it showed another host key", "find out why")

        login = Login("d", self.device.address, self.house.port, "netops", Secret("p", PASSWORD), pin, str, "change-1")
        return GuardedJunos(login, seconds or self.seconds)

    def tell(self, name, *verbs):
        """Open a connection, do what is asked, close it; note what was answered."""
        box = self.enter()
        try:
            box.open()
            for verb in verbs:
                verb(box)
        except DeviceError as error:
            self.claims[name] = error
        else:
            self.claims[name] = None
        finally:
            box.close()
        return self.claims[name] is None

    def push(self):
        return self.tell(
            "push", lambda box: box.running(), lambda box: box.candidate(self.new), lambda box: box.commit(5)
        )

    def confirm(self):
        return self.tell("confirm", lambda box: box.running(), lambda box: box.confirm())

    def revert(self):
        return self.tell("revert", lambda box: box.running(), lambda box: box.revert())

    def settle(self):
        """Heal the device, let its timer pass, and look at it over a fresh connection."""
        self.device.faults.clear()
        pending = self.device.base.pending
        self.house.expire()
        until = time.monotonic() + 20
        while (self.device.clients or self.device.base.lock) and time.monotonic() < until:
            time.sleep(0.01)
        box = self.enter(PATIENT)
        box.open()
        name, text, waits = box.running()
        box.close()
        assert name == self.device.name
        assert not waits
        return text, pending

    def left_nothing(self):
        base = self.device.base
        until = time.monotonic() + 20
        while self.device.clients and time.monotonic() < until:
            time.sleep(0.01)
        assert not self.device.clients
        assert base.lock is None
        assert not base.modified
        assert not base.pending


@pytest.mark.parametrize("name", FAULTS)
@pytest.mark.parametrize("step", STEPS)
def test_a_fault_at_a_step(house, step, name):
    fault = Fault(step=step, **FAULTS[name])
    story = Story(house, fault)
    assert step not in {"confirm", "rollback"} or story.push()
    assert step != "rollback" or story.confirm()
    story.device.faults.arm(fault)
    acts = {"confirm": story.confirm, "rollback": story.revert}
    good = acts.get(step, story.push)()
    text, pending = story.settle()
    error = story.claims["push" if step not in acts else "revert" if step == "rollback" else "confirm"]
    assert text in {story.old, story.new}
    if good:
        # it said it was done: a push waits for its confirmation, a confirmation holds, a rollback is back
        assert (text == story.new) == (step == "confirm")
        assert pending == (step not in acts)
    else:
        assert isinstance(error, (Unreachable, Unsettled))
        unknown = step in {"commit", "confirm"}
        assert isinstance(error, Unsettled) == unknown
        if not unknown:  # it said that nothing was changed
            assert text == (story.new if step == "rollback" else story.old)
            assert not pending
    story.left_nothing()
    if name == "slow":
        assert good


def test_a_cut_during_the_commit_of_a_rollback_is_unknown(house):
    fault = Fault("cut", "commit", late=True)
    story = Story(house, fault)
    assert story.push()
    assert story.confirm()
    story.device.faults.arm(fault)
    assert not story.revert()
    assert isinstance(story.claims["revert"], Unsettled)
    assert str(story.claims["revert"]).startswith("d: the connection was lost during the commit: no connection")
    assert str(story.claims["revert"]).endswith("; read the device again: it runs the old or the new configuration")
    assert story.settle()[0] == story.old
    story.left_nothing()


@pytest.mark.parametrize("kind", STANDING)
def test_a_fault_that_stands(house, kind):
    fault = Fault(kind, seconds=3600 if kind == "clock_jump" else 0)
    story = Story(house, fault)
    if kind == "wrong_host_key":
        assert story.tell("first")
    story.device.faults.arm(fault)
    good = story.push()
    expected = {
        "refuse_login": LoginRefused,
        "wrong_host_key": HostKeyChanged,
        "full_flash": CommandRejected,
        "offline": Unreachable,
    }
    assert good == (kind not in expected)
    assert isinstance(story.claims["push"], expected.get(kind, type(None)))
    assert story.settle()[0] == story.old
    story.left_nothing()


def test_an_ignored_rollback_is_said_and_the_timer_still_works(house):
    fault = Fault("ignore_rollback")
    story = Story(house, fault)
    assert story.push()
    story.device.faults.arm(fault)
    assert not story.revert()
    assert isinstance(story.claims["revert"], CommandRejected)
    assert story.settle() == (story.old, True)
    story.left_nothing()


def test_a_commit_on_trial_outlives_a_reboot_and_is_still_taken_back(house):
    story = Story(house, Fault("reboot", "read"))
    assert story.push()
    house.do(story.device.reboot)
    assert story.device.running == story.new
    assert story.settle() == (story.old, True)
    assert story.device.engine_boots == 2
