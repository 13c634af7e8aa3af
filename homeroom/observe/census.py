"""Counts the nation for metrics, each part no more often than it moves: a scrape of 50,000 devices stays cheap."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final

from sqlalchemy.engine import Engine

from homeroom.errors import StoreError
from homeroom.observe.alerting import Alerting, Meters
from homeroom.observe.metrics import Nation
from homeroom.observe.settings import Settings
from homeroom.project import Project
from homeroom.snmp.ask.declared import SCHEDULES
from homeroom.store import alerts, drifts, outages, totals
from homeroom.store.availability import Availability
from homeroom.store.inventory import inventory_path
from homeroom.store.subjects import Kind
from homeroom.store.world import World

BUSY: Final = 80
"""Percent of a channel from which an access point counts as busy."""
_SLOW: Final = 300.0
"""Seconds for which sums over many days are good."""
_DAYS: Final = (1, 30)
_KINDS: Final[tuple[Kind, ...]] = ("device", "school")
_Class = tuple[str, str, str]


@dataclass(slots=True)
class Census:
    """One project's. `alerting`: where messages are counted, if alerts are told here."""

    project: Project
    state: Engine
    series: Engine
    settings: Settings
    meters: Meters
    alerting: Alerting | None = None
    clock: Callable[[], float] = time.time
    _version: tuple[int, int] = (0, 0)
    _classes: Mapping[str, _Class] = field(default_factory=dict[str, _Class])
    _regions: tuple[str, ...] = ()
    _slow_at: float = 0.0
    _shares: Mapping[tuple[str, str, int], Availability] = field(
        default_factory=dict[tuple[str, str, int], Availability]
    )

    def count(self) -> Nation:
        """Count now; blocks while the database works. Where it cannot be read, what it holds is missing."""
        began, now = time.thread_time(), self.clock()
        try:
            self._refresh()
            return self._counted(now, began)
        except StoreError:
            return Nation(now, receivers=self._receivers(), meters=self.meters.snapshot(), ok=False)

    def _counted(self, now: float, began: float) -> Nation:
        drifted, undecided = self._drift()
        lasting = alerts.lasting(self.state)
        faults = outages.faults(self.series, lasting=True)
        placed = tuple((self._region(one.root), one) for one in faults)
        since = int(now - 3 * self.settings.periods.radio)
        fresh: dict[str, float] = {every: now - 3 * self.settings.periods.of(every) for every in SCHEDULES}
        return Nation(
            at=now,
            regions=self._regions,
            devices=self._devices(),
            schools=totals.state_counts(self.series, "school"),
            faults=placed,
            shares=self._availability(now),
            air=tuple(totals.air(self.series, since, BUSY)),
            drifted=drifted,
            undecided=undecided,
            changes=totals.change_counts(self.state),
            answers=totals.answers(self.state, fresh),
            alerts=Counter(one.severity for one in lasting),
            untold=Counter(one.severity for one in lasting if one.told is None),
            receivers=self._receivers(),
            meters=self.meters.snapshot(),
            seconds=time.thread_time() - began,
        )

    def _refresh(self) -> None:
        """Read the inventory again when it was compiled anew."""
        path = inventory_path(self.project)
        stat = path.stat() if path.exists() else None
        version = (stat.st_mtime_ns, stat.st_size) if stat else (0, 0)
        if stat is None or version != self._version:
            world = World.open(self.project)
            try:
                self._classes = {one.name: (one.region, one.platform, one.kind) for one in world.devices()}
                self._regions = tuple(region.id for region in world.programme.regions)
            finally:
                world.close()
            stat = path.stat()
            self._version = (stat.st_mtime_ns, stat.st_size)

    def _devices(self) -> Mapping[tuple[str, str, str, str], int]:
        """Count the devices of the inventory; one that was never judged is unknown."""
        states = totals.states(self.series, "device")
        counts = Counter((of, states.get(name, "unknown")) for name, of in self._classes.items())
        return {(*of, state): number for (of, state), number in counts.items()}

    def _drift(self) -> tuple[Mapping[str, int], Mapping[str, int]]:
        drifted: Counter[str] = Counter()
        undecided: Counter[str] = Counter()
        for name, one in drifts.all_drifts(self.state).items():
            if of := self._classes.get(name):
                (undecided if one.reason else drifted)[of[0]] += 1
        return drifted, undecided

    def _region(self, root: str) -> str:
        """Return the region of a fault's root: a device's, that of lines or of a whole region; else the nation."""
        if of := self._classes.get(root):
            return of[0]
        word = root.partition(" ")[0]
        return word if word in self._regions else ""

    def _availability(self, now: float) -> Mapping[tuple[str, str, int], Availability]:
        if now - self._slow_at >= _SLOW:
            self._shares = {
                (one.name, kind, days): one
                for kind in _KINDS
                for days in _DAYS
                for one in outages.by_region(self.series, kind, days, int(now))
            }
            self._slow_at = now
        return self._shares

    def _receivers(self) -> Mapping[str, tuple[int, int, bool]]:
        found = self.alerting.deliveries.items() if self.alerting else ()
        return {name: (one.taken, one.refused, bool(one.failures)) for name, one in list(found)}
