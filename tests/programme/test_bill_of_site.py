"""The bill: what a site gets fits its ports and its management prefix, whatever its size."""

import dataclasses

import pytest
from hypothesis import given
from hypothesis import strategies as st

from homeroom.programme.bill import ROOM, bill, direct_ports, profile_for, switch_ports
from homeroom.programme.load import read_equipment
from homeroom.programme.model import Site
from homeroom.project import shipped

EQUIPMENT = read_equipment(shipped() / "inventory" / "profiles.yaml", "inventory/profiles.yaml")
SITE = Site("s", "PY-11", "Escuela", -25.0, -57.0, "urban", "fiber", 100.0, "connected", 0, 0, ())


def of(pupils, classrooms, state="connected"):
    return bill(dataclasses.replace(SITE, pupils=pupils, classrooms=classrooms, state=state), EQUIPMENT)


@given(st.integers(0, 5000), st.integers(0, 400))
def test_every_bill_fits(pupils, classrooms):
    found = of(pupils, classrooms)
    profile, router = found.profile, EQUIPMENT.models[found.profile.router]
    assert pupils <= profile.max_pupils
    assert profile.min_aps <= found.aps <= profile.max_aps
    assert found.switches + found.aps <= ROOM[profile.size]
    if found.switches:
        assert found.switches <= len(router.ports)
        assert found.aps <= found.switches * switch_ports(profile, EQUIPMENT)
        assert switch_ports(profile, EQUIPMENT) < len(EQUIPMENT.models[profile.switch].ports)
    else:
        assert found.aps <= direct_ports(profile, EQUIPMENT) == len(router.ports) - 1


@given(st.integers(0, 5000), st.integers(0, 399))
def test_more_classrooms_never_mean_less(pupils, classrooms):
    less, more = of(pupils, classrooms), of(pupils, classrooms + 1)
    assert less.aps <= more.aps
    assert less.switches <= more.switches


@pytest.mark.parametrize(
    ("pupils", "classrooms", "profile", "switches", "aps"),
    [(12, 1, "detached", 0, 1), (60, 8, "detached", 0, 3), (61, 4, "small", 1, 3), (300, 12, "medium", 1, 8),
     (700, 30, "medium", 2, 18), (701, 30, "large", 2, 18), (2000, 90, "large", 3, 48), (5000, 90, "campus", 4, 54)],
)  # fmt: skip
def test_sizes(pupils, classrooms, profile, switches, aps):
    found = of(pupils, classrooms)
    assert (found.profile.name, found.switches, found.aps) == (profile, switches, aps)


@pytest.mark.parametrize(("state", "devices"), [("connected", True), ("pipeline", True), ("hard_to_reach", False), ("not_planned", False)])  # fmt: skip
def test_only_sites_being_connected_get_devices(state, devices):
    assert (of(100, 4, state) is not None) is devices


def test_a_site_beyond_every_profile_has_none():
    assert profile_for(5001, EQUIPMENT) is None
    assert of(5001, 90) is None
