"""The lab's process: every emulated device, SSH and SNMP each on one socket, in one event loop.

Started by homeroom.lab.client as `python -m homeroom.lab.server`; it writes lab.json when it is ready.
"""

from __future__ import annotations

import argparse
import asyncio
import logging
import os
import resource
import signal
import socket
import sys
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from homeroom.errors import HomeroomError, LabError
from homeroom.intent.model import Intent
from homeroom.lab import agent, boot, keys, ssh, state
from homeroom.lab.control import SOCKET, Control
from homeroom.lab.counters import Counters
from homeroom.lab.fleet import Fleet, Record, address
from homeroom.lab.snmp import udp
from homeroom.platforms.render import Renderer
from homeroom.project import Project
from homeroom.secret import Vault
from homeroom.store.inventory import Selector
from homeroom.store.world import World

PORTS: Final = {"ssh": 2222, "snmp": 1161}
"""The ports taken when nobody asked for others and they are free."""


@dataclass(frozen=True, slots=True)
class Options:
    """How the lab is wanted. Ports 0: the usual ones if free, else any. `sites` 0: all."""

    sites: int = 0
    minute: float = 60
    ssh: int = 0
    snmp: int = 0


class Sockets:
    """The two listening sockets."""

    def __init__(self, options: Options) -> None:
        self.ssh = _open(ssh.listener, options.ssh, PORTS["ssh"], "TCP")
        try:
            self.snmp = _open(udp.listen, options.snmp, PORTS["snmp"], "UDP")
        except LabError:
            self.ssh.close()
            raise

    @property
    def ports(self) -> dict[str, int]:
        """Return the ports they listen on."""
        return {"ssh": self.ssh.getsockname()[1], "snmp": self.snmp.getsockname()[1]}

    def close(self) -> None:
        """Close them."""
        self.ssh.close()
        self.snmp.close()


def _open(listen: Callable[[int], socket.socket], wanted: int, usual: int, kind: str) -> socket.socket:
    """Open the wanted port; when none was wanted, the usual one or any free one."""
    for port in (wanted,) if wanted else (usual, 0):
        try:
            return listen(port)
        except (OSError, LabError) as error:
            if port in {wanted, 0}:
                raise LabError(f"{kind} port {port} cannot be used ({error}): choose another one") from error
    raise LabError(f"no {kind} port is free")


def records(world: World, sites: int) -> Iterable[Record]:
    """Yield a record for each device of the first `sites` sites (0: all)."""
    chosen = {site.id for _, site in zip(range(sites), world.sites(), strict=False)} if sites else None
    for row in world.devices():
        if chosen is None or row.site in chosen:
            yield Record(row.name, address(row.number), row.platform, row.kind, row.model)


def find_intent(world: World, name: str) -> Intent:
    """Return a device's intent."""
    for intent in world.intents(Selector(devices=(name,))):
        return intent
    raise LabError(f"the inventory has no device called {name} any more: run `homeroom lab down`, then `lab up`")


async def serve(fleet: Fleet, sockets: Sockets, folder: Path) -> None:
    """Serve until SIGTERM, SIGINT or the control socket says stop; lab.json stands while it does."""
    loop, counters, ended = asyncio.get_running_loop(), Counters(), asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, ended.set)
    front = ssh.Front(fleet.ssh, keys.seed(folder / "lab.seed"), counters)
    agent.attach(loop, sockets.snmp, fleet.find)
    (folder / SOCKET).unlink(missing_ok=True)
    door = await Control(fleet, counters, ended.set).serve(folder / SOCKET)
    accepting = asyncio.create_task(front.serve(sockets.ssh))
    state.write(folder / state.FILE, sockets.ports, fleet.records.values())
    try:
        await ended.wait()
    finally:
        (folder / state.FILE).unlink(missing_ok=True)
        (folder / SOCKET).unlink(missing_ok=True)
        accepting.cancel()
        loop.remove_reader(sockets.snmp)
        door.close()


async def run(project: Project, options: Options) -> None:
    """Build the fleet of a project and serve it."""
    sockets = Sockets(options)
    world = World.open(project)
    vault, renderer = Vault.open(project), Renderer.of(project)
    make = boot.maker(
        lambda name: find_intent(world, name),
        renderer,
        vault,
        world.equipment,
        clock=time.time,
        later=asyncio.get_running_loop().call_later,
        minute=options.minute,
    )
    try:
        await serve(Fleet(records(world, options.sites), make), sockets, project.state)
    finally:
        sockets.close()
        world.close()


def main(argv: list[str] | None = None) -> int:
    """Run the lab's process; errors of ours are one line on stderr, which is the lab's log."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))  # a session is a descriptor
    logging.getLogger("asyncio").setLevel(logging.ERROR)  # that a client hung up is no news
    parser = argparse.ArgumentParser(prog="python -m homeroom.lab.server")
    parser.add_argument("--project", type=Path, required=True)
    parser.add_argument("--sites", type=int, default=0)
    parser.add_argument("--minute", type=float, default=60)
    parser.add_argument("--ssh-port", type=int, default=0)
    parser.add_argument("--snmp-port", type=int, default=0)
    args = parser.parse_args(argv)
    options = Options(args.sites, args.minute, args.ssh_port, args.snmp_port)
    try:
        asyncio.run(run(Project.locate(args.project), options))
    except HomeroomError as error:
        sys.stderr.write(f"{error}\n")
        return error.exit_code
    sys.stderr.flush()
    os._exit(0)  # sessions that are still open end with the process


if __name__ == "__main__":
    sys.exit(main())
