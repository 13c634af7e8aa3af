"""What EOS configurations let through, ours and others': read rightly, or refused with the line."""

from dataclasses import replace

import pytest
from eos_site import PARSER, of_kind, router, switch, text

from homeroom.errors import ParseError
from homeroom.platforms.access import Applied, Bridged, Route
from homeroom.policy.compare import same
from homeroom.policy.model import AccessList
from homeroom.prefix import ANY, Prefix


def test_ours():
    intent = router()
    access = PARSER.access(text(intent))
    assert access.missing == ()
    assert [entry.name for entry in access.guards] == ["NOC", "NOC6"]
    expected = {
        Applied(f"Vlan{segment.vlan}", "in", family, name)
        for segment in intent.segments
        for family, name in ((4, segment.acl4), (6, segment.acl6))
    } | {
        Applied(uplink.interface, "in", family, name)
        for uplink in intent.uplinks
        for family, name in ((4, uplink.acl4), (6, uplink.acl6))
    }
    assert {use for use in access.applied if not use.name.startswith("OUTLET")} == expected
    assert access.vlan_names == {**{segment.vlan: segment.role for segment in intent.segments}, 999: "parking"}
    assert access.routes_between
    assert (access.groups, access.windows, access.redirects, access.ssids) == ((), {}, (), ())
    first, backup = intent.uplinks
    assert set(access.routes) == {
        Route(ANY[4], f"{first.interface} {first.peer4}", 1),
        Route(ANY[6], f"{first.interface} fe80::1", 1),
        Route(ANY[4], f"{backup.interface} {backup.peer4}", 250),
        Route(ANY[6], f"{backup.interface} fe80::1", 250),
    }
    vlans = {one.name: one.vlan for one in access.interfaces}
    assert vlans == {
        **{f"Vlan{segment.vlan}": segment.vlan for segment in intent.segments},
        **{uplink.interface: 0 for uplink in intent.uplinks},
    }
    for segment in intent.segments:
        (found,) = (one for one in access.interfaces if one.vlan == segment.vlan)
        assert [net for _, net in found.addresses] == [segment.v4, segment.v6]
        assert found.addresses[0][0] == segment.v4.first + 1


def test_a_switch_filters_nothing_but_servers_behind_outlets():
    intent = switch()
    access = PARSER.access(text(intent))
    assert [entry.name for entry in access.lists] == ["OUTLET", "OUTLET6"]
    assert not access.routes_between
    assert [one.name for one in access.interfaces] == [f"Vlan{intent.management.vlan}"]
    planned = {port.name: port for port in intent.ports}
    for port in access.bridged:
        plan = planned.get(port.name)
        if plan is None:
            assert (port.untagged, port.tagged) == (0, frozenset(segment.vlan for segment in intent.segments))
        else:
            assert (port.untagged, port.tagged) == (plan.vlan, frozenset(plan.vlans))
    assert {port.name for port in access.bridged} == {
        *intent.trunks, *(port.name for port in intent.ports if port.mode != "unused"),
    }  # fmt: skip


def test_every_router_holds_the_law():
    for intent in of_kind("router"):
        found = PARSER.access(text(intent)).by_name()
        for wanted in intent.access:
            read = found[wanted.family, wanted.name]
            assert (read.role, read.hook) == (wanted.role, wanted.hook)
            assert same(read.rules, [replace(rule, window="") for rule in wanted.rules])


