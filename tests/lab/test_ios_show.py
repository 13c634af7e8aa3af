"""What `show` prints: goldens of a router and a switch, and foreign parsers (ntc-templates) that must read it."""

import pytest
from ntc_templates.parse import parse_output

from homeroom.lab.clock import archived, filed, precise, stamp, uptime
from homeroom.lab.ios.exec import EXEC
from homeroom.lab.ios.hardware import speed
from homeroom.lab.ios.view import link_local, oper_up

SITE = """\
vlan 10
 name student
vlan 20
 name staff
interface GigabitEthernet{uplink}
 description uplink
 switchport mode trunk
 switchport trunk allowed vlan 10,20,99
 switchport nonegotiate
interface GigabitEthernet{port}
 description staff outlet
 switchport mode access
 switchport access vlan 20
interface Vlan10
 description student
 ip address 10.0.0.1 255.255.252.0
 ip address 10.0.100.1 255.255.255.0 secondary
 no ip redirects
 no ip proxy-arp
 ip access-group STUDENT-IN in
 ip helper-address 10.1.1.9
 ipv6 address 2001:db8:0:10::1/64
 ipv6 traffic-filter STUDENT-IN6 in
interface Vlan30
 shutdown
interface Loopback0
 ip address 10.255.0.1 255.255.255.255
 ipv6 address FE80::1 link-local
ip route 0.0.0.0 0.0.0.0 10.0.7.194
ip route 10.9.0.0 255.255.0.0 10.0.7.195
ipv6 route ::/0 Vlan99 FE80::1
ip access-list standard NOC
 10 permit 10.1.0.0 0.0.255.255
 20 deny any log
ip access-list extended STUDENT-IN
 10 permit udp any host 10.1.1.53 eq 53
 20 deny ip any any log
ipv6 access-list STUDENT-IN6
 sequence 10 permit udp any host 2001:db8::53 eq 53
snmp-server view ALL iso included
snmp-server group HOMEROOM v3 priv read ALL access NOC
snmp-server contact it@school.example
snmp-server community look ro
ntp server 10.1.1.2
logging host 10.1.1.3
logging buffered 65536
ip name-server 10.1.1.53
vrf definition MGMT
 rd 65000:1
"""
SKIPPED = {"show terminal", "show history", "show line"}


def furnish(talk, uplink, port):
    talk.configure(*SITE.format(uplink=uplink, port=port).splitlines())
    return talk


@pytest.fixture
def rich_router(talk):
    return furnish(talk, "0/1/0", "0/1/1")


@pytest.fixture
def rich_switch(on_switch):
    return furnish(on_switch, "1/1/1", "1/0/2")


PLAIN = [
    pattern.partition(" [")[0]
    for pattern in EXEC
    if pattern.startswith("show ") and "{" not in pattern and pattern.split()[-1] not in {"WORD", "LINE"}
]
EXTRA = [
    "show interfaces trunk",
    "show interfaces counters",
    "show interfaces description",
    "show interfaces status",
    "show interfaces summary",
    "show interfaces switchport",
    "show interfaces transceiver",
    "show interfaces vlan 10",
    "show ip interface brief",
    "show ipv6 interface brief",
    "show vlan brief",
    "show vlan all-ports",
    "show vlan id 20",
    "show vlan name staff",
    "show vlan id 4000",
    "show ip route 10.0.1.1",
    "show ip route 192.0.2.1",
    "show ip route vrf X",
    "show running-config interface Vlan10",
    "show running-config interface gi0/1/7",
    "show running-config interface gi7/7/7",
    "show running-config vlan 20",
    "show running-config aaa",
    "show environment power",
    "show snmp chassis",
    "show snmp location",
    "show snmp engineID",
    "show snmp view",
    "show ip access-lists STUDENT-IN",
    "show lldp neighbors",
    "show lldp neighbors detail",
    "show cdp neighbors",
    "show cdp neighbors detail",
    "show ntp status",
    "show vrf detail",
    "show clock detail",
    "show crypto key mypubkey all",
]


