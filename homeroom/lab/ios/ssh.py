"""SSH to an emulated IOS device: shells, single commands, files by SCP; faults strike at their steps.

Where a user may come from (`access-class`) and how often he may try (`login block-for`) is not emulated: everybody
comes from the loopback.
"""

# asyncssh's own types for channels are partly unknown to pyright
# pyright: reportUnknownMemberType=false

from __future__ import annotations

import asyncio
import codecs
import contextlib
import socket
import struct
from collections import OrderedDict
from collections.abc import Callable, Mapping
from typing import Final

import asyncssh
from asyncssh.auth import KbdIntChallenge, KbdIntResponse

from homeroom.lab import legacy, quiet, scp
from homeroom.lab.counters import Counters
from homeroom.lab.faults import Fault
from homeroom.lab.ios import auth
from homeroom.lab.ios.config import banners
from homeroom.lab.ios.device import IosDevice, Login
from homeroom.lab.ios.exec import grammar
from homeroom.lab.ios.session import Session
from homeroom.lab.ios.steps import step
from homeroom.lab.ios.terminal import Terminal
from homeroom.lab.keys import host_key

_LOGIN_SECONDS: Final = 120
_KEPT: Final = 2048
"""How many devices' SSH options are kept ready."""
_RESET: Final = struct.pack("ii", 1, 0)
"""SO_LINGER of no time: closing resets the connection."""


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


class Server(asyncssh.SSHServer):
    """One connection to one device."""

    def __init__(self, device: IosDevice, counters: Counters, peer: str) -> None:
        self.device, self.counters, self.peer = device, counters, peer
        self.user = ""
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
        """Ask for a password, after the login banner."""
        self.user = username
        text = banners(self.device.tree).get("login")
        if text and self._conn is not None:
            self._conn.send_auth_banner(text.replace("\n", "\r\n"))
        return True

    def password_auth_supported(self) -> bool:
        """Take passwords."""
        return True

    async def validate_password(self, username: str, password: str) -> bool:
        """Check against the users in the running configuration."""
        fault = self.device.faults.strike("login")
        if fault is not None:
            await self._strike(fault)
        right = auth.opens(self.device.tree, username, password) and not self.device.faults.standing("refuse_login")
        if not right:
            self.counters.refused += 1
            self.device.say(
                f"%SEC_LOGIN-4-LOGIN_FAILED: Login failed [user: {username}] [Source: {self.peer}] [localport: 22] "
                "[Reason: Login Authentication Failed]"
            )
        return right

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

    def kbdint_auth_supported(self) -> bool:
        """Take keyboard-interactive, as IOS does."""
        return True

    def get_kbdint_challenge(self, username: str, lang: str, submethods: str) -> KbdIntChallenge:
        """Ask for the password."""
        self.user = username
        del lang, submethods
        return "", "", "", [("Password: ", False)]

    async def validate_kbdint_response(self, username: str, responses: KbdIntResponse) -> bool:
        """Check the password."""
        return len(responses) == 1 and await self.validate_password(username, responses[0])

    def session_requested(self) -> Shell:
        """Open a channel."""
        return Shell(self)


class Door:
    """What takes a connection to an IOS device, once it is known which one is meant."""

    def __init__(self, seed: bytes, counters: Counters) -> None:
        self._seed, self._counters = seed, counters
        self._options: OrderedDict[str, asyncssh.SSHServerConnectionOptions] = OrderedDict()

    async def __call__(self, connection: socket.socket, peer: str, device: IosDevice) -> None:
        """Serve an accepted connection."""
        if await self._struck(device, connection):
            connection.close()
            return
        await quiet.serve(connection, self.option(device, peer))

    async def _struck(self, device: IosDevice, connection: socket.socket) -> bool:
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

    def option(self, device: IosDevice, peer: str) -> asyncssh.SSHServerConnectionOptions:
        """Return the device's SSH options, with its key, or an impostor's."""
        name = f"impostor of {device.name}" if device.faults.standing("wrong_host_key") else device.name
        base = self._options.pop(name, None)
        if base is None:
            keys = {"server_host_keys": [host_key(self._seed, name)]}
            base = asyncssh.SSHServerConnectionOptions(
                **{**keys, **legacy.options()},
                server_version="Cisco-1.25",
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
        return asyncssh.SSHServerConnectionOptions(
            options=base, server_factory=lambda: Server(device, self._counters, peer)
        )
