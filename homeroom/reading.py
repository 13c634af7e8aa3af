"""What was observed: one value of one device at one time, and whether the device answered at all."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Reading:
    """One observed fact. `object`: `group.field` of homeroom.snmp.ask; `index`: its row, empty where it has one."""

    device: str
    object: str
    index: str
    value: str
    at: float
    """Seconds since the epoch, UTC."""


@dataclass(frozen=True, slots=True)
class Status:
    """Whether a device answered. `reason` says why not; `since`: when `reachable` last changed, known to the store."""

    device: str
    at: float
    reachable: bool
    reason: str = ""
    since: float = 0.0