def transcript(talk):
    out = ""
    for line in [*sorted(set(PLAIN) - SKIPPED), *EXTRA]:
        out += f"{talk.prompt}{line}\n{talk(line)}"
    return "".join(f"{line.rstrip()}\n" for line in out.splitlines())


def test_everything_a_router_shows(rich_router, golden):
    rich_router.configure("lldp run")
    golden("lab/router_show.txt", transcript(rich_router))


def test_everything_a_switch_shows(rich_switch, golden):
    rich_switch.configure(
        "no cdp run", "no ntp server 10.1.1.1", "no ntp server 10.1.1.2", "interface Gi1/0/2", "shutdown"
    )
    golden("lab/switch_show.txt", transcript(rich_switch))


FOREIGN = [
    "show version",
    "show inventory",
    "show interfaces",
    "show interfaces description",
    "show interfaces status",
    "show interfaces switchport",
    "show ip interface",
    "show ip interface brief",
    "show ipv6 interface brief",
    "show arp",
    "show ip arp",
    "show ip route",
    "show vlan",
    "show mac address-table",
    "show spanning-tree",
    "show archive",
    "show users",
    "show clock",
    "show snmp user",
    "show snmp group",
    "show ip access-lists",
    "show access-list",
    "show processes cpu",
    "show hosts summary",
    "show vrf",
    "show vtp status",
    "show logging",
    "dir",
    "show file systems",
    "show boot",
    "show environment temperature",
]


@pytest.mark.parametrize("command", FOREIGN)
def test_foreign_parsers_read_it(rich_switch, rich_router, command):
    for talk in (rich_switch, rich_router):
        talk("archive config")
        read = parse_output(platform="cisco_ios", command=command, data=talk(command))
        assert read, command


def test_what_the_foreign_parsers_read_is_what_is_configured(rich_switch):
    def read(command):
        return parse_output(platform="cisco_ios", command=command, data=rich_switch(command))

    facts = read("show version")[0]
    assert (facts["hostname"], facts["version"], facts["hardware"]) == ("py11-0002-sw1", "17.9.4a", ["C9200L-24P-4G"])
    vlans = {row["vlan_id"]: row["vlan_name"] for row in read("show vlan")}
    assert vlans["10"] == "student"
    addresses = {row["interface"]: row["ip_address"] for row in read("show ip interface brief")}
    assert addresses["Vlan10"] == "10.0.0.1"
    status = {row["port"]: row["vlan_id"] for row in read("show interfaces status")}
    assert (status["Gi1/1/1"], status["Gi1/0/2"]) == ("trunk", "20")
    trunk = next(row for row in read("show interfaces switchport") if row["interface"] == "Gi1/1/1")
    assert trunk["trunking_vlans"] == ["10", "20", "99"]


def test_who_changed_what_stands_above_the_configuration(talk, world):
    assert " by " not in talk("show running-config").partition("version")[0]
    world.wait(60)
    talk.configure("hostname x")
    talk("write memory")
    head = talk("show running-config").partition("version")[0]
    assert "! Last configuration change at 14:14:20 UTC Mon Sep 21 2026 by netops\n" in head
    assert "! NVRAM config last updated at 14:14:20 UTC Mon Sep 21 2026 by netops\n" in head


def test_differences_of_files(talk, router):
    router.write("flash:a", router.running.encode())
    router.write("flash:b", router.running.replace("hostname py11-0001-ro1", "hostname b").encode())
    both = talk("show archive config differences flash:a flash:b")
    assert both == "!Contextual Config Diffs:\n+hostname b\n-hostname py11-0001-ro1\n"
    assert talk("show archive config differences flash:b") == both
    assert "No changes" in talk("show archive config differences")
    assert talk("show archive config differences flash:a flash:nope") == (
        "%Error opening flash:nope (No such file or directory)\n"
    )
    assert talk("show archive config differences running-config flash:a").startswith("%Error opening running-config")
    router.write("flash:m", b"hostname b\nbogus\n")
    assert talk("show archive config incremental-diffs flash:m ignorecase") == (
        "!List of Commands:\nhostname b\nbogus\nend\n"
    )
    assert talk("show archive config incremental-diffs flash:nope").startswith("%Error opening flash:nope")


