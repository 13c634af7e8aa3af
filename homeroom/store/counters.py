"""From counters to what passed between two samples: pure. What the counters do not say is not known, never guessed.

A counter has no defined start (RFC 2578, 7.1.6): its value means something beside another of the same run of the
device only. A 32-bit one wraps, at 1 Gbit/s every 34 s (RFC 2863, 3.1.6).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

LONGEST: Final = 3600
"""Seconds between two samples beyond which nothing is derived from them."""
FASTEST: Final = 10**13
"""Bits a second that no line carries."""
_TICKS: Final = 1 << 32
_SLACK: Final = 3000
"""Hundredths of a second that a device's uptime may stray from our clock, or a tenth of the span if that is more."""


@dataclass(frozen=True, slots=True)
class Counters:
    """What a device has counted. `uptime`: sysUpTime, hundredths of a second; octets in and out; errors.

    `bits`: how wide the counters of octets are; errors are always 32 (IF-MIB). `speed` of the line in bits a
    second and `boots` (snmpEngineBoots) where known.
    """

    uptime: int
    rx: int
    tx: int
    errors: int = 0
    bits: int = 64
    speed: int = 0
    boots: int | None = None

    def __post_init__(self) -> None:
        """Refuse what no such counter can be: ValueError."""
        wide, narrow = 1 << self.bits, 1 << 32
        octets = 0 <= self.rx < wide and 0 <= self.tx < wide and self.bits in (32, 64)
        if not (octets and 0 <= self.errors < narrow and 0 <= self.uptime < narrow and 0 <= (self.boots or 0) < narrow):
            raise ValueError(f"these are no counters of {self.bits} bits: {self}")


@dataclass(frozen=True, slots=True)
class Passed:
    """What passed in `span` seconds; None: not known."""

    span: int
    rx: int | None
    tx: int | None
    errors: int | None


def passed(before: Counters, after: Counters, span: int) -> Passed | None:
    """Return what passed between two samples `span` seconds apart; None when they are of two runs, or too far apart."""
    if not 0 < span <= LONGEST or before.bits != after.bits or restarted(before, after, span):
        return None
    most = after.speed * span // 8 + after.speed // 80
    most = min(most or FASTEST * span // 8, FASTEST * span // 8) if after.bits == 64 else most
    rx, tx = (_grown(old, new, after.bits, most) for old, new in ((before.rx, after.rx), (before.tx, after.tx)))
    if rx is None and tx is None:
        return None
    return Passed(span, rx, tx, _grown(before.errors, after.errors, 32, 0))


def restarted(before: Counters, after: Counters, span: int) -> bool:
    """Tell whether the device began anew between two samples; uptime that wraps (every 497 days) is no restart."""
    if before.boots is not None and after.boots is not None and before.boots != after.boots:
        return True
    grown = (after.uptime - before.uptime) % _TICKS
    return abs(grown - span * 100) > max(_SLACK, span * 10)


def _grown(old: int, new: int, bits: int, most: int) -> int | None:
    """Return by how much a counter grew; `most`: what the line can carry in the time, 0 when nobody knows."""
    if bits == 32 and most >= 1 << 32:
        return None  # it may have wrapped more than once, whatever it shows
    if new >= old:
        return new - old if not most or new - old <= most else None
    if bits != 32:
        return None  # no line wraps 64 bits: it was set back
    grown = new - old + (1 << 32)
    return grown if grown <= (most or 1 << 31) else None
