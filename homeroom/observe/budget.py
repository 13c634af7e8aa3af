"""How much may be asked over thin lines: a bucket of octets a site that fills at the line's rate. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from homeroom.observe.settings import Line

_PAUSE = 1.0
"""Seconds to look again after, where as many devices of a site are asked as may be at once."""


@dataclass(slots=True)
class _Bucket:
    level: float
    at: float
    asked: int = 0


class Budgets:
    """The buckets of all sites on metered lines.

    A question is let out while the bucket is not in debt, and what it really took is taken out afterwards: nobody
    knows before how long a table is.
    """

    def __init__(self) -> None:
        self._buckets: dict[str, _Bucket] = {}

    def wait(self, site: str, line: Line, now: float) -> float:
        """Return 0 and count a device of the site as asked, or the seconds after which to try again."""
        bucket = self._bucket(site, line, now)
        if bucket.asked >= line.at_once:
            return _PAUSE
        if bucket.level < 0:
            return -bucket.level / line.octets
        bucket.asked += 1
        return 0.0

    def spent(self, site: str, line: Line, octets: float, now: float) -> None:
        """Take back a device that was asked, and take out what it took."""
        bucket = self._bucket(site, line, now)
        bucket.asked -= 1
        bucket.level -= octets

    def _bucket(self, site: str, line: Line, now: float) -> _Bucket:
        found = self._buckets.get(site)
        if found is None:
            found = self._buckets[site] = _Bucket(line.burst, now)
        found.level = min(line.burst, found.level + max(0.0, now - found.at) * line.octets)
        found.at = now
        return found