def test_services_that_are_off_say_so(talk):
    talk.configure("no cdp run", "no ntp server 10.1.1.1")
    assert talk("show cdp neighbors") == "% CDP is not enabled\n"
    assert talk("show lldp neighbors") == "% LLDP is not enabled\n"
    assert talk("show ntp associations") == talk("show ntp status") == "%NTP is not enabled.\n"
    assert talk("show bgp all summary") == "% BGP not active\n"
    assert talk("show vrf") == ""
    assert talk("show spanning-tree").strip() == "No spanning tree instances exist."
    assert talk("show interfaces trunk") == "\n"


def test_times_are_printed_as_ios_prints_them():
    at = 1_790_000_000.125
    assert stamp(at) == "14:13:20 UTC Mon Sep 21 2026"
    assert precise(at) == "14:13:20.125 UTC Mon Sep 21 2026"
    assert filed(at) == "Sep 21 2026 14:13:20 +00:00"
    assert archived(at) == "Sep-21-14-13-20.125-UTC"
    assert archived(at + 10 * 86400) == "Oct--1-14-13-20.125-UTC"


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0, "0 minutes"),
        (60, "1 minute"),
        (3600, "1 hour"),
        (90061, "1 day, 1 hour, 1 minute"),
        (60 * (525600 + 2 * 10080), "1 year, 2 weeks"),
    ],
)
def test_uptime(seconds, text):
    assert uptime(seconds) == text


def test_speeds_follow_names():
    assert speed("GigabitEthernet0/0/0") == speed("Vlan1") == 10**9
    assert speed("TenGigabitEthernet1/1/1") == 10**10
    assert speed("TwentyFiveGigE1/0/1") == 25 * 10**9
    assert speed("Loopback0") == 8 * 10**9


def test_what_others_see_follows_the_configuration(rich_switch, switch):
    rows = {row.name: row for row in switch.interfaces()}
    assert [row.index for row in switch.interfaces()] == sorted(row.index for row in rows.values())
    assert (rows["GigabitEthernet1/1/1"].alias, rows["GigabitEthernet1/1/1"].oper_up) == ("uplink", True)
    assert (rows["Vlan30"].admin_up, rows["Vlan30"].oper_up) == (False, False)
    assert rows["Loopback0"].mac == ""
    index = rows["Vlan10"].index
    rich_switch.configure("interface Vlan5", "no interface Vlan30")
    assert {row.name: row.index for row in switch.interfaces()}["Vlan10"] == index
    assert not oper_up("Vlan5", switch.tree.section("interface Vlan5"), switch.tree)
    assert switch.vlans() == {1: "default", 10: "student", 20: "staff", 99: "management"}
    rich_switch.configure("vlan 7")
    assert switch.vlans()[7] == "VLAN0007"
    assert (switch.location, switch.contact) == ("Main street 1", "it@school.example")
    assert (switch.platform, switch.kind, switch.model) == ("ios", "switch", "C9200L-24P-4G")
    assert (switch.name, switch.address) == ("py11-0002-sw1", "127.0.9.2")
    assert switch.ssids() == ()
    assert list(switch.snmp_users()) == ["homeroom"]
    assert switch.communities() == {"look": "RO"}
    assert link_local(switch.tree.section("interface Loopback0"), "") == "FE80::1"
    assert link_local(switch.tree.section("interface Vlan5"), rows["Vlan10"].mac) == ""
