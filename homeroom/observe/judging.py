"""Judges the nation each minute while the daemon runs: what is up, down or unknown, and which fault explains it.

A device is looked at a second time only when its agent is silent and nothing above it is; then again every few
minutes. What the database cannot take now is judged anew in the next round: no failure ends it.
"""

from __future__ import annotations

import asyncio
import os
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, TypeAlias

from sqlalchemy.engine import Engine

from homeroom.errors import HomeroomError, StoreError
from homeroom.observe import evidence, topology
from homeroom.observe.evidence import Others, Said, Weighed
from homeroom.observe.look import Door, look
from homeroom.observe.settings import Settings
from homeroom.observe.topology import Topology
from homeroom.observe.upkeep import Upkeep
from homeroom.project import Project
from homeroom.reading import Status
from homeroom.store import availability, subjects, told
from homeroom.store.inventory import SOURCES
from homeroom.store.reach import PORTS, lab
from homeroom.store.reachable import Fault, Judged
from homeroom.store.readings import all_status
from homeroom.store.setting import store_config
from homeroom.store.subjects import Kind
from homeroom.store.world import World

AGAIN: Final = 240.0
"""Seconds after which a device that is still silent is looked at again."""
_HOLDS: Final = 1.75 * AGAIN
_NAMES: Final = ("interfaces.description", "interfaces.name")
Look: TypeAlias = Callable[[Iterable[tuple[str, Door]]], Awaitable[Mapping[str, bool]]]
Version: TypeAlias = tuple[tuple[int, int] | None, ...]
"""When each file that the inventory is made of was written, and its size."""


@dataclass(frozen=True, slots=True)
class Looked:
    """What others said of a silent device: source -> whether it is up; `at`: epoch."""

    at: float
    words: Mapping[str, bool]


@dataclass(frozen=True, slots=True)
class Round:
    """One judgement. `changed`: how many states; `seconds`: how long it took, the second look included."""

    at: float
    devices: Mapping[str, int]
    schools: Mapping[str, int]
    faults: tuple[Fault, ...]
    changed: int
    seconds: float


@dataclass(slots=True)
class Nation:
    """The inventory as it was read last."""

    topology: Topology = field(default_factory=Topology)
    doors: Mapping[str, Door] = field(default_factory=dict[str, Door])


