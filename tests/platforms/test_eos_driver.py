"""The driver's promises, on emulated devices over real HTTPS: whatever strikes, old or new runs, and the driver says which."""

import threading
from contextlib import contextmanager

import pytest
from eoslab import PASSWORD, House, config, login

from homeroom.errors import (
    CommandRejected,
    DeviceError,
    HostKeyChanged,
    LoginRefused,
    Unreachable,
    Unsettled,
)
from homeroom.lab.faults import Fault
from homeroom.platforms.eos.driver import ABILITY, GuardedEOS
from homeroom.platforms.eos.parser import EosParser

MORE = ("vlan 20", "   name staff", "banner login", "! Authorised", "   staff only", "EOF")
PARSER = EosParser()


@pytest.fixture(scope="module")
def house():
    house = House()
    yield house
    house.close()


@pytest.fixture
def device(house):
    return house.fresh(1)


def new(device, *more):
    return config(device.name, *(more or MORE))


@contextmanager
def entered(house, device, change="c1", timeout=20, **options):
    driver = GuardedEOS(login(house, device, change, **options), timeout=timeout)
    try:
        driver.open()
        yield driver
    finally:
        driver.close()


def left(device):
    """What stands on the device that nobody needs any more."""
    sessions = [one.name for one in device.sessions.pending]
    return sessions + [name for name in device.flash.files if name.startswith("homeroom-")]


def test_ability_is_all_true():
    assert ABILITY.lacks() == {}


def test_replace_confirmed_from_a_new_process(house, device):
    before = device.running
    with entered(house, device) as driver:
        found = driver.running()
        assert (found.name, found.pending, found.text) == (device.name, False, before)
        diff = driver.candidate(new(device))
        assert "+vlan 20\n+   name staff" in diff
        assert "+banner login\n+! Authorised\n+   staff only\n+EOF" in diff
        assert device.running == before
        driver.commit(2)
    assert [timer.delay for timer in house.timers.waiting] == [120]
    with entered(house, device) as driver:
        found = driver.running()
        assert found.pending
        assert PARSER.diff(new(device), found.text) == PARSER.diff(new(device), device.running)
        driver.confirm()
        assert not driver.running().pending
    assert house.timers.waiting == []
    assert "vlan 20" in device.startup
    assert left(device) == []


def test_second_push_is_empty(house, device):
    for expected in (True, False):
        with entered(house, device) as driver:
            driver.running()
            assert bool(driver.candidate(new(device))) is expected
            if expected:
                driver.commit_config()
    assert left(device) == []


def test_merge(house, device):
    before = device.running
    with entered(house, device) as driver:
        driver.load_merge_candidate(config="interface Ethernet2\n   description lab\n")
        driver.load_merge_candidate(config="interface Ethernet3\n   description office\n")
        assert driver.compare_config().count("+   description") == 2
        assert driver.get_config(retrieve="candidate")["candidate"].count("description") == 3
        driver.discard_config()
        assert driver.compare_config() == ""
        driver.load_merge_candidate(config="interface Ethernet2\n   description lab\n")
        driver.commit_config()
        assert "description lab" in device.startup
        driver.rollback()
        assert device.running == before
    with entered(house, device) as driver:
        driver.running()
    assert left(device) == []


def test_merge_from_a_file(house, device, tmp_path):
    file = tmp_path / "lines.cfg"
    file.write_text("vlan 30\n")
    with entered(house, device) as driver:
        driver.load_merge_candidate(filename=str(file))
        assert "+vlan 30" in driver.compare_config()


def test_left_alone_it_reverts(house, device):
    before = device.running
    with entered(house, device) as driver:
        driver.running()
        driver.candidate(new(device))
        driver.commit(2)
    assert "vlan 20" in device.running
    house.expire()
    assert device.running == before
    assert "vlan 20" not in device.startup
    with entered(house, device) as driver:
        assert not driver.running().pending
        with pytest.raises(CommandRejected, match="its timer has taken it back"):
            driver.confirm()
    assert left(device) == []


