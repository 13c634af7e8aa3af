"""Configurations that other people write: read in full, or refused with the line; nothing that decides is skipped.

The samples are made up after the forms of Cisco's public configuration guides.
"""

import pytest

from homeroom.errors import ParseError
from homeroom.platforms.access import Applied, Bridged, Interface, Route, Ssid
from homeroom.platforms.ios.parser import IosParser
from homeroom.policy.model import Group, Window
from homeroom.prefix import ANY, Prefix

PARSER = IosParser()
net = Prefix.parse

BRANCH = """\
version 17.9
hostname branch
vrf definition Mgmt-intf
 address-family ipv4
 exit-address-family
object-group network SERVERS
 description what the branch needs
 host 192.0.2.10
 192.0.2.64 255.255.255.192
 range 198.51.100.8 198.51.100.11
object-group network ALL
 group-object SERVERS
 203.0.113.0 255.255.255.0
object-group v6-network SERVERS
 host 2001:DB8::10
 2001:DB8:1::/48
time-range LESSONS
 periodic weekdays 8:00 to 15:30
time-range BREAKS
 periodic Monday Wednesday 10:05 to 10:25
 periodic Friday 10:05 to 10:25
time-range ALWAYS
 periodic daily 0:00 to 23:59
vlan 10,20
vlan 30
 name printers
interface GigabitEthernet0
 vrf forwarding Mgmt-intf
 no ip address
 shutdown
interface GigabitEthernet0/0/0
 description provider
 ip address dhcp
 ip access-group OUTSIDE in
 ip verify unicast source reachable-via rx allow-default
 negotiation auto
interface GigabitEthernet0/0/1
 no ip address
interface GigabitEthernet0/0/1.30
 encapsulation dot1Q 30
 ip address 10.3.0.1 255.255.255.0
 ip address 10.3.1.1 255.255.255.0 secondary
 ip access-group INSIDE in
 ipv6 address 2001:DB8:30::1/64
 ipv6 address FE80::1 link-local
 ipv6 traffic-filter INSIDE6 in
 service-policy input MARK
interface GigabitEthernet0/1/0
 switchport trunk allowed vlan 10,20
 switchport trunk allowed vlan add 30
 switchport mode trunk
interface GigabitEthernet0/1/1
 switchport access vlan 30
interface GigabitEthernet0/1/2
interface GigabitEthernet0/1/3
 switchport mode access
 switchport access vlan 20
 switchport voice vlan 10
interface GigabitEthernet0/1/4
 no switchport
 ipv6 address autoconfig
interface Loopback0
 ip address 10.9.9.9 255.255.255.255
interface Vlan1
 no ip address
router ospf 1
 network 10.0.0.0 0.255.255.255 area 0
ip route 0.0.0.0 0.0.0.0 GigabitEthernet0/0/0 dhcp 200
ip route 10.8.0.0 255.248.0.0 10.3.0.2 name lab permanent
ip route 10.0.0.0 255.0.0.0 Null0 254 tag 7
ipv6 route 2001:DB8::/32 GigabitEthernet0/0/1.30 FE80::9 5
ip access-list extended OUTSIDE
 permit tcp any object-group ALL eq 443 time-range LESSONS
 permit tcp any any established log time-range BREAKS
 deny   ip any any log
ip access-list extended INSIDE
 permit ip 10.3.0.0 0.0.1.255 any
ipv6 access-list INSIDE6
 permit tcp any object-group SERVERS eq 443
ip access-list standard SNMP
 permit 10.3.0.5
snmp-server community hidden RO SNMP
end
"""


