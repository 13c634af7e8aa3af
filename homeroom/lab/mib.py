"""Which objects a device shows: its configuration, told by SNMP. Called anew whenever its version changes.

Names: RFC 3418 (system), RFC 3411 (engine), RFC 4363 (Q-BRIDGE), CISCO-VTP-MIB, CISCO-CONFIG-MAN-MIB,
JUNIPER-CFGMGMT-MIB, AIRESPACE-WIRELESS-MIB; interfaces, chassis, load and the air have files of their own.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from homeroom.lab.emulated import Emulated
from homeroom.lab.place import NOWHERE, Place
from homeroom.lab.snmp import chassis, host, interfaces, wireless
from homeroom.lab.snmp.cells import column, counter, gauge, integer, name, scalar, text, ticks
from homeroom.lab.snmp.counters import ALL, Counters
from homeroom.lab.snmp.engine import MAX_SIZE
from homeroom.lab.snmp.table import Live, Object, Table
from homeroom.snmp import ber
from homeroom.snmp.ber import Oid

_SYSTEM: Final = "1.3.6.1.2.1.1"
_ENGINE: Final = "1.3.6.1.6.3.10.2.1"
_QBRIDGE: Final = "1.3.6.1.2.1.17.7.1"
_VTP: Final = "1.3.6.1.4.1.9.9.46.1.3.1.1"
_CCM: Final = "1.3.6.1.4.1.9.9.43.1.1"
_ESS: Final = "1.3.6.1.4.1.14179.2.1.1.1"
_JNX: Final = "1.3.6.1.4.1.2636.3.18.1"
_SERVICES: Final = {"router": 78, "switch": 6, "ap": 2}
"""sysServices: the layers a device works on."""
_FORWARDING, _HOST = 1, 2
_ACTIVE: Final = 1
_DOMAIN: Final = 1  # the one VTP management domain


def table(device: Emulated, engine_id: bytes, counters: Counters, place: Place = NOWHERE) -> Table:
    """Build everything `device` shows; `counters` are read when they are asked for."""
    return Table(_objects(device, engine_id, counters, place))


def _objects(device: Emulated, engine_id: bytes, counters: Counters, place: Place) -> Iterator[Object]:
    yield from _system(device)
    yield from interfaces.objects(device, place)
    yield scalar("1.3.6.1.2.1.4.1", integer(_FORWARDING if device.kind == "router" else _HOST))
    yield from _engine(device, engine_id)
    yield from (Object(one[:-1], {one[-1:]: _counted(counters, one)}) for one in ALL)
    yield from _vlans(device)
    yield from chassis.objects(device)
    yield from host.objects(device, place)
    yield from wireless.objects(device, place)
    yield from _platform(device)


def _counted(counters: Counters, which: Oid) -> Live:
    return lambda _: counter(counters[which])


def _system(device: Emulated) -> Iterator[Object]:
    make = chassis.make(device)
    yield scalar(f"{_SYSTEM}.1", text(make.description))
    yield scalar(f"{_SYSTEM}.2", name(make.product))
    yield scalar(f"{_SYSTEM}.3", lambda now: ticks(now - device.boot))
    yield scalar(f"{_SYSTEM}.4", text(device.contact))
    yield scalar(f"{_SYSTEM}.5", text(device.hostname))
    yield scalar(f"{_SYSTEM}.6", text(device.location))
    yield scalar(f"{_SYSTEM}.7", integer(_SERVICES.get(device.kind, 0)))
    yield scalar(f"{_SYSTEM}.8", ticks(0))


def _engine(device: Emulated, engine_id: bytes) -> Iterator[Object]:
    yield scalar(f"{_ENGINE}.1", ber.octets(engine_id))
    yield scalar(f"{_ENGINE}.2", lambda _: integer(device.engine_boots))
    yield scalar(f"{_ENGINE}.3", lambda now: integer(max(0, int(now - device.boot))))
    yield scalar(f"{_ENGINE}.4", integer(MAX_SIZE))


def _vlans(device: Emulated) -> Iterator[Object]:
    vlans = device.vlans()
    yield scalar(f"{_QBRIDGE}.1.1", integer(1))
    yield scalar(f"{_QBRIDGE}.1.2", integer(4094))
    yield scalar(f"{_QBRIDGE}.1.3", gauge(255))
    yield scalar(f"{_QBRIDGE}.1.4", gauge(len(vlans)))
    yield column(f"{_QBRIDGE}.4.3.1.1", {vlan: text(label, 32) for vlan, label in vlans.items()})
    yield column(f"{_QBRIDGE}.4.3.1.5", {vlan: integer(_ACTIVE) for vlan in vlans})


def _platform(device: Emulated) -> Iterator[Object]:
    """Yield what only this platform's devices, or only this kind, have."""
    if device.platform == "ios":
        vlans = device.vlans()
        yield column(f"{_VTP}.2", {vlan: integer(_ACTIVE) for vlan in vlans}, _DOMAIN)
        yield column(f"{_VTP}.3", {vlan: integer(1) for vlan in vlans}, _DOMAIN)
        yield column(f"{_VTP}.4", {vlan: text(label, 32) for vlan, label in vlans.items()}, _DOMAIN)
        yield column(f"{_ESS}.2", {number: text(ssid, 32) for number, ssid in enumerate(_served(device), 1)})
        yield scalar(f"{_CCM}.1", lambda _: ticks(device.running_changed - device.boot))
        yield scalar(f"{_CCM}.2", lambda _: ticks(device.running_saved - device.boot))
        yield scalar(f"{_CCM}.3", lambda _: ticks(device.startup_changed - device.boot))
    elif device.platform == "junos":
        yield scalar(f"{_JNX}.1", integer(device.version))
        yield scalar(f"{_JNX}.2", lambda _: ticks(device.running_changed - device.boot))


def _served(device: Emulated) -> Sequence[str]:
    """Return the networks of a controller: its access points have the radios."""
    return device.ssids() if device.kind == "wlc" else ()
