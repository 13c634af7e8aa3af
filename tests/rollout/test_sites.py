"""A site is proved again with what its devices run: what a change lets through is said, what it found there is not."""

import time
from dataclasses import replace

import pytest

from homeroom.project import Project
from homeroom.rollout.fleet import muster
from homeroom.rollout.sites import Sites, leaks
from homeroom.store.configs import save_running
from homeroom.store.db import connect
from homeroom.store.inventory import Selector
from playbooks import cli


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    root = tmp_path_factory.mktemp("sites") / "p"
    assert cli.main(["sample", "py", "--out", str(root), "--sites", "3"]) == 0
    assert cli.main(["--project", str(root), "plan"]) == 0
    return Project.locate(root)


@pytest.fixture
def engine(tmp_path):
    engine = connect(Project(tmp_path))
    yield engine
    engine.dispose()


@pytest.fixture
def fleet(project, engine):
    return muster(project, Selector(), engine, time.time)


@pytest.fixture
def sites(project, fleet, engine):
    return Sites.of(project, fleet, engine)


def one(fleet, kind):
    return next(member for member in fleet.members.values() if member.intent.device.kind == kind)


def holed(text):
    """A router's text whose first list permits everything."""
    start = text.index("ip access-list extended ")
    end = text.index("\n", start)
    return f"{text[: end + 1]} 1 permit ip any any\n{text[end + 1 :]}"


def open_port(switch):
    """A switch's text whose first outlet is put into the management VLAN."""
    text, port = switch.work.text, next(port for port in switch.intent.ports if port.mode == "access")
    at = text.index("switchport access vlan ", text.index(f"interface {port.name}\n"))
    return f"{text[:at]}switchport access vlan 99{text[text.index(chr(10), at) :]}"


def test_what_is_rendered_proves(fleet, sites):
    assert leaks(fleet) == {}
    for member in fleet.members.values():
        assert sites.leak(member.intent, member.work.text, "") == ""


def test_a_rule_that_lets_too_much_through_is_said_with_packet_device_and_rule(fleet, sites):
    router = one(fleet, "router")
    text = router.work.text
    said = sites.leak(router.intent, holed(text), text)
    assert f" gets through on {router.work.device} " in said
    assert "permit ip any any" in said
    assert " -> " in said
    assert said.endswith(": correct the rule, or what the policy says")


def test_a_leak_that_was_there_before_is_not_the_change_s(fleet, sites):
    router = one(fleet, "router")
    text = holed(router.work.text)
    assert sites.leak(router.intent, f"{text}!\n", text) == ""


def test_another_device_s_leak_does_not_hold_a_change_up(fleet, sites, engine):
    router, switch = one(fleet, "router"), one(fleet, "switch")
    assert router.intent.device.site == switch.intent.device.site
    save_running(engine, router.work.device, holed(router.work.text), 1.0)
    assert sites.leak(switch.intent, switch.work.text, switch.work.text) == ""
    assert sites.leak(switch.intent, switch.work.text, "") == "", "it leads past the switch"
    said = sites.leak(switch.intent, open_port(switch), switch.work.text)
    assert f"gets through on {switch.work.device} " in said, "its own leak is not hidden by the other's"


def test_without_memory_what_was_read_before_is_the_measure(fleet, sites, engine):
    router = one(fleet, "router")
    text = holed(router.work.text)
    assert sites.leak(router.intent, text, "") != ""
    save_running(engine, router.work.device, text, 1.0)
    assert sites.leak(router.intent, text, "") != "", "what runs now is no measure of what ran before"
    save_running(engine, router.work.device, f"{text}!\n", 2.0)
    assert sites.leak(router.intent, text, "") == ""


def test_a_text_of_which_nothing_is_proved_is_said(fleet, sites):
    router = one(fleet, "router")
    said = sites.leak(router.intent, "hostname x\n", router.work.text)
    assert said.startswith("nothing is proved of what it runs (")


def test_devices_that_are_not_selected_count_as_they_are_rendered(project, engine):
    name = next(iter(muster(project, Selector(kinds=("switch",)), engine, time.time).members))
    fleet = muster(project, Selector(devices=(name,)), engine, time.time)
    sites = Sites.of(project, fleet, engine)
    site = sites.estate.sites[fleet.members[name].intent.device.site]
    assert len(site) > len(fleet.members)
    assert leaks(fleet) == {}
    assert sites.leak(fleet.members[name].intent, fleet.members[name].work.text, "") == ""
    assert sites.neighbours(site[name])
    assert {one.port for one in sites.neighbours(site[name])} == {22}


def test_a_text_that_leaks_is_named_before_anything_is_pushed(fleet):
    router = one(fleet, "router")
    name = router.work.device
    bad = replace(router, work=replace(router.work, text=holed(router.work.text)))
    found = leaks(replace(fleet, members={**fleet.members, name: bad}))
    assert set(found) == {name}
    assert f"gets through on {name}" in found[name]
    dumb = replace(router, work=replace(router.work, text="hostname x\n"))
    assert leaks(replace(fleet, members={name: dumb}))[name].startswith("nothing is proved of it: ")


def test_no_device_no_site(fleet):
    assert leaks(replace(fleet, members={})) == {}


def test_without_a_lab_neighbours_are_at_their_management_addresses(sites, fleet):
    router = one(fleet, "router")
    found = sites.neighbours(router.intent)
    assert found
    assert {one.host for one in found} <= {member.intent.management.v4 for member in fleet.members.values()}
