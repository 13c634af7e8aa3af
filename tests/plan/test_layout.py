"""The fixed layout tiles a site's block; devices stand in its management network."""

import dataclasses
import itertools

import pytest
from handmade import EQUIPMENT, PUPILS, site
from hypothesis import given
from hypothesis import strategies as st

from homeroom.errors import PlanError
from homeroom.plan.layout import LAYOUT, capacity, prefix6, prefixes4, site_plan
from homeroom.plan.ledger import LENGTH4
from homeroom.plan.model import Entry
from homeroom.prefix import Prefix
from homeroom.programme.bill import ROOM

VLANS = {
    "student": 10,
    "staff": 20,
    "guest": 40,
    "eduroam": 80,
    "iot": 50,
    "admin": 30,
    "cctv": 60,
    "exam": 70,
    "management": 99,
}


def entry(name="s1", size="M", v4="10.1.0.0"):
    block = Prefix.parse(f"{v4}/{LENGTH4[size]}")
    return Entry(
        name,
        "PY-1",
        "py1-0001",
        size,
        block,
        Prefix.parse("2001:db8:0:4200::/56"),
        Prefix.parse("100.64.0.0/31"),
        "2026-09-01",
    )


@pytest.mark.parametrize("size", ["S", "M", "L"])
def test_law_the_parts_tile_the_block(size):
    block = Prefix.parse(f"10.16.0.0/{LENGTH4[size]}")
    parts = sorted(prefixes4(block, size).values(), key=lambda part: part.first)
    assert parts[0].first == block.first
    assert parts[-1].last == block.last
    assert all(a.last + 1 == b.first for a, b in itertools.pairwise(parts))


def test_golden_layout_of_a_21():
    assert {role: part.cidr for role, part in prefixes4(Prefix.parse("10.16.8.0/21"), "M").items()} == {
        "student": "10.16.8.0/22",
        "staff": "10.16.12.0/24",
        "guest": "10.16.13.0/24",
        "eduroam": "10.16.14.0/25",
        "iot": "10.16.14.128/25",
        "admin": "10.16.15.0/26",
        "cctv": "10.16.15.64/26",
        "exam": "10.16.15.128/26",
        "management": "10.16.15.192/27",
        "infra": "10.16.15.224/27",
    }


@given(st.integers(1, 99))
def test_law_the_subnet_id_shows_the_vlan(vlan):
    prefix = prefix6(Prefix.parse("2001:db8:0:4200::/56"), vlan)
    assert f":42{vlan:02d}::" in prefix.cidr
    assert Prefix.parse("2001:db8:0:4200::/56").contains(prefix)


def test_a_vlan_too_large_for_the_block():
    with pytest.raises(PlanError, match=r"^VLAN 100 has no IPv6 subnet in a /56: use VLANs up to 99$"):
        prefix6(Prefix.parse("2001:db8::/56"), 100)


def test_the_capacity_is_what_the_facts_are_checked_against():
    assert {size: capacity(size) - 1 for size in ROOM} == ROOM


def test_names_and_addresses():
    plan = site_plan(site("s1", "L", classrooms=60), entry(size="L", v4="10.1.0.0"), EQUIPMENT, VLANS)
    shown = {device.name: (device.v4, device.v6) for device in plan.devices}
    assert plan.v4["management"].cidr == "10.1.15.128/26"
    assert shown["py1-0001-rtr1"] == ("10.1.15.129", "2001:db8:0:4299::1")
    assert shown["py1-0001-sw1"] == ("10.1.15.130", "2001:db8:0:4299::2")
    assert shown["py1-0001-ap01"] == ("10.1.15.190", "2001:db8:0:4299::3e")
    assert shown["py1-0001-ap30"] == ("10.1.15.161", "2001:db8:0:4299::21")
    assert [device.ordinal for device in plan.devices] == [1, 1, 2, *range(1, 31)]
    assert {device.platform for device in plan.devices} == {"ios", "openwrt"}


@given(st.sampled_from(["S", "M", "L"]), st.integers(0, 90), st.integers(0, 90))
def test_law_addresses_are_unique_inside_and_stable(size, fewer, more):
    """One classroom more moves no device that was there."""
    few, many = (
        site_plan(site("s1", size, classrooms=n), entry(size=size), EQUIPMENT, VLANS).devices
        for n in sorted((fewer, more))
    )
    addresses = [device.v4 for device in many]
    inside = prefixes4(entry(size=size).v4, size)["management"]
    assert len(set(addresses)) == len(addresses)
    assert all(inside.contains(Prefix.parse(address)) for address in addresses)
    assert inside.network not in addresses
    assert inside.address(-1) not in addresses
    assert {d for d in few if d.kind != "switch"} <= set(many)


def test_a_site_without_devices():
    plan = site_plan(site("s1", state="not_planned"), entry(), EQUIPMENT, VLANS)
    assert plan.devices == ()
    assert set(plan.v4) == set(plan.v6) == set(VLANS)
    assert set(LAYOUT) - set(plan.v4) == {"infra"}


def test_golden_role_without_a_place():
    with pytest.raises(PlanError) as caught:
        site_plan(site("s1"), entry(), EQUIPMENT, {**VLANS, "library": 85})
    assert str(caught.value) == (
        "the address layout has no place for library; it has student, staff, guest, eduroam, iot, admin, cctv, exam, "
        "management, infra"
    )


def test_golden_too_many_devices():
    grown = dataclasses.replace(site("s1"), pupils=PUPILS["M"], classrooms=20)
    with pytest.raises(PlanError) as caught:
        site_plan(grown, entry(size="S"), EQUIPMENT, VLANS)
    assert str(caught.value) == (
        "site s1 gets 12 devices (profile medium), its size S block holds 6: lower the profile's counts or raise its "
        "size; to renumber the site, delete its line in ledger.csv and run `homeroom plan`"
    )
