"""The configuration model of an emulated EOS device: what is kept of a command, how it is shown, what is refused."""

import pytest

from homeroom.lab.eos import acl, auth
from homeroom.lab.eos.apply import Place, factory, load, type_line
from homeroom.lab.eos.commands import MODES, rules
from homeroom.lab.eos.config import body, diffs, text, tree
from homeroom.lab.eos.forms import FORMS, Chassis
from homeroom.lab.eos.grammar import build, walk
from homeroom.lab.eos.words import interfaces, rank, reader, vlan_text

PORTS = frozenset({*(f"Ethernet{n}" for n in range(1, 5)), "Management1"})


class Config:
    """A configuration to type into."""

    def __init__(self, *lines):
        self.chassis = Chassis(PORTS)
        self.tree = factory(self.chassis)
        assert self(*lines) == []

    def __call__(self, *lines):
        """Type lines; return what was refused."""
        return [one.message for one in load("\n".join(lines), self.chassis, self.tree)]

    @property
    def shown(self):
        return text(self.tree, "! device: x")

    def section(self, start):
        lines = self.shown.splitlines()
        first = lines.index(start) + 1
        return [line[3:] for line in lines[first : next(n for n in range(first, len(lines)) if lines[n] == "!")]]


def test_a_new_device():
    assert Config().shown == (
        "! device: x\n!\nno aaa root\n!\nspanning-tree mode mstp\n!\n"
        "interface Ethernet1\n!\ninterface Ethernet2\n!\ninterface Ethernet3\n!\ninterface Ethernet4\n!\n"
        "interface Management1\n!\nno ip routing\n!\nend\n"
    )


KEPT = [
    ("hostname a b", None),
    ("hostname a", "hostname a"),
    ("ip name-server 10.1.1.1", "ip name-server vrf default 10.1.1.1"),
    ("ip name-server vrf MGMT 2001:DB8::1", "ip name-server vrf MGMT 2001:db8::1"),
    ("username bob secret sha512 $6$a$b", "username bob privilege 1 secret sha512 $6$a$b"),
    ("username bob privilege 15 nopassword", "username bob privilege 15 nopassword"),
    ("username bob ssh-key ssh-ed25519 AAAA bob", "username bob ssh-key ssh-ed25519 AAAA bob"),
    ("enable secret sha512 $6$a$b", "enable password sha512 $6$a$b"),
    ("aaa root secret sha512 $6$a$b", "aaa root secret sha512 $6$a$b"),
    ("aaa root nopassword", "aaa root nopassword"),
    ("spanning-tree mode rapid-pvst", "spanning-tree mode rapid-pvst"),
    ("ip route 10.1.2.3/8 10.0.0.1", "ip route 10.0.0.0/8 10.0.0.1"),
    ("ip route 10.0.0.0/8 vlan10 10.0.0.1 250 name x", "ip route 10.0.0.0/8 Vlan10 10.0.0.1 250 name x"),
    ("ipv6 route ::/0 Et1 FE80::1", "ipv6 route ::/0 Ethernet1 fe80::1"),
    ("ip routing", "ip routing"),
    ("no lldp run", "no lldp run"),
    ("lldp run", ""),
    ("ntp server 10.1.1.1 prefer iburst", "ntp server 10.1.1.1 prefer iburst"),
    ("snmp-server community public ro", "snmp-server community public ro"),
    ("vlan 10", "vlan 10"),
    ("router bgp 65000", "router bgp 65000"),
    ("banner motd", ""),
]


@pytest.mark.parametrize(("line", "kept"), KEPT)
def test_global_commands(line, kept):
    config = Config()
    before = set(config.shown.splitlines())
    refused = config(line)
    assert bool(refused) == (kept is None)
    if kept:
        assert kept in config.shown.splitlines()
        assert Config(*body(config.shown)).shown == config.shown
    else:
        assert set(config.shown.splitlines()) == before


