"""SSH to an emulated Junos device: NETCONF as a subsystem, and a command line; faults strike at their steps."""

# asyncssh's own types for channels are partly unknown to pyright
# pyright: reportUnknownMemberType=false

from __future__ import annotations

import asyncio
from collections.abc import Mapping

import asyncssh

from homeroom.lab import gate
from homeroom.lab.counters import Counters
from homeroom.lab.junos.device import JunosDevice
from homeroom.lab.junos.netconf import Session
from homeroom.lab.junos.records import Client
from homeroom.lab.junos.terminal import Terminal


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
        self._client = device.login(server.user, server.peer, "netconf" if kind == "netconf" else "cli", server.cut)
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


class Server(gate.Server[JunosDevice]):
    """One connection to one device."""

    asks = "Password:"

    def banner(self) -> str:
        """Return `system login message`."""
        message = self.device.tree.value("system", "login", "message")
        return message.replace("\\n", "\n") + "\n" if message else ""

    def opens(self, user: str, password: str) -> bool:
        """Check against the users in the active configuration."""
        return self.device.opens(user, password)

    def session_requested(self) -> Channel:
        """Open a channel."""
        return Channel(self)


class Door(gate.Door[JunosDevice]):
    """What takes a connection to a Junos device, once it is known which one is meant."""

    version = "OpenSSH_7.5"

    def server(self, device: JunosDevice, counters: Counters, peer: str) -> Server:
        """Make what serves one connection."""
        return Server(device, counters, peer)
