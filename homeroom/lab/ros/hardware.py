"""The box: model, serial number, ports and radios, and what the factory's configuration has of its own."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from homeroom.lab.ros.config import Config

VERSION: Final = "7.18.2"
_SERVICES: Final = (
    ("ftp", 21),
    ("ssh", 22),
    ("telnet", 23),
    ("www", 80),
    ("www-ssl", 443),
    ("winbox", 8291),
    ("api", 8728),
    ("api-ssl", 8729),
)
"""Source: the vendor's manual, Services; `www-ssl` is off until it has a certificate."""
_TOPICS: Final = (("info", "memory"), ("error", "memory"), ("warning", "memory"), ("critical", "echo"))
_HELPERS: Final = ("ftp", "tftp", "irc", "h323", "sip", "pptp", "rtsp", "udplite", "dccp", "sctp")


@dataclass(frozen=True, slots=True)
class Box:
    """One device as it left the crate. `ports` are its physical interfaces: ether1, sfp1, wifi1, ..."""

    name: str
    address: str
    kind: str
    model: str
    ports: tuple[str, ...] = ()

    @property
    def platform(self) -> str:
        """Return the platform: all these boxes have one."""
        return "ros"

    @property
    def digest(self) -> bytes:
        """Return bytes that follow from the name alone: serial number and MAC addresses come from them."""
        return hashlib.sha256(self.name.encode()).digest()

    @property
    def serial(self) -> str:
        """Return the serial number, in MikroTik's form: `HF20ABCDEF1`."""
        letters = "0123456789ABCDEFGHJKLMNPQRSTUVWXYZ"
        return "HF" + "".join(letters[byte % len(letters)] for byte in self.digest[:9])

    @property
    def software_id(self) -> str:
        """Return the licence's id: `AB12-CD34`."""
        letters = "0123456789ABCDEFGHIJKLMNPQRSTUVWXYZ"
        text = "".join(letters[byte % len(letters)] for byte in self.digest[9:17])
        return f"{text[:4]}-{text[4:]}"

    def mac(self, number: int) -> str:
        """Return the MAC address of interface `number`."""
        value = int.from_bytes(self.digest[5:8], "big") & 0xFFFF00 | number & 0xFF
        return ":".join(f"{byte:02X}" for byte in bytes([0x48, 0xA9, 0x8A]) + value.to_bytes(3, "big"))


def factory(config: Config, box: Box) -> None:
    """Put in what a device has before anybody configures it (`no-defaults`: the factory's script was not run)."""
    for number, port in enumerate(box.ports, 1):
        path = "/interface wifi" if port.startswith("wifi") else "/interface ethernet"
        config.build(path, dict(_port(box, port, number)))
    for name, number in _SERVICES:
        values = {"name": name, "port": f"{number}", ".port": f"{number}"}
        config.build("/ip service", values | ({"disabled": "yes", ".disabled": "yes"} if name == "www-ssl" else {}))
    for topics, action in _TOPICS:
        values = {"topics": topics, "action": action, ".topics": topics, ".action": action}
        config.build("/system logging", values)
    for name in _HELPERS:
        config.build("/ip firewall service-port", {"name": name})
    for name in ("memory", "disk", "echo", "remote"):
        config.build("/system logging action", {"name": name, "target": name, ".name": name, ".target": name})
    config.build("/snmp community", {"name": "public", ".name": "public", "default": "yes"})
    config.build("/ip hotspot profile", {"name": "default", ".name": "default", "default": "yes"})
    config.build("/ipv6 nd", {"interface": "all", ".interface": "all", "default": "yes"})
    config.build("/routing table", {"name": "main", "fib": "", ".name": "main"})
    for name in ("full", "read", "write"):
        config.build("/user group", {"name": name})
    for name in ("all", "none", "dynamic", "static"):
        config.build("/interface list", {"name": name, ".name": name})


def _port(box: Box, port: str, number: int) -> Iterator[tuple[str, str]]:
    yield from (
        ("name", port),
        ("default-name", port),
        ("mac-address", box.mac(number)),
        (".mac-address", box.mac(number)),
    )
    if port.startswith("wifi"):
        yield from (("disabled", "yes"), (".disabled", "yes"))


def resource(box: Box, uptime: str) -> dict[str, str]:
    """Return `/system resource print`."""
    return {
        "uptime": uptime,
        "version": f"{VERSION} (stable)",
        "build-time": "2025-03-11 11:59:04",
        "factory-software": "7.8",
        "free-memory": "820133888",
        "total-memory": "1073741824",
        "cpu": "ARM64",
        "cpu-count": "4",
        "cpu-frequency": "864",
        "cpu-load": "2",
        "free-hdd-space": "96763904",
        "total-hdd-space": "134217728",
        "write-sect-since-reboot": "2104",
        "write-sect-total": "71311",
        "bad-blocks": "0",
        "architecture-name": "arm64",
        "board-name": box.model,
        "platform": "MikroTik",
    }


def routerboard(box: Box) -> Mapping[str, str]:
    """Return `/system routerboard print`."""
    return {
        "routerboard": "true",
        "board-name": box.model,
        "model": box.model,
        "serial-number": box.serial,
        "firmware-type": "ipq6000",
        "factory-firmware": "7.8",
        "current-firmware": VERSION,
        "upgrade-firmware": VERSION,
    }