def test_clear_secrets_are_hashed_on_entry():
    config = Config("username bob secret 0 hunter2", "username eve secret hunter2", "enable password hunter2")
    assert "hunter2" not in config.shown
    assert auth.opens(config.tree, "bob", "hunter2")
    assert auth.opens(config.tree, "eve", "hunter2")
    assert not auth.opens(config.tree, "bob", "hunter3")
    assert not auth.opens(config.tree, "nobody", "")
    config("username bob privilege 15 nopassword", "username old secret 5 $1$a$b", "username key secret sha512 *")
    assert auth.opens(config.tree, "bob", "")
    assert not auth.opens(config.tree, "old", "b")
    assert (auth.level(config.tree, "bob"), auth.level(config.tree, "eve")) == (15, 1)


def test_hashes_are_those_of_the_public_specification():
    assert auth.sha512_crypt("Hello world!", "saltstring") == (
        "$6$saltstring$svn8UoSVapNtMuq1ukKS4tPQd8iKwSMHWjl/O817G3uBnIFNjnQJuesI68u4OTLiBFdcbYEdFCoEOfaS35inz1"
    )


def test_snmp_users_are_shown_localized():
    config = Config("snmp-server user homeroom G v3 auth sha256 authphrase priv aes privphrase")
    (line,) = config.tree.lines("snmp-server user ")
    assert line.startswith("homeroom G v3 localized f5717f00000000000000 auth sha256 ")
    assert "phrase" not in line
    assert set(config.chassis.typed.values()) == {"authphrase", "privphrase"}
    again = Config(f"snmp-server user {line}")
    assert again.tree.lines("snmp-server user ") == [line]


PORT = [
    (["description two  blanks"], ["description two  blanks"]),
    (["switchport mode trunk", "switchport mode access"], []),
    (["switchport access vlan 10", "switchport access vlan 1"], []),
    (["switchport trunk allowed vlan 10,11,12,20"], ["switchport trunk allowed vlan 10-12,20"]),
    (["switchport trunk allowed vlan 10", "switchport trunk allowed vlan add 11"], ["switchport trunk allowed vlan 10-11"]),
    (["switchport trunk allowed vlan 10-12", "switchport trunk allowed vlan remove 11"],
     ["switchport trunk allowed vlan 10,12"]),
    (["switchport trunk allowed vlan none", "switchport trunk allowed vlan add 5"], ["switchport trunk allowed vlan 5"]),
    (["switchport trunk allowed vlan none"], ["switchport trunk allowed vlan none"]),
    (["switchport trunk allowed vlan except 10"], ["switchport trunk allowed vlan 1-9,11-4094"]),
    (["switchport trunk allowed vlan 10", "switchport trunk allowed vlan all"], []),
    (["switchport trunk native vlan 999", "no switchport trunk native vlan"], []),
    (["no switchport", "ip address 10.0.0.1 255.255.255.0"], ["no switchport", "ip address 10.0.0.1/24"]),
    (["ip address 10.0.0.1/24", "ip address 10.0.0.2/24", "ip address 10.0.1.1/24 secondary"],
     ["ip address 10.0.0.2/24", "ip address 10.0.1.1/24 secondary"]),
    (["ip address 10.0.0.1/24", "no ip address"], []),
    (["ip access-group A in", "ip access-group B in", "ip access-group C out"],
     ["ip access-group B in", "ip access-group C out"]),
    (["ip access-group A in", "no ip access-group A in"], []),
    (["ipv6 address 2001:DB8:0::1/64", "ipv6 address 2001:db8:1::1/64"],
     ["ipv6 address 2001:db8::1/64", "ipv6 address 2001:db8:1::1/64"]),
    (["ipv6 address 2001:db8::1/64", "no ipv6 address 2001:db8::1/64"], []),
    (["shutdown", "no shutdown"], []),
    (["shutdown", "default shutdown"], []),
    (["speed forced 1000full"], ["speed forced 1000full"]),
    (["no lldp transmit"], ["no lldp transmit"]),
    (["no poe"], ["no poe"]),
    (["storm-control broadcast level 1", "storm-control broadcast level 2"], ["storm-control broadcast level 2"]),
]  # fmt: skip


@pytest.mark.parametrize(("lines", "kept"), PORT)
def test_interface_commands(lines, kept):
    config = Config("interface Ethernet2", *lines)
    assert config.section("interface Ethernet2") == kept


