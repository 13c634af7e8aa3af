"""Who says that a device is up or not: pure. Old words, and those older than the silence they shall explain, are none.

The agent's answer or silence is one source. Of a silent device three more may speak: whoever greets at its SSH port,
the port its cable ends in (no link: it is off, or cut off; a link says only that it has power), and its controller.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, TypeAlias

from homeroom.observe.settings import Settings
from homeroom.observe.topology import POLLER, Topology
from homeroom.reading import Status
from homeroom.store.reachable import Fault, Judged, faults, judge, schools
from homeroom.store.told import Told

ROUNDS: Final = 2.5
"""So many periods after it was said a word is old."""
_AHEAD: Final = 60.0
"""Seconds that a word may come from the future, as clocks go."""
_LINKLESS: Final = frozenset({"down", "not-present", "lower-layer-down"})
Said: TypeAlias = Mapping[str, Mapping[str, Told]]
"""Who says it -> of whom (a port, an access point), by name -> what."""


@dataclass(frozen=True, slots=True)
class Others:
    """What switches and routers say of their ports, and controllers of their access points."""

    ports: Said = field(default_factory=dict[str, Mapping[str, Told]])
    controllers: Said = field(default_factory=dict[str, Mapping[str, Told]])


@dataclass(frozen=True, slots=True)
class Weighed:
    """One round: the state of each device and school, and what is down by itself with what it cuts off."""

    devices: Mapping[str, Judged]
    schools: Mapping[str, Judged]
    faults: tuple[Fault, ...]


def heard(topology: Topology, known: Mapping[str, Status], settings: Settings, now: float) -> Mapping[str, bool]:
    """Return device -> whether its agent answered; only of those of which that is known now.

    Silent devices are asked ever more rarely: silence holds until the next question is due at the latest.
    """
    ages = {link: _ages(link, settings) for link in set(topology.links.values())}
    found: dict[str, bool] = {}
    for name, link in topology.links.items():
        status = known.get(name)
        if status is not None and -_AHEAD <= now - status.at <= ages[link][status.reachable]:
            found[name] = status.reachable
    return found


def _ages(link: str, settings: Settings) -> tuple[float, float]:
    """Return the seconds after which a device's silence, and its answer, say nothing any more."""
    period = settings.periods_of(link).status
    return max(settings.longest, period) + ROUNDS * period, ROUNDS * period


def tops(topology: Topology, agents: Mapping[str, bool], there: Iterable[str] = ()) -> Sequence[str]:
    """Return the silent devices below something that is not silent: what lies below these explains nothing.

    `there`: devices that are silent, but of which another said that they are there.
    """
    gone = {name for name, answers in agents.items() if not answers}.difference(there)
    return [node.name for node in topology.nodes if agents.get(node.name) is False and node.parent not in gone]


def neighbours(
    topology: Topology, silent: Mapping[str, Status], says: Others, settings: Settings, now: float
) -> Mapping[str, Mapping[str, bool]]:
    """Return what ports and controllers say of silent devices, since these are silent."""
    found: dict[str, dict[str, bool]] = {}
    for name, status in silent.items():
        periods = settings.periods_of(topology.links[name])
        plug = topology.plugs.get(name)
        if plug is not None:
            told = says.ports.get(plug.above, {}).get(plug.port)
            if told is not None and told.value in _LINKLESS and _after(told, status, now, periods.radio):
                found.setdefault(name, {})["port"] = False
        told = says.controllers.get(topology.controllers.get(name, ""), {}).get(name)
        if told is not None and _after(told, status, now, periods.status):
            found.setdefault(name, {})["controller"] = told.value == "yes"
    return found


def _after(told: Told, status: Status, now: float, period: float) -> bool:
    return told.at >= status.since and now - told.at <= ROUNDS * period


def weigh(topology: Topology, agents: Mapping[str, bool], others: Mapping[str, Mapping[str, bool]]) -> Weighed:
    """Judge every device and school. `others`: silent device -> source -> whether it says that it is up.

    The poller has one voice against it, its own: while nothing at all answers it may be the one that is cut off, and
    everything is unknown because of it. Any answer proves that it is not.
    """
    evidence: dict[str, Mapping[str, bool]] = {name: {"snmp": says} for name, says in agents.items()}
    for name, words in others.items():
        evidence[name] = {**evidence.get(name, {}), **words}
    evidence[POLLER] = {"poller": False}
    judged = judge(topology.nodes, evidence)
    devices = {name: judged[name] for name in topology.links}
    of_schools = schools(judged, topology.routers)
    return Weighed(devices, of_schools, faults(judged, devices, of_schools))
