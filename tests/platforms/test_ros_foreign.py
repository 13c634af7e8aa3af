"""RouterOS configurations of other people, and every way of saying a thing, are read as RouterOS takes them."""

import pytest
from ros_said import GROUND, everything, one, parse, read
from ros_site import PARSER

from homeroom.errors import ParseError
from homeroom.platforms.access import Applied, Bridged, Interface
from homeroom.policy.model import Group, Redirect, Rule, Window
from homeroom.prefix import ANY

OFFICE = """\
# 2026-05-01 10:00:00 by RouterOS 7.15.3
/interface bridge
add admin-mac=48:A9:8A:00:00:01 auto-mac=no comment=defconf name=bridge
/interface ethernet
set [ find default-name=ether1 ] comment="to the provider" name=ether1-wan
set [ find default-name=ether5 ] disabled=yes
/interface list
add name=WAN
add name=LAN
add include=LAN name=INSIDE
/interface bridge port
add bridge=bridge interface=ether2
add bridge=bridge interface=ether5
add bridge=bridge disabled=yes interface=ether3
/interface list member
add interface=ether1-wan list=WAN
add interface=bridge list=LAN
/ip address
add address=192.168.88.1/24 comment=defconf interface=bridge network=192.168.88.0
/ip dhcp-client
add interface=ether1-wan
/ip firewall address-list
add address=192.168.88.10-192.168.88.13 list=servers
add address=10.9.9.9 disabled=yes list=servers
/ip firewall filter
add action=accept chain=input comment="defconf: accept established,related,untracked" connection-state=\\
    established,related,untracked
add action=drop chain=input comment="defconf: drop invalid" connection-state=invalid
add action=jump chain=input jump-target=icmp protocol=icmp
add action=drop chain=input comment="defconf: drop all not coming from LAN" in-interface-list=!INSIDE
add action=accept chain=forward connection-state=established,related
add action=drop chain=forward connection-state=invalid
add action=log chain=forward connection-state=new log-prefix=new
add action=accept chain=forward disabled=yes in-interface-list=WAN
add action=drop chain=forward connection-state=new in-interface-list=WAN
add action=reject chain=forward dst-address-list=!servers dst-port=25 protocol=tcp reject-with=tcp-reset
add action=accept chain=icmp comment="echo reply" icmp-options=0:0 protocol=icmp
add action=accept chain=icmp icmp-options=3:4 protocol=icmp
add action=accept chain=icmp icmp-options=8:0 protocol=icmp
add action=drop chain=icmp
add action=accept chain=output dst-limit=1,5,dst-address/1m40s
add action=accept chain=nobody src-address=10.0.0.0/8
/ip firewall nat
add action=masquerade chain=srcnat comment="defconf: masquerade" ipsec-policy=out,none out-interface-list=WAN
add action=dst-nat chain=dstnat dst-port=53 in-interface-list=LAN protocol=udp to-addresses=192.168.88.10
add action=dst-nat chain=dstnat dst-port=53 in-interface-list=LAN protocol=tcp to-addresses=192.168.88.10 to-ports=53
/ip firewall mangle
add action=change-mss chain=forward new-mss=clamp-to-pmtu passthrough=yes protocol=tcp tcp-flags=syn
"""


def test_an_office_of_somebody_elses():
    access = PARSER.access(OFFICE)
    found = access.by_name()
    assert [use for use in access.applied if use.family == 4] == [
        Applied("bridge", "local", 4, "input@bridge"),
        Applied("ether1-wan", "local", 4, "input"),
        Applied("bridge", "through", 4, "forward@bridge"),
        Applied("ether1-wan", "through", 4, "forward"),
    ]
    inside, outside = found[4, "input@bridge"].rules, found[4, "input"].rules
    assert inside[-1] == everything("permit")
    assert outside[-1] == everything("deny")
    assert [rule.icmp for rule in outside if rule.protocol == "icmp"] == ["echo-reply", "packet-too-big", "echo", ""]
    servers = Group("!servers", 4, found[4, "forward@bridge"].rules[1].target.prefixes)
    assert found[4, "forward@bridge"].rules == (
        everything("permit", established=True),
        Rule("reject", "tcp", ANY[4], servers, dports=((25, 25),)),
        everything("permit"),
    )
    kept = [prefix for prefix in servers.prefixes if prefix.overlaps(parse("192.168.88.8/29"))]
    assert [prefix.cidr for prefix in kept] == ["192.168.88.8/31", "192.168.88.14/31"]
    assert found[4, "nobody"].rules[0].source == parse("10.0.0.0/8")
    assert access.redirects == (Redirect("bridge", 4, "192.168.88.10"),)
    assert access.bridged == (Bridged("ether2", 1, frozenset(range(1, 4095))),)
    assert access.interfaces == (
        Interface("bridge", 1, ((parse("192.168.88.1").first, parse("192.168.88.0/24")),)),
        Interface("ether1-wan", 0, ()),
    )
    assert access.routes_between