def test_ranges_and_modes():
    config = Config(
        "interface Ethernet1-2,4", "description all", "vlan 10-11", "name two", "interface Vlan10", "mtu 1500"
    )
    assert [config.section(f"interface Ethernet{n}") for n in (1, 2, 3, 4)] == [
        ["description all"],
        ["description all"],
        [],
        ["description all"],
    ]
    assert config.section("vlan 11") == ["name two"]
    config(
        "no interface Ethernet1", "no interface Vlan10", "no vlan 10-11", "default interface Et2", "no interface Vlan9"
    )
    assert config.section("interface Ethernet1") == config.section("interface Ethernet2") == []
    assert "Vlan10" not in config.shown
    assert "vlan 1" not in config.shown


def test_sections_below_sections():
    config = Config(
        "management api http-commands", "no shutdown", "protocol https port 8443", "vrf MGMT", "no shutdown", "exit", "exit",
        "router bgp 65000", "router-id 1.1.1.1", "vrf A", "neighbor 1.1.1.2 remote-as 1", "vrf B", "maximum-paths 2",
        "hostname after",
    )  # fmt: skip
    assert config.section("management api http-commands") == [
        "protocol https port 8443", "no shutdown", "!", "vrf MGMT", "   no shutdown",
    ]  # fmt: skip
    assert config.section("router bgp 65000") == [
        "router-id 1.1.1.1", "!", "vrf A", "   neighbor 1.1.1.2 remote-as 1", "!", "vrf B", "   maximum-paths 2",
    ]  # fmt: skip
    assert "hostname after" in config.shown
    assert Config(*body(config.shown)).shown == config.shown
    assert tree(config.tree)["router bgp 65000"]["cmds"]["vrf A"]["cmds"] == {"neighbor 1.1.1.2 remote-as 1": None}
    config("router bgp 65000", "no vrf A", "no router-id 1.1.1.1")
    assert config.section("router bgp 65000") == ["vrf B", "   maximum-paths 2"]


def test_banners():
    config = Config("banner login", "Staff", "  only", "! really", "EOF", "hostname x")
    assert "!\nbanner login\nStaff\n  only\n! really\nEOF\n!\n" in config.shown
    assert Config(*body(config.shown)).shown == config.shown
    config("no banner login")
    assert "banner" not in config.shown


ENTRIES = [
    ("permit tcp any any eq 443", 4, "permit tcp any any eq https"),
    ("permit tcp 10.0.0.5/22 eq 1024 host 10.1.1.1 range 80 443 established log",
     4, "permit tcp 10.0.0.0/22 eq 1024 host 10.1.1.1 range www https established log"),
    ("deny ip 10.0.0.0 0.0.0.255 0.0.0.0/0", 4, "deny ip 10.0.0.0/24 any"),
    ("permit 17 10.0.0.1/32 any eq ntp snmp 5000", 4, "permit udp host 10.0.0.1 any eq ntp snmp 5000"),
    ("permit icmp any any echo", 4, "permit icmp any any echo"),
    ("permit ip any any ttl 5", 4, "permit ip any any ttl 5"),
    ("permit 200 any any", 4, "permit 200 any any"),
    ("permit tcp 2001:DB8::/64 any neq 22", 6, "permit tcp 2001:db8::/64 any neq ssh"),
    ("deny ipv6 any host 2001:db8::1", 6, "deny ipv6 any host 2001:db8::1"),
    ("permit icmpv6 any any neighbor-solicitation", 6, "permit icmpv6 any any neighbor-solicitation"),
]  # fmt: skip


@pytest.mark.parametrize(("typed", "family", "shown"), ENTRIES)
def test_access_list_entries(typed, family, shown):
    assert acl.entry(typed, family) == shown
    assert acl.entry(shown, family) == shown


WRONG = [
    ("permit tcp any range 1 70000 any", 4, 5),
    ("permit tcpp any any", 4, 1),
    ("permit ip any", 4, 3),
    ("permit ipv6 any any", 4, 1),
    ("permit ip any 2001:db8::/64", 4, 3),
    ("permit tcp 10.0.0.0/24 any", 6, 2),
    ("permit udp any any established", 4, 4),
    ("permit ip any any nonsense", 4, 4),
    ("permit tcp any any eq", 4, 5),
    ("permit ip 10.0.0.0 any", 4, 3),
]


