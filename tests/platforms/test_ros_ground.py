"""The ground under a RouterOS firewall: interfaces, bridges, addresses, routes, networks on air."""

import pytest
from ros_said import GROUND, everything, parse, read
from ros_site import PARSER

from homeroom.errors import ParseError
from homeroom.platforms.access import Applied, Bridged, Interface, Route, Ssid
from homeroom.prefix import ANY


def test_lists_of_interfaces_include_and_exclude():
    text = (
        "/interface list add name=a\n/interface list add exclude=a include=all name=b\n"
        "/interface list add include=c name=c\n/interface list member add interface=ether3 list=a\n"
        "/ip address add address=192.168.3.1/24 interface=ether3\n/ipv6 address add address=2001:db8:3::1 interface=ether4\n"
    )
    rule = "/ip firewall filter add action=drop chain=forward in-interface-list="
    access = PARSER.access(GROUND + text + f"{rule}b\n{rule}all\n{rule}none\n")
    found = {use.interface: access.by_name()[4, use.name].rules for use in access.applied}
    assert found["ether2"] == (everything("deny"),)
    assert len(PARSER.access(GROUND + text + f"{rule}b\n").by_name()[4, "forward@ether3"].rules) == 1
    assert Interface("ether4", 0, ((parse("2001:db8:3::1").first, parse("2001:db8:3::/64")),)) in access.interfaces
    with pytest.raises(ParseError, match="in-interface-list=c"):
        PARSER.access(GROUND + text + f"{rule}c\n")


def test_a_tunnel_is_a_way_in():
    text = "/interface pppoe-client add interface=ether1 name=pppoe-out1\n/ip firewall filter add action=drop chain=input\n"
    access = PARSER.access(text)
    assert access.applied == (Applied("pppoe-out1", "local", 4, "input"),)
    assert access.interfaces == (Interface("pppoe-out1", 0, ()),)


def test_an_interface_that_is_not_the_one():
    rules = ["add chain=forward action=drop in-interface=!ether3"]
    ground = f"{GROUND}/ip address add address=192.168.3.1/24 interface=ether3\n"
    assert read(rules, ground=ground)[0] == everything("deny")
    both = ["add chain=forward action=drop in-interface=ether2 in-interface-list=all"]
    assert read(both)[0] == everything("deny")


BRIDGE = (
    "/interface bridge add name=b vlan-filtering=yes\n/interface list add name=l\n/interface list member add interface=ether5 list=l\n"
    "/interface bridge vlan add bridge=b comment=ten tagged=ether3,l vlan-ids=10,20-21\n"
    "/interface bridge vlan add bridge=other tagged=ether3 vlan-ids=99\n"
)


@pytest.mark.parametrize(
    ("port", "found"),
    [
        ("interface=ether3", Bridged("ether3", 1, frozenset({10, 20, 21}))),
        ("interface=ether3 pvid=7", Bridged("ether3", 7, frozenset({10, 20, 21}))),
        ("interface=l pvid=7", Bridged("ether5", 7, frozenset({10, 20, 21}))),
        ("interface=ether4 pvid=7", Bridged("ether4", 7, frozenset())),
        ("interface=ether3 ingress-filtering=no", Bridged("ether3", 1, frozenset(range(1, 4095)))),
        ("frame-types=admit-only-vlan-tagged interface=ether3", Bridged("ether3", 0, frozenset({10, 20, 21}))),
        ("frame-types=admit-only-untagged-and-priority-tagged interface=ether3", Bridged("ether3", 1, frozenset())),
    ],
)
def test_bridge_ports(port, found):
    access = PARSER.access(f"{BRIDGE}/interface bridge port add bridge=b {port}\n")
    assert access.bridged == (found,)
    assert access.vlan_names == {10: "ten", 20: "ten", 21: "ten"}


def test_addresses_and_routes_of_every_form():
    text = (
        "/ip address add address=10.0.0.1/32 interface=a network=10.0.0.0\n"
        "/ip address add address=10.0.9.1/32 interface=b network=10.7.7.7\n/ipv6 address add address=::1 from-pool=p interface=c\n"
        "/ip route add blackhole dst-address=10.0.0.0/8\n/ipv6 route add gateway=fe80::1%a\n/ip route add disabled=yes gateway=1.1.1.1\n"
        "/ip settings set ip-forward=no\n"
    )
    access = PARSER.access(text)
    first = parse("10.0.0.1").first
    assert access.interfaces == (
        Interface("a", 0, ((first, parse("10.0.0.0/31")),)),
        Interface("b", 0, ((parse("10.0.9.1").first, parse("10.0.9.1/32")),)),
        Interface("c", 0, ()),
    )
    assert access.routes == (Route(parse("10.0.0.0/8"), "blackhole", 1), Route(ANY[6], "fe80::1%a", 1))
    assert access.routes_between, "IPv6 is"
    assert not PARSER.access("/ip settings set ip-forward=no\n/ipv6 settings set forward=no\n").routes_between


AIR = (
    "/interface bridge add name=b pvid=5\n/interface wifi security add authentication-types=wpa2-eap name=s\n"
    "/interface wifi datapath add bridge=b name=d\n"
)


@pytest.mark.parametrize(
    ("said", "found"),
    [
        ("configuration.ssid=x datapath.vlan-id=10", Ssid("x", 10, False, False)),
        ("configuration=c datapath.vlan-id=10", Ssid("of c", 10, True, True)),
        ("configuration=c", Ssid("of c", 5, True, True)),
        ("configuration=c security.authentication-types=wpa2-psk", Ssid("of c", 5, False, True)),
    ],
)
def test_networks_on_air(said, found):
    profile = (
        '/interface wifi configuration add datapath=d datapath.client-isolation=yes name=c security=s ssid="of c"\n'
    )
    text = f"{AIR}{profile}/interface wifi set [ find default-name=wifi1 ] disabled=no {said}\n"
    assert PARSER.access(text).ssids == (found,)
    assert PARSER.access(text.replace("disabled=no", "comment=off")).ssids == ()


def test_a_radio_that_is_a_bridge_port_has_the_ports_vlan():
    text = f"{AIR}/interface wifi add configuration.ssid=x disabled=no master-interface=wifi1 name=w\n"
    port = "/interface bridge port add bridge=b interface=ether2\n/interface bridge port add bridge=b interface=w pvid=30\n"
    assert PARSER.access(text + port).ssids == (Ssid("x", 30, False, False),)
    assert [entry.name for entry in PARSER.access(text + port).bridged] == ["ether2"]
    with pytest.raises(ParseError, match=r"line 4: .*the SSID or VLAN of w"):
        PARSER.access(text)
    with pytest.raises(ParseError, match=r"line 4: .*there is no security y"):
        PARSER.access(text.replace("disabled=no", "disabled=no security=y"))


def test_what_is_off_is_no_way_in():
    text = (
        GROUND
        + "/interface vlan add disabled=yes interface=b name=v vlan-id=7\n/ip address add address=10.0.0.1/24 interface=v\n"
    )
    assert [entry.name for entry in PARSER.access(text).interfaces] == ["ether2"]
