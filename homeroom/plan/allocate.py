"""Give every site its block and its code, once: the same facts and ledger always give the same answer."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet

from homeroom.errors import PlanError
from homeroom.plan.layout import capacity, count, too_many
from homeroom.plan.ledger import LENGTH4, Ledger, anniversary
from homeroom.plan.model import Entry
from homeroom.plan.pools import Pools, Taken, check_pools
from homeroom.programme.bill import bill, profile_for
from homeroom.programme.model import Equipment, Facts, Site, SizeClass


@dataclasses.dataclass(frozen=True, slots=True)
class Change:
    """One line of the ledger that is new or other than before; `what` is a word or two for people."""

    site: str
    code: str
    v4: str
    what: str


@dataclasses.dataclass(frozen=True, slots=True)
class Changes:
    """What a plan changes, and what it leaves for a person to decide. Sorted by site."""

    changed: tuple[Change, ...]
    outgrown: tuple[str, ...]
    """Sites whose profile asks for a larger block than they have; they keep what they have."""
    moved: tuple[str, ...]
    """Sites whose facts name another region than the ledger; they keep what they have."""


def allocate(facts: Facts, ledger: Ledger, today: dt.date) -> tuple[Ledger, Changes]:
    """Return the ledger that fits the facts, and the difference.

    A site that is gone is released, unless it stands in a quarantined row: then its entry stays as it is.
    Raises PlanError with everything that is wrong: overlapping pools, exhausted pools, too many devices.
    """
    _refuse(check_pools(facts.programme))
    return _Planner(facts, ledger, today).plan()


def _refuse(problems: Iterable[str]) -> None:
    text = "\n".join(problems)
    if text:
        raise PlanError(text)


class _Planner:
    """One run: the entries as they become, and what was found on the way."""

    def __init__(self, facts: Facts, ledger: Ledger, today: dt.date) -> None:
        self.facts = facts
        self.today = today.isoformat()
        self.before = ledger.entries
        self.entries = dict(ledger.entries)
        self.problems: list[str] = []
        self.taken = Taken(())

    def plan(self) -> tuple[Ledger, Changes]:
        sites = {site.id: site for site in self.facts.sites}
        _refuse(self.outside(sites))
        self.release(sites.keys() | self.facts.held)
        self.taken = Taken(entry.blocks for entry in self.held())
        fresh = [sites[site] for site in sorted(sites) if not self.keeps(site)]
        self.assign(fresh)
        self.problems += self.crowded(sites)
        _refuse(self.problems)
        outgrown = (i for i in sites if LENGTH4[self.size(sites[i])] < LENGTH4[self.entries[i].size])
        moved = (i for i in sites if sites[i].region != self.entries[i].region)
        return Ledger(self.entries), Changes(tuple(self.changes()), tuple(sorted(outgrown)), tuple(sorted(moved)))

    def outside(self, sites: Mapping[str, Site]) -> Iterator[str]:
        """Yield entries in use that lie outside their region's pools: the pools or the ledger were edited."""
        regions = {region.id: region for region in self.facts.programme.regions}
        for entry in sorted(self.held(), key=lambda entry: entry.site):
            site = entry.site
            if site not in sites:
                continue
            region = regions.get(entry.region)
            if region is None:
                yield f"site {site}: the ledger has it in region {entry.region}, which programme.yaml does not name"
                continue
            pools = (region.pool4, region.pool6, self.facts.programme.wan_pool)
            for pool, prefix in zip(pools, entry.blocks, strict=True):
                if not pool.contains(prefix):
                    yield f"site {site}: {prefix} of the ledger is outside the pool {pool} of {region.id}; restore it"

    def release(self, sites: AbstractSet[str]) -> None:
        for site, entry in self.before.items():
            if site not in sites and not entry.released:
                self.entries[site] = dataclasses.replace(entry, released=self.today)

    def keeps(self, site: str) -> bool:
        """Tell whether the site has its block already; one that comes back gets its old block, if none has it now."""
        entry = self.entries.get(site)
        if entry is None:
            return False
        if not entry.released:
            return True
        allocated = entry.allocated
        if anniversary(entry.released) <= self.today:
            if not self.taken.add(entry.blocks):
                return False
            allocated = self.today
        self.entries[site] = dataclasses.replace(entry, allocated=allocated, released="")
        return True

    def held(self) -> list[Entry]:
        """Return the entries whose blocks nobody else may get today."""
        return [e for e in self.entries.values() if not e.released or anniversary(e.released) > self.today]

    def size(self, site: Site) -> SizeClass:
        return _size(site, self.facts.equipment)

    def assign(self, fresh: list[Site]) -> None:
        """Give the new sites blocks, the largest first (so they always pack), and codes in the order of their ids."""
        if not fresh:
            return
        codes = self.codes(fresh)
        pools = Pools(self.facts.programme, [entry.blocks for entry in self.held()])
        for site in sorted(fresh, key=lambda s: (LENGTH4[self.size(s)], s.id)):
            size = self.size(site)
            blocks = pools.take(site.region, LENGTH4[size])
            if blocks is not None:
                entry = Entry(site.id, site.region, codes[site.id], size, *blocks, allocated=self.today)
                self.entries[site.id] = entry
        self.problems += pools.missing()

    def codes(self, fresh: list[Site]) -> dict[str, str]:
        """Count on from the highest number a region ever gave; a site keeps the code it once had."""
        highest: Counter[str] = Counter()
        for entry in self.before.values():
            stem, _, number = entry.code.rpartition("-")
            highest[stem] = max(highest[stem], int(number))
        codes: dict[str, str] = {}
        for site in fresh:
            stem = site.region.lower().replace("-", "")
            old = self.before.get(site.id)
            if old is not None:
                codes[site.id] = old.code
                continue
            highest[stem] += 1
            codes[site.id] = f"{stem}-{highest[stem]:04d}"
        return codes

    def crowded(self, sites: Mapping[str, Site]) -> Iterator[str]:
        for site in sites.values():
            things = bill(site, self.facts.equipment)
            entry = self.entries.get(site.id)
            if things is not None and entry is not None and count(things) > capacity(entry.size):
                yield too_many(site.id, things, entry.size)

    def changes(self) -> Iterator[Change]:
        for site, entry in sorted(self.entries.items()):
            before = self.before.get(site)
            if before != entry:
                yield Change(site, entry.code, entry.v4.cidr, _what(before, entry))


def _what(before: Entry | None, entry: Entry) -> str:
    if before is None:
        return "new"
    if entry.released:
        return "released"
    return "back" if before.v4 == entry.v4 else "back, renumbered"


def _size(site: Site, equipment: Equipment) -> SizeClass:
    profile = profile_for(site.pupils, equipment)
    if profile is None:
        raise PlanError(f"site {site.id} has {site.pupils} pupils, more than every profile: add one to profiles.yaml")
    return profile.size