def test_a_branch_router_of_somebody_else_is_read_in_full():
    access = PARSER.access(BRANCH)
    assert [(one.family, one.name) for one in access.lists] == [
        (4, "OUTSIDE"),
        (4, "INSIDE"),
        (6, "INSIDE6"),
        (4, "SNMP"),
    ]
    servers = (net("192.0.2.10/32"), net("192.0.2.64/26"), net("198.51.100.8/30"))
    assert access.groups == (
        Group("SERVERS", 4, servers),
        Group("ALL", 4, (*servers, net("203.0.113.0/24"))),
        Group("SERVERS", 6, (net("2001:db8::10/128"), net("2001:db8:1::/48"))),
    )
    assert access.lists[0].rules[0].target == access.groups[1]
    assert access.lists[2].rules[0].target == access.groups[2]
    assert access.windows == {
        "LESSONS": Window(("mon", "tue", "wed", "thu", "fri"), "08:00", "15:30"),
        "BREAKS": Window(("mon", "wed", "fri"), "10:05", "10:25"),
        "ALWAYS": Window(("mon", "tue", "wed", "thu", "fri", "sat", "sun"), "00:00", "23:59"),
    }
    assert access.lists[0].rules[1].log
    assert access.lists[0].rules[1].window == "BREAKS"
    assert access.applied == (
        Applied("GigabitEthernet0/0/0", "in", 4, "OUTSIDE"),
        Applied("GigabitEthernet0/0/1.30", "in", 4, "INSIDE"),
        Applied("GigabitEthernet0/0/1.30", "in", 6, "INSIDE6"),
    )
    own = [((10 << 24) + (3 << 16) + 1, net("10.3.0.0/24")), ((10 << 24) + (3 << 16) + 257, net("10.3.1.0/24"))]
    six = net("2001:db8:30::/64")
    assert access.interfaces == (
        Interface("GigabitEthernet0/0/0", 0, ()),
        Interface("GigabitEthernet0/0/1.30", 30, (*own, (six.first + 1, six))),
        Interface("GigabitEthernet0/1/4", 0, ()),
        Interface("Loopback0", 0, ((net("10.9.9.9/32").first, net("10.9.9.9/32")),)),
    )
    every = frozenset(range(1, 4095))
    assert access.bridged == (
        Bridged("GigabitEthernet0/1/0", 0, frozenset({10, 20, 30})),
        Bridged("GigabitEthernet0/1/1", 30, every - {30}),
        Bridged("GigabitEthernet0/1/2", 1, every - {1}),
        Bridged("GigabitEthernet0/1/3", 20, frozenset({10})),
    )
    assert access.routes == (
        Route(ANY[4], "GigabitEthernet0/0/0 dhcp", 200),
        Route(net("10.8.0.0/13"), "10.3.0.2", 1),
        Route(net("10.0.0.0/8"), "Null0", 254),
        Route(net("2001:db8::/32"), "GigabitEthernet0/0/1.30 FE80::9", 5),
    )
    assert access.vlan_names == {30: "printers"}
    assert access.missing == ()


def test_a_route_by_words_we_do_not_know_is_refused():
    with pytest.raises(ParseError) as caught:
        PARSER.access("ip route 10.0.0.0 255.0.0.0 10.3.0.2 somehow\n")
    said = "'ip route 10.0.0.0 255.0.0.0 10.3.0.2 somehow' is not understood: what somehow does"
    assert str(caught.value) == f"line 1: {said}"


REFUSED = {
    "access-list 701 permit 0 0": "line 1: 'access-list 701 permit 0 0' is not understood: "
    "it is no entry of a numbered list of IPv4",
    "ip nat inside source list NAT interface GigabitEthernet0/0/0 overload": "",
    "ip nat outside source static 192.0.2.1 10.0.0.1": "",
    "ip inspect name FW tcp": "",
    "ip local policy route-map PBR": "",
    "zone security INSIDE": "",
    "zone-pair security OUT source INSIDE destination OUTSIDE": "",
    "class-map type inspect match-any WEB": "",
    "policy-map type inspect OUT": "",
    "vlan access-map MAP 10": "",
    "vlan filter MAP vlan-list 10": "",
    "mac access-list extended M": ": only named lists are read",
    "ip access-list role-based X": ": only named lists are read",
    "object-group service WEB": ": only groups of addresses are read",
    "nat64 prefix stateful 2001:DB8::/96": "",
}


@pytest.mark.parametrize("line", REFUSED)
def test_a_global_line_that_decides_and_is_not_read_is_named(line):
    with pytest.raises(ParseError) as caught:
        PARSER.access(f"hostname x\n{line}\n")
    reason = REFUSED[line].partition("is not understood")[2] or REFUSED[line]
    assert str(caught.value) == f"line 2: {line!r} is not understood{reason}"


