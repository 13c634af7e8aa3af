"""What hangs on what, and who can say something of whom: from the compiled inventory, as the sites are cabled.

The poller is the root; below it regions, the kinds of line of each, routers, and what each router's site holds. A
router with a second line hangs on its region: it may be reached although the first line's whole kind is gone, and so
proves nothing of it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from homeroom.intent.cabling import neighbours
from homeroom.intent.lines import line_class
from homeroom.intent.uplinks import has_backup
from homeroom.plan.model import SitePlan
from homeroom.programme.model import Equipment, Site
from homeroom.store.reachable import Node, of_site
from homeroom.store.world import World

POLLER: Final = "poller"
"""The root's name: where we ask from. When nothing at all answers, it is the first to be suspected."""


@dataclass(frozen=True, slots=True)
class Plug:
    """The port that a device's cable ends in, by its name in full: `above` can say whether there is a link."""

    above: str
    port: str


@dataclass(frozen=True, slots=True)
class Topology:
    """One nation. `links`: device -> its site's first line, in the facts' word (`fiber`, `satellite`)."""

    nodes: tuple[Node, ...] = (Node(POLLER),)
    links: Mapping[str, str] = field(default_factory=dict[str, str])
    plugs: Mapping[str, Plug] = field(default_factory=dict[str, Plug])
    controllers: Mapping[str, str] = field(default_factory=dict[str, str])
    """Access point -> the WLAN controller of its site."""
    routers: Mapping[str, str] = field(default_factory=dict[str, str])
    """School -> the router of its site; schools of sites that have no devices are not among them."""


def of_world(world: World) -> Topology:
    """Return the nation as it is planned."""
    return _Builder(world).built()


def line_name(region: str, link: str) -> str:
    """Name what all lines of a kind in a region hang on."""
    return f"{region} {line_class(link)}"


class _Builder:
    """Collects, site by site."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._groups: dict[str, Node] = {POLLER: Node(POLLER)}
        self._nodes: list[Node] = []
        self._links: dict[str, str] = {}
        self._plugs: dict[str, Plug] = {}
        self._controllers: dict[str, str] = {}
        self._routers: dict[str, str] = {}

    def built(self) -> Topology:
        for site, plan in zip(self._world.sites(), self._world.plans(), strict=True):
            if plan.devices:
                self._site(site, plan)
        nodes = (*self._groups.values(), *self._nodes)
        return Topology(nodes, self._links, self._plugs, self._controllers, self._routers)

    def _site(self, site: Site, plan: SitePlan) -> None:
        equipment = self._world.equipment
        router = next(one for one in plan.devices if one.kind == "router")
        backed = has_backup(site, equipment.models[router.model], self._world.programme)
        self._nodes += of_site(plan, self._group(site, backed=backed))
        self._links.update(dict.fromkeys((one.name for one in plan.devices), site.link))
        self._plugs.update(_plugs(plan, equipment))
        wlc = next((one.name for one in plan.devices if one.kind == "wlc"), "")
        if wlc:
            self._controllers.update({one.name: wlc for one in plan.devices if one.kind == "ap"})
        self._routers.update(dict.fromkeys((school.id for school in site.schools), router.name))

    def _group(self, site: Site, *, backed: bool) -> str:
        """Return what a site's router hangs on."""
        self._groups.setdefault(site.region, Node(site.region, POLLER))
        if backed:
            return site.region
        name = line_name(site.region, site.link)
        self._groups.setdefault(name, Node(name, site.region))
        return name


def _plugs(plan: SitePlan, equipment: Equipment) -> Iterator[tuple[str, Plug]]:
    models = {one.name: one.model for one in plan.devices}
    for above, hanging in neighbours(plan).items():
        for port, below in zip(equipment.models[models[above]].ports, hanging, strict=False):
            yield below.name, Plug(above, port)