@pytest.mark.parametrize(("typed", "family", "index"), WRONG)
def test_wrong_entries(typed, family, index):
    with pytest.raises(acl.BadWord) as caught:
        acl.entry(typed, family)
    assert caught.value.index == index


def test_access_lists():
    config = Config(
        "ip access-list A", "permit tcp any any eq 22", "5 remark ssh", "deny ip any any log", "permit host 10.0.0.1",
        "permit 10.1.0.0/16 log", "ipv6 access-list B", "permit ipv6 any any", "counters per-entry",
    )  # fmt: skip
    assert config.section("ip access-list A") == [
        "5 remark ssh", "10 permit tcp any any eq ssh", "20 deny ip any any log", "30 permit host 10.0.0.1",
        "40 permit 10.1.0.0/16 log",
    ]  # fmt: skip
    assert config.section("ipv6 access-list B") == ["counters per-entry", "10 permit ipv6 any any"]
    assert config("ip access-list A", "no 20", "no permit tcp any any eq ssh", "permit tcp any range 1 70000 any") == [
        "Invalid input (at token 5: '70000')"
    ]
    assert config.section("ip access-list A") == [
        "5 remark ssh",
        "30 permit host 10.0.0.1",
        "40 permit 10.1.0.0/16 log",
    ]


REFUSED = [
    ("hostnaem x", "Invalid input (at token 0: 'hostnaem')"),
    ("ip", "Incomplete command (at token 0: 'ip')"),
    ("hostname", "Incomplete command (at token 0: 'hostname')"),
    ("ip rout", "Incomplete token (at token 1: 'rout')"),
    ("vlan 5000", "Invalid input (at token 1: '5000')"),
    ("no vlan 5000", "Invalid input (at token 2: '5000')"),
    ("interface Ethernet9", "Interface does not exist"),
    ("interface GigabitEthernet1", "Invalid input (at token 1: 'GigabitEthernet1')"),
    ("ip route 10.0.0.0/33 10.0.0.1", "Invalid input (at token 2: '10.0.0.0/33')"),
    ("ip route 10.0.0.0/8 2001:db8::1", "Invalid input (at token 3: '2001:db8::1')"),
    ("ipv6 route 10.0.0.0/8 10.0.0.1", "Invalid input (at token 2: '10.0.0.0/8')"),
    ("no", "Invalid input (at token 0: 'no')"),
    ("spanning-tree mode", "Incomplete command (at token 1: 'mode')"),
]


@pytest.mark.parametrize(("line", "said"), REFUSED)
def test_what_is_refused(line, said):
    assert Config()(line) == [said]


def test_shortened_words_need_to_be_asked_for():
    config = Config()
    place = Place((config.tree,))
    assert type_line(place, "hostn x", config.chassis).message == "Incomplete token (at token 0: 'hostn')"
    assert type_line(place, "hostn x", config.chassis, short=True) == place
    assert type_line(place, "ip ro", config.chassis, short=True).message == "Ambiguous command (at token 1: 'ro')"
    assert config.tree.value("hostname ") == "x"


@pytest.mark.parametrize(
    "line", ["no spanning-tree mode", "default spanning-tree mode", "no ip routing", "no aaa root"]
)
def test_what_is_named_by_its_first_words(line):
    config = Config("ip routing", "aaa root nopassword")
    assert config(line) == []
    words = line.split(" ", 1)[1]
    assert not any(shown.startswith(words) for shown in config.shown.splitlines())


def test_no_takes_all_that_begins_so():
    config = Config("ntp server 10.1.1.1", "ntp server 10.1.1.2", "no ntp server")
    assert "ntp" not in config.shown
    config = Config("ip name-server 10.1.1.1", "no ip name-server 10.1.1.1")
    assert "name-server" not in config.shown


def test_differences():
    old, new = Config("hostname a"), Config("hostname b")
    assert diffs(old.shown, new.shown, "s") == (
        "--- system:/running-config\n+++ session:/s-session-config\n"
        "@@ -1,7 +1,7 @@\n !\n no aaa root\n !\n-hostname a\n+hostname b\n !\n spanning-tree mode mstp\n !\n"
    )
    assert diffs(old.shown, old.shown, "s") == ""