def test_timer_of_the_device_runs():
    house = House(minute=0.05)
    gone = threading.Event()
    try:
        device = house.fresh(2)
        before = device.running
        with entered(house, device) as driver:
            driver.candidate(new(device))
            driver.commit(1)
        house.do(house.loop.call_later, 0.1, gone.set)
        assert gone.wait(20)
        assert device.running == before
    finally:
        house.close()


def test_close_neither_confirms_nor_reverts(house, device):
    with entered(house, device) as driver:
        driver.candidate(new(device))
        driver.commit(2)
    assert device.sessions.waiting.name == "homeroom-c1"
    assert "vlan 20" in device.running
    with entered(house, device) as driver:
        assert driver.has_pending_commit()
        driver.discard_config()
        assert driver.is_alive() == {"is_alive": True}
    assert driver.is_alive() == {"is_alive": False}
    assert device.sessions.waiting is not None


@pytest.mark.parametrize("confirmed", [False, True])
def test_revert_is_byte_for_byte(house, device, confirmed):
    house.do(device.merge, "interface Ethernet4\n   description not saved\n", "somebody")
    before = device.running
    with entered(house, device) as driver:
        driver.candidate(new(device))
        driver.commit(2)
    with entered(house, device) as driver:
        if confirmed:
            driver.confirm()
        driver.revert()
    assert device.running == before
    assert "not saved" in device.startup
    assert left(device) == []


def test_a_revert_that_failed_can_be_tried_again(house, device):
    before = device.running
    with entered(house, device) as driver:
        driver.candidate(new(device))
        driver.commit(2)
        driver.confirm_commit()
    device.faults.arm(Fault("cut", "rollback"))
    with entered(house, device) as driver:
        driver.discard()
        driver.running()
        with pytest.raises(Unsettled):
            driver.revert()
    with entered(house, device) as driver:
        driver.revert()
    assert (device.running, left(device)) == (before, [])


def test_nothing_to_go_back_to(house, device):
    with entered(house, device) as driver, pytest.raises(CommandRejected, match="keeps nothing that this change"):
        driver.revert()


@pytest.mark.parametrize("release", ["4.31.5M", "4.33.1F"])
def test_both_shapes_of_sessions(release):
    house = House(release=release)
    try:
        device = house.fresh(3)
        with entered(house, device) as driver:
            driver.candidate(new(device))
            driver.commit(2)
        with entered(house, device) as driver:
            assert driver.running().pending
            driver.confirm()
        assert "vlan 20" in device.startup
    finally:
        house.close()


# --- what it refuses


def refused(driver, text):
    with pytest.raises(CommandRejected) as caught:
        driver.candidate(text)
    return str(caught.value)


def test_a_typo_is_named_by_its_line(house, device):
    with entered(house, device) as driver:
        text = new(device).replace("   name staff", "   naem staff")
        line = text.splitlines().index("   naem staff") + 1
        assert refused(driver, text) == (
            f"{device.name}: line {line}, `naem staff`, was refused: Invalid input (at token 0: 'naem'); "
            "correct it, then try again"
        )
        assert left(device) == []
    assert "vlan 20" not in device.running


@pytest.mark.parametrize("lost", ["   no shutdown", "username"])
def test_a_text_that_would_lock_us_out(house, device, lost):
    text = "".join(f"{line}\n" for line in new(device).splitlines() if not line.startswith(lost))
    with entered(house, device) as driver:
        assert refused(driver, text) == (
            f"{device.name}: the new configuration would close the way back; "
            "keep `management api http-commands` with `no shutdown`, and the user netops, in it"
        )
        assert house.counters.commands


def test_somebody_elses_session(house, device):
    house.do(device.sessions.enter, "ansible_17", "ansible")
    with entered(house, device) as driver:
        assert refused(driver, new(device)) == (
            f"{device.name}: somebody else's configuration session ansible_17 is open there; "
            "have it committed, or aborted there: `configure session ansible_17 abort`"
        )
    assert left(device) == ["ansible_17"]


