"""What bears on passing and is not understood is refused with its line, never skipped."""

import pytest
from ros_said import GROUND, one, read
from ros_site import PARSER

from homeroom.errors import ParseError

WRONG = {
    "action=fasttrack-connection": "action=fasttrack-connection",
    "action=add-src-to-address-list": "action=add-src-to-address-list",
    "action=drop layer7-protocol=x": "what layer7-protocol=x matches",
    "action=drop content=x": "what content=x matches",
    "action=drop out-interface=ether1": "what out-interface=ether1 matches",
    "action=drop limit=1,5:packet": "what limit=1,5:packet matches",
    "action=drop src-address=nowhere": "'nowhere' does not appear to be an IPv4 or IPv6 network",
    "action=drop src-address=10.0.0.1/8": "10.0.0.1/8 has host bits set",
    "action=drop src-address=2001:db8::/32": "2001:db8::/32 is no IPv4",
    "action=drop src-address=10.0.0.9-10.0.0.1": "the end of a range is before its beginning, or of another family",
    "action=drop src-address=10.0.0.0/8 src-address-list=x": "src-address and src-address-list at once",
    "action=drop protocol=!tcp": "protocol !tcp",
    "action=drop protocol=warp": "protocol warp",
    "action=drop protocol=256": "protocol 256",
    "action=drop dst-port=80": "ports of protocol ip",
    "action=drop protocol=tcp dst-port=http": "port http",
    "action=drop protocol=tcp dst-port=70000": "port 70000",
    "action=drop protocol=tcp dst-port=9-8": "port 9-8",
    "action=drop protocol=tcp dst-port=!0-65535": "ports !0-65535 are none",
    "action=drop protocol=icmp icmp-options=8:0": "icmp-options=8:0",
    "action=drop protocol=icmp icmp-options=99": "icmp-options=99",
    "action=drop protocol=icmp icmp-options=any": "icmp-options=any",
    "action=drop icmp-options=8": "icmp-options=8",
    "action=drop connection-state=tracked": "connection-state tracked",
    "action=accept connection-state=established": "connection-state=established: one of established and related alone",
    "action=accept connection-state=invalid": "connection-state=invalid: what is invalid is let in",
    "action=return protocol=tcp": "a return for some packets only",
    "action=drop in-interface-list=LAN": "in-interface-list=LAN",
    "action=drop in-interface-list=dynamic": "in-interface-list=dynamic",
    "action=drop in-interface=all-ppp": "in-interface=all-ppp",
    "action=drop time=8h-7h": "time=8h-7h: it does not end on the day on which it begins",
    "action=drop time=8h": "time=8h",
    "action=drop time=8h-x": "time=8h-x",
    "action=drop time=8h-9h,someday": "time=8h-9h,someday",
    "action=drop time=8h-9h30s": "time=8h-9h30s: seconds",
    "action=jump jump-target=forward": "chain forward jumps back to itself",
}


@pytest.mark.parametrize("said", WRONG)
def test_what_is_not_understood_is_named_with_its_line(said):
    with pytest.raises(ParseError) as caught:
        one(said)
    assert str(caught.value) == f"line 3: /ip firewall filter: not understood: {WRONG[said]}"


@pytest.mark.parametrize("states", ["established,related,untracked", "new", "new,established,related"])
def test_neighbour_discovery_is_untracked_in_ipv6(states):
    with pytest.raises(ParseError, match="neighbour discovery is untracked in IPv6"):
        one(f"action=accept connection-state={states}", 6)


@pytest.mark.parametrize(
    ("jump", "inside", "reason"),
    [
        (
            "protocol=icmp icmp-options=8",
            "protocol=icmp icmp-options=0",
            "a jump for ICMP echo to a rule for echo-reply",
        ),
        ("time=8h-9h", "time=9h-10h", "a jump at some hours to a rule of others"),
    ],
)
def test_jumps_that_make_no_rule_are_named(jump, inside, reason):
    with pytest.raises(ParseError, match=f"line 3: .*{reason}"):
        read([f"add chain=forward action=jump jump-target=a {jump}", f"add chain=a action=accept {inside}"])


