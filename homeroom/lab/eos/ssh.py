"""SSH to an emulated EOS device: a command line, or one command. Files go over the API; SCP is not emulated."""

# asyncssh's own types for channels are partly unknown to pyright
# pyright: reportUnknownMemberType=false

from __future__ import annotations

import codecs
from collections.abc import Mapping

import asyncssh

from homeroom.lab import gate
from homeroom.lab.counters import Counters
from homeroom.lab.eos import auth, view
from homeroom.lab.eos.cli import Struck
from homeroom.lab.eos.device import EosDevice
from homeroom.lab.eos.terminal import Session, Terminal


class Shell(asyncssh.SSHServerSession[bytes]):
    """One channel: a shell, or one command."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self._chan: asyncssh.SSHServerChannel[bytes] | None = None
        self._command: str | None = None
        self._terminal: Terminal | None = None
        self._decode = codecs.getincrementaldecoder("utf-8")("replace")

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
        """Grant a shell."""
        return True

    def exec_requested(self, command: str) -> bool:
        """Grant one command."""
        self._command = command
        return True

    def session_started(self) -> None:
        """Begin what was asked for."""
        server = self._server
        session = Session(server.device, server.user)
        if self._command is None:
            self._terminal = Terminal(session, self._write, self._exit, server.cut)
            self._terminal.start(view.banner(server.device.tree, "motd"))
            return
        server.counters.commands += 1
        try:
            self._write(session.run(self._command).replace("\n", "\r\n"))
        except Struck:
            server.cut()
        else:
            self._exit()

    def data_received(self, data: bytes, datatype: asyncssh.DataType) -> None:
        """Take what the client sends."""
        if self._terminal is not None and datatype is None:
            self._server.counters.commands += data.count(b"\r") or data.count(b"\n")
            self._terminal.feed(self._decode.decode(data))

    def eof_received(self) -> bool:
        """End the channel: the client has no more to say."""
        self._exit()
        return False

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget the channel."""
        self._chan = None
        if exc is not None:
            self._server.counters.lost += 1

    def _write(self, text: str) -> None:
        if self._chan is not None and not self._chan.is_closing():
            self._chan.write(text.encode())

    def _exit(self) -> None:
        if self._chan is not None and not self._chan.is_closing():
            self._chan.exit(0)


class Server(gate.Server[EosDevice]):
    """One connection to one device."""

    def connection_made(self, conn: asyncssh.SSHServerConnection) -> None:
        """Keep the connection."""
        super().connection_made(conn)
        self.device.drops[self] = self.cut

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget the connection."""
        super().connection_lost(exc)
        self.device.drops.pop(self, None)

    def banner(self) -> str:
        """Return `banner login`."""
        return view.banner(self.device.tree, "login")

    def opens(self, user: str, password: str) -> bool:
        """Check against the users in the running configuration."""
        return auth.opens(self.device.tree, user, password)

    def session_requested(self) -> Shell:
        """Open a channel."""
        return Shell(self)


class Door(gate.Door[EosDevice]):
    """What takes a connection to an EOS device, once it is known which one is meant."""

    version = "OpenSSH_8.7"

    def server(self, device: EosDevice, counters: Counters, peer: str) -> Server:
        """Make what serves one connection."""
        return Server(device, counters, peer)
