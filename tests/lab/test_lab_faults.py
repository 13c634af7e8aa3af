"""Faults of IOS devices: each strikes at its step, once, before or after the effect; and what the agent swallows."""

import asyncio
import contextlib

import asyncssh
import pytest

from homeroom.errors import LabError
from homeroom.lab.agent import Agent
from homeroom.lab.faults import STEPS, Fault, Faults
from homeroom.lab.ios.exec import grammar
from homeroom.lab.ios.session import Session
from homeroom.lab.ios.steps import step
from homeroom.lab.terminal import Terminal
from tests.lab.conftest import PASSWORD
from tests.snmp.box import Box

LINES = {
    "show running-config": "read",
    "show startup-config": "read",
    "show archive config differences flash:x": "compare",
    "copy flash:x running-config": "commit",
    "configure replace flash:x force time 5": "commit",
    "configure terminal": "commit",
    "configure replace flash:homeroom-rollback.cfg force": "rollback",
    "configure revert now": "rollback",
    "configure confirm": "confirm",
    "write memory": "save",
    "copy running-config startup-config": "save",
    "tclsh": "load",
    "delete /force flash:x": "close",
    "exit": "close",
}


@pytest.mark.parametrize(("line", "named"), LINES.items())
def test_each_command_is_a_step_of_a_change(line, named):
    assert step(line) == named


def test_most_commands_are_no_step_and_all_steps_have_a_command():
    assert [step(line) for line in ("show clock", "", "terminal length 0", "dir")] == [None] * 4
    assert {*LINES.values(), "connect", "login"} == STEPS


class Line:
    """A terminal line on a device: `type` types, `out` is what was seen."""

    def __init__(self, device):
        self.out, self.ended, self.cuts = "", 0, 0
        self.session = Session(device, device.login("netops", "192.0.2.1"), grammar())
        self.terminal = Terminal(self.session, self.see, self.end, self.cut)

    def see(self, text):
        self.out += text

    def end(self):
        self.ended += 1

    def cut(self):
        self.cuts += 1

    def type(self, *lines):
        self.out = ""
        self.terminal.feed("".join(f"{line}\r" for line in lines))
        return self.out


@pytest.mark.parametrize(("late", "saved"), [(False, False), (True, True)])
@pytest.mark.parametrize("kind", ["cut", "reboot"])
def test_a_connection_breaks_before_or_after_the_effect(router, kind, late, saved):
    line = Line(router)
    line.type("configure terminal", "hostname changed", "end")
    router.faults.arm(Fault(kind, "save", late=late))
    boots = router.engine_boots
    line.type("write memory", "show clock")
    assert line.cuts == 1
    assert "OK" not in line.out
    assert "show clock" not in line.out
    assert ("hostname changed" in router.startup) is saved
    assert router.engine_boots == boots + (kind == "reboot")
    assert router.hostname == ("changed" if kind == "cut" or saved else router.name)
    assert router.faults.armed == ()


def test_a_reboot_during_a_commit_leaves_the_startup_configuration(router, world):
    text = router.running.replace("hostname ", "hostname x")
    router.write("flash:new", text.encode())
    router.faults.arm(Fault("reboot", "commit", late=True))
    dropped = []
    router.drops["connection"] = lambda: dropped.append(1)
    world.now += 100
    line = Line(router)
    line.type("configure replace flash:new force time 5")
    assert dropped == [1]
    assert router.hostname == router.name
    assert router.pending is None
    assert (router.boot, router.uptime) == (world.now, 0)
    assert router.logins == []


def test_a_half_open_connection_does_what_it_was_told_and_never_answers(router):
    router.faults.arm(Fault("half_open", "save"))
    line = Line(router)
    line.type("configure terminal", "hostname changed", "end")
    assert line.type("write memory") == "write memory"
    assert "hostname changed" in router.startup
    assert line.type("show clock") == ""
    assert (line.cuts, line.ended) == (0, 0)


def test_a_slow_answer_comes_in_time_and_in_order(router, world):
    router.faults.arm(Fault("slow", "read", seconds=5))
    line = Line(router)
    assert line.type("terminal length 0", "show running-config", "show clock").endswith("#show running-config")
    line.out = ""
    world.wait(5)
    assert "hostname" in line.out
    assert line.out.index("hostname") < line.out.index("show clock")
    router.faults.arm(Fault("slow", "close", seconds=5))
    line.type("exit")
    assert line.ended == 0
    world.wait(5)
    assert line.ended == 1


