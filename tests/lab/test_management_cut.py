"""A change that cuts the way by which it came: the device is gone, and its own timer brings it back."""

import contextlib
import socket
import time
import warnings
from functools import partial
from types import SimpleNamespace

import pytest

from homeroom.errors import DeviceError
from homeroom.lab import boot, client
from homeroom.lab.fleet import Fleet, Record, Shards, address
from homeroom.lab.hands import edit
from homeroom.lab.platforms import PLATFORMS
from homeroom.platforms.render import Renderer
from homeroom.rollout.fleet import muster
from homeroom.secret import Vault
from homeroom.store.db import connect
from homeroom.store.inventory import Selector
from homeroom.store.world import World
from tests.lab import mixed

KINDS = {"ios": "switch", "openwrt": "ap", "junos": "router", "eos": "switch", "ros": "router"}
NOC, ELSEWHERE = "198.51.100.0", "203.0.113.0"
MINUTE = 3
"""Seconds; long enough to look at a device while it is gone."""


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    return mixed.project(tmp_path_factory.mktemp("cut") / "district", sites=6)


@pytest.fixture(scope="module")
def lab(project):
    with warnings.catch_warnings():  # the lab outlives the call that starts it, on purpose
        warnings.simplefilter("ignore", ResourceWarning)
        info = client.up(project, minute=MINUTE, processes=2)
    yield info
    client.down(project)


class Site:
    """What is pushed to one device of a platform, and how it and its neighbours are reached."""

    def __init__(self, project, lab, fleet, name):
        self.project, self.name, self.member = project, name, fleet.members[name]
        self.intent = next(iter(fleet.intents(name)))
        self.enter = partial(fleet.keyring.enter, fleet.nornir.inventory.hosts[name], self.member.driver, f"cut-{name}")
        self.lab = {one.name: one for one in lab.devices}
        self.ports = lab.ports

    def commit(self, text):
        """Put a text in force, on trial for a minute; return what ran before."""
        work = self.member.work
        before = ""
        with contextlib.suppress(DeviceError), self.enter() as box:  # leaving it is cut off, too
            before = box.running().text
            assert box.candidate(work.parse.wire(work.reveal(text)))
            box.commit(1)
        assert before
        return before

    def read(self):
        with self.enter() as box:
            return box.running()

    def gone(self):
        """Tell whether the device is reached no more: OpenWrt takes a configuration over once it has answered."""
        for _ in range(20):
            try:
                self.read()
            except DeviceError:
                return True
            time.sleep(0.05)
        return False

    def back(self):
        """Wait until the device is reached again, and return what runs on it."""
        for _ in range(120):
            with contextlib.suppress(DeviceError):
                found = self.read()
                if not found.pending:
                    return found.text
            time.sleep(0.25)
        raise AssertionError(f"{self.name} did not come back")

    def greets(self, name):
        """Tell whether an SSH server greets who comes to a device."""
        try:
            with socket.create_connection((self.lab[name].address, self.ports["ssh"]), timeout=20) as sock:
                return sock.recv(8).startswith(b"SSH-2.0")
        except ConnectionResetError:
            return False


@pytest.fixture(scope="module")
def site(project, lab):
    """Return a maker of sites by platform."""
    engine = connect(project)
    fleet = muster(project, Selector(), engine, time.time)
    with contextlib.closing(World.open(project)) as world:
        intents = {one.device.name: one for one in world.intents()}
    opened = SimpleNamespace(
        members=fleet.members, keyring=fleet.keyring, nornir=fleet.nornir, intents=lambda name: [intents[name]]
    )

    def make(platform):
        name = next(d.name for d in lab.devices if (d.platform, d.kind) == (platform, KINDS[platform]))
        return Site(project, lab, opened, name)

    yield make
    engine.dispose()


@pytest.mark.parametrize("platform", sorted(KINDS))
def test_a_device_that_cuts_its_management_is_gone_until_its_timer_brings_it_back(site, platform):
    one = site(platform)
    management = one.intent.management
    moved = management.v4.rpartition(".")[0] + ".254"
    assert moved != management.v4
    before = one.commit(one.member.work.text.replace(management.v4, moved))
    assert one.gone()
    work = one.member.work
    assert work.parse.diff(work.conceal(before), work.conceal(one.back())) == ""
    assert client.status(one.project)["changes"][one.name] == {"committed": 1, "reverted": 1}


@pytest.mark.parametrize("platform", ["junos", "ros"])
def test_a_router_that_shuts_the_noc_out_takes_its_school_with_it(site, platform):
    one = site(platform)
    code = one.name.rpartition("-")[0]
    behind = [name for name in one.lab if name.startswith(f"{code}-") and name != one.name]
    assert len(behind) > 2
    assert all(one.greets(name) for name in behind)
    seen = client.status(one.project)["changes"].get(one.name, {"committed": 0, "reverted": 0})
    one.commit(one.member.work.text.replace(NOC, ELSEWHERE))
    assert one.gone()
    assert not any(one.greets(name) for name in behind)
    one.back()
    assert all(one.greets(name) for name in behind)
    changes = client.status(one.project)["changes"][one.name]
    assert changes == {what: count + 1 for what, count in seen.items()}


