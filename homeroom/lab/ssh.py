"""SSH for the whole fleet on one socket: the destination address chooses the device, and with it the host key.

Connections are accepted here and handed to asyncssh one by one, because each device has a key of its own. Where a
user may come from (`access-class`) and how often he may try (`login block-for`) is not emulated: everybody comes from
the loopback.
"""

# asyncssh's own types for channels are partly unknown to pyright
# pyright: reportUnknownMemberType=false

from __future__ import annotations

import asyncio
import codecs
import socket
from collections import OrderedDict
from collections.abc import Callable, Mapping
from typing import Final

import asyncssh
from asyncssh.auth import KbdIntChallenge, KbdIntResponse

from homeroom.lab import scp
from homeroom.lab.counters import Counters
from homeroom.lab.ios import auth
from homeroom.lab.ios.config import banners
from homeroom.lab.ios.device import IosDevice, Login
from homeroom.lab.ios.exec import grammar
from homeroom.lab.ios.session import Session
from homeroom.lab.ios.terminal import Terminal
from homeroom.lab.keys import host_key

_BACKLOG: Final = 4096
_LOGIN_SECONDS: Final = 120
_PAUSE: Final = 0.05
_KEPT: Final = 2048
"""How many devices' SSH options are kept ready."""


class Shell(asyncssh.SSHServerSession[bytes]):
    """One channel: a shell, one command, or a file transfer."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self._chan: asyncssh.SSHServerChannel[bytes] | None = None
        self._command: str | None = None
        self._login: Login | None = None
        self._terminal: Terminal | None = None
        self._transfer: scp.Transfer | None = None
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
            self._terminal = Terminal(session, self._write, lambda: self._exit(0))
            texts = banners(device.tree)
            self._terminal.start(texts.get("motd", "") + texts.get("exec", ""))
            return
        what = scp.request(self._command)
        server.counters.commands += 1
        if what is None:
            answer = session.run(self._command)
            self._write(answer.replace("\n", "\r\n"))
            self._exit(0)
        elif not device.tree.has("ip scp server enable"):
            self._send(b"\x01Administratively disabled.\n")
            self._exit(1)
        else:
            server.counters.transfers += 1
            self._transfer = scp.Transfer(what, device, self._send, self._exit)
            self._transfer.start()

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
        else:
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
        if self._chan is not None and not self._chan.is_closing():
            self._chan.write(data)

    def _exit(self, status: int) -> None:
        if self._chan is not None and not self._chan.is_closing():
            self._chan.exit(status)


class Server(asyncssh.SSHServer):
    """One connection to one device."""

    def __init__(self, device: IosDevice, counters: Counters, peer: str) -> None:
        self.device, self.counters, self.peer = device, counters, peer
        self.user = ""
        self._conn: asyncssh.SSHServerConnection | None = None

    def connection_made(self, conn: asyncssh.SSHServerConnection) -> None:
        """Keep the connection."""
        self._conn = conn
        self.counters.connections += 1

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

    def validate_password(self, username: str, password: str) -> bool:
        """Check against the users in the running configuration."""
        right = auth.opens(self.device.tree, username, password)
        if not right:
            self.counters.refused += 1
            self.device.say(
                f"%SEC_LOGIN-4-LOGIN_FAILED: Login failed [user: {username}] [Source: {self.peer}] [localport: 22] "
                "[Reason: Login Authentication Failed]"
            )
        return right

    def kbdint_auth_supported(self) -> bool:
        """Take keyboard-interactive, as IOS does."""
        return True

    def get_kbdint_challenge(self, username: str, lang: str, submethods: str) -> KbdIntChallenge:
        """Ask for the password."""
        self.user = username
        del lang, submethods
        return "", "", "", [("Password: ", False)]

    def validate_kbdint_response(self, username: str, responses: KbdIntResponse) -> bool:
        """Check the password."""
        return len(responses) == 1 and self.validate_password(username, responses[0])

    def session_requested(self) -> Shell:
        """Open a channel."""
        return Shell(self)


class Front:
    """The listening socket. `find` gives the device behind an address that has SSH; None refuses the connection."""

    def __init__(self, find: Callable[[str], IosDevice | None], seed: bytes, counters: Counters) -> None:
        self._find, self._seed, self._counters = find, seed, counters
        self._options: OrderedDict[str, asyncssh.SSHServerConnectionOptions] = OrderedDict()
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
        device = self._find(connection.getsockname()[0])
        if device is None:
            connection.close()
            return
        try:
            options = self._option(device, peer)
            await asyncssh.run_server(connection, options=options)
        except (OSError, asyncssh.Error):
            self._counters.lost += 1

    def _option(self, device: IosDevice, peer: str) -> asyncssh.SSHServerConnectionOptions:
        """Return the device's SSH options, with its key."""
        base = self._options.pop(device.name, None)
        if base is None:
            base = asyncssh.SSHServerConnectionOptions(
                server_host_keys=[host_key(self._seed, device.name)],
                server_version="Cisco-1.25",
                login_timeout=_LOGIN_SECONDS,
                encoding=None,
                line_editor=False,
                compression_algs=None,
                gss_host=None,
                agent_forwarding=False,
            )
        self._options[device.name] = base
        if len(self._options) > _KEPT:
            self._options.popitem(last=False)
        return asyncssh.SSHServerConnectionOptions(
            options=base, server_factory=lambda: Server(device, self._counters, peer)
        )


def listener(port: int) -> socket.socket:
    """Open one TCP socket for all of 127.0.0.0/8, unprivileged: bound to every address, and to the loopback device."""
    sock = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    try:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_BINDTODEVICE, b"lo\0")
        sock.bind(("0.0.0.0", port))  # noqa: S104 -- only the loopback device hears it
        sock.listen(_BACKLOG)
    except OSError:
        sock.close()
        raise
    sock.settimeout(0)
    return sock
