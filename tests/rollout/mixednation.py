"""Devices of all five platforms at many sites, rendered before and after a change, without a lab."""

import contextlib
import dataclasses
import sys
from pathlib import Path

from homeroom.platforms.registry import code_for
from homeroom.platforms.render import Renderer
from homeroom.rollout import fleet
from homeroom.store.inventory import Selector
from homeroom.store.world import World

sys.path.append(str(Path(__file__).parents[1] / "lab"))

import mixed

MOVES = {
    "192.0.2.11,": "203.0.113.11,",  # the pupils' resolver
    "198.51.100.0/24": "198.51.100.0/24, 203.0.113.128/25",  # the NOC gets a second room
    "192.0.2.3, ": "192.0.2.33, ",  # a collector of logs
}
"""What a national change is made of, in programme.yaml."""


@dataclasses.dataclass(frozen=True)
class One:
    """A device as it is rendered."""

    name: str
    platform: str
    kind: str
    text: str
    features: dict
    own: object
    parse: object


def rendered(project):
    """Every device of a project, in order."""
    renderer = Renderer.of(project)
    with contextlib.closing(World.open(project)) as world:
        plans = {plan.entry.site: plan for plan in world.plans(Selector())}
        for intent in world.intents(Selector()):
            device = intent.device
            made = renderer.render(intent)
            parse = code_for(renderer.platforms[device.platform]).parse
            own = fleet._own(intent, plans[device.site])
            yield One(device.name, device.platform, device.kind, made.text, made.features, own, parse)


def nation(root, sites):
    """Make the project and return its devices before and after the change."""
    project = mixed.project(root, sites)
    before = {one.name: one for one in rendered(project)}
    path = project.root / "inventory" / "programme.yaml"
    text = path.read_text(encoding="utf-8")
    for old, new in MOVES.items():
        assert old in text
        text = text.replace(old, new)
    path.write_text(text, encoding="utf-8")
    return before, {one.name: one for one in rendered(project)}
