"""What a device shows: complete, in order, and the same story as its configuration."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from homeroom.lab import mib
from homeroom.lab.emulated import Interface
from homeroom.lab.ios import hardware
from homeroom.snmp import ber, message
from tests.snmp.box import BOOT, Box, ports

NOW = BOOT + 5000
CISCO = "1.3.6.1.4.1.9"
NEEDED = (
    ("sysDescr", "1.3.6.1.2.1.1.1"),
    ("sysObjectID", "1.3.6.1.2.1.1.2"),
    ("sysUpTime", "1.3.6.1.2.1.1.3"),
    ("sysName", "1.3.6.1.2.1.1.5"),
    ("sysLocation", "1.3.6.1.2.1.1.6"),
    ("snmpEngineBoots", "1.3.6.1.6.3.10.2.1.2"),
    ("snmpEngineTime", "1.3.6.1.6.3.10.2.1.3"),
    ("ccmHistoryRunningLastChanged", "1.3.6.1.4.1.9.9.43.1.1.1", "ios"),
    ("entPhysicalSoftwareRev", "1.3.6.1.2.1.47.1.1.1.1.10"),
    ("entPhysicalSerialNum", "1.3.6.1.2.1.47.1.1.1.1.11"),
    ("entPhysicalModelName", "1.3.6.1.2.1.47.1.1.1.1.13"),
    ("ifDescr", "1.3.6.1.2.1.2.2.1.2"),
    ("ifAdminStatus", "1.3.6.1.2.1.2.2.1.7"),
    ("ifOperStatus", "1.3.6.1.2.1.2.2.1.8"),
    ("ifHighSpeed", "1.3.6.1.2.1.31.1.1.1.15"),
    ("ifAlias", "1.3.6.1.2.1.31.1.1.1.18", "ios"),
    ("vtpVlanName", "1.3.6.1.4.1.9.9.46.1.3.1.1.4", "ios"),
    ("dot1qVlanStaticName", "1.3.6.1.2.1.17.7.1.4.3.1.1", "openwrt", "eos"),
    ("bsnDot11EssSsid", "1.3.6.1.4.1.14179.2.1.1.1.2", "ios"),
    ("dot11DesiredSSID", "1.2.840.10036.1.1.1.9", "openwrt"),
)
"""What rules and pages need: the object, and the platforms whose devices have it; none: all."""


def shown(box: Box, now: float = NOW) -> dict[str, ber.Value]:
    table = mib.table(box, b"\x80engine", Counter())
    whole = b"".join(table.binding(n, now) for n in range(len(table)))
    return {ber.text(name): value for name, _, value in message.read_bindings(whole)}


def column(view: dict[str, ber.Value], oid: str) -> dict[str, ber.Value]:
    return {name.removeprefix(oid + "."): value for name, value in view.items() if name.startswith(oid + ".")}


def test_system_group():
    view = shown(Box(contact="noc@schools.example"))
    system = column(view, "1.3.6.1.2.1.1")
    assert system["2.0"] == ber.dotted("1.3.6.1.4.1.9.1.2694")
    assert system["3.0"] == 500_000
    assert system["4.0"] == b"noc@schools.example"
    assert system["5.0"] == b"py01-0001-sw1"
    assert system["6.0"] == "Escuela Básica 1".encode()
    assert system["7.0"] == 6
    assert view["1.3.6.1.2.1.4.1.0"] == 2


def test_ios_says_by_snmp_what_its_cli_says():
    box = Box()
    made = hardware.Box(box.name, box.address, box.platform, box.kind, box.model)
    view = shown(box)
    assert view["1.3.6.1.2.1.1.1.0"].decode().startswith(made.software + "\r\n")
    assert view["1.3.6.1.2.1.47.1.1.1.1.11.1"] == made.serial.encode()
    assert view["1.3.6.1.2.1.47.1.1.1.1.10.1"] == hardware.VERSION.encode()
    assert view["1.3.6.1.2.1.47.1.1.1.1.13.1"] == b"C9200L-24P-4G"
    assert view["1.3.6.1.2.1.47.1.1.1.1.5.1"] == 3


def test_a_router_forwards_and_has_another_product():
    view = shown(Box(kind="router", model="C1121-8P"))
    assert view["1.3.6.1.2.1.1.2.0"] == ber.dotted("1.3.6.1.4.1.9.1.2751")
    assert (view["1.3.6.1.2.1.1.7.0"], view["1.3.6.1.2.1.4.1.0"]) == (78, 1)
    assert shown(Box(model="X"))["1.3.6.1.2.1.1.2.0"] == ber.dotted("1.3.6.1.4.1.9.1")


def test_the_interface_tables_have_every_column_for_every_interface():
    view = shown(Box(ports=ports(4)))
    assert view["1.3.6.1.2.1.2.1.0"] == 4
    for entry, columns in (
        ("1.3.6.1.2.1.2.2.1", [*range(1, 12), *range(13, 18), *range(19, 23)]),
        ("1.3.6.1.2.1.31.1.1.1", range(1, 20)),
    ):
        for number in columns:
            assert list(column(view, f"{entry}.{number}")) == ["1", "2", "3", "4"]


def test_an_interface_is_what_the_configuration_says():
    odd = (
        Interface(
            1, "GigabitEthernet1/0/1", "uplink", admin_up=True, oper_up=True, speed_bps=10**9, mac="7c:ad:74:01:02:03"
        ),
        Interface(2, "TenGigabitEthernet1/1/1", "", admin_up=False, oper_up=False, speed_bps=10**10, mac=""),
        Interface(7, "Vlan99", "management", admin_up=True, oper_up=False, speed_bps=10**9, mac=""),
        Interface(9, "Loopback0", "", admin_up=True, oper_up=True, speed_bps=8 * 10**9, mac=""),
    )
    view = shown(Box(ports=odd))
    of = lambda oid: list(column(view, oid).values())  # noqa: E731
    assert of("1.3.6.1.2.1.2.2.1.1") == [1, 2, 7, 9]
    assert of("1.3.6.1.2.1.2.2.1.2") == [one.name.encode() for one in odd]
    assert of("1.3.6.1.2.1.2.2.1.3") == [6, 6, 53, 24]
    assert of("1.3.6.1.2.1.2.2.1.5") == [10**9, 2**32 - 1, 10**9, 2**32 - 1]
    assert of("1.3.6.1.2.1.2.2.1.6") == [bytes.fromhex("7cad74010203"), b"", b"", b""]
    assert of("1.3.6.1.2.1.2.2.1.7") == [1, 2, 1, 1]
    assert of("1.3.6.1.2.1.2.2.1.8") == [1, 2, 2, 1]
    assert of("1.3.6.1.2.1.2.2.1.9") == [0, 6000, 6000, 0]
    assert of("1.3.6.1.2.1.31.1.1.1.1") == [b"Gi1/0/1", b"Te1/1/1", b"Vl99", b"Lo0"]
    assert of("1.3.6.1.2.1.31.1.1.1.15") == [1000, 10_000, 1000, 8000]
    assert of("1.3.6.1.2.1.31.1.1.1.18") == [b"uplink", b"", b"management", b""]


@given(st.floats(0, 1e8), st.floats(0, 1e8))
@settings(max_examples=30)
def test_counters_never_go_back(first, second):
    box = Box()
    early, late = (shown(box, BOOT + at) for at in sorted((first, second)))
    for oid in ("1.3.6.1.2.1.31.1.1.1.6", "1.3.6.1.2.1.31.1.1.1.10", "1.3.6.1.2.1.31.1.1.1.7"):
        for index, value in column(early, oid).items():
            assert value <= column(late, oid)[index]


def test_narrow_counters_are_the_wide_ones_wrapped():
    view = shown(Box(), BOOT + 1e6)
    for narrow, wide in (
        ("2.2.1.10", "31.1.1.1.6"),
        ("2.2.1.16", "31.1.1.1.10"),
        ("2.2.1.11", "31.1.1.1.7"),
        ("2.2.1.17", "31.1.1.1.11"),
    ):
        small, large = column(view, f"1.3.6.1.2.1.{narrow}"), column(view, f"1.3.6.1.2.1.{wide}")
        assert small == {index: value % 2**32 for index, value in large.items()}
        assert max(large.values()) > 2**32 or narrow in ("2.2.1.11", "2.2.1.17")


def test_a_port_that_goes_down_keeps_its_counters():
    up = Box(running_changed=NOW)
    down = Box(
        running_changed=NOW,
        ports=[Interface(p.index, p.name, p.alias, False, False, p.speed_bps, p.mac) for p in ports(4)],
    )
    oid = "1.3.6.1.2.1.31.1.1.1.6"
    assert column(shown(down, NOW + 999), oid) == column(shown(up, NOW), oid) | {
        "3": column(shown(down, NOW), oid)["3"]
    }


def test_vlans_follow_the_configuration_in_both_mibs():
    box = Box(named={1: "default", 10: "student"})
    view = shown(box)
    assert column(view, "1.3.6.1.2.1.17.7.1.4.3.1.1") == {"1": b"default", "10": b"student"}
    assert view["1.3.6.1.2.1.17.7.1.1.4.0"] == 2
    assert column(view, f"{CISCO}.9.46.1.3.1.1.4.1") == {"1": b"default", "10": b"student"}
    assert column(view, f"{CISCO}.9.46.1.3.1.1.2.1") == {"1": 1, "10": 1}


def test_change_times_count_from_the_boot():
    box = Box()
    view = shown(box)
    assert list(column(view, f"{CISCO}.9.43.1.1").values()) == [6000, 6100, 0]
    assert view["1.3.6.1.2.1.31.1.5.0"] == 6000
    box.boot = BOOT + 30  # a reboot: nobody counts the version up for it
    assert list(column(shown(box), f"{CISCO}.9.43.1.1").values()) == [3000, 3100, 0]


def test_the_engine_group():
    view = shown(Box())
    assert list(column(view, "1.3.6.1.6.3.10.2.1").values()) == [b"\x80engine", 7, 5000, 1472]


def test_an_access_point_shows_ssids_and_no_cisco():
    radios = tuple(Interface(5 + n, f"phy{n}-ap0", "", True, True, 10**9, "") for n in range(2))
    box = Box(
        platform="openwrt", kind="ap", model="EAP-AX3000", ports=(*ports(1), *radios), networks=["school", "eduroam"]
    )
    view = shown(box)
    assert column(view, "1.2.840.10036.1.1.1.9") == {"5": b"school", "6": b"eduroam"}
    assert column(view, CISCO) == {}
    assert view["1.3.6.1.2.1.1.1.0"].startswith(b"Linux py01-0001-sw1 ")
    assert view["1.3.6.1.2.1.1.2.0"] == ber.dotted("1.3.6.1.4.1.8072.3.2.10")
    assert column(view, "1.3.6.1.2.1.31.1.1.1.1")["5"] == b"phy0-ap0"
    assert column(view, "1.3.6.1.2.1.2.2.1.3")["5"] == 71


@pytest.mark.parametrize(
    ("platform", "kind"), [("ios", "router"), ("ios", "switch"), ("ios", "wlc"), ("eos", "switch"), ("openwrt", "ap")]
)
def test_everything_that_is_polled_is_there(platform, kind):
    radio = Interface(9, "phy0-ap0", "", True, True, 10**9, "")
    box = Box(platform=platform, kind=kind, ports=(*ports(2), radio), networks=["school"])
    view = shown(box)
    for name, oid, *platforms in NEEDED:
        if not platforms or platform in platforms:
            there = name != "bsnDot11EssSsid" or kind == "wlc"
            assert bool(column(view, oid)) == there, name


def test_a_controller_shows_its_networks():
    view = shown(Box(kind="wlc", networks=["school", "eduroam"]))
    assert column(view, "1.3.6.1.4.1.14179.2.1.1.1.2") == {"1": b"school", "2": b"eduroam"}


def test_long_text_is_cut_between_characters():
    view = shown(Box(location="ñ" * 200, named={10: "ñ" * 20}))
    assert view["1.3.6.1.2.1.1.6.0"] == ("ñ" * 127).encode()
    assert view["1.3.6.1.2.1.17.7.1.4.3.1.1.10"] == ("ñ" * 16).encode()


def test_an_unknown_platform_still_has_an_agent():
    assert shown(Box(platform="other", kind="other"))["1.3.6.1.2.1.1.7.0"] == 0
