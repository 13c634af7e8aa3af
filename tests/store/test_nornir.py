"""Nornir on a project: selectors pushed down, plain files merged in, mistakes in the configuration told."""

import datetime as dt
import json
import os

import pytest
from nornir.core.filter import F
from nornir.core.plugins.inventory import InventoryPluginRegister

from homeroom.errors import InputError
from homeroom.plan.allocate import allocate
from homeroom.plan.ledger import Ledger, write_ledger
from homeroom.programme.load import load_facts
from homeroom.programme.sample import write_sample
from homeroom.project import CONFIG, Project
from homeroom.store.inventory import Selector
from homeroom.store.nornir import HomeroomInventory, open_nornir
from homeroom.store.reach import PORTS
from homeroom.store.world import World


@pytest.fixture
def project(tmp_path):
    write_sample("py", tmp_path, sites=6, seed=5)
    made = Project(tmp_path)
    facts, _ = load_facts(made)
    write_ledger(made.ledger, allocate(facts, Ledger({}), dt.date(2026, 9, 1))[0])
    return made


def rows(project):
    world = World.open(project)
    try:
        return world.devices()
    finally:
        world.close()


def test_hosts_are_the_devices(project):
    hosts = open_nornir(project).inventory.hosts
    assert list(hosts) == [row.name for row in rows(project)]
    for row in rows(project):
        host = hosts[row.name]
        assert (host.hostname, host.port, host.platform) == (row.v4, 22, row.platform)
        assert [group.name for group in host.groups] == [row.platform]
        assert host.data == {
            "site": row.site,
            "region": row.region,
            "kind": row.kind,
            "model": row.model,
            "ordinal": row.ordinal,
            "ports": dict(PORTS),
        }
        assert (host.username, host.password) == (None, None)


def test_selected_by_sql_and_filtered_by_nornir(project):
    site = rows(project)[0].site
    nornir = open_nornir(project, Selector(sites=(site,), kinds=("ap", "router")))
    wanted = [row.name for row in rows(project) if row.site == site and row.kind in ("ap", "router")]
    assert list(nornir.inventory.hosts) == wanted
    assert [*nornir.filter(F(kind="router")).inventory.hosts] == wanted[:1]


def test_the_working_directory_does_not_matter(project, monkeypatch, tmp_path_factory):
    monkeypatch.chdir(tmp_path_factory.mktemp("elsewhere"))
    assert open_nornir(project).inventory.hosts


def test_the_entry_point_is_the_plugin():
    InventoryPluginRegister.auto_register()
    assert InventoryPluginRegister.get_plugin("HomeroomInventory") is HomeroomInventory


def test_tasks_run(project):
    nornir = open_nornir(project, Selector(kinds=("router",)))
    answers = nornir.run(lambda task: f"{task.host.name} {task.host['site']}")
    assert not answers.failed
    assert [answer[0].result.split()[0] for answer in answers.values()] == list(nornir.inventory.hosts)


def test_in_a_lab(project):
    write(project, "hosts.yaml", "core1: {hostname: 192.0.2.99}\n")
    first, *_, last = rows(project)
    devices = [{"name": last.name, "address": "127.1.2.3", "platform": last.platform, "kind": last.kind}]
    state = {"pid": os.getpid(), "ports": {"ssh": 2222, "snmp": 1161}, "devices": devices}
    (project.state / "lab.json").write_text(json.dumps(state), encoding="utf-8")
    hosts = open_nornir(project).inventory.hosts
    assert {name: (host.hostname, host.port, host["ports"]) for name, host in hosts.items()} == {
        last.name: ("127.1.2.3", 2222, {"ssh": 2222, "snmp": 1161})
    }
    assert first.name not in hosts


def write(project, name, text):
    (project.inventory / name).write_text(text, encoding="utf-8")


