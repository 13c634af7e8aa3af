"""From the store to facts of many sites: everything is read in bulk, then put beside each site."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias
from zoneinfo import ZoneInfo

from sqlalchemy.engine import Engine

from homeroom.observe.funnel_facts import AGES, Ages, Air, DeviceFacts, SiteFacts
from homeroom.observe.school_days import SchoolDays
from homeroom.programme.model import Site
from homeroom.store import audited, readings, site_facts, speeds
from homeroom.store.inventory import Selector
from homeroom.store.site_facts import Clients, Said
from homeroom.store.world import DeviceRow, World

Days: TypeAlias = Callable[[Site], SchoolDays]
"""When pupils were last at a site."""
_ASKED: Final = ("identity.model", "ssids.name", "ssids.enabled", "bsss.ssid", "bsss.up")
_Rows: TypeAlias = Mapping[str, Sequence[Said]]


@dataclass(frozen=True, slots=True)
class Sources:
    """Where facts are read: the compiled inventory, the state and the series database."""

    world: World
    state: Engine
    series: Engine


def gather(sources: Sources, chosen: Selector, days: Days, now: float, ages: Ages = AGES) -> Iterator[SiteFacts]:
    """Yield the facts of the selected sites, by id; a site is selected as a whole, with all its devices."""
    sites = tuple(sources.world.sites(chosen))
    planned: defaultdict[str, list[DeviceRow]] = defaultdict(list)
    for row in sources.world.devices(Selector(sites=tuple(site.id for site in sites))):
        planned[row.site].append(row)
    known = _Known(sources, [row.name for rows in planned.values() for row in rows], now)
    when = {site.id: days(site) for site in sites}
    lines = _Lines(sources.series, sites, when, now, ages)
    judged = audited.all_audited(sources.state)
    zone = ZoneInfo(sources.world.programme.timezone)
    for site in sites:
        policy = sources.world.policy_of(site)
        yield SiteFacts(
            site=site,
            devices=tuple(map(known.device, planned[site.id])),
            ssids=frozenset(role.ssid for role in policy.roles.values() if role.ssid),
            now=now,
            zone=zone,
            clients=lines.clients.get(site.id),
            days=when[site.id].name,
            speeds=tuple(lines.speeds[site.id]),
            measured=max((lines.measured.get(school.id, (0, ""))[0] for school in site.schools), default=0),
            audited=judged.get(site.id),
            ages=ages,
        )


class _Known:
    """What is known of devices."""

    def __init__(self, sources: Sources, names: Sequence[str], now: float) -> None:
        self.said = site_facts.said(sources.state, names, _ASKED)
        self.status = readings.all_status(sources.state)
        self.confirmed = site_facts.confirmed(sources.state)
        self.down = site_facts.down(sources.series, now)

    def device(self, row: DeviceRow) -> DeviceFacts:
        said: _Rows = self.said.get(row.name, {})
        return DeviceFacts(
            name=row.name,
            kind=row.kind,
            planned=row.model,
            model=next(iter(said.get("identity.model", ())), None),
            status=self.status.get(row.name),
            confirmed=self.confirmed.get(row.name, 0.0),
            down=self.down.get(row.name),
            air=air(said) if row.kind in {"ap", "wlc"} else None,
        )


class _Lines:
    """What is known of sites over time."""

    def __init__(
        self, series: Engine, sites: Iterable[Site], when: Mapping[str, SchoolDays], now: float, ages: Ages
    ) -> None:
        since, until = int(now - ages.speeds), int(now) + 1
        self.speeds: defaultdict[str, list[speeds.Against]] = defaultdict(list)
        for one in speeds.against(series, since, until):
            self.speeds[one.site].append(one)
        self.measured = site_facts.measured(series, since, until)
        self.clients: dict[str, Clients] = {}
        for spans in {one.spans for one in when.values()}:
            found = site_facts.clients(series, spans)
            own = (site.id for site in sites if when[site.id].spans == spans)
            self.clients.update({site: found[site] for site in own if site in found})


def air(said: _Rows) -> Air | None:
    """Return the SSIDs that a device sends; None when it said nothing of them.

    One that is switched off is not sent, nor one of which every radio's network is down.
    """
    named, carried = ([one for one in said.get(name, ()) if one.value] for name in ("ssids.name", "bsss.ssid"))
    if not named and not carried:
        return None
    off = {one.row for one in said.get("ssids.enabled", ()) if one.value == "no"}
    dead = {one.row for one in said.get("bsss.up", ()) if one.value == "no"}
    sent = {one.value for one in carried if one.row not in dead}
    silent = {one.value for one in carried} - sent
    names = {one.value for one in named if one.row not in off} - silent
    rows = (*named, *carried)
    return Air(frozenset(names | sent), max(one.since for one in rows), min(one.at for one in rows))
