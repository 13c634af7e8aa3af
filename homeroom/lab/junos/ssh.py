"""SSH to an emulated Junos device: NETCONF as a subsystem, and a command line; faults strike at their steps."""

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
from asyncssh.auth import KbdIntChallenge, KbdIntResponse

from homeroom.lab.counters import Counters
from homeroom.lab.faults import Fault
from homeroom.lab.junos.device import JunosDevice
from homeroom.lab.junos.netconf import Session
from homeroom.lab.junos.records import Client
from homeroom.lab.junos.terminal import Terminal
from homeroom.lab.keys import host_key

_LOGIN_SECONDS: Final = 120
_KEPT: Final = 2048
"""How many devices' SSH options are kept ready."""
_RESET: Final = struct.pack("ii", 1, 0)
"""SO_LINGER of no time: closing resets the connection."""


class Channel(asyncssh.SSHServerSession[bytes]):
    """One channel: NETCONF, a shell, or one command."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self._chan: asyncssh.SSHServerChannel[bytes] | None = None
        self._client: Client | None = None
        self._netconf = False
        self._command: str | None = None
        self._talk: Session | Terminal | None = None

    def connection_made(self, chan: asyncssh.SSHServerChannel[bytes]) -> None:
        """Keep the channel."""
        self._chan = chan

    def pty_requested(
        self, term_type: str, term_size: tuple[int, int, int, int], term_modes: Mapping[int, int]
    ) -> bool:
        """Grant a terminal."""
        del term_type, term_size, term_modes
        return True

    def shell_requested(self) -> bool:
        """Grant the command line."""
        return True

    def exec_requested(self, command: str) -> bool:
        """Grant one command."""
        self._command = command
        return True

    def subsystem_requested(self, subsystem: str) -> bool:
        """Grant NETCONF, when the configuration serves it."""
        device = self._server.device
        self._netconf = subsystem == "netconf" and device.tree.find("system", "services", "netconf") is not None
        return self._netconf

    def session_started(self) -> None:
        """Begin what was asked for."""
        server = self._server
        device, kind = server.device, "netconf" if self._netconf else "cli"
        self._client = device.login(server.user, server.peer, "netconf" if kind == "netconf" else "cli", server.abort)
        if self._netconf:
            wait = asyncio.get_running_loop().call_later
            session = Session(device, self._client, self._send, self._end, wait)
            self._talk = session
            session.start()
            return
        terminal = Terminal(device, self._client, self._send, self._end)
        self._talk = terminal
        if self._command is not None:
            terminal.once(self._command)
        else:
            terminal.start()

    def data_received(self, data: bytes, datatype: asyncssh.DataType) -> None:
        """Take what the client sends."""
        if self._talk is not None and datatype is None:
            self._server.counters.commands += 1
            self._talk.feed(data)

    def eof_received(self) -> bool:
        """End the channel: the client has no more to say."""
        self._end()
        return False

    def connection_lost(self, exc: Exception | None) -> None:
        """End the session: its lock is freed."""
        self._chan = None
        if self._client is not None:
            self._server.device.logout(self._client)
            self._client = None
        if exc is not None:
            self._server.counters.lost += 1

    def _send(self, data: bytes) -> None:
        if self._chan is not None and not self._chan.is_closing():
            self._chan.write(data)

    def _end(self) -> None:
        if self._chan is not None and not self._chan.is_closing():
            self._chan.exit(0)


class Server(asyncssh.SSHServer):
    """One connection to one device."""

    def __init__(self, device: JunosDevice, counters: Counters, peer: str) -> None:
        self.device, self.counters, self.peer = device, counters, peer
        self.user = ""
        self._conn: asyncssh.SSHServerConnection | None = None
        self._gone = asyncio.Event()

    def connection_made(self, conn: asyncssh.SSHServerConnection) -> None:
        """Keep the connection."""
        self._conn = conn
        self.counters.connections += 1

    def connection_lost(self, exc: Exception | None) -> None:
        """Let what waits for the client end."""
        del exc
        self._gone.set()

    def abort(self) -> None:
        """Reset the connection, as a device does that dies."""
        if self._conn is not None:
            self._conn.abort()

    def begin_auth(self, username: str) -> bool:
        """Ask for a password, after the login banner."""
        self.user = username
        message = self.device.tree.value("system", "login", "message")
        if message and self._conn is not None:
            self._conn.send_auth_banner(message.replace("\\n", "\r\n") + "\r\n")
        return True

    def password_auth_supported(self) -> bool:
        """Take passwords."""
        return True

    async def validate_password(self, username: str, password: str) -> bool:
        """Check against the users in the active configuration."""
        fault = self.device.faults.strike("login")
        if fault is not None:
            await self._strike(fault)
        right = self.device.opens(username, password)
        self.counters.refused += not right
        return right

    async def _strike(self, fault: Fault) -> None:
        if fault.kind == "slow":
            await asyncio.sleep(fault.seconds)
        elif fault.kind == "half_open":
            await self._gone.wait()
        else:
            if fault.kind == "reboot":
                self.device.reboot()
            self.abort()

    def kbdint_auth_supported(self) -> bool:
        """Take keyboard-interactive, as FreeBSD's sshd does."""
        return True

    def get_kbdint_challenge(self, username: str, lang: str, submethods: str) -> KbdIntChallenge:
        """Ask for the password."""
        self.user = username
        del lang, submethods
        return "", "", "", [("Password:", False)]

    async def validate_kbdint_response(self, username: str, responses: KbdIntResponse) -> bool:
        """Check the password."""
        return len(responses) == 1 and await self.validate_password(username, responses[0])

    def session_requested(self) -> Channel:
        """Open a channel."""
        return Channel(self)


