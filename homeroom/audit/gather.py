"""From the store to subjects: the programme, then site by site its plan, its proof, and its devices."""

from __future__ import annotations

from collections.abc import Collection, Generator, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import islice
from typing import Final, TypeAlias

from sqlalchemy.engine import Engine

from homeroom.audit import getters
from homeroom.audit.checks import INTERFACES
from homeroom.audit.onrecord import SAID, OfDevices, of_programme
from homeroom.audit.plan import clashes
from homeroom.audit.proven import Proofs, Proven
from homeroom.audit.rule import Rule
from homeroom.audit.subject import DeviceSubject, ProgrammeSubject, Readings, SiteSubject, Stored, Subject
from homeroom.intent.model import Intent
from homeroom.plan.model import SitePlan
from homeroom.platforms.registry import code_for
from homeroom.platforms.render import Renderer
from homeroom.programme.model import Site
from homeroom.project import Project
from homeroom.store import batches
from homeroom.store.inventory import Selector
from homeroom.store.probes import Probed
from homeroom.store.world import World

AT_ONCE: Final = 40
"""Sites whose facts are read together: they wait in memory."""
DESCRIBING: Final = (*SAID, INTERFACES, "identity.model", "identity.software", "facts.model", "facts.os_version",
                     "changes.running", "changes.startup", getters.LACKING)  # fmt: skip
"""Readings that say what a device is, or stand on record, whatever the rules look at."""
_Built: TypeAlias = tuple[Site, SitePlan, Sequence[Intent]]


@dataclass(frozen=True, slots=True)
class Sources:
    """Where everything is read. `now`: the moment of the audit."""

    project: Project
    world: World
    engine: Engine
    renderer: Renderer
    now: float


def subjects(sources: Sources, selector: Selector, wanted: Collection[str] = ()) -> Generator[Subject, None, None]:
    """Yield what is to be judged: the programme, then each site and its selected devices, in the inventory's order.

    `wanted`: the readings that are looked at; empty: every one. To be closed before the world is, when not used up.
    """
    policy = sources.world.policy
    yield ProgrammeSubject(sources.world.programme, of_programme(sources.project, policy), sources.now)
    yield from _Gathering(sources, selector, wanted).every()


def wanted(rules: Mapping[str, Rule]) -> frozenset[str]:
    """Return the readings that rules look at."""
    return frozenset(name for rule in rules.values() for name in rule.check.objects)


class _Gathering:
    """One pass over the selected sites."""

    def __init__(self, sources: Sources, selector: Selector, wanted: Collection[str]) -> None:
        self.sources = sources
        self.selector = selector
        self.wanted = frozenset((*wanted, *DESCRIBING)) if wanted else frozenset[str]()
        programme = sources.world.programme
        self.regions = {region.id: region for region in programme.regions}
        self.clashes = clashes(sources.world.plans())  # with all sites, selected or not: an overlap has two ends
        self.proofs = Proofs(programme, sources.renderer)
        self.records = OfDevices(sources.project, sources.engine)
        self.chosen = self._chosen()

    def _chosen(self) -> frozenset[str] | None:
        """Return the names of the devices to be judged; None: all of the sites."""
        if not (self.selector.devices or self.selector.platforms or self.selector.kinds):
            return None
        return frozenset(device.name for device in self.sources.world.devices(self.selector))

    def every(self) -> Iterator[Subject]:
        built = self.sources.world.built(self.selector)
        while batch := list(islice(built, AT_ONCE)):
            yield from self._batch(batch)

    def _batch(self, batch: Sequence[_Built]) -> Iterator[Subject]:
        engine = self.sources.engine
        names = [intent.device.name for _, _, intents in batch for intent in intents]
        mine = names if self.chosen is None else [name for name in names if name in self.chosen]
        configs = batches.configurations(engine, names)
        said = batches.readings(engine, mine, self.wanted)
        changed = batches.changed(engine, mine)
        probed = batches.probes(engine, [site.id for site, _, _ in batch])
        for site, plan, intents in batch:
            running = {intent.device.name: configs.get(intent.device.name) for intent in intents}
            yield self._site(site, plan, intents, running, probed.get(site.id, ()))
            for intent in self._judged(intents):
                name = intent.device.name
                yield self._device(intent, running[name], said.get(name, {}), changed.get(name))

    def _judged(self, intents: Iterable[Intent]) -> Iterator[Intent]:
        return (intent for intent in intents if self.chosen is None or intent.device.name in self.chosen)

    def _site(
        self,
        site: Site,
        plan: SitePlan,
        intents: Sequence[Intent],
        running: Mapping[str, Stored | None],
        probed: tuple[Probed, ...],
    ) -> SiteSubject:
        world = self.sources.world
        proven = Proven(self.proofs, world.policy_of(site), intents, running)
        return SiteSubject(
            plan=plan,
            region=self.regions.get(plan.entry.region),
            wan_pool=world.programme.wan_pool,
            clashes=self.clashes.get(plan.entry.site, ()),
            now=self.sources.now,
            running=running,
            prove=proven.prove if intents else None,
            line=proven.line,
            probes=probed,
        )

    def _device(
        self, intent: Intent, running: Stored | None, values: Readings, changed: tuple[float, str] | None
    ) -> DeviceSubject:
        renderer, now = self.sources.renderer, self.sources.now
        platform = renderer.platforms[intent.device.platform]
        known, told = getters.split(values)
        return DeviceSubject(
            intent=intent,
            parser=code_for(platform).parse,
            render=partial(_text, renderer, intent),
            running=running,
            readings=known,
            now=now,
            driver=platform.napalm,
            getters=told,
            records=self.records.of(intent.device.name, values, running, changed, now),
        )


def _text(renderer: Renderer, intent: Intent) -> str:
    return renderer.render(intent).text
