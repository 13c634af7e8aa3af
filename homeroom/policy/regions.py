"""Sets of packets: a region is a product of interval sets, one a dimension; an address list stays one region.

Dimensions: source, destination, protocol, source port, destination port, ICMP type and code (256 * type + code),
state (0 a new connection, 1 an established one).
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache
from typing import Final, TypeAlias

from homeroom.errors import PolicyError
from homeroom.policy.model import Group, Place, Rule
from homeroom.prefix import BITS

Spans: TypeAlias = tuple[tuple[int, int], ...]
"""Sorted, disjoint, not adjacent; both ends included."""
Region: TypeAlias = tuple[Spans, ...]
Point: TypeAlias = tuple[int, ...]
"""One packet: a value a dimension."""

PROTOCOLS: Final[dict[int, dict[str, int]]] = {
    4: {"icmp": 1, "tcp": 6, "udp": 17},
    6: {"icmp": 58, "tcp": 6, "udp": 17},
}
ICMP: Final[dict[int, dict[str, tuple[int, int]]]] = {
    4: {
        "echo-reply": (0, 255),
        "unreachable": (3 << 8, 255),
        "packet-too-big": (3 << 8 | 4, 0),
        "echo": (8 << 8, 255),
        "time-exceeded": (11 << 8, 255),
        "parameter-problem": (12 << 8, 255),
    },
    6: {
        "unreachable": (1 << 8, 255),
        "packet-too-big": (2 << 8, 255),
        "time-exceeded": (3 << 8, 255),
        "parameter-problem": (4 << 8, 255),
        "echo-request": (128 << 8, 255),
        "echo-reply": (129 << 8, 255),
        "router-solicitation": (133 << 8, 255),
        "router-advertisement": (134 << 8, 255),
        "nd-ns": (135 << 8, 255),
        "nd-na": (136 << 8, 255),
    },
}
"""ICMP word -> first type and code, and how many codes follow."""
ANY_PROTOCOL: Final[Spans] = ((0, 255),)
ANY_16: Final[Spans] = ((0, 65535),)
NEW, ESTABLISHED = ((0, 0),), ((1, 1),)
ANY_STATE: Final[Spans] = ((0, 1),)


def union(spans: Iterable[tuple[int, int]]) -> Spans:
    """Bring spans into the form `Spans` describes."""
    out: list[tuple[int, int]] = []
    for low, high in sorted(spans):
        if out and low <= out[-1][1] + 1:
            out[-1] = (out[-1][0], max(high, out[-1][1]))
        else:
            out.append((low, high))
    return tuple(out)


_MANY: Final = 64
_KEPT: Final = 4096
_known: Final[dict[tuple[object, ...], tuple[Spans, Spans, Spans]]] = {}
"""What was computed of sets of many spans, kept with the very sets: the same group stands in many lists."""


def _once(work: Callable[[Spans, Spans], Spans], a: Spans, b: Spans) -> Spans:
    """Compute something of two sets, one of which is large, once."""
    key = (work, id(a) if len(a) > 1 else a, id(b) if len(b) > 1 else b)
    found = _known.get(key)
    if found is None:
        if len(_known) > _KEPT:
            _known.clear()
        found = _known[key] = a, b, work(a, b)
    return found[2]


def meet(a: Spans, b: Spans) -> Spans:
    """Return what is in both."""
    if len(a) > len(b):
        a, b = b, a
    return _meet(a, b) if len(b) < _MANY else _once(_meet, a, b)


def _meet(a: Spans, b: Spans) -> Spans:
    """Return what is in both; `a` has no more spans than `b`."""
    if a is b or not a:
        return a
    if len(a) == 1:
        low, high = a[0]
        if low <= b[0][0] and b[-1][1] <= high:
            return b
        if len(b) == 1:
            low, high = max(low, b[0][0]), min(high, b[0][1])
            return ((low, high),) if low <= high else ()
        return _within(b, low, high)
    out: list[tuple[int, int]] = []
    i = j = 0
    while i < len(a) and j < len(b):
        low, high = max(a[i][0], b[j][0]), min(a[i][1], b[j][1])
        if low <= high:
            out.append((low, high))
        if a[i][1] < b[j][1]:
            i += 1
        else:
            j += 1
    return tuple(out)


def minus(a: Spans, b: Spans) -> Spans:
    """Return what is in `a` only."""
    if not a or not b or a[-1][1] < b[0][0] or b[-1][1] < a[0][0]:
        return a
    return _minus(a, b) if len(a) + len(b) < _MANY else _once(_minus, a, b)


def _minus(a: Spans, b: Spans) -> Spans:
    if len(b) == 1:
        return _outside(a, *b[0])
    out: list[tuple[int, int]] = []
    j = bisect_left(b, a[0][0], key=_last)
    for start, high in a:
        low = start
        while j < len(b) and b[j][1] < low:
            j += 1
        while j < len(b) and b[j][0] <= high:
            if b[j][0] > low:
                out.append((low, b[j][0] - 1))
            low = b[j][1] + 1
            if low > high:
                break
            j += 1
        if low <= high:
            out.append((low, high))
    return tuple(out)


def _last(span: tuple[int, int]) -> int:
    return span[1]


def _first(span: tuple[int, int]) -> int:
    return span[0]


def _within(spans: Spans, low: int, high: int) -> Spans:
    """Return what lies from `low` to `high`: of thousands of spans only the two at the ends are looked at."""
    part = spans[bisect_left(spans, low, key=_last) : bisect_right(spans, high, key=_first)]
    if not part:
        return ()
    if len(part) == 1:
        return ((max(low, part[0][0]), min(high, part[0][1])),)
    return ((max(low, part[0][0]), part[0][1]), *part[1:-1], (part[-1][0], min(high, part[-1][1])))


def _outside(spans: Spans, low: int, high: int) -> Spans:
    """Return what lies below `low` or above `high`."""
    if low <= spans[0][0] and spans[-1][1] <= high:
        return ()
    before = spans[: bisect_left(spans, low, key=_first)]
    after = spans[bisect_right(spans, high, key=_last) :]
    if before and before[-1][1] >= low:
        before = (*before[:-1], (before[-1][0], low - 1))
    if after and after[0][0] <= high:
        after = ((high + 1, after[0][1]), *after[1:])
    return (*before, *after)


_QUICK: Final = (2, 4, 1, 0, 5, 3, 6)
"""The dimensions in the order in which two rules most often differ."""


def apart(a: Region, b: Region) -> bool:
    """Tell whether no packet is in both."""
    for n in _QUICK:
        one, two = a[n], b[n]
        if one is two:
            continue
        if one[-1][1] < two[0][0] or two[-1][1] < one[0][0]:
            return True
        if (len(one) > 1 or len(two) > 1) and not meet(one, two):
            return True
    return False


def intersect(a: Region, b: Region) -> Region | None:
    """Return the packets in both regions, None when there are none."""
    if apart(a, b):
        return None
    return tuple(map(meet, a, b))


def subtract(a: Region, b: Region) -> list[Region]:
    """Return the packets of `a` that are not in `b`, as disjoint regions."""
    if apart(a, b):
        return [a]
    out: list[Region] = []
    rest = list(a)
    for n, spans in enumerate(b):
        if rest[n] is spans:
            continue
        outside = minus(rest[n], spans)
        if outside:
            out.append((*rest[:n], outside, *rest[n + 1 :]))
            rest[n] = meet(rest[n], spans)
    return out


def corners(region: Region) -> Iterator[Point]:
    """Yield two packets of a region: the one with the lowest values, the one with the highest."""
    yield tuple(spans[0][0] for spans in region)
    yield tuple(spans[-1][1] for spans in region)


def holds(region: Region, point: Point) -> bool:
    """Tell whether a packet is in a region."""
    for n in _QUICK:
        spans, value = region[n], point[n]
        if value < spans[0][0] or spans[-1][1] < value:
            return False
        if len(spans) > 1 and spans[bisect_left(spans, value, key=_last)][0] > value:
            return False
    return True


def without(parts: Iterable[Region], taken: Iterable[Region]) -> list[Region]:
    """Return what of `parts` is in none of the regions `taken`."""
    rest = list(parts)
    for region in taken:
        if not rest:
            break
        if len(rest) == 1 and apart(rest[0], region):
            continue
        rest = [piece for part in rest for piece in subtract(part, region)]
    return rest


def of_prefix(place: Place) -> Spans:
    """Return the addresses of a prefix or group."""
    if isinstance(place, Group):
        return _of_group(place)
    return any_of(place.family) if place.is_any else ((place.first, place.last),)


@lru_cache(maxsize=256)
def _of_group(group: Group) -> Spans:
    return union((prefix.first, prefix.last) for prefix in group.prefixes)


def of_rule(rule: Rule) -> Region:
    """Return the packets a rule matches; PolicyError when it names a protocol or ICMP type we do not know."""
    family = rule.source.family
    if rule.target.family != family:
        raise PolicyError(f"a rule mixes families: {rule.source} and {rule.target}")
    return (
        of_prefix(rule.source),
        of_prefix(rule.target),
        of_protocol(rule.protocol, family),
        of_ports(rule.sports),
        of_ports(rule.dports),
        _icmp(rule.icmp, family),
        ESTABLISHED if rule.established else ANY_STATE,
    )


def of_protocol(name: str, family: int) -> Spans:
    """Return the numbers of a protocol; `ip` is every one, digits are themselves."""
    if name == "ip":
        return ANY_PROTOCOL
    number = int(name) if name.isdecimal() else PROTOCOLS[family].get(name, 256)
    if number > 255:
        raise PolicyError(f"no protocol is called {name}")
    return ((number, number),)


def of_ports(spans: Sequence[Sequence[int]]) -> Spans:
    """Return a set of ports; none given means any."""
    return union((span[0], span[-1]) for span in spans) or ANY_16


def _icmp(name: str, family: int) -> Spans:
    if not name:
        return ANY_16
    kind, _, code = name.partition("/")
    if kind.isdecimal() and (code.isdecimal() or not code) and int(kind) < 256 > int(code or 0):
        first, more = int(kind) << 8 | int(code or 0), 0 if code else 255
        return ((first, first + more),)
    if name not in ICMP[family]:
        raise PolicyError(f"no ICMP type of IPv{family} is called {name}")
    first, more = ICMP[family][name]
    return ((first, first + more),)


_ANY: Final[dict[int, Spans]] = {family: ((0, (1 << bits) - 1),) for family, bits in BITS.items()}


def any_of(family: int) -> Spans:
    """Return every address of a family."""
    return _ANY[family]