def test_a_change_that_keeps_the_way_open_is_confirmed_and_counted_once(site):
    one = site("ios")
    seen = client.status(one.project)["changes"][one.name]
    one.commit(one.member.work.text)
    with one.enter() as box:
        box.confirm()
    assert not one.read().pending
    assert client.status(one.project)["changes"][one.name] == seen | {"committed": seen["committed"] + 1}


# --- in this process


@pytest.fixture
def around(project):
    """The surroundings of all devices, and their fleet; timers go off when they are told to."""
    timers = []
    with contextlib.closing(World.open(project)) as world:
        records = list(boot.records(world, 0))
        later = lambda _delay, call: timers.append(call) or SimpleNamespace(cancel=lambda: None)  # noqa: E731
        made = boot.Around(project, world, records, later)
        sites = {record.name: record.site for record in records}
        fleet = Fleet(records, boot.maker(project, world, sites, later, 1, around=made))
        made.ways.known = fleet.known
        yield SimpleNamespace(
            ways=made.ways, fleet=fleet, records=records, timers=timers, intents=made.intents, project=project
        )


def test_what_leaves_staging_and_what_is_rendered_can_be_managed(around):
    """Every device of every platform: else the lab would be cut off by a right change."""
    renderer, vault = Renderer.of(around.project), Vault.open(around.project)
    tried = set()
    for record in around.records:
        ports = PLATFORMS[record.platform].ports
        device = around.fleet.find(record.address)
        staged = around.ways.passage(device)
        assert {*ports, "snmp"} <= staged.opened[record.name], record.name
        text = vault.reveal(renderer.render(around.intents(record.name)).text)
        rendered = around.ways.judge(record, text)
        assert {*ports, "snmp"} - {"api"} <= rendered.opened[record.name], record.name
        assert all(doors >= {"ssh", "snmp"} for doors in rendered.opened.values()), record.name
        assert (staged.out, rendered.out) == (True, True)
        tried.add((record.platform, record.kind))
    assert tried >= set(KINDS.items())


def first(around, platform):
    record = next(one for one in around.records if (one.platform, one.kind) == (platform, KINDS[platform]))
    return record, around.fleet.enter(record.address)


def test_a_trunk_that_loses_the_management_vlan_cuts_the_switch(around):
    record, switch = first(around, "ios")
    (trunk, *_) = around.intents(record.name).trunks
    dropped = []
    switch.drops["a session"] = lambda: dropped.append(record.name)
    edit(switch, [f"interface {trunk}", "switchport trunk allowed vlan 10,20"])
    assert not around.ways.lets(record.address, "ssh")
    assert not around.ways.lets(record.address, "snmp")
    assert dropped == []
    around.timers.pop()()
    assert dropped == [record.name]
    edit(switch, [f"interface {trunk}", "switchport trunk allowed vlan 10,20,99"])
    assert around.ways.lets(record.address, "ssh")
    around.timers.pop()()
    assert dropped == [record.name]


def test_a_guard_that_leaves_the_noc_out_shuts_the_lines_and_one_for_snmp_does_not(around):
    record, switch = first(around, "ios")
    edit(switch, ["ip access-list standard NOC", f"permit {ELSEWHERE} 0.0.0.255"])
    assert around.ways.lets(record.address, "ssh")
    edit(switch, ["line vty 0 4", "access-class NOC in"])
    assert not around.ways.lets(record.address, "ssh")
    record, router = first(around, "ros")
    edit(router, [f"/ip service set api-ssl address={ELSEWHERE}/24"])
    assert not around.ways.lets(record.address, "api-ssl")
    assert around.ways.lets(record.address, "snmp")


def test_a_router_without_uplink_or_route_is_gone_with_its_school(around):
    record, router = first(around, "junos")
    (uplink, *_) = around.intents(record.name).uplinks
    behind = [one for one in around.ways.site(record.address) if one is not record]
    edit(router, ["delete routing-options static"])
    assert not any(around.ways.lets(one.address, "ssh") for one in (record, *behind))
    edit(router, [f"set routing-options static route 0.0.0.0/0 next-hop {uplink.peer4}"])
    assert all(around.ways.lets(one.address, "ssh") for one in (record, *behind))
    edit(router, [f"set interfaces {uplink.interface} disable"])
    assert not any(around.ways.lets(one.address, "snmp") for one in (record, *behind))
    others = [one for one in around.records if one.site != record.site]
    assert all(around.ways.lets(one.address, "ssh") for one in others)


def test_what_cannot_be_read_is_reached(around):
    record, switch = first(around, "ios")
    edit(switch, ["hostname renamed"])
    around.ways.lore = SimpleNamespace(intents=lambda _: {})
    assert around.ways.lets(record.address, "ssh")
    assert around.ways.lets("127.9.9.9", "ssh")


def test_a_school_is_never_parted_among_processes():
    records = [Record(f"r{n}", address(n), "ios", "switch", "m", f"site{n // 7}") for n in range(1, 5_000)]
    shards = Shards.among(records, 3)
    homes = {}
    for record in records:
        homes.setdefault(record.site, set()).add(shards.of(record.address))
    assert {len(found) for found in homes.values()} == {1}
    sizes = [sum(shards.of(one.address) == number for one in records) for number in range(3)]
    assert max(sizes) - min(sizes) < 100
    assert len(shards.starts) <= 128
