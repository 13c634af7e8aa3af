import pytest
from hypothesis import given
from hypothesis import strategies as st

from homeroom.errors import ParseError
from homeroom.lab.ros.export import quote as printed
from homeroom.lab.ros.script import parse as read
from homeroom.platforms.ros.menus import default, menu, menus
from homeroom.platforms.ros.parser import RosParser
from homeroom.platforms.ros.redact import redact
from homeroom.platforms.ros.words import Statement, quote, statements, unquote

# written as RouterOS 7 exports: lines broken at 79 columns, between words, behind `=` and inside of quotes
EXPORT = """\
# 2026-11-24 06:51:10 by RouterOS 7.16.2
# software id = ABCD-EF01
#
# model = RB5009UPr+S+
/interface bridge
add admin-mac=48:A9:8A:00:00:01 auto-mac=no comment=defconf name=bridge \\
    vlan-filtering=yes
/interface ethernet
set [ find default-name=ether1 ] advertise=\\
    10M-half,10M-full,100M-half,100M-full comment="[0] WAN Uplink"
/port
set 0 name=serial0
/interface wireless security-profiles
set [ find default=yes ] supplicant-identity=MikroTik
/interface bridge port
add bridge=bridge frame-types=\\
    admit-only-vlan-tagged interface=ether2
/ip firewall layer7-protocol
add name=video regexp="^(youtube\\\\.com|vide\\
    o\\\\.example)\\$"
/ip route
add disabled=no distance=1 dst-address=0.0.0.0/0 gateway=192.0.2.0 \\
    routing-table=main scope=30 suppress-hw-offload=no target-scope=10
/ip service
set telnet disabled=yes
/system identity
set name="R\\C3\\A9gion \\"1\\""
"""


def test_an_export_of_broken_lines_is_read_whole():
    assert RosParser().lines(EXPORT) == (
        "/interface bridge add admin-mac=48:A9:8A:00:00:01 auto-mac=no comment=defconf name=bridge vlan-filtering=yes",
        '/interface ethernet set [ find default-name=ether1 ] advertise=10M-half,10M-full,100M-half,100M-full comment="[0] WAN Uplink"',
        "/interface bridge port add bridge=bridge frame-types=admit-only-vlan-tagged interface=ether2",
        "/ip route add gateway=192.0.2.0",
        "/ip service set telnet disabled=yes",
        '/system identity set name="R\\C3\\A9gion \\"1\\""',
        '/ip firewall layer7-protocol add name=video regexp="^(youtube\\\\.com|video\\\\.example)\\$"',
    )


def test_terse_and_menu_forms_and_slashes_mean_the_same():
    text = "/ip/address add address=10.0.0.1/24 interface=ether1 network=10.0.0.0\n/ip dns\nset servers=10.1.1.1\n"
    other = "/ip address\r\nadd interface=ether1 address=10.0.0.1/24 disabled=false\r\n/ip/dns set servers=10.1.1.1\r\n"
    assert RosParser().diff(text, other) == ""
    assert RosParser().wire(text) == text


def test_times_and_yes_are_spelt_one_way():
    text = "/ip dhcp-server add interface=bridge lease-time=600s name=a use-radius=no\n"
    other = "/ip dhcp-server add interface=bridge lease-time=00:10:00 name=a\n"
    assert RosParser().diff(text, other) == ""
    assert RosParser().diff(text, text.replace("600s", "soon")) == (
        "/ip dhcp-server\n-add interface=bridge lease-time=10m name=a\n+add interface=bridge lease-time=soon name=a\n"
    )
    assert RosParser().lines("/ip dhcp-server add lease-time=0s name=a\n") == (
        "/ip dhcp-server add lease-time=0s name=a",
    )


def test_a_network_that_does_not_follow_from_the_address_is_said():
    text = "/ip address add address=10.0.0.1/24 interface=ether1 network=10.0.0.0\n"
    assert "network" not in RosParser().lines(text)[0]
    assert "network=10.0.0.2" in RosParser().lines(text.replace("network=10.0.0.0", "network=10.0.0.2"))[0]
    assert "network" in RosParser().lines(text.replace("10.0.0.1/24", "nonsense"))[0]


def test_order_counts_where_it_decides():
    rules = "/ip firewall filter add action=drop chain=input comment=a\n/ip firewall filter add chain=input comment=b\n"
    turned = "\n".join(reversed(rules.splitlines()))
    assert RosParser().diff(rules, turned) != ""
    lists = rules.replace("filter add action=drop chain=input", "address-list add address=10.0.0.1 list=a")
    lists = lists.replace("filter add chain=input", "address-list add address=10.0.0.2 list=a")
    assert RosParser().diff(lists, "\n".join(reversed(lists.splitlines()))) == ""


def test_a_set_changes_the_entry_that_was_added_and_a_remove_takes_it_away():
    text = (
        "/interface vlan add interface=bridge name=a vlan-id=10\n"
        "/interface vlan set [ find name=a ] name=b !comment\n"
        "/interface vlan set a mtu=1400\n"
        "/interface vlan add interface=bridge name=c vlan-id=11\n"
        "/interface vlan remove [ find where vlan-id=11 ]\n"
    )
    assert RosParser().lines(text) == (
        "/interface vlan set a mtu=1400",
        "/interface vlan add interface=bridge name=b vlan-id=10",
    )


