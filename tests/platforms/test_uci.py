import pytest
from intents import INTENTS

from homeroom.errors import ParseError, RenderError, UnsafeText
from homeroom.platforms.access import Access
from homeroom.platforms.catalogue import load_platforms
from homeroom.platforms.openwrt.parser import UciParser
from homeroom.platforms.openwrt.words import FILTERS
from homeroom.platforms.render import Renderer
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


def test_an_access_point_filters_nothing():
    assert PARSER.access(TEXT) == Access()
    assert PARSER.wire(TEXT) == TEXT


def test_same_meaning_is_no_difference():
    assert PARSER.diff(TEXT, TEXT) == ""
    packages = TEXT.split("package ")[1:]
    assert PARSER.diff(TEXT, "".join(f"package {package}" for package in reversed(packages))) == ""
    assert PARSER.diff("package a\nconfig b 'c'\n\toption d 'e'\n", 'package a\nconfig b c\noption d "e"\n') == ""


def test_diff_shows_what_changes_in_its_context(golden):
    new = (
        TEXT.replace("option hostname 'py11-0042-ap01'", "option hostname 'mine'")
        .replace("list server '10.254.1.123'\n", "list server '1.1.1.1'\n")
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


@pytest.mark.parametrize(
    ("word", "value", "message"),
    [
        ("width", "7g", "OpenWrt has no band called 7g; it has 2g, 5g, 6g"),
        ("encryption", "none", "OpenWrt has no security called none; it has enterprise, owe"),
        ("pmf", "wep", "OpenWrt has no security called wep; it has enterprise, owe"),
        ("phy", "wl0", "OpenWrt calls its radios radio0, radio1, not wl0"),
    ],
)
def test_a_word_that_uci_has_not(word, value, message):
    with pytest.raises(RenderError) as caught:
        FILTERS[word](value)
    assert str(caught.value) == message
    with pytest.raises(UnsafeText):
        FILTERS[word](value + "\n")
