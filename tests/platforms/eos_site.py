"""Intents of the shipped example as if the ministry had bought Arista: a 720XP as router and 720DP switches everywhere."""

import datetime as dt
import shutil
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import yaml

from homeroom.catalogue import load_platforms, stateful
from homeroom.intent.build import Builder
from homeroom.plan.allocate import allocate
from homeroom.plan.layout import site_plan
from homeroom.plan.ledger import Ledger
from homeroom.platforms.eos.parser import EosParser
from homeroom.platforms.render import Renderer
from homeroom.policy.load import load_policy
from homeroom.programme.load import load_facts
from homeroom.project import Project, shipped

ROUTER, SWITCH = "CCS-720XP-24ZY4", "CCS-720DP-24S"
MODELS = {
    ROUTER: {
        "platform": "eos",
        "kind": "router",
        "uplinks": ["Ethernet25", "Ethernet26"],
        "ports": [f"Ethernet{number}" for number in range(1, 9)],
    },
    SWITCH: {
        "platform": "eos",
        "kind": "switch",
        "uplinks": ["Ethernet25", "Ethernet26"],
        "ports": [f"Ethernet{number}" for number in range(1, 25)],
    },
}
INSTEAD = {"C1121-8P": ROUTER, "C9200L-24P-4G": SWITCH}
PLATFORMS = load_platforms([shipped() / "templates"])
RENDERER = Renderer(PLATFORMS)
PARSER = EosParser()


def project(folder):
    """Make the project in a folder: the shipped inventory, other models."""
    shutil.copytree(shipped() / "inventory", folder / "inventory")
    shutil.copy(shipped() / "nornir_config.yaml", folder)
    path = folder / "inventory" / "profiles.yaml"
    profiles = yaml.safe_load(path.read_text(encoding="utf-8"))
    for profile in profiles["profiles"]:
        for kind in ("router", "switch"):
            profile[kind] = INSTEAD.get(profile[kind], profile[kind])
    profiles["models"] |= MODELS
    path.write_text(yaml.safe_dump(profiles, sort_keys=False), encoding="utf-8")
    return Project(folder)


def built(made, policy=None):
    """Every intent of a project, by device name."""
    facts, problems = load_facts(made)
    assert not problems
    policy = policy or load_policy(made)
    ledger, _ = allocate(facts, Ledger({}), dt.date(2026, 9, 1))
    vlans = {name: role.vlan for name, role in policy.roles.items()}
    builder = Builder(facts, policy, stateful(PLATFORMS))
    plans = [site_plan(site, ledger.entries[site.id], facts.equipment, vlans) for site in facts.sites]
    return {intent.device.name: intent for plan in plans for intent in builder.site(plan)}


@cache
def intents(policy=None):
    """Every EOS intent of the district, by device name."""
    with TemporaryDirectory() as folder:
        every = built(project(Path(folder) / "district"), policy)
    return {name: intent for name, intent in every.items() if intent.device.platform == "eos"}


def of_kind(kind, policy=None):
    """The EOS intents of one kind."""
    return [one for one in intents(policy).values() if one.device.kind == kind]


def router():
    """The first router that has two uplinks and an outlet; the first one else."""
    return max(of_kind("router"), key=lambda one: (len(one.uplinks), any(port.role for port in one.ports)))


def switch():
    """The switch with most kinds of ports."""
    return max(of_kind("switch"), key=lambda one: len({(port.mode, port.admission) for port in one.ports}))


def text(intent):
    """The whole configuration of a device."""
    return RENDERER.render(intent).text
