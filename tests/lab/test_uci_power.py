"""What is done on an OpenWrt device, broken off at every single command: old or new, never between, nothing left."""

import pytest
from uci_bench import bench, run

from homeroom.lab.faults import Fault
from homeroom.lab.uci.device import UciDevice
from homeroom.lab.uci.process import Killed
from homeroom.platforms.openwrt.driver import READ, upload

CHANGE = "/tmp/homeroom-c1"
BOX = "/etc/homeroom/box"
OLD = """\
package dhcp

config dnsmasq 'dns'

package network

config interface 'lan'
\toption device 'br0'

package system

config system
\toption hostname 'old'

"""
NEW = """\
package network

config interface 'lan'
\toption device 'br0.99'

package snmpd

config agent 'agent'

package system

config system
\toption hostname 'new'

"""


class Fragile(UciDevice):
    """A device that fails at its `at`th command from when it was told to: by `how`."""

    __slots__ = ("at", "count", "how")

    def __init__(self, *args):
        super().__init__(*args)
        self.count = self.at = 0
        self.how = ""

    def tick(self):
        super().tick()
        self.count += 1
        if self.count == self.at:
            if self.how == "full":
                self.faults.arm(Fault("full_flash"))
                return
            if self.how == "reboot":
                self.reboot()
            raise Killed


def load(device, change=CHANGE):
    found = run(device, READ).out.split()[2]
    return run(device, upload(change, f"load {found}"), NEW)


def config(device):
    return {n: device.files.read(f"/etc/config/{n}") for n in device.files.names("/etc/config")}


def left(device):
    found = [path for path in ("/etc/homeroom", "/etc/rc.d/S05homeroom") if device.files.node(path)]
    found += [name for name in device.files.names("/etc/config") if name.startswith(".")]
    return found + [process.title for process in device.processes.running.values()]


def ready(verb):
    """A device that has loaded the candidate, and put it on trial unless that is what comes next."""
    device, clock = bench(OLD, Fragile)
    before = config(device)
    assert load(device).status == 0
    if verb != "commit":
        assert run(device, f"sh {CHANGE}/box commit 60 test").out == "committed\n"
        clock.wait(1)  # its services take the change over
    return device, clock, before


def do(device, clock, verb):
    """Take the step; return its exit status."""
    device.count = 0
    if verb == "commit":
        return run(device, f"sh {CHANGE}/box commit 60 test").status
    if verb in {"confirm", "revert"}:
        return run(device, f"sh {BOX} {verb}").status
    clock.wait(58.5)
    device.count = 0
    clock.wait(2)
    return None


def story(verb, how, at):
    device, clock, before = ready(verb)
    device.at, device.how = at, how
    status = do(device, clock, verb)
    count, device.at = device.count, 0
    clock.wait(1)
    first = run(device, READ)
    clock.wait(90)
    device.faults.clear()
    last = run(device, READ)
    assert last.status == 0, last
    run(device, f"rm -rf {CHANGE}")
    clock.wait(5)
    after = config(device)
    state = "old" if after == before else "new" if set(after) == set(before) - {"dhcp"} | {"snmpd"} else "between"
    return count, status, state, first.out.split()[1] if first.status == 0 else "?", left(device)


HOW = ("reboot", "kill", "full")
VERBS = ("commit", "confirm", "revert", "timer")


@pytest.mark.parametrize("verb", VERBS)
def test_undisturbed_it_does_what_it_should(verb):
    count, status, state, pending, rest = story(verb, "", 0)
    assert count > 15
    assert status in {0, None}
    assert state == ("new" if verb == "confirm" else "old")
    assert pending == ("1" if verb == "commit" else "0")
    assert rest == []


@pytest.mark.parametrize("how", HOW)
@pytest.mark.parametrize("verb", VERBS)
def test_broken_off_anywhere_it_is_old_or_new_and_nothing_is_left(verb, how):
    count = story(verb, "", 0)[0]
    for at in range(1, count + 1):
        _, status, state, _, rest = story(verb, how, at)
        assert state in {"old", "new"}, (at, state)
        assert rest == [], at
        if state == "new":
            assert verb == "confirm", at
        if verb == "confirm" and status == 0 and how != "kill":
            assert state == "new", at


@pytest.mark.parametrize("verb", ["confirm", "settle"])
def test_what_the_services_have_not_taken_over_is_neither_confirmed_nor_called_pending(verb):
    device, clock, _ = ready("commit")
    run(device, f"sh {CHANGE}/box commit 60 test")
    told = []
    device.run(f"sh {BOX} {verb}", ended=told.append)
    clock.wait(0.9)
    assert told == []
    assert device.version == 0
    clock.wait(1.1)
    assert told == [0]
    assert device.version == 1
    clock.wait(90)
    assert left(device) == []


def test_two_take_it_back_at_once():
    device, clock, before = ready("revert")
    both = f"sh {BOX} revert & sh {BOX} revert & sh {BOX} confirm & wait"
    run(device, both)
    clock.wait(120)
    assert config(device) == before
    assert left(device) == []


def test_a_second_change_finds_the_first_one():
    device, clock, _ = ready("confirm")
    said = load(device, "/tmp/homeroom-c2")
    assert (said.status, said.err) == (1, "homeroom: an earlier change still waits there for its confirmation\n")
    clock.wait(90)
    assert load(device, "/tmp/homeroom-c2").status == 0


def test_a_change_under_way_keeps_others_out():
    device, clock, _ = ready("commit")
    device.run("mkdir /etc/homeroom; echo $$ >/etc/homeroom/pid; sleep 600 # homeroom")
    said = run(device, f"sh {CHANGE}/box commit 60 test")
    assert (said.status, said.err) == (1, "homeroom: another change is under way there\n")
    assert "homeroom: another change is under way there\n" in load(device).err
    clock.wait(700)
    assert run(device, READ).status == 0
    assert left(device) == []
