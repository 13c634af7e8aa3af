"""parse(render(intent)) == intent, and every change of an entry is seen."""

import contextlib
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from intents import INTENTS, without_notes

from homeroom.errors import ParseError
from homeroom.platforms.access import Applied
from homeroom.platforms.catalogue import load_platforms
from homeroom.platforms.ios.acl import ICMP
from homeroom.platforms.ios.parser import IosParser
from homeroom.platforms.ios.words import PORT_NAMES, spread
from homeroom.platforms.render import Renderer
from homeroom.policy.model import AccessList, Rule
from homeroom.prefix import ANY, BITS, Prefix
from homeroom.project import shipped

RENDERER = Renderer(load_platforms([shipped() / "templates"]))
PARSER = IosParser()
ROUTER = INTENTS["router"]
TEXT = RENDERER.render(ROUTER).text


def with_lists(*lists):
    return RENDERER.render(replace(ROUTER, access=lists), ["segmentation"]).text


def read(text):
    return PARSER.access(text).lists


def entries(text):
    """Line numbers (from 0) of the entries of traffic-filtering lists."""
    inside = False
    for number, line in enumerate(text.splitlines()):
        if not line.startswith(" "):
            inside = line.startswith(("ip access-list extended", "ipv6 access-list")) and "NOC" not in line
        elif inside:
            yield number


FEW = without_notes(ROUTER.access[:4])
SHORT = RENDERER.render(replace(ROUTER, access=ROUTER.access[:4])).text
ENTRIES = list(entries(SHORT))


def test_law_parse_of_render_is_the_intent():
    access = PARSER.access(TEXT)
    assert access.lists == without_notes(ROUTER.access)
    assert access.missing == ()
    assert [entry.name for entry in access.guards] == ["NOC", "NOC6"]
    expected = [
        Applied(f"Vlan{segment.vlan}", "in", family, name)
        for segment in ROUTER.segments
        for family, name in ((4, segment.acl4), (6, segment.acl6))
        if name
    ]
    assert list(access.applied) == expected
    assert access.by_name()[6, "STAFF-IN6"].rules == without_notes(ROUTER.access)[3].rules


def test_a_switch_filters_nothing():
    access = PARSER.access(RENDERER.render(INTENTS["switch"]).text)
    assert (access.lists, access.applied, access.missing) == ((), (), ())
    assert [entry.name for entry in access.guards] == ["NOC", "NOC6"]


@pytest.mark.parametrize("number", ENTRIES)
def test_law_deleting_an_entry_is_seen(number):
    lines = SHORT.splitlines(keepends=True)
    assert read(SHORT) == FEW
    assert read("".join(lines[:number] + lines[number + 1 :])) != FEW


@pytest.mark.parametrize("number", [number for number in ENTRIES if number + 1 in ENTRIES])
def test_law_swapping_entries_is_seen(number):
    lines = SHORT.splitlines()
    first, second = (line.split(" permit ")[0].split(" deny ")[0] for line in lines[number : number + 2])
    lines[number : number + 2] = (
        lines[number + 1].replace(second, first, 1),
        lines[number].replace(first, second, 1),
    )
    assert read("\n".join(lines)) != FEW


WIDER = (
    (" 0.0.3.255 ", " 0.0.255.255 "),
    ("::/64 ", "::/48 "),
    ("host 10.254.0.53", "10.254.0.0 0.0.0.255"),
    ("host 2001:DB8:254::53", "2001:DB8:254::/64"),
    (" eq www", ""),
    (" eq 443", " range 443 444"),
    (" established", ""),
    (" echo", ""),
    ("permit", "deny"),
    ("deny", "permit"),
    ("tcp", "udp"),
    ("udp", "ip"),
)


@pytest.mark.parametrize(("old", "new"), WIDER)
def test_law_widening_an_entry_is_seen(old, new):
    lines = SHORT.splitlines()
    changed = 0
    for number in ENTRIES:
        if old in lines[number] + "\n" and not (new == "ip" and "sequence" in lines[number]):
            wider = [*lines[:number], (lines[number] + "\n").replace(old, new).rstrip("\n"), *lines[number + 1 :]]
            with contextlib.suppress(ParseError):  # refused is seen too
                assert read("\n".join(wider)) != FEW, lines[number]
            changed += 1
    assert changed > 1


