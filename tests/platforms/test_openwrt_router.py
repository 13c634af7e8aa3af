"""An OpenWrt router's configuration: what it says is what the intent means, for the shipped policy and made-up lists."""

import re
from dataclasses import replace

import pytest
import uci_site
from hypothesis import given, settings
from hypothesis import strategies as st

from homeroom.errors import UnsupportedFeature
from homeroom.platforms.access import Applied, Bridged, Route
from homeroom.platforms.openwrt.parser import UciParser, parse
from homeroom.platforms.openwrt.sections import sections
from homeroom.platforms.openwrt.words import TITLE
from homeroom.policy.compare import same
from homeroom.policy.draft import list_name
from homeroom.policy.model import AccessList, Group, Redirect, Rule, Window
from homeroom.policy.regions import ICMP
from homeroom.prefix import ANY, BITS, Prefix

PARSER = UciParser()
ROUTER = uci_site.router()
TEXT = uci_site.RENDERER.render(ROUTER).text
DEVICES = {segment.role: f"br0.{segment.vlan}" for segment in ROUTER.segments}


def law(intent, text):
    """What every router of every platform owes: each list is there, where it belongs, and means the same."""
    access = PARSER.access(text)
    found = access.by_name()
    uplinks = [uplink.interface for uplink in intent.uplinks]
    for entry in intent.access:
        read = found[entry.family, entry.name]
        assert (read.role, read.hook) == (entry.role, entry.hook)
        assert same(entry.rules, read.rules), entry.name
        for device in [DEVICES[entry.role]] if entry.role in DEVICES else uplinks:
            assert Applied(device, entry.hook, entry.family, entry.name) in access.applied
    assert len(access.lists) == len(intent.access)
    assert access.windows == intent.windows
    assert access.groups == intent.groups
    assert access.redirects == tuple(replace(one, role=DEVICES[one.role]) for one in intent.redirects)
    assert access.missing == access.guards == ()
    assert access.routes_between
    return access


def test_golden(golden):
    golden("openwrt/router.cfg", TEXT)


def test_law_of_the_shipped_policy():
    law(ROUTER, TEXT)


def test_law_at_every_site_of_the_district():
    routers = uci_site.of_kind("router")
    assert len(routers) > 5
    for intent in routers:
        law(intent, uci_site.RENDERER.render(intent).text)


def test_where_everything_is():
    access = PARSER.access(TEXT)
    assert [(i.name, i.vlan) for i in access.interfaces] == [
        *((f"br0.{segment.vlan}", segment.vlan) for segment in ROUTER.segments),
        ("wan", 0),
        ("lan5", 0),
    ]
    for segment, interface in zip(ROUTER.segments, access.interfaces, strict=False):
        assert [(number, prefix) for number, prefix in interface.addresses] == [
            (segment.v4.first + 1, segment.v4),
            (segment.v6.first + 1, segment.v6),
        ]
    assert access.routes == (
        Route(ANY[4], "100.64.0.0", 1),
        Route(ANY[6], "wan", 1),
        Route(ANY[4], "100.96.0.0", 250),
        Route(ANY[6], "lan5", 250),
    )
    carried = {port.name: frozenset(port.vlans) for port in ROUTER.ports}
    assert access.bridged == (
        Bridged("lan1", 0, carried["lan1"]),
        Bridged("lan2", 0, carried["lan2"]),
        Bridged("lan3", 40, frozenset()),
    ), "the outlet that needs 802.1X is in no bridge"
    assert access.vlan_names == {segment.vlan: segment.role for segment in ROUTER.segments}
    assert access.ssids == ()


def test_a_single_uplink_is_strict_about_senders():
    assert TEXT.count("option rpfilter 'loose'") == 2
    alone = uci_site.RENDERER.render(replace(ROUTER, uplinks=ROUTER.uplinks[:1])).text
    assert "option rpfilter 'strict'" in alone
    assert "wan_backup" not in alone
    law(replace(ROUTER, uplinks=ROUTER.uplinks[:1]), alone)


def test_each_feature_stands_alone_and_together_a_package_stands_once_on_the_wire():
    rendered = uci_site.RENDERER.render(ROUTER)
    assert list(rendered.features) == ["identity", "management", "filtering", "segmentation", "dns", "uplinks", "qos"]
    for text in rendered.features.values():
        parse(text)
    heads = re.findall(r"^package (\S+)$", PARSER.wire(TEXT), re.MULTILINE)
    assert heads == ["system", "dropbear", "snmpd", "firewall", "network", "dhcp", "sqm"]
    assert PARSER.lines(PARSER.wire(TEXT)) == PARSER.lines(TEXT)


@pytest.mark.parametrize("feature", ["aaa", "layer2", "wireless"])
def test_what_it_cannot_do_has_a_written_reason(feature):
    with pytest.raises(UnsupportedFeature, match=r".+ .+ .+"):
        uci_site.RENDERER.render(ROUTER, [feature])


