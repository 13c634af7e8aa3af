"""Reading answers that are torn, wrong or hostile: what can be read is, what cannot is named, nothing is invented."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from homeroom.reading import Reading
from homeroom.snmp.ask.load import load
from homeroom.snmp.ask.read import REFUSALS, gathered, read
from homeroom.snmp.ask.rows import Readings, Refused
from homeroom.snmp.ask.show import flat, token
from homeroom.snmp.ber import dotted

CATALOGUE = load()
ANY = CATALOGUE["any"]
AIROS = CATALOGUE["cisco-airos"]
SYSNAME = "1.3.6.1.2.1.1.5.0"
SSID = "1.3.6.1.4.1.14179.2.1.1.1.2"
CHANNEL = "1.3.6.1.4.1.14179.2.2.2.1.4"
MAC = "0.58.152.176.46.112"


def said(vendor, values):
    return read(vendor, gathered(vendor, [(dotted(name), value) for name, value in values.items()]))


def test_nothing_said_is_nothing_read():
    assert read(ANY, {}) == Readings()
    assert said(ANY, {SYSNAME: None}) == Readings()


def test_what_was_not_asked_is_dropped():
    assert said(ANY, {"1.3.6.1.4.1.4242.1.0": 5, "1.3.6.1.2.1.1.7.0": 6}) == Readings()


@pytest.mark.parametrize(
    "name",
    [
        b"<img src=x onerror=alert(1)>",
        b"=cmd|' /C calc'!A0",
        b"x\r\nusername root",
        "abc\u202egnp".encode(),
        b"\xff\xfe",
    ],
)
def test_hostile_text_is_stored_as_it_was_said(name):
    readings = said(ANY, {SYSNAME: name})
    assert readings.identity.name == name.decode(errors="backslashreplace")
    assert Reading("sw1", "identity.name", "", readings.identity.name, 9.0) in list(flat("sw1", readings, 9.0))


def test_an_index_can_be_hostile_too():
    octets = b'"><script>\n'
    oid = f"1.3.6.1.4.1.14823.2.2.1.5.2.1.8.1.2.{len(octets)}." + ".".join(map(str, octets))
    readings = said(CATALOGUE["aruba"], {oid: 4})
    assert [(one.name, one.clients) for one in readings.ssids] == [('"><script>\n', 4)]


def test_a_value_outside_its_bounds_is_refused_by_name():
    readings = said(AIROS, {f"{CHANNEL}.{MAC}.0": 999, f"{CHANNEL}.{MAC}.1": 149})
    assert [(one.key, one.channel) for one in readings.radios] == [("00:3a:98:b0:2e:70/1", 149)]
    index = f"{MAC}.0"
    assert readings.refused == (Refused("bsnAPIfPhyChannelNumber", index, "999 is not between 1 and 253"),)


def test_a_value_of_another_type_is_refused_and_the_rest_is_read():
    readings = said(AIROS, {f"{CHANNEL}.{MAC}.0": b"6", f"{SSID}.1": b"school"})
    assert [one.name for one in readings.ssids] == ["school"]
    assert readings.refused[0].why == "is not a number"


def test_an_index_that_is_none_is_refused_once_however_many_columns_have_it():
    table = "1.3.6.1.4.1.14179.2.2.1.1"
    readings = said(AIROS, {f"{table}.{column}.1.2": b"x" for column in (3, 16, 17)})
    assert readings.access_points == ()
    assert [one.why for one in readings.refused] == ["the index ends within a MAC address"]


def test_rows_that_were_torn_while_they_were_read_stand_with_what_they_have():
    readings = said(AIROS, {f"{SSID}.1": b"a", f"{SSID}.2": b"b", "1.3.6.1.4.1.14179.2.1.1.1.38.2": 7})
    assert [(one.name, one.clients) for one in readings.ssids] == [("a", None), ("b", 7)]


def test_two_indices_that_make_one_row_are_not_mixed():
    """An octet that is no UTF-8 is written as an escape; another network may have that escape for its name."""
    table = "1.3.6.1.4.1.14823.2.2.1.5.2.1.8.1.2"
    raw, escaped = ((len(one), *one) for one in (b"\xff", b"\\xff"))
    values = {f"{table}.{'.'.join(map(str, index))}": clients for index, clients in ((raw, 3), (escaped, 8))}
    readings = said(CATALOGUE["aruba"], values)
    assert [(one.name, one.clients) for one in readings.ssids] == [("\\xff", 3)]
    assert [one.why for one in readings.refused] == [r"the index names the row '\\xff' a second time"]


def test_refusals_are_counted_beyond_those_that_are_told():
    readings = said(AIROS, {f"{CHANNEL}.{MAC}.{slot}": 0x7FFF for slot in range(200)})
    assert (len(readings.refused), readings.refusals) == (REFUSALS, 200)


def test_the_vendor_s_own_object_wins_over_the_standard_s_whatever_order_they_came_in():
    serial, chassis = "1.3.6.1.4.1.14179.1.1.1.4.0", "1.3.6.1.2.1.47.1.1.1.1"
    values = {serial: b"FCW1430L0CZ", f"{chassis}.11.1": b"OTHER", f"{chassis}.5.1": 3}
    for one in (values, dict(reversed(values.items()))):
        assert said(CATALOGUE["cisco-airos"], one).identity.serial == "FCW1430L0CZ"


def test_the_chassis_is_told_from_its_parts():
    entry = "1.3.6.1.2.1.47.1.1.1.1"
    stack = {
        f"{entry}.5.1": 11,
        f"{entry}.5.1001": 3,
        f"{entry}.11.1001": b"FIRST",
        f"{entry}.13.1001": b"WS-C3750",
        f"{entry}.5.2001": 3,
        f"{entry}.11.2001": b"SECOND",
        f"{entry}.5.1002": 6,
        f"{entry}.11.1002": b"SUPPLY",
    }
    readings = said(ANY, stack)
    assert (readings.identity.serial, readings.identity.model) == ("FIRST", "WS-C3750")
    assert [one.serial for one in readings.parts if one.kind == "chassis"] == ["FIRST", "SECOND"]


def test_without_classes_the_outermost_part_is_the_chassis():
    entry = "1.3.6.1.2.1.47.1.1.1.1"
    values = {f"{entry}.4.1": 0, f"{entry}.11.1": b"OUTER", f"{entry}.4.2": 1, f"{entry}.11.2": b"INNER"}
    assert said(ANY, values).identity.serial == "OUTER"


def test_a_power_level_is_a_number_of_dbm_only_where_the_list_has_it():
    radio = "1.3.6.1.4.1.14179.2.2.2.1"
    for level, levels, dbm in (
        (2, b"17,14,11", 14.0),
        (4, b"17,14,11", None),
        (1, b"high,low", None),
        (1, b"999", None),
    ):
        readings = said(AIROS, {f"{radio}.6.{MAC}.0": level, f"{radio}.22.{MAC}.0": levels})
        assert readings.radios[0].power == dbm


def test_a_neighbour_s_identifiers_are_written_as_their_subtypes_say():
    entry = "1.0.8802.1.1.2.1.4.1.1"
    for kind, octets, written in (
        (4, bytes.fromhex("444ca8313edf"), "44:4c:a8:31:3e:df"),
        (4, b"not six", "not six"),
        (5, bytes((1, 192, 0, 2, 1)), "192.0.2.1"),
        (7, b"core\x00", "core\x00"),
    ):
        readings = said(ANY, {f"{entry}.4.0.3.1": kind, f"{entry}.5.0.3.1": octets})
        assert readings.neighbours[0].chassis == written


def test_the_networks_of_a_unifi_radio_tell_its_channel_power_and_clients():
    bss, radio = "1.3.6.1.4.1.41112.1.6.1.2.1", "1.3.6.1.4.1.41112.1.6.1.1.1"
    values = {f"{radio}.3.1": b"ng", f"{radio}.6.1": 23, f"{radio}.3.2": b"na"}
    for number, ssid, clients in ((1, b"student", 11), (2, b"staff", 4)):
        values |= {
            f"{bss}.2.{number}": bytes((2, 0, 0, 0, 0, number)),
            f"{bss}.4.{number}": 6,
            f"{bss}.6.{number}": ssid,
            f"{bss}.8.{number}": clients,
            f"{bss}.9.{number}": b"ng",
            f"{bss}.21.{number}": 20,
            f"{bss}.22.{number}": 1,
        }
    readings = said(CATALOGUE["unifi"], values)
    first, second = readings.radios
    assert (first.channel, first.power, first.clients, first.utilisation) == (6, 20.0, 15, 23.0)
    assert (second.channel, second.clients) == (None, None)
    assert next((one.ssid, one.bssid, one.up) for one in readings.bsss) == ("student", "02:00:00:00:00:01", True)


def test_a_capsman_controller_s_radios_stand_beside_its_own():
    table = "1.3.6.1.4.1.14988.1.1.1"
    values = {
        f"{table}.3.1.7.4": 5180,
        f"{table}.3.1.6.4": 3,
        f"{table}.7.1.5.4": b"2437/20/gn(20dBm)",
        f"{table}.7.1.2.4": 8,
    }
    readings = said(CATALOGUE["mikrotik"], values)
    assert [(one.key, one.channel, one.clients) for one in readings.radios] == [("4", 36, 3), ("capsman/4", 6, 8)]


def test_a_9800_is_read_by_the_tables_of_its_elders():
    values = {
        "1.3.6.1.4.1.9.9.513.1.3.35.0": 48,
        "1.3.6.1.4.1.9.9.512.1.1.1.1.4.1": b"student",
        "1.3.6.1.4.1.9.9.512.1.1.1.1.2.1": 1,
        "1.3.6.1.4.1.14179.2.1.1.1.38.1": 310,
        f"1.3.6.1.4.1.9.9.513.1.1.1.1.5.{MAC}": b"ap-1",
        f"1.3.6.1.4.1.14179.2.2.1.1.6.{MAC}": 3,
    }
    readings = said(CATALOGUE["cisco-9800"], values)
    assert readings.totals.access_points == 48
    assert [(one.name, one.enabled, one.clients) for one in readings.ssids] == [("student", True, 310)]
    assert [(one.name, one.up, one.state) for one in readings.access_points] == [("ap-1", False, "downloading")]


def test_lines_that_are_no_neighbours_are_left_out():
    index = ".".join(map(str, (16, *b"neighbours-wlan0")))
    heard = b"02:00:00:00:00:01 6 -70 a b\n\x1b[31m\n02:00:00:00:00:02 999 -70 x\n02:00:00:00:00:01 6 -71 again\n" * 300
    readings = said(CATALOGUE["openwrt"], {f"1.3.6.1.4.1.8072.1.3.2.3.1.2.{index}": heard})
    assert [(one.key, one.ssid) for one in readings.rogues] == [("wlan0/02:00:00:00:00:01", "a b")]


def test_the_token_is_the_fortigate_s_own_number():
    base = "1.3.6.1.4.1.12356.101.22.1"
    readings = said(CATALOGUE["fortigate"], {f"{base}.1.0": 77, f"{base}.2.0": b"9f8e7d", f"{base}.3.0": b"2026-01-02"})
    assert token(readings.identity, readings.changes) == ("serial", 77, "9f8e7d", "2026-01-02")


def test_ticks_are_worth_something_only_with_the_boots():
    base = "1.3.6.1.4.1.2011.6.10.1.1"
    values = {f"{base}.1.0": 9022, f"{base}.3.0": 17, "1.3.6.1.6.3.10.2.1.2.0": 3}
    readings = said(CATALOGUE["huawei"], values)
    assert token(readings.identity, readings.changes) == ("ticks", 3, 9022)


def test_rows_of_the_store_are_of_groups_and_fields():
    readings = said(AIROS, {f"{SSID}.1": b"school", SYSNAME: b"wlc", "1.3.6.1.4.1.14179.2.1.1.1.6.1": 1})
    rows = {(one.object, one.index): one.value for one in flat("wlc", readings, 5.0)}
    assert rows == {
        ("identity.name", ""): "wlc",
        ("identity.maker", ""): "Cisco",
        ("ssids.name", "1"): "school",
        ("ssids.enabled", "1"): "yes",
    }


values = st.one_of(st.none(), st.integers(-(2**31), 2**64 - 1), st.binary(max_size=40), st.just((1, 3, 6, 1)))
indices = st.lists(st.integers(0, 300), max_size=9).map(tuple)


@given(st.data())
def test_no_answer_of_any_device_breaks_reading(data):
    """Whatever stands in whichever column under whatever index: a result, and a bounded one."""
    vendor = CATALOGUE[data.draw(st.sampled_from(sorted(CATALOGUE.vendors)))]
    oids = st.sampled_from(sorted(vendor.by_oid))
    columns = data.draw(st.dictionaries(oids, st.dictionaries(indices, values, max_size=6), max_size=12))
    readings = read(vendor, columns)
    assert len(readings.refused) <= min(REFUSALS, readings.refusals)
    list(flat("x", readings, 0.0))


@given(st.data())
def test_reading_depends_on_no_order(data):
    vendor = CATALOGUE["cisco-airos"]
    oids = st.sampled_from(sorted(vendor.by_oid))
    columns = data.draw(
        st.dictionaries(oids, st.dictionaries(st.just((0, 58, 152, 176, 46, 112, 1)), values), max_size=8)
    )
    one, other = read(vendor, columns), read(vendor, dict(reversed(columns.items())))
    assert (one.radios, one.identity, one.access_points) == (other.radios, other.identity, other.access_points)