LINES = (
    "ip access-group 101",
    "ip access-group X in out",
    "ipv6 traffic-filter X",
    "ip nat inside",
    "ip policy route-map PBR",
    "ipv6 policy route-map PBR",
    "ip inspect FW in",
    "ip vrf forwarding A",
    "vrf forwarding A",
    "zone-member security INSIDE",
    "mac access-group M in",
    "crypto map VPN",
    "bridge-group 1",
    "ip wccp web-cache redirect in",
    "cts role-based enforcement",
    "service-policy type inspect OUT",
    "service instance 10 ethernet",
    "umbrella out TOKEN",
    "source template OUTLET",
    "switchport mode private-vlan host",
    "switchport mode dot1q-tunnel",
    "switchport private-vlan host-association 10 20",
    "xconnect 10.0.0.1 10 encapsulation mpls",
)


@pytest.mark.parametrize("line", LINES)
def test_a_line_of_an_interface_that_decides_and_is_not_read_is_named(line):
    with pytest.raises(ParseError) as caught:
        PARSER.access(f"interface Vlan10\n description x\n {line}\n")
    assert str(caught.value) == f"line 3: interface Vlan10: {line!r} is not understood"


WRONG = {
    "interface Vlan10\n ip address 10.0.0.1 255.0.255.0\n": "line 2: interface Vlan10: 'ip address 10.0.0.1 255.0.255.0'",
    "interface Gi1\n switchport trunk allowed vlan x\n": "line 2: interface Gi1: 'switchport trunk allowed vlan x'",
    "interface Gi1\n switchport trunk group A\n": "line 2: interface Gi1: 'switchport trunk group A' is not understood: "
    "no VLAN stands there",
    "ip route 10.0.0.0 255.0.255.0 10.0.0.1\n": "line 1: 'ip route 10.0.0.0 255.0.255.0 10.0.0.1' is not understood: "
    "255.0.255.0 is no mask",
    "ip route 10.0.0.0 255.0.0.0\n": "line 1: 'ip route 10.0.0.0 255.0.0.0' is not understood: no next hop stands there",
    "ip route vrf A 10.0.0.0 255.0.0.0 10.0.0.1\n": "line 1: 'ip route vrf A 10.0.0.0 255.0.0.0 10.0.0.1' is not",
    "object-group network A\n group-object B\n": "line 2: A: 'group-object B' is not understood: group B is defined "
    "nowhere, or holds itself",
    "object-group network A\n group-object A\n": "line 2: A: 'group-object A' is not understood",
    "object-group network A\n 10.0.0.0\n": "line 2: '10.0.0.0' is not understood: no address stands there",
    "object-group network A\n host 2001:DB8::1\n": "line 2: 'host 2001:DB8::1' is not understood: 2001:db8::1/128 is of "
    "the other family",
    "object-group network A\n 10.0.0.1 255.0.0.0\n": "line 2: '10.0.0.1 255.0.0.0' is not understood: 10.0.0.1/8 has "
    "host bits set",
    "time-range A\n absolute start 08:00 1 January 2026\n": "line 2: time-range A: 'absolute start 08:00 1 January 2026' "
    "is not understood: only hours of the same day are read",
    "time-range A\n periodic Monday 22:00 to Tuesday 6:00\n": "line 2: time-range A: 'periodic Monday 22:00 to Tuesday",
    "time-range A\n periodic feiertags 8:00 to 9:00\n": "line 2: time-range A: 'periodic feiertags 8:00 to 9:00' is not "
    "understood: no days are called feiertags",
    "time-range A\n periodic Monday 8:00 to 9:00\n periodic Friday 8:00 to 10:00\n": "line 1: 'time-range A' is not "
    "understood: its days have different hours",
}


@pytest.mark.parametrize("text", WRONG)
def test_what_cannot_be_read_is_named_with_its_line(text):
    with pytest.raises(ParseError) as caught:
        PARSER.access(text)
    assert str(caught.value).startswith(WRONG[text])


def test_an_empty_time_range_and_one_that_nobody_defines_are_the_same():
    for text in ("time-range A\n", ""):
        with pytest.raises(ParseError, match="time range A is defined nowhere"):
            PARSER.access(f"{text}ip access-list extended X\n permit ip any any time-range A\n")


NATIVE = {
    "switchport trunk native vlan 10": Bridged("Gi1", 10, frozenset({20})),
    "switchport trunk native vlan 999": Bridged("Gi1", 0, frozenset({10, 20})),
    "switchport trunk native vlan tag": Bridged("Gi1", 0, frozenset({10, 20})),
    "switchport trunk native vlan 20\nvlan dot1q tag native": Bridged("Gi1", 0, frozenset({10, 20})),
    "switchport trunk allowed vlan none": Bridged("Gi1", 0, frozenset()),
    "switchport port-security": Bridged("Gi1", 0, frozenset({10, 20})),
}


