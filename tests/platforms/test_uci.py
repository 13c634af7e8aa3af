import pytest
from intents import INTENTS

from homeroom.catalogue import load_platforms
from homeroom.errors import ParseError, RenderError, UnsafeText
from homeroom.platforms.access import Bridged, Ssid
from homeroom.platforms.openwrt.parser import UciParser, parse
from homeroom.platforms.openwrt.sections import sections
from homeroom.platforms.openwrt.words import FILTERS
from homeroom.platforms.render import Renderer
from homeroom.policy.proof import leaks
from homeroom.prefix import Prefix
from homeroom.project import shipped

PARSER = UciParser()
TEXT = Renderer(load_platforms([shipped() / "templates"])).render(INTENTS["ap"]).text
SHOWN = """\
package system

config system
\toption hostname 'x'
\toption hostname 'y'  # the last one holds

config timeserver "ntp"
\tlist server b
\tlist server 'a'

config led
config led
package network
"""


def test_lines_are_packages_sections_and_options():
    assert PARSER.lines(SHOWN) == (
        "package network",
        "package system",
        "config led '@led[0]'",
        "config led '@led[1]'",
        "config system '@system[0]'",
        "\toption hostname 'y'",
        "config timeserver 'ntp'",
        "\tlist server 'b'",
        "\tlist server 'a'",
    )


def test_an_access_point_bridges_and_says_who_may_manage_it():
    access = PARSER.access(TEXT)
    assert (access.lists, access.applied, access.missing, access.redirects) == ((), (), (), ())
    assert not access.routes_between
    assert [(guard.name, guard.family) for guard in access.guards] == [
        ("MANAGEMENT-LOCAL", 4),
        ("MANAGEMENT-LOCAL6", 6),
    ]
    noc = INTENTS["ap"].management.noc4[0]
    own = Prefix.parse("10.11.15.221/32")
    reached = {
        leak.packet.split(" ")[0] + " " + leak.packet.split(":")[-1] for leak in leaks(access.guards[0].rules, noc, own)
    }
    assert reached == {"tcp 22", "udp 161"}
    assert leaks(access.guards[0].rules, Prefix.parse("10.11.8.0/22"), own) == ()
    assert [(i.name, i.vlan) for i in access.interfaces] == [("br0.99", 99)]
    assert access.bridged == (Bridged("eth0", 0, frozenset(segment.vlan for segment in INTENTS["ap"].segments)),)
    assert access.ssids == tuple(Ssid(w.ssid, w.vlan, bool(w.radius), w.isolate) for w in INTENTS["ap"].wlans)
    assert access.vlan_names == {segment.vlan: segment.role for segment in INTENTS["ap"].segments}
    assert [(route.target.cidr, route.via) for route in access.routes] == [
        ("0.0.0.0/0", "10.11.15.193"),
        ("::/0", "2001:db8:11:899::1"),
    ]
    assert PARSER.wire(TEXT) == TEXT


def test_on_the_wire_a_package_stands_once():
    text = "package a\nconfig b 'c'\n\noption x 1\npackage d\nconfig e\npackage a\nconfig b 'f'\n"
    assert PARSER.wire(text) == "package a\nconfig b 'c'\n\noption x 1\nconfig b 'f'\npackage d\nconfig e\n"
    assert PARSER.wire(PARSER.wire(text)) == PARSER.wire(text)


def test_the_order_of_rules_counts_and_a_moved_one_is_shown():
    rules = [
        f"config rule{name}\n\toption name '{n}'\n\toption src 'x'\n"
        for n, name in (("a", ""), ("b", " 'two'"), ("c", ""))
    ]
    one, other = ("package firewall\n" + "".join(rules[i] for i in order) for order in ((0, 1, 2), (1, 0, 2)))
    assert PARSER.lines(one) != PARSER.lines(other)
    assert PARSER.diff(one, other) == (
        "package firewall\n"
        " +config rule 'two'; option name 'b'; option src 'x'\n"
        " -config rule 'two'; option name 'b'; option src 'x'\n"
    )
    assert PARSER.diff(one, one) == ""


def test_same_meaning_is_no_difference():
    assert PARSER.diff(TEXT, TEXT) == ""
    packages = TEXT.split("package ")[1:]
    assert PARSER.diff(TEXT, "".join(f"package {package}" for package in reversed(packages))) == ""
    assert PARSER.diff("package a\nconfig b 'c'\n\toption d 'e'\n", 'package a\nconfig b c\noption d "e"\n') == ""


def test_diff_shows_what_changes_in_its_context(golden):
    new = (
        TEXT.replace("option hostname 'py11-0042-ap01'", "option hostname 'mine'")
        .replace(f"list server '{INTENTS['ap'].management.ntp[1]}'\n", "list server '1.1.1.1'\n")
        .replace("option ssid 'school-guest'", "option ssid 'free wifi'", 1)
        .replace("config zone 'management'", "config zone 'attic'")
    )
    golden("openwrt/change.diff", PARSER.diff(TEXT, new))


