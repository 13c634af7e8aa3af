"""One example site of every platform, for the rules' fixtures: a shipped school as if it had bought that hardware."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from typing import Final

from homeroom.catalogue import load_platforms, stateful
from homeroom.errors import UsageError
from homeroom.intent.build import Builder
from homeroom.intent.model import Intent
from homeroom.plan.allocate import allocate
from homeroom.plan.layout import site_plan
from homeroom.plan.ledger import Ledger
from homeroom.plan.model import SitePlan
from homeroom.platforms.render import Renderer
from homeroom.policy.load import load_policy
from homeroom.policy.model import Policy
from homeroom.programme.load import load_facts
from homeroom.programme.model import WITH_DEVICES, Equipment, Facts, Kind, Model, Profile, Site
from homeroom.project import Project, shipped

OPENED: Final = dt.date(2026, 9, 1)
"""The day the example is planned on."""
HARDWARE: Final[Mapping[str, Mapping[str, Model]]] = {
    "ios": {
        "C9800-L-C-K9": Model("ios", "wlc", ("TenGigabitEthernet0/1/0", "TenGigabitEthernet0/1/1")),
    },
    "eos": {
        "CCS-720XP-24ZY4": Model(
            "eos", "router", ("Ethernet25", "Ethernet26"), tuple(f"Ethernet{n}" for n in range(1, 9))
        ),
        "CCS-720DP-24S": Model(
            "eos", "switch", ("Ethernet25", "Ethernet26"), tuple(f"Ethernet{n}" for n in range(1, 25))
        ),
    },
    "junos": {
        "SRX345": Model(
            "junos", "router", ("ge-0/0/0", "ge-0/0/1"), tuple(f"ge-0/0/{n}" for n in range(2, 10))
        ),
        "EX2300-24T": Model(
            "junos", "switch", tuple(f"xe-0/1/{n}" for n in range(4)), tuple(f"ge-0/0/{n}" for n in range(24))
        ),
    },
    "ros": {
        "RB5009UG+S+": Model("ros", "router", ("ether1", "sfp-sfpplus1"), tuple(f"ether{n}" for n in range(2, 9))),
        "cAP-ax": Model("ros", "ap", ("ether1",), (), {"wifi1": "5g", "wifi2": "2g"}),
    },
    "openwrt": {
        "RTR-5P": Model("openwrt", "router", ("wan", "lan5"), ("lan1", "lan2", "lan3", "lan4")),
    },
}  # fmt: skip
"""Platform -> model -> hardware that the shipped district does not have; the kinds not named here stay as shipped."""


def example(platform: str, kind: Kind) -> Intent:
    """Return the example device; UsageError when the platform has none of that kind."""
    found = _devices(platform)
    if kind not in found:
        raise UsageError(f"there is no example {kind} of {platform}; there are: {', '.join(found) or 'none'}")
    return found[kind]


def kinds(platform: str) -> tuple[Kind, ...]:
    """Return the kinds of device that the platform has examples of."""
    return tuple(_devices(platform))


@cache
def examples(platform: str) -> tuple[Intent, ...]:
    """Return a whole site whose devices run the platform, except those it has no kind for; UsageError for no platform.

    Of the shipped sites with a second line, the one with most pupils.
    """
    facts, policy = facts_of(platform)
    return _built(_largest(facts), facts, policy)


@cache
def plan(platform: str) -> SitePlan:
    """Return the plan of that site."""
    facts, policy = facts_of(platform)
    return _planned(_largest(facts), facts, policy)


@cache
def renderer() -> Renderer:
    """Return the renderer of the shipped templates."""
    return Renderer(load_platforms([shipped() / "templates"]))


@cache
def _devices(platform: str) -> Mapping[Kind, Intent]:
    """Return the platform's devices, of each kind the one whose ports are used in most ways."""
    found: dict[Kind, Intent] = {}
    for intent in (*examples(platform), *_small(platform)):
        kind = intent.device.kind
        if intent.device.platform == platform and (kind not in found or _ways(intent) > _ways(found[kind])):
            found[kind] = intent
    return found


def _small(platform: str) -> tuple[Intent, ...]:
    """Return the smallest school as if it had a second line: its router has an outlet, the larger ones' have none."""
    facts, policy = facts_of(platform)
    alone = tuple(replace(profile, wlc="") for profile in facts.equipment.profiles)
    facts = replace(facts, equipment=replace(facts.equipment, profiles=alone))
    smallest = min((site for site in facts.sites if site.state in WITH_DEVICES), key=lambda site: site.pupils)
    return _built(replace(smallest, backup=_largest(facts).backup), facts, policy)


def _ways(intent: Intent) -> int:
    return len({(port.mode, port.admission) for port in intent.ports})


def _largest(facts: Facts) -> Site:
    return max(facts.sites, key=lambda site: (bool(site.backup), site.pupils))


@cache
def facts_of(platform: str) -> tuple[Facts, Policy]:
    """Return the shipped facts with the platform's hardware in every profile, and the policy."""
    platforms = renderer().platforms
    if platform not in platforms:
        raise UsageError(f"no platform is called {platform}; there are {', '.join(platforms)}")
    project = Project(shipped())
    facts, _ = load_facts(project)
    bought = HARDWARE.get(platform, {})
    names: dict[str, str] = {model.kind: name for name, model in bought.items()}
    profiles = tuple(_equipped(profile, names) for profile in facts.equipment.profiles)
    equipment = Equipment({**facts.equipment.models, **bought}, profiles)
    return replace(facts, equipment=equipment), load_policy(project)


def _equipped(profile: Profile, names: Mapping[str, str]) -> Profile:
    return replace(
        profile,
        router=names.get("router", profile.router),
        switch=names.get("switch", profile.switch),
        ap=names.get("ap", profile.ap),
        wlc=names.get("wlc", profile.wlc),
    )


def _built(site: Site, facts: Facts, policy: Policy) -> tuple[Intent, ...]:
    """Build the intents of one site, planned alone."""
    builder = Builder(replace(facts, sites=(site,)), policy, stateful(renderer().platforms))
    return tuple(builder.site(_planned(site, facts, policy), site))


def _planned(site: Site, facts: Facts, policy: Policy) -> SitePlan:
    ledger, _ = allocate(replace(facts, sites=(site,)), Ledger({}), OPENED)
    vlans = {name: role.vlan for name, role in policy.roles.items()}
    return site_plan(site, ledger.entries[site.id], facts.equipment, vlans)
