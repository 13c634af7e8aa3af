"""How IOS says days, hours, zones, groups and ports."""

from dataclasses import replace

import pytest
from intents import CONTROLLER, INTENTS

from homeroom.catalogue import load_platforms
from homeroom.errors import RenderError, UnsafeText
from homeroom.platforms.ios import clock
from homeroom.platforms.ios.words import FILTERS
from homeroom.platforms.render import Renderer
from homeroom.policy.model import Window
from homeroom.prefix import Prefix
from homeroom.project import shipped
from homeroom.secret import SecretRef

RENDERER = Renderer(load_platforms([shipped() / "templates"]))
ROUTER = INTENTS["router"]


def window(*days):
    return Window(days, "07:00", "20:00")


SAID = [
    ("days", window("mon", "tue", "wed", "thu", "fri"), "weekdays"),
    ("days", window("sun", "sat"), "weekend"),
    ("days", window("mon", "tue", "wed", "thu", "fri", "sat", "sun"), "daily"),
    ("days", window("sat", "mon"), "Monday Saturday"),
    ("hour", "07:05", "7:05"),
    ("hour", "00:00", "0:00"),
    ("hour", "24:00", "23:59"),
    ("member", Prefix.parse("0.0.0.0/0"), "any"),
    ("member", Prefix.parse("::/0"), "any"),
    ("member", Prefix.parse("10.0.0.0/22"), "10.0.0.0 255.255.252.0"),
    ("member", Prefix.parse("10.0.0.1/32"), "host 10.0.0.1"),
    ("member", Prefix.parse("2001:db8::/32"), "2001:DB8::/32"),
    ("member", Prefix.parse("2001:db8::a/128"), "host 2001:DB8::A"),
    ("distance", 1, ""),
    ("distance", 250, " 250"),
    ("bits", 300_000, 300_000_000),
    ("routed", "GigabitEthernet0/0/1", True),
    ("routed", "GigabitEthernet0/1/0", False),
    ("routed", "TenGigabitEthernet0/0/5", True),
    ("hidden", SecretRef("radius"), SecretRef("radius_hidden")),
    ("wlan_number", 1, 17),
    ("one_word", "school-guest", "school-guest"),
]


@pytest.mark.parametrize(("word", "value", "said"), SAID, ids=str)
def test_words(word, value, said):
    assert FILTERS[word](value) == said


ZONES = {
    "America/Asuncion": ("clock timezone UTC-03 -3 0",),
    "Asia/Bishkek": ("clock timezone UTC+06 6 0",),
    "Asia/Kathmandu": ("clock timezone UTC+0545 5 45",),
    "America/St_Johns": (
        "clock timezone NST -3 30",
        "clock summer-time NDT recurring 2 Sun Mar 2:00 1 Sun Nov 2:00",
    ),
    "Europe/Belgrade": (
        "clock timezone CET 1 0",
        "clock summer-time CEST recurring last Sun Mar 2:00 last Sun Oct 3:00",
    ),
    "UTC": ("clock timezone UTC 0 0",),
}


@pytest.mark.parametrize("zone", ZONES)
def test_zones(zone):
    assert clock.lines(zone) == ZONES[zone]


def test_zones_that_ios_cannot_follow():
    with pytest.raises(RenderError, match="no time zone is called Mars/Olympus"):
        clock.lines("Mars/Olympus")
    with pytest.raises(RenderError, match="no time zone is called"):
        clock.lines("../UTC")
    with pytest.raises(UnsafeText):
        clock.lines("UTC\nreload")
    with pytest.raises(RenderError, match="summer time of Australia/Lord_Howe is not an hour ahead"):
        clock.lines("Australia/Lord_Howe")
    with pytest.raises(RenderError, match="IOS has no words for the time zone America/Godthab"):
        clock.lines("America/Godthab")


def test_words_nobody_knows_are_refused():
    port = replace(INTENTS["switch"].ports[1], admission="hope")
    with pytest.raises(RenderError, match="no admission is called hope"):
        RENDERER.render(replace(INTENTS["switch"], ports=(port,)))
    wlan = replace(CONTROLLER.wlans[0], security="wep")
    with pytest.raises(RenderError, match="no security is called wep"):
        RENDERER.render(replace(CONTROLLER, wlans=(wlan,)))
    with pytest.raises(RenderError, match="the SSID our school has a blank in it"):
        RENDERER.render(replace(CONTROLLER, wlans=(replace(wlan, security="owe", ssid="our school"),)))
    strange = replace(ROUTER.qos[0], roles=("teachers",))
    with pytest.raises(RenderError, match="class control names teachers, which has no network"):
        RENDERER.render(replace(ROUTER, qos=(strange, *ROUTER.qos[1:])))


def test_one_line_is_checked_strictly_and_shaped_to_what_is_paid_for():
    text = RENDERER.render(replace(ROUTER, uplinks=ROUTER.uplinks[:1])).text
    assert " ip verify unicast source reachable-via rx allow-default\n" in text
    assert " ipv6 verify unicast source reachable-via rx allow-default\n" in text
    assert "GigabitEthernet0/0/1" not in text
    slow = replace(ROUTER.uplinks[0], kbps=0)
    unshaped = RENDERER.render(replace(ROUTER, uplinks=(slow,)), ["qos"]).text
    assert "shape average 3" not in unshaped
    assert "service-policy output UPLINK-CLASSES\n" in unshaped


def test_a_spare_uplink_of_a_router_is_shut_and_switches_nothing():
    port = replace(ROUTER.ports[1], name="GigabitEthernet0/0/1")
    text = RENDERER.render(replace(ROUTER, ports=(port,), uplinks=ROUTER.uplinks[:1]), ["segmentation"]).text
    said = text.partition("interface GigabitEthernet0/0/1\n")[2].partition("interface")[0]
    assert said == " description unused\n no ip address\n negotiation auto\n shutdown\n"


def test_who_cannot_be_asked_opens_no_802_1x_port():
    """Without RADIUS an outlet is guarded by its addresses; and only people that the device knows get in."""
    text = RENDERER.render(replace(INTENTS["switch"], admission=None)).text
    assert "radius" not in text.lower()
    assert "authentication port-control" not in text
    assert text.count(" switchport port-security maximum 3\n") == 3
    assert "aaa authentication login default local\n" in text