def test_one_off_devices_and_deep_merged_groups(project):
    write(project, "hosts.yaml", "core1: {hostname: 192.0.2.99, groups: [core], data: {radius: {a: 9}}}\n")
    write(
        project,
        "groups.yaml",
        "ios: {platform: ios, data: {ntp: {x: 1}}}\n"
        "core: {groups: [ios], data: {radius: {a: 1, b: 2}}, connection_options: {napalm: {extras: {timeout: 5}}}}\n",
    )
    write(
        project,
        "defaults.yaml",
        "data: {radius: {c: 3}}\nconnection_options: {napalm: {extras: {optional_args: {v: 1}}}}\n",
    )
    inventory = open_nornir(project).inventory
    core = inventory.hosts["core1"]
    assert core.platform == "ios"
    assert core["radius"] == {"a": 9, "b": 2, "c": 3}
    assert core["ntp"] == {"x": 1}
    assert core.get_connection_parameters("napalm").extras == {"timeout": 5, "optional_args": {"v": 1}}
    planned = inventory.hosts[rows(project)[0].name]
    assert planned["radius"] == {"c": 3}
    assert planned.get_connection_parameters("napalm").extras == {"optional_args": {"v": 1}}
    assert set(inventory.groups) >= {"ios", "core", "openwrt"}


def test_a_selector_leaves_one_off_devices_out_unless_named(project):
    write(project, "hosts.yaml", "core1: {hostname: 192.0.2.99}\ncore2: {hostname: 192.0.2.98}\n")
    assert "core1" not in open_nornir(project, Selector(kinds=("router",))).inventory.hosts
    assert list(open_nornir(project, Selector(devices=("core1",))).inventory.hosts) == ["core1"]
    assert {"core1", "core2"} < set(open_nornir(project).inventory.hosts)


def test_platforms_need_no_groups(project):
    (project.inventory / "groups.yaml").unlink()
    (project.inventory / "defaults.yaml").unlink()
    assert set(open_nornir(project).inventory.groups) == {"ios", "openwrt"}


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        (
            "hosts.yaml",
            "core1: {groups: [cor]}",
            "inventory/hosts.yaml: core1.groups: cor is not in groups.yaml; correct it",
        ),
        (
            "groups.yaml",
            "a: {groups: [b]}\nb: {groups: [a]}",
            "inventory/groups.yaml: a.groups: b is above itself; correct it",
        ),
        ("groups.yaml", "a: {groups: [a]}", "inventory/groups.yaml: a.groups: a is above itself; correct it"),
    ],
)
def test_golden_groups(project, name, text, message):
    write(project, name, text)
    with pytest.raises(InputError) as caught:
        open_nornir(project)
    assert str(caught.value) == message


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "runners: {plugin: threaded}",
            "nornir_config.yaml:1: runners: unknown key; the keys are inventory, runner, logging, store; did you mean runner?",
        ),
        (
            "inventory: {plugin: SimpleInventory}",
            (
                "nornir_config.yaml:1: inventory.plugin: 'SimpleInventory' is not one of HomeroomInventory; "
                "did you mean HomeroomInventory?"
            ),
        ),
        (
            "runner: {options: {num_workers: many}}",
            "nornir_config.yaml:1: runner.options.num_workers: 'many' is not a whole number; correct it",
        ),
    ],
)
def test_golden_configuration(project, text, message):
    (project.root / CONFIG).write_text(text, encoding="utf-8")
    with pytest.raises(InputError) as caught:
        open_nornir(project)
    assert str(caught.value) == message


@pytest.mark.parametrize(
    "text", ["{}", "runner: {plugin: serial}", "runner: {plugin: threaded, options: {num_workers: 3}}"]
)
def test_short_configurations(project, text):
    (project.root / CONFIG).write_text(text, encoding="utf-8")
    nornir = open_nornir(project)
    assert nornir.inventory.hosts
    assert getattr(nornir.runner, "num_workers", 0) == {"{}": 20, "runner: {plugin: serial}": 0}.get(text, 3)


def test_the_project_may_stand_elsewhere(project, tmp_path_factory):
    other = tmp_path_factory.mktemp("config")
    relative = os.path.relpath(project.root, other)
    (other / CONFIG).write_text(f"inventory: {{options: {{project: {relative}}}}}", encoding="utf-8")
    assert len(open_nornir(Project(other)).inventory.hosts) == len(rows(project))
