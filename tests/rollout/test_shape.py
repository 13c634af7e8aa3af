"""Shapes on all five platforms: one change is one group, whatever a site's own values; what is odd stands apart."""

import dataclasses
from collections import Counter

import pytest
from mixednation import nation

from homeroom.redaction import keyed
from homeroom.rollout.groups import group
from homeroom.rollout.shape import Own, shape

PLATFORMS = {"ios", "openwrt", "ros", "junos", "eos"}


@pytest.fixture(scope="module")
def both(tmp_path_factory):
    return nation(tmp_path_factory.mktemp("nation") / "district", 40)


@pytest.fixture(scope="module")
def changed(both):
    """The devices' differences, as (name, difference, own values)."""
    before, after = both
    return [(name, one.parse.diff(before[name].text, one.text), one.own) for name, one in after.items()]


def places(groups, after):
    return Counter((after[one.devices[0]].platform, after[one.devices[0]].kind) for one in groups)


def test_a_national_change_is_one_group_a_platform_and_kind(both, changed):
    groups = group(changed)
    found = places(groups, both[1])
    assert {platform for platform, _ in found} == PLATFORMS
    assert set(found.values()) == {1}
    assert sum(len(one.devices) for one in groups) == len(changed)


def test_which_secret_it_was_makes_no_other_shape():
    own = Own((), {})
    lines = [f"-snmp-server community {keyed('k' * 32)(secret)} RO\n" for secret in ("one", "two")]
    assert lines[0] != lines[1]
    assert {shape(line, own) for line in lines} == {"-snmp-server community <redacted> RO"}


def test_first_pushes_are_few_groups_although_every_value_is_a_sites_own(both):
    after = both[1]
    groups = group((name, one.parse.diff("", one.text), one.own) for name, one in after.items())
    found = places(groups, after)
    assert {platform for platform, _ in found} == PLATFORMS
    assert max(found.values()) <= 6, found


def _elsewhere(diff):
    return diff.replace("203.0.113.128", "203.0.114.128")


def _longer(diff):
    *lines, last = diff.rstrip("\n").split("\n")
    return "\n".join([*lines, last[: len(last) - len(last.lstrip(" "))] + "+whatever comes next", last, ""])


@pytest.mark.parametrize("platform", sorted(PLATFORMS))
def test_a_site_that_gets_another_address_or_another_line_stands_apart(both, changed, platform):
    after = both[1]
    names = [name for name, one in after.items() if one.platform == platform]
    odd, worse = names[0], names[1]
    planted = [
        (name, _elsewhere(diff) if name == odd else _longer(diff) if name == worse else diff, own)
        for name, diff, own in changed
    ]
    singles = {one.devices[0] for one in group(planted) if len(one.devices) == 1}
    assert singles == {odd, worse}


@pytest.mark.parametrize("platform", sorted(PLATFORMS))
def test_a_device_that_gets_its_neighbours_values_stands_apart(both, platform):
    after = both[1]
    chosen = [one for one in after.values() if one.platform == platform][:6]
    diffs = [(one.name, one.parse.diff("", one.text), one.own) for one in chosen]
    mixed_up = [(chosen[0].name, diffs[1][1], chosen[0].own), *diffs[1:]]
    assert any(one.devices == (chosen[0].name,) for one in group(mixed_up))


PORTS = {"ether1": "port", "ether2": "port", "ether10": "port"}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        pytest.param(
            "/interface bridge vlan\n+add tagged=bridge,ether1 vlan-ids=10\n",
            "/interface bridge vlan\n+add tagged=bridge,ether1,ether2,ether10 vlan-ids=10\n",
            id="more ports",
        ),
        pytest.param(
            "/interface bridge port\n+add interface=ether10 x=1\n+add interface=ether2 y=1\n",
            "/interface bridge port\n+add interface=ether1 y=1\n+add interface=ether2 x=1\n",
            id="lines that a platform sorts by their values",
        ),
        pytest.param('+add comment="room 7" x=1\n', "+add comment=hall x=1\n", id="comments"),
        pytest.param(
            "/interface\n-set mac-address=48:A9:8A:00:00:01\n",
            "/interface\n-set mac-address=48:A9:8A:00:00:02\n",
            id="hardware",
        ),
        pytest.param("-key $9$abc$def\n", "-key $9$xyz$123\n", id="keys that the device made"),
        pytest.param("security\n +policy A description one\n", "security\n +policy A description two\n", id="words"),
    ],
)
def test_what_makes_no_difference(one, other):
    own = Own((), PORTS)
    assert shape(one, own) == shape(other, own)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        pytest.param("/a\n+add x=1\n/b\n+add y=1\n", "/a\n+add y=1\n/b\n+add x=1\n", id="another menu"),
        pytest.param(
            "/f\n+add action=drop\n+add action=accept\n", "/f\n+add action=accept\n+add action=drop\n", id="order"
        ),
        pytest.param(
            "+set mac-address=48:A9:8A:00:00:01\n", "+set mac-address=48:A9:8A:00:00:02\n", id="hardware given"
        ),
        pytest.param("a\n  +x\n b\n", "a\n b\n  +x\n", id="another parent"),
        pytest.param("+option ip '10.0.0.1'\n", "+option ip '10.0.0.2'\n", id="an address of nobody"),
    ],
)
def test_what_makes_a_difference(one, other):
    own = Own((), PORTS)
    assert shape(one, own) != shape(other, own)


def test_an_own_address_as_a_host_is_said_whatever_the_size_of_its_network(both):
    own = next(one.own for one in both[1].values() if one.platform == "junos")
    block = next(one for one in own.blocks if one.name == "student4")
    address = block.net.address(1)
    assert shape(f"+x {address}/32\n+y {address} 255.255.255.255\n+z {address}\n", own) == (
        "+x <student4+1/host>\n+y <student4+1/host>\n+z <student4+1>"
    )


def test_rates_are_the_contracts_and_not_any_number(both):
    own = next(one.own for one in both[1].values() if one.platform == "ros" and "rate 100%" in one.own.names.values())
    rate = next(text for text, label in own.names.items() if label == "rate 100%" and text.endswith("M"))
    assert shape(f"+add max-limit={rate}\n+add max-limit=3M\n", own) == "+add max-limit=3M\n+add max-limit=<rate 100%>"


def test_names_inside_words_are_left(both):
    own = Own((), {"s1": "device", "": "nobody"})
    assert shape("+s1 s1x xs1 s1/2 s1-ap1\n", own) == "+<device> s1x xs1 s1/2 <device>-ap1"
    assert dataclasses.replace(own).names == own.names