def test_our_own_scripts_and_schedulers_are_no_configuration():
    assert (
        RosParser().lines("/system script add name=homeroom-c1 source=x\n/system scheduler add name=homeroom-c1\n")
        == ()
    )
    assert len(RosParser().lines("/system script add name=mine source=x\n")) == 1


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("add address=10.0.0.1/24\n", "line 1: 'add address=10.0.0.1/24' stands in no menu"),
        ("/ip address\n\nfrob x=1\n", "line 3: 'frob x=1' is not understood: only add, set and remove are"),
        ("/ip address frob\n", "line 1: '/ip address frob' is not understood: only add, set and remove are"),
        ("/ip frob\n/ip dns set servers=a\n", "line 1: '/ip frob' is not understood: only add, set and remove are"),
        (
            "/ip dns set servers=10.1.1.1 servers=10.1.1.2\n",
            "line 1: '/ip dns set servers=10.1.1.1 servers=10.1.1.2' is not understood: 'servers=10.1.1.2'",
        ),
        (
            "/ip dns set servers=[:put x]\n",
            "line 1: '/ip dns set servers=[:put x]' is not understood: 'servers=[:put x]'",
        ),
        ("/ip address remove\n", "line 1: '/ip address remove' does not say what to remove"),
        (
            "/ip pool add name=a ranges=10.0.0.1\n/ip pool add name=a ranges=10.0.0.2\n",
            "line 2: /ip pool has name=a already, from line 1",
        ),
        ("/ip dns set [ find x=1 ] /ip\n", "line 1: '/ip dns set [ find x=1 ] /ip' is not understood: '/ip'"),
    ],
)
def test_what_is_not_understood_is_named_with_its_line(text, message):
    with pytest.raises(ParseError) as error:
        RosParser().lines(text)
    assert str(error.value) == message


def test_a_menu_without_commands_and_a_comment_are_nothing():
    assert RosParser().lines("/ip address\n# nothing here \\\n/ip dns\nset servers=10.1.1.1\n") == (
        "/ip dns set servers=10.1.1.1",
    )


def test_statements_carry_what_they_pick():
    assert list(statements("/ip service set 3 !certificate port=80\n/routing table add fib name=x\n")) == [
        Statement(1, "/ip service", "set", {"#": "3"}, {"certificate": None, "port": "80"}),
        Statement(2, "/routing table", "add", None, {"fib": "", "name": "x"}),
    ]


@given(st.text(alphabet=st.characters(codec="utf-8")))
def test_quoted_and_read_back_a_value_is_the_same_here_and_on_the_device(value):
    word = quote(value)
    assert word == printed(value)
    assert "\n" not in word
    said = next(statements(f"/ip dns static add name={word}\n")).params["name"]
    assert said == value
    (command,) = read(f"/ip dns static add name={word}")
    assert command.params[0][1].text == value


def test_an_escape_nobody_knows_is_the_character_itself():
    assert unquote(r"a\zb\41\_\tc") == "azbA \tc"


def test_menus_say_what_needs_no_saying():
    assert default("/interface vlan", "mtu") == "1500"
    assert default("/interface vlan", "disabled") == "no"
    assert default("/interface wifi", "disabled") == "yes"
    assert default("/no such menu", "mtu") is None
    assert menu("/no such menu").key == ()
    assert not menu("/no such menu").known
    assert menus()["/ip firewall nat"].ordered


def test_secrets_of_others_are_taken_out():
    text = (
        "/ppp secret add name=a password=hunter22 service=pppoe\n"
        '/interface wifi security add name=s passphrase="two words"\n'
        "/radius add address=10.0.0.1 secret=<<secret:radius>>\n"
        '/interface wireguard add name=wg0 private-key="aGVsbG8="\n'
        "/interface wifi set [ find default-name=wifi1 ] security.passphrase=topsecret ssid=x\n"
        "/snmp community add authentication-password=authauth name=noc security=private\n"
        "/snmp community add addresses=10.0.0.0/8 name=public2\n"
        "/ip dns set servers=10.1.1.1\n"
    )
    assert redact(text) == (
        "/ppp secret add name=a password=<redacted> service=pppoe\n"
        "/interface wifi security add name=s passphrase=<redacted>\n"
        "/radius add address=10.0.0.1 secret=<<secret:radius>>\n"
        "/interface wireguard add name=wg0 private-key=<redacted>\n"
        "/interface wifi set [ find default-name=wifi1 ] security.passphrase=<redacted> ssid=x\n"
        "/snmp community add authentication-password=<redacted> name=noc security=private\n"
        "/snmp community add addresses=10.0.0.0/8 name=<redacted>\n"
        "/ip dns set servers=10.1.1.1\n"
    )
    assert redact(redact(text)) == redact(text)
