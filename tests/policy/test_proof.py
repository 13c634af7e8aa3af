"""The prover: every packet is decided as the first matching rule says; planted holes are found and shown."""

import dataclasses

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shipped_policy import POLICY, PREFIXES, V4, V6, lists

from homeroom.errors import PolicyError
from homeroom.policy.load import between
from homeroom.policy.model import Rule, Service
from homeroom.policy.proof import Prover, connections, leaks
from homeroom.policy.regions import ICMP, meet, minus, of_rule, union
from homeroom.prefix import ANY, Prefix

NET = Prefix.parse("10.0.0.0/29")
ANY4 = ANY[4]
PLANTED = Rule("permit", "udp", ANY4, ANY4, dports=((67, 67),))


def planted(rule, role="student", family=4, at=0):
    rules = list(lists()[role, family].rules)
    rules.insert(at, rule)
    return rules


def test_golden_the_planted_hole_of_a_textbook():
    found = leaks(planted(PLANTED), V4["student"], V4["staff"])
    assert [(leak.rule_index, leak.packet, leak.protocol) for leak in found] == [
        (0, "udp 10.16.8.9:49152 -> 10.16.12.9:67", "udp")
    ]


@pytest.mark.parametrize(
    ("rule", "packet"),
    [
        (Rule("permit", "ip", ANY4, ANY4), "tcp 10.16.8.9:49152 -> 10.16.12.9:0"),
        (Rule("permit", "tcp", ANY4, ANY4, sports=((20, 21),)), "tcp 10.16.8.9:20 -> 10.16.12.9:0"),
        (Rule("permit", "icmp", ANY4, ANY4, icmp="echo"), "icmp type 8 10.16.8.9 -> 10.16.12.9"),
        (Rule("permit", "47", ANY4, ANY4), "protocol 47 10.16.8.9 -> 10.16.12.9"),
        (
            Rule("permit", "tcp", Prefix.parse("10.16.8.4/31"), Prefix.parse("10.16.12.77/32"), dports=((22, 22),)),
            "tcp 10.16.8.5:49152 -> 10.16.12.77:22",
        ),
    ],
)
def test_golden_packets(rule, packet):
    assert leaks(planted(rule), V4["student"], V4["staff"])[0].packet == packet


def test_golden_packet_of_the_other_family():
    rule = Rule("permit", "tcp", ANY[6], ANY[6], dports=((22, 22),), note="a hand edit")
    found = leaks(planted(rule, family=6), V6["student"], V6["staff"])
    assert [(leak.packet, leak.note) for leak in found] == [
        ("tcp [2001:db8:0:4210::9]:49152 -> [2001:db8:0:4220::9]:22", "a hand edit")
    ]
    ping = Rule("permit", "icmp", ANY[6], ANY[6], icmp="echo-request")
    assert leaks(planted(ping, family=6), V6["student"], V6["staff"])[0].packet == (
        "icmp type 128 2001:db8:0:4210::9 -> 2001:db8:0:4220::9"
    )


@pytest.mark.parametrize("family", [4, 6])
@pytest.mark.parametrize("role", [role for role, made in POLICY.roles.items() if made.profile])
def test_law_without_its_internal_denies_a_list_leaks(role, family):
    rules = [rule for rule in lists()[role, family].rules if not rule.note.startswith("internal")]
    targets = (target for target in POLICY.roles if target != role)
    ends = PREFIXES[family]
    assert any(leaks(rules, ends[role], ends[target], between(POLICY, role, target)) for target in targets)


@pytest.mark.parametrize("family", [4, 6])
def test_law_a_permit_moved_before_the_denies_leaks(family):
    rules = lists()["student", family].rules
    web = next(rule for rule in rules if rule.note == "profiles.pupil.egress: web")
    ends = PREFIXES[family]
    assert leaks([web, *rules], ends["student"], ends["admin"])


def test_law_a_reply_without_established_leaks():
    rules = [dataclasses.replace(rule, established=False) for rule in lists()["iot", 4].rules]
    found = leaks(rules, V4["iot"], V4["student"], between(POLICY, "iot", "student"))
    assert {leak.packet for leak in found} == {
        "tcp 10.16.14.137:631 -> 10.16.8.9:0",
        "tcp 10.16.14.137:9100 -> 10.16.8.9:0",
    }


def test_what_is_allowed_is_no_leak_but_more_is():
    printer = Service("tcp", ((631,), (9100,)))
    assert leaks(lists()["student", 4].rules, V4["student"], V4["iot"], [printer]) == ()
    assert [leak.region[4] for leak in leaks(lists()["student", 4].rules, V4["student"], V4["iot"])] == [
        ((631, 631),),
        ((9100, 9100),),
    ]
    wider = Rule("permit", "tcp", V4["student"], V4["iot"], dports=((600, 700),))
    found = leaks(planted(wider), V4["student"], V4["iot"], [printer])
    assert [leak.region[4] for leak in found] == [((600, 630), (632, 700))]


def test_a_list_without_a_match_denies():
    assert leaks([], V4["student"], V4["staff"]) == ()
    assert Prover([]).dead() == ()


def test_dead_rules_are_named():
    everything = Rule("deny", "ip", ANY4, ANY4)
    assert Prover([PLANTED, everything, PLANTED, everything]).dead() == (2, 3)