def test_a_full_flash_takes_nothing(router, talk):
    router.faults.arm(Fault("full_flash"))
    assert "No space left on device" in talk("copy running-config flash:x", "")
    assert "%Error writing the archive (No space left on device)" in talk("archive config")
    assert "%Error writing the archive" in talk("configure terminal revert timer 5")
    before = router.running
    router.flash.write("flash:new", before.replace("hostname ", "hostname x").encode(), 0)
    assert "%Error writing the archive" in talk("configure replace flash:new force time 5")
    assert router.running == before
    assert "[OK]" in talk("write memory")


def test_a_rollback_is_answered_and_not_done(router, talk, world):
    old = router.running
    talk("configure terminal revert timer 5", "hostname changed", "end")
    router.faults.arm(Fault("ignore_rollback"))
    assert "Rollback Done" in talk("configure revert now")
    assert router.hostname == "changed"
    router.faults.clear()
    router.write("flash:rollback.cfg", old.encode())
    router.faults.arm(Fault("ignore_rollback"))
    assert "Rollback Done" in talk("configure replace flash:rollback.cfg force")
    assert router.hostname == "changed"
    talk("configure terminal revert timer 5", "hostname again", "end")
    world.wait(300)
    assert router.hostname == "changed", "nobody is answered when the timer runs out: it does what it should"
    router.faults.clear()
    assert "Rollback Done" in talk("configure replace flash:rollback.cfg force")
    assert router.hostname == router.name


def test_a_clock_that_jumps_changes_no_uptime(router, talk, world):
    world.now += 120
    before = talk("show clock")
    router.faults.arm(Fault("clock_jump", seconds=86_400))
    assert talk("show clock") != before
    assert router.clock() == world.now + 86_400
    assert router.uptime == 120


def test_a_device_that_was_never_touched_reboots_as_staged(router):
    router.reboot()
    assert router.hostname == router.name
    assert router.engine_boots == 2


async def _login(house, number, **more):
    options = {"username": "netops", "password": PASSWORD, "known_hosts": None, "client_keys": None, "agent_path": None}
    return await asyncssh.connect(f"127.0.9.{number}", house.port, **{**options, **more})


def over_ssh(house, number, *faults, steps=None):
    """Arm faults on a device, enter it by SSH and run what `steps` says; return its answer."""
    device = house.find(f"127.0.9.{number}")
    for fault in faults:
        device.faults.arm(fault)

    async def scenario():
        async with await asyncio.wait_for(_login(house, number), 20) as connection:
            return await steps(connection) if steps else None

    try:
        return asyncio.run(scenario())
    finally:
        device.faults.clear()


async def _show(connection):
    return (await asyncio.wait_for(connection.run("show running-config"), 20)).stdout


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        (Fault("offline"), (asyncssh.Error, OSError)),
        (Fault("cut", "connect"), (asyncssh.Error, OSError)),
        (Fault("reboot", "connect"), (asyncssh.Error, OSError)),
        (Fault("cut", "login"), (asyncssh.Error, OSError)),
        (Fault("reboot", "login"), (asyncssh.Error, OSError)),
        (Fault("refuse_login"), asyncssh.PermissionDenied),
    ],
)
def test_nobody_gets_in(house, fault, error):
    with pytest.raises(error):
        over_ssh(house, 101, fault)
    assert "hostname" in over_ssh(house, 101, steps=_show)


@pytest.mark.parametrize("where", ["connect", "login"])
def test_half_open_connections_say_nothing(house, where):
    async def scenario():
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(_login(house, 103), 0.5)
            return True
        return False

    device = house.find("127.0.9.103")
    device.faults.arm(Fault("half_open", where))
    assert not asyncio.run(scenario())
    assert device.faults.armed == ()


@pytest.mark.parametrize("where", ["connect", "login", "read"])
def test_slow_devices_answer_all_the_same(house, where):
    assert "hostname" in over_ssh(house, 105, Fault("slow", where, seconds=0.05), steps=_show)


