"""Mustering: every selected device is pushed or has a reason why not; what does not prove is not pushed."""

import contextlib
import json
import os
import shutil
import time
from dataclasses import replace

import pytest
from nornir.core.configuration import Config
from nornir.core.inventory import Host
from nornir.core.plugins.connections import ConnectionPluginRegister

from homeroom.errors import RenderError, UsageError
from homeroom.platforms.registry import PLATFORMS
from homeroom.project import Project, shipped
from homeroom.rollout.access import CONNECTION, Connection, register
from homeroom.rollout.drivers import DRIVERS, Driver, driver_for
from homeroom.rollout.fleet import muster
from homeroom.rollout.groups import group
from homeroom.store.db import connect
from homeroom.store.inventory import Selector
from homeroom.store.world import World
from playbooks import cli


@pytest.fixture
def project(tmp_path):
    root = tmp_path / "p"
    assert cli.main(["sample", "py", "--out", str(root), "--sites", "4"]) == 0
    assert cli.main(["--project", str(root), "plan"]) == 0
    return Project.locate(root)


@pytest.fixture
def call(project):
    engine = connect(project)
    yield lambda selector=Selector(): muster(project, selector, engine, time.time)  # noqa: B008
    engine.dispose()


def test_every_device_is_pushed_or_has_a_reason(call):
    fleet = call()
    hosts = set(fleet.nornir.inventory.hosts)
    assert set(fleet.members) | set(fleet.not_pushed) == hosts
    assert not set(fleet.members) & set(fleet.not_pushed)
    assert {host.platform for name, host in fleet.nornir.inventory.hosts.items() if name in fleet.members} == {
        "ios",
        "openwrt",
    }


def test_a_fleet_of_alike_devices_falls_into_one_group_a_kind(call, project):
    fleet = call()
    diffs = ((name, m.work.parse.diff("", m.work.text), m.own) for name, m in fleet.members.items())
    kinds = [{name.rsplit("-", 1)[1].rstrip("0123456789") for name in one.devices} for one in group(diffs)]
    assert all(len(kind) == 1 for kind in kinds)
    assert {kind for one in kinds for kind in one} == {"ap", "rtr", "sw"}
    assert sum("rtr" not in one for one in kinds) == 2
    with contextlib.closing(World.open(project)) as world:
        lines = [(one.uplinks, one.admission) for one in world.intents(Selector(kinds=("router",)))]
    ways = {(ways[0].line, len(ways), ways[0].kbps > 0, admission is None) for ways, admission in lines}
    assert sum("rtr" in one for one in kinds) <= len(ways), "routers are alike where their lines are"


def test_texts_hold_markers_and_reveal_to_what_the_device_takes(call):
    fleet = call(Selector(kinds=("router",)))
    work = next(iter(fleet.members.values())).work
    wire = work.parse.wire(work.reveal(work.text))
    assert "<<secret:" in work.text
    assert "<<secret:" not in wire
    assert work.parse.diff(work.text, work.conceal(wire)) == ""


def test_devices_the_lab_does_not_run_are_left_out_with_the_reason(call, project):
    name = next(iter(call().members))
    lab = {
        "pid": os.getpid(),
        "ports": {"ssh": 1, "snmp": 1},
        "devices": [{"name": name, "address": "127.0.0.2", "platform": "ios", "kind": "router"}],
    }
    (project.state / "lab.json").write_text(json.dumps(lab))
    fleet = call(Selector(platforms=("ios",)))
    assert list(fleet.members) == [name]
    assert set(fleet.not_pushed.values()) == {"it is not among the devices of the lab that runs"}


def test_a_template_whose_access_rules_are_not_the_policys_is_not_pushed(call, project):
    own = project.root / "templates" / "ios"
    shutil.copytree(shipped() / "templates" / "ios", own)
    template = own / "segmentation.j2"
    template.write_text(template.read_text().replace("{{ rule | action }}", "permit"))
    with pytest.raises(RenderError) as caught:
        call(Selector(kinds=("router",)))
    assert str(caught.value).startswith("the access rules of ")
    assert str(caught.value).endswith(
        ", read back, differ from the policy; nothing is pushed: correct the template that prints them"
    )
    assert str(caught.value).count("-rtr1") == 4


def test_a_platform_is_pushed_by_its_own_driver_or_its_parents():
    assert isinstance(DRIVERS["ios"], Driver)
    assert driver_for(("iosxe", "ios")) is DRIVERS["ios"]
    assert set(DRIVERS) == set(PLATFORMS)
    assert driver_for(("vrp",)) == "vrp devices are not pushed: nobody wrote a driver for them"


def test_a_platform_that_cannot_do_what_a_push_needs_is_not_pushed(call, monkeypatch):
    able = DRIVERS["openwrt"]
    unable = replace(able.ability, confirmed_commit="it has no timer", rollback="it forgets")
    monkeypatch.setitem(DRIVERS, "openwrt", replace(able, ability=unable))
    assert set(call(Selector(kinds=("ap",))).not_pushed.values()) == {"it has no timer; it forgets"}


def test_the_connection_is_registered_once_and_opened_by_nobody_else():
    register()
    register()
    assert ConnectionPluginRegister.get_plugin(CONNECTION) is Connection
    with pytest.raises(UsageError) as caught:
        Host("a", hostname="127.0.0.1").open_connection(CONNECTION, Config())
    assert str(caught.value) == "the `homeroom` connection is opened by homeroom.rollout.access.enter only"
