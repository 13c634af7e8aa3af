"""A district whose routers run OpenWrt: the shipped example with other hardware, and a hand-made one; for the tests of OpenWrt."""

import datetime as dt
import shutil
import tempfile
from dataclasses import replace
from functools import cache
from pathlib import Path

import yaml
from intents import INTENTS, SITE, VARIANT

from homeroom.catalogue import load_platforms, stateful
from homeroom.intent.build import Builder
from homeroom.intent.model import Port
from homeroom.plan.allocate import allocate
from homeroom.plan.layout import site_plan
from homeroom.plan.ledger import Ledger
from homeroom.platforms.render import Renderer
from homeroom.policy.compile import groups_of
from homeroom.policy.load import load_policy
from homeroom.programme.load import load_facts
from homeroom.project import Project, shipped

MODEL = {"platform": "openwrt", "kind": "router", "uplinks": ["wan", "lan5"], "ports": ["lan1", "lan2", "lan3", "lan4"]}
PLATFORMS = load_platforms([shipped() / "templates"])
RENDERER = Renderer(PLATFORMS)


def project(folder):
    """Make the project in a folder."""
    shutil.copytree(shipped() / "inventory", folder / "inventory")
    shutil.copy(shipped() / "nornir_config.yaml", folder)
    path = folder / "inventory" / "profiles.yaml"
    profiles = yaml.safe_load(path.read_text(encoding="utf-8"))
    profiles["models"]["C1121-8P"] = MODEL
    path.write_text(yaml.safe_dump(profiles), encoding="utf-8")
    return Project(folder)


@cache
def district():
    """The facts, the policy and every intent of the district, site by site."""
    with tempfile.TemporaryDirectory() as folder:
        made = project(Path(folder) / "district")
        facts, problems = load_facts(made)
        assert not problems
        policy = load_policy(made)
    ledger, _ = allocate(facts, Ledger({}), dt.date(2026, 9, 1))
    vlans = {name: role.vlan for name, role in policy.roles.items()}
    builder = Builder(facts, policy, stateful(PLATFORMS))
    plans = [site_plan(site, ledger.entries[site.id], facts.equipment, vlans) for site in facts.sites]
    return facts, policy, [list(builder.site(plan)) for plan in plans]


def of_kind(kind):
    """The intents of one kind."""
    every = (intent for site in district()[2] for intent in site)
    return [intent for intent in every if (intent.device.kind, intent.device.platform) == (kind, "openwrt")]


def router():
    """The router of the hand-made site: two uplinks, a switch, an access point, an outlet open and one that is not."""
    made = INTENTS["router"]
    lists = VARIANT.access.lists(SITE.v4, SITE.v6, stateful=True)
    names = ("wan", "lan5")
    ports = (
        SITE.trunk("lan1", "sw1", "switch"),
        SITE.trunk("lan2", "ap01", "ap"),
        Port("lan3", "access", "guest outlet", 40, (), "guest", "open"),
        Port("lan4", "access", "admin outlet", 30, (), "admin", "dot1x"),
    )
    return replace(
        made,
        device=SITE.device("rtr1", "router", "openwrt", "RTR-5P"),
        segments=tuple(replace(segment, acl4="", acl6="") for segment in made.segments),
        access=lists,
        groups=groups_of(lists),
        windows=VARIANT.windows(lists),
        redirects=VARIANT.access.redirects(SITE.v4),
        uplinks=tuple(
            replace(uplink, interface=name, acl4="", acl6="") for uplink, name in zip(made.uplinks, names, strict=True)
        ),
        ports=ports,
    )
