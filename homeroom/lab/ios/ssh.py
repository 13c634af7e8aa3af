"""SSH to an emulated IOS device: shells, single commands, files by SCP; faults strike at their steps.

Where a user may come from (`access-class`) and how often he may try (`login block-for`) is not emulated: everybody
comes from the loopback.
"""

# asyncssh's own types for channels are partly unknown to pyright
# pyright: reportUnknownMemberType=false

from __future__ import annotations

import codecs
import socket
from collections.abc import Callable, Mapping
from typing import Any

import asyncssh

from homeroom.lab import gate, legacy, quiet, scp
from homeroom.lab.counters import Counters
from homeroom.lab.faults import Fault
from homeroom.lab.ios import auth
from homeroom.lab.ios.config import banners
from homeroom.lab.ios.device import IosDevice, Login
from homeroom.lab.ios.exec import grammar
from homeroom.lab.ios.session import Session
from homeroom.lab.ios.steps import step
from homeroom.lab.terminal import Terminal


class Shell(asyncssh.SSHServerSession[bytes]):
    """One channel: a shell, one command, or a file transfer."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self._chan: asyncssh.SSHServerChannel[bytes] | None = None
        self._command: str | None = None
        self._login: Login | None = None
        self._terminal: Terminal | None = None
        self._transfer: scp.Transfer | None = None
        self._fault: Fault | None = None
        self._mute = False
        self._decode = codecs.getincrementaldecoder("utf-8")("replace")  # a letter may come in two packets

    def connection_made(self, chan: asyncssh.SSHServerChannel[bytes]) -> None:
        """Keep the channel."""
        self._chan = chan

    def pty_requested(
        self, term_type: str, term_size: tuple[int, int, int, int], term_modes: Mapping[int, int]
    ) -> bool:
        """Grant a terminal: IOS always has one."""
        del term_type, term_size, term_modes
        return True

    def shell_requested(self) -> bool:
        """Grant a shell."""
        return True

    def exec_requested(self, command: str) -> bool:
        """Grant one command."""
        self._command = command
        return True

    def subsystem_requested(self, subsystem: str) -> bool:
        """Refuse: IOS has no SFTP server; NETCONF is off."""
        return not subsystem

    def session_started(self) -> None:
        """Begin what was asked for."""
        server, device = self._server, self._server.device
        self._login = device.login(server.user, server.peer)
        session = Session(device, self._login, grammar())
        if self._command is None:
            self._terminal = Terminal(session, self._write, lambda: self._exit(0), server.cut)
            texts = banners(device.tree)
            self._terminal.start(texts.get("motd", "") + texts.get("exec", ""))
            return
        what = scp.request(self._command)
        server.counters.commands += 1
        if what is None:
            self._once(session, self._command)
        elif not device.tree.has("ip scp server enable"):
            self._send(b"\x01Administratively disabled.\n")
            self._exit(1)
        else:
            server.counters.transfers += 1
            self._fault = device.faults.strike("load") if what.sink else None
            if self._early():
                self._break()
                return
            self._transfer = scp.Transfer(what, self, self._send, self._sent)
            self._transfer.start()

    def _early(self) -> bool:
        """Tell whether a fault strikes before its step took effect."""
        fault = self._fault
        return fault is not None and not fault.late and fault.kind in {"cut", "reboot"}

    def _once(self, session: Session, command: str) -> None:
        """Run one command on the exec channel."""
        where = step(command)
        self._fault = self._server.device.faults.strike(where) if where else None
        if self._early():
            self._break()
            return
        answer = session.run(command).replace("\n", "\r\n")

        def tell() -> None:
            self._write(answer)
            self._exit(0)

        self._after(tell)

    def _after(self, tell: Callable[[], None]) -> None:
        """Answer, as far as a fault lets it."""
        fault = self._fault
        if fault is None:
            tell()
        elif fault.kind == "slow":
            self._server.device.later(fault.seconds, tell)
        elif fault.kind != "half_open":
            self._break()

    def _break(self) -> None:
        """Let a cut or a reboot strike."""
        if self._fault is not None and self._fault.kind == "reboot":
            self._server.device.reboot()
        self._server.cut()

    def read(self, path: str) -> bytes | None:
        """Read a file for a transfer."""
        return self._server.device.read(path)

    def write(self, path: str, data: bytes) -> None:
        """Write a file that was transferred; a late fault strikes before the client hears of it."""
        self._server.device.write(path, data)
        if self._fault is not None and self._fault.kind in {"cut", "reboot"}:
            self._break()
        self._mute = self._fault is not None and self._fault.kind == "half_open"

    def _sent(self, status: int) -> None:
        """End a transfer."""
        self._after(lambda: self._exit(status))

    def data_received(self, data: bytes, datatype: asyncssh.DataType) -> None:
        """Take what the client sends."""
        if self._transfer is not None:
            self._transfer.feed(data)
        elif self._terminal is not None and datatype is None:
            self._server.counters.commands += data.count(b"\r") or data.count(b"\n")
            self._terminal.feed(self._decode.decode(data))

    def eof_received(self) -> bool:
        """End the transfer or the channel: the client has no more to say."""
        if self._transfer is not None:
            self._transfer.end()
            return True  # a fault may hold the end of it back
        self._exit(0)
        return False

    def connection_lost(self, exc: Exception | None) -> None:
        """Free the line."""
        self._chan = None
        if self._login is not None:
            self._server.device.logout(self._login)
            self._login = None
        if exc is not None:
            self._server.counters.lost += 1

    def _write(self, text: str) -> None:
        self._send(text.encode())

    def _send(self, data: bytes) -> None:
        if self._chan is not None and not self._chan.is_closing() and not self._mute:
            self._chan.write(data)

    def _exit(self, status: int) -> None:
        if self._chan is not None and not self._chan.is_closing():
            self._chan.exit(status)


class Server(gate.Server[IosDevice]):
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
        return banners(self.device.tree).get("login", "")

    def opens(self, user: str, password: str) -> bool:
        """Check against the users in the running configuration."""
        return auth.opens(self.device.tree, user, password)

    def refused(self, user: str) -> None:
        """Log it."""
        self.device.say(
            f"%SEC_LOGIN-4-LOGIN_FAILED: Login failed [user: {user}] [Source: {self.peer}] [localport: 22] "
            "[Reason: Login Authentication Failed]"
        )

    def session_requested(self) -> Shell:
        """Open a channel."""
        return Shell(self)


class Door(gate.Door[IosDevice]):
    """What takes a connection to an IOS device, once it is known which one is meant."""

    version = "Cisco-1.25"

    def server(self, device: IosDevice, counters: Counters, peer: str) -> Server:
        """Make what serves one connection."""
        return Server(device, counters, peer)

    def more(self) -> Mapping[str, Any]:
        """Speak as older images do, where that was asked for."""
        return legacy.options()

    async def serve(self, connection: socket.socket, options: asyncssh.SSHServerConnectionOptions) -> None:
        """Speak SSH without the packets that IOS does not send."""
        await quiet.serve(connection, options)
