"""The emulated nation: start, memory of 50,000 idle devices, 2,000 SSH sessions held at once. CPU seconds, kilobytes.

The lab is the real one, in its own processes; its memory is PSS, so that what they share is counted once.
"""

import asyncio
import contextlib
import io
import resource
import tempfile
import time
from pathlib import Path

import asyncssh
import yaml

from homeroom.lab import client
from homeroom.project import Project
from homeroom.secret import Vault
from playbooks.cli import main

SITES, SESSIONS, AT_ONCE = 4_000, 2_000, 32
DENSER = 1.32
"""Access points a classroom in medium and large schools, so that 4,000 sites have some 50,000 devices."""
LIMITS = {"limit_start_cpu_s": 60, "limit_memory_mb": 2048, "limit_idle_kb": 10, "limit_sessions": 2_000}


def run(sites=SITES, sessions=SESSIONS):
    """Measure; the nation is made, planned and compiled first and not counted."""
    with tempfile.TemporaryDirectory() as name, contextlib.redirect_stderr(io.StringIO()):
        root = Path(name) / "nation"
        main(["sample", "rs", "--sites", str(sites), "--seed", "1", "--out", str(root)])
        denser(root / "inventory" / "profiles.yaml")
        main(["--project", str(root), "plan"])
        project = Project.locate(root)
        base = memory(project, 1)
        try:
            info = client.up(project)
            return {**started(project, base), **asyncio.run(entered(project, info, sessions)), **LIMITS}
        finally:
            client.down(project)


def denser(path):
    """Give the larger schools more access points."""
    facts = yaml.safe_load(path.read_text(encoding="utf-8"))
    for profile in facts["profiles"]:
        if profile["size"] != "S":
            profile["aps_per_classroom"] = DENSER
    path.write_text(yaml.safe_dump(facts), encoding="utf-8")


def memory(project, sites):
    """Megabytes of a lab of so many sites."""
    client.up(project, sites=sites)
    try:
        return client.status(project)["memory_mb"]
    finally:
        client.down(project)


def started(project, base):
    """What it cost to start, and what an idle device takes: what a nation's lab has more than one school's."""
    status = client.status(project)
    idle = (status["memory_mb"] - base * status["processes"]) * 1024 / status["devices"]
    return {
        "devices": status["devices"],
        "processes": status["processes"],
        "start_cpu_s": round(status["cpu_seconds"], 2),
        "memory_mb": round(status["memory_mb"]),
        "idle_kb": round(max(0.0, idle), 2),
    }


async def entered(project, info, sessions):
    """Hold many shells open at once, each on a device of its own; then ask each one something."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    password = Vault.open(project).get("device_password").reveal()
    routers = [device for device in info.devices if device.platform == "ios"][:sessions]
    gate, before = asyncio.Semaphore(AT_ONCE), client.status(project)["cpu_seconds"]

    async def enter(device):
        async with gate:
            connection = await asyncssh.connect(
                device.address,
                info.ports["ssh"],
                username="netops",
                password=password,
                known_hosts=None,
                client_keys=None,
                agent_path=None,
                config=None,
            )
            process = await connection.create_process(term_type="vt100")
            await process.stdout.readuntil("#")
            return connection, process

    held = await asyncio.gather(*(enter(device) for device in routers))
    status = client.status(project)
    for _, process in held:
        process.stdin.write("show clock\r")
    answers = [await process.stdout.readuntil("#") for _, process in held]
    for connection, _ in held:
        connection.abort()
    return {
        "sessions": sum("UTC" in answer for answer in answers),
        "session_memory_mb": round(status["memory_mb"]),
        "session_cpu_ms": round(1000 * (status["cpu_seconds"] - before) / max(1, len(held)), 2),
    }


if __name__ == "__main__":
    import json

    start = time.monotonic()
    print(json.dumps(run(), indent=2), f"{time.monotonic() - start:.0f} s in all")
