"""Which objects a device shows: its configuration, told by SNMP. Called anew whenever its version changes.

Names: RFC 3418 (system), RFC 3411 (engine), RFC 4363 (Q-BRIDGE), CISCO-VTP-MIB, CISCO-CONFIG-MAN-MIB,
JUNIPER-CFGMGMT-MIB, ARISTA-CONFIG-MAN-MIB, AIRESPACE-WIRELESS-MIB; RouterOS has no such object.
Interfaces, chassis, load and the air have files of their own.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from homeroom.lab.emulated import Emulated
from homeroom.lab.place import NOWHERE, Place
from homeroom.lab.snmp import chassis, host, interfaces, wireless
from homeroom.lab.snmp.cells import column, counter, date, gauge, integer, name, scalar, text, ticks
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
_CTID: Final = "1.3.6.1.4.1.9.9.43.1.4"
_ARISTA: Final = "1.3.6.1.4.1.30065.3.9.1.1"
_ESS: Final = "1.3.6.1.4.1.14179.2.1.1.1"
_JNX: Final = "1.3.6.1.4.1.2636.3.18.1"
_SERVICES: Final = {"router": 78, "switch": 6, "ap": 2}
"""sysServices: the layers a device works on."""
_FORWARDING, _HOST = 1, 2
_ACTIVE: Final = 1
_DOMAIN: Final = 1  # the one VTP management domain
_OFF: Final = 2  # TruthValue false
_OTHER, _CLI = 1, 2  # JnxCmCfChgSource


def table(device: Emulated, engine_id: bytes, counters: Counters, place: Place = NOWHERE) -> Table:
    """Build everything `device` shows; `counters` are read when they are asked for."""
    first = _asked(device, engine_id, place)
    return Table(first, lambda: _rest(device, counters, place))


def _asked(device: Emulated, engine_id: bytes, place: Place) -> Iterator[Object]:
    """Yield what every poll asks for: who it is, and whether something changed."""
    yield from _system(device)
    yield from _engine(device, engine_id)
    yield interfaces.changed(device)
    yield chassis.changed()
    yield from _changes(device)
    yield from wireless.extends(device, place)


def _rest(device: Emulated, counters: Counters, place: Place) -> Iterator[Object]:
    yield from interfaces.objects(device, place)
    yield scalar("1.3.6.1.2.1.4.1", integer(_FORWARDING if device.kind == "router" else _HOST))
    yield from (Object(one[:-1], {one[-1:]: _counted(counters, one)}) for one in ALL)
    yield from _vlans(device)
    yield from chassis.objects(device)
    yield from host.objects(device, place)
    yield from wireless.objects(device, place)
    if device.platform == "ios":
        yield from _cisco(device)


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


def _cisco(device: Emulated) -> Iterator[Object]:
    """Yield what IOS has of its own: VTP's VLANs, and a controller's networks."""
    vlans = device.vlans()
    yield column(f"{_VTP}.2", {vlan: integer(_ACTIVE) for vlan in vlans}, _DOMAIN)
    yield column(f"{_VTP}.3", {vlan: integer(1) for vlan in vlans}, _DOMAIN)
    yield column(f"{_VTP}.4", {vlan: text(label, 32) for vlan, label in vlans.items()}, _DOMAIN)
    yield column(f"{_ESS}.2", {number: text(ssid, 32) for number, ssid in enumerate(_served(device), 1)})


def _changes(device: Emulated) -> Iterator[Object]:
    """Yield what tells that the configuration changed. RouterOS has nothing, OpenWrt one of its extends."""
    if device.platform == "ios":
        yield scalar(f"{_CCM}.1", lambda _: ticks(device.running_changed - device.boot))
        yield scalar(f"{_CCM}.2", lambda _: ticks(device.running_saved - device.boot))
        yield scalar(f"{_CCM}.3", lambda _: ticks(device.startup_changed - device.boot))
        yield from _tracked(device)
    elif device.platform == "eos":
        yield scalar(f"{_ARISTA}.1", lambda _: ticks(device.running_changed - device.boot))
    elif device.platform == "junos":
        yield from _committed(device)


def _tracked(device: Emulated) -> Iterator[Object]:
    """Yield the Config Change Tracking Identifier, the date without a zone, as a Catalyst shows it."""
    edition = device.edition
    yield scalar(f"{_CTID}.1", ber.integer(edition.number, ber.COUNTER64))
    yield scalar(f"{_CTID}.2", lambda _: date(device.running_changed if edition.by_hand else device.boot))
    yield scalar(f"{_CTID}.3", text(edition.user))
    yield scalar(f"{_CTID}.4", integer(_OFF))


def _committed(device: Emulated) -> Iterator[Object]:
    """Yield the latest commit: its index, time, date, source and user."""
    edition = device.edition
    yield scalar(f"{_JNX}.1", integer(edition.number))
    yield scalar(f"{_JNX}.2", lambda _: ticks(device.running_changed - device.boot if edition.by_hand else 0))
    yield scalar(f"{_JNX}.3", lambda _: date(device.running_changed if edition.by_hand else device.boot, "+"))
    yield scalar(f"{_JNX}.4", integer(_CLI if edition.by_hand else _OTHER))
    yield scalar(f"{_JNX}.5", text(edition.user))


def _served(device: Emulated) -> Sequence[str]:
    """Return the networks of a controller: its access points have the radios."""
    return device.ssids() if device.kind == "wlc" else ()