class Door:
    """What takes a connection to a Junos device, once it is known which one is meant."""

    def __init__(self, seed: bytes, counters: Counters) -> None:
        self._seed, self._counters = seed, counters
        self._kept: OrderedDict[str, asyncssh.SSHServerConnectionOptions] = OrderedDict()

    async def __call__(self, connection: socket.socket, peer: str, device: JunosDevice) -> None:
        """Serve an accepted connection."""
        if await self._struck(device, connection):
            connection.close()
            return
        await asyncssh.run_server(connection, options=self._options(device, peer))

    async def _struck(self, device: JunosDevice, connection: socket.socket) -> bool:
        """Let a fault strike before a word is said; True when the connection is lost by it."""
        fault = device.faults.strike("connect")
        if fault is None:
            return False
        if fault.kind == "slow":
            await asyncio.sleep(fault.seconds)
            return False
        if fault.kind == "reboot":
            device.reboot()
        if fault.kind == "half_open":
            with contextlib.suppress(OSError):  # the client tires first
                while await asyncio.get_running_loop().sock_recv(connection, 4096):
                    pass
        else:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
        return True

    def _options(self, device: JunosDevice, peer: str) -> asyncssh.SSHServerConnectionOptions:
        """Return the device's SSH options, with its key, or another's."""
        name = f"impostor of {device.name}" if device.faults.standing("wrong_host_key") else device.name
        base = self._kept.pop(name, None) or self._base(name)
        self._kept[name] = base
        if len(self._kept) > _KEPT:
            self._kept.popitem(last=False)
        return asyncssh.SSHServerConnectionOptions(
            options=base, server_factory=lambda: Server(device, self._counters, peer)
        )

    def _base(self, name: str) -> asyncssh.SSHServerConnectionOptions:
        return asyncssh.SSHServerConnectionOptions(
            server_host_keys=[host_key(self._seed, name)],
            server_version="OpenSSH_7.5",
            login_timeout=_LOGIN_SECONDS,
            encoding=None,
            line_editor=False,
            compression_algs=None,
            gss_host=None,
            agent_forwarding=False,
        )
