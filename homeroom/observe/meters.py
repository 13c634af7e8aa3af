"""What the poller counts of itself: plain numbers, read by whoever shows them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from homeroom.snmp.ask.declared import SCHEDULES, Every


class Counted(Protocol):
    """What a polling engine counts (homeroom.snmp.wire.line.Stats)."""

    sent: int
    received: int
    repeated: int
    expired: int
    lost: int
    strange: int
    foreign: int
    malformed: int
    resynchronised: int


_ENGINE = ("sent", "received", "repeated", "expired", "lost", "strange", "foreign", "malformed", "resynchronised")


def _numbers() -> defaultdict[str, float]:
    return defaultdict(float)


@dataclass(slots=True)
class Meters:
    """Counters since the start, and gauges of now. `engine`: where the engine counts; none for one that does not.

    Of each schedule: `asked`, `answered`, `silent`, `late` (begun more than a tenth of the period after it was due),
    `held` (put off for its line's sake), `skipped` (nothing had changed), `refused` values, `seconds` and `cpu` of
    the last round, `overdue` devices now. Of the store: rows that wait, rows dropped.
    """

    engine: Counted | None = None
    asked: defaultdict[str, float] = field(default_factory=_numbers)
    answered: defaultdict[str, float] = field(default_factory=_numbers)
    silent: defaultdict[str, float] = field(default_factory=_numbers)
    late: defaultdict[str, float] = field(default_factory=_numbers)
    held: defaultdict[str, float] = field(default_factory=_numbers)
    skipped: defaultdict[str, float] = field(default_factory=_numbers)
    refused: defaultdict[str, float] = field(default_factory=_numbers)
    seconds: defaultdict[str, float] = field(default_factory=_numbers)
    cpu: defaultdict[str, float] = field(default_factory=_numbers)
    overdue: defaultdict[str, float] = field(default_factory=_numbers)
    devices: int = 0
    dead: int = 0
    octets: int = 0
    waiting: int = 0
    dropped: int = 0
    store_why: str = ""
    """Why the store took nothing the last time; empty: it did."""

    def count(self, every: Every, *, answered: bool, refused: int, octets: int) -> None:
        """Count one device's outcome."""
        if answered:
            self.answered[every] += 1
        else:
            self.silent[every] += 1
        self.refused[every] += refused
        self.octets += octets

    def snapshot(self) -> Mapping[str, float]:
        """Return all numbers by name: `asked_status`, `engine_sent`, `store_dropped`."""
        of_class = ("asked", "answered", "silent", "late", "held", "skipped", "refused", "seconds", "cpu", "overdue")
        found = {f"{name}_{every}": float(getattr(self, name)[every]) for name in of_class for every in SCHEDULES}
        engine = self.engine
        if engine is not None:
            found |= {f"engine_{name}": float(getattr(engine, name)) for name in _ENGINE}
        return found | {
            "devices": float(self.devices),
            "dead": float(self.dead),
            "octets": float(self.octets),
            "store_waiting": float(self.waiting),
            "store_dropped": float(self.dropped),
        }
