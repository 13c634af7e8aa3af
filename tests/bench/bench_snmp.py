"""What asking costs: CPU of the asker a device, ours beside every other client that is installed, all in one run.

A: one GET of 8 scalars, by v2c, by v3 with nothing kept and with all kept; B: the whole ifTable and ifXTable of 52
ports (2,132 values), and the 8 columns of them that a poll needs, beside which the others' whole tables are set.
Agents run in a process of their own; every answer is checked. In each round all engines go one after the other;
ratios are medians of the rounds' ratios. HOMEROOM_BENCH_DEVICES: devices of ours a round.
"""

import asyncio
import os
import resource
import statistics
import subprocess
import sys
import warnings
from pathlib import Path

ROOT = Path(__file__).parents[2]
sys.path[:0] = [str(ROOT), str(Path(__file__).parent)]
warnings.filterwarnings("ignore")  # AES-CFB is called decrepit; SNMPv3 leaves no choice

from snmp_asked import EIGHT, SHARED, TABLES, USER, secrets, targets, timed  # noqa: E402  # found by the path above
from snmp_exporter import Exporter  # noqa: E402
from snmp_gufo import Gufo, GufoInTurn  # noqa: E402
from snmp_rivals import C, NetSnmp, Pysnmp, swept, tables  # noqa: E402

from homeroom.snmp import usm  # noqa: E402
from homeroom.snmp.wire.engine import WireEngine  # noqa: E402

ROUNDS = 5
DEVICES = int(os.environ.get("HOMEROOM_BENCH_DEVICES", "1000"))
FEW = 60
"""Devices of whole tables."""
RIVALS = {
    "netsnmp": NetSnmp(),
    "exporter": Exporter(),
    "pysnmp": Pysnmp(),
    "gufo": Gufo(),
    "gufo_in_turn": GufoInTurn(),
    "c": C(),
}
AT_MOST = {"v2c_get": 25, "v3_cold": 90, "v3_warm": 60, "v2c_tables": 3500}
"""Microseconds of ours."""
AT_LEAST = {
    "v2c_get": {"netsnmp": 200, "exporter": 15, "pysnmp": 60, "gufo": 3, "c": 0.2},
    "v3_cold": {"netsnmp": 80, "exporter": 60, "pysnmp": 80, "gufo": 2},
    "v3_warm": {"netsnmp": 120},
    "v2c_tables": {"netsnmp": 5, "exporter": 5},
    "v2c_8_columns": {"netsnmp": 20, "exporter": 20},
}
"""How many times ours the others use."""


async def _ours(port):
    shared, users = targets(DEVICES, port, SHARED), targets(DEVICES, port, USER)
    engine = WireEngine(secrets)
    usm.master_key.cache_clear()
    try:
        return {
            "v3_cold": await timed(DEVICES, swept(engine, users)),
            "v3_warm": await timed(DEVICES, swept(engine, users)),
            "v2c_get": await timed(DEVICES, swept(engine, shared)),
            "v2c_tables": await timed(FEW, tables(engine, shared[:FEW], TABLES)),
            "v2c_8_columns": await timed(FEW, tables(engine, shared[:FEW], EIGHT)),
        }
    finally:
        engine.close()


def rounds(port):
    """Figures of each engine, a mapping a round."""
    present = {name: rival for name, rival in RIVALS.items() if not rival.absent()}
    asyncio.run(_ours(port))  # the agents encode what they keep
    found = {name: [] for name in ("ours", *present)}
    for number in range(ROUNDS):
        found["ours"].append(asyncio.run(_ours(port)))
        for name, rival in present.items():
            found[name].append(rival.measure(port, number))
    return found


def _figure(workload, found):
    """One workload: median microseconds of each engine, and how many times ours each uses, beside the limits."""
    mine = [one[workload] for one in found["ours"]]
    figure = {"ours_us": round(statistics.median(mine), 1), "times_ours": {}}
    if workload in AT_MOST:
        figure["limit_us"] = AT_MOST[workload]
    for name in RIVALS:
        theirs = [one.get(workload) or one.get(_INSTEAD.get(workload)) for one in found.get(name, ())]
        if name in found and theirs[0]:
            times = [other / own for own, other in zip(mine, theirs, strict=True)]
            entry = {"us": round(statistics.median(theirs), 1), "times": round(statistics.median(times), 2)}
            least = AT_LEAST[workload].get(name)
            figure["times_ours"][name] = entry | ({} if least is None else {"at_least": least})
    return figure


_INSTEAD = {"v2c_8_columns": "v2c_tables"}
"""What is set beside it of those who cannot do it."""


def _missed(figures):
    for workload, figure in figures.items():
        if figure["ours_us"] > figure.get("limit_us", figure["ours_us"]):
            yield f"{workload}: {figure['ours_us']} us"
        for name, one in figure["times_ours"].items():
            if one["times"] < one.get("at_least", 0):
                yield f"{workload} beside {name}: {one['times']}"


def run():
    command = [sys.executable, "-W", "ignore", "-m", "tests.snmp.responder"]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as agents:
        try:
            found = rounds(int(agents.stdout.readline()))
        finally:
            agents.kill()
    figures = {workload: _figure(workload, found) for workload in AT_LEAST}
    return {
        "rounds": ROUNDS,
        "devices": DEVICES,
        "cpu_us_a_device": figures,
        "missed": list(_missed(figures)),
        "absent": {name: why for name, rival in RIVALS.items() if (why := rival.absent())},
        "rss_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
    }


if __name__ == "__main__":
    import json

    print(json.dumps(run(), indent=2))
