"""SSH to emulated OpenWrt devices, as dropbear on them speaks it: root with a password, commands, shells, SCP.

A `Door` takes one accepted connection from the socket that all platforms share (homeroom.lab.ssh.Front).
"""

# asyncssh's own types for channels are partly unknown to pyright
# pyright: reportUnknownMemberType=false

from __future__ import annotations

from collections.abc import Mapping

import asyncssh

from homeroom.lab import gate
from homeroom.lab.counters import Counters
from homeroom.lab.uci.device import UciDevice
from homeroom.lab.uci.session import Channel, channel


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


class Server(gate.Server[UciDevice]):
    """One connection to one device."""

    asks = ""

    def connection_made(self, conn: asyncssh.SSHServerConnection) -> None:
        """Keep the connection."""
        super().connection_made(conn)
        self.device.drops[self] = self.cut

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget the connection."""
        super().connection_lost(exc)
        self.device.drops.pop(self, None)

    def password_auth_supported(self) -> bool:
        """Take passwords, unless dropbear was told not to."""
        return self.device.view.passwords

    def opens(self, user: str, password: str) -> bool:
        """Check root's password; there is no other user."""
        return user == "root" and password == self.device.staged.password

    def refused(self, user: str) -> None:
        """Log it."""
        self.device.log.append(f"authpriv.warn dropbear: Bad password attempt for '{user}'\n")

    def session_requested(self) -> Session:
        """Open a channel."""
        return Session(self)


class Door(gate.Door[UciDevice]):
    """What takes a connection to an OpenWrt device, once it is known which one is meant."""

    version = "dropbear"

    def server(self, device: UciDevice, counters: Counters, peer: str) -> Server:
        """Make what serves one connection."""
        return Server(device, counters, peer)
