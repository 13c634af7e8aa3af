"""The prover and the comparison against the plainest reading of a list: every packet of a small world, first match."""

from dataclasses import replace
from itertools import product
from unittest.mock import patch

from hypothesis import given, settings
from hypothesis import strategies as st

from homeroom.policy import regions
from homeroom.policy.compare import opens, same
from homeroom.policy.model import Group, Rule
from homeroom.policy.proof import Prover
from homeroom.policy.regions import (
    ANY_16,
    NEW,
    apart,
    corners,
    holds,
    intersect,
    meet,
    minus,
    of_rule,
    subtract,
    union,
    without,
)
from homeroom.prefix import ANY, Prefix
from homeroom.proof.week import during

NET = Prefix.parse("10.0.0.0/29")
ADDRESSES = range(NET.first, NET.last + 1)
PORTS = range(3)
WORLD = tuple(product(ADDRESSES, ADDRESSES, (6, 17), PORTS, PORTS, (0,), (0, 1)))
"""Every packet: source, target, protocol, source port, target port, ICMP, state."""
SOME = (NET.subnet(0, 30), NET.subnet(4, 31), NET.subnet(6, 32), NET.subnet(3, 32))
GROUPS = (Group("A", 4, (SOME[1], SOME[3])), Group("B", 4, (NET.subnet(1, 32), NET.subnet(5, 32), NET.subnet(7, 32))))
places = st.sampled_from([ANY[4], NET, *SOME, *GROUPS])
ports = st.sampled_from([(), ((0, 1),), ((0, 0), (2, 9)), ((1, 65535),)])
rules = st.builds(
    Rule,
    st.sampled_from(["permit", "deny", "reject"]),
    st.sampled_from(["ip", "tcp", "udp"]),
    places,
    places,
    sports=ports,
    dports=ports,
    established=st.booleans(),
    window=st.sampled_from(["", "", "", "day", "night"]),
)
lists = st.lists(rules, max_size=7)
windowless = st.lists(rules.map(lambda rule: replace(rule, window="")), max_size=7)


def inside(place, address):
    prefixes = place.prefixes if isinstance(place, Group) else (place,)
    return any(prefix.first <= address <= prefix.last for prefix in prefixes)


def matches(rule, packet):
    source, target, protocol, sport, dport, _, state = packet
    return (
        {"ip": protocol, "tcp": 6, "udp": 17}[rule.protocol] == protocol
        and inside(rule.source, source)
        and inside(rule.target, target)
        and (not rule.sports or any(low <= sport <= high for low, high in rule.sports))
        and (not rule.dports or any(low <= dport <= high for low, high in rule.dports))
        and (state == 1 or not rule.established)
    )


def decided(some, packet, holding=frozenset()):
    """The index of the first rule that matches while the windows `holding` are in force; -1 when none does."""
    active = ((n, rule) for n, rule in enumerate(some) if not rule.window or rule.window in holding)
    return next((n for n, rule in active if matches(rule, packet)), -1)


def permits(some, packet, holding=frozenset()):
    found = decided(some, packet, holding)
    return found >= 0 and some[found].action == "permit"


def everything():
    return of_rule(Rule("permit", "ip", ANY[4], ANY[4]))


@given(windowless)
@settings(max_examples=25)
def test_every_packet_is_decided_by_its_first_matching_rule(some):
    found = list(Prover(some).decide([everything()]))
    for packet in WORLD:
        deciders = [index for index, region in found if holds(region, packet)]
        assert deciders == [decided(some, packet)]


@given(windowless, windowless)
@settings(max_examples=25)
def test_beyond_is_what_is_permitted_and_not_allowed(some, more):
    allowed = [of_rule(rule) for rule in more]
    found = list(Prover(some).beyond([everything()], allowed))
    for packet in WORLD:
        outside = not any(holds(region, packet) for region in allowed)
        expected = {decided(some, packet)} if outside and permits(some, packet) else set()
        assert {index for index, region in found if holds(region, packet)} == expected


@given(lists, lists)
@settings(max_examples=25)
def test_lists_are_the_same_exactly_if_they_let_the_same_packets_through_at_all_times(one, two):
    times = [frozenset(), frozenset({"day"}), frozenset({"night"})]
    differ = any(permits(one, packet, now) != permits(two, packet, now) for packet in WORLD for now in times)
    if differ:
        assert not same(one, two)
        opened = any(permits(two, packet, now) and not permits(one, packet, now) for packet in WORLD for now in times)
        assert not opened or opens(one, two)
    for difference in opens(one, two):
        now = frozenset({difference.window}) - {""}
        for packet in corners(difference.region):
            if packet[3] in PORTS and packet[4] in PORTS and packet in WORLD:
                assert permits(two, packet, now)
                assert not permits(one, packet, now)


@given(lists)
@settings(max_examples=25)
def test_a_list_is_the_same_as_itself_and_as_itself_with_a_dead_rule(some):
    assert same(some, some)
    assert same([*some, Rule("deny", "ip", ANY[4], ANY[4])], some)


@given(lists, st.sets(st.sampled_from(["day", "night"])))
@settings(max_examples=25)
def test_windows_in_force_choose_the_rules(some, now):
    held = during(some, {"day": "day", "night": "night"}, frozenset(now))
    rules_ = [rule for _, rule in held]
    for packet in WORLD[::7]:
        found, expected = decided(rules_, packet), decided(some, packet, now)
        assert (held[found][0] - 1 if found >= 0 else -1) == expected


@given(rules, rules)
@settings(max_examples=50)
def test_regions_are_sets_of_packets(one, two):
    a, b = of_rule(one), of_rule(two)
    both, rest = intersect(a, b), subtract(a, b)
    assert apart(a, b) == (both is None)
    for packet in WORLD[::5]:
        in_a, in_b = holds(a, packet), holds(b, packet)
        assert in_a == (matches(one, packet) if one.protocol != "ip" else in_a)
        assert (both is not None and holds(both, packet)) == (in_a and in_b)
        assert sum(holds(part, packet) for part in rest) == (in_a and not in_b)
        assert any(holds(part, packet) for part in without([a], [b])) == (in_a and not in_b)


@given(st.sets(st.integers(0, 300)), st.sets(st.integers(0, 300)))
@settings(max_examples=25)
def test_large_sets_are_remembered_rightly(one, two):
    with patch.multiple(regions, _MANY=2, _KEPT=8):
        a, b = (union((n, n) for n in some) for some in (one, two))
        for _ in range(2):
            assert meet(a, b) == meet(b, a) == union((n, n) for n in one & two)
            assert minus(a, b) == union((n, n) for n in one - two)


def test_a_question_for_new_connections_leaves_out_the_others():
    established = Rule("permit", "tcp", ANY[4], ANY[4], established=True)
    question = (*everything()[:5], ANY_16, NEW)
    assert not list(Prover([established]).beyond([question], []))
