"""The SSH server that emulated devices share: who is let in, and the faults that strike before a session begins.

A platform's own file beside it (lab/ios/ssh.py, ...) says whose password is right, and what a channel is.
"""

# asyncssh's own types for its options are partly unknown to pyright
# pyright: reportUnknownMemberType=false

from __future__ import annotations

import asyncio
import contextlib
import socket
import struct
from abc import abstractmethod
from collections import OrderedDict
from collections.abc import Mapping
from typing import Any, Final, Generic, Protocol, TypeVar

import asyncssh
from asyncssh.auth import KbdIntChallenge, KbdIntResponse

from homeroom.lab.counters import Counters
from homeroom.lab.faults import Fault, Faults
from homeroom.lab.keys import host_key

_LOGIN_SECONDS: Final = 120
_KEPT: Final = 2048
"""How many devices' SSH options are kept ready."""
_RESET: Final = struct.pack("ii", 1, 0)
"""SO_LINGER of no time: closing resets the connection."""


class Guarded(Protocol):
    """A device with a way in."""

    @property
    def name(self) -> str:
        """Return its name, which its host key follows from."""
        ...

    @property
    def faults(self) -> Faults:
        """Return what is broken on it."""
        ...

    def reboot(self) -> None:
        """Start again."""
        ...


_D = TypeVar("_D", bound=Guarded)


class Server(asyncssh.SSHServer, Generic[_D]):
    """One connection to one device."""

    asks = "Password: "
    """What keyboard-interactive asks; empty: the platform has none."""

    def __init__(self, device: _D, counters: Counters, peer: str) -> None:
        self.device, self.counters, self.peer = device, counters, peer
        self.user = ""
        self._gone = asyncio.Event()
        self._conn: asyncssh.SSHServerConnection | None = None

    @abstractmethod
    def opens(self, user: str, password: str) -> bool:
        """Tell whether a password is right."""

    def banner(self) -> str:
        """Return what is shown before the login."""
        return ""

    def refused(self, user: str) -> None:
        """Note on the device that somebody was refused."""

    def connection_made(self, conn: asyncssh.SSHServerConnection) -> None:
        """Keep the connection."""
        self._conn = conn
        self.counters.connections += 1

    def connection_lost(self, exc: Exception | None) -> None:
        """Let what waits for the client end."""
        del exc
        self._gone.set()

    def cut(self) -> None:
        """Reset the connection."""
        if self._conn is not None:
            self._conn.abort()

    def begin_auth(self, username: str) -> bool:
        """Ask for a password, after the login banner."""
        self.user = username
        text = self.banner()
        if text and self._conn is not None:
            self._conn.send_auth_banner(text.replace("\n", "\r\n"))
        return True

    def password_auth_supported(self) -> bool:
        """Take passwords."""
        return True

    async def validate_password(self, username: str, password: str) -> bool:
        """Check a password, as far as a fault lets it."""
        fault = self.device.faults.strike("login")
        if fault is not None:
            await self._strike(fault)
        right = self.opens(username, password) and not self.device.faults.standing("refuse_login")
        if not right:
            self.counters.refused += 1
            self.refused(username)
        return right

    async def _strike(self, fault: Fault) -> None:
        if fault.kind == "slow":
            await asyncio.sleep(fault.seconds)
        elif fault.kind == "half_open":
            await self._gone.wait()
        else:
            if fault.kind == "reboot":
                self.device.reboot()
            self.cut()

    def kbdint_auth_supported(self) -> bool:
        """Take keyboard-interactive where the platform does."""
        return bool(self.asks)

    def get_kbdint_challenge(self, username: str, lang: str, submethods: str) -> KbdIntChallenge:
        """Ask for the password."""
        self.user = username
        del lang, submethods
        return "", "", "", [(self.asks, False)]

    async def validate_kbdint_response(self, username: str, responses: KbdIntResponse) -> bool:
        """Check the password."""
        return len(responses) == 1 and await self.validate_password(username, responses[0])


class Door(Generic[_D]):
    """What takes a connection to a platform's devices, once it is known which one is meant."""

    version: str
    """What the server calls itself."""

    def __init__(self, seed: bytes, counters: Counters) -> None:
        self._seed, self._counters = seed, counters
        self._options: OrderedDict[str, asyncssh.SSHServerConnectionOptions] = OrderedDict()

    @abstractmethod
    def server(self, device: _D, counters: Counters, peer: str) -> Server[_D]:
        """Make what serves one connection."""

    def more(self) -> Mapping[str, Any]:
        """Return SSH options of the platform's own."""
        return {}

    async def __call__(self, connection: socket.socket, peer: str, device: _D) -> None:
        """Serve an accepted connection."""
        if await struck(device, connection):
            connection.close()
            return
        await self.serve(connection, self.option(device, peer))

    async def serve(self, connection: socket.socket, options: asyncssh.SSHServerConnectionOptions) -> None:
        """Speak SSH."""
        await asyncssh.run_server(connection, options=options)

    def option(self, device: _D, peer: str) -> asyncssh.SSHServerConnectionOptions:
        """Return the device's SSH options, with its key, or an impostor's."""
        name = f"impostor of {device.name}" if device.faults.standing("wrong_host_key") else device.name
        self._options[name] = base = self._options.pop(name, None) or self._base(name)
        if len(self._options) > _KEPT:
            self._options.popitem(last=False)
        return asyncssh.SSHServerConnectionOptions(
            options=base, server_factory=lambda: self.server(device, self._counters, peer)
        )

    def _base(self, name: str) -> asyncssh.SSHServerConnectionOptions:
        keys = {"server_host_keys": [host_key(self._seed, name)]}
        return asyncssh.SSHServerConnectionOptions(
            **{**keys, **self.more()},
            server_version=self.version,
            login_timeout=_LOGIN_SECONDS,
            encoding=None,
            line_editor=False,
            compression_algs=None,
            gss_host=None,
            agent_forwarding=False,
        )


async def struck(device: Guarded, connection: socket.socket) -> bool:
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
