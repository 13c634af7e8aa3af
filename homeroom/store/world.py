"""The world as it was compiled: which sites and devices there are, and the plans and intents of the selected ones."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Final

from homeroom.catalogue import load_platforms, stateful
from homeroom.errors import StoreError
from homeroom.intent.build import Builder
from homeroom.intent.model import Intent
from homeroom.plan.layout import site_plan
from homeroom.plan.model import Entry, SitePlan
from homeroom.policy.load import load_policy
from homeroom.policy.model import Policy
from homeroom.programme.load import read_equipment, read_programme, read_software
from homeroom.programme.model import Equipment, Facts, Kind, Programme, Site, Software
from homeroom.project import Project
from homeroom.store.inventory import COLUMNS, Selector, compile_inventory, inventory_path
from homeroom.store.pack import unpack

ALL: Final = Selector()
_NOTHING_SAID: Final = Software()
_IN: Final = " IN (SELECT value FROM json_each(?))"
_HAS_DEVICE: Final = "id IN (SELECT site FROM device WHERE {})"


@dataclass(frozen=True, slots=True)
class DeviceRow:
    """One device as it was compiled. `number` counts all devices from 1, in the order of sites and cabling."""

    number: int
    name: str
    site: str
    region: str
    kind: Kind
    ordinal: int
    model: str
    platform: str
    v4: str
    v6: str


class World:
    """An opened inventory. Only what a selector names is read."""

    def __init__(
        self,
        db: sqlite3.Connection,
        programme: Programme,
        equipment: Equipment,
        policy: Policy,
        roots: Sequence[Path] = (),
        *,
        software: Software = _NOTHING_SAID,
    ) -> None:
        self._db = db
        self.programme = programme
        self.equipment = equipment
        self.policy = policy
        self._roots = roots
        self._software = software

    @cached_property
    def _builder(self) -> Builder:
        """Build intents; who asks for none (a poll, the state of the lab) reads no platform."""
        platforms = load_platforms(self._roots)
        facts = Facts(self.programme, self.equipment, (), software=self._software)
        return Builder(facts, self.policy, stateful(platforms))

    @classmethod
    def open(cls, project: Project) -> World:
        """Open the project's inventory, compiling it first if its sources changed.

        Raises InputError when the facts are unusable, PlanError when the plan does not cover them.
        """
        compile_inventory(project)
        folder = project.inventory
        programme = read_programme(folder / "programme.yaml", "inventory/programme.yaml")
        equipment = read_equipment(folder / "profiles.yaml", "inventory/profiles.yaml")
        path = inventory_path(project)
        try:
            db = sqlite3.connect(f"file:{path}?mode=ro", uri=True, check_same_thread=False)
        except sqlite3.Error as error:
            raise StoreError(f"{path} cannot be opened: {error}; delete it, it is made again") from error
        software = read_software(folder / "software.yaml", "inventory/software.yaml")
        return cls(db, programme, equipment, load_policy(project), project.template_roots, software=software)

    def devices(self, selector: Selector = ALL) -> Sequence[DeviceRow]:
        """Return the selected devices, by number."""
        where, values = _devices_where(selector)
        return [DeviceRow(*row) for row in self._rows(", ".join(COLUMNS), "device", where, values, "number")]

    def device(self, name: str) -> DeviceRow | None:
        """Return one device; None when there is no such name."""
        return next(iter(self.devices(Selector(devices=(name,)))), None)

    def sites(self, selector: Selector = ALL) -> Iterator[Site]:
        """Yield the selected sites, by id; naming devices, platforms or kinds selects the sites that have some."""
        for site, _ in self._sites(selector):
            yield site

    def plans(self, selector: Selector = ALL) -> Iterator[SitePlan]:
        """Yield the plans of the selected sites, each with all its devices: cabling depends on them."""
        for site, entry in self._sites(selector):
            yield self._plan(site, entry)

    def intents(self, selector: Selector = ALL) -> Iterator[Intent]:
        """Yield the intents of the selected devices, site by site."""
        names = frozenset(device.name for device in self.devices(selector)) if _below_site(selector) else None
        for site, entry in self._sites(selector):
            for intent in self._builder.site(self._plan(site, entry), site):
                if names is None or intent.device.name in names:
                    yield intent

    def built(self, selector: Selector = ALL) -> Iterator[tuple[Site, SitePlan, Sequence[Intent]]]:
        """Yield the selected sites, each with its plan and the intents of all its devices, selected or not."""
        for site, entry in self._sites(selector):
            plan = self._plan(site, entry)
            yield site, plan, tuple(self._builder.site(plan, site))

    def policy_of(self, site: Site) -> Policy:
        """Return the policy as it holds at a site."""
        return self._builder.policy_of(site)

    def schools(self, selector: Selector = ALL) -> int:
        """Return how many schools the selected sites host."""
        return self._sum("schools", selector)

    def pupils(self, selector: Selector = ALL) -> int:
        """Return how many pupils the selected sites have."""
        return self._sum("pupils", selector)

    def close(self) -> None:
        """Close the file."""
        self._db.close()

    def _plan(self, site: Site, entry: Entry) -> SitePlan:
        vlans = {name: role.vlan for name, role in self.policy.roles.items()}
        return site_plan(site, entry, self.equipment, vlans)

    def _sum(self, column: str, selector: Selector) -> int:
        return sum(value for (value,) in self._rows(column, "site", *_sites_where(selector), "id"))

    def _sites(self, selector: Selector) -> Iterator[tuple[Site, Entry]]:
        for (packed,) in self._rows("packed", "site", *_sites_where(selector), "id"):
            yield unpack(packed)

    def _rows(self, columns: str, table: str, where: str, values: list[str], order: str) -> Iterator[Any]:
        statement = f"SELECT {columns} FROM {table} WHERE {where} ORDER BY {order}"  # noqa: S608 -- our own words only
        try:
            yield from self._db.execute(statement, values)
        except sqlite3.Error as error:
            raise StoreError(f"the inventory cannot be read: {error}; delete .homeroom/inventory.db") from error


def _below_site(selector: Selector) -> bool:
    return bool(selector.devices or selector.platforms or selector.kinds)


def _devices_where(selector: Selector, site: str = "site") -> tuple[str, list[str]]:
    """Return the condition on devices and its values; a list travels as one JSON value, so it has no limit."""
    fields = (
        ("region", selector.regions),
        (site, selector.sites),
        ("name", selector.devices),
        ("platform", selector.platforms),
        ("kind", selector.kinds),
    )
    named = [(column, wanted) for column, wanted in fields if wanted]
    return " AND ".join(column + _IN for column, _ in named) or "1", [json.dumps(wanted) for _, wanted in named]


def _sites_where(selector: Selector) -> tuple[str, list[str]]:
    if not _below_site(selector):
        return _devices_where(selector, "id")
    where, values = _devices_where(selector)
    return _HAS_DEVICE.format(where), values