def prefixes(family):
    return st.builds(
        lambda length, bits: Prefix(family, bits >> (BITS[family] - length) << (BITS[family] - length), length),
        st.integers(0, BITS[family]),
        st.integers(0, 2 ** BITS[family] - 1),
    )


SPANS = st.one_of(
    st.just(()), st.tuples(st.integers(0, 65535), st.integers(0, 65535)).map(lambda ends: (tuple(sorted(ends)),))
)


@st.composite
def rules(draw, family):
    protocol = draw(st.sampled_from(["ip", "tcp", "udp", "icmp"]))
    ported = protocol in {"tcp", "udp"}
    return Rule(
        draw(st.sampled_from(["permit", "deny"])),
        protocol,
        draw(prefixes(family)),
        draw(prefixes(family)),
        draw(SPANS) if ported else (),
        draw(SPANS) if ported else (),
        draw(st.sampled_from(["", *sorted(ICMP[family])])) if protocol == "icmp" else "",
        protocol == "tcp" and draw(st.booleans()),
        draw(st.booleans()),
    )


@settings(max_examples=150, deadline=None)
@given(st.sampled_from([4, 6]).flatmap(lambda family: st.tuples(st.just(family), st.lists(rules(family), min_size=1))))
def test_law_holds_for_any_list(case):
    family, chosen = case
    access = AccessList("STUDENT-IN" if family == 4 else "STUDENT-IN6", "student", family, tuple(chosen))
    text = with_lists(access)
    assert PARSER.access(text).by_name()[family, access.name] == access
    assert PARSER.diff(text, text) == ""


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
    (rule,) = access.rules
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
    assert one("permit icmp any any ttl-exceeded log").icmp == "ttl-exceeded"
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
    "10 permit ospf any any": "protocol ospf",
    "10 permit ipv6 any any": "protocol ipv6",
    "10 allow ip any any": "action allow",
    "10 permit ip any": "it ends too early",
    "10 permit": "it ends too early",
    "10 permit ip any any established": "what established does",
    "10 permit tcp any any eq http": "tcp port http",
    "10 permit tcp any any eq 70000": "tcp port 70000",
    "10 permit tcp any any gt 65535": "it matches no port",
    "10 permit tcp any any eq 80 time-range NIGHT": "what time-range does",
    "10 permit tcp any any eq 80 reflect R": "what reflect does",
    "10 permit icmp any any 8 0": "what 8 does",
    "10 permit ip 10.0.0.0 0.255.0.255 any": "its wildcard is no prefix",
    "10 permit ip 10.0.0.1 0.0.0.255 any": "10.0.0.1/24 has host bits set",
    "10 permit ip 10.0.0 0.0.0.255 any": "Expected 4 octets in '10.0.0'",
    "10 permit ip object-group SCHOOLS any": "Expected 4 octets in 'object-group'",
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
}


@pytest.mark.parametrize("line", MISUNDERSTOOD6)
def test_what_is_not_understood_in_ipv6_is_named_with_its_line(line):
    with pytest.raises(ParseError) as caught:
        one(line, "ipv6 access-list X")
    assert str(caught.value) == f"line 2: ipv6 access-list X: {line!r} is not understood: {MISUNDERSTOOD6[line]}"


FOREIGN = {
    "access-list 10 permit any\n": "line 1: 'access-list 10 permit any' is not understood: only named lists are read",
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


def test_a_guard_that_also_filters_is_listed_as_a_filter():
    text = "interface Vlan10\n ip access-group A in\nline vty 0 4\n access-class A in\nip access-list extended A\n"
    assert [entry.name for entry in PARSER.access(text).lists] == ["A"]
    assert PARSER.access(text).guards == ()


def test_lists_without_meaning_for_packets_are_no_lists():
    assert PARSER.access("ip access-list log-update threshold 5\nip access-list logging interval 1000\n").lists == ()


def test_every_port_name_is_read_back_as_its_number():
    for protocol, names in PORT_NAMES.items():
        assert len(set(names.values())) == len(names)
        for number, name in names.items():
            assert one(f"permit {protocol} any any eq {name}").dports == ((number, number),)
