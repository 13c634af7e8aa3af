"""The way back from anybody's OpenWrt configuration: read exactly as firewall4 takes it, or refused with the line."""

import pytest
from uci_samples import OFFICE, STOCK, STOCK_NETWORK

from homeroom.errors import ParseError
from homeroom.platforms.access import Applied, Bridged, Interface, Route, Ssid
from homeroom.platforms.openwrt.parser import UciParser
from homeroom.policy.model import Group, Redirect, Window
from homeroom.policy.proof import Prover
from homeroom.prefix import ANY, Prefix

PARSER = UciParser()
OFFICES = PARSER.access(OFFICE)


def permitted(access, name, source, target, service="ip 0"):
    """Whether a list lets some new connection pass."""
    protocol, port = service.split(" ")
    ends = Prefix.parse(source), Prefix.parse(target)
    prover = Prover(access.by_name()[ends[0].family, name].rules)
    found = prover.leaks(*ends)
    some = [leak for leak in found if protocol == "ip" or _has(leak.region, protocol, int(port))]
    return bool(some)


def _has(region, protocol, port):
    number = {"tcp": 6, "udp": 17}[protocol]
    sought = {2: number, 4: port}
    return all(any(low <= value <= high for low, high in region[n]) for n, value in sought.items())


def test_the_image_as_it_comes():
    access = PARSER.access(STOCK)
    assert [(e.family, e.name) for e in access.lists] == [
        (family, f"{zone}-{hook}{'' if family == 4 else '6'}")
        for zone in ("LAN", "WAN")
        for family in (4, 6)
        for hook in ("LOCAL", "FWD")
    ]
    assert Applied("br-lan", "through", 6, "LAN-FWD6") in access.applied
    assert Applied("wan", "local", 4, "WAN-LOCAL") in access.applied
    assert access.bridged == (Bridged("lan1", 1, frozenset()), Bridged("lan2", 1, frozenset()))
    assert access.routes_between
    assert permitted(access, "LAN-FWD", "192.168.1.5/32", "8.8.8.8/32")
    assert permitted(access, "LAN-FWD", "192.168.1.5/32", "192.168.1.9/32"), "the zone forwards within itself"
    assert permitted(access, "LAN-FWD6", "2001:db8::5/128", "2001:db8::9/128"), "nobody knows which prefix comes"
    assert permitted(access, "WAN-LOCAL", "8.8.8.8/32", "203.0.113.9/32", "udp 68")
    assert not permitted(access, "WAN-LOCAL", "8.8.8.8/32", "203.0.113.9/32", "tcp 22")
    assert not permitted(access, "WAN-FWD", "8.8.8.8/32", "192.168.1.5/32", "tcp 80")
    assert permitted(access, "WAN-FWD", "8.8.8.8/32", "192.168.1.5/32"), "ESP is let through to lan"
    mld = [rule for rule in access.by_name()[6, "WAN-LOCAL6"].rules if rule.note == "Allow-MLD"]
    assert [rule.icmp for rule in mld] == ["130/0", "131/0"]
    assert permitted(access, "WAN-LOCAL6", "fe80::1/128", "ff02::1/128")
    forward = [rule.icmp for rule in access.by_name()[6, "WAN-FWD6"].rules if rule.note == "Allow-ICMPv6-Forward"]
    assert forward == ["echo-request", "packet-too-big", "4/0"]


def test_interfaces_ports_routes_and_networks_on_air():
    assert OFFICES.interfaces[0] == Interface(
        "br-lan.1",
        1,
        (
            (0x0A000101, Prefix.parse("10.0.1.0/24")),
            (0x0A000B01, Prefix.parse("10.0.11.0/24")),
            ((0x20010DB8 << 96 | 1 << 80) + 1, Prefix.parse("2001:db8:1::/64")),
        ),
    )
    assert [(i.name, i.vlan) for i in OFFICES.interfaces[1:]] == [("br-lan.3", 3), ("wan.7", 7), ("eth3", 0)]
    assert OFFICES.bridged == (
        Bridged("lan1", 1, frozenset()),
        Bridged("lan2", 1, frozenset()),
        Bridged("lan3", 0, frozenset({1, 3})),
    )
    assert OFFICES.routes == (
        Route(Prefix.parse("10.20.0.0/16"), "10.0.1.254", 5),
        Route(ANY[4], "203.0.113.1", 0),
    )
    assert OFFICES.ssids == (Ssid("Office guests", 3, dynamic=False, isolated=True),)
    assert OFFICES.vlan_names == {1: "lan", 3: "guest", 7: "wan"}