@pytest.mark.parametrize(
    ("rule", "message"),
    [
        (Rule("permit", "gre", ANY4, ANY4), "no protocol is called gre"),
        (Rule("permit", "256", ANY4, ANY4), "no protocol is called 256"),
        (Rule("permit", "icmp", ANY4, ANY4, icmp="nd-ns"), "no ICMP type of IPv4 is called nd-ns"),
        (Rule("permit", "tcp", ANY4, ANY[6]), "a rule mixes families: 0.0.0.0/0 and ::/0"),
    ],
)
def test_golden_rules_nobody_can_prove(rule, message):
    with pytest.raises(PolicyError) as caught:
        leaks([rule], V4["student"], V4["staff"])
    assert str(caught.value) == message


SETS = st.sets(st.integers(0, 20))


def spans(numbers):
    return union((n, n) for n in numbers)


def members(found):
    return {n for low, high in found for n in range(low, high + 1)}


@given(SETS, SETS)
def test_law_interval_sets_are_sets(a, b):
    assert members(meet(spans(a), spans(b))) == a & b
    assert members(minus(spans(a), spans(b))) == a - b
    assert members(union([*spans(a), *spans(b)])) == a | b
    assert minus(spans(a), spans(b)) == spans(a - b)


ENDS = st.sampled_from([ANY4, NET, NET.subnet(0, 30), NET.subnet(4, 31), NET.subnet(6, 32)])
PORTS = st.sampled_from([(), ((0, 2),), ((1, 1), (3, 4)), ((5, 65535),)])


@st.composite
def rule(draw):
    protocol = draw(st.sampled_from(["ip", "tcp", "udp", "icmp", "47"]))
    ported = protocol in ("tcp", "udp")
    return Rule(
        draw(st.sampled_from(["permit", "deny"])),
        protocol,
        draw(ENDS),
        draw(ENDS),
        draw(PORTS) if ported else (),
        draw(PORTS) if ported else (),
        draw(st.sampled_from(["", "echo", "unreachable", "packet-too-big"])) if protocol == "icmp" else "",
        draw(st.booleans()) if protocol == "tcp" else False,
    )


@st.composite
def packet(draw):
    """Source, target, protocol, ports, ICMP type and code, state."""
    ends = (draw(st.integers(NET.first, NET.last)), draw(st.integers(NET.first, NET.last)))
    ports = (draw(st.integers(0, 6)), draw(st.integers(0, 6)))
    icmp = draw(st.sampled_from([8 << 8, 3 << 8, 3 << 8 | 4, 0]))
    return (*ends, draw(st.sampled_from([1, 6, 17, 47])), *ports, icmp, draw(st.integers(0, 1)))


def matches(rule, p):
    """Say by hand whether a rule matches a packet."""
    source, target, protocol, sport, dport, icmp, state = p
    numbers = {"icmp": 1, "tcp": 6, "udp": 17, "47": 47}
    words = {"echo": range(8 << 8, 9 << 8), "unreachable": range(3 << 8, 4 << 8), "packet-too-big": [3 << 8 | 4]}
    return (
        rule.source.first <= source <= rule.source.last
        and rule.target.first <= target <= rule.target.last
        and rule.protocol in ("ip", *(name for name, number in numbers.items() if number == protocol))
        and (not rule.sports or any(low <= sport <= high for low, high in rule.sports))
        and (not rule.dports or any(low <= dport <= high for low, high in rule.dports))
        and (not rule.icmp or icmp in words[rule.icmp])
        and (not rule.established or state == 1)
    )


def inside(region, p):
    return all(any(low <= value <= high for low, high in dimension) for dimension, value in zip(region, p, strict=True))


@settings(max_examples=150)
@given(st.lists(rule(), max_size=7), st.lists(packet(), min_size=20, max_size=60))
def test_law_the_prover_agrees_with_the_router(rules, packets):
    """For any list and packet: permitted by the prover, with the same rule, exactly when first match permits."""
    everything = of_rule(Rule("permit", "ip", ANY4, ANY4))
    permitted = list(Prover(rules).permitted([everything]))
    for p in packets:
        first = next((n for n, rule in enumerate(rules) if matches(rule, p)), None)
        wanted = [first] if first is not None and rules[first].action == "permit" else []
        assert [index for index, region in permitted if inside(region, p)] == wanted


@settings(max_examples=100)
@given(st.lists(rule(), max_size=6), ENDS, ENDS)
def test_law_leaks_are_new_and_between_the_two(rules, source, target):
    for leak in leaks(rules, source, target):
        assert leak.region[6] == ((0, 0),)
        assert rules[leak.rule_index].action == "permit"
        assert not rules[leak.rule_index].established
        assert meet(leak.region[0], ((source.first, source.last),)) == leak.region[0]
        assert meet(leak.region[1], ((target.first, target.last),)) == leak.region[1]


def test_every_word_a_list_may_hold_is_known():
    words = {(family, rule.icmp) for (_, family), access in lists().items() for rule in access.rules if rule.icmp}
    assert words <= {(family, word) for family, known in ICMP.items() for word in known}


def test_connections_to_a_service():
    region = connections(V4["student"], V4["iot"], Service("tcp", ((631,), (9100, 9103))))
    assert region[4] == ((631, 631), (9100, 9103))
