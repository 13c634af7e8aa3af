"""What is asked of a device, as data: the few scalars and columns that the product needs, never whole tables."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

from homeroom.snmp.ber import Oid, dotted, text

Kind: TypeAlias = Literal["text", "number", "ticks", "oid", "mac", "hex"]
"""How a value is written down: ticks as hundredths of a second, oid dotted, mac aa:bb:cc:dd:ee:ff."""


@dataclass(frozen=True, slots=True)
class Object:
    """One object to ask for. `oid` is the object type's; `platforms` empty: of every device.

    `instance` is what is asked of a scalar, and of a table of which one row is enough; of a column all rows are.
    """

    name: str
    oid: Oid
    shape: Literal["scalar", "row", "column"]
    kind: Kind
    platforms: tuple[str, ...] = ()
    instance: Oid = (0,)

    @property
    def index(self) -> str:
        """Return the index that the reading of the one instance has."""
        return "" if self.shape == "scalar" else text(self.instance)


def _scalar(name: str, oid: str, kind: Kind, *platforms: str) -> Object:
    return Object(name, dotted(oid), "scalar", kind, platforms)


def _row(name: str, oid: str, instance: Oid, kind: Kind) -> Object:
    return Object(name, dotted(oid), "row", kind, (), instance)


def _column(name: str, oid: str, kind: Kind, *platforms: str) -> Object:
    return Object(name, dotted(oid), "column", kind, platforms)


_CHASSIS: Final = (1,)
ROWS: Final = "ifNumber"
"""The scalar that says how many rows the longest of the tables has."""
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
    _row("entPhysicalSoftwareRev", "1.3.6.1.2.1.47.1.1.1.1.10", _CHASSIS, "text"),
    _row("entPhysicalSerialNum", "1.3.6.1.2.1.47.1.1.1.1.11", _CHASSIS, "text"),
    _row("entPhysicalModelName", "1.3.6.1.2.1.47.1.1.1.1.13", _CHASSIS, "text"),
    _column("ifDescr", "1.3.6.1.2.1.2.2.1.2", "text"),
    _column("ifAdminStatus", "1.3.6.1.2.1.2.2.1.7", "number"),
    _column("ifOperStatus", "1.3.6.1.2.1.2.2.1.8", "number"),
    _column("ifHighSpeed", "1.3.6.1.2.1.31.1.1.1.15", "number"),
    _column("ifAlias", "1.3.6.1.2.1.31.1.1.1.18", "text", "ios"),
    _column("vtpVlanName", "1.3.6.1.4.1.9.9.46.1.3.1.1.4", "text", "ios"),
    _column("dot1qVlanStaticName", "1.3.6.1.2.1.17.7.1.4.3.1.1", "text", "openwrt", "eos"),
    _column("bsnDot11EssSsid", "1.3.6.1.4.1.14179.2.1.1.1.2", "text", "ios"),
    _column("dot11DesiredSSID", "1.2.840.10036.1.1.1.9", "text", "openwrt"),
)
"""Names are those of the MIBs. vtpVlanName's index is the management domain (1), a dot, and the VLAN.

bsnDot11EssSsid (AIRESPACE-WIRELESS-MIB) is a controller's, by the number of its WLAN.
"""


def singles(platform: str) -> tuple[Object, ...]:
    """Return what is asked of a platform's devices by one instance each."""
    return tuple(one for one in OBJECTS if one.shape != "column" and _asked(one, platform))


def columns(platform: str) -> tuple[Object, ...]:
    """Return the columns to ask of a platform's devices."""
    return tuple(one for one in OBJECTS if one.shape == "column" and _asked(one, platform))


def _asked(one: Object, platform: str) -> bool:
    return not one.platforms or platform in one.platforms
