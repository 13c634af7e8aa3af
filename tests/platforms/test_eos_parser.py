"""What is read of EOS configurations: meaning, differences, secrets; and what is sent of them."""

import pytest

from homeroom.lab.eos.apply import factory, load
from homeroom.lab.eos.config import text
from homeroom.lab.eos.forms import Chassis
from homeroom.platforms.ability import Ability
from homeroom.platforms.eos.parser import EosParser
from homeroom.platforms.eos.redact import redact
from homeroom.platforms.eos.standing import Standing, body, files, read, timer
from homeroom.platforms.eos.wire import commands

PARSER = EosParser()
CONFIG = """\
! Command: show running-config
! device: py11-0001-sw1 (CCS-720XP-24ZY4, EOS-4.33.1F)
!
no aaa root
!
username netops privilege 15 role network-admin secret sha512 $6$salted$hash
!
hostname py11-0001-sw1
!
snmp-server user homeroom HOMEROOM v3 localized f5717f auth sha256 0102 priv aes 0304
!
vlan 10-12,20
!
vlan 99
   name management
!
management api http-commands
   no shutdown
   !
   vrf MGMT
      no shutdown
!
interface Vlan99
   ip address 10.0.7.194/27
   ipv6 address 2001:DB8:0:99:0::2/64
!
ip access-list NOC
   10 permit tcp 10.9.0.0/24 any eq ssh
   20 deny ip any any
!
ip routing
!
banner login
  Staff only
! really

EOF
!
end
"""


def test_noise_and_order_mean_nothing():
    lines = CONFIG.splitlines()
    start = lines.index("ip routing")
    moved = "\n".join(["ip routing", *lines[:start], *lines[start + 1 :]])
    assert PARSER.lines(moved) == PARSER.lines(CONFIG)
    assert PARSER.diff(moved, CONFIG) == ""
    assert "vlan 11" in PARSER.lines(CONFIG)
    assert " ipv6 address 2001:db8:0:99::2/64" in PARSER.lines(CONFIG)


def test_banner_lines_are_text():
    assert PARSER.lines(CONFIG)[:4] == ("banner login", "   Staff only", " ! really", " ")
    assert PARSER.diff(CONFIG, CONFIG.replace("! really", "! perhaps")) == "banner login\n -! really\n +! perhaps\n"


def test_keys_of_snmp_users_are_the_devices_own():
    typed = CONFIG.replace("localized f5717f auth sha256 0102 priv aes 0304", "auth sha256 phrase priv aes phrase")
    assert PARSER.diff(CONFIG, typed) == ""
    assert PARSER.diff(CONFIG, typed.replace("auth sha256", "auth sha512")) != ""


def test_order_counts_in_access_lists():
    assert PARSER.diff(CONFIG, CONFIG.replace("10 permit", "30 permit")) == (
        "ip access-list NOC\n"
        " -10 permit tcp 10.9.0.0/24 any eq 22\n"
        " +30 permit tcp 10.9.0.0/24 any eq 22\n"
    )  # fmt: skip


def test_ports_are_the_same_by_name_and_by_number():
    head = "ip access-list NOC\n   "
    for named, number in (
        (
            "10 permit tcp any range 1 www any eq https ssh established",
            "10 permit tcp any range 1 80 any eq 443 22 established",
        ),
        ("permit udp any eq radius host 10.0.0.1 eq ntp log", "permit udp any eq 1812 host 10.0.0.1 eq 123 log"),
        ("10 permit tcp any any eq telnet", "10 permit tcp any any eq 23"),
    ):
        assert PARSER.lines(head + named) == PARSER.lines(head + number) == ("ip access-list NOC", f" {number}")
    assert PARSER.lines(head + "10 permit icmp any any ttl eq 255")[1] == " 10 permit icmp any any ttl eq 255"
    assert PARSER.lines(head + "remark eq ssh")[1] == " remark eq ssh"


def test_sections_below_sections():
    assert PARSER.diff(CONFIG, CONFIG.replace("      no shutdown\n", "")) == (
        "management api http-commands\n vrf MGMT\n  -no shutdown\n"
    )


def test_wire_is_the_text_without_the_end_that_leaves_the_session():
    assert PARSER.wire(CONFIG) == CONFIG.removesuffix("end\n")
    assert PARSER.wire("hostname a\n") == "hostname a\n"


