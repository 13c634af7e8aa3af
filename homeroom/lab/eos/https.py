"""HTTPS for the whole fleet on one socket: the destination address chooses the device, and with it the certificate.

A small HTTP/1.1 server of our own: one POST at a time, keep-alive, Content-Length; a connection that is idle costs
its buffers only. Basic authentication with each request, as eAPI's clients send it.

Source: RFC 9112; what pyeapi (http.client) and Ansible (urllib) send; Arista eAPI's 401.
"""

from __future__ import annotations

import asyncio
import base64
import binascii
import socket
import ssl
from collections import OrderedDict
from collections.abc import Callable
from typing import Final

from homeroom.lab.counters import Counters
from homeroom.lab.eos import auth, view
from homeroom.lab.eos.api import Reply, answer
from homeroom.lab.eos.certificate import context
from homeroom.lab.eos.device import EosDevice
from homeroom.lab.faults import Fault
from homeroom.lab.gate import struck

_PATH: Final = "/command-api"
_IDLE: Final = 75
_PAUSE: Final = 0.05
_LARGEST: Final = 16 * 1024 * 1024
_HEAD: Final = 64 * 1024
_KEPT: Final = 512
"""How many devices' TLS contexts are kept ready."""
_REASONS: Final = {200: "OK", 400: "Bad Request", 401: "Unauthorized", 404: "Not Found", 405: "Not Allowed"}


class Connection(asyncio.Protocol):
    """One client's connection to one device."""

    def __init__(self, device: EosDevice, counters: Counters) -> None:
        self._device, self._counters = device, counters
        self._transport: asyncio.Transport | None = None
        self._buffer = bytearray()
        self._idle: asyncio.TimerHandle | None = None
        self._busy = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the transport."""
        assert isinstance(transport, asyncio.Transport)  # noqa: S101 -- asyncio gives a stream protocol no other
        self._transport = transport
        self._device.drops[self] = self._abort
        self._counters.connections += 1
        self._wait()

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget the connection."""
        self._transport = None
        self._device.drops.pop(self, None)
        if self._idle is not None:
            self._idle.cancel()
        if exc is not None:
            self._counters.lost += 1

    def data_received(self, data: bytes) -> None:
        """Take what came, and answer every whole request in it."""
        self._buffer += data
        self._wait()
        if not self._busy:
            self._next()

    def _wait(self) -> None:
        if self._idle is not None:
            self._idle.cancel()
        self._idle = asyncio.get_running_loop().call_later(_IDLE, self.close)

    def close(self) -> None:
        """Hang up when nobody asks any more."""
        if self._transport is not None:
            self._transport.close()

    def _next(self) -> None:
        """Answer the first request in the buffer if it is whole."""
        end = self._buffer.find(b"\r\n\r\n")
        if end < 0:
            if len(self._buffer) > _HEAD:
                self._send(400, b"", close=True)
            return
        line, headers = _head(bytes(self._buffer[:end]))
        length = headers.get("content-length", "0")
        if not length.isdecimal() or len(length) > 9 or int(length) > _LARGEST or "transfer-encoding" in headers:
            self._send(400, b"", close=True)
            return
        whole = end + 4 + int(length)
        if len(self._buffer) < whole:
            return
        body = bytes(self._buffer[end + 4 : whole])
        del self._buffer[:whole]
        self._answer(line, headers, body)

    def _answer(self, line: str, headers: dict[str, str], body: bytes) -> None:
        method, _, rest = line.partition(" ")
        path = rest.partition(" ")[0].partition("?")[0]
        close = headers.get("connection", "").lower() == "close"
        if path.rstrip("/") != _PATH:
            self._send(404, b"Not found\n", close=close)
        elif method != "POST":
            self._send(405, b"Only POST is supported\n", close=close)
        else:
            self._command(headers, body, close=close)

    def _command(self, headers: dict[str, str], body: bytes, *, close: bool) -> None:
        """Log in and run."""
        device = self._device
        fault = device.faults.strike("login")
        if fault is not None and fault.kind == "reboot":
            device.reboot()
        if fault is not None and fault.kind in {"cut", "reboot"}:
            self._abort()
            return
        user = _login(device, headers.get("authorization", ""))
        if user is None:
            self._counters.refused += 1
            self._send(401, b"Unable to authenticate user: Bad username/password combination\n", close=close)
            return
        self._counters.commands += 1
        self._deliver(_with(answer(device, user, body), fault), close=close)

    def _deliver(self, reply: Reply, *, close: bool) -> None:
        """Send a reply: now, later, or never."""
        self._busy = True
        if reply.silent:
            return
        if reply.delay:
            asyncio.get_running_loop().call_later(reply.delay, self._finish, reply.body, close)
        else:
            self._finish(reply.body, close)

    def _finish(self, body: bytes | None, close: bool) -> None:  # noqa: FBT001 -- call_later passes it so
        self._busy = False
        if body is None:
            self._abort()
        else:
            self._send(200, body, close=close)

    def _send(self, status: int, body: bytes, *, close: bool) -> None:
        if self._transport is None:
            return
        kind = "application/json" if status == 200 else "text/plain"
        extra = 'WWW-Authenticate: Basic realm="COMMAND_API_AUTH"\r\n' if status == 401 else ""
        head = (
            f"HTTP/1.1 {status} {_REASONS[status]}\r\nServer: nginx\r\nContent-Type: {kind}\r\n{extra}"
            f"Content-Length: {len(body)}\r\nConnection: {'close' if close else 'keep-alive'}\r\n\r\n"
        )
        self._transport.write(head.encode() + body)
        if close:
            self._transport.close()
        elif self._buffer:
            self._next()

    def _abort(self) -> None:
        if self._transport is not None:
            self._transport.abort()


