"""The whole nation rendered from its facts, and one router of each platform parsed back. CPU seconds, peak memory."""

import contextlib
import dataclasses
import datetime as dt
import io
import resource
import statistics
import sys
import tempfile
import time
from pathlib import Path

from homeroom.catalogue import load_platforms, stateful
from homeroom.intent.build import Builder
from homeroom.plan.allocate import allocate
from homeroom.plan.layout import site_plan
from homeroom.plan.ledger import Ledger
from homeroom.platforms.registry import PLATFORMS
from homeroom.platforms.render import Renderer
from homeroom.policy.load import load_policy
from homeroom.programme.load import load_facts
from homeroom.programme.model import Model
from homeroom.project import Project, shipped
from homeroom.store.world import World
from playbooks import cli

ROUNDS = 15
UPLINKS = {"junos": ("ge-0/0/0", "ge-0/0/1"), "eos": ("Ethernet49", "Ethernet50"), "ros": ("ether1", "ether2")}
PORTS = {
    "junos": "ge-0/0/{}",
    "eos": "Ethernet{}",
    "ros": "ether{}",
    "openwrt": "lan{}",
    "ios": "GigabitEthernet0/1/{}",
}


def quiet(*words):
    with contextlib.redirect_stderr(io.StringIO()), contextlib.redirect_stdout(io.StringIO()):
        assert cli.main([str(word) for word in words]) == 0


def nation():
    with tempfile.TemporaryDirectory() as folder:
        quiet("sample", "rs", "--out", folder)
        quiet("plan", "--project", folder)
        project = Project(Path(folder))
        world = World.open(project)
        renderer = Renderer.of(project)
        before = time.process_time()
        devices = text = 0
        for intent in world.intents():
            devices += 1
            text += len(renderer.render(intent).text)
        used = time.process_time() - before
        world.close()
    return {
        "devices": devices,
        "megabytes": round(text / 1e6),
        "cpu_s": round(used, 1),
        "limit_cpu_s": 60,
        "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
    }


def router(platform):
    """One router of a platform, at the first site of the shipped example that has a second line."""
    project = Project(shipped())
    facts, _ = load_facts(project)
    uplinks = UPLINKS.get(platform, facts.equipment.models["C1121-8P"].uplinks)
    model = Model(platform, "router", tuple(uplinks), tuple(PORTS[platform].format(n) for n in range(2, 10)))
    equipment = dataclasses.replace(facts.equipment, models={**facts.equipment.models, "C1121-8P": model})
    facts = dataclasses.replace(facts, equipment=equipment)
    policy = load_policy(project, facts)
    platforms = load_platforms(project.template_roots)
    ledger, _ = allocate(facts, Ledger({}), dt.date(2026, 9, 1))
    site = next(site for site in facts.sites if site.backup)
    vlans = {name: role.vlan for name, role in policy.roles.items()}
    plan = site_plan(site, ledger.entries[site.id], equipment, vlans)
    intent = next(iter(Builder(facts, policy, stateful(platforms)).site(plan)))
    return Renderer(platforms).render(intent).text


def parsed(platform):
    text, parse = router(platform), PLATFORMS[platform].parse
    parse.access(text)
    times = []
    for _ in range(ROUNDS):
        before = time.process_time()
        parse.access(text)
        times.append(time.process_time() - before)
    lines = len(text.splitlines())
    ms = statistics.median(times) * 1e3
    return {"lines": lines, "ms": round(ms, 2), "ms_of_300_lines": round(ms * 300 / lines, 2), "limit_ms": 5}


def run():
    return {"render": nation(), "parse": {platform: parsed(platform) for platform in PLATFORMS}}


if __name__ == "__main__":
    sys.stdout.write(f"{run()}\n")
