"""How devices of a project are made, each when it is first talked to: as it leaves staging, the rest is pushed."""

from __future__ import annotations

import time
from collections import Counter, OrderedDict
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Final

from homeroom.catalogue import load_platforms, stateful
from homeroom.errors import LabError
from homeroom.intent.model import Intent
from homeroom.lab.boxed import Connected
from homeroom.lab.clock import Later
from homeroom.lab.emulated import SnmpUser
from homeroom.lab.fleet import Record, address
from homeroom.lab.place import NOWHERE, Place
from homeroom.lab.platforms import SNMP_USER, Supply, emulation
from homeroom.lab.services import Services
from homeroom.lab.telling import Teller
from homeroom.lab.truth import Truth
from homeroom.lab.ways import Lore, Ways
from homeroom.platforms.registry import code_for
from homeroom.platforms.render import Renderer
from homeroom.prefix import ANY
from homeroom.project import Project
from homeroom.secret import Vault
from homeroom.store.inventory import Selector
from homeroom.store.world import World

AUTH, PRIV = "SHA-256", "AES"
_SITES: Final = 64
"""How many sites' intents are kept: who asks one device of a school asks the next one too."""


def snmp_user(vault: Vault) -> SnmpUser:
    """Return the SNMPv3 user that staging makes on every device."""
    return SnmpUser(AUTH, vault.get("snmp_auth").reveal(), PRIV, vault.get("snmp_priv").reveal())


def records(world: World, sites: int) -> Iterable[Record]:
    """Yield a record for each device of the first `sites` sites (0: all); LabError for a platform nothing emulates."""
    chosen = {site.id for _, site in zip(range(sites), world.sites(), strict=False)} if sites else None
    for row in world.devices():
        if chosen is None or row.site in chosen:
            emulation(row.platform)
            yield Record(row.name, address(row.number), row.platform, row.kind, row.model, row.site)


class Intents:
    """The intents of a project, read site by site."""

    def __init__(self, world: World, sites: Mapping[str, str]) -> None:
        self._world, self._of = world, sites
        self._kept: OrderedDict[str, dict[str, Intent]] = OrderedDict()

    def site(self, site: str) -> Mapping[str, Intent]:
        """Return the intents of a site's devices, by their names."""
        found = self._kept.pop(site, None)
        if found is None:
            found = {one.device.name: one for one in self._world.intents(Selector(sites=(site,)))} if site else {}
        self._kept[site] = found
        if len(self._kept) > _SITES:
            self._kept.popitem(last=False)
        return found

    def __call__(self, name: str) -> Intent:
        """Return a device's intent."""
        found = self.site(self._of.get(name, ""))
        if name not in found:
            raise LabError(
                f"the inventory has no device called {name} any more: run `homeroom lab down`, then `lab up`"
            )
        return found[name]


class Places:
    """Where devices stand, by address; a site is read when one of its devices is first talked to."""

    def __init__(self, world: World, found: Mapping[str, Record]) -> None:
        self._world, self._records = world, found
        self._points = Counter(record.site for record in found.values() if record.kind == "ap")
        self._known: dict[tuple[str, str], Place] = {}

    def __call__(self, where: str) -> Place:
        """Return the place of the device at an address."""
        record = self._records.get(where)
        if record is None:
            return NOWHERE
        key = (record.site, record.model)
        if key not in self._known:
            self._known[key] = self._read(record)
        return self._known[key]

    def _read(self, record: Record) -> Place:
        site = next(iter(self._world.sites(Selector(sites=(record.site,)))), None)
        if site is None:
            return NOWHERE
        uplinks = self._world.equipment.models[record.model].uplinks
        zone = self._world.programme.timezone
        return Place(zone, site.link, site.mbps, site.pupils, self._points[site.id] or 1, uplinks)


class Around:
    """What surrounds the devices of one process: the ways to them, what lies beyond them, what they are planned as."""

    def __init__(self, project: Project, world: World, records: Sequence[Record], later: Later) -> None:
        platforms, central = load_platforms(project.template_roots), world.programme.central
        self.intents = Intents(world, {record.name: record.site for record in records})
        noc = tuple(net for net in central.noc if net.family == 4)
        parsers = {name: code_for(platforms[name]).parse for name in {record.platform for record in records}}
        lore = Lore(self.intents.site, parsers.__getitem__, stateful(platforms), noc or (ANY[4],))
        self.ways = Ways(records, lore, later)
        self.truth = Truth(self.ways, Services(central))
        self.teller: Teller | None = None


def maker(
    project: Project,
    world: World,
    sites: Mapping[str, str],
    later: Later,
    minute: float,
    *,
    around: Around | None = None,
) -> Callable[[Record], Connected]:
    """Return the function that makes a device from its record, and puts it into its place; `sites`: device -> site."""
    vault = Vault.open(project)
    supply = Supply(
        find=Intents(world, sites) if around is None else around.intents,
        model=lambda name: world.equipment.models[name],
        renderer=Renderer.of(project),
        vault=vault,
        users={SNMP_USER: snmp_user(vault)},
        clock=time.time,
        later=later,
        minute=minute,
        started=time.time(),
    )

    def make(record: Record) -> Connected:
        device = emulation(record.platform).make(record, supply)
        if around is not None:
            around.truth.take(device)
            if around.teller is not None:
                around.teller.take(device)
        return device

    return make
