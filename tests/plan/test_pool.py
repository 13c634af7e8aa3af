"""A pool hands out aligned, disjoint blocks, far from one another, until nothing fits."""

import itertools

import pytest
from handmade import programme, region
from hypothesis import given
from hypothesis import strategies as st

from homeroom.plan.pool import Pool
from homeroom.plan.pools import Pools, Taken, check_pools
from homeroom.prefix import Prefix

POOL = Prefix.parse("10.0.0.0/24")


def blocks(*texts):
    return tuple(Prefix.parse(text) for text in texts)


def test_bisection():
    pool = Pool(POOL)
    assert [str(pool.take(27)) for _ in range(4)] == ["10.0.0.0/27", "10.0.0.128/27", "10.0.0.64/27", "10.0.0.192/27"]


def test_dense_pool_is_filled_from_its_beginning():
    pool = Pool(POOL, blocks("10.0.0.2/31"), dense=True)
    assert [str(pool.take(31)) for _ in range(3)] == ["10.0.0.0/31", "10.0.0.4/31", "10.0.0.6/31"]


def test_pool_at_address_zero():
    assert str(Pool(Prefix.parse("0.0.0.0/0")).take(8)) == "0.0.0.0/8"


def test_pool_wholly_taken_by_a_larger_prefix():
    assert Pool(POOL, blocks("10.0.0.0/16")).take(32) is None


@given(st.sets(st.integers(0, 255)), st.lists(st.integers(25, 32)), st.booleans())
def test_law_blocks_are_free_aligned_and_disjoint(used, lengths, dense):
    taken = [Prefix(4, POOL.first + offset, 32) for offset in used]
    pool = Pool(POOL, taken, dense=dense)
    given_out = [block for length in lengths if (block := pool.take(length)) is not None]
    everything = sorted(taken + given_out, key=lambda block: block.first)
    assert all(POOL.contains(block) for block in given_out)
    assert all(a.last < b.first for a, b in itertools.pairwise(everything))


@given(st.permutations([*range(4), *range(4)]))
def test_law_largest_first_always_packs(order):
    """Blocks that fill the pool exactly find room, whatever their number, if the larger come first."""
    pool = Pool(POOL)
    lengths = sorted((26 + n // 2 for n in order), reverse=False)
    room = 256
    for length in lengths:
        size = 1 << (32 - length)
        if size <= room:
            assert pool.take(length) is not None
            room -= size


def test_exhausted_pools_are_counted():
    small = region(1, pool4="10.1.0.0/22", pool6="2001:db8:100::/55")
    pools = Pools(programme(small, wan="100.64.0.0/31"), [])
    assert pools.take("PY-1", 23) == blocks("10.1.0.0/23", "2001:db8:100::/56", "100.64.0.0/31")
    assert [pools.take("PY-1", 23) for _ in range(3)] == [None] * 3
    assert list(pools.missing()) == [
        "region PY-1: pool 10.1.0.0/22 is exhausted, 2 more /23 find no room: give it a shorter prefix in programme.yaml",
        "region PY-1: pool 2001:db8:100::/55 is exhausted, 2 more /56 find no room: give it a shorter prefix in programme.yaml",
        "wan_pool: pool 100.64.0.0/31 is exhausted, 3 more /31 find no room: give it a shorter prefix in programme.yaml",
    ]


def test_what_another_region_holds_is_not_given_out():
    held = blocks("10.1.0.0/23", "2001:db8:100::/56", "100.64.0.0/31")
    pools = Pools(programme(region(1)), [held])
    given_out = pools.take("PY-1", 23)
    assert not any(a.overlaps(b) for a, b in zip(held, given_out, strict=True))


def test_taken_refuses_an_overlap_and_takes_nothing_then():
    taken = Taken([blocks("10.0.0.0/23", "2001:db8::/56", "100.64.0.0/31")])
    assert not taken.add(blocks("10.0.2.0/23", "2001:db8::/56", "100.64.0.2/31"))
    assert taken.add(blocks("10.0.2.0/23", "2001:db8:0:100::/56", "100.64.0.2/31"))
    assert not taken.add(blocks("10.0.0.0/20", "2001:db8:0:200::/56", "100.64.0.4/31"))


@pytest.mark.parametrize(
    ("regions", "others", "message"),
    [
        (
            (region(1), region(2, pool4="10.1.128.0/17")),
            {},
            "pool 10.1.128.0/17 of PY-2 overlaps 10.1.0.0/16 of PY-1: give each its own in programme.yaml",
        ),
        (
            (region(1), region(2, pool6="2001:db8:100::/44")),
            {},
            "pool 2001:db8:100::/44 of PY-2 overlaps 2001:db8:100::/40 of PY-1: give each its own in programme.yaml",
        ),
        (
            (region(1),),
            {"wan": "10.1.4.0/24"},
            "pool 10.1.4.0/24 of wan_pool overlaps 10.1.0.0/16 of PY-1: give each its own in programme.yaml",
        ),
        (
            (region(1),),
            {"legacy": ("10.0.0.0/8", "10.9.0.0/16")},
            "pool 10.1.0.0/16 of PY-1 overlaps 10.0.0.0/8 of legacy: give each its own in programme.yaml",
        ),
    ],
)
def test_golden_overlapping_pools(regions, others, message):
    assert list(check_pools(programme(*regions, **others))) == [message]


def test_good_pools():
    assert list(check_pools(programme(legacy=("10.254.0.0/15", "172.16.0.0/12", "172.16.1.0/24")))) == []
