"""Groups, time ranges, RADIUS, guards of ports, traffic classes and the air: kept as IOS keeps them, and refused."""

import pytest

from homeroom.lab.ios.apply import load
from homeroom.lab.ios.config import Chassis, text
from homeroom.secret import type7


def kept(lines, chassis=None, start=""):
    """What stands after the commands, and what was refused."""
    tree = load(start, chassis or Chassis()).tree
    loaded = load("\n".join(lines), chassis or Chassis(), onto=tree)
    return [line for line in text(loaded.tree).splitlines() if line not in {"!", "end"}], loaded.rejected


KEPT = {
    "object-group network A|host 10.0.0.1|10.1.2.3 255.255.0.0|10.9.9.9 255.255.255.255|range 10.0.0.1 10.0.0.9": (
        "object-group network A| host 10.0.0.1| 10.1.0.0 255.255.0.0| host 10.9.9.9| range 10.0.0.1 10.0.0.9"
    ),
    "object-group network A|any|object-group network B|group-object A|description two": (
        "object-group network A| any|object-group network B| description two| group-object A"
    ),
    "object-group v6-network A|2001:db8::1/32|host 2001:db8::a|2001:db8::b/128": (
        "object-group v6-network A| 2001:DB8::/32| host 2001:DB8::A| host 2001:DB8::B"
    ),
    "time-range T|periodic mon wednesday 07:00 to 8:30|periodic weekd 9:00 to 10:00": (
        "time-range T| periodic Monday Wednesday 7:00 to 8:30| periodic weekdays 9:00 to 10:00"
    ),
    "time-range T|periodic Friday 22:00 to Saturday 6:00|absolute start 08:00 1 January 2027": (
        "time-range T| absolute start 08:00 1 January 2027| periodic Friday 22:00 to Saturday 6:00"
    ),
    "radius server R|key 0 plain|key 7 05080F1C22": "radius server R| key 7 05080F1C22",
    "radius server R|key plain": "radius server R| key plain",
    "radius server R|address ipv4 10.0.0.1 auth-port 1812 acct-port 1813": (
        "radius server R| address ipv4 10.0.0.1 auth-port 1812 acct-port 1813"
    ),
    "ipv6 nd raguard policy P|device-role router|trusted-port|device-role host": (
        "ipv6 nd raguard policy P| device-role host| trusted-port"
    ),
    "ipv6 dhcp guard policy P|device-role client": "ipv6 dhcp guard policy P| device-role client",
    "errdisable recovery cause bpduguard|errdisable recovery interval 60|errdisable recovery interval 300": (
        "errdisable recovery cause bpduguard|errdisable recovery interval 300"
    ),
    "class-map match-any C|match access-group name X|policy-map P|class C|set dscp 34|bandwidth percent 20": (
        "class-map match-any C| match access-group name X|policy-map P| class C|  bandwidth percent 20|  set dscp af41"
    ),
    "policy-map P|class class-default|shape average percent 50|set dscp default|set dscp cs1|shape average 8000": (
        "policy-map P| class class-default|  shape average 8000|  set dscp cs1"
    ),
    "wlan W 17 W|shutdown|security wpa wpa2|no security wpa akm dot1x|security pmf mandatory|no shutdown": (
        "wlan W 17 W| security pmf mandatory| no security wpa akm dot1x| no shutdown"
    ),
    "wlan W 17 W|no shutdown|shutdown": "wlan W 17 W",
    "wireless profile policy P|vlan guest|vlan 40|central switching|no shutdown": (
        "wireless profile policy P| no shutdown| vlan 40"
    ),
    "wireless tag policy T|wlan W policy A|wlan W policy B": "wireless tag policy T| wlan W policy B",
    "ap filter priority 1 filter-name A|ap filter priority 1 filter-name B": "ap filter priority 1 filter-name B",
    "wireless country PY|wireless country RS": "wireless country RS",
    "service-policy|no wireless country": "",
}


@pytest.mark.parametrize("lines", KEPT)
def test_commands_are_kept_as_ios_keeps_them(lines):
    found, refused = kept(lines.split("|"))
    assert "|".join(found) == KEPT[lines]
    assert bool(refused) == lines.startswith("service-policy")


