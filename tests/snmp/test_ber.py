"""Our BER against pyasn1's, and against bytes that no encoder would send."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyasn1.codec.ber import decoder, encoder
from pyasn1.error import PyAsn1Error
from pysnmp.proto import rfc1902, rfc1905

from homeroom.errors import Malformed
from homeroom.snmp import ber
from homeroom.snmp.ber import Reader

subid = st.integers(0, 2**32 - 1) | st.integers(0, 300)
oids = st.builds(
    lambda first, rest: (*first, *rest),
    st.tuples(st.integers(0, 1), st.integers(0, 39)) | st.tuples(st.just(2), st.integers(0, 2**32 - 100)),
    st.lists(subid, max_size=126),
)
numbers = st.integers(-(2**31), 2**31 - 1)
UNSIGNED = {
    ber.COUNTER32: (rfc1902.Counter32, 32),
    ber.GAUGE32: (rfc1902.Gauge32, 32),
    ber.TIME_TICKS: (rfc1902.TimeTicks, 32),
    ber.COUNTER64: (rfc1902.Counter64, 64),
}
values = st.one_of(
    st.tuples(st.just(ber.INTEGER), numbers),
    st.tuples(st.sampled_from([ber.OCTETS, ber.OPAQUE]), st.binary(max_size=300)),
    st.tuples(st.just(ber.OID), oids),
    st.tuples(st.just(ber.IP_ADDRESS), st.binary(min_size=4, max_size=4)),
    st.tuples(st.sampled_from([ber.COUNTER32, ber.GAUGE32, ber.TIME_TICKS]), st.integers(0, 2**32 - 1)),
    st.tuples(st.just(ber.COUNTER64), st.integers(0, 2**64 - 1)),
    st.tuples(st.sampled_from([ber.NULL, ber.NO_SUCH_OBJECT, ber.NO_SUCH_INSTANCE, ber.END_OF_MIB_VIEW]), st.none()),
)


@given(values)
def test_what_is_written_is_read_back(pair):
    reader = Reader(ber.encode(*pair))
    assert reader.value() == pair
    reader.finish()


@given(
    numbers.filter(lambda n: n not in (-(2**7), -(2**15), -(2**23), -(2**31)))
)  # there pyasn1 writes an octet too many
def test_integers_are_written_as_pyasn1_writes_them(number):
    assert ber.integer(number) == encoder.encode(rfc1902.Integer32(number))


@pytest.mark.parametrize(
    ("number", "octets"),
    [(0, "00"), (127, "7f"), (128, "0080"), (-1, "ff"), (-128, "80"), (-129, "ff7f"), (-(2**31), "80000000")],
)
def test_integers_are_as_short_as_can_be(number, octets):
    assert ber.integer(number)[2:].hex() == octets


@given(st.sampled_from(sorted(UNSIGNED)), st.data())
def test_unsigned_types_are_written_as_pyasn1_writes_them(tag, data):
    kind, bits = UNSIGNED[tag]
    number = data.draw(st.integers(0, 2**bits - 1))
    assert ber.integer(number, tag) == encoder.encode(kind(number))


@given(oids)
def test_oids_are_written_as_pyasn1_writes_them(oid):
    assert ber.oid(oid) == encoder.encode(rfc1902.ObjectName(oid))


@given(st.binary(max_size=70_000))
def test_octets_are_written_as_pyasn1_writes_them(octets):
    assert ber.octets(octets) == encoder.encode(rfc1902.OctetString(octets))


def test_exceptions_are_written_as_pyasn1_writes_them():
    for tag, value in (
        (ber.NULL, rfc1902.Null("")),
        (ber.NO_SUCH_OBJECT, rfc1905.noSuchObject),
        (ber.NO_SUCH_INSTANCE, rfc1905.noSuchInstance),
        (ber.END_OF_MIB_VIEW, rfc1905.endOfMibView),
    ):
        assert ber.null(tag) == encoder.encode(value)


@given(
    st.binary(max_size=80)
    | st.builds(lambda tag, body: bytes([tag, len(body)]) + body, st.integers(0, 255), st.binary(max_size=60))
)
def test_no_bytes_raise_anything_else_and_what_is_read_pyasn1_reads_too(data):
    reader = Reader(data)
    try:
        tag, value = reader.value()
        reader.finish()
    except Malformed:
        return
    if tag in (ber.INTEGER, ber.OID, ber.OCTETS):
        theirs, rest = decoder.decode(data)
        assert rest == b""
        assert value == {ber.INTEGER: int, ber.OID: tuple, ber.OCTETS: bytes}[tag](theirs)


@given(st.binary(min_size=1, max_size=40))
def test_an_oid_that_pyasn1_refuses_is_refused(content):
    data = ber.tlv(ber.OID, content)
    try:
        decoder.decode(data)
    except PyAsn1Error:
        with pytest.raises(Malformed):
            Reader(data).oid()


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ("", "the message ends within a header"),
        ("02", "the message ends within a header"),
        ("0201", "a value is longer than what holds it"),
        ("0280", "indefinite, oversized or cut length"),
        ("0285000000000101", "indefinite, oversized or cut length"),
        ("0282 01", "indefinite, oversized or cut length"),
        ("0200", "an INTEGER of 0 octets"),
        ("0206000000000001", "an INTEGER of 6 octets"),
        ("02050080000000", "2147483648 is no Integer32"),
        ("0205ff7fffffff", "-2147483649 is no Integer32"),
        ("4100", "no unsigned number of 32 bits"),
        ("4101ff", "no unsigned number of 32 bits"),
        ("41050100000000", "no unsigned number of 32 bits"),
        ("4609010000000000000000", "no unsigned number of 64 bits"),
        ("0600", "an empty or cut OBJECT IDENTIFIER"),
        ("06022b80", "an empty or cut OBJECT IDENTIFIER"),
        ("06032b8001", "a padded or oversized sub-identifier"),
        ("06072b818080808001", "a padded or oversized sub-identifier"),
        ("06062bffffffff7f", "more than 128 sub-identifiers, or one above 2^32"),
        ("400301 0203", "no value has tag 0x40 and 3 octets"),
        ("050100", "no value has tag 0x05 and 1 octets"),
        ("300402020101", "no value has tag 0x30 and 4 octets"),
        ("0101ff", "no value has tag 0x01 and 1 octets"),
    ],
)
def test_each_malformation_is_named(data, message):
    with pytest.raises(Malformed) as caught:
        Reader(bytes.fromhex(data)).value()
    assert str(caught.value) == message


def test_too_many_subidentifiers_are_refused():
    Reader(ber.oid((1, 3, *range(126)))).oid()
    with pytest.raises(Malformed, match="more than 128"):
        Reader(ber.oid((1, 3, *range(127)))).oid()


def test_bounds_tags_and_left_overs_are_named():
    for read, message in (
        (lambda r: r.integer(0, 4), "5 is not between 0 and 4"),
        (lambda r: r.take(ber.OCTETS), "tag 0x02 where 0x04 must stand"),
        (lambda r: r.enter(), "tag 0x02 where 0x30 must stand"),
        (lambda r: r.finish(), "3 octets too many"),
    ):
        with pytest.raises(Malformed) as caught:
            read(Reader(ber.integer(5)))
        assert str(caught.value) == message


@pytest.mark.parametrize("data", ["028101 05", "02820001 05", "0202 0005", "0204 00000005"])
def test_longer_than_needed_is_read(data):
    assert Reader(bytes.fromhex(data)).integer() == 5


def test_all_octets_of_an_unsigned_type_may_be_its_own():
    """pyasn1 refuses what agents send that forget the leading zero; net-snmp reads it as it is meant."""
    assert Reader(bytes.fromhex("4104ffffffff")).value() == (ber.COUNTER32, 2**32 - 1)
    assert Reader(bytes.fromhex("4608ffffffffffffffff")).value() == (ber.COUNTER64, 2**64 - 1)
    with pytest.raises(PyAsn1Error):
        decoder.decode(bytes.fromhex("4104ffffffff"), asn1Spec=rfc1902.Counter32())


def test_the_lowest_integer_is_read_as_pyasn1_writes_it():
    assert Reader(encoder.encode(rfc1902.Integer32(-(2**31)))).integer() == -(2**31)


def test_oids_have_a_text():
    assert ber.dotted(".1.3.6.1") == ber.dotted("1.3.6.1") == (1, 3, 6, 1)
    assert ber.text((1, 3, 6, 1)) == "1.3.6.1"
