"""Which device comes in which wave of a change: made once, when it is applied, and kept as it was made.

Resuming reads it back: a school that was added meanwhile, or other settings, move no wave of a change under way.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from homeroom.errors import StoreError
from homeroom.intent.cabling import neighbours
from homeroom.rollout.apart import Planned
from homeroom.rollout.settings import Settings
from homeroom.rollout.waves import Wave, WavePlan, plan_waves
from homeroom.store.changes import Row
from homeroom.store.inventory import Selector
from homeroom.store.world import World


@dataclass(frozen=True, slots=True)
class Schedule:
    """The devices of a change as planning sees them, and their waves."""

    targets: tuple[Planned, ...]
    plan: WavePlan

    def rows(self, change: str, before: Mapping[str, str], now: float) -> Iterable[Row]:
        """Yield each device's row, pending. `before`: device -> sha256 of what it was judged against."""
        planned = {one.device: one for one in self.targets}
        for wave in self.plan.waves:
            for name in wave.devices:
                one = planned[name]
                room = one.site if one.kind == "router" else ""
                yield Row(change, name, "pending", wave.number, one.region, room, before[name], at=now)


def planned(
    world: World, devices: Collection[str], shapes: Mapping[str, str], software: Mapping[str, str]
) -> tuple[Planned, ...]:
    """Return the devices as planning sees them. `shapes`: device -> its group; `software`: its release, if known."""
    wanted = frozenset(devices)
    selector = Selector(devices=tuple(sorted(wanted)))
    sites = {site.id: site for site in world.sites(selector)}
    server = next(iter(world.programme.central.radius), "")
    above = {
        one.name: upper
        for plan in world.plans(selector)
        for upper, hanging in neighbours(plan).items()
        for one in hanging
    }
    return tuple(
        Planned(
            device=row.name,
            site=row.site,
            region=row.region,
            kind=row.kind,
            ordinal=row.ordinal,
            platform=row.platform,
            model=row.model,
            software=software.get(row.name, ""),
            shape=shapes.get(row.name, ""),
            link=sites[row.site].link,
            above=above.get(row.name, ""),
            server=server,
            line=row.site,
        )
        for row in world.devices(selector)
        if row.name in wanted
    )


def scheduled(
    targets: tuple[Planned, ...], settings: Settings, *, seed: str, pace: str | None = None, avoid: Collection[str] = ()
) -> Schedule:
    """Put the devices in waves. `avoid`: no canaries, if others will do."""
    plan = plan_waves(targets, limits=settings.limits, stages=settings.staged(pace), seed=seed, avoid=avoid)
    return Schedule(targets, plan)


def at_once(targets: tuple[Planned, ...], stage: str) -> Schedule:
    """Put the devices in one wave, without canaries: for what a person does to devices they named."""
    names = tuple(one.device for one in targets)
    return Schedule(targets, WavePlan((Wave(1, stage, names, 0.0),) if names else (), {}))


def pack(schedule: Schedule) -> str:
    """Return a schedule as text."""
    plain = {
        "targets": [asdict(one) for one in schedule.targets],
        "waves": [asdict(one) for one in schedule.plan.waves],
        "candidates": [[list(stratum), list(some)] for stratum, some in schedule.plan.candidates.items()],
    }
    return json.dumps(plain, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def unpack(text: str) -> Schedule:
    """Return what `pack` was given; StoreError when it is something else."""
    try:
        plain: Any = json.loads(text)
        waves = tuple(Wave(one["number"], one["stage"], tuple(one["devices"]), one["bake"]) for one in plain["waves"])
        candidates = {tuple(stratum): tuple(some) for stratum, some in plain["candidates"]}
        return Schedule(tuple(Planned(**one) for one in plain["targets"]), WavePlan(waves, candidates))
    except (ValueError, KeyError, TypeError) as error:
        raise StoreError(f"the waves of a change cannot be read: {error}; restore state.db from a backup") from error
