"""Laws of the configuration model, on the golden configurations and on what IOS does to single lines."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from homeroom.lab.emulated import SnmpUser
from homeroom.lab.ios.apply import Place, load, type_line
from homeroom.lab.ios.config import ETX, Chassis, banner, delimiter, root, shown, statements, text
from homeroom.lab.ios.diff import NO_CHANGES, commands, contextual, incremental, inverse

GOLDEN = Path(__file__).parents[1] / "golden" / "ios"
CONFIGS = sorted(GOLDEN.glob("*.cfg"))


def tree(config, ports=()):
    loaded = load(config, Chassis(frozenset(ports)))
    assert loaded.rejected == ()
    return loaded.tree


def after(*lines, start=""):
    """What is kept after the lines, without the frame around it."""
    config = load(start, Chassis()).tree
    loaded = load("\n".join(lines), Chassis(), onto=config)
    assert loaded.rejected == ()
    return [line for line in text(config).splitlines() if line not in {"!", "end"}]


@pytest.mark.parametrize("path", CONFIGS, ids=lambda path: path.stem)
def test_every_rendered_line_is_known_and_shown_again(path):
    config = path.read_text(encoding="utf-8")
    loaded = tree(config)
    assert tree(text(loaded)) == loaded
    assert tree(shown(text(loaded))) == loaded
    ours = {line.strip() for line in config.splitlines() if not line.startswith("banner")} - {"end", "!", "^C"}
    assert {line for line in ours if line} <= {line.strip() for line in text(loaded).splitlines()}


@pytest.mark.parametrize("path", CONFIGS, ids=lambda path: path.stem)
def test_merging_twice_changes_nothing(path):
    config = path.read_text(encoding="utf-8")
    once = tree(config)
    again = load(config, Chassis(), onto=once.copy())
    assert again.tree == once
    assert again.rejected == ()


@pytest.mark.parametrize("path", CONFIGS, ids=lambda path: path.stem)
def test_a_configuration_has_no_difference_to_itself(path):
    one = tree(path.read_text(encoding="utf-8"))
    assert contextual(one, one) == ["!Contextual Config Diffs:", NO_CHANGES]
    assert commands(one, one) == []


LINES = sorted({line for path in CONFIGS for line in statements(path.read_text(encoding="utf-8")) if line != "end"})


@settings(max_examples=60)
@given(st.lists(st.sampled_from(LINES or ["hostname x"]), max_size=40))
def test_any_mix_of_known_lines_survives_printing_and_reading(lines):
    one = load("\n".join(lines), Chassis()).tree
    assert load(text(one), Chassis()).tree == one
    assert text(load(text(one), Chassis()).tree) == text(one)
    assert contextual(one, load(shown(text(one)), Chassis()).tree)[1:] == [NO_CHANGES]


def test_indentation_means_nothing_sections_are_opened_by_keyword():
    flat = "interface Vlan10\ndescription x\nip address 10.0.0.1 255.255.255.0\nhostname sw1\n"
    assert after(*flat.splitlines()) == [
        "hostname sw1",
        "interface Vlan10",
        " description x",
        " ip address 10.0.0.1 255.255.255.0",
    ]


@pytest.mark.parametrize(
    ("lines", "kept"),
    [
        (["hostname a", "hostname b"], ["hostname b"]),
        (["hostname a", "no hostname"], []),
        (["ntp server 1.1.1.1", "ntp server 2.2.2.2", "no ntp server 1.1.1.1"], ["ntp server 2.2.2.2"]),
        (["ntp server 1.1.1.1", "ntp server 1.1.1.1 prefer"], ["ntp server 1.1.1.1 prefer"]),
        (["no ip domain-lookup"], ["no ip domain lookup"]),
        (["no ip domain lookup", "ip domain lookup"], []),
        (["no ip domain lookup", "default ip domain lookup"], []),
        (["ip domain-name a.example"], ["ip domain name a.example"]),
        (["ip domain name a.example", "no ip domain name"], []),
        (["no ip http server", "ip http server"], ["ip http server"]),
        (["no ip http server", "default ip http server"], []),
        (["logging 10.0.0.1"], ["logging host 10.0.0.1"]),
        (["logging console critical", "no logging console"], ["no logging console"]),
        (["line console 0"], ["line con 0"]),
        (["vlan 20,10", "name x"], ["vlan 10", " name x", "vlan 20", " name x"]),
        (["vlan 10", "vlan 20", "no vlan 10"], ["vlan 20"]),
        (["snmp-server community abc ro"], ["snmp-server community abc RO"]),
        (["username a privilege 15", "username a secret 9 $9$x"], ["username a privilege 15 secret 9 $9$x"]),
        (["username a secret 9 $9$x", "username a privilege 15"], ["username a privilege 15 secret 9 $9$x"]),
        (["username a privilege 15 secret 9 $9$x", "username a privilege 1"], ["username a secret 9 $9$x"]),
        (["username a secret 9 $9$x", "no username a"], []),
        (["username a nopassword"], ["username a nopassword"]),
        (["username a password 7 0822455D0A16"], ["username a password 7 0822455D0A16"]),
        (["username a password word"], ["username a password 0 word"]),
        (["enable secret level 5 9 $9$x"], ["enable secret level 5 9 $9$x"]),
        (["enable secret 9 $9$x", "no enable secret"], []),
        (["crypto key generate rsa modulus 2048"], []),
        (["access-list 10 permit 10.0.0.1"], ["ip access-list standard 10", " 10 permit 10.0.0.1"]),
        (["access-list 101 permit ip any any"], ["ip access-list extended 101", " 10 permit ip any any"]),
        (["access-list 10 permit any", "no access-list 10 permit any"], []),
        (["ip route 0.0.0.0 0.0.0.0 10.0.0.1", "no ip route 0.0.0.0 0.0.0.0 10.0.0.1"], []),
        (
            ["router ospf 1", "network 10.0.0.0 0.0.0.255 area 0"],
            ["router ospf 1", " network 10.0.0.0 0.0.0.255 area 0"],
        ),
    ],
)
def test_global_commands(lines, kept):
    assert after(*lines) == kept


@pytest.mark.parametrize(
    ("lines", "kept"),
    [
        (["description a", "description b"], ["description b"]),
        (["description a", "no description"], []),
        (["shutdown"], ["shutdown"]),
        (["shutdown", "no shut"], []),
        (["no switchport"], ["no switchport"]),
        (["no switchport", "switchport"], []),
        (["switchport trunk allowed vlan 10,20", "switchport trunk allowed vlan add 30"], ["10,20,30"]),
        (["switchport trunk allowed vlan 10-20", "switchport trunk allowed vlan remove 15"], ["10-14,16-20"]),
        (["switchport trunk allowed vlan except 2-4094"], ["1"]),
        (["switchport trunk allowed vlan none"], ["none"]),
        (["switchport trunk allowed vlan 10", "switchport trunk allowed vlan all"], []),
        (["speed auto", "duplex auto"], []),
        (["speed 100"], ["speed 100"]),
        (["ip access-group A in", "ip access-group B in", "ip access-group C out"], ["B in", "C out"]),
        (["ip access-group A in", "no ip access-group A in"], []),
        (["ipv6 address FE80::1 link-local", "ipv6 address FE80::2 link-local"], ["FE80::2 link-local"]),
        (["no ip redirects"], ["no ip redirects"]),
        (["no ip redirects", "ip redirects"], []),
        (["no ip address"], ["no ip address"]),
        (
            ["ip address 10.0.0.1 255.255.255.0", "ip address 10.0.0.2 255.255.255.0 secondary"],
            ["0.1 255", "secondary"],
        ),
        (["ip address 10.0.0.1 255.255.255.0", "no ip address"], ["no ip address"]),
        (["switchport mode access", "no switchport mode"], []),
    ],
)
def test_interface_commands(lines, kept):
    found = after("interface Gi0/1", *lines)[1:]
    assert len(found) == len(kept), found
    assert all(end in line for end, line in zip(kept, found, strict=True)), found


def test_an_interface_that_can_only_route_says_that_it_has_no_address():
    assert after("interface Vlan10") == ["interface Vlan10", " no ip address"]
    assert after("interface Gi0/0.20", "encapsulation dot1q 20")[1] == " encapsulation dot1Q 20"


def test_interfaces_are_listed_in_the_order_of_ios():
    found = after("interface Vlan10", "interface gi0/1/10", "interface gi0/1/9", "interface lo0")
    assert [line.split()[1] for line in found if line.startswith("interface")] == [
        "Loopback0",
        "GigabitEthernet0/1/9",
        "GigabitEthernet0/1/10",
        "Vlan10",
    ]


def test_interface_ranges_apply_to_each():
    found = after("interface range Gi1/0/1 - 2, Gi1/0/5", "description x", "hostname sw1")
    assert found.count(" description x") == 3
    assert found[0] == "hostname sw1"


@pytest.mark.parametrize(
    "line",
    [
        "interface range bogus",
        "interface range Gi1/0/1 - x",
        "interface range Gi1/0/9 - 2",
        "interface range Gi1/0/1 - 99999999",
        "interface range Gi1/0/1 -2 3",
    ],
)
def test_a_bad_range_is_refused(line):
    assert len(load(line, Chassis()).rejected) == 1


def test_a_range_needs_every_interface():
    ports = Chassis(frozenset({"GigabitEthernet1/0/1"}))
    assert load("interface range Gi1/0/1 - 2", ports).rejected[0].message.startswith(" " * 16 + "^")


def test_a_physical_interface_must_be_there_and_stays():
    ports = Chassis(frozenset({"GigabitEthernet0/0/0"}))
    assert [bad.message for bad in load("interface Gi9/9/9\n", ports).rejected] == [
        "          ^\n% Invalid input detected at '^' marker.\n"
    ]
    loaded = load("interface Gi0/0/0\n description x\ndefault interface Gi0/0/0\n", ports)
    assert "description" not in text(loaded.tree)
    refused = load("no interface Gi0/0/0\n", ports, onto=loaded.tree)
    assert refused.rejected[0].message == "% Removal of physical interfaces is not permitted\n"
    gone = load("interface Vlan5\nno interface Vlan5\n", ports)
    assert "Vlan5" not in text(gone.tree)


def test_access_list_entries_are_numbered_sorted_and_removed():
    found = after(
        "ip access-list extended A",
        "permit ip any any",
        "5 deny tcp any any eq 23",
        "remark the rest",
        "permit udp any any",
        "no 10",
        "no permit udp any any",
    )
    assert found == ["ip access-list extended A", " 5 deny tcp any any eq telnet", " 20 remark the rest"]


def test_ipv6_access_list_entries():
    found = after("ipv6 access-list A", "permit tcp any any eq 80", "sequence 5 deny ipv6 any any", "no sequence 10")
    assert found == ["ipv6 access-list A", " sequence 5 deny ipv6 any any"]
    assert after("ipv6 access-list A", "permit ipv6 any any", "no permit ipv6 any any") == ["ipv6 access-list A"]


@pytest.mark.parametrize(
    ("line", "message"),
    [
        (" 10 permit ip any any", "% Duplicate sequence number\n"),
        (" 20 deny ip any any", "% Duplicate deny statement ignored.\n"),
        (" permit bogus any any", "        ^\n% Invalid input detected at '^' marker.\n"),
        (" permit tcp any", "% Incomplete command.\n"),
        (" 30", "% Incomplete command.\n"),
    ],
)
def test_entries_ios_refuses(line, message):
    start = load("ip access-list extended A\n 10 deny ip any any\n", Chassis()).tree
    loaded = load(f"ip access-list extended A\n{line}\n", Chassis(), onto=start)
    assert [bad.message for bad in loaded.rejected] == [message]


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("bogus", "^\n% Invalid input detected at '^' marker.\n"),
        ("hostname", "% Incomplete command.\n"),
        ("no", "^\n% Invalid input detected at '^' marker.\n"),
        ("no bogus", "   ^\n% Invalid input detected at '^' marker.\n"),
        ("ip na", '% Ambiguous command:  "ip na"\n'),
        ("no ip", "% Incomplete command.\n"),
        ("access-list 10 permit bogus", "               ^\n% Invalid input detected at '^' marker.\n"),
        ("username x secret", "% Incomplete command.\n"),
        ("ip access-list extended", "% Incomplete command.\n"),
        ("ip route 10.0.0.1 255.255.255.0 10.0.0.2", "%Inconsistent address and mask\n"),
        ("ip route 10.0.0.0 255.0.255.0 10.0.0.2", "                  ^\n% Invalid input detected at '^' marker.\n"),
        ("interface Vlan10\nip address 10.0.0.0 255.255.255.0", "Bad mask /24 for address 10.0.0.0\n"),
        ("interface Vlan10\nip address 10.0.0.255 255.255.255.0", "Bad mask /24 for address 10.0.0.255\n"),
        ("sequence 10", "^\n% Invalid input detected at '^' marker.\n"),
    ],
)
def test_refused_lines_say_why(line, message):
    assert [bad.message for bad in load(line, Chassis()).rejected] == [message]


def test_ipv6_sequence_alone_is_incomplete():
    assert load("ipv6 access-list A\n sequence 10\n", Chassis()).rejected[0].message == "% Incomplete command.\n"


def test_access_list_numbers_report_what_the_list_reports():
    loaded = load("access-list 10 permit any\naccess-list 10 permit\n", Chassis())
    assert loaded.rejected[0].message == "% Incomplete command.\n"


def test_snmp_users_belong_to_the_engine_not_to_the_configuration():
    chassis = Chassis()
    line = "snmp-server user homeroom G v3 auth sha-2 256 authauth priv aes 128 privpriv"
    loaded = load(line, chassis)
    assert "user" not in text(loaded.tree)
    assert chassis.users == {"homeroom": SnmpUser("SHA-256", "authauth", "AES", "privpriv")}
    load("snmp-server user plain G v3", chassis)
    load("snmp-server user old G v3 auth sha a1234567 priv 3des b1234567", chassis)
    assert chassis.users["plain"] == SnmpUser("", "", "", "")
    assert chassis.users["old"] == SnmpUser("SHA", "a1234567", "3DES", "b1234567")
    load("no snmp-server user homeroom G v3", chassis)
    assert "homeroom" not in chassis.users
    assert "plain" not in Chassis().scratch().users


def test_clear_text_secrets_are_hashed_with_the_salt_of_the_box():
    chassis = Chassis(salt=lambda: "abcdefghijklmn")
    loaded = load("username a secret 0 word\nenable secret word\n", chassis)
    assert loaded.hashed
    assert text(loaded.tree).count("9 $9$abcdefghijklmn$") == 2


def test_banners_keep_their_text_whatever_the_delimiter():
    loaded = tree("banner motd #\nhello! ^ there\n! not a comment\n#\nhostname x\n")
    assert f"banner motd {ETX}\nhello! ^ there\n! not a comment\n{ETX}" in text(loaded)
    assert "banner motd ^C\nhello! ^ there" in shown(text(loaded))
    assert tree(shown(text(loaded))) == loaded
    assert tree("banner login #one line#\n").lines("banner login ") == [f"{ETX}one line{ETX}"]
    assert text(load("no banner motd\n", Chassis(), onto=loaded).tree).count("banner") == 0
    assert banner("hostname x") is None
    assert delimiter("banner motd #x#") is None
    assert load("banner bogus #x#\n", Chassis()).rejected
    assert list(statements("banner motd #\nnever closed")) == ["banner motd #\nnever closed"]


def test_modes_without_a_grammar_take_lines_until_a_global_command():
    found = after(
        "class-map match-any VOICE", " match dscp ef", "policy-map P", " class VOICE", "  priority", "hostname x"
    )
    assert found[0] == "hostname x"
    assert "  priority" in found


def test_exit_and_end_move_between_modes():
    place, chassis = Place((root(),)), Chassis()
    place = type_line(place, "archive", chassis).place
    place = type_line(place, "log config", chassis).place
    assert place.prompt == "config-archive-log-cfg"
    place = type_line(place, "exit", chassis).place
    assert place.prompt == "config-archive"
    assert type_line(place, "end", chassis).place.prompt == "config"
    assert type_line(place, "  ! comment", chassis).place is place


OLD = "hostname a\nntp server 1.1.1.1\ninterface Vlan10\n description x\n ip address 10.0.0.1 255.255.255.0\n"
NEW = "hostname b\ninterface Vlan10\n description y\n ip address 10.0.0.1 255.255.255.0\nvlan 20\n name v\n"


def test_a_contextual_diff_prints_all_additions_then_all_removals():
    assert contextual(tree(OLD), tree(NEW), ("bogus",)) == [
        "!Contextual Config Diffs:",
        "+hostname b",
        "+vlan 20",
        " +name v",
        "interface Vlan10",
        " +description y",
        "+bogus",
        "-hostname a",
        "interface Vlan10",
        " -description x",
        "-ntp server 1.1.1.1",
    ]


def test_an_incremental_diff_prints_what_a_merge_would_do():
    running = tree(OLD)
    merged = load("no ntp server 1.1.1.1\ninterface Vlan10\n description y\n", Chassis(), onto=running.copy()).tree
    assert incremental(running, merged) == [
        "!List of Commands:",
        "no ntp server 1.1.1.1",
        "interface Vlan10",
        " description y",
        "end",
    ]
    assert incremental(running, running) == ["!List of Commands:", "end", NO_CHANGES]


def test_commands_lead_from_one_configuration_to_another():
    old, new = tree(OLD), tree(NEW)
    assert load("\n".join(commands(old, new)), Chassis(), onto=old.copy()).tree == new
    assert inverse("no shutdown") == "shutdown"


def test_an_empty_physical_interface_is_no_difference():
    assert contextual(tree("interface Gi0/1\n"), tree(""))[1:] == [NO_CHANGES]
    assert contextual(tree(""), tree("interface Vlan1\n"))[1:] != [NO_CHANGES]


def test_removals_inside_sections_are_printed_in_their_section():
    old, new = tree(OLD), tree(OLD.replace(" description x\n", ""))
    assert commands(old, new) == ["interface Vlan10", " no description x"]
