"""Rows of the device itself, its ports, its wires and its parts: None where it said nothing."""

from __future__ import annotations

from dataclasses import dataclass, field

from homeroom.snmp.ask.declared import minutely, often, slow


@dataclass(frozen=True, slots=True)
class Identity:
    """Who the device is (SNMPv2-MIB, SNMP-FRAMEWORK-MIB, ENTITY-MIB, vendors)."""

    name: str | None = minutely()
    object_id: str | None = minutely()
    description: str | None = slow()
    contact: str | None = slow()
    location: str | None = slow()
    uptime: float | None = minutely("s")
    engine_boots: int | None = minutely()
    engine_time: int | None = minutely("s")
    maker: str | None = slow()
    model: str | None = slow()
    serial: str | None = slow()
    software: str | None = slow()
    hardware: str | None = slow()


@dataclass(frozen=True, slots=True)
class Changes:
    """When something was last changed, as the device counts: opaque values, to be compared with the last ones."""

    running: int | None = minutely()
    saved: int | None = minutely()
    startup: int | None = minutely()
    serial: int | None = minutely()
    """A number that moves with each change (ccmCTID, fgConfigSerial, jnxCmCfgChgLatestIndex)."""
    checksum: str | None = minutely()
    when: str | None = minutely()
    who: str | None = minutely()
    interfaces: int | None = minutely()
    entities: int | None = minutely()
    vlans: int | None = minutely()


@dataclass(frozen=True, slots=True)
class Totals:
    """What a controller counts by itself."""

    access_points: int | None = minutely()
    clients: int | None = slow("", 0, 10_000_000, every="status")
    rogues: int | None = minutely()


@dataclass(frozen=True, slots=True)
class Interface:
    """One interface (IF-MIB, RFC 2863); the key is its ifIndex."""

    key: str
    index: int | None = None
    name: str | None = slow()
    description: str | None = slow()
    alias: str | None = slow()
    type: int | None = slow()
    mtu: int | None = slow("octets")
    mac: str | None = slow()
    speed: float | None = often("Mbit/s", 0, 10_000_000)
    admin: str | None = often()
    oper: str | None = often()
    changed: float | None = often("s")
    in_octets: int | None = often("octets", 0)
    out_octets: int | None = often("octets", 0)
    in_octets32: int | None = often("octets", 0)
    out_octets32: int | None = often("octets", 0)
    in_errors: int | None = often("packets", 0)
    out_errors: int | None = often("packets", 0)
    in_discards: int | None = often("packets", 0)
    out_discards: int | None = often("packets", 0)


@dataclass(frozen=True, slots=True)
class Port:
    """One bridge port; `interface` is its ifIndex."""

    key: str
    port: int | None = None
    interface: int | None = slow()
    pvid: int | None = slow("VLAN", 0, 4095)


@dataclass(frozen=True, slots=True)
class Vlan:
    """One VLAN. `egress` and `untagged` are bridge ports, as Q-BRIDGE-MIB numbers them."""

    key: str
    id: int | None = field(default=None, metadata={"low": 1, "high": 4094})
    name: str | None = slow()
    active: bool | None = slow()
    egress: tuple[int, ...] | None = slow()
    untagged: tuple[int, ...] | None = slow()


@dataclass(frozen=True, slots=True)
class Neighbour:
    """Who is at the other end of a wire (LLDP, CDP, MNDP)."""

    key: str
    local: int | None = None
    """lldpRemLocalPortNum, or CDP's ifIndex."""
    interface: str | None = slow()
    chassis: str | None = slow()
    chassis_kind: int | None = slow()
    port: str | None = slow()
    port_kind: int | None = slow()
    port_description: str | None = slow()
    name: str | None = slow()
    description: str | None = slow()
    capabilities: str | None = slow()
    address: str | None = slow()


@dataclass(frozen=True, slots=True)
class LocalPort:
    """How LLDP names our own port (lldpLocPortTable); joined into `Neighbour.interface`."""

    key: str
    number: int | None = None
    port: str | None = slow()
    description: str | None = slow()


@dataclass(frozen=True, slots=True)
class Part:
    """A physical part (ENTITY-MIB, RFC 6933)."""

    key: str
    description: str | None = slow()
    within: int | None = slow()
    kind: str | None = slow()
    name: str | None = slow()
    hardware: str | None = slow()
    firmware: str | None = slow()
    software: str | None = slow()
    serial: str | None = slow()
    maker: str | None = slow()
    model: str | None = slow()


@dataclass(frozen=True, slots=True)
class Sensor:
    """A measurement of the surroundings or the power; `raw`, `scale`, `digits` are ENTITY-SENSOR-MIB's (RFC 3433)."""

    key: str
    name: str | None = often()
    kind: str | None = often()
    value: float | None = often()
    status: str | None = often()
    raw: int | None = often()
    scale: int | None = often("", 1, 17)
    digits: int | None = often("", -8, 9)