class Judging:
    """One project's. `last` is the newest round; `why` says what the last try ran into, empty: nothing."""

    def __init__(
        self,
        project: Project,
        state: Engine,
        series: Engine,
        settings: Settings,
        *,
        clock: Callable[[], float] = time.time,
        look: Look = look,
    ) -> None:
        self._project, self._state, self._series = project, state, series
        self._settings, self._clock, self._look = settings, clock, look
        self._upkeep = Upkeep(state, series, store_config(project).keep)
        self._looked: dict[str, Looked] = {}
        self._version: Version = ()
        self._stale = ""
        self.nation = Nation()
        self.last: Round | None = None
        self.why: str = ""
        self.undone: Mapping[str, str] = {}
        """Jobs of the upkeep that could not be done: name -> why."""

    async def run(self) -> None:
        """Judge each minute and keep the history in order, until cancelled.

        Raises only when the inventory cannot be read at the start.
        """
        await asyncio.to_thread(self.load)
        async with asyncio.TaskGroup() as group:
            group.create_task(self._judge_on())
            group.create_task(self._keep_up())

    async def _judge_on(self) -> None:
        period = self._settings.periods.status
        while True:
            await self.once()
            await asyncio.sleep(period - self._clock() % period)

    async def _keep_up(self) -> None:
        while True:
            self.undone = await asyncio.to_thread(self._upkeep.run, self._clock())
            await asyncio.sleep(min(60.0, max(1.0, self._upkeep.wait(self._clock()))))

    async def once(self) -> Round | None:
        """Judge now; None, and `why`, when the database did not let us."""
        began = time.perf_counter()
        try:
            await asyncio.to_thread(self._refresh)
            known = await asyncio.to_thread(all_status, self._state)
            now = self._clock()
            agents = evidence.heard(self.nation.topology, known, self._settings, now)
            await self._look_at(agents, known, now)
            weighed = await asyncio.to_thread(evidence.weigh, self.nation.topology, agents, self._words(now))
            changed = await asyncio.to_thread(self._record, weighed, int(now))
        except StoreError as error:
            self.why = str(error)
            return None
        seconds = time.perf_counter() - began
        self.last = Round(now, _counted(weighed.devices), _counted(weighed.schools), weighed.faults, changed, seconds)
        return self.last

    def load(self) -> None:
        """Read the inventory, and make its devices and schools known to the history."""
        version = _version(self._project)
        with closing(World.open(self._project)) as world:
            made = topology.of_world(world)
            rows = world.devices()
            everybody = subjects.of_world(world)
        subjects.sync(self._series, everybody)
        running = lab(self._project)
        six = self._settings.family == 6
        doors = {row.name: (row.v6 if six else row.v4, PORTS["ssh"]) for row in rows}
        if running:
            doors = {name: (one.host, one.ports["ssh"]) for name, one in running.items()}
        self._version, self._stale = version, ""
        self.nation = Nation(made, doors)

    def _refresh(self) -> None:
        """Read the inventory again if its files changed; what cannot be read leaves the one before in force."""
        version = _version(self._project)
        if version != self._version:
            try:
                self.load()
            except StoreError:
                raise
            except HomeroomError as error:
                self._version, self._stale = version, f"the inventory before goes on to be judged: {error}"
        self.why = self._stale

    async def _look_at(self, agents: Mapping[str, bool], known: Mapping[str, Status], now: float) -> None:
        """Look at silent devices, those first that were not looked at for the longest time."""
        self._looked = {name: one for name, one in self._looked.items() if agents.get(name) is False}
        there = [name for name, words in self._words(now).items() if any(words.values())]
        times = {name: one.at for name, one in self._looked.items()}
        due = [
            name
            for name in evidence.tops(self.nation.topology, agents, there)
            if not now - AGAIN < times.get(name, 0.0) <= now
        ]
        due.sort(key=lambda name: times.get(name, 0.0))
        if not due:
            return
        greeted = await self._look((name, self.nation.doors[name]) for name in due if name in self.nation.doors)
        others = await asyncio.to_thread(self._told, {name: known[name] for name in due}, agents, now)
        for name in due:
            words = dict(others.get(name, {}))
            if name in greeted:
                words["ssh"] = greeted[name]
            if words:
                self._looked[name] = Looked(now, words)

    def _told(
        self, silent: Mapping[str, Status], agents: Mapping[str, bool], now: float
    ) -> Mapping[str, Mapping[str, bool]]:
        """Read what answering switches, routers and controllers say of silent devices."""
        made = self.nation.topology
        plugged = {made.plugs[name].above for name in silent if name in made.plugs}
        managing = {made.controllers[name] for name in silent if name in made.controllers}
        ports = self._said(plugged, agents, _NAMES, "interfaces.oper")
        points = self._said(managing, agents, ("access_points.name",), "access_points.up")
        return evidence.neighbours(made, silent, Others(ports, points), self._settings, now)

    def _said(self, devices: Iterable[str], agents: Mapping[str, bool], names: Sequence[str], value: str) -> Said:
        answering = [name for name in devices if agents.get(name)]
        return told.by_name(self._state, answering, names, value) if answering else {}

    def _words(self, now: float) -> Mapping[str, Mapping[str, bool]]:
        return {name: one.words for name, one in self._looked.items() if 0 <= now - one.at <= _HOLDS}

    def _record(self, weighed: Weighed, at: int) -> int:
        judged: dict[Kind, Mapping[str, Judged]] = {"device": weighed.devices, "school": weighed.schools}
        return availability.record(self._series, judged, weighed.faults, at)


def _counted(states: Mapping[str, Judged]) -> Mapping[str, int]:
    return Counter(one.state for one in states.values())


def _version(project: Project) -> Version:
    """Return what changes whenever the inventory, or the lab that stands for it, may have changed."""
    files = (*(project.inventory / name for name in SOURCES), project.ledger, project.state / "lab.json")
    return tuple((found.st_mtime_ns, found.st_size) if (found := _stat(path)) else None for path in files)


def _stat(path: Path) -> os.stat_result | None:
    try:
        return path.stat()
    except OSError:
        return None
