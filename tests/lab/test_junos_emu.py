"""An emulated Junos device as others see it: SNMP, the lab's own commands, its boot."""

import pytest
from junos_desk import Desk
from junos_house import PASSWORD, USERS, box, staged

from homeroom.errors import LabError
from homeroom.lab import staging
from homeroom.lab.boxed import Staged
from homeroom.lab.faults import Fault
from homeroom.lab.junos import text
from homeroom.lab.junos.checks import complaints
from homeroom.lab.junos.device import JunosDevice


@pytest.fixture
def desk():
    return Desk()


@pytest.fixture
def world(desk):
    return desk.world


@pytest.fixture
def device(desk):
    return desk.device


@pytest.fixture
def base(desk):
    return desk.base


@pytest.fixture
def enter(desk):
    return desk.enter


def test_the_face_follows_the_configuration(device, base, enter, world):
    assert (device.platform, device.kind, device.model, device.address) == (
        "junos",
        "switch",
        "EX2300-C-12P",
        "127.0.12.2",
    )
    assert (device.hostname, device.location, device.contact) == (device.name, "Main street 1", "noc")
    assert [(row.index, row.name, row.alias) for row in device.interfaces()][:2] == [
        (501, "ge-0/0/0", "uplink"),
        (502, "ge-0/0/1", ""),
    ]
    assert [row.name for row in device.interfaces()][-3:] == ["ge-0/0/0.0", "irb", "irb.99"]
    assert all(row.mac for row in device.interfaces())
    assert device.vlans() == {99: "management"}
    assert device.ssids() == ()
    assert device.snmp_users() == USERS
    assert device.communities() == {}
    version, changed = device.version, device.running_changed
    world.now += 5
    one = enter()
    commands = """
        set snmp community look authorization read-only
        set snmp community write authorization read-write
        delete snmp v3
        set interfaces ge-0/0/0 disable
        set interfaces lo0 unit 0 family inet address 10.0.0.1/32
        set interfaces ae0 mtu 9000
        set vlans pupils vlan-id 10
    """
    base.command(one, commands)
    base.commit(one)
    assert device.version > version
    assert device.running_changed == device.running_saved == device.startup_changed == changed + 5
    assert device.communities() == {"look": "RO", "write": "RW"}
    assert device.snmp_users() == {}
    assert device.vlans() == {10: "pupils", 99: "management"}
    rows = {row.name: row for row in device.interfaces()}
    assert not rows["ge-0/0/0"].oper_up
    assert not rows["ge-0/0/0.0"].admin_up
    assert rows["lo0"].mac == ""
    assert rows["xe-0/1/0"].speed_bps == 10**10
    assert len({row.index for row in rows.values()}) == len(rows)


def test_nothing_is_parsed_until_somebody_looks(world):
    asked = []

    def config():
        asked.append(1)
        return Staged(staged("x"), {})

    device = JunosDevice(box(1), config, world.clock, world.later)
    assert (device.name, device.boot, device.engine_boots) == ("py11-0001-rtr1", world.now, 1)
    assert asked == []
    assert device.hostname == "x"
    assert device.running
    assert asked == [1]


def test_a_reboot(device, base, enter, world, desk):
    one = enter()
    base.take(one)
    base.command(one, "set system host-name x")
    world.now += 60
    device.reboot()
    assert desk.dropped == [one]
    assert device.clients == []
    assert (device.boot, device.engine_boots) == (world.now, 2)
    assert base.lock is None
    assert not base.modified


def test_a_hand_edit(device, base, enter):
    device.edit(["set system host-name by-hand"], "technician")
    assert (device.hostname, base.commits[0].user, base.lock, device.clients) == ("by-hand", "technician", None, [])
    with pytest.raises(LabError, match=f"{device.name} refuses it: syntax error"):
        device.edit(["set system host-nam x"], "technician")
    base.command(enter(), "set snmp location x")
    with pytest.raises(LabError, match=f"{device.name} refuses it: configuration database modified"):
        device.edit(["set system host-name y"], "technician")
    assert device.hostname == "by-hand"


@pytest.mark.parametrize("kind", ["router", "switch"])
def test_what_leaves_staging_can_be_committed(intents, kind):
    lines = staging.junos(intents[kind], "$6$a$b", "homeroom")
    reader = text.Reader("\n".join(lines))
    assert reader.errors == []
    assert complaints(reader.tree) == []


def test_a_device_nobody_edits_holds_its_configuration_once(base, enter):
    one = enter()
    assert base.open(one) is base.active
    base.command(one, "set snmp location x")
    assert base.open(one) is not base.active
    base.commit(one)
    assert base.open(one) is base.active


def test_the_clock_jumps(device, world):
    device.faults.arm(Fault("clock_jump", seconds=3600))
    assert device.clock() == world.now + 3600


def test_passwords(device):
    assert device.opens("netops", PASSWORD)
    assert device.opens("root", PASSWORD)
    assert not device.opens("netops", "x")
    assert not device.opens("nobody", PASSWORD)
    device.faults.arm(Fault("refuse_login"))
    assert not device.opens("netops", PASSWORD)
