"""`homeroom drift` on a nation of emulated devices: nothing changed; then seven were edited by hand.

The lab answers on the same machine, so that its own CPU seconds are told beside the command's. What is stored of the
devices, and what they said when it was, is seeded: reading a nation by SSH is another bench.
"""

import asyncio
import contextlib
import io
import json
import resource
import sys
import tempfile
import time
import zlib
from pathlib import Path

from bench_lab import SITES, denser

from homeroom.lab import client, staging
from homeroom.lab.uci.staging import staged
from homeroom.observe.drift_ask import ask
from homeroom.observe.settings import Settings
from homeroom.project import Project
from homeroom.secret import Vault
from homeroom.store import bulk, configs, observed_tables, tokens
from homeroom.store.db import config_blob, config_version, connect
from homeroom.store.inventory import Selector
from homeroom.store.world import World
from playbooks.cli import main

EDITS = {
    "ios": ["snmp-server community public RO"],
    "openwrt": ["uci set snmpd.open=com2sec", "uci set snmpd.open.community=public", "uci commit snmpd"],
}
LIMITS = {"limit_wall_s": 60, "limit_connections": 0}


def run(sites=SITES, edited=7):
    """Measure; the nation is made, planned, staged and seeded first and not counted."""
    with tempfile.TemporaryDirectory() as name:
        root = Path(name) / "nation"
        with contextlib.redirect_stderr(io.StringIO()), contextlib.redirect_stdout(io.StringIO()):
            main(["sample", "rs", "--sites", str(sites), "--seed", "1", "--out", str(root)])
            denser(root / "inventory" / "profiles.yaml")
            main(["--project", str(root), "plan", "--json"])
        project = Project(root)
        try:
            client.up(project)
            found = measured(project, edited)
        finally:
            client.down(project)
    named = [one for one in found.pop("found") if one["lines"] and one["controls"]]
    return {**found, "hand_edits": edited, "found": len(named), **LIMITS}


def measured(project, edited):
    """Drift of the unchanged nation, and of the same with some hand edits; `wrong` counts what is none."""
    names = chosen(project, edited)
    words = [part for device, _ in names for part in ("--device", device)]
    assert command(project, "apply", "--commit", *words)[0] == 0
    devices = seed(project)
    still = timed(project)
    for device, platform in names:
        client.edit(project, device, EDITS[platform])
    found = timed(project)
    drifted = found.pop("drifted")
    mine = [one for one in drifted if one["device"] in dict(names)]
    wrong = len(still.pop("drifted")) + len(drifted) - len(mine)
    return {"devices": devices, "unchanged": still, "edited": found, "found": mine, "wrong": wrong}


def chosen(project, count):
    """Return devices of both platforms, spread over the nation."""
    with contextlib.closing(World.open(project)) as world:
        rows = world.devices()
    by_platform = {name: [row.name for row in rows if row.platform == name] for name in EDITS}
    return [
        (names[number * len(names) // count], platform)
        for number in range(count)
        for platform, names in [list(by_platform.items())[number % len(EDITS)]]
    ]


def seed(project):
    """Keep what each device left staging with, or was pushed, and what it says now, as if that had been read."""
    engine, now = connect(project), time.time()
    answers = asyncio.run(ask(project, Selector(), Settings(timeout=10.0), engine))
    assert not answers.lost, next(iter(answers.lost.items()))
    said = {device: one.token for device, one in answers.words.items()}
    texts = {device: text for device, text in staging_texts(project) if device in said}
    known = configs.hashes(engine)
    try:
        with bulk.writing(engine, "the seed") as connection:
            blobs = {configs.digest(text): zlib.compress(text.encode()) for text in texts.values()}
            bulk.upsert(connection, config_blob, ("sha", "text"), blobs.items(), {})
            new = [
                {"device": device, "kind": "running", "sha": configs.digest(text), "first_at": now, "last_at": now}
                for device, text in texts.items()
                if device not in known
            ]
            connection.execute(config_version.insert(), new)
            held = [(device, text, now, text, now) for device, text in said.items()]
            names = ("device", "said", "at", "held", "held_at")
            bulk.upsert(connection, observed_tables.token, names, held)
        assert len(tokens.all_tokens(engine)) == len(said)
    finally:
        engine.dispose()
    return len(said)


def staging_texts(project):
    """Yield device and text, concealed."""
    vault = Vault.open(project)
    with contextlib.closing(World.open(project)) as world:
        for intent in world.intents():
            lines = {"ios": staging.ios, "openwrt": staged}[intent.device.platform](intent)
            yield intent.device.name, vault.conceal("\n".join(lines) + "\n")


def command(project, *words):
    """Run a command: exit code, the last of its documents."""
    out = io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(io.StringIO()):
        code = main(["--project", str(project.root), "--json", *words])
    return code, json.loads(out.getvalue().splitlines()[-1])


def timed(project):
    """Run `drift` on everybody; count seconds, CPU of both sides, and connections."""
    before, begun, used = client.status(project), time.monotonic(), time.process_time()
    code, found = command(project, "drift")
    wall, cpu, after = time.monotonic() - begun, time.process_time() - used, client.status(project)
    return {
        "code": code,
        "checked": found["checked"],
        "unknown": len(found["unknown"]),
        "drifted": found["drifted"],
        "wall_s": round(wall, 1),
        "cpu_s": round(cpu, 1),
        "lab_cpu_s": round(after["cpu_seconds"] - before["cpu_seconds"], 1),
        "connections": after["counters"]["connections"] - before["counters"]["connections"],
        "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
    }


if __name__ == "__main__":
    sys.stdout.write(json.dumps(run(*map(int, sys.argv[1:])), indent=2) + "\n")
