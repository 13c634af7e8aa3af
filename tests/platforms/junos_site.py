"""Intents of the shipped example as if the ministry had bought Juniper: an SRX345 and EX2300 switches at every site."""

import datetime as dt
import shutil
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from homeroom.catalogue import load_platforms, stateful
from homeroom.intent.build import Builder
from homeroom.plan.allocate import allocate
from homeroom.plan.layout import site_plan
from homeroom.plan.ledger import Ledger
from homeroom.platforms.junos.parser import JunosParser
from homeroom.platforms.render import Renderer
from homeroom.policy.load import load_policy
from homeroom.programme.load import load_facts
from homeroom.project import Project, shipped

MODELS = """
  SRX345:
    platform: junos
    kind: router
    uplinks: [ge-0/0/0, ge-0/0/1]
    ports: [ge-0/0/2, ge-0/0/3, ge-0/0/4, ge-0/0/5, ge-0/0/6, ge-0/0/7, ge-0/0/8, ge-0/0/9]
  EX2300-24T:
    platform: junos
    kind: switch
    uplinks: [xe-0/1/0, xe-0/1/1, xe-0/1/2, xe-0/1/3]
    ports: [{ports}]
""".format(ports=", ".join(f"ge-0/0/{n}" for n in range(24)))
_FOLDER = TemporaryDirectory(prefix="junos-site-")
PLATFORMS = load_platforms([shipped() / "templates"])
RENDERER = Renderer(PLATFORMS)
PARSE = JunosParser()


@cache
def project():
    """A project of its own: the shipped inventory, other models."""
    folder = Path(_FOLDER.name)
    shutil.copytree(shipped() / "inventory", folder / "inventory")
    profiles = folder / "inventory/profiles.yaml"
    text = profiles.read_text(encoding="utf-8").replace("C1121-8P", "SRX345").replace("C9200L-24P-4G", "EX2300-24T")
    head, _, tail = text.partition("models:\n")
    aps = tail[tail.index("  EAP-AX3000:") :]
    profiles.write_text(f"{head}models:{MODELS}{aps}", encoding="utf-8")
    return Project(folder)


@cache
def built(policy=None):
    """Site id -> its intents."""
    facts, _ = load_facts(project())
    policy = policy or load_policy(project())
    ledger, _ = allocate(facts, Ledger({}), dt.date(2026, 9, 1))
    vlans = {name: role.vlan for name, role in policy.roles.items()}
    builder = Builder(facts, policy, stateful(PLATFORMS))
    plans = {
        site.id: site_plan(site, ledger.entries[site.id], facts.equipment, vlans)
        for site in facts.sites
        if site.id in ledger.entries
    }
    return {name: list(builder.site(plan)) for name, plan in plans.items()}


def intents(kind):
    """Every intent of a kind."""
    return [intent for site in built().values() for intent in site if intent.device.kind == kind]


def router():
    """A router with a backup line, where there is one; the first else."""
    return max(intents("router"), key=lambda intent: len(intent.uplinks))


def switch():
    """A switch with outlets."""
    return next(intent for intent in intents("switch") if any(port.role for port in intent.ports))