def test_what_another_homeroom_left_behind(house, device):
    house.do(device.sessions.enter, "homeroom-c0", "netops")
    house.do(device.write, "flash:homeroom-c0-rollback", "old\n")
    with entered(house, device) as driver:
        driver.running()
        driver.candidate(new(device))
    assert left(device) == []


def test_somebody_elses_commit(house, device):
    with entered(house, device, "c0") as driver:
        driver.candidate(new(device))
        driver.commit(2)
    words = f"{device.name}: an earlier change still waits there for its confirmation (session homeroom-c0); "
    with entered(house, device) as driver:
        assert refused(driver, new(device)).startswith(words)
        for verb in (driver.confirm, driver.revert):
            with pytest.raises(CommandRejected, match="an earlier change still waits"):
                verb()
    assert device.sessions.waiting.name == "homeroom-c0"


def test_commit_of_what_is_not_there(house, device):
    with entered(house, device) as driver:
        with pytest.raises(CommandRejected, match="nothing of this change is staged"):
            driver.commit(2)
        driver.candidate(new(device))
        with pytest.raises(CommandRejected, match="EOS keeps no message"):
            driver.commit_config(message="why")
        with pytest.raises(CommandRejected, match="its timer cannot run 86400 seconds; give 1 to 86399"):
            driver.commit_config(revert_in=86400)
        house.do(device.sessions.abort, "homeroom-c1")
        with pytest.raises(CommandRejected, match="nothing of this change is staged"):
            driver.commit(2)
        with pytest.raises(CommandRejected, match="Cannot find session homeroom-c1"):
            driver.compare_config()


def test_commit_while_another_waits(house, device):
    with entered(house, device, "c0") as other, entered(house, device) as driver:
        driver.candidate(new(device))
        house.do(device.sessions.enter, "homeroom-c0", "netops")
        house.do(device.commit, "homeroom-c0", 60)
        with pytest.raises(CommandRejected, match="an earlier change still waits"):
            driver.commit(2)
        assert other.is_alive()["is_alive"]


def test_wrong_certificate_never_sees_the_password(house, device):
    device.faults.arm(Fault("wrong_host_key"))
    commands, wrong = house.counters.commands, house.counters.refused
    driver = GuardedEOS(login(house, device))
    with pytest.raises(HostKeyChanged):
        driver.open()
    driver.close()
    assert (house.counters.commands, house.counters.refused) == (commands, wrong)


def test_wrong_password(house, device):
    with pytest.raises(LoginRefused, match="it refused our login"), entered(house, device, password="guess"):
        pass


def test_nobody_there(house, device):
    device.faults.arm(Fault("offline"))
    with pytest.raises(Unreachable, match="no connection"), entered(house, device):
        pass


def test_what_is_no_eapi(house, device, monkeypatch):
    monkeypatch.setattr("homeroom.platforms.eos.transport._PATH", "/elsewhere")
    with pytest.raises(Unreachable, match="its API answered 404 and no JSON"), entered(house, device):
        pass


def test_secrets_do_not_stand_in_errors(house, device):
    with entered(house, device) as driver:
        said = refused(driver, new(device, f"usernaem x secret {PASSWORD}"))
    assert PASSWORD not in said
    assert "<<secret:device_password>>" in said


def test_reads_with_errors_of_ours(house, device):
    with entered(house, device) as driver:
        assert driver.get_facts()["hostname"] == device.name
        assert driver.get_interfaces()["Ethernet1"]["is_up"]
        assert driver.get_interfaces_ip()["Vlan99"]["ipv4"] == {"10.0.7.194": {"prefix_length": 27}}
        assert driver.cli(["show hostname"]) == {
            "show hostname": f"Hostname: {device.name}\nFQDN:     {device.name}.school.example\n"
        }
        with pytest.raises(CommandRejected, match="show nonsense"):
            driver.cli(["show nonsense"])


def test_a_connection_that_was_dropped_between_requests(house, device):
    with entered(house, device) as driver:
        connections = house.counters.connections
        driver.device.connection.transport.sock.shutdown(2)
        assert not driver.is_alive()["is_alive"]
        driver.running()
        assert house.counters.connections == connections + 1


