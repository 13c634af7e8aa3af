import pytest
from intents import INTENTS

from homeroom.catalogue import load_platforms
from homeroom.errors import RenderError, UnsafeText
from homeroom.platforms.ios.parser import IosParser
from homeroom.platforms.ios.words import FILTERS
from homeroom.platforms.render import Renderer
from homeroom.prefix import Prefix
from homeroom.project import shipped

PARSER = IosParser()
TEXTS = {
    kind: Renderer(load_platforms([shipped() / "templates"])).render(INTENTS[kind]).text
    for kind in ("router", "switch")
}
SHOWN = """\
Building configuration...

Current configuration : 4711 bytes
!
! Last configuration change at 10:00:00 UTC Mon Nov 23 2026
!
version 17.9
service  timestamps log datetime msec
boot-start-marker
boot-end-marker
!
interface Vlan20
 ipv6 address 2001:db8:0:0::1/64
 ip address 10.0.0.1 255.255.255.0
!
interface Vlan10
 shutdown
!
ip access-list extended X
 20 deny ip any any
 10 permit ip any any
!
banner login ^C
Only for
! the school

end
^C
!
line vty 0 4
 transport input ssh
!
end
"""


def test_lines_drop_noise_and_sort_what_has_no_order():
    assert PARSER.lines(SHOWN) == (
        "banner login ^C",
        " Only for",
        " ! the school",
        " ",
        " end",
        "interface Vlan10",
        " shutdown",
        "interface Vlan20",
        " ip address 10.0.0.1 255.255.255.0",
        " ipv6 address 2001:DB8::1/64",
        "ip access-list extended X",
        " 10 permit ip any any",
        " 20 deny ip any any",
        "line vty 0 4",
        " transport input ssh",
        "service timestamps log datetime msec",
    )


def test_a_section_entered_again_goes_on():
    once = "interface Vlan10\n ip address 10.0.0.1 255.0.0.0\n shutdown\n"
    twice = "interface Vlan10\n shutdown\nhostname x\ninterface Vlan10\n ip address 10.0.0.1 255.0.0.0\n"
    assert PARSER.lines(twice) == ("hostname x", *PARSER.lines(once))


def test_deeper_sections_keep_their_own_lines():
    text = "archive\n log config\n  logging enable\n path flash:archive\n"
    assert PARSER.lines(text) == ("archive", " log config", "  logging enable", " path flash:archive")


BANNERS = {
    "banner login ^CHello^C\n": (" Hello",),
    "banner login ^C\nHello\n^C\n": (" Hello",),
    "banner login @\nHello\nhostname evil\n@\n": (" Hello", " hostname evil"),
    "banner login \x03\nHello\n\x03\n": (" Hello",),
    "banner login ^C\n\nHello\n\n^C\n": (" ", " Hello", " "),
    "banner login ^C\nnever closed\n": (" never closed",),
}


@pytest.mark.parametrize("text", BANNERS)
def test_a_banner_is_text_up_to_its_delimiter(text):
    assert PARSER.lines(text + "hostname x\n")[1 : len(BANNERS[text]) + 1] == BANNERS[text]
    assert PARSER.lines(text)[0] == "banner login ^C"


def test_words_that_look_like_ipv6_and_are_none_stay():
    lines = (
        "clock set 10:00:00 1 Jan 2026",
        "description a:b:c",
        "hash aa:bb:cc:dd:ee:ff",
        "username x secret 9 $9$::a",
    )
    assert PARSER.lines("\n".join(lines)) == tuple(sorted(lines))
    assert PARSER.lines("ipv6 route ::/0 fe80::1") == ("ipv6 route ::/0 FE80::1",)


@pytest.mark.parametrize("kind", TEXTS)
def test_the_lines_of_a_configuration_are_a_configuration(kind):
    lines = PARSER.lines(TEXTS[kind])
    again = PARSER.lines("\n".join(line for line in lines if not line.startswith("banner") and "school" not in line))
    assert PARSER.lines("\n".join(again)) == again
    assert PARSER.diff(TEXTS[kind], TEXTS[kind]) == ""


def test_diff_shows_what_changes_in_its_context(golden):
    old = TEXTS["router"]
    new = (
        old.replace("logging host 192.0.2.4\n", "logging host 10.9.9.9\n")
        .replace(
            "interface GigabitEthernet0/1/6\n description unused\n switchport access vlan 999\n switchport mode access\n"
            " switchport nonegotiate\n shutdown\n",
            "",
        )
        .replace(" 60 deny udp any any eq domain\n", "", 1)
        .replace(" sequence 20 permit icmp any FF02::/16 nd-ns\n", " sequence 20 permit icmp any any\n", 1)
        .replace("Ministry of Education.", "Ministry of Sports.")
        .replace(" path flash:archive\n", " path flash:archive\n write-memory\n")
        + "vlan 666\n name attic\n"
    )
    golden("ios/change.diff", PARSER.diff(old, new))
    back = PARSER.diff(new, old)
    assert sorted(line.strip(" +-") for line in back.splitlines()) == sorted(
        line.strip(" +-") for line in PARSER.diff(old, new).splitlines()
    )


def test_a_moved_entry_is_a_difference_and_a_moved_section_is_none():
    one = "ip access-list extended X\n permit tcp any any\n deny ip any any\ninterface Vlan1\ninterface Vlan2\n"
    other = "interface Vlan2\ninterface Vlan1\nip access-list extended X\n deny ip any any\n permit tcp any any\n"
    assert PARSER.diff(one, other) == "ip access-list extended X\n +deny ip any any\n -deny ip any any\n"


def test_wire_has_real_delimiters_and_an_end():
    wire = PARSER.wire(TEXTS["switch"])
    assert "^" not in wire
    assert wire.count("\x03") == 2
    assert wire.endswith("\nend\n")
    assert PARSER.lines(wire) == PARSER.lines(TEXTS["switch"])


WORDS = {
    ("address", Prefix.parse("0.0.0.0/0")): "any",
    ("address", Prefix.parse("::/0")): "any",
    ("address", Prefix.parse("10.0.0.1/32")): "host 10.0.0.1",
    ("address", Prefix.parse("2001:db8::a/128")): "host 2001:DB8::A",
    ("address", Prefix.parse("10.0.0.0/22")): "10.0.0.0 0.0.3.255",
    ("address", Prefix.parse("2001:db8::/32")): "2001:DB8::/32",
    ("standard", Prefix.parse("10.0.0.1/32")): "10.0.0.1",
    ("standard", Prefix.parse("10.0.0.0/24")): "10.0.0.0 0.0.0.255",
    ("vlans", (99, 10, 30, 31, 32, 20, 21)): "10,20,21,30-32,99",
    ("vlans", ()): "",
    ("port_mode", "trunk"): "trunk",
}


@pytest.mark.parametrize(("word", "value"), WORDS, ids=str)
def test_words(word, value):
    assert FILTERS[word](value) == WORDS[word, value]


def test_a_port_mode_nobody_knows():
    with pytest.raises(RenderError, match="no port mode is called dynamic"):
        FILTERS["port_mode"]("dynamic")
    with pytest.raises(UnsafeText):
        FILTERS["port_mode"]("trunk\nshutdown")
