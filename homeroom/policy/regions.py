"""Sets of packets: a region is a product of interval sets, one a dimension; an address list stays one region.

Dimensions: source, destination, protocol, source port, destination port, ICMP type and code (256 * type + code),
state (0 a new connection, 1 an established one).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final, TypeAlias

from homeroom.errors import PolicyError
from homeroom.policy.model import Rule
from homeroom.prefix import BITS, Prefix

Spans: TypeAlias = tuple[tuple[int, int], ...]
"""Sorted, disjoint, not adjacent; both ends included."""
Region: TypeAlias = tuple[Spans, ...]

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


def meet(a: Spans, b: Spans) -> Spans:
    """Return what is in both."""
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
    out: list[tuple[int, int]] = []
    for start, high in a:
        low = start
        for cut_low, cut_high in b:
            if cut_high < low or cut_low > high:
                continue
            if cut_low > low:
                out.append((low, cut_low - 1))
            low = cut_high + 1
        if low <= high:
            out.append((low, high))
    return tuple(out)


def intersect(a: Region, b: Region) -> Region | None:
    """Return the packets in both regions, None when there are none."""
    out: list[Spans] = []
    for one, two in zip(a, b, strict=True):
        both = meet(one, two)
        if not both:
            return None
        out.append(both)
    return tuple(out)


def subtract(a: Region, b: Region) -> list[Region]:
    """Return the packets of `a` that are not in `b`, as disjoint regions."""
    both = intersect(a, b)
    if both is None:
        return [a]
    out: list[Region] = []
    rest = list(a)
    for n, spans in enumerate(b):
        outside = minus(rest[n], spans)
        if outside:
            out.append((*rest[:n], outside, *rest[n + 1 :]))
        rest[n] = both[n]
    return out


def of_prefix(prefix: Prefix) -> Spans:
    """Return a prefix's addresses."""
    return ((prefix.first, prefix.last),)


def of_rule(rule: Rule) -> Region:
    """Return the packets a rule matches; PolicyError when it names a protocol or ICMP type we do not know."""
    family = rule.source.family
    if rule.target.family != family:
        raise PolicyError(f"a rule mixes families: {rule.source} and {rule.target}")
    if rule.established and rule.protocol != "tcp":
        raise PolicyError(f"established means nothing for {rule.protocol}")
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
    if name not in ICMP[family]:
        raise PolicyError(f"no ICMP type of IPv{family} is called {name}")
    first, more = ICMP[family][name]
    return ((first, first + more),)


def any_of(family: int) -> Spans:
    """Return every address of a family."""
    return ((0, (1 << BITS[family]) - 1),)