CAMPUS = """\
! Command: show running-config
! device: sw-101 (CCS-720XP-48ZC2, EOS-4.32.2F)
no aaa root
hostname sw-101
spanning-tree mode mstp
vlan 10,20
!
vlan 10
   name office
!
management api http-commands
   protocol http
   vrf default
      no shutdown
      ip access-group MGMT
management ssh
   ip access-group MGMT vrf default in
snmp-server community secret view V ro ipv6 SNMP6 SNMP4
snmp-server ipv4 access-list POLL
system control-plane
   ip access-group CP in
interface Port-Channel1
   switchport trunk native vlan tag
   switchport trunk allowed vlan 10-12
   switchport trunk allowed vlan add 20
   switchport trunk allowed vlan remove 11
   switchport mode trunk
interface Ethernet1
   channel-group 1 mode active
interface Ethernet2
   switchport access vlan 20
   ip access-group PORT in
interface Ethernet3
   switchport mode trunk
interface Ethernet4
   shutdown
   switchport access vlan 10
interface Ethernet5
   no switchport
   mtu 9214
   ip address 192.0.2.1/31
   ip ospf area 0.0.0.0
   no ip nat service-profile X
   ip access-group EDGE out
interface Ethernet5.100
   encapsulation dot1q vlan 100
   ip address 192.0.2.9/30
interface Ethernet6
   switchport trunk allowed vlan except 1,10
   switchport trunk allowed vlan none
   switchport mode trunk
   service-policy type qos input Q
interface Loopback0
   ip address 192.0.2.255/32
interface Vlan10
   ip address 10.0.0.2/24
   ip address 10.0.1.2/24 secondary
   ip virtual-router address 10.0.0.1
   ipv6 address fe80::1 link-local
   ip access-group NOWHERE in
   ip access-group OFFICE out
interface Vlan20
   ip address dhcp
   ipv6 enable
ip access-list standard MGMT
   10 permit 10.0.0.0/24
ip access-list OFFICE
   10 permit ip any any
ip access-list EDGE
   10 permit ip 192.0.2.0/24 any
ip access-list PORT
   10 permit ip any any
ip access-list CP
   10 permit ip any any
ip access-list LEFT
   10 permit ip any any
ip routing
no ip routing vrf MGMT
ip route 10.0.0.0/8 Null0
ip route 0.0.0.0/0 192.0.2.0 200 tag 7 name out
ipv6 route 2001:db8::/32 Vlan10 fe80::2
router ospf 1
   max-lsa 12000
end
"""


def test_a_campus_switch_of_somebody_else():
    access = PARSER.access(CAMPUS)
    assert access.missing == ("NOWHERE", "POLL", "SNMP4", "SNMP6")
    assert [(one.name, one.role) for one in access.lists] == [
        ("OFFICE", "office"),
        ("EDGE", "wan"),
        ("PORT", ""),
        ("LEFT", ""),
    ]
    assert [entry.name for entry in access.guards] == ["MGMT", "CP"]
    assert Applied("Vlan10", "out", 4, "OFFICE") in access.applied
    assert access.vlan_names == {10: "office", 20: "VLAN0020"}
    ports = {port.name: port for port in access.bridged}
    assert ports == {
        "Port-Channel1": Bridged("Port-Channel1", 0, frozenset({10, 12, 20})),
        "Ethernet2": Bridged("Ethernet2", 20, frozenset()),
        "Ethernet3": Bridged("Ethernet3", 1, frozenset(range(2, 4095))),
        "Ethernet6": Bridged("Ethernet6", 0, frozenset()),
    }
    layer3 = {one.name: one for one in access.interfaces}
    assert {name: one.vlan for name, one in layer3.items()} == {
        "Ethernet5": 0, "Ethernet5.100": 100, "Loopback0": 0, "Vlan10": 10, "Vlan20": 20,
    }  # fmt: skip
    assert [net.cidr for _, net in layer3["Vlan10"].addresses] == ["10.0.0.0/24", "10.0.1.0/24", "10.0.0.1/32"]
    assert access.routes == (
        Route(Prefix.parse("10.0.0.0/8"), "Null0", 1),
        Route(ANY[4], "192.0.2.0", 200),
        Route(Prefix.parse("2001:db8::/32"), "Vlan10 fe80::2", 1),
    )


@pytest.mark.parametrize("line", ["ip routing", "ip routing ipv6 interfaces", "ipv6 unicast-routing"])
def test_what_makes_a_router(line):
    assert PARSER.access(f"{line}\n").routes_between
    assert not PARSER.access(f"no {line}\n").routes_between


def test_an_empty_list_that_is_applied_says_nothing():
    access = PARSER.access(
        "interface Vlan10\n   ip access-group A in\nip access-list A\n   remark x\nip access-list B\n"
    )
    assert access.missing == ("A",)
    assert access.lists == (AccessList("B", "", 4, ()),)


def test_a_guard_that_also_filters_is_listed_as_a_filter():
    found = "interface Vlan10\n   ip access-group A in\nmanagement ssh\n   ip access-group A in\nip access-list A\n   permit ip any any\n"
    access = PARSER.access(found)
    assert ([entry.name for entry in access.lists], access.guards) == (["A"], ())