HOME = """\
/interface list add name=WAN
/interface list member add interface=ether1 list=WAN
/ip address add address=192.168.88.1/24 interface=bridge
/ip firewall filter
add action=accept chain=forward comment="defconf: accept in ipsec policy" ipsec-policy=in,ipsec
"""


def test_the_factorys_own_firewall_is_refused_at_its_first_unknown_matcher():
    with pytest.raises(ParseError) as caught:
        PARSER.access(HOME)
    assert str(caught.value) == ("line 5: /ip firewall filter: not understood: what ipsec-policy=in,ipsec matches")


def test_no_firewall_applies_nothing():
    assert PARSER.access(GROUND).applied == ()


def test_other_ways_of_saying_it_are_understood():
    net, top = parse("10.0.0.0/8"), ANY[4]
    assert one("action=accept") == everything("permit")
    assert one("action=drop src-address=0.0.0.0/0") == everything("deny")
    assert one("action=tarpit protocol=tcp") == Rule("deny", "tcp", top, top)
    assert one("action=accept protocol=6 dst-port=80,443").dports == ((80, 80), (443, 443))
    assert one("action=drop protocol=tcp dst-port=!1-1023,1025").dports == ((0, 0), (1024, 1024), (1026, 65535))
    assert one("action=drop protocol=udp src-port=!0-100").sports == ((101, 65535),)
    assert one("action=drop protocol=gre").protocol == "47"
    assert one("action=drop protocol=icmpv6").protocol == "58"
    assert one("action=drop protocol=icmp", 6).protocol == "1"
    assert one("action=drop protocol=58", 6).protocol == "icmp"
    assert one("action=drop protocol=icmpv6 icmp-options=134", 6).icmp == "router-advertisement"
    assert one("action=accept protocol=icmpv6 icmp-options=134:0", 6).icmp == "router-advertisement"
    assert one("action=drop protocol=icmp icmp-options=3:0-255").icmp == "unreachable"
    assert one("action=drop src-address=10.0.0.0-10.255.255.255").source == net
    assert one("action=drop dst-address=10.0.0.1").target == parse("10.0.0.1/32")
    assert one("action=drop src-address=!0.0.0.0/1").source.prefixes == (parse("128.0.0.0/1"),)
    assert one("action=drop dst-address=!128.0.0.0/1").target.prefixes == (parse("0.0.0.0/1"),)
    assert one("action=drop connection-state=new,established,related,invalid") == everything("deny")
    assert one("action=accept connection-state=!invalid") == everything("permit")
    assert one("action=accept connection-state=related,established", 6).established
    assert one("action=accept connection-state=established,related,new,untracked", 6) == everything("permit", 6)
    assert one("action=drop connection-state=invalid,untracked") == everything("permit"), "it is no rule"
    assert one("action=drop log=yes log-prefix=x comment=y").log


@pytest.mark.parametrize(
    ("said", "window"),
    [
        ("time=8h-15h,mon,tue", Window(("mon", "tue"), "08:00", "15:00")),
        ("time=8h30m-1d,sun,sat", Window(("sat", "sun"), "08:30", "24:00")),
        ("time=0s-12:30:00", Window(("mon", "tue", "wed", "thu", "fri", "sat", "sun"), "00:00", "12:30")),
    ],
)
def test_hours(said, window):
    for comment, name in (("", said.removeprefix("time=")), ("comment=lessons", "lessons")):
        access = PARSER.access(f"{GROUND}/ip firewall filter add action=drop chain=forward {said} {comment}\n")
        assert access.windows == {name: window}
        assert access.lists[0].rules[0].window == name