def test_the_order_of_a_list_counts():
    one, other = ("package a\nconfig b 'c'\n" + "".join(f"\tlist d '{n}'\n" for n in ns) for ns in ("12", "21"))
    assert PARSER.diff(one, other).startswith("package a\n config b 'c'\n  +list d '2'\n")


BAD = {
    "config system 'x'\n": "line 1: \"config system 'x'\" is not understood",
    "package a\n\toption b 'c'\n": "line 2: \"option b 'c'\" is not understood",
    "package a\nconfig b c d\n": "line 2: 'config b c d' is not understood",
    "package a\nconfig b\noption c\n": "line 3: 'option c' is not understood",
    "package a\nconfig b\nset c d\n": "line 3: 'set c d' is not understood",
    "package a\nconfig b\n\toption c 'd\n": 'line 3: "option c \'d" is not understood: No closing quotation',
}


@pytest.mark.parametrize("text", BAD)
def test_what_is_not_understood_is_named_with_its_line(text):
    with pytest.raises(ParseError) as caught:
        PARSER.lines(text)
    assert str(caught.value) == BAD[text]


def test_every_network_of_a_wireless_network_exists():
    lines = PARSER.lines(TEXT)
    networks = {line.split("'")[1] for line in lines if line.startswith("config interface ")}
    used = {line.split("'")[1] for line in lines if line.startswith("\toption network ")}
    assert used <= networks
    ifaces = {line.split("'")[1] for line in lines if line.startswith("config wifi-iface ")}
    assert {line.split("'")[1] for line in lines if line.startswith("\toption iface ")} <= ifaces
    assert len(ifaces) == len(INTENTS["ap"].radios) * len(INTENTS["ap"].wlans)
    assert len(INTENTS["ap"].wlans) <= 4, "more networks than four leave little air"


def test_section_names_are_what_uci_takes():
    for line in PARSER.lines(TEXT):
        if line.startswith("config "):
            assert line.split("'")[1].replace("_", "").isalnum(), line


def test_words():
    assert [FILTERS["width"](band) for band in ("2g", "5g", "6g")] == ["HE20", "HE40", "HE80"]
    assert (FILTERS["encryption"]("owe"), FILTERS["pmf"]("owe")) == ("owe", 2)
    assert FILTERS["phy"]("radio1") == "phy1"
    assert FILTERS["section"]("doh-v4") == "doh_v4"
    assert FILTERS["ports"](((80, 80), (8000, 8080))) == "80 8000-8080"
    assert FILTERS["leases"](Prefix.parse("10.0.0.0/24")) == 253
    assert FILTERS["posix"]("Europe/Belgrade") == "CET-1CEST,M3.5.0,M10.5.0/3"
    assert (FILTERS["posix"]("America/Asuncion"), FILTERS["posix"]("Asia/Bishkek")) == ("LCL3", "LCL-6")


@pytest.mark.parametrize(
    ("word", "value", "message"),
    [
        ("width", "7g", "OpenWrt has no band called 7g; it has 2g, 5g, 6g"),
        ("encryption", "none", "OpenWrt has no security called none; it has enterprise, owe"),
        ("pmf", "wep", "OpenWrt has no security called wep; it has enterprise, owe"),
        ("verdict", "log", "OpenWrt has no target called log; it has permit, deny, reject"),
        ("posix", "Europe/Atlantis", "no time zone is called Europe/Atlantis"),
        ("posix", "../posixrules", "no time zone is called ../posixrules"),
        ("phy", "wl0", "OpenWrt calls its radios radio0, radio1, not wl0"),
    ],
)
def test_a_word_that_uci_has_not(word, value, message):
    with pytest.raises(RenderError) as caught:
        FILTERS[word](value)
    assert str(caught.value) == message
    with pytest.raises(UnsafeText):
        FILTERS[word](value + "\n")


def test_names_of_wireless_vlans_fit_the_kernel_and_every_server_is_asked():
    """phy0-ap0-v10: fifteen characters are all that an interface's name has."""
    found = list(sections(parse(TEXT), "wireless"))
    vlans = [section for section in found if section.kind == "wifi-vlan"]
    numbers = {segment.role: segment.vlan for segment in INTENTS["ap"].segments}
    assert vlans
    for section in vlans:
        assert int(section.one("vid")) == numbers[section.one("network")]
        assert len(f"phy0-ap0-{section.one('name')}") <= 15
    for section in found:
        if section.kind == "wifi-iface" and section.one("auth_server"):
            others = section.many("hostapd_bss_options")
            first, second = INTENTS["ap"].wlans[0].radius
            assert (section.one("auth_server"), section.one("acct_server")) == (first, first)
            assert {f"auth_server_addr={second}", f"acct_server_addr={second}"} <= set(others)
