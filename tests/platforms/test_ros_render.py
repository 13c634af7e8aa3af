"""What the templates of RouterOS print: golden files, and what must hold of every device."""

from dataclasses import replace

import pytest
import ros_site
from ros_site import PARSER, RENDERER

from homeroom.errors import RenderError
from homeroom.intent.model import Port, Radio
from homeroom.platforms.ros import phrases
from homeroom.platforms.ros.menus import menus
from homeroom.platforms.ros.numbers import COUNTRIES
from homeroom.platforms.ros.words import statements
from homeroom.policy.checks import DSCP
from homeroom.policy.model import Rule
from homeroom.prefix import ANY
from homeroom.taint import unsafe

INTENTS = {"router": ros_site.router(), "ap": ros_site.ap()}
KINDS = list(INTENTS)
SMALL = next(one for one in ros_site.of_kind("router") if any(port.role for port in one.ports))
"""A router with an outlet of its own."""


def text(intent, feature):
    return RENDERER.render(intent, [feature]).text


@pytest.mark.parametrize("kind", KINDS)
def test_golden(kind, golden):
    golden(f"ros/{kind}.rsc", RENDERER.render(INTENTS[kind]).text)


def test_golden_of_a_router_with_outlets(golden):
    golden("ros/outlets.rsc", text(SMALL, "segmentation").partition("/ip firewall")[0] + text(SMALL, "layer2"))


@pytest.mark.parametrize(
    "intent", [*ros_site.of_kind("router"), *ros_site.of_kind("ap")[:4]], ids=lambda one: one.device.name
)
def test_every_line_is_a_command_of_a_known_menu_said_once(intent):
    printed = RENDERER.render(intent).text
    assert all(line == line.rstrip() and line.startswith("/") for line in printed.splitlines())
    lines = [line for line in printed.splitlines() if " set " not in line]
    assert len(lines) == len(set(lines))
    assert all(statement.path in menus() for statement in statements(printed))
    assert PARSER.diff(printed, RENDERER.render(intent).text) == ""


@pytest.mark.parametrize("kind", KINDS)
def test_secrets_are_markers(kind):
    printed = RENDERER.render(INTENTS[kind]).text
    for name in ("snmp_auth", "snmp_priv"):
        assert f"<<secret:{name}>>" in printed
    assert ("secret=<<secret:radius>>" in printed) == (INTENTS[kind].admission is not None)
    assert unsafe("<<") is not None


def test_no_packet_goes_round_the_firewall():
    printed = RENDERER.render(INTENTS["router"]).text
    assert "fasttrack" not in printed
    assert "/ip firewall filter add action=drop chain=input\n" in printed
    assert "/ipv6 firewall filter add action=drop chain=forward\n" in printed


def test_every_role_is_told_its_own_resolver_and_led_to_it():
    router = INTENTS["router"]
    dns, filtering = text(router, "dns"), text(router, "filtering")
    for segment in router.segments:
        assert (f"address={segment.v4.cidr} dns-server={segment.resolver4} " in dns) == bool(segment.resolver4)
        assert (f"address={segment.v4.cidr} dns-none=yes " in dns) == (segment.dhcp and not segment.resolver4)
        for protocol in ("udp", "tcp"):
            led = f"in-interface={segment.role} protocol={protocol} to-addresses={segment.resolver4}\n"
            assert (led in filtering) == bool(segment.resolver4)


def test_outlets_ask_who_it_is():
    for port in (port for port in SMALL.ports if port.role):
        kind = {"dot1x": "dot1x", "mab": "mac-auth"}.get(port.admission, "")
        assert (f"auth-types={kind} interface={port.name} " in text(SMALL, "layer2")) == bool(kind)
    camera = Port("ether7", "access", "camera", 60, (), "cctv", "mab")
    assert "auth-types=mac-auth interface=ether7" in text(replace(SMALL, ports=(camera,)), "layer2")
    assert "dot1x" not in text(replace(SMALL, ports=(replace(camera, admission="open"),)), "layer2")
    assert "/radius add" not in text(replace(SMALL, admission=None), "aaa")


def test_a_line_of_unknown_speed_is_marked_and_not_shaped():
    router = INTENTS["router"]
    assert "/queue tree" not in text(replace(router, uplinks=(replace(router.uplinks[0], kbps=0),)), "qos")
    shaped = text(replace(router, uplinks=(replace(router.uplinks[0], kbps=20_500),)), "qos")
    assert f"max-limit=20500k name=up-{router.uplinks[0].interface} " in shaped


def test_a_channel_that_a_plan_gave():
    ap = INTENTS["ap"]
    planned = replace(ap, radios=tuple(replace(radio, channel="5500") for radio in ap.radios))
    assert "frequency=5500" in text(planned, "wireless")
    assert "frequency" not in text(ap, "wireless")


# --- words


@pytest.mark.parametrize(
    ("feature", "change", "message"),
    [
        ("wireless", {"radios": (Radio("wifi9", "6g", "auto"),)}, "RouterOS radios have no band 6g; they have 2g, 5g"),
        (
            "wireless",
            {"wlans": (replace(INTENTS["ap"].wlans[0], security="none"),)},
            "with security none is not put on air",
        ),
    ],
)
def test_what_the_platform_has_not(feature, change, message):
    with pytest.raises(RenderError, match=message):
        text(replace(INTENTS["ap"], **change), feature)


def test_a_country_that_nobody_translated():
    ap = INTENTS["ap"]
    with pytest.raises(RenderError, match="nobody knows what RouterOS calls country XX"):
        text(replace(ap, device=replace(ap.device, country="XX")), "wireless")
    assert all(len(code) == 2 and unsafe(name) is None for code, name in COUNTRIES.items())


def test_every_code_point_has_its_number():
    assert {phrases.dscp(name) for name in DSCP} <= set(range(64))
    assert (phrases.dscp("ef"), phrases.dscp("af31"), phrases.dscp("cs6")) == (46, 26, 48)


def test_rates():
    assert [phrases.rate(kbps) for kbps in (2500, 50_000, 999)] == ["2500k", "50M", "999k"]
    assert phrases.part((50_000, 15)) == "7500k"
    assert [phrases.priority(number) for number in (1, 8, 9)] == [1, 8, 8]


def test_several_spans_and_protocols_by_name_or_number():
    rule = Rule("permit", "tcp", ANY[4], ANY[4], dports=((80, 80), (8000, 8080)))
    assert phrases.access(("X", rule, {})) == "action=accept chain=X dst-port=80,8000-8080 protocol=tcp"
    assert phrases.access(("X", replace(rule, protocol="47", dports=()), {})) == "action=accept chain=X protocol=gre"
    assert phrases.access(("X", replace(rule, protocol="200", dports=()), {})) == "action=accept chain=X protocol=200"
