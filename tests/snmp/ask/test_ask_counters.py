"""Counters that wrap, that restart, that stand still: a growth that nobody can know is unknown."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from homeroom.snmp.ask.counters import Traffic, growth, restarted, traffic
from homeroom.snmp.ask.wired import Identity, Interface

WRAP32, WRAP64 = 1 << 32, 1 << 64


@pytest.mark.parametrize(
    ("before", "after", "bits", "most", "grown"),
    [
        (100, 150, 32, None, 50),
        (WRAP32 - 10, 5, 32, None, 15),
        (WRAP32 - 10, 5, 32, 1000, 15),
        (500, 5, 32, 1000, None),  # set back, not wrapped: the way around is longer than the wire allows
        (100, 150, 32, WRAP32, None),  # it may have wrapped unseen
        (100, 150, 32, 40, None),  # more than the wire carries
        (100, 150, 64, None, 50),
        (500, 5, 64, None, None),  # 64 bits do not wrap
        (WRAP64 - 10, 5, 64, 1000, 15),
        (7, 7, 64, 1000, 0),
    ],
)
def test_growth(before, after, bits, most, grown):
    assert growth(before, after, bits, most) == grown


@given(st.integers(0, WRAP32 - 1), st.integers(0, 10**9), st.integers(0, 10**9))
def test_a_counter_that_wrapped_grew_by_what_was_counted(before, counted, slack):
    assert growth(before, (before + counted) % WRAP32, 32, counted + slack) == counted


@given(st.integers(0, WRAP32 - 1), st.integers(0, WRAP32 - 1), st.floats(1, WRAP32 * 2))
def test_growth_is_never_more_than_the_wire_carries(before, after, most):
    grown = growth(before, after, 32, most)
    assert grown is None or 0 <= grown <= most


@pytest.mark.parametrize(
    ("before", "after", "yes"),
    [
        (Identity(engine_boots=3, uptime=900.0), Identity(engine_boots=4, uptime=2.0), True),
        (Identity(engine_boots=3, uptime=900.0), Identity(engine_boots=3, uptime=2.0), False),
        (Identity(uptime=900.0), Identity(uptime=2.0), True),
        (Identity(uptime=900.0), Identity(uptime=960.0), False),
        (Identity(uptime=WRAP32 / 100 - 20), Identity(uptime=40.0), False),  # 497 days: wrapped
        (Identity(uptime=WRAP32 / 100 - 20), Identity(uptime=90_000.0), True),
        (Identity(), Identity(uptime=40.0), False),
    ],
)
def test_a_restart(before, after, yes):
    assert restarted(before, after) is yes


def at(**said):
    return Interface("1", 1, **said)


@pytest.mark.parametrize(
    ("before", "after", "seconds", "rates"),
    [
        (at(in_octets=0, out_octets=0), at(in_octets=3000, out_octets=600), 60, (50.0, 10.0)),
        (at(in_octets=10**12, out_octets=0), at(in_octets=5, out_octets=600), 60, (None, 10.0)),
        (at(in_octets=0), at(in_octets=10**12, speed=100.0), 60, (None, None)),
        (at(in_octets32=WRAP32 - 600), at(in_octets32=600, speed=100.0), 60, (20.0, None)),
        (at(in_octets32=0), at(in_octets32=600, speed=1000.0), 300, (None, None)),  # 1 Gbit/s: 37 wraps may be unseen
        (at(in_octets32=0), at(in_octets32=600), 60, (None, None)),
        (at(in_octets=0, in_octets32=100), at(in_octets=0, in_octets32=700, speed=10.0), 60, (10.0, None)),
        (at(in_octets=0, out_octets=0), at(in_octets=0, out_octets=0), 60, (0.0, 0.0)),
        (at(in_octets=0), at(in_octets=60), 0, (None, None)),
        (at(in_octets=0), at(in_octets=60), -5, (None, None)),
    ],
)
def test_octets_a_second(before, after, seconds, rates):
    assert traffic(before, after, seconds) == Traffic(*rates)
