"""A pool of addresses and what is free in it; blocks are taken by bisection, so that each keeps room to grow."""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Iterator

from homeroom.prefix import BITS, Prefix


def _free(pool: Prefix, taken: Iterable[Prefix]) -> Iterator[tuple[int, int]]:
    """Yield the largest aligned blocks of `pool` that touch nothing taken, as (first, length)."""
    bits = BITS[pool.family]
    at = pool.first
    for block in sorted(taken, key=lambda prefix: prefix.first):
        yield from _aligned(at, max(at, block.first), bits)
        at = max(at, block.last + 1)
    yield from _aligned(at, pool.last + 1, bits)


def _aligned(start: int, stop: int, bits: int) -> Iterator[tuple[int, int]]:
    """Cut start..stop (excluded) into aligned blocks."""
    while start < stop:
        size = min(start & -start if start else 1 << bits, 1 << ((stop - start).bit_length() - 1))
        yield start, bits - size.bit_length() + 1
        start += size


class Pool:
    """The free part of one aggregate.

    `take` halves the largest free block until it fits (RFC 3531's order: 0, 1/2, 1/4, 3/4, ...);
    a dense pool is filled from its beginning instead.
    """

    def __init__(self, pool: Prefix, taken: Iterable[Prefix] = (), *, dense: bool = False) -> None:
        self.prefix = pool
        self._dense = dense
        self._heap: list[tuple[int, int, int]] = []
        for first, length in _free(pool, (block for block in taken if block.overlaps(pool))):
            self._put(first, length)

    def _put(self, first: int, length: int) -> None:
        heapq.heappush(self._heap, (0 if self._dense else length, first, length))

    def take(self, length: int) -> Prefix | None:
        """Return a free block of `length`, now taken; None when there is none so large."""
        if not self._heap or self._heap[0][2] > length:
            return None
        _, first, have = heapq.heappop(self._heap)
        bits = BITS[self.prefix.family]
        for half in range(have + 1, length + 1):
            self._put(first + (1 << (bits - half)), half)
        return Prefix(self.prefix.family, first, length)
