"""What the poller remembers of each device: its vendor, and what its change objects said when its tables were read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, TypeAlias

from homeroom.snmp.ask.declared import Every
from homeroom.snmp.ask.rows import Readings
from homeroom.snmp.ber import Oid

LONGEST: Final = 86400.0
"""Seconds after which tables are read again although no change object moved: neighbours have none."""
Mark: TypeAlias = int
"""What tells whether tables may have changed: of what the change objects and the boots said; only ever compared."""


@dataclass(slots=True)
class _Walked:
    mark: Mark
    at: float


@dataclass(slots=True)
class Known:
    """All devices by name. `vendors` and `identities` (sysObjectID, dotted) begin with what the store has."""

    vendors: dict[str, str] = field(default_factory=dict[str, str])
    identities: dict[str, str] = field(default_factory=dict[str, str])
    _objects: dict[str, Oid] = field(default_factory=dict[str, Oid])
    _marks: dict[str, Mark] = field(default_factory=dict[str, Mark])
    _walked: dict[str, _Walked] = field(default_factory=dict[str, _Walked])
    _rows: dict[tuple[str, Every], int] = field(default_factory=dict[tuple[str, Every], int])

    @classmethod
    def of(cls, vendors: Mapping[str, str], identities: Mapping[str, str]) -> Known:
        """Return what was known when the poller ran last."""
        return cls(dict(vendors), dict(identities))

    def learn(self, device: str, vendor: str, object_id: Oid) -> None:
        """Take in whose device it is."""
        self.vendors[device] = vendor
        self._objects[device] = object_id

    def same(self, device: str, object_id: Oid) -> bool:
        """Say whether a device still is the one it was, by its sysObjectID."""
        known = self._objects.get(device)
        if known is None:
            said = self.identities.pop(device, None)
            known = object_id if said is None else tuple(map(int, said.split(".")))
            self._objects[device] = known
        return known == object_id

    def noticed(self, device: str, said: Readings) -> bool:
        """Take what a status said of changes; True when the tables may differ from those that were read."""
        mark = _mark(said)
        before = self._walked.get(device)
        if mark is None:
            self._marks.pop(device, None)
            return False
        self._marks[device] = mark
        return before is not None and before.mark != mark

    def walked(self, device: str, at: float) -> None:
        """Note that the tables were read, after the last status."""
        mark = self._marks.get(device)
        if mark is not None:
            self._walked[device] = _Walked(mark, at)

    def still(self, device: str, now: float) -> bool:
        """Say whether a device's tables are certainly what they were, and were read within a day."""
        before = self._walked.get(device)
        return before is not None and before.mark == self._marks.get(device) and now - before.at < LONGEST

    def rows(self, device: str, every: Every) -> int:
        """Return how many rows the longest of a device's tables had."""
        return self._rows.get((device, every), 0)

    def counted(self, device: str, every: Every, rows: int) -> None:
        """Remember it."""
        self._rows[device, every] = rows


def _mark(said: Readings) -> Mark | None:
    """Return None where the device does not tell when its tables change."""
    changes, boots = said.changes, said.identity.engine_boots
    if boots is None or (changes.interfaces is None and changes.serial is None and changes.running is None):
        return None
    times = (changes.interfaces, changes.entities, changes.vlans, changes.running, changes.serial, changes.checksum)
    return hash((boots, *times))
