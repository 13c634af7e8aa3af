"""A change in waves: canaries that stand for every kind of device, then ever larger parts of every region.

The plan is pure and the same for equal input. A stage is a share of the nation; it is cut into as many waves as it
takes for no limit and no room to be broken. One wave begins when the one before has ended well.
"""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from math import ceil
from typing import Final, TypeAlias

from homeroom.errors import UsageError
from homeroom.rollout.apart import Planned, Rooms, apart

Stratum: TypeAlias = tuple[str, ...]
_Key: TypeAlias = tuple[str, str]
CANARY: Final = "canary"


@dataclass(frozen=True, slots=True)
class Stage:
    """A part of every region. `share`: how much of it is changed when the stage has ended, 0 to 1.

    `bake`: seconds in which nothing new is started after its last wave, so that slow faults are seen.
    """

    name: str
    share: float
    bake: float


STAGES: Final = (
    Stage(CANARY, 0.0, 900.0),
    Stage("0.1 %", 0.001, 900.0),
    Stage("1 %", 0.01, 1800.0),
    Stage("5 %", 0.05, 3600.0),
    Stage("25 %", 0.25, 3600.0),
    Stage("the rest", 1.0, 0.0),
)
"""Canaries first, whatever share they are: one school, one of each kind, then an order of magnitude at a time."""
_KINDS: Final = ("ap", "switch", "wlc", "router")
"""At a site the one that hurts fewest goes first."""


@dataclass(frozen=True, slots=True)
class Limits:
    """Devices in one wave, at most: of a region, of those that ask one authentication server, behind one link."""

    region: int = 100
    server: int = 500
    line: int = 8

    def __post_init__(self) -> None:
        """Raise UsageError for a limit under which nothing could ever be changed."""
        for one in fields(self):
            if getattr(self, one.name) < 1:
                raise UsageError(f"the limit per {one.name} is {getattr(self, one.name)}: give 1 or more")


@dataclass(frozen=True, slots=True)
class Wave:
    """Devices that are changed side by side, in the order they are begun. `number` counts from 1.

    `bake`: seconds to wait after it; 0 but for the last wave of its stage.
    """

    number: int
    stage: str
    devices: tuple[str, ...]
    bake: float


@dataclass(frozen=True, slots=True)
class WavePlan:
    """Every device in exactly one wave. `candidates`: stratum -> its devices, its canary first."""

    waves: tuple[Wave, ...]
    candidates: Mapping[Stratum, tuple[str, ...]]

    @property
    def canaries(self) -> tuple[str, ...]:
        """Return the canaries, in the order they are changed."""
        return tuple(device for wave in self.waves if wave.stage == CANARY for device in wave.devices)


def plan_waves(
    targets: Iterable[Planned],
    *,
    rooms: Rooms | None = None,
    whole: Collection[str] = (),
    avoid: Collection[str] = (),
    limits: Limits | None = None,
    stages: Sequence[Stage] = STAGES,
    seed: str = "",
) -> WavePlan:
    """Plan a change's waves; UsageError when a device is given twice or the stages do not end with all of it.

    `rooms`, `whole`: see `apart`. `avoid`: devices that are no canaries if another will do: switched off, in an
    exam, nobody there who knows. `seed` (the change's name) decides which schools of a region come early.
    """
    given = _ordered(targets, seed)
    if not stages or stages[0].name != CANARY or stages[-1].share < 1:
        raise UsageError(f"the stages must begin with `{CANARY}` and end with a share of 1")
    candidates = _candidates(given, frozenset(avoid))
    fill = _Filler(limits or Limits(), apart(given, rooms, whole))
    chosen = {some[0] for some in candidates.values()}
    by_name = {target.device: target for target in given}
    schools = Counter(by_name[name].site for name in chosen)
    canaries = [by_name[name] for name in sorted(chosen, key=_BySchool(schools, by_name))]
    parts = [canaries, *_parts([one for one in given if one.device not in chosen], given, chosen, stages[1:])]
    waves: list[Wave] = []
    for stage, part in zip(stages, parts, strict=True):
        cut = fill.cut(part, doubling=stage.name == CANARY)
        for number, devices in enumerate(cut, 1):
            waves.append(Wave(len(waves) + 1, stage.name, devices, stage.bake if number == len(cut) else 0.0))
    return WavePlan(tuple(waves), candidates)


def _ordered(targets: Iterable[Planned], seed: str) -> list[Planned]:
    """Return the targets school by school, the schools in an order that says nothing about them."""
    given = list(targets)
    twice = [name for name, number in Counter(one.device for one in given).items() if number > 1]
    if twice:
        raise UsageError(f"{', '.join(sorted(twice)[:5])}: given twice in one change; name each device once")
    place = {
        site: (hashlib.blake2b(f"{seed}\0{site}".encode(), digest_size=8).digest(), site)
        for site in {one.site for one in given}
    }
    return sorted(given, key=lambda one: (place[one.site], _KINDS.index(one.kind), one.ordinal, one.device))