def _with(reply: Reply, fault: Fault | None) -> Reply:
    """Delay or swallow a reply as the fault at the login wants it."""
    if fault is None:
        return reply
    return Reply(reply.body, reply.delay + fault.seconds, silent=reply.silent or fault.kind == "half_open")


def _head(data: bytes) -> tuple[str, dict[str, str]]:
    line, *rest = data.decode("latin-1").split("\r\n")
    pairs = (header.partition(":") for header in rest)
    return line, {name.strip().lower(): value.strip() for name, _, value in pairs}


def _login(device: EosDevice, header: str) -> str | None:
    """Return who logs in; None when the password is wrong."""
    scheme, _, token = header.partition(" ")
    try:
        user, _, password = base64.b64decode(token, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return None
    right = scheme.lower() == "basic" and auth.opens(device.tree, user, password)
    return user if right and not device.faults.standing("refuse_login") else None


class Front:
    """The listening socket. `find` gives the EOS device behind an address; None refuses the connection."""

    def __init__(self, find: Callable[[str], EosDevice | None], seed: bytes, counters: Counters) -> None:
        self._find, self._seed, self._counters = find, seed, counters
        self._contexts: OrderedDict[str, ssl.SSLContext] = OrderedDict()
        self._tasks: set[asyncio.Task[None]] = set()

    async def serve(self, listener: socket.socket) -> None:
        """Accept for ever."""
        loop = asyncio.get_running_loop()
        while True:
            try:
                connection, _ = await loop.sock_accept(listener)
            except OSError:  # out of file descriptors, or the client is gone already
                await asyncio.sleep(_PAUSE)
                continue
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            task = asyncio.create_task(self._one(connection))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _one(self, connection: socket.socket) -> None:
        """Serve one connection; a client that breaks off or talks nonsense costs only itself."""
        device = self._find(connection.getsockname()[0])
        if device is None or not await self._admit(device, connection):
            connection.close()
            return
        try:
            await asyncio.get_running_loop().connect_accepted_socket(
                lambda: Connection(device, self._counters), connection, ssl=self._context(device)
            )
        except OSError:
            self._counters.lost += 1

    async def _admit(self, device: EosDevice, connection: socket.socket) -> bool:
        """Tell whether the device answers at all: its API is on, and no fault keeps it from that."""
        if device.faults.standing("offline") or not view.api(device.tree):
            return False
        return not await struck(device, connection)

    def _context(self, device: EosDevice) -> ssl.SSLContext:
        name = f"{device.name} impostor" if device.faults.standing("wrong_host_key") else device.name
        found = self._contexts.pop(name, None) or context(self._seed, name)
        self._contexts[name] = found
        if len(self._contexts) > _KEPT:
            self._contexts.popitem(last=False)
        return found
