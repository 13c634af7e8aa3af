"""Canonical JSON: the numbers of RFC 8785's appendix, the order of keys, and the quick way equals the whole one."""

import json
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from homeroom.audit.bundle.canonical import encode, number, plain
from homeroom.errors import AuditError

NUMBERS = {
    "0000000000000000": "0",
    "8000000000000000": "0",
    "0000000000000001": "5e-324",
    "8000000000000001": "-5e-324",
    "7fefffffffffffff": "1.7976931348623157e+308",
    "ffefffffffffffff": "-1.7976931348623157e+308",
    "4340000000000000": "9007199254740992",
    "c340000000000000": "-9007199254740992",
    "4430000000000000": "295147905179352830000",
    "44b52d02c7e14af5": "9.999999999999997e+22",
    "44b52d02c7e14af6": "1e+23",
    "44b52d02c7e14af7": "1.0000000000000001e+23",
    "444b1ae4d6e2ef4e": "999999999999999700000",
    "444b1ae4d6e2ef4f": "999999999999999900000",
    "444b1ae4d6e2ef50": "1e+21",
    "3eb0c6f7a0b5ed8c": "9.999999999999997e-7",
    "3eb0c6f7a0b5ed8d": "0.000001",
    "41b3de4355555553": "333333333.3333332",
    "41b3de4355555557": "333333333.33333343",
    "becbf647612f3696": "-0.0000033333333333333333",
    "43143ff3c1cb0959": "1424953923781206.2",
}
"""RFC 8785, appendix B: IEEE 754 -> ECMAScript."""
TEXTS = st.text(max_size=8)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | st.floats(-(2.0**53), 2.0**53) | TEXTS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4),
    max_leaves=12,
)  # fmt: skip
WRITTEN = st.floats(1e-4, 1e14) | st.floats(-1e14, -1e-4) | st.integers(-(2**53) + 1, 2**53 - 1).map(float)


@pytest.mark.parametrize(("bits", "text"), NUMBERS.items())
def test_numbers_are_written_as_the_rfc_says(bits, text):
    (value,) = struct.unpack(">d", bytes.fromhex(bits))
    assert encode(value).decode() == text


def test_the_rfc_s_example_of_keys_and_text():
    keys = {"\u20ac": 1, "\r": 2, "\ufb33": 3, "1": 4, "\U0001f600": 5, "\u0080": 6, "\u00f6": 7}
    ordered = ["\r", "1", "\u0080", "\u00f6", "\u20ac", "\U0001f600", "\ufb33"]
    assert list(json.loads(encode(keys))) == ordered
    assert encode('\u20ac$\x0f\nA\'B"\\\\"/').decode() == r'"€$\u000f' + r"\n" + r"""A'B\"\\\\\"/""" + '"'


@given(VALUES)
def test_what_is_written_reads_back_and_is_written_the_same_again(value):
    read = json.loads(encode(value))
    assert read == value
    assert encode(read) == encode(value)


@given(st.dictionaries(st.sampled_from(["at", "rule", "Z", "a-b"]), WRITTEN | TEXTS | st.lists(WRITTEN, max_size=3)))
def test_the_quick_way_gives_the_same_bytes(record):
    def prepared(value):
        if isinstance(value, list):
            return [prepared(one) for one in value]
        return number(value) if isinstance(value, float) else value

    ready = {key: prepared(value) for key, value in record.items()}
    assert plain(ready) == encode(record)


def test_half_a_surrogate_pair_from_a_broken_device_becomes_the_replacement_character():
    assert plain({"a": "x\ud800y"}) == encode({"a": "x\ud800y"}) == '{"a":"x\ufffdy"}'.encode()


@pytest.mark.parametrize("value", [float("nan"), float("inf"), 2**53 + 1, 10**400, {1: 2}, object(), b"bytes"])
def test_what_json_has_no_word_for_is_refused(value):
    with pytest.raises(AuditError):
        encode(value)


@pytest.mark.parametrize("value", [float("nan"), float("inf"), 1e-5, -1e-5, 2.0**60, 1e300])
def test_a_number_that_the_quick_way_would_write_otherwise_is_refused(value):
    with pytest.raises(AuditError, match="neither a time nor a coordinate"):
        number(value)
