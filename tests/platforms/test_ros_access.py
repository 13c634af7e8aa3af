"""What our own RouterOS configurations let through is what the intent says, whatever the policy."""

from dataclasses import replace

import pytest
import ros_site
from hypothesis import given, settings
from hypothesis import strategies as st
from ros_said import everything, parse
from ros_site import PARSER, RENDERER

from homeroom.platforms.access import Applied, Bridged, Interface, Ssid
from homeroom.platforms.ros.numbers import ICMP
from homeroom.policy.compare import same
from homeroom.policy.model import AccessList, Group, Rule, Window
from homeroom.policy.proof import leaks
from homeroom.prefix import ANY, BITS, Prefix

ROUTER = ros_site.router()


@pytest.mark.parametrize("router", ros_site.of_kind("router"), ids=lambda intent: intent.device.name)
def test_law_parse_of_render_is_the_intent(router):
    access = PARSER.access(RENDERER.render(router).text)
    found = access.by_name()
    for wanted in router.access:
        assert found[wanted.family, wanted.name].hook == wanted.hook
        assert same(found[wanted.family, wanted.name].rules, wanted.rules)
    assert set(found) == {(wanted.family, wanted.name) for wanted in router.access}
    assert access.missing == ()
    assert dict(access.windows) == dict(router.windows)
    assert {group.name: group for group in access.groups} == {group.name: group for group in router.groups}
    assert set(access.redirects) == set(router.redirects)
    uplinks = [uplink.interface for uplink in router.uplinks]
    assert set(access.applied) == {
        Applied(interface, wanted.hook, wanted.family, wanted.name)
        for wanted in router.access
        for interface in (uplinks if wanted.role == "wan" else [wanted.role])
    }
    assert all(
        found[wanted.family, wanted.name].role == wanted.role for wanted in router.access if wanted.role != "wan"
    )


def test_law_the_ground_is_the_intents():
    access = PARSER.access(RENDERER.render(ROUTER).text)
    assert access.routes_between
    assert access.vlan_names == {segment.vlan: segment.role for segment in ROUTER.segments}
    interfaces = {entry.name: entry for entry in access.interfaces}
    for segment in ROUTER.segments:
        first, second = interfaces[segment.role].addresses
        assert interfaces[segment.role].vlan == segment.vlan
        assert first == (parse(segment.gateway4).first, segment.v4)
        assert second == (parse(segment.gateway6).first, segment.v6)
    for uplink in ROUTER.uplinks:
        address = parse(uplink.v4).first
        assert interfaces[uplink.interface] == Interface(uplink.interface, 0, ((address, Prefix(4, address & ~1, 31)),))
    assert [(route.via, route.distance) for route in access.routes] == [
        *((uplink.peer4, uplink.distance) for uplink in ROUTER.uplinks),
        *((f"fe80::1%{uplink.interface}", uplink.distance) for uplink in ROUTER.uplinks),
    ]
    assert all(route.target.is_any for route in access.routes)
    trunks = [port for port in ROUTER.ports if port.mode == "trunk"]
    outlets = [port for port in ROUTER.ports if port.mode == "access"]
    assert set(access.bridged) == {
        *(Bridged(port.name, 0, frozenset(port.vlans)) for port in trunks),
        *(Bridged(port.name, port.vlan, frozenset()) for port in outlets),
    }
    assert access.ssids == ()


def test_law_an_access_point_bridges_and_lets_only_the_noc_in():
    intent = ros_site.ap()
    access = PARSER.access(RENDERER.render(intent).text)
    assert not access.routes_between
    assert access.ssids == tuple(Ssid(wlan.ssid, wlan.vlan, bool(wlan.radius), wlan.isolate) for wlan in intent.wlans)
    assert access.bridged == (Bridged("ether1", 0, frozenset(segment.vlan for segment in intent.segments)),)
    assert [use.interface for use in access.applied] == ["management"] * 4
    assert access.groups == intent.groups
    for family, prefixes in ((4, intent.management.noc4), (6, intent.management.noc6)):
        local = access.by_name()[family, "input"].rules
        inside = next(segment for segment in intent.segments if segment.role == "management")
        target = inside.v4 if family == 4 else inside.v6
        found = {(leak.protocol, leak.region[0]) for leak in leaks(local, ANY[family], target)}
        sources = {((prefix.first, prefix.last),) for prefix in prefixes}
        assert {protocol for protocol, source in found if source in sources} == {"tcp", "udp", "icmp"}
        assert {protocol for protocol, source in found if source not in sources} <= {"icmp"}
        through = access.by_name()[family, "forward"].rules
        assert through == (everything("deny", family),)


def test_services_say_who_may_come():
    access = PARSER.access(RENDERER.render(ROUTER).text)
    names = [guard.name for guard in access.guards]
    assert names == ["api-ssl", "api-ssl6", "ssh", "ssh6", "snmp-homeroom", "snmp-homeroom6"]
    (api,) = [guard for guard in access.guards if guard.name == "api-ssl"]
    assert [(rule.action, rule.source, rule.dports) for rule in api.rules] == [
        *(("permit", prefix, ((8729, 8729),)) for prefix in ROUTER.management.noc4),
        ("deny", ANY[4], ((8729, 8729),)),
    ]


