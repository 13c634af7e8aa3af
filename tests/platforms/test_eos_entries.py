"""Entries of EOS access lists, read rightly or refused with the line; what is printed is read back."""

import pytest
from eos_site import PARSER
from hypothesis import given, settings
from hypothesis import strategies as st

from homeroom.errors import ParseError
from homeroom.platforms.eos.names import ICMP, PORTS, SHOWN
from homeroom.platforms.eos.words import action, entries, protocol, qualifiers, source, target
from homeroom.policy.model import Rule
from homeroom.policy.regions import of_rule
from homeroom.prefix import ANY, BITS, Prefix


def one(line, head="ip access-list X"):
    """The rule that an entry is read as."""
    (access,) = PARSER.access(f"{head}\n   {line}\n").lists
    return access.rules[0]


def test_ways_of_saying_it():
    net = Prefix.parse("10.0.0.0/8")
    assert one("permit tcp any any eq 80") == one("10 permit tcp any any eq www") == one("permit 6 any any eq 80")
    assert one("permit tcp any any eq www https 8080").dports == ((80, 80), (443, 443), (8080, 8080))
    assert one("permit tcp any gt 1023 any lt 1024") == Rule(
        "permit", "tcp", ANY[4], ANY[4], ((1024, 65535),), ((0, 1023),)
    )
    assert one("permit udp any any neq domain").dports == ((0, 52), (54, 65535))
    assert one("permit udp any any neq 0 5").dports == ((1, 4), (6, 65535))
    assert one("permit tcp any range 1000 1100 any range 10 20 established").sports == ((1000, 1100),)
    assert one("deny  ip 10.0.0.0 0.255.255.255 any log") == Rule("deny", "ip", net, ANY[4], log=True)
    assert one("permit ip 10.0.0.0/8 host 10.1.1.1").target == Prefix.parse("10.1.1.1/32")
    assert one("permit icmp any any") == Rule("permit", "icmp", ANY[4], ANY[4])
    assert one("permit icmp any any 3 4").icmp == "3/4"
    assert one("permit icmp any any 8 log") == Rule("permit", "icmp", ANY[4], ANY[4], icmp="8", log=True)
    assert one("permit icmp any any port-unreachable").icmp == "3/3"
    assert one("permit ospf any any").protocol == "89"
    assert one("permit 47 any any").protocol == one("permit gre any any").protocol == "47"
    head = "ipv6 access-list X"
    assert one("permit ipv6 2001:db8::/32 host 2001:DB8:0:0::1", head).target == Prefix.parse("2001:db8::1/128")
    assert one("permit icmpv6 any any neighbor-solicitation", head).icmp == "nd-ns"
    standard = "ip access-list standard X"
    assert one("10 permit 10.0.0.0/8", standard).source == net
    assert one("permit host 10.1.1.1 log", standard) == Rule(
        "permit", "ip", Prefix.parse("10.1.1.1/32"), ANY[4], log=True
    )
    assert one("permit 2001:db8::/64", "ipv6 access-list standard X").source == Prefix.parse("2001:db8::/64")


def test_every_name_is_one_the_prover_knows():
    for family, words in ICMP.items():
        for word in words:
            rule = one(
                f"permit icmp{'' if family == 4 else 'v6'} any any {word}",
                f"ip{'' if family == 4 else 'v6'} access-list X",
            )
            assert of_rule(rule)
    for name, shown in SHOWN.items():
        assert {number: PORTS[name][word] for number, word in shown.items()} == {number: number for number in shown}


def rules_of(*lines, head="ip access-list X"):
    return PARSER.access("\n".join([head, *(f"   {line}" for line in lines)]) + "\n").lists[0].rules


def test_entries_go_by_their_numbers_and_remarks_do_nothing():
    found = rules_of("counters per-entry", "10 remark a", "30 permit ip any any", "20 deny ip any any", "remark b c")
    assert [rule.action for rule in found] == ["deny", "permit"]
    found = rules_of("20 deny tcp any any", "permit udp any any", "25 permit tcp any any")
    assert [rule.protocol for rule in found] == ["tcp", "tcp", "udp"]


def test_neighbour_discovery_passes_an_ipv6_list_that_does_not_end():
    head = "ipv6 access-list X"
    assert [rule.icmp for rule in rules_of("permit tcp any any", head=head)[1:]] == [
        "nd-ns", "nd-na", "router-solicitation", "router-advertisement",
    ]  # fmt: skip
    assert len(rules_of("permit tcp any any", "deny ipv6 any any", head=head)) == 2
    assert len(rules_of("permit tcp any any")) == 1
    assert len(rules_of("permit any", head="ipv6 access-list standard X")) == 1