CLOSED = {
    "/ip firewall raw add action=notrack chain=prerouting": "it decides what passes, and is not read",
    "/ipv6 firewall raw add action=drop chain=prerouting": "it decides what passes, and is not read",
    "/interface bridge nat add action=dst-nat chain=dstnat": "it decides what passes, and is not read",
    "/routing rule add action=lookup table=x": "it decides what passes, and is not read",
    "/ip vrf add interfaces=ether1 name=x": "it decides what passes, and is not read",
    "/interface wireless set [ find default-name=wlan1 ] disabled=no ssid=x": "it decides what passes, and is not read",
    "/interface wifi access-list add vlan-id=20": "it decides what passes, and is not read",
    "/ip proxy set enabled=yes": "enabled=yes",
    "/ip upnp set enabled=yes": "enabled=yes",
    "/ip firewall connection tracking set enabled=no": "enabled=no",
    "/interface bridge settings set use-ip-firewall=yes": "use-ip-firewall=yes",
    "/ip firewall mangle add action=mark-routing chain=prerouting new-routing-mark=x": "action=mark-routing",
    "/ip firewall filter set 3 disabled=yes": "it changes a rule that is not there",
    "/ip firewall nat add action=redirect chain=dstnat dst-port=53 protocol=udp": "dstnat redirect",
    "/ip firewall nat add action=dst-nat chain=dstnat dst-port=80 protocol=tcp to-addresses=10.0.0.1": (
        "destination NAT of anything but DNS"
    ),
    "/ip firewall nat add action=dst-nat chain=dstnat dst-port=53 protocol=udp src-address=10.1.1.1 to-addresses=10.0.0.1": (
        "dstnat dst-nat src-address"
    ),
    "/ip firewall nat add action=dst-nat chain=dstnat dst-port=53 protocol=udp to-addresses=10.0.0.1": (
        "what comes in by ether2 is not redirected alike over UDP and TCP"
    ),
    "/ip firewall nat add action=dst-nat chain=dstnat dst-port=53 protocol=udp to-addresses=10.0.0.0/30": (
        "'10.0.0.0/30' is not one address"
    ),
    "/ip firewall nat add action=dst-nat chain=dstnat dst-port=53 protocol=udp": (
        "'' does not appear to be an IPv4 or IPv6 network"
    ),
    "/ip firewall nat add action=dst-nat chain=dstnat dst-port=53 in-interface=x in-interface-list=y protocol=udp": (
        "in-interface and in-interface-list at once"
    ),
    "/ip firewall nat add action=dst-nat chain=dstnat dst-port=53 in-interface-list=y protocol=udp": (
        "in-interface-list=y"
    ),
    "/ip firewall nat add action=dst-nat chain=mine": "mine dst-nat",
    "/ip route add gateway=10.0.0.1 routing-table=x": "a route of another table",
    "/ip route add dst-address=x gateway=10.0.0.1": "'x' does not appear to be an IPv4 or IPv6 network",
    "/snmp community add addresses=x name=y": "'x' does not appear to be an IPv4 or IPv6 network",
    "/ip address add address=x interface=ether9": "'x' does not appear to be an IPv4 or IPv6 interface",
    "/interface bridge vlan add bridge=b comment=x vlan-ids=1-x": "vlan-ids '1-x'",
    "/interface vlan add interface=b name=v vlan-id=x": "'x' is no number",
}


@pytest.mark.parametrize("line", CLOSED)
def test_ways_round_the_firewall_are_refused(line):
    with pytest.raises(ParseError) as caught:
        PARSER.access(f"{GROUND}{line}\n")
    path = line.split(" add ")[0].split(" set ")[0]
    assert str(caught.value) == f"line 3: {path}: not understood: {CLOSED[line]}"


def test_address_lists_of_names_and_time_are_refused_where_a_rule_asks():
    rule = "/ip firewall filter add action=drop chain=forward dst-address-list=x\n"
    for entry, reason in (("address=example.com", "'example.com' does not"), ("address=1.1.1.1 timeout=1d", "timeout")):
        text = f"/ip firewall address-list add {entry} list=x\n"
        assert PARSER.access(text).groups == ()
        with pytest.raises(ParseError, match=f"line 1: /ip firewall address-list: not understood: {reason}"):
            PARSER.access(text + rule)