def _candidates(given: Sequence[Planned], avoid: Collection[str]) -> dict[Stratum, tuple[str, ...]]:
    """Return each stratum's devices: first the one at the school that stands for most strata at once.

    A device stands for one stratum, so a canary a stratum is the least there can be; that they stand in few schools
    keeps the number of people small who are to be told. Greedy (Chvátal 1979).
    """
    members: defaultdict[Stratum, list[Planned]] = defaultdict(list)
    for one in given:
        members[one.stratum].append(one)
    fit = {stratum: [one for one in some if one.device not in avoid] or some for stratum, some in members.items()}
    strata: defaultdict[str, dict[Stratum, str]] = defaultdict(dict)
    for stratum, some in fit.items():
        for one in some:
            strata[one.site].setdefault(stratum, one.device)
    first = _cover(strata, len(fit))
    ranked = {stratum: [first[stratum], *(one.device for one in (*fit[stratum], *members[stratum]))] for stratum in fit}
    return {stratum: tuple(dict.fromkeys(names)) for stratum, names in sorted(ranked.items())}


def _cover(strata: Mapping[str, Mapping[Stratum, str]], number: int) -> dict[Stratum, str]:
    """Take school after school, always one that has most of the strata still missing.

    What a school adds only ever shrinks, so schools wait in buckets by what they added when last looked at.
    """
    buckets: defaultdict[int, list[str]] = defaultdict(list)
    for site, found in reversed(tuple(strata.items())):
        buckets[len(found)].append(site)
    first: dict[Stratum, str] = {}
    size = max(buckets, default=0)
    while len(first) < number:
        if not buckets[size]:
            size -= 1
            continue
        site = buckets[size].pop()
        fresh = {stratum: device for stratum, device in strata[site].items() if stratum not in first}
        if len(fresh) == size:
            first |= fresh
        else:
            buckets[len(fresh)].append(site)
    return first


@dataclass(frozen=True, slots=True)
class _BySchool:
    """Sorts canaries by school, the one with most of them first: one school is tried before the others."""

    at: Mapping[str, int]
    by_name: Mapping[str, Planned]

    def __call__(self, name: str) -> tuple[int, str, int, int, str]:
        one = self.by_name[name]
        return -self.at[one.site], one.site, _KINDS.index(one.kind), one.ordinal, name


def _parts(
    left: Sequence[Planned], given: Sequence[Planned], chosen: Collection[str], stages: Sequence[Stage]
) -> Iterator[list[Planned]]:
    """Cut what is left into the stages' parts, of every region the same share; canaries count for it."""
    total = Counter(one.region for one in given)
    done = Counter(one.region for one in given if one.device in chosen)
    stage_of: list[int] = []
    for one in left:
        done[one.region] += 1
        reached = done[one.region]
        stage_of.append(next(n for n, stage in enumerate(stages) if reached <= ceil(stage.share * total[one.region])))
    for number in range(len(stages)):
        yield [one for one, stage in zip(left, stage_of, strict=True) if stage == number]


class _Filler:
    """Puts each device into the first wave where it breaks no limit and meets nobody it must not meet."""

    def __init__(self, limits: Limits, conflicts: Mapping[str, frozenset[str]]) -> None:
        self._limits = limits
        self._conflicts = conflicts

    def cut(self, part: Sequence[Planned], *, doubling: bool) -> list[tuple[str, ...]]:
        """Cut a stage's devices into waves; `doubling`: of 1, 2, 4, 8, ... devices at most."""
        waves: list[list[str]] = []
        loads: list[Counter[_Key]] = []
        wave_of: dict[str, int] = {}
        free: defaultdict[_Key, int] = defaultdict(int)  # the first wave that is not full of it
        for one in part:
            keys = self._keys(one, doubling=doubling)
            taken = {wave_of[other] for other in self._conflicts.get(one.device, ()) if other in wave_of}
            at = max(free[key] for key in keys)
            while at in taken or (at < len(loads) and self._full(loads[at], keys, at)):
                at += 1
            while at >= len(waves):
                waves.append([])
                loads.append(Counter())
            waves[at].append(one.device)
            wave_of[one.device] = at
            for key in keys:
                loads[at][key] += 1
                while free[key] < len(loads) and self._full(loads[free[key]], (key,), free[key]):
                    free[key] += 1
        return [tuple(wave) for wave in waves if wave]

    def _keys(self, one: Planned, *, doubling: bool) -> tuple[_Key, ...]:
        keys = [("region", one.region)]
        keys += [("server", one.server)] if one.server else []
        keys += [("line", one.line)] if one.line else []
        return (*keys, ("wave", "")) if doubling else tuple(keys)

    def _full(self, load: Mapping[_Key, int], keys: Iterable[_Key], at: int) -> bool:
        return any(load.get(key, 0) >= (1 << at if key[0] == "wave" else getattr(self._limits, key[0])) for key in keys)