def test_what_the_device_shows_means_what_it_was_sent():
    chassis = Chassis(frozenset({"Ethernet1"}))
    tree = factory(chassis)
    assert load(CONFIG, chassis, tree) == ()
    shown = text(tree, "! device: x")
    assert PARSER.diff(CONFIG, shown).splitlines() == ["+interface Ethernet1", "+spanning-tree mode mstp"]


def test_every_deleted_line_is_seen():
    lines = CONFIG.splitlines()
    for number, line in enumerate(lines):
        if line.strip(" !") and not line.startswith("! ") and line not in {"end", "EOF"}:
            shorter = "\n".join(lines[:number] + lines[number + 1 :])
            assert PARSER.diff(CONFIG, shorter), line


SECRETS = """\
username bob privilege 15 secret sha512 S1
username bob secret 0 S2
aaa root secret 5 S3
enable password sha512 S4
snmp-server community S5 ro
snmp-server host 10.1.1.1 version 2c S6
snmp-server user u g v3 localized e auth sha256 S7 priv aes S8
radius-server host 10.1.1.1 key 7 S9
ntp authentication-key 1 sha1 7 S10
   neighbor 10.1.1.1 password 7 S11
   key 7 S12
"""


def test_secrets_are_taken_out():
    said = redact(SECRETS)
    assert [n for n in range(1, 13) if f"S{n}" in said] == []
    assert "username bob privilege 15 secret sha512 <redacted>\n" in said
    assert "snmp-server community <redacted> ro\n" in said
    marked = "username netops secret sha512 <<secret:device_hash>>\n"
    assert redact(marked) == marked
    assert redact("hostname secret\n") == "hostname secret\n"


def test_commands_of_a_text():
    typed = commands(
        "hostname x\n!\n   \nbanner motd\n  hi\n! there\nEOF\n"
        "management api http-commands\n   protocol https certificate\nCERT\nEOF\nKEY\nEOF\n   no shutdown\n"
        "ip access-list A\n   !! first\n   !! second\n   10 permit ip any any\nbanner login\nunended\n"
    )
    assert [(one.number, one.command) for one in typed] == [
        (1, "hostname x"),
        (4, {"cmd": "banner motd", "input": "  hi\n! there\n"}),
        (8, "management api http-commands"),
        (9, {"cmd": "protocol https certificate", "input": "CERT\nEOF\nKEY\n"}),
        (14, "no shutdown"),
        (15, "ip access-list A"),
        (16, {"cmd": "comment", "input": "first\nsecond\n"}),
        (18, "10 permit ip any any"),
        (19, {"cmd": "banner login", "input": "unended\n"}),
    ]


def test_what_stands_on_a_device():
    new = {"sessions": {"a": {"state": "committed"}, "b": {"state": "pending"}}, "commitTimerSessionName": "a"}
    old = {"sessions": {"a": {"state": "pendingCommitTimer"}, "b": {"state": "pending"}}}
    assert read(new) == read(old) == Standing("a", ("b",))
    assert read({"sessions": {}}) == Standing("", ())
    assert files("  -rw-  12  Nov 24 07:00  homeroom-c1-rollback\n  -rw-  3  Nov 24 07:00  startup-config\n") == {
        "flash:homeroom-c1-rollback"
    }
    assert (timer(59), timer(3600), timer(86399)) == ("00:00:59", "01:00:00", "23:59:59")
    assert body("! Command: x\n! device: y\n!\n! boot system z\nend\n") == "!\n! boot system z\nend"
    assert body("") == ""


def test_an_ability_says_something():
    made = Ability(
        merge=True, replace=True, compare=True, confirmed_commit="no timer", confirm_from_new_process=True, rollback=True,
        lost_connection="it reverts",
    )  # fmt: skip
    assert made.lacks() == {"confirmed_commit": "no timer"}
    assert made.lacks("merge", "replace") == {}


@pytest.mark.parametrize("wrong", ["", " ", False, None])
def test_an_ability_that_says_nothing_is_refused(wrong):
    with pytest.raises(ValueError, match="one sentence why not"):
        Ability(
            merge=True, replace=True, compare=wrong, confirmed_commit=True, confirm_from_new_process=True, rollback=True,
            lost_connection="it reverts",
        )  # fmt: skip
