"""Validate, plan and build every intent of the 4,000-site nation; open 50,000 devices. CPU seconds and peak memory."""

import dataclasses
import datetime as dt
import resource
import tempfile
import time
from pathlib import Path

from homeroom.intent.build import Builder
from homeroom.plan.allocate import allocate
from homeroom.plan.layout import site_plan
from homeroom.plan.ledger import Ledger, read_ledger, write_ledger
from homeroom.policy.load import load_policy
from homeroom.prefix import Prefix
from homeroom.programme.load import load_facts
from homeroom.programme.sample import write_sample
from homeroom.project import Project
from homeroom.store.world import World

DAY = dt.date(2026, 9, 1)
LIMITS = {"limit_cpu_s": 20.0, "limit_peak_mb": 500, "limit_open_cpu_s": 1.0}


class Clock:
    """CPU seconds since the last look."""

    def __init__(self):
        self.at = time.process_time()

    def lap(self):
        before, self.at = self.at, time.process_time()
        return round(self.at - before, 3)


def run():
    """Measure; the nation is made first and not counted."""
    with tempfile.TemporaryDirectory() as name:
        project = Project(Path(name))
        write_sample("rs", project.root, sites=None, seed=1)
        clock, laps = Clock(), {}
        facts, _ = load_facts(project)
        laps["validate"] = clock.lap()
        ledger, _ = allocate(facts, read_ledger(project.ledger), DAY)
        write_ledger(project.ledger, ledger)
        laps["plan"] = clock.lap()
        devices, rules = intents(facts, load_policy(project), ledger)
        laps["intents"] = clock.lap()
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
        nation = {"sites": len(facts.sites), "devices": devices, "rules": rules, "cpu_s": laps, "peak_mb": peak}
        return {**nation, "total_cpu_s": round(sum(laps.values()), 2), "inventory": opening(project, facts), **LIMITS}


def intents(facts, policy, ledger):
    """Build every intent, keeping none."""
    builder = Builder(facts, policy)
    vlans = {name: role.vlan for name, role in policy.roles.items()}
    devices = rules = 0
    for site in facts.sites:
        for intent in builder.site(site_plan(site, ledger.entries[site.id], facts.equipment, vlans)):
            devices += 1
            rules += sum(len(access.rules) for access in intent.access)
    return devices, rules


def opening(project, facts):
    """Compile the inventory of 50,000 devices; open it; open it as Nornir."""
    from homeroom.store import inventory
    from homeroom.store.nornir import open_nornir

    pools = {"pool4": Prefix.parse("10.0.0.0/8"), "pool6": Prefix.parse("2001:db8::/40")}
    one = dataclasses.replace(facts.programme.regions[0], **pools)
    more = [dataclasses.replace(site, id=f"x{site.id}") for site in facts.sites[: len(facts.sites) * 2 // 3]]
    sites = tuple(dataclasses.replace(site, region=one.id) for site in (*facts.sites, *more))
    wide = dataclasses.replace(
        facts, sites=sites, programme=dataclasses.replace(facts.programme, regions=(one,), legacy=())
    )
    write_ledger(project.ledger, allocate(wide, Ledger({}), DAY)[0])
    inventory.load_facts = lambda project: (wide, ())
    clock, laps = Clock(), {}
    inventory.compile_inventory(project)
    laps["compile"] = clock.lap()
    World.open(project).close()
    laps["open"] = clock.lap()
    hosts = len(open_nornir(project).inventory.hosts)
    laps["nornir"] = clock.lap()
    return {"devices": hosts, "cpu_s": laps}


if __name__ == "__main__":
    import json

    print(json.dumps(run(), indent=2))
