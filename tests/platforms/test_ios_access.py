"""parse(render(intent)) == intent, for the shipped policy and for any list; what is not understood is named."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from intents import CONTROLLER, INTENTS, PROGRAMME, Site, without_notes

from homeroom.catalogue import load_platforms
from homeroom.errors import ParseError
from homeroom.platforms.access import Applied, Bridged, Interface, Route, Ssid
from homeroom.platforms.ios.acl import NEIGHBOURS
from homeroom.platforms.ios.parser import IosParser
from homeroom.platforms.ios.words import PORT_NAMES, spread
from homeroom.platforms.render import Renderer
from homeroom.policy.compare import same
from homeroom.policy.compile import groups_of
from homeroom.policy.model import AccessList, Group, Rule, Window
from homeroom.policy.regions import ICMP
from homeroom.prefix import ANY, BITS, Prefix
from homeroom.project import shipped

RENDERER = Renderer(load_platforms([shipped() / "templates"]))
PARSER = IosParser()
ROUTER = INTENTS["router"]
TEXT = RENDERER.render(ROUTER).text


def with_lists(*lists, windows=None):
    intent = replace(ROUTER, access=lists, groups=groups_of(lists), windows=windows or {})
    return RENDERER.render(intent, ["filtering", "segmentation"]).text


def read(text):
    return PARSER.access(text).lists


def meant(lists):
    """What a list means on IOS: a rejection is a denial, and notes are for people."""
    return tuple(
        replace(one, rules=tuple(replace(r, action="permit" if r.action == "permit" else "deny") for r in one.rules))
        for one in without_notes(lists)
    )


def test_law_parse_of_render_is_the_intent():
    access = PARSER.access(TEXT)
    assert [replace(one, role="") for one in access.lists] == [replace(one, role="") for one in meant(ROUTER.access)]
    assert {one.name: one.role for one in access.lists} == {
        one.name: "" if one.role == "wan" else one.role for one in ROUTER.access
    }
    for one in ROUTER.access:
        assert same(access.by_name()[one.family, one.name].rules, one.rules)
    assert access.missing == ()
    assert access.groups == ROUTER.groups
    assert access.windows == ROUTER.windows
    assert access.redirects == ROUTER.redirects
    assert [entry.name for entry in access.guards] == ["NOC", "NOC6"]
    assert access.guards[0].rules[0].source == PROGRAMME.central.noc[0]


def test_law_every_list_stands_where_the_intent_has_it():
    expected = [
        Applied(name, "in", family, acl)
        for name, acl4, acl6 in (
            *((f"Vlan{segment.vlan}", segment.acl4, segment.acl6) for segment in ROUTER.segments),
            *((uplink.interface, uplink.acl4, uplink.acl6) for uplink in ROUTER.uplinks),
        )
        for family, acl in ((4, acl4), (6, acl6))
    ]
    assert list(PARSER.access(TEXT).applied) == expected


def test_law_interfaces_ports_and_routes_are_the_intents():
    access = PARSER.access(TEXT)
    gateways = [
        Interface(
            f"Vlan{segment.vlan}",
            segment.vlan,
            ((segment.v4.first + 1, segment.v4), (segment.v6.first + 1, segment.v6)),
        )
        for segment in ROUTER.segments
    ]
    wan = [Prefix.parse("100.64.0.0/31"), Prefix.parse("100.96.0.0/31")]
    uplinks = [
        Interface(uplink.interface, 0, ((net.first + 1, net),)) for uplink, net in zip(ROUTER.uplinks, wan, strict=True)
    ]
    assert access.interfaces == (*gateways, *uplinks)
    trunk, outlet = ROUTER.ports[0], ROUTER.ports[7]
    assert access.bridged == (
        Bridged(trunk.name, 0, frozenset(trunk.vlans)),
        Bridged(outlet.name, outlet.vlan, frozenset()),
    )
    first, backup = ROUTER.uplinks
    assert access.routes == (
        Route(ANY[4], f"{first.interface} {first.peer4}", 1),
        Route(ANY[6], f"{first.interface} FE80::1", 1),
        Route(ANY[4], f"{backup.interface} {backup.peer4}", 250),
        Route(ANY[6], f"{backup.interface} FE80::1", 250),
    )
    assert access.vlan_names == {segment.vlan: segment.role for segment in ROUTER.segments} | {999: "parking"}
    assert access.routes_between


def test_a_switch_filters_nothing_and_routes_nothing():
    intent = INTENTS["switch"]
    access = PARSER.access(RENDERER.render(intent).text)
    assert (access.lists, access.applied, access.missing, access.groups) == ((), (), (), ())
    assert [entry.name for entry in access.guards] == ["NOC", "NOC6"]
    assert not access.routes_between
    assert [one.name for one in access.interfaces] == ["Vlan99"]
    vlans = {port.name: (port.vlan, frozenset(port.vlans)) for port in intent.ports if port.mode != "unused"}
    assert {one.name: (one.untagged, one.tagged) for one in access.bridged} == vlans | {
        intent.trunks[0]: (0, frozenset(segment.vlan for segment in intent.segments))
    }


def test_a_controller_has_the_ssids_of_the_intent():
    access = PARSER.access(RENDERER.render(CONTROLLER).text)
    assert access.ssids == tuple(
        Ssid(wlan.ssid, wlan.vlan, bool(wlan.radius), wlan.isolate) for wlan in CONTROLLER.wlans
    )
    assert (access.lists, access.applied, access.missing) == ((), (), ())
    assert not access.routes_between


@settings(max_examples=15, deadline=None)
@given(st.integers(0, (1 << 13) - 1), st.integers(0, (1 << 16) - 1))
def test_law_holds_at_any_site(four, six):
    site = Site(Prefix(4, (10 << 24) + (four << 11), 21), Prefix(6, (0x20010DB8 << 96) + (six << 72), 56), "x-0001")
    intent = replace(site.router(), device=ROUTER.device)
    access = PARSER.access(RENDERER.render(intent, ["filtering", "segmentation", "uplinks"]).text)
    assert [one.rules for one in access.lists] == [one.rules for one in meant(intent.access)]
    assert access.groups == intent.groups


def prefixes(family):
    return st.builds(
        lambda length, bits: Prefix(family, bits >> (BITS[family] - length) << (BITS[family] - length), length),
        st.integers(0, BITS[family]),
        st.integers(0, 2 ** BITS[family] - 1),
    )


def places(family):
    groups = st.builds(
        lambda name, members: Group(name, family, tuple(members)),
        st.just("GROUP"),
        st.just([ANY[family], Prefix(family, 5 << 20, BITS[family]), Prefix(family, 1 << (BITS[family] - 4), 8)]),
    )
    return st.one_of(prefixes(family), groups)


SPANS = st.one_of(
    st.just(()), st.tuples(st.integers(0, 65535), st.integers(0, 65535)).map(lambda ends: (tuple(sorted(ends)),))
)
WINDOWS = {"night": Window(("mon", "wed"), "00:00", "06:30"), "weekend": Window(("sat", "sun"), "08:05", "23:59")}


@st.composite
def rules(draw, family):
    protocol = draw(st.sampled_from(["ip", "tcp", "udp", "icmp", "47", "132"]))
    ported = protocol in {"tcp", "udp"}
    return Rule(
        draw(st.sampled_from(["permit", "deny", "reject"])),
        protocol,
        draw(places(family)),
        draw(places(family)),
        draw(SPANS) if ported else (),
        draw(SPANS) if ported else (),
        draw(st.sampled_from(["", *sorted(ICMP[family])])) if protocol == "icmp" else "",
        protocol == "tcp" and draw(st.booleans()),
        draw(st.booleans()),
        window=draw(st.sampled_from(["", "night", "weekend"])),
    )


@settings(max_examples=80, deadline=None)
@given(st.sampled_from([4, 6]).flatmap(lambda family: st.tuples(st.just(family), st.lists(rules(family), min_size=1))))
def test_law_holds_for_any_list(case):
    family, chosen = case
    access = AccessList("STUDENT-IN" if family == 4 else "STUDENT-IN6", "student", family, tuple(chosen))
    text = with_lists(access, windows=WINDOWS)
    found = PARSER.access(text)
    (expected,) = meant((access,))
    given_, implied = found.lists[0].rules[: len(chosen)], found.lists[0].rules[len(chosen) :]
    assert replace(found.lists[0], rules=given_) == expected
    assert [rule.icmp for rule in implied] in ([], list(NEIGHBOURS))
    assert family == 6 or not implied
    assert found.windows == WINDOWS
    assert found.groups == groups_of((access,))
    assert PARSER.diff(text, text) == ""


def test_ipv6_lists_let_neighbour_discovery_through_before_they_deny_the_rest():
    text = "ipv6 access-list X\n permit tcp any any eq 80\n"
    kinds = [rule.icmp for rule in read(text)[0].rules]
    assert kinds == ["", "nd-na", "nd-ns"]
    assert [rule.icmp for rule in read(text + " deny ipv6 any any log\n")[0].rules] == ["", ""]
    assert (
        len(read(text + " deny ipv6 any any log time-range N\ntime-range N\n periodic daily 1:00 to 2:00\n")[0].rules)
        == 4
    )
    assert len(read(text.replace("ipv6", "ip").replace("list X", "list extended X"))[0].rules) == 1


def test_several_spans_become_several_entries():
    spans = ((80, 80), (443, 443), (8000, 8080))
    rule = Rule("permit", "tcp", ANY[4], ANY[4], sports=((1, 2), (5, 5)), dports=spans, note="n")
    split = tuple(spread(rule))
    assert len(split) == 6
    assert {(entry.sports, entry.dports) for entry in split} == {((s,), (d,)) for s in rule.sports for d in spans}
    assert tuple(spread(replace(rule, sports=()))) == tuple(replace(rule, sports=(), dports=(d,)) for d in spans)
    text = with_lists(AccessList("STUDENT-IN", "student", 4, (rule,)))
    assert read(text)[0].rules == tuple(replace(entry, note="") for entry in split)


def one(line, head="ip access-list extended X"):
    (access,) = PARSER.access(f"{head}\n {line}\n").lists
    rule, *_ = access.rules
    return rule


def test_other_ways_of_saying_it_are_understood():
    net = Prefix.parse("10.0.0.0/8")
    assert one("permit tcp any any eq 80") == one("10 permit tcp any any eq www")
    assert one("permit tcp any any eq www 443 8080").dports == ((80, 80), (443, 443), (8080, 8080))
    assert one("permit tcp any gt 1023 any lt 1024") == Rule(
        "permit", "tcp", ANY[4], ANY[4], ((1024, 65535),), ((0, 1023),)
    )
    assert one("permit udp any any neq domain").dports == ((0, 52), (54, 65535))
    assert one("permit udp any any neq 0").dports == ((1, 65535),)
    assert one("permit udp any any range 20 10").dports == ((10, 20),)
    assert one("deny   ip 10.0.0.0 0.255.255.255 any log-input") == Rule("deny", "ip", net, ANY[4], log=True)
    assert one("permit ip 0.0.0.0 255.255.255.255 any").source == ANY[4]
    assert one("permit icmp any any time-exceeded log").icmp == "time-exceeded"
    assert one("permit icmp any any 8") == one("permit icmp any any echo")
    assert one("permit icmp any any 3 4") == one("permit icmp any any packet-too-big")
    assert one("permit icmp any any 3").icmp == "unreachable"
    assert one("permit 6 any any").protocol == "tcp"
    assert one("permit 253 any any").protocol == "253"
    assert one("permit gre any any").protocol == "47"
    assert one("permit ospf any any log").protocol == "89"
    head = "ipv6 access-list X"
    assert one("permit ipv6 2001:db8::/32 host 2001:DB8:0:0::1", head).target == Prefix.parse("2001:db8::1/128")
    standard = "ip access-list standard X"
    assert one("10 permit 10.0.0.0, 0.255.255.255".replace(",", ""), standard).source == net
    assert one("permit 10.1.1.1 log", standard) == Rule("permit", "ip", Prefix.parse("10.1.1.1/32"), ANY[4], log=True)
    assert one("permit host 10.1.1.1", standard).source.is_host
    assert one("permit any", standard).source.is_any


def test_entries_go_by_their_numbers_and_remarks_do_nothing():
    text = "ip access-list extended X\n remark a\n 20 permit ip any any\n 10 deny ip any any\n 15 remark b c\n"
    assert [rule.action for rule in read(text)[0].rules] == ["deny", "permit"]
    text = "ip access-list standard X\n remark permit 1.1.1.1\n permit any\n"
    assert len(read(text)[0].rules) == 1


MISUNDERSTOOD = {
    "10 permit 256 any any": "protocol 256",
    "10 permit object-group WEB any any": "protocol object-group",
    "10 permit icmp any any host-unreachable": "what host-unreachable does",
    "10 permit icmp any any 3 1": "what 3 does",
    "10 permit tcp any any ack": "what ack does",
    "10 permit ip any any fragments": "what fragments does",
    "10 permit ip any any dscp ef": "what dscp does",
    "10 permit tcp any any eq 80 time-range": "it ends too early",
    "10 dynamic X permit ip any any": "action dynamic",
    "10 permit ipv6 any any": "protocol ipv6",
    "10 allow ip any any": "action allow",
    "10 permit ip any": "it ends too early",
    "10 permit": "it ends too early",
    "10 permit ip any any established": "what established does",
    "10 permit tcp any any eq http": "tcp port http",
    "10 permit tcp any any eq 70000": "tcp port 70000",
    "10 permit tcp any any gt 65535": "it matches no port",
    "10 permit tcp any any eq 80 time-range NIGHT": "time range NIGHT is defined nowhere",
    "10 permit tcp any any eq 80 reflect R": "what reflect does",
    "10 permit icmp any any 8 0": "what 8 does",
    "10 permit ip 10.0.0.0 0.255.0.255 any": "its wildcard is no prefix",
    "10 permit ip 10.0.0.1 0.0.0.255 any": "10.0.0.1/24 has host bits set",
    "10 permit ip 10.0.0 0.0.0.255 any": "Expected 4 octets in '10.0.0'",
    "10 permit ip object-group SCHOOLS any": "object group SCHOOLS is defined nowhere",
    "10 evaluate R": "action evaluate",
}


@pytest.mark.parametrize("line", MISUNDERSTOOD)
def test_what_is_not_understood_is_named_with_its_line(line):
    with pytest.raises(ParseError) as caught:
        one(line)
    assert str(caught.value) == (
        f"line 2: ip access-list extended X: {line!r} is not understood: {MISUNDERSTOOD[line]}"
    )


MISUNDERSTOOD6 = {
    "permit ip any any": "protocol ip",
    "permit ipv6 2001:DB8::1 any": "address 2001:DB8::1 has no length",
    "permit ipv6 10.0.0.0/8 any": "address 10.0.0.0/8 is not IPv6",
    "permit ipv6 2001:DB8::1/64 any": "2001:db8::1/64 has host bits set",
    "permit ipv6 any any routing": "what routing does",
    "permit icmp any any echo": "what echo does",
    "permit hbh any any": "protocol hbh",
    "permit ipv6 object-group SCHOOLS any": "object group SCHOOLS is defined nowhere",
    "evaluate R": "action evaluate",
}


@pytest.mark.parametrize("line", MISUNDERSTOOD6)
def test_what_is_not_understood_in_ipv6_is_named_with_its_line(line):
    with pytest.raises(ParseError) as caught:
        one(line, "ipv6 access-list X")
    assert str(caught.value) == f"line 2: ipv6 access-list X: {line!r} is not understood: {MISUNDERSTOOD6[line]}"


FOREIGN = {
    "access-list 210 permit any\n": "line 1: 'access-list 210 permit any' is not understood: "
    "it is no entry of a numbered list of IPv4",
    "ip access-list role-based X\n": "line 1: 'ip access-list role-based X' is not understood: "
    "only named lists are read",
    "interface Vlan10\n ip access-group 101\n": "line 2: interface Vlan10: 'ip access-group 101' is not understood",
}


@pytest.mark.parametrize("text", FOREIGN)
def test_lists_in_another_form_are_named_not_skipped(text):
    with pytest.raises(ParseError) as caught:
        PARSER.access(text)
    assert str(caught.value) == FOREIGN[text]


def test_applied_but_undefined_is_missing_and_unapplied_is_listed():
    text = "interface Vlan10\n ip access-group A in\n ipv6 traffic-filter A out\nip access-list extended B\n"
    access = PARSER.access(text)
    assert access.missing == ("A",)
    assert access.lists == (AccessList("B", "", 4, ()),)
    assert access.applied == (Applied("Vlan10", "in", 4, "A"), Applied("Vlan10", "out", 6, "A"))


def test_a_list_without_entries_lets_everything_pass_as_one_that_is_not_there():
    access = PARSER.access("interface Vlan10\n ip access-group A in\nip access-list extended A\n remark later\n")
    assert access.missing == ("A",)
    assert access.lists == ()


def test_a_list_that_tells_traffic_classes_apart_filters_nothing():
    text = "ip access-list extended Q\n permit ip any any\nclass-map match-any C\n match access-group name Q\n"
    assert PARSER.access(text).lists == ()
    assert [entry.name for entry in read(text + "interface Vlan1\n ip access-group Q in\n")] == ["Q"]


def test_a_guard_that_also_filters_is_listed_as_a_filter():
    text = "interface Vlan10\n ip access-group A in\nline vty 0 4\n access-class A in\n"
    text += "ip access-list extended A\n permit ip any any\n"
    assert [entry.name for entry in PARSER.access(text).lists] == ["A"]
    assert PARSER.access(text).guards == ()


def test_lists_without_meaning_for_packets_are_no_lists():
    assert PARSER.access("ip access-list log-update threshold 5\nip access-list logging interval 1000\n").lists == ()


def test_every_port_name_is_read_back_as_its_number():
    for protocol, names in PORT_NAMES.items():
        assert len(set(names.values())) == len(names)
        for number, name in names.items():
            assert one(f"permit {protocol} any any eq {name}").dports == ((number, number),)
