"""What a nation's status round costs the poller as a whole: ask by SNMPv3, decode, judge, store; CPU of this process.

Agents run in a process of their own. The first rounds find everybody and fill the store; then a round in which the
nation says what it said before, one in which each hundredth says something new. As in the daemon, the store is written
to in twelve pieces a round. HOMEROOM_BENCH_DEVICES=50000 is the whole; here, a tenth of it, and all grows with both.
"""

import asyncio
import ipaddress
import os
import resource
import subprocess
import sys
import tempfile
import time
import warnings
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))
warnings.filterwarnings("ignore")  # AES-CFB is called decrepit; SNMPv3 leaves no choice

from homeroom.observe import evidence  # noqa: E402  # found by the path above
from homeroom.observe.fetch import fetch  # noqa: E402
from homeroom.observe.keep import Keep  # noqa: E402
from homeroom.observe.known import Known  # noqa: E402
from homeroom.observe.meters import Meters  # noqa: E402
from homeroom.observe.questions import Book  # noqa: E402
from homeroom.observe.settings import Settings  # noqa: E402
from homeroom.observe.topology import POLLER, Topology  # noqa: E402
from homeroom.project import Project  # noqa: E402
from homeroom.secret import Secret, SecretRef  # noqa: E402
from homeroom.snmp.ask.load import load  # noqa: E402
from homeroom.snmp.engine import Credentials, Target  # noqa: E402
from homeroom.snmp.wire.engine import WireEngine  # noqa: E402
from homeroom.store import asked, availability, subjects  # noqa: E402
from homeroom.store.db import connect, connect_series  # noqa: E402
from homeroom.store.reachable import Node  # noqa: E402
from homeroom.store.readings import all_status  # noqa: E402
from tests.snmp import responder  # noqa: E402

DEVICES = int(os.environ.get("HOMEROOM_BENCH_DEVICES", "5000"))
WHOLE, PIECES, SITE = 50_000, 12, 12
LIMITS = {"limit_cpu_s_50000": 15.0}
USER = Credentials(responder.USER, SecretRef(responder.AUTH), SecretRef(responder.PRIV), auth="SHA")
FIRST = int(ipaddress.IPv4Address("127.8.0.1"))


class Rig:
    """A nation of agents, a poller's parts, and what each of them took."""

    def __init__(self, folder, port):
        project = Project(Path(folder))
        self.targets = [Target(name, "ios", name, port, USER) for name in map(address, range(DEVICES))]
        self.state, self.series = connect(project), connect_series(project)
        names = [one.device for one in self.targets]
        subjects.sync(self.series, (subjects.Subject("device", name, "s", "r") for name in names))
        self.book, self.known, self.meters = Book(load()), Known(), Meters()
        self.keep = Keep(self.state, self.series, self.book, self.meters)
        self.engine = WireEngine(lambda name: Secret(name, name), window=1024, timeout=5)
        nodes = (
            Node(POLLER),
            *(Node(name, names[n - n % SITE] if n % SITE else POLLER) for n, name in enumerate(names)),
        )
        self.topology = Topology(nodes, dict.fromkeys(names, "fiber"), {}, {}, {})
        self.at, self.spent = time.time(), Counter()

    def timed(self, part, begun):
        self.spent[part] += time.process_time() - begun

    async def round(self):
        """One status round, a minute after the last; return its CPU seconds by part."""
        self.spent = Counter()
        self.at += 60
        size = -(-DEVICES // PIECES)
        for start in range(0, DEVICES, size):
            seen, begun = [], time.process_time()
            piece = self.targets[start : start + size]
            await fetch(self.engine, self.book, self.known, piece, "status", seen.append, lambda: self.at)
            self.timed("ask and decode", begun)
            assert all(one.said and one.said.identity.name == one.device for one in seen), seen[0].why
            begun = time.process_time()
            for one in seen:
                self.keep.take(one)
                self.known.noticed(one.device, one.said)
            self.timed("what changed", begun)
            begun = time.process_time()
            self.keep.flush()
            self.timed("store", begun)
        self.judge()
        return dict(self.spent)

    def judge(self):
        begun = time.process_time()
        heard = evidence.heard(self.topology, all_status(self.state), Settings(), self.at)
        assert len(heard) == DEVICES
        weighed = evidence.weigh(self.topology, heard, {})
        availability.record(self.series, {"device": weighed.devices}, weighed.faults, int(self.at))
        self.timed("judge", begun)

    def change(self):
        """Forget what a hundredth of the nation said, as if it had said something else."""
        for one in self.targets[::100]:
            self.keep.forget(one.device)

    def close(self):
        assert len(asked.times(self.state, "status")) == DEVICES
        assert self.meters.waiting + self.meters.dropped == 0, self.meters.store_why
        self.engine.close()
        self.state.dispose()
        self.series.dispose()


def address(number):
    return str(ipaddress.IPv4Address(FIRST + number))


async def rounds(folder, port):
    rig = Rig(folder, port)
    try:
        cold = await rig.round()
        again = await rig.round()
        rig.change()
        changed = await rig.round()
    finally:
        rig.close()
    return {"first": cold, "nothing new": again, "a hundredth new": changed}


def run():
    command = [sys.executable, "-W", "ignore", "-m", "tests.snmp.responder"]
    with (
        subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as agents,
        tempfile.TemporaryDirectory() as folder,
    ):
        try:
            found = asyncio.run(rounds(folder, int(agents.stdout.readline())))
        finally:
            agents.kill()
    usual = sum(found["a hundredth new"].values())
    return {
        "devices": DEVICES,
        "cpu_s": {name: {part: round(took, 2) for part, took in one.items()} for name, one in found.items()},
        "round_cpu_s": round(usual, 2),
        "round_cpu_s_50000": round(usual / DEVICES * WHOLE, 2),
        "us_a_device": round(usual / DEVICES * 1e6),
        **LIMITS,
        "rss_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
    }


if __name__ == "__main__":
    print(run())