def test_a_removal_before_the_list_is_what_pushes_do():
    assert PARSER.access("no ip access-list A\nip access-list A\n   permit ip any any\n").lists[0].name == "A"
    with pytest.raises(ParseError, match="line 3: 'no ip access-list A' takes away a list that stands above it"):
        PARSER.access("ip access-list A\n   permit ip any any\nno ip access-list A\n")


TOP = (
    "ip nat pool P 10.0.0.1 10.0.0.9 prefix-length 24",
    "ip access-list log-update threshold 5",
    "mac access-list M",
    "traffic-policies",
    "policy-map type pbr P",
    "policy-map P",
    "class-map type pbr match-any C",
    "route-map R permit 10",
    "vrf definition X",
    "ip route vrf X 0.0.0.0/0 10.0.0.1",
    "switchport default mode routed",
    "monitor session 1 ip access-group A",
    "ip security",
    "no interface Ethernet1",
    "default interface Ethernet1",
    "interface Vxlan1",
    "interface Ethernet1-4",
    "interface Ethernet1,7",
    "interface Et1",
    "interface profile P",
    "interface defaults",
)


@pytest.mark.parametrize("line", TOP)
def test_lines_that_decide_and_are_not_read_are_named(line):
    with pytest.raises(ParseError) as caught:
        PARSER.access(f"hostname x\n{line}\n   10 permit ip any any\n")
    assert str(caught.value) == f"line 2: {line!r} is not understood, and may decide what passes"


ON_PORTS = (
    "mac access-group M in",
    "ip access-group A",
    "ip access-group A sideways",
    "ip nat source dynamic access-list A overload",
    "vrf MGMT",
    "traffic-policy input T",
    "service-policy type pbr input P",
    "switchport mode dot1q-tunnel",
    "switchport trunk group G",
    "switchport vlan translation 10 20",
    "switchport private-vlan mapping 10",
    "encapsulation vlan",
    "ip policy route-map R",
    "profile P",
    "no switchport trunk group G",
)


@pytest.mark.parametrize("line", ON_PORTS)
def test_lines_of_interfaces_that_decide_and_are_not_read_are_named(line):
    with pytest.raises(ParseError) as caught:
        PARSER.access(f"interface Ethernet1\n   {line}\n")
    assert str(caught.value) == f"line 2: interface Ethernet1: {line!r} is not understood"


BROKEN = {
    "vlan 10\n   trunk group G\n": "line 2: vlan 10: 'trunk group G' is not understood",
    "interface Vlan1\n   ip address 10.0.0.300/24\n": "line 2: interface Vlan1: 'ip address 10.0.0.300/24': "
    "'10.0.0.300/24' does not appear to be an IPv4 or IPv6 interface",
    "interface Ethernet1\n   shutdown\n   no shutdown\n": "line 3: interface Ethernet1: it says both `shutdown` and "
    "`no shutdown`",
    "interface Vlan1\n   no ip access-group A in\n   ip access-group A in\n": "line 2: interface Vlan1: it says both "
    "`ip access-group A in` and `no ip access-group A in`",
    "ip routing\nno ip routing\n": "line 2: it says both `ip routing` and `no ip routing`",
    "interface Vlan1\n   ip access-group A in\n   ip access-group B in\n": "line 3: interface Vlan1: "
    "'ip access-group B in': another list is applied there too",
    "interface Ethernet1\n   switchport mode trunk\n   switchport trunk allowed vlan ten\n": "line 3: "
    "'switchport trunk allowed vlan ten' is not understood: no list of VLANs",
    "ip route 10.0.0.0/8\n": "line 1: 'ip route 10.0.0.0/8' is not understood: it has no next hop",
    "ip route 10.0.0.1/8 10.1.1.1\n": "line 1: 'ip route 10.0.0.1/8 10.1.1.1' is not understood: "
    "10.0.0.1/8 has host bits set",
}


@pytest.mark.parametrize("broken", BROKEN)
def test_broken_lines_are_named(broken):
    with pytest.raises(ParseError) as caught:
        PARSER.access(broken)
    assert str(caught.value) == BROKEN[broken]
