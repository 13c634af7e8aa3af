"""Where an emulated device stands, as far as its traffic and its distance follow from that."""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

ROUND_TRIP: Final[Mapping[str, float]] = {
    "fiber": 0.005,
    "xdsl": 0.04,
    "wired": 0.04,
    "copper": 0.04,
    "coaxial": 0.02,
    "cellular": 0.06,
    "p2p": 0.02,
    "radio": 0.03,
    "p2mp wireless": 0.03,
    "satellite": 0.6,
    "haps": 0.05,
    "drones": 0.05,
}
"""Seconds to a site and back, by Giga's kind of link."""
_UNKNOWN: Final = 0.04


@dataclass(frozen=True, slots=True)
class Place:
    """One site. `points`: its access points; `uplinks`: the interfaces of this device that face the Internet."""

    timezone: str = "UTC"
    link: str = "unknown"
    mbps: float = 0
    pupils: int = 200
    points: int = 4
    uplinks: tuple[str, ...] = ()

    @property
    def round_trip(self) -> float:
        """Return how long an answer takes on its way."""
        return ROUND_TRIP.get(self.link, _UNKNOWN)

    @property
    def uplink_bps(self) -> int:
        """Return what the Internet link carries; an unknown one as much as its interface."""
        return int(self.mbps * 1_000_000)


NOWHERE: Final = Place()


def chance(*words: object) -> float:
    """Return a number from 0 (included) to 1 (excluded) that follows from `words` alone."""
    return zlib.crc32(" ".join(map(str, words)).encode()) / (1 << 32)
