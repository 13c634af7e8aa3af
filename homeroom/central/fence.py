"""Everything outside of some prefixes, as few prefixes: whom a resolver refuses."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from homeroom.prefix import ANY, BITS, Prefix
from homeroom.programme.model import Programme

_LOOPBACK: Final = (Prefix.parse("127.0.0.0/8"), Prefix.parse("::1/128"))
"""Unbound admits these by a default of its own, without a profile: refused by name."""


def clients(programme: Programme) -> tuple[Prefix, ...]:
    """Return where the programme's own questions come from: its pools, its uplinks, the NOC."""
    return (*programme.pools, *programme.central.noc)


def outside(inside: Iterable[Prefix]) -> tuple[Prefix, ...]:
    """Return the prefixes that cover every address of both families that is not inside, and the loopback."""
    known = tuple(inside)
    found = [rest for family in (4, 6) for rest in _without(ANY[family], [p for p in known if p.family == family])]
    return (*found, *(one for one in _LOOPBACK if one not in found))


def _without(whole: Prefix, holes: list[Prefix]) -> Iterator[Prefix]:
    if any(hole.contains(whole) for hole in holes):
        return
    inner = [hole for hole in holes if whole.overlaps(hole)]
    if not inner:
        yield whole
        return
    for half in _halves(whole):
        yield from _without(half, inner)


def _halves(prefix: Prefix) -> tuple[Prefix, Prefix]:
    step = 1 << (BITS[prefix.family] - prefix.length - 1)
    return prefix.subnet(0, prefix.length + 1), prefix.subnet(step, prefix.length + 1)
