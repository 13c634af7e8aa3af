"""From the store to subjects: the plan of every selected site, then its devices with what is known of them."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from functools import partial

from sqlalchemy.engine import Engine

from homeroom.audit.plan import clashes
from homeroom.audit.subject import DeviceSubject, SiteSubject, Subject
from homeroom.intent.model import Intent
from homeroom.platforms.registry import code_for
from homeroom.platforms.render import Renderer
from homeroom.store import configs, readings
from homeroom.store.inventory import Selector
from homeroom.store.world import World


def subjects(
    world: World, engine: Engine, renderer: Renderer, selector: Selector, now: float
) -> Generator[Subject, None, None]:
    """Yield what is to be judged: sites first, then devices, each in the inventory's order.

    To be closed before `world` is, when it was not used up.
    """
    yield from _sites(world, selector, now)
    for intent in world.intents(selector):
        yield _device(intent, engine, renderer, now)


def _sites(world: World, selector: Selector, now: float) -> Iterator[SiteSubject]:
    """Compare each selected site with all sites, selected or not: an overlap has two ends."""
    regions = {region.id: region for region in world.programme.regions}
    found = clashes(world.plans())
    for plan in world.plans(selector):
        entry = plan.entry
        others = found.get(entry.site, ())
        yield SiteSubject(plan, regions.get(entry.region), world.programme.wan_pool, others, now)


def _device(intent: Intent, engine: Engine, renderer: Renderer, now: float) -> DeviceSubject:
    name, platform = intent.device.name, renderer.platforms[intent.device.platform]
    return DeviceSubject(
        intent=intent,
        parser=code_for(platform).parse,
        render=partial(_text, renderer, intent),
        running=configs.running(engine, name),
        readings=readings.latest(engine, name),
        now=now,
        driver=platform.napalm,
    )


def _text(renderer: Renderer, intent: Intent) -> str:
    return renderer.render(intent).text
