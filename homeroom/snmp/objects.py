"""What is asked of a device, as data: the few scalars and columns that the product needs, never whole tables."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

from homeroom.snmp.ber import Oid, dotted

Kind: TypeAlias = Literal["text", "number", "ticks", "oid", "mac", "hex"]
"""How a value is written down: ticks as hundredths of a second, oid dotted, mac aa:bb:cc:dd:ee:ff."""


@dataclass(frozen=True, slots=True)
class Object:
    """One object to ask for. `oid` is the object type's; `platforms` empty: of every device."""

    name: str
    oid: Oid
    shape: Literal["scalar", "column"]
    kind: Kind
    platforms: tuple[str, ...] = ()


def _scalar(name: str, oid: str, kind: Kind, *platforms: str) -> Object:
    return Object(name, dotted(oid), "scalar", kind, platforms)


def _column(name: str, oid: str, kind: Kind, *platforms: str) -> Object:
    return Object(name, dotted(oid), "column", kind, platforms)


OBJECTS: Final = (
    _scalar("sysDescr", "1.3.6.1.2.1.1.1", "text"),
    _scalar("sysObjectID", "1.3.6.1.2.1.1.2", "oid"),
    _scalar("sysUpTime", "1.3.6.1.2.1.1.3", "ticks"),
    _scalar("sysContact", "1.3.6.1.2.1.1.4", "text"),
    _scalar("sysName", "1.3.6.1.2.1.1.5", "text"),
    _scalar("sysLocation", "1.3.6.1.2.1.1.6", "text"),
    _scalar("ifNumber", "1.3.6.1.2.1.2.1", "number"),
    _scalar("snmpEngineID", "1.3.6.1.6.3.10.2.1.1", "hex"),
    _scalar("snmpEngineBoots", "1.3.6.1.6.3.10.2.1.2", "number"),
    _scalar("snmpEngineTime", "1.3.6.1.6.3.10.2.1.3", "number"),
    _scalar("ccmHistoryRunningLastChanged", "1.3.6.1.4.1.9.9.43.1.1.1", "ticks", "ios"),
    _scalar("ccmHistoryRunningLastSaved", "1.3.6.1.4.1.9.9.43.1.1.2", "ticks", "ios"),
    _scalar("ccmHistoryStartupLastChanged", "1.3.6.1.4.1.9.9.43.1.1.3", "ticks", "ios"),
    _column("ifDescr", "1.3.6.1.2.1.2.2.1.2", "text"),
    _column("ifAdminStatus", "1.3.6.1.2.1.2.2.1.7", "number"),
    _column("ifOperStatus", "1.3.6.1.2.1.2.2.1.8", "number"),
    _column("ifHighSpeed", "1.3.6.1.2.1.31.1.1.1.15", "number"),
    _column("ifAlias", "1.3.6.1.2.1.31.1.1.1.18", "text"),
    _column("entPhysicalSoftwareRev", "1.3.6.1.2.1.47.1.1.1.1.10", "text"),
    _column("entPhysicalSerialNum", "1.3.6.1.2.1.47.1.1.1.1.11", "text"),
    _column("entPhysicalModelName", "1.3.6.1.2.1.47.1.1.1.1.13", "text"),
    _column("vtpVlanName", "1.3.6.1.4.1.9.9.46.1.3.1.1.4", "text", "ios"),
    _column("dot1qVlanStaticName", "1.3.6.1.2.1.17.7.1.4.3.1.1", "text", "openwrt"),
    _column("dot11DesiredSSID", "1.2.840.10036.1.1.1.9", "text", "openwrt"),
)
"""Names are those of the MIBs. vtpVlanName's index is the management domain (1), a dot, and the VLAN."""


def scalars(platform: str) -> tuple[Object, ...]:
    """Return the scalars to ask of a platform's devices."""
    return tuple(one for one in OBJECTS if one.shape == "scalar" and _asked(one, platform))


def columns(platform: str) -> tuple[Object, ...]:
    """Return the columns to ask of a platform's devices."""
    return tuple(one for one in OBJECTS if one.shape == "column" and _asked(one, platform))


def _asked(one: Object, platform: str) -> bool:
    return not one.platforms or platform in one.platforms