def test_every_rule_has_a_form_and_a_mode():
    for mode in MODES:
        for rule in rules(mode):
            assert rule.form in {"", "interface", "vlan"} | set(FORMS), rule
            assert not rule.mode or rule.mode in MODES, rule


def test_words():
    assert interfaces("et1/1-2,5 x") == (9, ("Ethernet1/1", "Ethernet1/2", "Ethernet1/5"))
    assert interfaces("Port-Channel 7") == (14, ("Port-Channel7",))
    assert interfaces("t1") == (2, ("Tunnel1",))
    assert interfaces("v1") is None
    assert sorted(["Vlan2", "Ethernet10", "Ethernet2", "Port-Channel1"], key=rank) == [
        "Port-Channel1", "Ethernet2", "Ethernet10", "Vlan2",
    ]  # fmt: skip
    assert vlan_text([]) == "none"
    assert [reader("H:M:S")(given) for given in ("0:05:00", "12:30", "0:60:0", "x")] == [
        (7, "0:5:0"), (5, "12:30:0"), None, None,
    ]  # fmt: skip
    assert reader("A.B.C.D")("300.1.1.1") is None


def test_walk_knows_what_is_ambiguous():
    root = build([("show vlan", 1), ("show vrf", 2)])
    assert walk(root, "show v", short=True).message == "Ambiguous command (at token 1: 'v')"
    assert walk(root, "sho vl", short=True).what == 1


def test_keys_of_radius_servers_are_hidden():
    config = Config(
        "radius-server host 10.1.1.1 timeout 3 key 0 clear-text",
        "radius-server host 10.1.1.2 key clear-text",
        "radius-server host 10.1.1.3 key 7 0822455D0A16",
        "radius-server host 10.1.1.4",
    )
    assert "clear-text" not in config.shown
    assert "radius-server host 10.1.1.3 key 7 0822455D0A16" in config.shown
    assert config("radius-server host 10.1.1.3 retransmit 2 key 7 00") == []
    assert [line for line in config.shown.splitlines() if "10.1.1.3" in line] == [
        "radius-server host 10.1.1.3 retransmit 2 key 7 00"
    ]
    assert [line.split()[-2] for line in config.shown.splitlines() if "10.1.1.1" in line or "10.1.1.2" in line] == [
        "7",
        "7",
    ]


NESTED = {
    "dhcp server": [
        "dns domain name ipv4 a.example",
        "lease time ipv4 0 days 8 hours 0 minutes",
        "subnet 10.0.0.0/24",
        "   range 10.0.0.2 10.0.0.9",
        "   name a",
        "   dns server 10.1.1.1",
        "   default-gateway 10.0.0.1",
        "subnet 10.0.1.0/24",
        "   dns server 10.1.1.1",
    ],
    "policy-map type quality-of-service P": [
        "class A",
        "   set dscp af21",
        "   set traffic-class 1",
        "class B",
        "   set traffic-class 1",
    ],
    "interface Ethernet1": [
        "shape rate 1000 kbps",
        "tx-queue 1",
        "   no priority",
        "   bandwidth percent 10",
        "tx-queue 2",
        "   no priority",
    ],
    "dot1x": ["aaa unresponsive action traffic allow vlan 10", "radius av-pair service-type"],
}


@pytest.mark.parametrize("head", NESTED)
def test_sections_keep_what_stands_in_them(head):
    config = Config(head, *NESTED[head])
    lines = [line for line in config.shown.splitlines() if line.strip() != "!"]
    start = lines.index(head) + 1
    kept = lines[start : start + len(NESTED[head])]
    assert sorted(kept) == sorted(f"   {line}" for line in NESTED[head])
    assert Config(*body(config.shown)).shown == config.shown


def test_a_trap_of_modes():
    """Below an interface `dhcp server` is the port's own command, and incomplete: the device does not look further up."""
    config = Config("interface Ethernet1")
    assert config("interface Ethernet1", "dhcp server") == ["Incomplete command (at token 1: 'server')"]
    assert config("hostname x", "dhcp server", "disabled") == []
