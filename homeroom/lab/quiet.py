"""asyncssh's server connection as network devices speak: without the empty packet (MSG_IGNORE) before each of its own.

OpenSSH sends those against an attack on CBC ciphers, and asyncssh copies it; IOS does not. It halves the packets of
a session, on both sides.
"""

from __future__ import annotations

import asyncio
import copy
import socket
from typing import Final

import asyncssh
from asyncssh.packet import SSHPacketLogger

_IGNORE: Final = 2
"""MSG_IGNORE (RFC 4253, 11.2)."""


class Quiet(asyncssh.SSHServerConnection):
    """A server connection that sends no empty packets."""

    def send_packet(self, pkttype: int, *args: bytes, handler: SSHPacketLogger | None = None) -> None:
        """Send a packet, unless it says nothing."""
        if pkttype != _IGNORE:
            super().send_packet(pkttype, *args, handler=handler)


async def serve(sock: socket.socket, options: asyncssh.SSHServerConnectionOptions) -> None:
    """Serve an accepted connection; returns once the client is authenticated, raises what asyncssh.run_server does."""
    loop = asyncio.get_running_loop()
    mine = copy.copy(options)
    waiter: asyncio.Future[None] = loop.create_future()
    mine.waiter = waiter
    await loop.create_connection(lambda: Quiet(loop, mine, wait="auth"), sock=sock)
    await waiter