MISUNDERSTOOD = {
    "10 permit foo any any": "protocol foo",
    "10 permit ipv6 any any": "protocol ipv6",
    "10 permit 256 any any": "protocol 256",
    "10 allow ip any any": "action allow",
    "10 permit ip any": "it ends too early",
    "10 permit": "it ends too early",
    "10": "it ends too early",
    "10 permit ip any any established": "what established does",
    "10 permit tcp any any eq http": "tcp port http",
    "10 permit tcp any any eq 70000": "tcp port 70000",
    "10 permit tcp any any gt 65535": "it matches no port",
    "10 permit tcp any any range 20 10": "it matches no port",
    "10 permit tcp any any lt 0": "it matches no port",
    "10 permit tcp any any ack": "what ack does",
    "10 permit ip any any tracked": "what tracked does",
    "10 permit ip any any fragments": "what fragments does",
    "10 permit udp any any eq 3784 ttl eq 255": "what ttl does",
    "10 permit ip any any dscp ef": "what dscp does",
    "10 permit ip any any nexthop-group N": "what nexthop-group does",
    "10 permit vlan 10 0xfff ip any any": "protocol vlan",
    "10 permit icmp any any 300": "message 300",
    "10 permit icmp any any neighbor-solicitation": "what neighbor-solicitation does",
    "10 permit ip 10.0.0.0 0.255.0.255 any": "its wildcard is no prefix",
    "10 permit ip 10.0.0.1/24 any": "10.0.0.1/24 has host bits set",
    "10 permit ip 2001:db8::/32 any": "address 2001:db8::/32 is not IPv4",
    "10 permit ip host 10.0.0 any": "'10.0.0/32' does not appear to be an IPv4 or IPv6 network",
    "permit response traffic nat": "protocol response",
    "fragment-rules": "action fragment-rules",
    "no 10": "action no",
}


@pytest.mark.parametrize("line", MISUNDERSTOOD)
def test_what_is_not_understood_is_named_with_its_line(line):
    with pytest.raises(ParseError) as caught:
        one(line)
    assert str(caught.value) == f"line 2: ip access-list X: {line!r} is not understood: {MISUNDERSTOOD[line]}"


MISUNDERSTOOD6 = {
    "permit ip any any": "protocol ip",
    "permit icmp any any": "protocol icmp",
    "permit ipv6 2001:db8::1 any": "address 2001:db8::1 has no length",
    "permit ipv6 10.0.0.0/8 any": "address 10.0.0.0/8 is not IPv6",
    "permit icmpv6 any any echo": "what echo does",
    "permit ipv6 any any hop-limit eq 255": "what hop-limit does",
}


@pytest.mark.parametrize("line", MISUNDERSTOOD6)
def test_what_is_not_understood_in_ipv6_is_named_with_its_line(line):
    with pytest.raises(ParseError) as caught:
        one(line, "ipv6 access-list X")
    assert str(caught.value) == f"line 2: ipv6 access-list X: {line!r} is not understood: {MISUNDERSTOOD6[line]}"


def test_a_number_twice_is_refused():
    with pytest.raises(
        ParseError, match=r"line 3: ip access-list X: '10 deny ip any any' .*: entry 10 is there already"
    ):
        one("10 permit ip any any\n   10 deny ip any any")


def prefixes(family):
    return st.builds(
        lambda length, bits: Prefix(family, bits >> (BITS[family] - length) << (BITS[family] - length), length),
        st.integers(0, BITS[family]),
        st.integers(0, 2 ** BITS[family] - 1),
    )


SPANS = st.lists(
    st.tuples(st.integers(0, 65535), st.integers(0, 65535)).map(lambda ends: tuple(sorted(ends))), max_size=2
)


@st.composite
def rules(draw, family):
    kind = draw(st.sampled_from(["ip", "tcp", "udp", "icmp", "47"]))
    ported = kind in {"tcp", "udp"}
    return Rule(
        draw(st.sampled_from(["permit", "deny"])),
        kind,
        draw(prefixes(family)),
        draw(prefixes(family)),
        tuple(draw(SPANS)) if ported else (),
        tuple(draw(SPANS)) if ported else (),
        draw(st.sampled_from(["", "7", "200/9", *ICMP[family].values()])) if kind == "icmp" else "",
        kind == "tcp" and draw(st.booleans()),
        draw(st.booleans()),
    )


@settings(max_examples=200)
@given(st.sampled_from([4, 6]).flatmap(lambda family: st.tuples(st.just(family), st.lists(rules(family), min_size=1))))
def test_law_what_is_printed_is_read_back(case):
    family, chosen = case
    printed = [
        f"   {number} {action(rule)} {protocol(rule)} {source(rule)} {target(rule)}{qualifiers(rule)}"
        for number, rule in entries([*chosen, Rule("deny", "ip", ANY[family], ANY[family])])
    ]
    (read,) = PARSER.access("\n".join([f"ip{'' if family == 4 else 'v6'} access-list X", *printed]) + "\n").lists
    assert read.rules == tuple(rule for _, rule in entries([*chosen, Rule("deny", "ip", ANY[family], ANY[family])]))
