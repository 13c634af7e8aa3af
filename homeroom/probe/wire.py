"""The questions themselves: a TCP connection, a QUIC packet, a DNS query, and what each answer means."""

from __future__ import annotations

import asyncio
import errno
import os
import socket
import struct
from typing import Final, cast

import dns.asyncquery
import dns.exception
import dns.message
import dns.rcode
import dns.rdatatype

from homeroom.probe.model import Check, Seen

TIMEOUT: Final = 2.0
"""Seconds until silence is silence."""
_TOLD: Final = frozenset({errno.ECONNREFUSED, errno.EHOSTUNREACH, errno.EACCES, errno.ECONNRESET, errno.EPERM})
"""What a reset, and an ICMP port-unreachable or administratively-prohibited, become on Linux (icmp(7))."""
_LOCAL: Final = frozenset({errno.ENETUNREACH, errno.EADDRNOTAVAIL, errno.ENETDOWN, errno.EAFNOSUPPORT})
_ADDRESSES: Final = frozenset({dns.rdatatype.A, dns.rdatatype.AAAA})


async def ask(check: Check, timeout: float = TIMEOUT) -> tuple[Seen, str]:  # noqa: ASYNC109 - the sockets' own
    """Ask; return what was seen, and a word for people."""
    try:
        return await _asked(check, timeout)
    except (TimeoutError, dns.exception.Timeout):
        return "silent", f"no answer in {timeout:g} s"
    except OSError as error:
        number = error.errno or 0
        if number in _TOLD:
            return "rejected", os.strerror(number)
        return ("no_route" if number in _LOCAL else "error"), str(error)


async def _asked(check: Check, timeout: float) -> tuple[Seen, str]:  # noqa: ASYNC109 - as above
    if check.kind == "dns":
        return await _dns(check, timeout)
    if check.kind == "tcp":
        return await _tcp(check.address, check.port, timeout)
    if check.kind == "ping":
        return await _ping(check.address, timeout)
    return await _datagram(check.address, check.port, _PACKETS[check.kind](), timeout)


async def _tcp(address: str, port: int, timeout: float) -> tuple[Seen, str]:  # noqa: ASYNC109 - as above
    async with asyncio.timeout(timeout):
        _, writer = await asyncio.open_connection(address, port)
    writer.close()
    return "open", "connected"


async def _datagram(address: str, port: int, packet: bytes, timeout: float) -> tuple[Seen, str]:  # noqa: ASYNC109 - as above
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    loop = asyncio.get_running_loop()
    with socket.socket(family, socket.SOCK_DGRAM) as sock:
        sock.settimeout(0)
        sock.connect((address, port))
        sock.send(packet)
        async with asyncio.timeout(timeout):
            await loop.sock_recv(sock, 2048)
    return "open", "a server answered"


async def _ping(address: str, timeout: float) -> tuple[Seen, str]:  # noqa: ASYNC109 - as above
    """Ask for an echo; Linux lets root do it, and others where ping_group_range says so (icmp(7))."""
    six = ":" in address
    family, protocol = (socket.AF_INET6, socket.IPPROTO_ICMPV6) if six else (socket.AF_INET, socket.IPPROTO_ICMP)
    kind = socket.SOCK_RAW if os.geteuid() == 0 else socket.SOCK_DGRAM
    request, reply = (128, 129) if six else (8, 0)
    body = os.urandom(16)
    packet = struct.pack("!BBHHH", request, 0, 0, os.getpid() & 0xFFFF, 1) + body
    packet = packet[:2] + _checksum(packet) + packet[4:]
    loop = asyncio.get_running_loop()
    with socket.socket(family, kind, protocol) as sock:
        sock.settimeout(0)
        sock.connect((address, 0))
        sock.send(packet)
        async with asyncio.timeout(timeout):
            while True:
                data = await loop.sock_recv(sock, 2048)
                data = data[20:] if kind == socket.SOCK_RAW and not six else data
                if data[:1] == bytes([reply]) and data[8:] == body:
                    return "open", "an echo came back"


def _checksum(data: bytes) -> bytes:
    """Return the Internet checksum (RFC 1071); for ICMPv6 the kernel puts in its own."""
    total = sum(struct.unpack(f"!{len(data) // 2}H", data))
    total = (total >> 16) + (total & 0xFFFF)
    return struct.pack("!H", ~(total + (total >> 16)) & 0xFFFF)


def _quic() -> bytes:
    """Make a packet of a version nobody speaks: a QUIC server answers with those it does (RFC 9000, 6.1)."""
    return (b"\xc0" + bytes.fromhex("1a2a3a4a") + b"\x08" + os.urandom(8) + b"\x08" + os.urandom(8)).ljust(1200, b"\0")


def _ntp() -> bytes:
    """Make a client's question (RFC 5905: version 4, mode 3)."""
    return b"\x23".ljust(48, b"\0")


_PACKETS: Final = {"quic": _quic, "ntp": _ntp}


async def _dns(check: Check, timeout: float) -> tuple[Seen, str]:  # noqa: ASYNC109 - as above
    query = dns.message.make_query(check.name, check.qtype)
    send = dns.asyncquery.tcp if check.over == "tcp" else dns.asyncquery.udp
    reply = await send(query, check.address, timeout=timeout, port=check.port)
    return read(reply, check.expect)


def read(reply: dns.message.Message, expect: tuple[str, ...]) -> tuple[Seen, str]:
    """Say what a reply means: whether it holds an address, and whether it is one of those expected."""
    code = reply.rcode()
    if code in (dns.rcode.NXDOMAIN, dns.rcode.REFUSED):
        return "refused", dns.rcode.to_text(code)
    if code != dns.rcode.NOERROR:
        return "error", dns.rcode.to_text(code)
    found: list[tuple[int, str]] = []
    for rrset in reply.answer:
        found += [(rrset.rdtype, str(item).rstrip(".")) for item in cast("list[object]", list(rrset))]
    shown = ", ".join(text for _, text in found)
    if not found:
        return "empty", "no such record"
    addressed = any(kind in _ADDRESSES for kind, _ in found)
    if expect and addressed and any(text in expect for _, text in found):
        return "redirected", shown
    return "answered", shown
