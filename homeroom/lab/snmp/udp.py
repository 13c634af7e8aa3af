"""The one UDP socket of the lab: all of 127.0.0.0/8, each answer from the address that was asked."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import struct
from collections.abc import Callable
from typing import Any, Final, TypeAlias

from homeroom.errors import LabError

Handle: TypeAlias = Callable[[bytes, str], bytes | None]
"""Datagram and the address it was sent to -> the answer, or None for silence."""
_IP_PKTINFO: Final = 8  # linux/in.h; the socket module has no name for it
_PKTINFO: Final = struct.Struct("=I4s4s")  # interface, source to use, destination that was asked
_BUFFER: Final = 4 << 20
_BURST: Final = 256


def listen(port: int, *, shared: bool = False) -> socket.socket:
    """Open the socket on all loopback addresses; port 0 takes a free one. `shared`: with other such sockets."""
    sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    try:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_BINDTODEVICE, b"lo\0")
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _BUFFER)
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, shared)
        sock.bind(("0.0.0.0", port))  # noqa: S104 -- tied to the loopback device just above
    except OSError as error:
        sock.close()
        raise LabError(f"UDP port {port} of the loopback device: {error.strerror}; choose another SNMP port") from error
    return sock


def serve(
    loop: asyncio.AbstractEventLoop, sock: socket.socket, handle: Handle, delay: Callable[[str], float] | None = None
) -> None:
    """Answer what comes to `sock` until `loop.remove_reader`; `delay` says how late, by the address that was asked."""
    sock.settimeout(0)
    sock.setsockopt(socket.IPPROTO_IP, _IP_PKTINFO, 1)

    def drain() -> None:
        for _ in range(_BURST):  # then the loop does other things; it calls again while datagrams wait
            try:
                datagram, control, _, peer = sock.recvmsg(65535, 128)
            except OSError:  # nothing waits, or an ICMP error of an earlier answer
                return
            asked = _asked(control)
            answer = handle(datagram, socket.inet_ntoa(asked))
            if answer is None:
                continue
            if delay is None:
                send(sock, answer, asked, peer)
            else:
                loop.call_later(delay(socket.inet_ntoa(asked)), send, sock, answer, asked, peer)

    loop.add_reader(sock.fileno(), drain)


def _asked(control: list[tuple[int, int, bytes]]) -> bytes:
    """Return the packed address that a datagram was sent to."""
    return next(data[8:12] for level, kind, data in control if (level, kind) == (socket.IPPROTO_IP, _IP_PKTINFO))


def send(sock: socket.socket, answer: bytes, source: bytes, peer: Any) -> None:
    """Send from an address (packed), or lose it as UDP may: who asked asks again."""
    info = _PKTINFO.pack(0, source, bytes(4))
    with contextlib.suppress(OSError):
        sock.sendmsg([answer], [(socket.IPPROTO_IP, _IP_PKTINFO, info)], 0, peer)