# --- the fault matrix

STANDING = ("refuse_login", "full_flash", "ignore_rollback", "offline", "wrong_host_key")
COMMIT = ("connect", "login", "read", "load", "compare", "commit")
ENDS = {"confirm": ("connect", "login", "read", "confirm", "save", "close"),
        "revert": ("connect", "login", "read", "rollback", "save", "close")}  # fmt: skip


def striking(steps):
    """Every fault that can strike at one of these steps, and those that stand."""
    for step in steps:
        yield from (Fault(kind, step, late=late) for kind in ("cut", "reboot") for late in (False, True))
        yield Fault("slow", step, seconds=0.02)
        if step != "connect":
            yield Fault("half_open", step)
    yield from (Fault(kind) for kind in STANDING)
    yield Fault("clock_jump", seconds=-86400)


CASES = [
    *(("commit", "confirm", fault) for fault in striking(COMMIT)),
    *(("finish", end, fault) for end, steps in ENDS.items() for fault in striking(steps)),
    *(("discard", "confirm", fault) for fault in striking(["close"]) if fault.step),
]


def word(case):
    part, end, fault = case
    return f"{part}-{end}-{fault.kind}-{fault.step or 'standing'}{'-late' if fault.late else ''}"


class Story:
    """One push under a fault, and what the driver said of each part of it."""

    def __init__(self, house, device, case):
        self.house, self.device = house, device
        self.part, self.end, self.fault = case
        self.old, self.new = device.running, ""
        self.told = "old"

    def state(self):
        return {self.old: "old", self.new: "new"}.get(self.device.running, "neither")

    def says(self, answer):
        """Hold what the driver says against what runs."""
        self.told = answer
        assert answer == "unknown" or self.state() == answer

    def run(self):
        parts = [("commit", self.commit), ("finish", self.finish)]
        if self.part == "discard":
            parts = [("discard", self.discard)]
        for name, part in parts:
            if name == self.part:
                self.device.faults.arm(self.fault)
            self.do(part)
            if self.told != "new":
                return

    def do(self, part):
        before = self.told
        try:
            with entered(self.house, self.device, timeout=1.2 if self.fault.kind == "half_open" else 20) as driver:
                part(driver)
        except Unsettled:
            self.says("unknown")
        except CommandRejected as error:
            says = [runs for runs in ("old", "new") if f"it runs the {runs} configuration" in str(error)]
            self.says(says[0] if says else before)
        except DeviceError:  # it was not told anything: what ran, runs, until the timer goes off or it restarts
            self.says("unknown" if self.fault.kind == "reboot" else before)

    def dry(self):
        """Learn what the new configuration looks like on the device."""
        with entered(self.house, self.device, "dry") as driver:
            driver.candidate(new(self.device))
            tree = self.device.sessions.open["homeroom-dry"].tree
            self.new = self.house.do(self.device.print, tree, "running-config")

    def discard(self, driver):
        driver.running()
        assert driver.candidate(new(self.device))

    def commit(self, driver):
        self.discard(driver)
        driver.commit(2)
        self.says("new")

    def finish(self, driver):
        driver.running()
        (driver.confirm if self.end == "confirm" else driver.revert)()
        self.says("new" if self.end == "confirm" else "old")


@pytest.mark.parametrize("case", CASES, ids=word)
def test_fault(house, device, case):
    story = Story(house, device, case)
    story.dry()
    story.run()
    assert story.fault.step is None or not device.faults._armed
    device.faults.clear()
    house.expire()
    with entered(house, device) as driver:  # a later connection cleans up
        final = driver.running()
    assert (final.pending, final.text) == (False, device.running)
    assert story.state() in {"old", "new"}
    if story.told == "new" and story.end == "confirm" and story.fault.kind in {"slow", "clock_jump"}:
        assert story.state() == "new"
    assert left(device) == []
    assert device.sessions.waiting is None
    with entered(house, device, "c2") as driver:  # and the device can be worked on again
        assert driver.candidate(new(device, "vlan 40"))