PORT = {
    "storm-control broadcast level 1": ["storm-control broadcast level 1.00"],
    "storm-control broadcast level 1 0.5": ["storm-control broadcast level 1.00 0.5"],
    "storm-control multicast level pps 100": ["storm-control multicast level pps 100"],
    "authentication host-mode single-host": [],
    "authentication host-mode multi-domain": ["authentication host-mode multi-domain"],
    "authentication port-control auto|no authentication port-control": [],
    "authentication event server dead action authorize vlan 40": [
        "authentication event server dead action authorize vlan 40"
    ],
    "dot1x pae authenticator|dot1x timeout tx-period 7": ["dot1x pae authenticator", "dot1x timeout tx-period 7"],
    "switchport port-security maximum 3|switchport port-security maximum 2": ["switchport port-security maximum 2"],
    "no lldp transmit": ["no lldp transmit"],
    "no lldp transmit|lldp transmit": [],
    "ip verify unicast source reachable-via rx|ip verify unicast source reachable-via any allow-default": [
        "ip verify unicast source reachable-via any allow-default"
    ],
    "ipv6 nd raguard attach-policy P|no ipv6 nd raguard": [],
    "ip dhcp snooping limit rate 20|no ip dhcp snooping limit rate": [],
}


@pytest.mark.parametrize("lines", PORT)
def test_commands_of_a_port_are_kept_as_ios_keeps_them(lines):
    found, refused = kept(["interface GigabitEthernet1/0/1", *lines.split("|")])
    assert [line.strip() for line in found[1:]] == PORT[lines]
    assert not refused


REFUSED = (
    "object-group network A|10.0.0.0 0.0.0.255",
    "object-group network A|range 10.0.0.1",
    "object-group v6-network A|10.0.0.0 255.0.0.0",
    "time-range T|periodic Monday 7:00",
    "time-range T|periodic Monday 25:00 to 26:00",
    "time-range T|periodic T 7:00 to 8:00",
    "time-range T|periodic daily Monday 7:00 to 8:00",
    "time-range T|periodic Monday 7:00 to Tuesday 8:00 9:00",
    "time-range T|periodic Monday 7:00 to 8:00 9:00",
    "ip access-list extended X|permit ip any object-group GONE",
    "ipv6 access-list X|permit ipv6 object-group GONE any",
    "ipv6 nd raguard policy P|device-role guest",
    "policy-map P|class class-default|set dscp gold",
    "class-map C|match everything",
    "wlan W 17 W|peer-blocking maybe",
    "wlan W 17 W|security wpa akm none",
    "wireless profile policy P|vlan",
    "interface GigabitEthernet1/0/1|authentication port-control maybe",
    "interface GigabitEthernet1/0/1|dot1x pae",
    "interface GigabitEthernet1/0/1|switchport port-security violation ignore",
    "errdisable recovery cause weather",
    "ip arp inspection validate ip dst-mac",
)


@pytest.mark.parametrize("lines", REFUSED)
def test_what_ios_refuses_is_refused(lines):
    *before, last = lines.split("|")
    _, refused = kept([*before, f" {last}" if before else last])
    assert [one.line.strip() for one in refused] == [last]


def test_an_entry_may_name_a_group_once_it_is_there():
    groups = "object-group network A\n host 10.0.0.1\nobject-group v6-network A\n host 2001:DB8::1\n"
    lines = ["ip access-list extended X", "permit ip any object-group A", "ipv6 access-list X"]
    found, refused = kept([*lines, "permit ipv6 object-group A any"], start=groups)
    assert not refused
    assert found[-4:] == [
        "ip access-list extended X",
        " 10 permit ip any object-group A",
        "ipv6 access-list X",
        " sequence 10 permit ipv6 object-group A any",
    ]


def test_a_key_is_hidden_where_passwords_are():
    chassis = Chassis(salt=lambda: "x5")
    found, _ = kept(["service password-encryption", "radius server R", " key plain words"], chassis)
    assert found[-1] == f" key 7 {type7('plain words', 5)}"
    assert chassis.hashed
    found, _ = kept([" no service password-encryption", "radius server R", " key plain"], start="\n".join(found))
    assert found[-1] == " key plain"


@pytest.mark.parametrize("kind", ["router", "switch"])
def test_only_a_controller_knows_the_air(kind):
    for line in ("wireless country PY", "wlan W 17 W", "ap filter name F"):
        assert kept([line], Chassis(kind=kind))[1]
        assert not kept([line], Chassis(kind="wlc"))[1]
