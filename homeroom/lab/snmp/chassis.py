"""What hardware and software an emulated device says it is, and ENTITY-MIB (RFC 6933) about it."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from homeroom.lab.emulated import Emulated
from homeroom.lab.eos import hardware as eos
from homeroom.lab.ios import hardware
from homeroom.lab.junos import hardware as junos
from homeroom.lab.ros import hardware as ros
from homeroom.lab.snmp.cells import column, integer, name, scalar, text, ticks
from homeroom.lab.snmp.table import Object

OPENWRT: Final = "23.05.5"
"""The release that access points run."""
_PRODUCTS: Final = {"C1121-8P": "1.3.6.1.4.1.9.1.2751", "C9200L-24P-4G": "1.3.6.1.4.1.9.1.2694"}
"""sysObjectID by model, from CISCO-PRODUCTS-MIB."""
_ANY_CISCO: Final = "1.3.6.1.4.1.9.1"
_ARISTA: Final = "1.3.6.1.4.1.30065.1.3011"
_JUNIPER: Final = "1.3.6.1.4.1.2636.1.1.1"
_MIKROTIK: Final = "1.3.6.1.4.1.14988.1"
_LINUX: Final = "1.3.6.1.4.1.8072.3.2.10"  # net-snmp on Linux
_ENTITY: Final = "1.3.6.1.2.1.47.1.1.1.1"
_CHASSIS: Final = 1
_CLASS_CHASSIS: Final = 3
_TRUE: Final = 1


@dataclass(frozen=True, slots=True)
class Make:
    """What a device says of itself."""

    description: str
    product: str
    version: str
    serial: str
    maker: str


def make(device: Emulated) -> Make:
    """Return what `device` is, as its CLI tells it too."""
    return _MAKES.get(device.platform, _openwrt)(device)


def _ios(device: Emulated) -> Make:
    box = hardware.Box(device.name, device.address, device.platform, device.kind, device.model)
    description = (
        f"{box.software}\r\n"
        "Technical Support: http://www.cisco.com/techsupport\r\n"
        "Copyright (c) 1986-2023 by Cisco Systems, Inc.\r\n"
        "Compiled Fri 20-Oct-23 10:44 by mcpre"
    )
    product = _PRODUCTS.get(device.model, _ANY_CISCO)
    return Make(description, product, hardware.VERSION, box.serial, "Cisco Systems Inc")


def _openwrt(device: Emulated) -> Make:
    description = f"Linux {device.hostname} 5.15.167 #0 SMP Mon Sep 23 12:34:46 2024 aarch64"
    serial = "AP" + hashlib.sha256(device.name.encode()).hexdigest()[:10].upper()
    return Make(description, _LINUX, OPENWRT, serial, "OpenWrt")


def _eos(device: Emulated) -> Make:
    box = eos.Box(device.name, device.address, device.platform, device.kind, device.model)
    description = f"Arista Networks EOS version {box.release} running on an Arista Networks {device.model}"
    return Make(description, _ARISTA, box.release, box.serial, "Arista Networks")


def _junos(device: Emulated) -> Make:
    box = junos.Box(device.name, device.address, device.platform, device.kind, device.model)
    description = (
        f"Juniper Networks, Inc. {box.product} internet router, kernel JUNOS {junos.VERSION}, Build date: 2024-02-20 "
        "10:23:45 UTC Copyright (c) 1996-2024 Juniper Networks, Inc."
    )
    return Make(description, _JUNIPER, junos.VERSION, box.serial, "Juniper Networks")


def _ros(device: Emulated) -> Make:
    box = ros.Box(device.name, device.address, device.kind, device.model)
    return Make(f"RouterOS {device.model}", _MIKROTIK, ros.VERSION, box.serial, "MikroTik")


_MAKES: Final[Mapping[str, Callable[[Emulated], Make]]] = {"ios": _ios, "eos": _eos, "junos": _junos, "ros": _ros}


def changed() -> Object:
    """Make entLastChangeTime: nobody plugs anything in."""
    return scalar("1.3.6.1.2.1.47.1.4.1", ticks(0))


def objects(device: Emulated) -> Iterator[Object]:
    """Yield the chassis' row of entPhysicalTable."""
    one = make(device)
    cells = {
        2: text(f"{device.model} Chassis"),
        3: name(one.product),
        4: integer(0),
        5: integer(_CLASS_CHASSIS),
        6: integer(-1),
        7: text("Chassis"),
        8: text("V01"),
        9: text(one.version),
        10: text(one.version),
        11: text(one.serial),
        12: text(one.maker),
        13: text(device.model),
        14: text(""),
        15: text(""),
        16: integer(_TRUE),
    }
    for number, cell in cells.items():
        yield column(f"{_ENTITY}.{number}", {_CHASSIS: cell})
