"""All pools of a programme: what is wrong with them, what is free in them."""

from __future__ import annotations

from bisect import bisect_left, bisect_right, insort
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Final, TypeAlias

from homeroom.plan.ledger import LENGTH6, LENGTH_WAN
from homeroom.plan.pool import Pool
from homeroom.prefix import Prefix
from homeroom.programme.model import Programme

Blocks: TypeAlias = tuple[Prefix, Prefix, Prefix]
"""What one site has: v4, v6, wan4."""
WAN: Final = "wan_pool"


def check_pools(programme: Programme) -> Iterator[str]:
    """Yield what is wrong with the pools: two that overlap, or one that is in use elsewhere."""
    pools = [(region.id, pool) for region in programme.regions for pool in (region.pool4, region.pool6)]
    pools.append((WAN, programme.wan_pool))
    pools += [("backup_pool", programme.backup_pool)] if programme.backup_pool else []
    pools += [("legacy", prefix) for prefix in programme.legacy]
    pools.sort(key=lambda pair: (pair[1].family, pair[1].first, -pair[1].last))
    widest = pools[0]
    for name, pool in pools[1:]:
        if pool.overlaps(widest[1]) and not name == widest[0] == "legacy":
            yield f"pool {pool} of {name} overlaps {widest[1]} of {widest[0]}: give each its own in programme.yaml"
        if pool.family != widest[1].family or pool.last > widest[1].last:
            widest = (name, pool)


class Taken:
    """Blocks in use, disjoint; `add` refuses one that overlaps."""

    def __init__(self, blocks: Iterable[Blocks]) -> None:
        columns = list(zip(*blocks, strict=True)) or [(), (), ()]
        self._spans = [sorted((prefix.first, prefix.last) for prefix in column) for column in columns]

    def add(self, blocks: Blocks) -> bool:
        """Take all three blocks and return True, or none and return False."""
        if any(self._meets(spans, prefix) for spans, prefix in zip(self._spans, blocks, strict=True)):
            return False
        for spans, prefix in zip(self._spans, blocks, strict=True):
            insort(spans, (prefix.first, prefix.last))
        return True

    @staticmethod
    def _meets(spans: list[tuple[int, int]], prefix: Prefix) -> bool:
        at = bisect_right(spans, (prefix.last, prefix.last))
        return at > 0 and spans[at - 1][1] >= prefix.first


class Pools:
    """Every pool of the programme with what is held taken out; it counts what does not fit and goes on."""

    def __init__(self, programme: Programme, held: Sequence[Blocks]) -> None:
        v4, v6, wan = ([blocks[column] for blocks in held] for column in range(3))
        inside4, inside6 = _Inside(v4), _Inside(v6)
        self._v4 = {region.id: Pool(region.pool4, inside4.of(region.pool4)) for region in programme.regions}
        self._v6 = {region.id: Pool(region.pool6, inside6.of(region.pool6)) for region in programme.regions}
        self._wan = Pool(programme.wan_pool, wan, dense=True)
        self._missing: Counter[tuple[str, str, int]] = Counter()

    def take(self, region: str, length4: int) -> Blocks | None:
        """Return three free blocks, now taken; None when a pool is exhausted, which `missing` then tells."""
        v4 = self._take(self._v4[region], length4, region)
        v6 = self._take(self._v6[region], LENGTH6, region)
        wan = self._take(self._wan, LENGTH_WAN, WAN)
        return None if v4 is None or v6 is None or wan is None else (v4, v6, wan)

    def _take(self, pool: Pool, length: int, name: str) -> Prefix | None:
        block = pool.take(length)
        if block is None:
            self._missing[name, pool.prefix.cidr, length] += 1
        return block

    def missing(self) -> Iterator[str]:
        """Yield one message for each pool that is exhausted: how many blocks of which length find no room."""
        for (name, pool, length), number in sorted(self._missing.items()):
            whose = name if name == WAN else f"region {name}"
            yield (
                f"{whose}: pool {pool} is exhausted, {number} more /{length} find no room: "
                "give it a shorter prefix in programme.yaml"
            )


class _Inside:
    """Prefixes sorted once, so that those inside each pool are a slice."""

    def __init__(self, prefixes: Iterable[Prefix]) -> None:
        self._sorted = sorted(prefixes, key=lambda prefix: prefix.first)
        self._firsts = [prefix.first for prefix in self._sorted]

    def of(self, pool: Prefix) -> Sequence[Prefix]:
        start = bisect_left(self._firsts, pool.first)
        return self._sorted[max(0, start - 1) : bisect_right(self._firsts, pool.last)]
