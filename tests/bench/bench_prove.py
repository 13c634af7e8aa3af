"""The proof of the 4,000-site nation from its facts, and of one site cold with 2,000 DoH prefixes. CPU, peak memory."""

import dataclasses
import datetime as dt
import random
import resource
import statistics
import tempfile
import time
from itertools import groupby
from pathlib import Path

from homeroom.plan.allocate import allocate
from homeroom.plan.ledger import Ledger, write_ledger
from homeroom.platforms.registry import code_for
from homeroom.platforms.render import Renderer
from homeroom.policy import regions
from homeroom.policy.model import Policy
from homeroom.prefix import Prefix
from homeroom.programme.load import load_facts
from homeroom.programme.sample import write_sample
from homeroom.project import Project
from homeroom.proof.ground import Powers
from homeroom.proof.nation import Nation
from homeroom.proof.site import prove_site, terms_of
from homeroom.store.world import World

LIMITS = {"limit_cpu_s": 60.0, "limit_peak_mb": 1000, "limit_cold_site_ms": 50.0}
ROUNDS = 9
DOH = {4: 2000, 6: 1340}
"""Prefixes of the largest published list of such resolvers."""


def run():
    """Measure the site first: peak memory is the process's."""
    with tempfile.TemporaryDirectory() as name:
        project = Project(Path(name))
        write_sample("rs", project.root, sites=None, seed=1)
        facts, _ = load_facts(project)
        write_ledger(project.ledger, allocate(facts, Ledger({}), dt.date(2026, 9, 1))[0])
        world = World.open(project)
        cold = cold_site(world, Renderer.of(project))
        found = nation(world, Renderer.of(project))
        world.close()
    return {**found, "cold_site": cold, **LIMITS}


def nation(world, renderer):
    """Build, render and prove every site, as the command does."""
    prover = nation_of(world, renderer, world.policy)
    laps, at, devices, leaks, unknown = {"intents": 0.0, "render": 0.0, "proof": 0.0}, time.process_time(), 0, 0, 0

    def lap(name):
        nonlocal at
        before, at = at, time.process_time()
        laps[name] += at - before

    for _, group in groupby(world.intents(), key=lambda intent: intent.device.site):
        intents = list(group)
        lap("intents")
        texts = {intent.device.name: renderer.render(intent).text for intent in intents}
        lap("render")
        proof = prover.site(intents, texts)
        lap("proof")
        devices += len(intents)
        leaks += len(proof.leaks)
        unknown += len(proof.unknown)
    return {
        "devices": devices,
        "devices_proven_cold": prover.cold,
        "leaks": leaks,
        "unknown": unknown,
        "cpu_s": {name: round(value, 2) for name, value in laps.items()},
        "total_cpu_s": round(sum(laps.values()), 2),
        "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
    }


def nation_of(world, renderer, policy):
    parsers = {name: code_for(platform).parse for name, platform in renderer.platforms.items()}
    return Nation(terms(world, policy), parsers, Powers.of(renderer.platforms))


def terms(world, policy):
    programme = world.programme
    return terms_of(policy, programme.central, programme.pools)


def many_resolvers(policy: Policy):
    """The policy with a list of resolvers as long as the longest published one."""
    chance = random.Random(1)
    v4 = {Prefix(4, chance.randrange(0x0B000000, 0xDF000000), 32) for _ in range(DOH[4])}
    v6 = {Prefix(6, (0x2A << 120) + chance.randrange(1 << 64), 128) for _ in range(DOH[6])}
    return dataclasses.replace(policy, endpoints={**policy.endpoints, "doh": (*v4, *v6)})


def cold_site(world, renderer):
    """Milliseconds of parsing and of proving one site whose every text is new; the median of some rounds."""
    policy = many_resolvers(world.policy)
    one = World(world._db, world.programme, world.equipment, policy)
    intents = list(next(group for _, group in groupby(one.intents(), key=lambda intent: intent.device.site)))
    prover = nation_of(world, renderer, policy)
    texts = {intent.device.name: renderer.render(intent).text for intent in intents}
    parses, proofs = [], []
    for _ in range(ROUNDS):
        regions._known.clear()  # what is remembered of large sets is remembered of an earlier round
        regions._of_group.cache_clear()
        at = time.process_time()
        read = {i.device.name: prover.parsers[i.device.platform].access(texts[i.device.name]) for i in intents}
        between = time.process_time()
        proof = prove_site(intents, read, prover.terms, prover.powers)
        parses.append(between - at)
        proofs.append(time.process_time() - between)
        assert proof.proven
    return {
        "devices": len(intents),
        "parse_ms": round(statistics.median(parses) * 1e3, 1),
        "proof_ms": round(statistics.median(proofs) * 1e3, 1),
    }


if __name__ == "__main__":
    print(run())
