"""The lab's processes: every emulated device, each protocol on one port, one event loop a process.

Started by homeroom.lab.client as `python -m homeroom.lab.server`; it writes lab.json when it is ready. A small lab is
one process; a nation is several, among which the kernel parts the devices (homeroom.lab.sockets).
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import logging
import os
import resource
import signal
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from homeroom.errors import HomeroomError, LabError
from homeroom.lab import agent, boot, keys, state
from homeroom.lab.boxed import Connected
from homeroom.lab.control import Control
from homeroom.lab.counters import Counters
from homeroom.lab.door import SOCKET
from homeroom.lab.fleet import KEPT, Fleet, Record, Shards
from homeroom.lab.latency import Listener
from homeroom.lab.place import NOWHERE, Place
from homeroom.lab.platforms import PLATFORMS, SERVICES
from homeroom.lab.services import Services
from homeroom.lab.sockets import Sockets
from homeroom.lab.telling import Teller, target
from homeroom.lab.truth import Truth
from homeroom.project import Project
from homeroom.store.world import World

MANY: Final = 5_000
"""Devices from which a lab takes a process for each core."""
_MOST: Final = 8
_READY: Final = 120.0
_END: Final = 10.0
_RARELY: Final = (100_000, 20, 50)
"""When garbage is looked for: a nation's devices are millions of objects, and most of them stay."""


@dataclass(frozen=True, slots=True)
class Options:
    """How the lab is wanted. `ports` by name; one not named: the usual one if free, else any. `sites` 0: all.

    `processes` 0: as many as the number of devices asks for. `syslog`: HOST:PORT that is told of changes.
    """

    sites: int = 0
    minute: float = 60
    ports: Mapping[str, int] = field(default_factory=dict[str, int])
    processes: int = 0
    latency: bool = False
    syslog: str = ""


@dataclass(frozen=True, slots=True)
class Part:
    """One process of a lab: its number, of how many, its files, who has to be ready before lab.json says so."""

    folder: Path
    number: int = 0
    count: int = 1
    parent: int = -1
    """The end of a pipe that closes when the first process ends."""

    def door(self, number: int) -> Path:
        """Return the door of a process; the first one's is everybody's."""
        return self.folder / (SOCKET if not number else f"lab-{number}.sock")


def processes(options: Options, devices: int) -> int:
    """Return how many processes a lab takes."""
    cores = len(os.sched_getaffinity(0))
    return options.processes or (1 if devices < MANY else max(1, min(cores, _MOST)))


async def serve(
    fleet: Fleet,
    sockets: Sockets,
    part: Part,
    records: Sequence[Record],
    places: Callable[[str], Place] = lambda _: NOWHERE,
    *,
    latency: bool = False,
    truth: Truth | None = None,
) -> None:
    """Serve until SIGTERM, SIGINT or the control socket says stop; lab.json stands while the first process does.

    With a `truth`, a device whose configuration cuts the way to it does not answer there.
    """
    loop, counters, ended = asyncio.get_running_loop(), Counters(), asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, ended.set)
    if part.parent >= 0:
        loop.add_reader(part.parent, ended.set)
    mine, seed = sockets.of(part.number), keys.seed(part.folder / "lab.seed")

    def through(name: str, find: Callable[[str], Connected | None]) -> Callable[[str], Connected | None]:
        return find if truth is None else truth.through(name, find)

    accepting: list[asyncio.Task[None]] = []
    for name, sock in mine.items():
        if isinstance(sock, Listener):
            sock.delay = lambda where: places(where).round_trip
        if name != "snmp":
            accepting.append(
                asyncio.create_task(SERVICES[name].front(through(name, fleet.enter), seed, counters).serve(sock))
            )
    look = through("snmp", fleet.find)
    fleet.forgotten = agent.attach(loop, mine["snmp"], look, places=places, latency=latency).forget
    peers = [part.door(number) for number in range(1, part.count)] if not part.number else []
    door = part.door(part.number)
    door.unlink(missing_ok=True)
    services = truth.services if truth is not None else Services()
    server = await Control(fleet, counters, ended.set, peers, services).serve(door)
    if not part.number:
        await _all_there(peers)
        state.write(part.folder / state.FILE, sockets.ports, records, PLATFORMS)
    try:
        await ended.wait()
    finally:
        if not part.number:
            (part.folder / state.FILE).unlink(missing_ok=True)
        door.unlink(missing_ok=True)
        for task in accepting:
            task.cancel()
        loop.remove_reader(mine["snmp"])
        server.close()


