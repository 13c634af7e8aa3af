"""Values and indices: each kind on what devices send, and on what nobody should."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from homeroom.snmp.ask import index
from homeroom.snmp.ask.decode import KINDS, MAX_TEXT, Options, channel_of
from homeroom.snmp.ask.show import shown, written

oids = st.lists(st.integers(0, 2**32 - 1), max_size=20).map(tuple)
values = st.one_of(st.integers(-(2**31), 2**64 - 1), st.binary(max_size=64), oids)


def decode(kind, value, **options):
    made, _ = KINDS[kind]
    return made(Options(**options))(value)


@pytest.mark.parametrize(
    ("kind", "value", "options", "said"),
    [
        ("text", "Ñandú".encode(), {}, "Ñandú"),
        ("text", b"\xd6\xd0\xce\xc4", {}, "\\xd6\\xd0\\xce\\xc4"),
        ("text", b"", {}, ""),
        ("text", b"padded \x00", {}, "padded \x00"),
        ("text", 5, {}, "5"),
        ("label", b"FOC1408Z61U  \x00\x00", {}, "FOC1408Z61U"),
        ("label", b" \x00", {}, None),
        ("label", b"UNKNOWN", {"nothing": frozenset({"UNKNOWN"})}, None),
        ("int", 0, {"nothing": frozenset({"0", "-128"})}, None),
        ("int", -128, {"nothing": frozenset({"0", "-128"})}, None),
        ("int", 2**64 - 1, {}, 2**64 - 1),
        ("number", 94, {"scale": -1.0}, -94.0),
        ("number", 185, {"scale": 0.1}, 18.5),
        ("ticks", 4294967295, {}, 42949672.95),
        ("digits", b"161-", {}, 161),
        ("digits", b"5180/20-Ce/ac(17dBm)", {}, 5180),
        ("digits", b"auto", {}, None),
        ("digits", 36, {}, 36),
        ("decimal", b"22.00 degrees Celsius (NORMAL)", {}, 22.0),
        ("decimal", b"-104.5", {}, -104.5),
        ("decimal", b"", {}, None),
        ("mac", bytes.fromhex("003a98b02e70"), {}, "00:3a:98:b0:2e:70"),
        ("mac", b"00-3A-98-B0-2E-70", {}, "00:3a:98:b0:2e:70"),
        ("mac", bytes(6), {}, None),
        ("mac", b"", {}, None),
        ("phys", bytes.fromhex("2003000533316d94"), {}, "20:03:00:05:33:31:6d:94"),
        ("phys", b"", {}, None),
        ("ip", bytes((10, 10, 2, 12)), {}, "10.10.2.12"),
        ("ip", bytes(4), {}, None),
        ("ip", bytes(15) + b"\x01", {}, "::1"),
        ("ip", b"192.0.2.7", {}, "192.0.2.7"),
        ("oid", (1, 3, 6), {}, "1.3.6"),
        ("hex", b"\x28\x00", {}, "2800"),
        ("flag", 1, {"true": frozenset({"1"})}, True),
        ("flag", 2, {"true": frozenset({"1"})}, False),
        ("flag", b"Connect", {"true": frozenset({"Connect"})}, True),
        ("word", 2, {"words": {"2": "down"}}, "down"),
        ("word", 77, {"words": {"2": "down"}}, "77"),
        ("ports", bytes.fromhex("8001"), {}, (1, 16)),
        ("ports", b"", {}, ()),
        ("ports-reversed", bytes.fromhex("0300"), {}, (9, 10)),
        ("port-names", b"530,531,", {}, (530, 531)),
        ("port-names", b"", {}, ()),
        ("date", bytes.fromhex("07e20c1d0a0b0c03"), {}, "2018-12-29T10:11:12"),
        ("date", bytes.fromhex("07e10c130f342b002b0800"), {}, "2017-12-19T15:52:43+08:00"),
        ("date", bytes.fromhex("07e10c130f342b002d0330"), {}, "2017-12-19T15:52:43-03:48"),
        ("date", bytes(8), {}, None),
        ("mhz", 5860, {}, 172),
        ("mhz", b"2412 MHz", {}, 1),
        ("mhz", b"-", {}, None),
    ],
)
def test_a_value_is_what_its_kind_makes_of_it(kind, value, options, said):
    assert decode(kind, value, **options) == said


@pytest.mark.parametrize(
    ("kind", "value", "why"),
    [
        ("int", b"5", "not a number"),
        ("number", (1, 3), "not a number"),
        ("ticks", b"", "not a number"),
        ("mac", b"\x01\x02\x03", "not a MAC address"),
        ("mac", 5, "octets"),
        ("phys", bytes(33), "longer than 32"),
        ("ip", b"300.1.1.1", "not an IP address"),
        ("ip", b"\x01\x02\x03", "not an IP address"),
        ("oid", 5, "object identifier"),
        ("hex", 5, "octets"),
        ("ports", bytes(513), "4096 ports"),
        ("port-names", b"ge-0/0/1", "port numbers"),
        ("port-names", b"1" * 10, "port numbers"),
        ("date", b"\x07\xe2", "8 or 11 octets"),
        ("date", bytes.fromhex("07e20d1d0a0b0c03"), "month"),
    ],
)
def test_what_cannot_be_is_refused_with_a_reason(kind, value, why):
    with pytest.raises(ValueError, match=why):
        decode(kind, value)


@given(st.sampled_from(sorted(KINDS)), values)
def test_no_value_breaks_a_decoder(kind, value):
    """Whatever comes is decoded to the kind's type, is nothing, or is refused as a ValueError."""
    made, result = KINDS[kind]
    try:
        said = made(Options(true=frozenset({"1"}), words={"1": "up"}))(value)
    except (ValueError, OverflowError):
        return
    assert said is None or isinstance(said, result)