def test_each_role_is_told_its_own_resolver_and_gets_every_address_but_the_gateway():
    found = {section.name: section for section in sections(parse(TEXT), "dhcp") if section.kind == "dhcp"}
    for segment in ROUTER.segments:
        section = found[segment.role]
        if not segment.dhcp:
            assert (section.one("ignore"), section.one("ra")) == ("1", "disabled")
            continue
        assert section.many("dhcp_option") == ((f"6,{segment.resolver4}",) if segment.resolver4 else ())
        assert section.many("dns") == ((segment.resolver6,) if segment.resolver6 else ())
        assert bool(section.one("dns_service")) == (not segment.resolver6)
        last = int(section.one("start")) + int(section.one("limit")) - 1
        assert segment.v4.first + last == segment.v4.last - 1


def test_names_of_rules_fit_into_a_comment_of_nftables():
    long = "¡" * 200
    rules = tuple(replace(rule, note=long, window="") for rule in ROUTER.access[0].rules)
    text = uci_site.RENDERER.render(replace(ROUTER, access=(replace(ROUTER.access[0], rules=rules),))).text
    names = [section.one("name") for section in sections(parse(text), "firewall") if section.kind == "rule"]
    assert max(len(name.encode()) for name in names) <= TITLE


def test_every_class_of_traffic_is_marked():
    marks = {s.one("src"): s.one("set_dscp") for s in sections(parse(TEXT), "firewall") if s.one("target") == "DSCP"}
    assert marks == {role: made.dscp.upper() for made in ROUTER.qos for role in made.roles}
    queue = next(sections(parse(TEXT), "sqm"))
    assert (queue.one("interface"), queue.one("download")) == ("wan", "300000")


# --- lists nobody wrote

ROLE = "student"
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
WINDOWS = {"lesson": Window(DAYS[:5], "08:00", "13:30"), "evening": Window(("sat",), "18:05", "22:00")}


def prefixes(family):
    bits = BITS[family]
    return st.tuples(st.integers(0, (1 << bits) - 1), st.integers(0, bits)).map(
        lambda made: Prefix(family, made[0] >> (bits - made[1]) << (bits - made[1]), made[1])
    )


def spans():
    return st.tuples(st.integers(0, 65535), st.integers(0, 65535)).map(lambda ends: ((min(ends), max(ends)),))


@st.composite
def rules(draw, family, group):
    protocol = draw(st.sampled_from(["ip", "tcp", "udp", "icmp", "47", "50"]))
    ported = protocol in {"tcp", "udp"}
    return Rule(
        draw(st.sampled_from(["permit", "deny", "reject"])),
        protocol,
        draw(st.one_of(st.just(ANY[family]), prefixes(family), st.just(group))),
        draw(st.one_of(st.just(ANY[family]), prefixes(family), st.just(group))),
        draw(st.one_of(st.just(()), spans())) if ported else (),
        draw(st.one_of(st.just(()), spans())) if ported else (),
        draw(st.sampled_from(["", *ICMP[family]])) if protocol == "icmp" else "",
        log=draw(st.booleans()),
        note="made up",
        window=draw(st.sampled_from(["", *WINDOWS])),
    )


@st.composite
def intents(draw):
    lists, groups = [], []
    for family in (4, 6):
        addresses = draw(st.lists(prefixes(family), min_size=1, max_size=3, unique=True))
        group = Group(f"GROUP{family}", family, tuple(addresses))
        groups.append(group)
        everything = (ANY[family], ANY[family])
        for hook in ("local", "through"):
            some = draw(st.lists(rules(family, group), max_size=4))
            first, last = Rule("permit", "ip", *everything, established=True), Rule("deny", "ip", *everything)
            lists.append(AccessList(list_name(ROLE, family, hook), ROLE, family, (first, *some, last), hook))
    named = {rule.window for entry in lists for rule in entry.rules}
    windows = {name: window for name, window in WINDOWS.items() if name in named}
    segments = tuple(segment for segment in ROUTER.segments if segment.role == ROLE)
    return replace(
        ROUTER, segments=segments, access=tuple(lists), groups=tuple(groups), windows=windows, redirects=(), qos=()
    )


@settings(max_examples=60)
@given(intents())
def test_law_of_lists_nobody_wrote(intent):
    access = PARSER.access(uci_site.RENDERER.render(intent).text)
    for entry in intent.access:
        assert same(entry.rules, access.by_name()[entry.family, entry.name].rules)
    assert access.windows == intent.windows
    assert access.groups == intent.groups


def test_a_redirect_of_the_intent_is_one_of_the_text():
    redirects = (Redirect("student", 6, "2001:db8::1"), Redirect("staff", 4, "192.0.2.9"))
    access = PARSER.access(uci_site.RENDERER.render(replace(ROUTER, redirects=redirects)).text)
    assert access.redirects == (Redirect("br0.10", 6, "2001:db8::1"), Redirect("br0.20", 4, "192.0.2.9"))