async def _all_there(peers: Sequence[Path]) -> None:
    """Wait until every process has its door."""
    end = asyncio.get_running_loop().time() + _READY
    while not all(peer.exists() for peer in peers):
        if asyncio.get_running_loop().time() > end:
            raise LabError("a process of the lab did not start: see the lines above")
        await asyncio.sleep(0.02)


async def work(project: Project, options: Options, part: Part, sockets: Sockets, records: Sequence[Record]) -> None:
    """Serve one process's devices."""
    world = World.open(project)
    mine = [record for record in records if part.count == 1 or sockets.shards.of(record.address) == part.number]
    later = asyncio.get_running_loop().call_later
    around = boot.Around(project, world, mine, later)
    sites = {record.name: record.site for record in mine}
    fleet = Fleet(mine, boot.maker(project, world, sites, later, options.minute, around=around), KEPT // part.count)
    around.ways.known = fleet.known
    if options.syslog:
        soon = asyncio.get_running_loop().call_soon
        around.teller = Teller(target(options.syslog), world.programme.central.syslog, soon)
    places = boot.Places(world, {record.address: record for record in records})
    try:
        await serve(fleet, sockets, part, records, places, latency=options.latency, truth=around.truth)
    finally:
        world.close()
        if around.teller is not None:
            around.teller.close()


def run(project: Project, options: Options) -> None:
    """Open the ports, part into processes, serve."""
    world = World.open(project)
    records = list(boot.records(world, options.sites))
    world.close()
    count = processes(options, len(records))
    names = [name for name in SERVICES if any(name in PLATFORMS[one].ports for one in {r.platform for r in records})]
    sockets = Sockets(names, options.ports, Shards.among(records, count), late=options.latency)
    keys.seed(project.state / "lab.seed")
    theirs, ours = os.pipe()
    gc.freeze()  # what all processes share stays shared
    children: list[int] = []
    try:
        for number in range(1, count):
            Part(project.state, number, count).door(number).unlink(missing_ok=True)
            pid = os.fork()
            if not pid:
                os.close(ours)
                part = Part(project.state, number, count, theirs)
                os._exit(_child(project, options, part, sockets, records))
            children.append(pid)
        sockets.keep(0)
        asyncio.run(work(project, options, Part(project.state, 0, count), sockets, records))
    finally:
        sockets.close()
        os.close(theirs)
        os.close(ours)  # the other processes end by that
        _reap(children)


def _child(project: Project, options: Options, part: Part, sockets: Sockets, records: Sequence[Record]) -> int:
    """Run a process that was split off; its errors go where the first one's go."""
    sockets.keep(part.number)
    try:
        asyncio.run(work(project, options, part, sockets, records))
    except HomeroomError as error:
        sys.stderr.write(f"{error}\n")
        return error.exit_code
    return 0


def _reap(children: Sequence[int]) -> None:
    """Wait until the other processes have ended; kill those that do not."""
    end = time.monotonic() + _END
    for pid in children:
        while os.waitpid(pid, os.WNOHANG)[0] != pid:
            if time.monotonic() > end:
                os.kill(pid, signal.SIGKILL)
            time.sleep(0.02)


def main(argv: list[str] | None = None) -> int:
    """Run the lab's process; errors of ours are one line on stderr, which is the lab's log."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))  # a session is a descriptor
    gc.set_threshold(*_RARELY)
    logging.getLogger("asyncio").setLevel(logging.ERROR)  # that a client hung up is no news
    parser = argparse.ArgumentParser(prog="python -m homeroom.lab.server")
    parser.add_argument("--project", type=Path, required=True)
    parser.add_argument("--sites", type=int, default=0)
    parser.add_argument("--minute", type=float, default=60)
    parser.add_argument("--port", action="append", default=[], metavar="NAME=NUMBER")
    parser.add_argument("--processes", type=int, default=0)
    parser.add_argument("--latency", action="store_true")
    parser.add_argument("--syslog", default="")
    args = parser.parse_args(argv)
    ports = {name: int(number) for name, _, number in (port.partition("=") for port in args.port)}
    options = Options(args.sites, args.minute, ports, args.processes, args.latency, args.syslog)
    try:
        run(Project.locate(args.project), options)
    except HomeroomError as error:
        sys.stderr.write(f"{error}\n")
        return error.exit_code
    sys.stderr.flush()
    os._exit(0)  # sessions that are still open end with the process


if __name__ == "__main__":
    sys.exit(main())
