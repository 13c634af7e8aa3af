"""How a site's own blocks lie to every other address that a proof speaks of.

A proof asks of address sets only whether they overlap. Move a site's block elsewhere and every answer stays the same,
if the place it leaves and the place it takes lie in the same of all other sets, wholly, and neither fills its place.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping
from typing import Final, TypeAlias

from homeroom.platforms.access import Access
from homeroom.policy.model import Family
from homeroom.policy.regions import Spans, of_prefix
from homeroom.prefix import Prefix
from homeroom.proof.allowed import Terms
from homeroom.proof.shape import Block

Signature: TypeAlias = tuple[tuple[str, frozenset[int]], ...]
_ROOM: Final = 4
"""A place is at least so many times as wide as the block in it, so that some of it is always left."""


class Relation:
    """The sets that stay where they are, in both families, cut into places that lie in the same of them."""

    def __init__(self, sets: Iterable[tuple[Family, Spans]]) -> None:
        self._sets: dict[int, list[Spans]] = {4: [], 6: []}
        cuts: dict[int, set[int]] = {4: set(), 6: set()}
        for family, spans in dict.fromkeys(sets):
            self._sets[family].append(spans)
            for low, high in spans:
                cuts[family] |= {low, high + 1}
        self._cuts = {family: sorted(found) for family, found in cuts.items()}
        self._known: dict[tuple[int, int], frozenset[int]] = {}

    def signature(self, blocks: Mapping[str, Block]) -> Signature | None:
        """Return in which sets each block lies; None when one lies only partly in some, or fills its place."""
        out: list[tuple[str, frozenset[int]]] = []
        for name, (family, first, last) in blocks.items():
            cuts = self._cuts[family]
            place = bisect_right(cuts, first)
            if bisect_right(cuts, last) != place or not self._roomy(family, place, last - first + 1):
                return None
            out.append((name, self._member(family, place)))
        return tuple(out)

    def _roomy(self, family: int, place: int, size: int) -> bool:
        cuts = self._cuts[family]
        low = cuts[place - 1] if place else 0
        high = cuts[place] if place < len(cuts) else 1 << (32 if family == 4 else 128)
        return high - low >= _ROOM * size

    def _member(self, family: int, place: int) -> frozenset[int]:
        known = self._known.get((family, place))
        if known is None:
            at = self._cuts[family][place - 1] if place else 0
            known = frozenset(n for n, spans in enumerate(self._sets[family]) if _inside(spans, at))
            self._known[family, place] = known
        return known


def _inside(spans: Spans, value: int) -> bool:
    at = bisect_right(spans, value, key=_first)
    return at > 0 and value <= spans[at - 1][1]


def _first(span: tuple[int, int]) -> int:
    return span[0]


def constants(terms: Mapping[Family, Terms]) -> Iterator[tuple[Family, Spans]]:
    """Yield the address sets of a policy."""
    for family, one in terms.items():
        for spans in (one.internal, one.outside, *one.groups.values(), *one.resolvers.values(), *one.reach.values()):
            yield family, spans


def named(access: Access, blocks: Mapping[str, Block]) -> Iterator[tuple[Family, Spans]]:
    """Yield the address sets that a device names and that are not its site's own."""
    places = [end for entry in access.lists for rule in entry.rules for end in (rule.source, rule.target)]
    nets = [net for one in access.interfaces for _, net in one.addresses]
    nets += [route.target for route in access.routes]
    for place in dict.fromkeys((*places, *nets)):
        family: Family = 4 if place.family == 4 else 6
        if not (isinstance(place, Prefix) and inside(place, blocks)):
            yield family, of_prefix(place)


def inside(net: Prefix, blocks: Mapping[str, Block]) -> bool:
    """Tell whether a network is part of one of the blocks."""
    return any(family == net.family and low <= net.first and net.last <= high for family, low, high in blocks.values())


def movable(access: Access, blocks: Mapping[str, Block]) -> bool:
    """Tell whether every network that a device makes of its own addresses is its site's own.

    One that reaches beyond the block, as a mask too wide makes it, is another one elsewhere.
    """
    for one in access.interfaces:
        for value, net in one.addresses:
            own = any(family == net.family and low <= value <= high for family, low, high in blocks.values())
            if own and not inside(net, blocks):
                return False
    nets = (end for entry in access.lists for rule in entry.rules for end in (rule.source, rule.target))
    return all(
        inside(net, blocks)
        for net in nets
        if isinstance(net, Prefix)
        and not net.is_any
        and any(family == net.family and low <= net.first <= high for family, low, high in blocks.values())
    )
