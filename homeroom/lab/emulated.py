"""What an emulated device shows to the outside, whatever its vendor: the SNMP agent and the map of addresses see this.

Everything here is a view of the device's running configuration, so that its CLI and its SNMP answers tell one story.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from homeroom.lab.faults import Faults


@dataclass(frozen=True, slots=True)
class Interface:
    """One row of the interface table (RFC 2863 names in brackets)."""

    index: int  # ifIndex: stable while the device runs
    name: str  # ifName/ifDescr, in full: GigabitEthernet0/0/1
    alias: str  # ifAlias: the configured description
    admin_up: bool
    oper_up: bool
    speed_bps: int
    mac: str  # aa:bb:cc:dd:ee:ff; empty for an interface without one


@dataclass(frozen=True, slots=True)
class SnmpUser:
    """One SNMPv3 user; algorithms in net-snmp's spelling (`SHA-256`, `AES`), keys as typed, empty when unused."""

    auth: str
    auth_key: str
    priv: str
    priv_key: str


@dataclass(frozen=True, slots=True)
class Edition:
    """What a device itself counts of the changes of its running configuration.

    `number`: how many since it booted, from 1, the boot; `user`: who made the last one. `by_hand`: not the boot.
    `checksum`: of its configuration's files, where it was told to show one.
    """

    number: int = 1
    user: str = "system"
    checksum: str = ""

    @property
    def by_hand(self) -> bool:
        """Tell whether somebody changed it since it booted."""
        return self.number > 1


class Emulated(Protocol):
    """One emulated device as its SNMP agent sees it; times are seconds since the epoch."""

    @property
    def name(self) -> str:
        """Return the device's name in the inventory, which a hand edit of the box does not change."""
        ...

    @property
    def address(self) -> str:
        """Return the lab address, 127.x.y.z."""
        ...

    @property
    def faults(self) -> Faults:
        """Return what is broken on it."""
        ...

    @property
    def platform(self) -> str:
        """Return the platform: ios, openwrt, ..."""
        ...

    @property
    def kind(self) -> str:
        """Return the kind: router, switch, ap."""
        ...

    @property
    def model(self) -> str:
        """Return the hardware model."""
        ...

    @property
    def hostname(self) -> str:
        """Return the configured host name (sysName)."""
        ...

    @property
    def location(self) -> str:
        """Return the configured sysLocation, empty when unset."""
        ...

    @property
    def contact(self) -> str:
        """Return the configured sysContact, empty when unset."""
        ...

    @property
    def boot(self) -> float:
        """Return when the device booted."""
        ...

    @property
    def running_changed(self) -> float:
        """Return when the running configuration last changed (ccmHistoryRunningLastChanged)."""
        ...

    @property
    def running_saved(self) -> float:
        """Return when the running configuration was last written anywhere (ccmHistoryRunningLastSaved)."""
        ...

    @property
    def startup_changed(self) -> float:
        """Return when the startup configuration last changed (ccmHistoryStartupLastChanged)."""
        ...

    @property
    def edition(self) -> Edition:
        """Return what it counts of its changes."""
        ...

    @property
    def engine_boots(self) -> int:
        """Return snmpEngineBoots."""
        ...

    @property
    def version(self) -> int:
        """Return a number that changes whenever any answer may change."""
        ...

    def interfaces(self) -> Sequence[Interface]:
        """Return the interfaces by ascending index."""
        ...

    def vlans(self) -> Mapping[int, str]:
        """Return the VLANs the device knows: id -> name."""
        ...

    def ssids(self) -> Sequence[str]:
        """Return the names of the wireless networks it serves."""
        ...

    def snmp_users(self) -> Mapping[str, SnmpUser]:
        """Return the SNMPv3 users it would answer."""
        ...

    def communities(self) -> Mapping[str, str]:
        """Return the SNMPv2c communities the configuration names: community -> `RO` or `RW`; usually none."""
        ...
