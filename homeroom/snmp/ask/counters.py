"""How much a counter grew between two polls (RFC 2578 sections 7.1.6 and 7.1.10): wraps counted, restarts not.

A Counter32 of octets wraps after 34 s at 1 Gbit/s: between two polls nobody knows how often, so a growth that the
interface's speed could not carry, or could carry more than once around, is unknown, never guessed.
"""

from __future__ import annotations

from dataclasses import dataclass

from homeroom.snmp.ask.wired import Identity, Interface

_SLACK = 1.1
"""Clocks and agents' caches are not exact: a tenth more than the wire's speed is believed."""
_WRAP32 = 1 << 32
_WRAP64 = 1 << 64


@dataclass(frozen=True, slots=True)
class Traffic:
    """Octets a second between two polls; None where nobody can know."""

    incoming: float | None
    outgoing: float | None


def restarted(before: Identity, after: Identity) -> bool:
    """Tell whether the agent was restarted in between, so that its counters began anew.

    By snmpEngineBoots where it is told, which no time can hide; else by an uptime that went back, unless it only
    wrapped (497 days in hundredths of a second).
    """
    if before.engine_boots is not None and after.engine_boots is not None:
        return before.engine_boots != after.engine_boots
    if before.uptime is None or after.uptime is None or after.uptime >= before.uptime:
        return False
    wrap = _WRAP32 / 100
    return before.uptime < wrap - 3600 or after.uptime > 3600


def growth(before: int, after: int, bits: int, most: float | None = None) -> int | None:
    """Return by how much a counter of so many bits grew; None when it cannot be known.

    `most`: what it can have grown at all; where that is more than the counter holds, a wrap may have gone unseen.
    """
    around = _WRAP64 if bits == 64 else _WRAP32
    if most is not None and most >= around:
        return None
    grown = after - before if after >= before else after - before + around
    if after < before and (bits == 64 and most is None):
        return None  # 64 bits do not wrap in a device's life: the counter was set back
    return None if most is not None and grown > most else grown


def traffic(before: Interface, after: Interface, seconds: float) -> Traffic:
    """Return the octets a second of an interface whose device was not restarted; 64-bit counters where there are."""
    if seconds <= 0:
        return Traffic(None, None)
    speed = after.speed or before.speed
    most = speed * 125_000 * seconds * _SLACK if speed else None
    incoming = _growth(before.in_octets, after.in_octets, before.in_octets32, after.in_octets32, most)
    outgoing = _growth(before.out_octets, after.out_octets, before.out_octets32, after.out_octets32, most)
    return Traffic(
        None if incoming is None else incoming / seconds,
        None if outgoing is None else outgoing / seconds,
    )


def _growth(
    before: int | None, after: int | None, before32: int | None, after32: int | None, most: float | None
) -> int | None:
    stuck = before == after == 0  # D-Link has ifHCInOctets and leaves it at 0
    if before is not None and after is not None and not (stuck and (after32 or before32)):
        return growth(before, after, 64, most)
    if before32 is not None and after32 is not None and most is not None:
        return growth(before32, after32, 32, most)
    return None
