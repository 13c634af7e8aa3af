"""A nation asked once: 50,000 agents of which one in twenty is silent, by v2c, by v3 new and known; time, CPU, memory.

Beside it, that no live device is called dead whatever the window. Agents run in a process of their own, and so does
each nation, that its memory is its own. The time is that of a process that waits for two time-outs of a second and
for agents that share this machine. NATION_DEVICES, NATION_WINDOWS (of v2c, in turn) make it smaller.
"""

import asyncio
import json
import os
import resource
import subprocess
import sys
import time
import warnings
from pathlib import Path

ROOT = Path(__file__).parents[2]
sys.path[:0] = [str(ROOT), str(Path(__file__).parent)]
warnings.filterwarnings("ignore")  # AES-CFB is called decrepit; SNMPv3 leaves no choice

from snmp_asked import NAMES, SHARED, USER, secrets, targets  # noqa: E402  # found by the path above

from homeroom.snmp.wire.engine import WireEngine  # noqa: E402

DEVICES = int(os.environ.get("NATION_DEVICES", "50000"))
WINDOWS = [int(one) for one in os.environ.get("NATION_WINDOWS", "512 2048 8192 16384").split()]
V3_WINDOW = 1024
"""The agents' own Python does some 4,000 of these a second: more at once would wait there for longer than a second."""
DEAD = 20
"""Every so manyth address is silent."""
LIMITS = {"v2c": {"wall_s": 6.0, "cpu_s": 1.5, "rss_mb": 60}, "v3_known": {"rss_mb": 100}}


def _silent(target):
    return int(target.host.rpartition(".")[2]) % DEAD == 0


async def _round(engine, asked):
    """Ask all once: seconds, CPU seconds, and how many were called dead or alive and were not."""
    wrong = dead = 0

    def check(target, got):
        nonlocal wrong, dead
        silent = isinstance(got, Exception)
        dead += silent
        wrong += silent != _silent(target) or (not silent and got[4].decode() != target.host)

    wall, cpu = time.monotonic(), time.process_time()
    await engine.sweep(((target, NAMES) for target in asked), check)
    return {
        "wall_s": round(time.monotonic() - wall, 2),
        "cpu_s": round(time.process_time() - cpu, 2),
        "dead": dead,
        "wrong": wrong,
        "rss_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
    }


async def _nation(port, kind, window):
    asked = targets(DEVICES, port, USER if kind == "v3" else SHARED)
    engine = WireEngine(secrets, timeout=1.0, retries=1, window=window)
    try:
        first = await _round(engine, asked)
        return {"v3_new": first, "v3_known": await _round(engine, asked)} if kind == "v3" else {"v2c": first}
    finally:
        engine.close()


def _apart(port, kind, window):
    """Ask in a process of its own."""
    command = [sys.executable, "-W", "ignore", __file__, str(port), kind, str(window)]
    done = subprocess.run(command, check=True, capture_output=True, text=True, cwd=ROOT)
    return json.loads(done.stdout)


def run():
    command = [sys.executable, "-W", "ignore", "-m", "tests.snmp.responder", "--dead", str(DEAD)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as agents:
        try:
            port = int(agents.stdout.readline())
            _apart(port, "v2c", 8192)  # the agents encode what they keep
            windows = {window: _apart(port, "v2c", window)["v2c"] for window in WINDOWS}
            rounds = _apart(port, "v2c", 8192) | _apart(port, "v3", V3_WINDOW)
        finally:
            agents.kill()
    return {
        "devices": DEVICES,
        "rounds": {name: one | {"limits": LIMITS.get(name, {})} for name, one in rounds.items()},
        "windows": windows,
        "live_called_dead": sum(one["wrong"] for one in [*windows.values(), *rounds.values()]),
        "limit_live_called_dead": 0,
    }


if __name__ == "__main__":
    if len(sys.argv) > 1:
        print(json.dumps(asyncio.run(_nation(int(sys.argv[1]), sys.argv[2], int(sys.argv[3])))))
    else:
        print(json.dumps(run(), indent=2))
