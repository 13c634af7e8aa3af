"""Counters: what passed is what was counted, through wraps; across a restart, or where it is not sure, nothing."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from homeroom.store.counters import LONGEST, Counters, Passed, passed, restarted

TICKS = 1 << 32
MBIT = 10**6


def of(uptime=100_000, rx=0, tx=0, **more):
    return Counters(uptime, rx, tx, **more)


def later(span, one, **more):
    return Counters(
        **{**{name: getattr(one, name) for name in Counters.__slots__}, "uptime": one.uptime + span * 100, **more}
    )


def test_what_grew_passed():
    one = of(rx=1000, tx=50, errors=1)
    assert passed(one, later(60, one, rx=7000, tx=50, errors=3), 60) == Passed(60, 6000, 0, 2)


@given(
    line=st.tuples(st.sampled_from([32, 64]), st.sampled_from([10 * MBIT, 100 * MBIT, 500 * MBIT])),
    span=st.integers(1, 60),
    start=st.integers(0, (1 << 64) - 1),
    up=st.integers(0, TICKS - 1),
    shares=st.tuples(st.floats(0, 1), st.floats(0, 1)),
)
def test_a_wrap_of_counter_or_uptime_loses_nothing(line, span, start, up, shares):
    bits, speed = line
    limit = speed * span // 8
    rx, tx = (int(share * limit) for share in shares)
    width = 1 << bits
    before = Counters(up, start % width, start // 3 % width, 0, bits, speed)
    after = Counters((up + span * 100) % TICKS, (start + rx) % width, (start // 3 + tx) % width, 0, bits, speed)
    found = passed(before, after, span)
    if bits == 32 and limit + speed // 80 >= 1 << 32:
        assert found is None, "it may have wrapped twice"
    elif bits == 64 and (start % width + rx >= width or start // 3 % width + tx >= width):
        assert found is None or None in {found.rx, found.tx}, "64 bits do not wrap: they were set back"
    else:
        assert found == Passed(span, rx, tx, 0)


@pytest.mark.parametrize("boots", [(None, None), (4, 5)])
def test_across_a_restart_nothing_is_known(boots):
    before = of(uptime=50_000, rx=10**9, tx=10**9, boots=boots[0])
    after = Counters(1_200, 5, 5, boots=boots[1])
    assert restarted(before, after, 300)
    assert passed(before, after, 300) is None


def test_a_restart_that_uptime_does_not_show_is_seen_by_the_boots():
    before, after = of(uptime=300, boots=4), of(uptime=30_000, rx=9, boots=5)
    assert restarted(before, after, 300)
    assert not restarted(of(uptime=300, boots=4), of(uptime=30_000, boots=4), 300)


def test_uptime_that_wraps_is_no_restart():
    before, after = of(uptime=TICKS - 1_000, rx=7), of(uptime=29_000, rx=9)
    assert not restarted(before, after, 300)
    assert passed(before, after, 300) == Passed(300, 2, 0, 0)


@given(before=st.integers(0, TICKS - 1), up=st.integers(0, 26_000), span=st.just(300))
def test_a_restart_within_the_span_is_always_seen_but_in_the_first_moments(before, up, span):
    seen = restarted(of(uptime=before), of(uptime=up), span)
    since_start = (up - before) % TICKS
    assert seen == (abs(since_start - span * 100) > 3_000)


@pytest.mark.parametrize("span", [0, -60, LONGEST + 1])
def test_too_far_apart_or_backwards_is_nothing(span):
    assert passed(of(), later(max(span, 1), of(), rx=5), span) is None


def test_64_bits_that_go_back_were_cleared():
    one = of(rx=10**12, tx=5, errors=3)
    assert passed(one, later(60, one, rx=100, tx=9, errors=0), 60) == Passed(60, None, 4, None)


def test_more_than_the_line_carries_is_not_believed():
    one = of(rx=0, speed=100 * MBIT)
    assert passed(one, later(60, one, rx=10**12), 60) == Passed(60, None, 0, 0)
    fastest = of(rx=0)
    assert passed(fastest, later(60, fastest, rx=1 << 62), 60) == Passed(60, None, 0, 0)


def test_a_32_bit_counter_of_a_fast_line_says_nothing():
    one = of(rx=0, bits=32, speed=1000 * MBIT)
    assert passed(one, later(60, one, rx=10**6), 60) is None
    assert passed(one, later(30, one, rx=10**6), 30) == Passed(30, 10**6, 0, 0)


def test_another_width_is_another_counter():
    assert passed(of(bits=32), later(60, of(), rx=5), 60) is None


@pytest.mark.parametrize(
    "wrong",
    [
        {"rx": 1 << 64},
        {"rx": -1},
        {"tx": 1 << 32, "bits": 32},
        {"uptime": TICKS},
        {"errors": TICKS},
        {"boots": -1},
        {"bits": 48},
    ],
)
def test_what_no_counter_can_be_is_refused(wrong):
    with pytest.raises(ValueError, match="these are no counters"):
        of(**wrong)
