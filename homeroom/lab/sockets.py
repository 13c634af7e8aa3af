"""The lab's listening sockets: a set for each of its processes, on the same ports.

With several processes the kernel chooses by destination address which one gets a connection or a datagram (classic
BPF on SO_REUSEPORT), so that a device always lives in the same process, and with it all of its site.
"""

from __future__ import annotations

import ctypes
import socket
import struct
from collections.abc import Callable, Iterable, Mapping
from typing import Final

from homeroom.errors import LabError
from homeroom.lab import ssh
from homeroom.lab.fleet import Shards
from homeroom.lab.platforms import SERVICES, SNMP
from homeroom.lab.snmp import udp

_ATTACH_CBPF: Final = 51  # SO_ATTACH_REUSEPORT_CBPF of asm-generic/socket.h
_DESTINATION: Final = 0xFFF00000 + 16  # SKF_NET_OFF + the offset of the destination in an IPv4 header
_LOAD, _FROM, _RETURN = 0x20, 0x35, 0x06  # ld [k], jge #k, ret #k
ALONE: Final = Shards()
"""One process has everything."""
Listen = Callable[[int, bool], socket.socket]


class Sockets:
    """The sockets of all processes: port name -> one for each. `wanted`: port numbers asked for by name."""

    def __init__(
        self,
        names: Iterable[str],
        wanted: Mapping[str, int],
        shards: Shards = ALONE,
        *,
        late: bool = False,
    ) -> None:
        self.shards = shards
        self.open: dict[str, list[socket.socket]] = {}

        def tcp(port: int, shared: bool) -> socket.socket:  # noqa: FBT001 -- passed on by position
            return ssh.listener(port, shared=shared, late=late)

        try:
            for name in (*names, "snmp"):
                usual, listen, kind = (SNMP, _udp, "UDP") if name == "snmp" else (SERVICES[name].port, tcp, "TCP")
                self.open[name] = shared(listen, wanted.get(name, 0), usual, kind, shards)
        except LabError:
            self.close()
            raise

    @property
    def ports(self) -> dict[str, int]:
        """Return the ports they listen on."""
        return {name: found[0].getsockname()[1] for name, found in self.open.items()}

    def of(self, number: int) -> dict[str, socket.socket]:
        """Return the sockets of one process."""
        return {name: found[number] for name, found in self.open.items()}

    def keep(self, number: int) -> None:
        """Close, in a process of its own, what belongs to the others; they go on listening."""
        for found in self.open.values():
            for other, sock in enumerate(found):
                if other != number:
                    sock.close()

    def close(self) -> None:
        """Close them."""
        for found in self.open.values():
            for sock in found:
                sock.close()


def _udp(port: int, shared: bool) -> socket.socket:  # noqa: FBT001 -- passed on by position
    return udp.listen(port, shared=shared)


def shared(listen: Listen, wanted: int, usual: int, kind: str, shards: Shards) -> list[socket.socket]:
    """Open a socket for each process on the wanted port; when none was wanted, on the usual one or any free one."""
    first = opened(lambda port: listen(port, False), wanted, usual, kind)  # noqa: FBT003 -- see Listen
    count = shards.count
    if count == 1:
        return [first]
    port = first.getsockname()[1]
    first.close()  # it proved that the port is free: sockets that share one would join another lab's
    try:
        sockets = [listen(port, True) for _ in range(count)]  # noqa: FBT003 -- see Listen
    except (OSError, LabError) as error:
        raise LabError(f"{kind} port {port} cannot be shared by {count} processes ({error})") from error
    _by_destination(sockets[0], shards)
    return sockets


def opened(listen: Callable[[int], socket.socket], wanted: int, usual: int, kind: str) -> socket.socket:
    """Open the wanted port; when none was wanted, the usual one or any free one."""
    for port in (wanted,) if wanted else (usual, 0):
        try:
            return listen(port)
        except (OSError, LabError) as error:
            if port in {wanted, 0}:
                raise LabError(f"{kind} port {port} cannot be used ({error}): choose another one") from error
    raise LabError(f"no {kind} port is free")


def _by_destination(sock: socket.socket, shards: Shards) -> None:
    """Have the kernel choose the socket as homeroom.lab.fleet.Shards does: the last run that begins at or before."""
    program = [(_LOAD, 0, _DESTINATION)]
    for number in range(len(shards.starts) - 1, 0, -1):
        program += [(_FROM, 1, shards.starts[number]), (_RETURN, 0, number % shards.count)]
    program.append((_RETURN, 0, 0))
    code = b"".join(struct.pack("HBBI", what, 0, past, value) for what, past, value in program)
    buffer = ctypes.create_string_buffer(code)
    sock.setsockopt(socket.SOL_SOCKET, _ATTACH_CBPF, struct.pack("HL", len(program), ctypes.addressof(buffer)))
