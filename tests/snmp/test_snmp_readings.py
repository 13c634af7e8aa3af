"""From values to readings, and what is asked at all: pure."""

from __future__ import annotations

import pytest

from homeroom.reading import Reading
from homeroom.snmp.objects import OBJECTS, ROWS, Object, columns, singles
from homeroom.snmp.readings import of_columns, of_singles


def test_every_object_has_one_name_and_one_oid():
    assert len({one.name for one in OBJECTS}) == len({one.oid for one in OBJECTS}) == len(OBJECTS)


def test_each_platform_is_asked_for_what_it_has():
    def named(objects):
        return {one.name for one in objects}

    assert "ccmHistoryRunningLastChanged" in named(singles("ios")) - named(singles("openwrt"))
    assert named(columns("ios")) - named(columns("openwrt")) == {"vtpVlanName", "bsnDot11EssSsid", "ifAlias"}
    assert named(columns("openwrt")) - named(columns("ios")) == {"dot1qVlanStaticName", "dot11DesiredSSID"}
    assert named(columns("eos")) - named(columns("junos")) == {"dot1qVlanStaticName"}
    assert named(columns("junos")) == named(columns("ios")) & named(columns("openwrt"))
    assert {one.shape for one in singles("ios")} == {"scalar", "row"}
    assert {one.index for one in singles("ios") if one.shape == "scalar"} == {""}
    assert {one.index for one in singles("ios") if one.shape == "row"} == {"1"}
    assert ROWS in named(singles("openwrt"))
    assert {one.shape for one in columns("ios")} == {"column"}


@pytest.mark.parametrize(
    ("kind", "value", "written"),
    [
        ("text", "Ñandú".encode(), "Ñandú"),
        ("text", b"\xff\x00", "\\xff\x00"),
        ("text", b"", ""),
        ("text", 5, "5"),
        ("number", 2**64 - 1, "18446744073709551615"),
        ("number", -1, "-1"),
        ("ticks", 4294967295, "4294967295"),
        ("oid", (1, 3, 6, 1), "1.3.6.1"),
        ("oid", 0, "0"),
        ("mac", bytes.fromhex("7cad74010203"), "7c:ad:74:01:02:03"),
        ("mac", b"", ""),
        ("mac", 1, "1"),
        ("hex", b"\x80\x00", "8000"),
        ("hex", 1, "1"),
    ],
)
def test_values_are_written_as_their_kind(kind, value, written):
    one = Object("x", (1, 3), "scalar", kind)
    assert list(of_singles("sw1", [one], [value], 9.0)) == [Reading("sw1", "x", "", written, 9.0)]


def test_what_a_device_does_not_have_gives_no_reading():
    asked = singles("openwrt")[:2]
    assert list(of_singles("ap1", asked, [None, (1, 3)], 1.0)) == [Reading("ap1", "sysObjectID", "", "1.3", 1.0)]


def test_columns_give_a_reading_a_row():
    asked = [Object("a", (1, 3, 1), "column", "text"), Object("b", (1, 3, 2), "column", "number")]
    rows = {(1, 3, 1): {(1,): b"x", (2, 5): b"y"}}
    assert list(of_columns("sw1", asked, rows, 1.0)) == [
        Reading("sw1", "a", "1", "x", 1.0),
        Reading("sw1", "a", "2.5", "y", 1.0),
    ]
