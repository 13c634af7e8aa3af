"""What the SNMP benches ask, of whom, and how CPU is counted; what an engine gave is always counted and checked."""

import ipaddress
import resource
import time

from homeroom.secret import Secret, SecretRef
from homeroom.snmp.engine import Community, Credentials, Target
from tests.snmp import responder

NAMES = tuple(responder.STATUS)
"""Workload A: eight scalars; the fifth is the agent's address."""
DOTTED = [".".join(map(str, name)) for name in NAMES]
TABLES = responder.IF_TABLE + responder.IF_X_TABLE
"""Workload B: ifTable and ifXTable, all columns."""
ROOTS = {"1.3.6.1.2.1.2.2": len(responder.IF_TABLE), "1.3.6.1.2.1.31.1.1": len(responder.IF_X_TABLE)}
"""The same as walks from two roots: columns below each."""
CELLS = len(TABLES) * responder.PORTS
EIGHT = [responder.IF_TABLE[n - 1] for n in (2, 7, 8)] + [responder.IF_X_TABLE[n - 1] for n in (1, 6, 10, 15, 18)]
DOTTED_EIGHT = [".".join(map(str, column)) for column in EIGHT]
SHARED = Community(SecretRef(responder.COMMUNITY))
USER = Credentials(responder.USER, SecretRef(responder.AUTH), SecretRef(responder.PRIV), auth="SHA")
_FIRST = int(ipaddress.IPv4Address("127.8.0.1"))


def secrets(name):
    return Secret(name, name)


def addresses(count, first=0):
    return [str(ipaddress.IPv4Address(_FIRST + first + number)) for number in range(count)]


def targets(count, port, credentials, first=0):
    return [Target(address, "ios", address, port, credentials) for address in addresses(count, first)]


async def timed(count, work):
    """CPU microseconds of this process a device."""
    before = time.process_time()
    await work
    return (time.process_time() - before) / count * 1e6


def called(count, work):
    """The same of what is not awaited."""
    before = time.process_time()
    work()
    return (time.process_time() - before) / count * 1e6


def children(count, work):
    """CPU microseconds a device of the processes that `work` starts."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    work()
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return (after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime) / count * 1e6