def test_sets_windows_and_redirects():
    assert OFFICES.groups == (
        Group("blocked", 4, (Prefix.parse("198.51.100.0/24"), Prefix.parse("198.51.101.7/32"))),
        Group("managers", 4, (Prefix.parse("10.0.1.5/32"),)),
    )
    days = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
    assert OFFICES.windows == {
        "office_hours": Window(days[:3], "08:00", "17:30"),
        "mon-tue-wed-thu-fri-sat-sun-01:00-23:59": Window(days, "01:00", "23:59"),
    }
    assert OFFICES.redirects == (Redirect("br-lan.3", 4, "10.0.3.1"),), "one protocol alone forces nothing"


def shown(name, family=4):
    return [
        (rule.action, rule.protocol, getattr(rule.target, "name", "") or str(getattr(rule.target, "cidr", "several")))
        for rule in OFFICES.by_name()[family, name].rules
    ]


def test_lists_stand_in_firewall4s_order():
    assert shown("GUEST-FWD") == [
        ("permit", "ip", "0.0.0.0/0"),  # connections already open
        ("reject", "ip", "blocked"),
        ("permit", "tcp", "several"),  # printers, all of them behind lan
        ("permit", "tcp", "several"),  # at night, to what is behind wan
        ("permit", "ip", "several"),  # forwarding to wan
        ("deny", "ip", "0.0.0.0/0"),
    ]
    assert shown("GUEST-LOCAL") == [
        ("permit", "ip", "0.0.0.0/0"),
        ("permit", "tcp", "0.0.0.0/0"),  # rules of every zone first
        ("permit", "tcp", "0.0.0.0/0"),
        ("permit", "udp", "0.0.0.0/0"),
        ("reject", "ip", "0.0.0.0/0"),
    ]
    assert shown("WAN-FWD") == [
        ("permit", "ip", "0.0.0.0/0"),
        ("permit", "tcp", "10.0.1.80/32"),  # what was redirected; guest's rules let that pass already
        ("deny", "ip", "0.0.0.0/0"),
    ]
    assert shown("DEFAULT-FWD6", 6) == [("permit", "ip", "::/0"), ("deny", "ip", "::/0")]
    assert [use for use in OFFICES.applied if use.name == "DEFAULT-LOCAL"] == [
        Applied("eth3", "local", 4, "DEFAULT-LOCAL")
    ]


def test_what_lies_behind_a_zone_is_told_by_routes():
    assert permitted(OFFICES, "GUEST-FWD", "10.0.3.9/32", "8.8.8.8/32")
    assert not permitted(OFFICES, "GUEST-FWD", "10.0.3.9/32", "10.0.1.80/32")
    assert permitted(OFFICES, "GUEST-FWD", "10.0.3.9/32", "10.0.1.70/32", "tcp 9100")
    assert not permitted(OFFICES, "GUEST-FWD", "10.0.3.9/32", "10.20.1.1/32"), "a static route leads to lan"
    assert not permitted(OFFICES, "GUEST-FWD6", "2001:db8::1/128", "2001:db8:9::1/128"), "the forwarding is IPv4's"
    assert permitted(OFFICES, "LAN-FWD6", "2001:db8:1::1/128", "2001:db8:9::1/128")


def test_without_a_firewall_nothing_is_filtered():
    access = PARSER.access(STOCK_NETWORK)
    assert (access.lists, access.applied, access.routes_between) == ((), (), True)


def test_without_defaults_everything_is_dropped():
    access = PARSER.access(
        STOCK_NETWORK + "package firewall\n\nconfig zone\n\toption name 'lan'\n\toption network 'lan'\n"
    )
    assert {(e.name, e.rules[-1].action) for e in access.lists} == {
        (f"{zone}-{hook}{six}", "deny") for zone in ("LAN", "DEFAULT") for hook in ("LOCAL", "FWD") for six in ("", "6")
    }


