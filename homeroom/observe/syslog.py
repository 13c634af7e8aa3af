"""Syslog received: UDP (RFC 5426), TCP (RFC 6587, both framings) and TLS (RFC 5425), each within bounds.

Nothing here knows what a message means. A datagram's source is a claim that anybody on the way can make; a
connection's is not.
"""

from __future__ import annotations

import asyncio
import errno
import socket
import ssl
from collections import Counter, deque
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from typing import Final

from homeroom.errors import Malformed, UsageError
from homeroom.observe.framing import LONGEST, Framer
from homeroom.observe.listening import SyslogPorts
from homeroom.project import Project

_TURN: Final = 128
"""Datagrams that are read before others have their turn."""
_BUFFER: Final = 16_384
_RECEIVE: Final = 8 << 20
_FAMILIES: Final = {4: socket.AF_INET, 6: socket.AF_INET6}
_ABSENT: Final = frozenset({errno.EAFNOSUPPORT, errno.EADDRNOTAVAIL})

Take = Callable[[bytes, str], None]
"""Takes a message, and the address that it came from."""


@dataclass(slots=True)
class _House:
    """What all connections share."""

    take: Take
    knows: Callable[[str], bool]
    counted: Counter[str]
    ports: SyslogPorts
    inside: dict[str, deque[_Stream]] = field(default_factory=dict[str, deque["_Stream"]])
    open: int = 0

    def enter(self, stream: _Stream) -> bool:
        """Let a connection in, or not: strangers have no place, and of one address the oldest gives way."""
        if not self.knows(stream.address) or self.open >= self.ports.connections:
            self.counted["stranger" if not self.knows(stream.address) else "turned_away"] += 1
            return False
        mine = self.inside.setdefault(stream.address, deque())
        mine.append(stream)
        self.open += 1
        if len(mine) > self.ports.from_one:
            self.counted["turned_away"] += 1
            mine[0].close()
        return True

    def leave(self, stream: _Stream) -> None:
        """Forget a connection."""
        mine = self.inside.get(stream.address)
        if mine and stream in mine:
            mine.remove(stream)
            self.open -= 1
            if not mine:
                del self.inside[stream.address]

    def close(self) -> None:
        """End every connection."""
        for stream in [one for mine in self.inside.values() for one in mine]:
            stream.close()


class _Stream(asyncio.BufferedProtocol):
    """One connection. It reads little at a time: nobody holds up the others."""

    def __init__(self, house: _House) -> None:
        self._house = house
        self._framer = Framer()
        self._buffer = memoryview(b"")
        self._transport: asyncio.BaseTransport | None = None
        self.address = ""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport
        self.address = plain(transport.get_extra_info("peername"))
        sock = transport.get_extra_info("socket")
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
        if self._house.enter(self):
            self._buffer = memoryview(bytearray(_BUFFER))
        else:
            self._buffer = memoryview(bytearray(1))
            self.close()

    def get_buffer(self, sizehint: int) -> memoryview:  # noqa: ARG002 -- asyncio's name
        return self._buffer

    def buffer_updated(self, nbytes: int) -> None:
        house, framer, before = self._house, self._framer, self._framer.cut
        try:
            found = framer.feed(self._buffer[:nbytes])
        except Malformed:
            house.counted["malformed"] += 1
            self.close()
            return
        house.counted["cut"] += framer.cut - before
        for message in found:
            house.take(message, self.address)

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 -- asyncio's name
        self._house.leave(self)

    def close(self) -> None:
        """End it at once: what is on its way is lost, as with any receiver that goes."""
        self._house.leave(self)
        if isinstance(self._transport, asyncio.WriteTransport):
            self._transport.abort()


def plain(peer: Sequence[object] | None) -> str:
    """Return the address of a socket's peer as inventories write it: without zone, IPv4 as IPv4."""
    address = str(peer[0]).partition("%")[0] if peer else ""
    return address.removeprefix("::ffff:") if "." in address else address


@asynccontextmanager
async def listening(
    project: Project, ports: SyslogPorts, take: Take, knows: Callable[[str], bool], counted: Counter[str]
) -> AsyncGenerator[tuple[tuple[str, int], ...]]:
    """Listen while the body runs; yield the addresses and ports that are open. Raises UsageError for one that is not.

    `knows` tells whose connections are let in; every message is handed to `take`, whoever sent it.
    """
    loop = asyncio.get_running_loop()
    secure = _secure(project, ports) if ports.tls else None
    house = _House(take, knows, counted, ports)
    opened: list[tuple[str, int]] = []
    async with AsyncExitStack() as stack:
        stack.callback(house.close)
        for address in ports.listen:
            for kind, port, context in (("udp", ports.udp, None), ("tcp", ports.tcp, None), ("tls", ports.tls, secure)):
                sock = bound(address, port, stream=kind != "udp") if port else None
                if sock is None:
                    continue
                stack.callback(sock.close)
                opened.append((kind, port))
                if kind == "udp":
                    loop.add_reader(sock, _drain, sock, take)
                    stack.callback(loop.remove_reader, sock)
                else:
                    server = await loop.create_server(lambda: _Stream(house), sock=sock, ssl=context, backlog=256)
                    stack.callback(server.close)
        yield tuple(opened)


def _drain(sock: socket.socket, take: Take) -> None:
    """Read what has come in, some at a time."""
    for _ in range(_TURN):
        try:
            data, peer = sock.recvfrom(LONGEST)
        except (BlockingIOError, InterruptedError):
            return
        except OSError:
            continue  # an ICMP error of something that was never sent
        take(data, plain(peer))


def bound(address: str, port: int, *, stream: bool) -> socket.socket | None:
    """Open a socket; None for `::` or `0.0.0.0` of a family that this machine has not. Raises UsageError."""
    family = _FAMILIES[6 if ":" in address else 4]
    sock: socket.socket | None = None
    try:
        sock = socket.socket(family, socket.SOCK_STREAM if stream else socket.SOCK_DGRAM)
        sock.setblocking(False)  # noqa: FBT003 -- socket's own
        if family == socket.AF_INET6:
            sock.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        if stream:
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        else:
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _RECEIVE)
        sock.bind((address, port))
    except OSError as error:
        if sock is not None:
            sock.close()
        if error.errno in _ABSENT and address in {"::", "0.0.0.0"}:  # noqa: S104 -- compared, not opened
            return None
        what = f"{'TCP' if stream else 'UDP'} port {port} of {address} cannot be listened on"
        raise UsageError(f"{what}: {error.strerror or error}; choose another in inventory/observe.yaml") from error
    return sock


def _secure(project: Project, ports: SyslogPorts) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    try:
        context.load_cert_chain(project.root / ports.certificate, project.root / ports.key)
        if ports.ca:
            context.load_verify_locations(project.root / ports.ca)
            context.verify_mode = ssl.CERT_REQUIRED
    except OSError as error:
        raise UsageError(
            f"syslog's TLS files cannot be read: {error}; correct them in inventory/observe.yaml"
        ) from error
    return context