def test_two_hours_of_one_name_are_told_apart():
    rules = ["comment=x time=8h-9h", "comment=x time=8h-10h", 'comment="two words" time=8h-9h']
    text = GROUND + "".join(f"/ip firewall filter add action=drop chain=forward {rule}\n" for rule in rules)
    assert list(PARSER.access(text).windows) == ["x", "8h-10h", "8h-9h"]


def test_jumps_are_followed_and_narrow_what_they_reach():
    rules = [
        "add chain=forward action=jump jump-target=web protocol=tcp src-address=10.0.0.0/8 dst-port=1-443",
        "add chain=forward action=jump jump-target=gone dst-address=10.9.0.0/16",
        "add chain=forward action=drop",
        "add chain=web action=accept dst-port=80,443,8080",
        "add chain=web action=accept protocol=udp dst-port=53",
        "add chain=web action=accept src-address=11.0.0.0/8",
        "add chain=web action=accept dst-port=8080",
        "add chain=web action=accept src-address=10.1.0.0/16",
        "add chain=web action=accept src-address=0.0.0.0/5",
        "add chain=web action=return",
        "add chain=web action=accept",
    ]
    rules = [rule.replace("dst-port=80,443", "protocol=tcp dst-port=80,443") for rule in rules]
    rules = [
        rule.replace("dst-port=8080", "protocol=tcp dst-port=8080") if "443" not in rule else rule for rule in rules
    ]
    text = GROUND + "".join(f"/ip firewall filter {rule}\n" for rule in rules)
    access = PARSER.access(text)
    ten = parse("10.0.0.0/8")
    assert access.by_name()[4, "forward"].rules == (
        Rule("permit", "tcp", ten, ANY[4], dports=((80, 80), (443, 443))),
        Rule("permit", "tcp", parse("10.1.0.0/16"), ANY[4], dports=((1, 443),)),
        everything("deny"),
    )
    assert access.missing == ("gone",)


def test_groups_meet():
    rules = [
        "add chain=forward action=jump jump-target=a src-address-list=ours",
        "add chain=a action=accept src-address=10.0.0.0/8",
        "add chain=a action=drop src-address-list=ours",
        "add chain=a action=accept src-address=172.16.0.0/12",
    ]
    lists = "".join(
        f"/ip firewall address-list add address={a} list=ours\n" for a in ("10.1.0.0/16", "10.2.2.2", "1.1.1.1")
    )
    found = read(rules, ground=GROUND + lists)
    assert found[0].source.prefixes == (parse("10.1.0.0/16"), parse("10.2.2.2/32"))
    assert found[1].source == Group("ours", 4, tuple(map(parse, ("10.1.0.0/16", "10.2.2.2/32", "1.1.1.1/32"))))
    assert len(found) == 3


def test_new_connections_behind_those_known_are_all_that_is_left():
    known = "add chain=forward action=accept connection-state=established,related"
    assert read([known, "add chain=forward action=accept connection-state=new protocol=tcp"])[1].protocol == "tcp"
    jump = ["add chain=forward action=jump jump-target=n connection-state=new", "add chain=n action=drop"]
    assert read([known, *jump]) == (everything("permit", established=True), everything("deny"), everything("permit"))
    with pytest.raises(ParseError, match=r"line 4: .*connection-state=new before what is established was decided"):
        read(jump)


def test_lists_nobody_filled_match_nothing():
    access = PARSER.access(f"{GROUND}/ip firewall filter add action=drop chain=forward src-address-list=x\n")
    assert (access.missing, access.lists[0].rules) == (("x",), (everything("permit"),))
    assert one("action=drop src-address-list=!x").source.prefixes == (parse("0.0.0.0/0"),)


def test_one_chain_that_goes_on_differently_is_two_lists():
    rules = [
        "add chain=forward action=jump jump-target=a",
        "add chain=forward action=drop in-interface=ether3",
        "add chain=a action=drop protocol=gre",
    ]
    ground = f"{GROUND}/ip address add address=192.168.3.1/24 interface=ether3\n"
    text = ground + "".join(f"/ip firewall filter {rule}\n" for rule in rules)
    assert [use.name for use in PARSER.access(text).applied] == ["a", "a@ether3"]