def test_a_text_without_end_is_cut_and_says_so():
    said = decode("text", b"A" * 60_000)
    assert (len(said), said[-1]) == (MAX_TEXT + 1, "…")


@pytest.mark.parametrize(
    ("mhz", "channel"),
    [(2412, 1), (2472, 13), (2484, 14), (5180, 36), (5825, 165), (5955, 1), (7115, 233), (2000, None), (5000, None)],
)
def test_the_channel_of_a_frequency(mhz, channel):
    assert channel_of(mhz) == channel


def split(names, oid):
    return dict(index.split(oid, {name: index.PARTS[kind] for name, kind in names.items()}))


@pytest.mark.parametrize(
    ("names", "oid", "parts", "key"),
    [
        ({"index": "int"}, (10101,), {"index": 10101}, "10101"),
        ({"ap": "mac", "slot": "int"}, (0, 58, 152, 176, 46, 112, 1), {"ap": "00:3a:98:b0:2e:70", "slot": 1}, None),
        ({"mac": "counted-mac"}, (6, 12, 244, 213, 36, 221, 0), {"mac": "0c:f4:d5:24:dd:00"}, "0c:f4:d5:24:dd:00"),
        ({"name": "text"}, (4, 66, 85, 80, 84), {"name": "BUPT"}, "BUPT"),
        ({"name": "text"}, (0,), {"name": ""}, ""),
        ({"key": "int", "name": "rest"}, (3, 66, 85), {"key": 3, "name": "BU"}, "3/BU"),
        ({"_time": "mark", "id": "int"}, (1590, 40), {"_time": 1590, "id": 40}, "40"),
        ({"_time": "mark", "id": "int"}, (40,), {"id": 40}, "40"),
        ({"address": "ip"}, (192, 0, 2, 1), {"address": "192.0.2.1"}, "192.0.2.1"),
        ({"key": "oid"}, (1, 2, 3), {"key": "1.2.3"}, "1.2.3"),
    ],
)
def test_an_index_is_split_into_its_parts(names, oid, parts, key):
    assert split(names, oid) == parts
    assert key is None or index.key(parts) == key


@pytest.mark.parametrize(
    ("names", "oid", "why"),
    [
        ({"index": "int"}, (), "ends too early"),
        ({"index": "int"}, (1, 2), "1 sub-identifiers too many"),
        ({"ap": "mac"}, (1, 2, 3), "ends within a MAC"),
        ({"ap": "mac"}, (0, 58, 152, 176, 46, 300), "no octet"),
        ({"name": "text"}, (5, 66), "ends within a string"),
        ({"mac": "counted-mac"}, (2, 1, 2), "another length than 6"),
        ({"address": "ip"}, (1, 2), "ends within an address"),
        ({"name": "rest"}, (4294967295,), "no octet"),
    ],
)
def test_an_index_of_another_table_is_refused(names, oid, why):
    with pytest.raises(ValueError, match=why):
        split(names, oid)


@given(st.lists(st.sampled_from(sorted(index.PARTS)), min_size=1, max_size=4), oids)
def test_no_index_breaks_its_reader(kinds, oid):
    names = {f"part{number}": kind for number, kind in enumerate(kinds)}
    try:
        parts = split(names, oid)
    except ValueError:
        return
    assert index.key(parts).count("/") <= len(names) + sum(str(part).count("/") for part in parts.values())


@pytest.mark.parametrize(
    ("text", "view"),
    [
        ("plain Ñandú 学校", "plain Ñandú 学校"),
        ("evil\r\nusername root", "evil\\r\\nusername root"),
        ("\x1b[31mred", "\\x1b[31mred"),
        ("abc\u202egnp.exe", "abc\\u202egnp.exe"),
        ("zero\u200bwidth", "zero\\u200bwidth"),
        ("end\u2028line", "end\\u2028line"),
        ("<img onerror=x>", "<img onerror=x>"),
        ("x" * 300, "x" * 199 + "…"),
    ],
)
def test_what_a_device_said_is_made_harmless_where_it_is_shown(text, view):
    assert shown(text) == view


@given(st.text())
def test_nothing_that_is_shown_hides_or_turns_around(text):
    view = shown(text, 50)
    assert all(one.isprintable() for one in view)


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        (True, "yes"),
        (False, "no"),
        ((1, 2), "1,2"),
        ((), ""),
        (18.0, "18"),
        (-104.5, "-104.5"),
        (42949672.95, "42949672.95"),
        ("x", "x"),
    ],
)
def test_values_are_written_for_the_store(said, kept):
    assert written(said) == kept
