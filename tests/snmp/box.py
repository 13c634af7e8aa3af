"""A small emulated device made by hand, and a thread that serves a few of them over real UDP."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from homeroom.lab.agent import attach
from homeroom.lab.emulated import Edition, Emulated, Interface, SnmpUser
from homeroom.lab.faults import Faults
from homeroom.lab.snmp.udp import listen

USER = SnmpUser("SHA-256", "authpass123", "AES", "privpass123")
BOOT = 1_700_000_000.0


def ports(count: int) -> tuple[Interface, ...]:
    return tuple(
        Interface(i, f"GigabitEthernet1/0/{i}", f"room {i}", i != 3, i % 4 != 3, 10**9, f"02:00:00:00:00:{i:02x}")
        for i in range(1, count + 1)
    )


@dataclass
class Box:
    """What an agent sees; change anything and count `version` up."""

    address: str = "127.1.0.1"
    name: str = "py01-0001-sw1"
    platform: str = "ios"
    kind: str = "switch"
    model: str = "C9200L-24P-4G"
    hostname: str = "py01-0001-sw1"
    location: str = "Escuela Básica 1"
    contact: str = ""
    boot: float = BOOT
    running_changed: float = BOOT + 60
    running_saved: float = BOOT + 61
    startup_changed: float = BOOT - 5
    edition: Edition = field(default_factory=lambda: Edition(5, "amy"))
    engine_boots: int = 7
    version: int = 1
    ports: Sequence[Interface] = field(default_factory=lambda: ports(4))
    named: Mapping[int, str] = field(default_factory=lambda: {10: "student", 20: "staff", 99: "management"})
    networks: Sequence[str] = ()
    users: Mapping[str, SnmpUser] = field(default_factory=lambda: {"homeroom": USER})
    clubs: Mapping[str, str] = field(default_factory=dict)
    faults: Faults = field(default_factory=Faults)

    def interfaces(self) -> Sequence[Interface]:
        return self.ports

    def vlans(self) -> Mapping[int, str]:
        return self.named

    def ssids(self) -> Sequence[str]:
        return self.networks

    def snmp_users(self) -> Mapping[str, SnmpUser]:
        return self.users

    def communities(self) -> Mapping[str, str]:
        return self.clubs


@contextlib.contextmanager
def serving(*boxes: Emulated) -> Iterator[int]:
    """Serve the boxes on a free port in a thread of its own; yield the port."""
    by_address = {box.address: box for box in boxes}
    loop = asyncio.new_event_loop()
    sock = listen(0)
    attach(loop, sock, by_address.get)
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    try:
        yield sock.getsockname()[1]
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.remove_reader(sock)
        sock.close()
        loop.close()
