"""Intents of the shipped example as if the ministry had bought MikroTik: an RB5009 and cAP ax access points everywhere."""

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
from homeroom.platforms.render import Renderer
from homeroom.platforms.ros.parser import RosParser
from homeroom.policy.load import load_policy
from homeroom.programme.load import load_facts
from homeroom.project import Project, shipped

MODELS = {
    "RB5009UG+S+": {
        "platform": "ros",
        "kind": "router",
        "uplinks": ["ether1", "sfp-sfpplus1"],
        "ports": [f"ether{number}" for number in range(2, 9)],
    },
    "cAP-ax": {
        "platform": "ros",
        "kind": "ap",
        "uplinks": ["ether1"],
        "radios": {"wifi1": "5g", "wifi2": "2g"},
    },
}
INSTEAD = {"C1121-8P": "RB5009UG+S+", "EAP-AX3000": "cAP-ax"}
PLATFORMS = load_platforms([shipped() / "templates"])
RENDERER = Renderer(PLATFORMS)
PARSER = RosParser()


def project(folder):
    """Make the project in a folder: the shipped inventory, other models."""
    shutil.copytree(shipped() / "inventory", folder / "inventory")
    shutil.copy(shipped() / "nornir_config.yaml", folder)
    path = folder / "inventory" / "profiles.yaml"
    profiles = yaml.safe_load(path.read_text(encoding="utf-8"))
    for profile in profiles["profiles"]:
        for kind in ("router", "ap"):
            profile[kind] = INSTEAD[profile[kind]]
    profiles["models"] |= MODELS
    path.write_text(yaml.safe_dump(profiles, sort_keys=False), encoding="utf-8")
    return Project(folder)


def built(facts, policy, sites=None):
    """Every intent of a project's sites, by device name."""
    ledger, _ = allocate(facts, Ledger({}), dt.date(2026, 9, 1))
    vlans = {name: role.vlan for name, role in policy.roles.items()}
    builder = Builder(facts, policy, stateful(PLATFORMS))
    plans = [site_plan(site, ledger.entries[site.id], facts.equipment, vlans) for site in facts.sites[:sites]]
    return {intent.device.name: intent for plan in plans for intent in builder.site(plan)}


@cache
def loaded():
    """The facts and the policy."""
    with TemporaryDirectory() as folder:
        made = project(Path(folder) / "district")
        facts, problems = load_facts(made)
        assert not problems
        return facts, load_policy(made)


@cache
def intents():
    """Every intent of the district, by device name."""
    return built(*loaded())


def router_under(policy):
    """The first site's router under another policy."""
    return next(one for one in built(loaded()[0], policy, 1).values() if one.device.kind == "router")


def of_kind(kind):
    """The RouterOS intents of one kind."""
    return [one for one in intents().values() if one.device.kind == kind and one.device.platform == "ros"]


def router():
    """The first router that has two uplinks and an outlet; the first one else."""
    return max(of_kind("router"), key=lambda one: (len(one.uplinks), any(port.role for port in one.ports)))


def ap():
    """The first access point."""
    return of_kind("ap")[0]
