"""Other SNMP clients, each used in the best way it has, on the workloads of bench_snmp: CPU microseconds a device.

Each has `absent()`, why it cannot be measured here or nothing, and `measure(port, number)`, its figures in one round.
"""

import asyncio
import shutil
import subprocess
import tempfile
from pathlib import Path

from snmp_asked import (
    CELLS,
    DOTTED,
    NAMES,
    ROOTS,
    SHARED,
    USER,
    addresses,
    children,
    secrets,
    targets,
    timed,
)

from homeroom.snmp.pysnmp_engine import PysnmpEngine
from tests.snmp import responder

PORTS = responder.PORTS


class NetSnmp:
    """net-snmp's command line: a process a question, which keeps nothing. Its walks are of whole tables."""

    FEW = 5

    def absent(self):
        return "" if shutil.which("snmpbulkwalk") else "net-snmp's commands are not installed (Debian: snmp)"

    def measure(self, port, _number):
        shared = ["-v2c", "-c", responder.COMMUNITY]
        user = ["-v3", "-l", "authPriv", "-u", responder.USER, "-a", "SHA", "-A", responder.AUTH, "-x", "AES"]
        user += ["-X", responder.PRIV]
        got = self._used("snmpget", port, shared, DOTTED, 8)
        sealed = self._used("snmpget", port, user, DOTTED, 8)
        walks = [self._used("snmpbulkwalk", port, [*shared, "-Cr50"], [root], n * PORTS) for root, n in ROOTS.items()]
        return {"v2c_get": got, "v3_cold": sealed, "v3_warm": sealed, "v2c_tables": sum(walks)}

    def _used(self, tool, port, words, names, lines):
        def work():
            for address in addresses(self.FEW):
                command = [tool, *words, "-On", "-m", "", f"{address}:{port}", *names]
                done = subprocess.run(command, capture_output=True, text=True, check=True)
                found = [line for line in done.stdout.splitlines() if line.startswith(".") and "No more" not in line]
                assert len(found) == lines

        return children(self.FEW, work)


class Pysnmp:
    """pysnmp: v2c by one v1arch dispatcher without MIBs, v3 by our shards of its shared engine, known to it or not."""

    FEW = 20

    def absent(self):
        return ""

    def measure(self, port, _number):
        return asyncio.run(self._measure(port))

    async def _measure(self, port):
        shared, users = targets(self.FEW, port, SHARED), targets(self.FEW, port, USER)
        engine = PysnmpEngine(secrets)
        try:
            with _dispatcher() as (hlapi, dispatcher):
                peers = [
                    (await hlapi.UdpTransportTarget.create((one.host, port), timeout=3), one.host) for one in shared
                ]
                await _got(hlapi, dispatcher, peers[:1])
                figures = {
                    "v2c_get": await timed(self.FEW, _got(hlapi, dispatcher, peers)),
                    "v2c_tables": await timed(1, _walked(hlapi, dispatcher, peers[0][0])),
                }
            return figures | {
                "v3_cold": await timed(self.FEW, swept(engine, users)),
                "v3_warm": await timed(self.FEW, swept(engine, users)),
            }
        finally:
            engine.close()


async def swept(engine, asked):
    """One GET to each by an engine of ours; each must have answered for itself."""
    answered = 0

    def check(target, got):
        nonlocal answered
        assert not isinstance(got, Exception), got
        assert got[4].decode() == target.host
        answered += 1

    await engine.sweep(((target, NAMES) for target in asked), check)
    assert answered == len(asked)


async def tables(engine, asked, columns):
    for found in await asyncio.gather(*(engine.columns(target, columns, PORTS) for target in asked)):
        assert sum(map(len, found.values())) == len(columns) * PORTS


class _dispatcher:  # noqa: N801 -- used as a context manager
    def __enter__(self):
        from pysnmp.hlapi.v1arch import asyncio as hlapi

        self.one = hlapi.SnmpDispatcher()
        return hlapi, self.one

    def __exit__(self, *_):
        self.one.close()


def _asked(names):
    from pysnmp.proto.rfc1902 import Null, ObjectName

    return [(ObjectName(name), Null("")) for name in names]


async def _got(hlapi, dispatcher, peers):
    community = hlapi.CommunityData(responder.COMMUNITY, mpModel=1)

    async def one(peer, host):
        wrong, status, _, found = await hlapi.get_cmd(dispatcher, community, peer, *_asked(NAMES), lookupMib=False)
        assert not wrong, wrong
        assert not status
        assert bytes(found[4][1]).decode() == host

    await asyncio.gather(*(one(peer, host) for peer, host in peers))


async def _walked(hlapi, dispatcher, peer):
    community = hlapi.CommunityData(responder.COMMUNITY, mpModel=1)
    count = 0
    for root in ROOTS:
        top = last = tuple(map(int, root.split(".")))
        while last[: len(top)] == top:
            wrong, status, _, found = await hlapi.bulk_cmd(
                dispatcher, community, peer, 0, 50, *_asked([last]), lookupMib=False
            )
            assert not wrong, wrong
            assert not status
            names = [tuple(name) for name, _ in found]
            count += sum(name[: len(top)] == top for name in names)
            last = names[-1]
    assert count == CELLS


class C:
    """The floor: a C loop of sendto and recvfrom with the same packets, which reads nothing of what comes."""

    MANY = 20_000

    def absent(self):
        return "" if shutil.which("cc") else "there is no C compiler"

    def measure(self, port, _number):
        from homeroom.snmp.wire import request

        head, tail = request.get(NAMES).community(1, responder.COMMUNITY.encode())
        with tempfile.TemporaryDirectory() as folder:
            program = Path(folder) / "client"
            source = Path(__file__).with_name("snmp_client.c")
            subprocess.run(["cc", "-O2", "-o", program, source], check=True)
            command = [program, str(port), str(self.MANY), head.hex(), tail.hex()]
            return {"v2c_get": children(self.MANY, lambda: subprocess.run(command, check=True))}
