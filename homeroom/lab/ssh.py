"""SSH for the whole fleet on one socket: the destination address chooses the device, and with it the host key.

Connections are accepted here and handed on one by one: each device has a key of its own, and each platform a door of
its own behind this one.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Final, TypeAlias

import asyncssh

from homeroom.lab.counters import Counters
from homeroom.lab.emulated import Emulated
from homeroom.lab.ios.ssh import Door
from homeroom.lab.latency import Listener

_BACKLOG: Final = 4096
_PAUSE: Final = 0.05

Take: TypeAlias = Callable[[socket.socket, str, Any], Awaitable[None]]
"""Serves one accepted connection: socket, the client's address, the device of the platform it is for."""
Doors: TypeAlias = Mapping[str, Callable[[bytes, Counters], Take]]
"""Platform -> what makes its door from the seed of the host keys and the counters."""
IOS: Final[Doors] = {"ios": Door}


class Front:
    """The listening socket. `find` gives the device behind an address that has SSH; None refuses the connection."""

    def __init__(
        self, find: Callable[[str], Emulated | None], seed: bytes, counters: Counters, doors: Doors = IOS
    ) -> None:
        self._find, self._counters = find, counters
        self._doors = {platform: door(seed, counters) for platform, door in doors.items()}
        self._tasks: set[asyncio.Task[None]] = set()

    async def serve(self, listener: socket.socket) -> None:
        """Accept for ever."""
        loop = asyncio.get_running_loop()
        while True:
            try:
                connection, peer = await loop.sock_accept(listener)
            except OSError:  # out of file descriptors, or the client is gone already
                await asyncio.sleep(_PAUSE)
                continue
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            task = asyncio.create_task(self._one(connection, peer[0]))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _one(self, connection: socket.socket, peer: str) -> None:
        """Serve one connection; a client that breaks off or talks nonsense costs only itself."""
        try:
            device = self._find(connection.getsockname()[0])
            take = self._doors.get(device.platform) if device is not None else None
            if device is None or take is None or device.faults.standing("offline"):
                connection.close()
            else:
                await take(connection, peer, device)
        except (OSError, asyncssh.Error):
            self._counters.lost += 1


def listener(port: int, *, shared: bool = False, late: bool = False) -> socket.socket:
    """Open one TCP socket for all of 127.0.0.0/8, unprivileged: bound to every address, and to the loopback device.

    `shared`: with other such sockets; `late`: a homeroom.lab.latency.Listener, which can be told how late to answer.
    """
    sock = socket.socket(socket.AF_INET, socket.SOCK_STREAM) if not late else Listener()
    try:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, shared)
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_BINDTODEVICE, b"lo\0")
        sock.bind(("0.0.0.0", port))  # noqa: S104 -- only the loopback device hears it
        sock.listen(_BACKLOG)
    except OSError:
        sock.close()
        raise
    sock.settimeout(0)
    return sock
