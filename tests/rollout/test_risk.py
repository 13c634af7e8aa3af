"""The management path is never missed: whatever could cut it, on every platform, is said to."""

import pytest

from homeroom.prefix import Prefix
from homeroom.rollout.risk import PATH, risk, touched
from homeroom.rollout.shape import Block, Own

SELF = Prefix.parse("10.1.7.201/32")
OWN = Own(
    (Block("self4", SELF, Prefix.parse("10.1.7.192/27")),),
    {"GigabitEthernet1/0/1": "port", "GigabitEthernet1/1/1": "trunk", "ether2": "port"},
    vlan=99,
)
FEATURES = {
    "identity": "hostname a\n",
    "management": "username netops privilege 15\nlogging host 192.0.2.3\nline vty 0 4\n access-class NOC in\n",
    "aaa": "aaa new-model\nradius server R1\n",
    "filtering": "ip access-list extended YOUTUBE\n deny ip any any\n",
    "segmentation": "interface Vlan10\n ip address 10.1.0.1 255.255.252.0\ninterface Vlan99\n mtu 1500\nvlan 10\n name student\n",
    "layer2": "interface GigabitEthernet1/0/1\n spanning-tree portfast\ninterface GigabitEthernet1/1/1\n mode\nspanning-tree x\n",
    "dns": "ip dhcp pool STUDENT\n dns-server 192.0.2.11\n",
    "wireless": "wlan school 1\n ssid\n",
    "qos": "policy-map OUT\n class x\n",
    "uplinks": "interface GigabitEthernet0/0/0\n ip address 100.64.0.1 255.255.255.254\nip route 0.0.0.0 0.0.0.0 100.64.0.0\n",
}
CUTS = [
    "interface Vlan99\n +shutdown\n",
    "interface Vlan99\n -ip address 10.1.7.201 255.255.255.224\n",
    "+interface Vlan99\n",
    "-username netops privilege 15\n",
    "+username mallory privilege 15\n",
    "-ip ssh version 2\n",
    "+no ip http secure-server\n",
    "line vty 0 4\n -access-class NOC in\n",
    "ip access-list standard NOC\n +20 permit 203.0.113.0\n",
    "+radius server R2\n",
    "interface GigabitEthernet0/0/0\n +shutdown\n",
    "-ip route 0.0.0.0 0.0.0.0 100.64.0.0\n",
    "+ip default-gateway 10.1.7.193\n",
    "interface GigabitEthernet1/1/1\n -switchport mode trunk\n",
    "interface GigabitEthernet1/0/1\n +switchport trunk allowed vlan 10\n",
    "+spanning-tree mode mst\n",
    "-vlan 99\n",
    "-hostname a\n",
    "+something nobody knows\n",
    "/ip service\n-set ssh address=198.51.100.0/24\n",
    "/ip firewall filter\n+add action=drop chain=input\n",
    "/ip route\n+add dst-address=0.0.0.0/0 gateway=10.0.0.1\n",
    "/user\n+add name=mallory\n",
    "/interface vlan\n-add interface=bridge name=management vlan-id=99\n",
    "system\n -services ssh root-login deny\n",
    "system\n -login user netops class super-user\n",
    "interfaces\n +irb unit 99 disable\n",
    "routing-options\n -static route 0.0.0.0/0 next-hop 100.64.0.0\n",
    "security\n -policy WAN-LOCAL-7 then permit\n",
    "firewall\n +family inet filter NOC term others then discard\n",
    "package dropbear\n config dropbear 'main'\n  +option enable '0'\n",
    "package firewall\n -config rule 'noc_ssh'; option name 'noc-ssh'\n",
    "package network\n config interface 'management'\n  -option ipaddr '10.1.7.201'\n",
    "package network\n config interface 'wan'\n  +option gateway '100.64.0.9'\n",
    "management api http-commands\n +shutdown\n",
    "management ssh\n -ip access-group NOC in\n",
]


@pytest.mark.parametrize("diff", CUTS)
def test_what_may_cut_the_management_path_is_said_to(diff):
    assert PATH in risk(diff, FEATURES, OWN)


@pytest.mark.parametrize(
    ("diff", "expected"),
    [
        ("-logging host 192.0.2.3\n+logging host 192.0.2.33\n", ()),
        ("+ntp server 192.0.2.1\n", ()),
        ("package system\n config system 'system'\n  +option log_ip '192.0.2.33'\n", ()),
        ("interface GigabitEthernet1/0/1\n +spanning-tree portfast\n", ()),
        ("policy-map OUT\n +class y\n", ()),
        ("ip dhcp pool STUDENT\n +dns-server 192.0.2.12\n", ("filter",)),
        ("wlan school 1\n +no shutdown\n", ("SSID",)),
        ("ip access-list extended YOUTUBE\n +deny ip any any\n", ("access rules", "filter")),
        ("interface Vlan10\n +ip address 10.1.0.1 255.255.252.0\n", ("routing",)),
        ("", ()),
    ],
)
def test_what_does_not_is_not(diff, expected):
    assert risk(diff, FEATURES, OWN) == expected


def test_rules_by_which_nobody_manages_are_access_rules_only():
    features = {"segmentation": "/ip firewall filter\nadd chain=STUDENT-FWD dst-port=80\n"}
    assert risk("/ip firewall filter\n+add chain=STUDENT-FWD dst-port=53\n", features, OWN) == ("access rules",)
    assert risk("/ip firewall filter\n+add chain=WAN-FWD dst-port=53\n", features, OWN) == (PATH, "access rules")


def test_an_ordinary_port_in_another_menu_is_no_trunk():
    features = {"layer2": "/interface bridge port\nadd bridge=bridge interface=ether2 pvid=10\n"}
    assert risk("/interface bridge port\n+add interface=ether2 pvid=20\n", features, OWN) == ()
    assert PATH in risk("/interface bridge port\n+add interface=sfp1 pvid=20\n", features, OWN)


def test_a_removed_line_belongs_to_the_feature_that_has_one_like_it():
    assert touched("-logging host 192.0.2.9\n", FEATURES) == ("management",)
    assert touched("-username gone privilege 1\n", FEATURES) == ("other",)
    assert touched("ip dhcp pool STUDENT\n -lease 1\n", FEATURES) == ("dns",)
