"""A poller with all that it stands on, put together in one place: databases, engine, what was known, whom to ask."""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from typing import Final, Literal, TypeAlias

import sqlalchemy as sa

from homeroom.errors import UsageError
from homeroom.observe.fleet import Fleet, fleet
from homeroom.observe.keep import Keep
from homeroom.observe.known import Known
from homeroom.observe.meters import Meters
from homeroom.observe.poller import Poller
from homeroom.observe.questions import Book
from homeroom.observe.schedule import Schedule
from homeroom.observe.seen import Seen
from homeroom.observe.settings import Periods, Settings, load_settings
from homeroom.project import Project
from homeroom.secret import Vault
from homeroom.snmp.ask.declared import SCHEDULES, Every
from homeroom.snmp.ask.load import load
from homeroom.snmp.engine import Engine
from homeroom.store import asked, readings, subjects
from homeroom.store.db import connect, connect_series
from homeroom.store.inventory import Selector

EngineName: TypeAlias = Literal["wire", "pysnmp"]
_ENGINES_SEEN: Final = "snmp-engines.json"
"""In the state directory: the id, boots and time of each device's SNMPv3 engine."""
NOBODY: Final = "no device is selected: widen --region, --site, --device, --platform or --kind"


@dataclass(frozen=True, slots=True)
class Station:
    """What is open. `again` reads the fleet anew; `save` writes down what the engine knows of SNMPv3 engines."""

    project: Project
    settings: Settings
    fleet: Fleet
    again: Callable[[], Fleet]
    state: sa.Engine
    series: sa.Engine
    engine: Engine
    poller: Poller
    keep: Keep
    meters: Meters
    save: Callable[[], object]

    def schedule(self) -> Schedule:
        """Return the due times of everybody, going on from when each was asked last."""
        periods = self.periods(self.fleet)
        last: dict[Every, Mapping[str, float]] = {every: asked.times(self.state, every) for every in SCHEDULES}
        silent = (name for name, one in readings.all_status(self.state).items() if not one.reachable)
        return Schedule(periods, last, self.poller.clock(), silent, self.settings.longest)

    def periods(self, devices: Fleet) -> Mapping[str, Periods]:
        """Return how often each device is asked."""
        return {one.target.device: self.settings.periods_of(one.link) for one in devices.devices}


def settings_for(project: Project, timeout: float | None, retries: int | None) -> Settings:
    """Return the project's settings; what a person said goes before them."""
    found = load_settings(project)
    if timeout is not None:
        found = replace(found, timeout=timeout)
    return found if retries is None else replace(found, retries=retries)


@contextmanager
def station(
    project: Project,
    selector: Selector,
    settings: Settings,
    engine: EngineName = "wire",
    saw: Callable[[Seen], None] = lambda _seen: None,
) -> Generator[Station]:
    """Open everything, in a running loop, and close it again. UsageError when nobody is selected."""
    everybody = fleet(project, selector, settings)
    if not everybody.devices:
        raise UsageError(NOBODY)
    book = Book(load(project.inventory / "snmp"))
    state = connect(project)
    try:
        series = connect_series(project)
        try:
            subjects.sync(series, everybody.subjects)
            asker, meters, save = open_engine(project, settings, engine)
            try:
                keep = Keep(state, series, book, meters)
                known = Known.of(asked.vendors(state), readings.values(state, "identity.object_id"))
                poller = Poller(asker, book, known, keep, meters, settings, everybody.devices, saw)
                keep.load(state)
                again = partial(fleet, project, selector, settings)
                yield Station(project, settings, everybody, again, state, series, asker, poller, keep, meters, save)
            finally:
                asker.close()
        finally:
            series.dispose()
    finally:
        state.dispose()


def open_engine(project: Project, settings: Settings, name: EngineName) -> tuple[Engine, Meters, Callable[[], object]]:
    """Return an engine in the running loop, what it counts, and what writes down whom it knows."""
    secrets = Vault.open(project).get
    if name == "pysnmp":
        from homeroom.snmp.pysnmp_engine import PysnmpEngine

        asker = PysnmpEngine(secrets, timeout=settings.timeout, retries=settings.retries)
        return asker, Meters(), lambda: None
    from homeroom.snmp.wire.engine import WireEngine

    wire = WireEngine(
        secrets,
        timeout=settings.timeout,
        retries=settings.retries,
        window=settings.at_once,
        state=project.state / _ENGINES_SEEN,
    )
    return wire, Meters(engine=wire.stats), wire.save