@pytest.mark.parametrize(("late", "there"), [(False, False), (True, True)])
@pytest.mark.parametrize("kind", ["cut", "reboot", "slow"])
def test_a_file_arrives_or_does_not(house, tmp_path, kind, late, there):
    number = 107
    device = house.find(f"127.0.9.{number}")
    device.flash.files.clear()
    (tmp_path / "sent").write_text("x" * 1000)

    async def put(connection):
        await asyncio.wait_for(asyncssh.scp(str(tmp_path / "sent"), (connection, "flash:sent")), 20)

    fault = Fault(kind, "load", late=late, seconds=0.05 if kind == "slow" else 0)
    if kind == "slow":
        over_ssh(house, number, fault, steps=put)
    else:
        with pytest.raises((asyncssh.Error, OSError)):
            over_ssh(house, number, fault, steps=put)
    assert ("sent" in device.flash.files) is (there or kind == "slow")


@pytest.mark.parametrize("kind", ["cut", "reboot"])
def test_one_command_is_cut_too(house, kind):
    async def read(connection):
        return (await asyncio.wait_for(connection.run("show running-config"), 20)).exit_status

    try:
        status = over_ssh(house, 109, Fault(kind, "read"), steps=read)
    except (asyncssh.Error, OSError):
        status = None
    assert status is None


def test_an_impostor_has_another_key(house):
    async def key(connection):
        return connection.get_server_host_key().get_fingerprint()

    right = over_ssh(house, 111, steps=key)
    assert over_ssh(house, 111, Fault("wrong_host_key"), steps=key) != right
    assert over_ssh(house, 111, steps=key) == right


def test_a_reboot_ends_the_sessions_of_others(house):
    async def scenario():
        async with await _login(house, 113) as other:
            device = house.find("127.0.9.113")
            house.loop.call_soon_threadsafe(device.reboot)
            await asyncio.wait_for(other.wait_closed(), 20)

    asyncio.run(scenario())


def test_the_agent_is_silent_as_faults_say():
    draws = iter((0.4, 0.6))
    agent, box = Agent(1, draw=lambda: next(draws)), Box()
    request = bytes.fromhex("3000")
    asked = lambda: agent._lost(box)  # noqa: E731
    assert not asked()
    box.faults.arm(Fault("packet_loss", share=0.5))
    assert (asked(), asked()) == (True, False)
    for kind in ("snmp_silent", "offline"):
        box.faults.clear()
        box.faults.arm(Fault(kind))
        assert asked()
        assert agent.handle(request, box, 0) is None


def test_an_engine_that_was_forgotten_goes_on_counting():
    agent, box = Agent(1), Box()
    agent.handle(b"nonsense", box, 0)
    before = dict(agent._engines[box.address].counters)
    agent.forget(box.address)
    agent.forget("127.9.9.9")
    assert agent._engines == {}
    agent.handle(b"nonsense", box, 0)
    assert {name: 2 * count for name, count in before.items()} == dict(agent._engines[box.address].counters)


def test_faults_that_could_never_strike_are_refused():
    for words, message in (
        ({"kind": "cut"}, "cut needs a step"),
        ({"kind": "offline", "step": "login"}, "offline takes no step"),
        ({"kind": "packet_loss", "share": 2}, "packet_loss: a fault strikes at least once, and its share is between"),
        ({"kind": "cut", "step": "commit", "times": 0}, "cut: a fault strikes at least once"),
        ({"kind": "cut", "step": "lunch"}, "no fault cut at lunch: kinds are "),
        ({"sort": "cut"}, "this is no fault: "),
    ):
        with pytest.raises(LabError, match=message):
            Fault.read(words)
    fault = Fault("cut", "commit", times=2)
    assert Fault.read(fault.packed()) == fault
    assert Fault("offline", seconds=60).passes == 60
    assert Fault("slow", "read", seconds=60).passes == Fault("clock_jump", seconds=60).passes == 0
    assert Fault("slow", "read", seconds=60).said == "slow at read, 60 s"


def test_a_fault_strikes_as_often_as_it_was_told():
    faults = Faults()
    faults.arm(Fault("cut", "commit", times=2))
    assert [bool(faults.strike("commit")) for _ in range(3)] == [True, True, False]
    standing = Fault("offline")
    faults.arm(standing)
    assert faults.armed == (standing,)
    faults.disarm(Fault("offline", seconds=5))
    assert faults.standing("offline") is standing
    faults.disarm(standing)
    faults.disarm(standing)
    assert faults.armed == ()
