"""SSH to emulated OpenWrt devices, as dropbear on them speaks it: root with a password, commands, shells, SCP.

A `Door` takes one accepted connection from the socket that all platforms share (homeroom.lab.ssh.Front).
"""

# asyncssh's own types for channels are partly unknown to pyright
# pyright: reportUnknownMemberType=false

from __future__ import annotations

import asyncio
import contextlib
import socket
import struct
from collections import OrderedDict
from collections.abc import Mapping
from typing import Final

import asyncssh

from homeroom.lab.counters import Counters
from homeroom.lab.faults import Fault
from homeroom.lab.keys import host_key
from homeroom.lab.uci.device import UciDevice
from homeroom.lab.uci.session import Channel, channel

_LOGIN_SECONDS: Final = 120
_KEPT: Final = 2048
"""How many devices' SSH options are kept ready."""
_RESET: Final = struct.pack("ii", 1, 0)
"""SO_LINGER of no time: closing resets the connection."""


class Session(asyncssh.SSHServerSession[bytes]):
    """One channel (see homeroom.lab.uci.session.Line)."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self._chan: asyncssh.SSHServerChannel[bytes] | None = None
        self._command: str | None = None
        self._terminal = False
        self._work: Channel | None = None

    def connection_made(self, chan: asyncssh.SSHServerChannel[bytes]) -> None:
        """Keep the channel."""
        self._chan = chan

    def pty_requested(
        self, term_type: str, term_size: tuple[int, int, int, int], term_modes: Mapping[int, int]
    ) -> bool:
        """Grant a terminal."""
        del term_type, term_size, term_modes
        self._terminal = True
        return True

    def shell_requested(self) -> bool:
        """Grant a shell."""
        return True

    def exec_requested(self, command: str) -> bool:
        """Grant one command."""
        self._command = command
        return True

    def subsystem_requested(self, subsystem: str) -> bool:
        """Refuse: OpenWrt has no SFTP server unless somebody installs one."""
        return not subsystem

    def session_started(self) -> None:
        """Begin what was asked for."""
        self._server.counters.commands += 1
        self._work = channel(self._server.device, self._command, self, terminal=self._terminal)
        self._work.start()

    def data_received(self, data: bytes, datatype: asyncssh.DataType) -> None:
        """Take what the client sends."""
        if self._work is not None and datatype is None:
            self._work.feed(data.decode("utf-8", "surrogateescape"))

    def eof_received(self) -> bool:
        """Take note that the client has no more to say; the answer may still come."""
        if self._work is not None:
            self._work.close()
        return True

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget the channel; what runs on the device runs on."""
        self._chan = None
        if exc is not None:
            self._server.counters.lost += 1

    def out(self, text: str) -> None:
        """Send to the client's standard output."""
        if self._chan is not None and not self._chan.is_closing():
            self._chan.write(text.encode("utf-8", "surrogateescape"))

    def err(self, text: str) -> None:
        """Send to the client's standard error."""
        if self._chan is not None and not self._chan.is_closing():
            self._chan.write_stderr(text.encode("utf-8", "surrogateescape"))

    def exit(self, status: int) -> None:
        """End the channel."""
        if self._chan is not None and not self._chan.is_closing():
            self._chan.exit(status)

    def cut(self) -> None:
        """Reset the connection."""
        self._server.cut()


class Server(asyncssh.SSHServer):
    """One connection to one device."""

    def __init__(self, device: UciDevice, counters: Counters) -> None:
        self.device, self.counters = device, counters
        self._gone = asyncio.Event()
        self._conn: asyncssh.SSHServerConnection | None = None

    def connection_made(self, conn: asyncssh.SSHServerConnection) -> None:
        """Keep the connection."""
        self._conn = conn
        self.device.drops[self] = self.cut
        self.counters.connections += 1

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget the connection."""
        del exc
        self.device.drops.pop(self, None)
        self._gone.set()

    def cut(self) -> None:
        """Reset the connection."""
        if self._conn is not None:
            self._conn.abort()

    def begin_auth(self, username: str) -> bool:
        """Ask for a password."""
        del username
        return True

    def password_auth_supported(self) -> bool:
        """Take passwords, unless dropbear was told not to."""
        return self.device.view.passwords

    async def validate_password(self, username: str, password: str) -> bool:
        """Check root's password; there is no other user."""
        device = self.device
        fault = device.faults.strike("login")
        if fault is not None:
            await self._strike(fault)
        right = username == "root" and password == device.staged.password
        if right and device.faults.standing("refuse_login") is None:
            return True
        self.counters.refused += 1
        device.log.append(f"authpriv.warn dropbear: Bad password attempt for '{username}'\n")
        return False

    async def _strike(self, fault: Fault) -> None:
        """Let a fault strike at the login."""
        if fault.kind == "slow":
            await asyncio.sleep(fault.seconds)
        elif fault.kind == "half_open":
            await self._gone.wait()
        else:
            if fault.kind == "reboot":
                self.device.reboot()
            self.cut()

    def session_requested(self) -> Session:
        """Open a channel."""
        return Session(self)


class Door:
    """What takes a connection to an OpenWrt device, once it is known which one is meant."""

    def __init__(self, seed: bytes, counters: Counters) -> None:
        self._seed, self._counters = seed, counters
        self._options: OrderedDict[str, asyncssh.SSHServerConnectionOptions] = OrderedDict()

    async def __call__(self, connection: socket.socket, _peer: str, device: UciDevice) -> None:
        """Serve an accepted connection."""
        if await self._struck(device, connection):
            connection.close()
            return
        await asyncssh.run_server(connection, options=self._option(device))

    async def _struck(self, device: UciDevice, connection: socket.socket) -> bool:
        """Let a fault strike before a word is said; True when the connection is lost by it."""
        fault = device.faults.strike("connect")
        if fault is None:
            return False
        if fault.kind == "slow":
            await asyncio.sleep(fault.seconds)
            return False
        if fault.kind == "half_open":
            with contextlib.suppress(OSError):  # the client tires first
                while await asyncio.get_running_loop().sock_recv(connection, 4096):
                    pass
            return True
        if fault.kind == "reboot":
            device.reboot()
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
        return True

    def _option(self, device: UciDevice) -> asyncssh.SSHServerConnectionOptions:
        """Return the device's SSH options, with its key, or an impostor's."""
        name = f"impostor of {device.name}" if device.faults.standing("wrong_host_key") else device.name
        base = self._options.pop(name, None)
        if base is None:
            base = asyncssh.SSHServerConnectionOptions(
                server_host_keys=[host_key(self._seed, name)],
                server_version="dropbear",
                login_timeout=_LOGIN_SECONDS,
                encoding=None,
                line_editor=False,
                compression_algs=None,
                gss_host=None,
                agent_forwarding=False,
            )
        self._options[name] = base
        if len(self._options) > _KEPT:
            self._options.popitem(last=False)
        return asyncssh.SSHServerConnectionOptions(options=base, server_factory=lambda: Server(device, self._counters))