@pytest.mark.parametrize("line", NATIVE)
def test_what_a_trunk_does_with_a_frame_without_a_tag(line):
    text = f"interface Gi1\n switchport trunk allowed vlan 10,20\n switchport mode trunk\n {line}\n"
    if line.endswith("none"):
        text = f"interface Gi1\n switchport mode trunk\n {line}\n"
    assert PARSER.access(text).bridged == (NATIVE[line],)


def test_a_trunk_that_says_nothing_carries_everything():
    assert PARSER.access("interface Gi1\n switchport trunk allowed vlan all\n switchport mode trunk\n").bridged == (
        Bridged("Gi1", 1, frozenset(range(2, 4095))),
    )


FORWARDS = {
    "ip routing\n": True,
    "ipv6 unicast-routing\n": True,
    "no ip routing\ninterface Vlan1\n ip address 10.0.0.1 255.0.0.0\ninterface Vlan2\n ip address 11.0.0.1 255.0.0.0\n": False,
    "interface Vlan1\n ip address 10.0.0.1 255.0.0.0\ninterface Vlan2\n ip address 11.0.0.1 255.0.0.0\n": True,
    "interface Vlan1\n ip address 10.0.0.1 255.0.0.0\ninterface Loopback0\n ip address 11.0.0.1 255.255.255.255\n": False,
    "ip default-gateway 10.0.0.2\ninterface Vlan1\n ip address 10.0.0.1 255.0.0.0\ninterface Vlan2\n"
    " ip address 11.0.0.1 255.0.0.0\n": False,
}


@pytest.mark.parametrize("text", FORWARDS)
def test_who_forwards_between_networks(text):
    assert PARSER.access(text).routes_between is FORWARDS[text]


AIR = """\
vlan 40
 name guest
wireless profile policy P
 vlan guest
 aaa-override
 no shutdown
wireless tag policy T
 description all
 wlan W policy P
wlan W 1 The School
 peer-blocking drop
 no shutdown
"""


def test_an_ssid_is_on_air_when_nothing_on_its_way_is_shut():
    assert PARSER.access(AIR).ssids == (Ssid("The School", 40, dynamic=True, isolated=True),)
    assert PARSER.access(AIR.replace(" aaa-override\n", "")).ssids == (Ssid("The School", 40, False, True),)
    assert PARSER.access(AIR.replace("peer-blocking drop", "peer-blocking forward-upstream")).ssids[0].isolated is False
    assert PARSER.access(AIR.replace(" vlan guest\n", " vlan 41\n")).ssids[0].vlan == 41
    assert PARSER.access(AIR.replace(" vlan guest\n", " vlan default\n")).ssids[0].vlan == 1
    assert PARSER.access(AIR.replace(" vlan guest\n", "")).ssids[0].vlan == 1
    assert PARSER.access(AIR.replace(" wlan W policy P\n", "")).ssids == ()
    assert PARSER.access(AIR.replace(" no shutdown\nwireless tag", "wireless tag")).ssids == ()
    assert PARSER.access(AIR.removesuffix(" no shutdown\n")).ssids == ()


AIR_WRONG = {
    (
        " vlan guest\n",
        " vlan attic\n",
    ): "line 4: wireless profile policy P: 'vlan attic' names a VLAN that is not there",
    (
        " vlan guest\n",
        " no central switching\n",
    ): "line 4: wireless profile policy P: 'no central switching' is not understood",
    (" vlan guest\n", " ipv4 acl OPEN\n"): "line 4: wireless profile policy P: 'ipv4 acl OPEN' is not understood",
    ("W policy P", "W policy Q"): "line 9: 'wlan W policy Q' names a policy profile that is defined nowhere",
    ("wlan W 1 The School", "wlan W"): "line 10: 'wlan W' is not understood: a WLAN has a name, a number, an SSID",
}


@pytest.mark.parametrize("change", AIR_WRONG)
def test_what_decides_about_an_ssid_and_is_not_read_is_named(change):
    with pytest.raises(ParseError) as caught:
        PARSER.access(AIR.replace(*change))
    assert str(caught.value) == AIR_WRONG[change]