RULE = "config rule\n\toption name 'x'\n\toption src 'lan'\n\toption dest '*'\n\toption proto 'tcp'\n\toption target 'ACCEPT'\n"
ZONES = "package firewall\nconfig zone\n\toption name 'lan'\n\tlist network 'lan'\nconfig zone\n\toption name 'wan'\n\tlist network 'wan'\n"
BASE = STOCK_NETWORK + ZONES
BAD = {
    "an unknown option of a rule": (BASE + RULE + "\toption colour 'red'\n", "colour: is not understood here"),
    "a limit on a denial": (BASE + RULE.replace("ACCEPT", "DROP") + "\toption limit '5/min'\n", "limit: a rule that"),
    "a mark": (BASE + RULE.replace("ACCEPT", "MARK"), "target: 'mark' is not understood"),
    "notrack": (BASE + RULE.replace("ACCEPT", "NOTRACK"), "target: 'notrack' is not understood"),
    "a negated address": (BASE + RULE + "\toption src_ip '!10.0.0.1'\n", "src_ip: "),
    "a range of addresses": (BASE + RULE + "\toption src_ip '10.0.0.1-10.0.0.9'\n", "src_ip: "),
    "an address that is a network's": (BASE + RULE + "\toption dest_ip '10.0.0.1/24'\n", "dest_ip: "),
    "a negated port": (BASE + RULE + "\toption dest_port '!80'\n", "dest_port: '!80' is not understood"),
    "ports upside down": (BASE + RULE + "\toption dest_port '90-80'\n", "dest_port: '90-80' is not understood"),
    "a port nobody has": (BASE + RULE + "\toption dest_port '70000'\n", "dest_port: '70000' is not understood"),
    "a protocol by name": (BASE + RULE.replace("'tcp'", "'ospf'"), "proto: 'ospf' is not understood"),
    "a negated protocol": (BASE + RULE.replace("'tcp'", "'!tcp'"), "proto: '!tcp' is not understood"),
    "a zone nobody made": (BASE + RULE.replace("'lan'", "'attic'"), "src: no zone is called 'attic'"),
    "a set nobody made": (BASE + RULE + "\toption ipset 'doh'\n", "ipset: 'doh' is not understood"),
    "a set beside addresses": (
        BASE
        + "config ipset\n\toption name 'x'\n\tlist match 'dest_net'\n"
        + RULE
        + "\toption ipset 'x'\n\toption dest_ip '10.0.0.1'\n",
        "ipset: a set beside addresses",
    ),
    "families that contradict": (
        BASE + RULE + "\toption src_ip '10.0.0.1'\n\toption dest_ip '2001:db8::1'\n",
        "family: its ends are of different families",
    ),
    "a family that is none": (BASE + RULE + "\toption family 'ipx'\n", "family: 'ipx' is no family"),
    "an unknown ICMP type": (
        BASE + RULE.replace("'tcp'", "'icmp'") + "\tlist icmp_type 'hello'\n",
        "icmp_type: 'hello'",
    ),
    "hours over midnight": (
        BASE + RULE + "\toption start_time '22:00'\n\toption stop_time '06:00'\n",
        "stop_time: hours",
    ),
    "hours to the second": (BASE + RULE + "\toption start_time '22:00:05'\n", "start_time: '22:00:05'"),
    "hours that are none": (BASE + RULE + "\toption start_time '25'\n", "start_time: '25'"),
    "days negated": (BASE + RULE + "\toption weekdays '! sat sun'\n", "weekdays: '!' is not understood"),
    "a date": (BASE + RULE + "\toption start_date '2026-01-01'\n", "start_date: is not understood here"),
    "one name for two windows": (
        BASE
        + RULE.replace("'x'", "'x @w'")
        + "\toption start_time '8'\n"
        + RULE.replace("'x'", "'y @w'")
        + "\toption start_time '9'\n",
        "name: 'w' stands for other hours",
    ),
    "a denial towards what nobody knows": (
        BASE + RULE.replace("'*'", "'wan'").replace("ACCEPT", "DROP"),
        "dest: which addresses lie behind 'wan' is not known",
    ),
    "a source that is a list": (BASE + RULE.replace("option src ", "list src "), "src: is a list"),
    "neither yes nor no": (BASE + RULE + "\toption enabled 'maybe'\n", "enabled: 'maybe' is neither yes nor no"),
    "an include": (
        BASE + "config include\n\toption path '/etc/my.nft'\n\toption type 'nftables'\n",
        "path: what an included",
    ),
    "a script that suits": (
        BASE + "config include\n\toption path '/etc/firewall.user'\n\toption fw4_compatible '1'\n",
        "path: what an included",
    ),
    "translation of senders": (BASE + "config nat\n\toption src 'wan'\n", "config: this kind of section"),
    "a redirect of senders": (
        BASE + "config redirect\n\toption src 'lan'\n\toption target 'SNAT'\n",
        "target: only DNAT is understood",
    ),
    "a redirect of every zone": (BASE + "config redirect\n\toption src '*'\n", "src: a redirect needs a zone"),
    "a redirect to a network": (
        BASE + "config redirect\n\toption src 'lan'\n\toption dest_ip '10.0.0.0/24'\n",
        "dest_ip: one address is understood",
    ),
    "a redirect of two families": (
        BASE + "config redirect\n\toption src 'lan'\n\toption family 'ipv6'\n\toption dest_ip '10.0.0.1'\n",
        "family: its address is of another family",
    ),
    "a redirect of ICMP": (
        BASE + "config redirect\n\toption src 'lan'\n\toption proto 'icmp'\n\toption dest_ip '10.0.0.1'\n",
        "proto: a redirect of ICMP",
    ),
    "a redirect with a mark": (
        BASE + "config redirect\n\toption src 'lan'\n\toption mark '1'\n",
        "mark: is not understood here",
    ),
    "a forwarding of one end": (BASE + "config forwarding\n\toption src 'lan'\n", "src: a forwarding needs two zones"),
    "a zone of addresses": (BASE + "config zone\n\toption name 'x'\n\toption subnet '10.0.0.0/8'\n", "subnet: is not"),
    "a zone of patterns": (BASE + "config zone\n\toption name 'x'\n\toption device 'tun+'\n", "device: negations and"),
    "a zone without a policy": (
        BASE + "config zone\n\toption name 'x'\n\toption input 'MAYBE'\n",
        "input: 'maybe' is no policy",
    ),
    "a network in two zones": (
        BASE + "config zone\n\toption name 'x'\n\toption network 'lan'\n",
        "network: br-lan is in zone 'lan' too",
    ),
    "defaults twice": (BASE + "config defaults\nconfig defaults\n", "defaults: stands a second time"),
    "an unknown default": (BASE + "config defaults\n\toption extra 'x'\n", "extra: is not understood here"),
    "an unknown section": (BASE + "config chain\n", "config: this kind of section is not understood"),
    "a set of ports": (BASE + "config ipset\n\toption name 'x'\n\tlist match 'dest_port'\n", "match: only sets of"),
    "a set from a file": (
        BASE + "config ipset\n\toption name 'x'\n\toption loadfile '/x'\n",
        "loadfile: is not understood",
    ),
    "a set of another family": (
        BASE + "config ipset\n\toption name 'x'\n\tlist match 'net'\n\tlist entry '2001:db8::/32'\n",
        "entry: an address of another family",
    ),
    "a set of names": (
        BASE + "config ipset\n\toption name 'x'\n\tlist match 'net'\n\tlist entry 'example.org'\n",
        "entry: ",
    ),
    "policy routing": (STOCK_NETWORK + "config rule\n\toption lookup '100'\n", "lookup: policy routing"),
    "a routing table": (STOCK_NETWORK + "config interface 'x'\n\toption ip4table '7'\n", "ip4table: a routing table"),
    "a route of a table": (STOCK_NETWORK + "config route\n\toption table '7'\n", "table: is not understood here"),
    "a route that is none": (STOCK_NETWORK + "config route6\n\toption target 'here'\n", "target: "),
    "a metric that is none": (STOCK_NETWORK + "config route\n\toption metric 'far'\n", "metric: 'far' is no number"),
    "a bridge of old": (STOCK_NETWORK + "config interface 'x'\n\toption type 'bridge'\n", "type: a bridge is a device"),
    "a VLAN port of unknown form": (
        STOCK_NETWORK + "config bridge-vlan\n\toption device 'br-lan'\n\toption vlan '3'\n\tlist ports 'lan1:x'\n",
        "ports: 'lan1:x' is not understood",
    ),
    "another mode of radio": (
        STOCK_NETWORK + "package wireless\nconfig wifi-iface\n\toption mode 'sta'\n",
        "mode: 'sta'",
    ),
    "an SSID of no network": (
        STOCK_NETWORK + "package wireless\nconfig wifi-iface\n\toption network 'x'\n",
        "network: 'x' is no",
    ),
    "an SSID of unknown VLANs": (
        STOCK_NETWORK + "package wireless\nconfig wifi-iface\n\toption network 'lan'\n\toption dynamic_vlan '7'\n",
        "dynamic_vlan: '7' is none of",
    ),
    "a package that opens ports": (
        STOCK_NETWORK + "package upnpd\nconfig upnpd 'config'\n",
        "package upnpd: what it lets pass",
    ),
}


@pytest.mark.parametrize("case", BAD)
def test_what_decides_and_is_not_understood_is_an_error_with_its_line(case):
    text, message = BAD[case]
    with pytest.raises(ParseError) as caught:
        PARSER.access(text)
    assert message in str(caught.value)
    assert str(caught.value).startswith(("line ", "zone "))


def test_the_line_is_the_options_own():
    text = BASE + RULE + "\toption colour 'red'\n"
    with pytest.raises(ParseError) as caught:
        PARSER.access(text)
    number = int(str(caught.value).split(":")[0].removeprefix("line "))
    assert text.splitlines()[number - 1] == "\toption colour 'red'"


@pytest.mark.parametrize(("family", "targets"), [("ipv6", [6]), ("any", [4, 6]), ("", [4])])
def test_a_redirect_to_the_router_itself_is_ipv4s_unless_it_says_otherwise(family, targets):
    text = OFFICE.partition("config redirect")[0] + (
        "config redirect\n\toption src 'lan'\n\toption proto 'tcp udp'\n\toption src_dport '53'\n"
        f"\toption family '{family}'\n"
    )
    assert sorted({redirect.family for redirect in PARSER.access(text).redirects}) == targets