def prefixes(family):
    return st.builds(
        lambda length, bits: Prefix(family, bits >> (BITS[family] - length) << (BITS[family] - length), length),
        st.integers(0, BITS[family]),
        st.integers(0, 2 ** BITS[family] - 1),
    )


SPANS = st.lists(
    st.tuples(st.integers(0, 65535), st.integers(0, 65535)).map(lambda ends: tuple(sorted(ends))), max_size=3
).map(lambda spans: tuple(sorted(spans)))
CLOCK = st.tuples(st.integers(0, 23), st.integers(0, 59)).map(lambda at: f"{at[0]:02}:{at[1]:02}")
WINDOW = st.builds(
    lambda days, ends: Window(tuple(day for day in DAYS if day in days), min(ends), max(ends)),
    st.sets(st.sampled_from(DAYS := ("mon", "tue", "wed", "thu", "fri", "sat", "sun")), min_size=1),
    st.tuples(CLOCK, CLOCK).filter(lambda ends: ends[0] != ends[1]),
)


@st.composite
def rules(draw, family):
    protocol = draw(st.sampled_from(["ip", "tcp", "udp", "icmp", "47", "89", "200"]))
    ported = protocol in {"tcp", "udp"}
    ends = [draw(st.one_of(prefixes(family), st.sampled_from(GROUPS[family]))) for _ in range(2)]
    return Rule(
        draw(st.sampled_from(["permit", "deny", "reject"])),
        protocol,
        *ends,
        draw(SPANS) if ported else (),
        draw(SPANS) if ported else (),
        draw(st.sampled_from(["", *ICMP[family]])) if protocol == "icmp" else "",
        draw(st.booleans()),
        draw(st.booleans()),
        window=draw(st.sampled_from(["", "", "lessons"])),
    )


GROUPS = {
    4: (Group("DOH", 4, (parse("1.1.1.1/32"), parse("8.8.0.0/16"))),),
    6: (Group("DOH6", 6, (parse("2001:db8::1/128"), parse("2001:db8:8::/48"))),),
}


def until_all(made):
    """A list as far as packets get; at its end stands what `forward` says of the rest."""
    for number, rule in enumerate(made):
        if replace(rule, action="deny", log=False) == everything("deny", rule.source.family):
            return tuple(made[: number + 1])
    return (*made, everything("deny", made[0].source.family))


@settings(max_examples=80, deadline=None)
@given(
    st.sampled_from([4, 6]).flatmap(lambda family: st.tuples(st.just(family), st.lists(rules(family), min_size=1))),
    WINDOW,
)
def test_law_holds_for_any_list(case, window):
    family, made = case
    wanted = AccessList("STUDENT-FWD" if family == 4 else "STUDENT-FWD6", "student", family, tuple(made), "through")
    intent = replace(ROUTER, access=(wanted,), groups=GROUPS[family], windows={"lessons": window})
    text = RENDERER.render(intent, ["filtering", "segmentation"]).text
    access = PARSER.access(text)
    found = access.by_name()[family, wanted.name]
    assert found.rules == until_all(tuple(dict.fromkeys(made))), "a rule that stands there again decides nothing"
    assert found.hook == "through"
    if any(rule.window for rule in found.rules):
        assert access.windows == {"lessons": window}
    assert PARSER.diff(text, text) == ""


@st.composite
def policies(draw):
    """The shipped policy with other profiles, a matrix of its own, and more or fewer endpoints."""
    policy = ros_site.loaded()[1]
    profiles = {
        name: replace(
            made,
            egress=draw(st.sampled_from([made.egress, ("web", "ntp"), ("ipsec",), ()])),
            quic=draw(st.booleans()),
            only=draw(st.sampled_from([made.only, "exams", ""])),
            blocked=draw(st.sampled_from([(), ("doh",)])),
            window=draw(st.sampled_from(["", "school_day", "evening"])),
        )
        for name, made in policy.profiles.items()
    }
    matrix = tuple(cell for cell in policy.matrix if draw(st.booleans()))
    windows = {**policy.windows, "evening": Window(("sun", "wed"), "18:15", "23:59")}
    return replace(policy, profiles=profiles, matrix=matrix, windows=windows)


@settings(max_examples=15, deadline=None)
@given(policies())
def test_law_holds_under_any_policy(policy):
    router = ros_site.router_under(policy)
    access = PARSER.access(RENDERER.render(router).text)
    found = access.by_name()
    for wanted in router.access:
        assert same(found[wanted.family, wanted.name].rules, wanted.rules)
    assert set(found) == {(wanted.family, wanted.name) for wanted in router.access}
    assert {name: (set(one.days), one.start, one.until) for name, one in access.windows.items()} == {
        name: (set(one.days), one.start, one.until) for name, one in router.windows.items()
    }
    assert {group.name: group for group in access.groups} == {group.name: group for group in router.groups}
    assert set(access.redirects) == set(router.redirects)
