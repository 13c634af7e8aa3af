"""What follows from an OpenWrt device's configuration: names, interfaces, VLANs, wireless networks, who may ask."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from homeroom.lab.uci.model import Package, Section

_WIRED: Final = 1_000_000_000
_LOOP: Final = 10_000_000
_AIR: Final = {"2g": 574_000_000, "5g": 1_201_000_000, "6g": 2_402_000_000}


@dataclass(frozen=True, slots=True)
class Row:
    """One network interface of the kernel."""

    name: str
    up: bool
    speed: int


def one(section: Section, key: str, missing: str = "") -> str:
    """Return an option; a list's first item."""
    value = section.options.get(key, missing)
    return value if isinstance(value, str) else next(iter(value), missing)


def many(section: Section, key: str) -> list[str]:
    """Return a list's items; an option's words, as OpenWrt's scripts take it."""
    value = section.options.get(key, [])
    return value.split() if isinstance(value, str) else list(value)


def on(section: Section) -> bool:
    """Tell whether it is not disabled."""
    return one(section, "disabled", "0") == "0"


class View:
    """A configuration as its services understand it. `ports`: the box's wired interfaces."""

    def __init__(self, packages: Iterable[Package], ports: Sequence[str] = ()) -> None:
        self._packages = {package.name: package for package in packages}
        self._ports = ports

    @property
    def hostname(self) -> str:
        """Return the system's name."""
        return self._option("system", "system", "hostname") or "OpenWrt"

    @property
    def name(self) -> str:
        """Return sysName: net-snmp's own setting, else the system's name."""
        return self._option("snmpd", "system", "sysName") or self.hostname

    @property
    def location(self) -> str:
        """Return sysLocation."""
        return self._option("snmpd", "system", "sysLocation")

    @property
    def contact(self) -> str:
        """Return sysContact."""
        return self._option("snmpd", "system", "sysContact")

    @property
    def passwords(self) -> bool:
        """Tell whether root may log in by password (dropbear)."""
        keys = ("PasswordAuth", "RootPasswordAuth")
        return all(
            one(section, key, "on") not in {"off", "0"} for section in self._all("dropbear", "dropbear") for key in keys
        )

    def rows(self) -> Sequence[Row]:
        """Return loopback, wired ports, bridges, one interface a VLAN that has a name, one a wireless network."""
        found = {"lo": Row("lo", up=True, speed=_LOOP)}
        bridges = list(self._all("network", "device"))
        ports = [port for bridge in bridges for port in many(bridge, "ports")]
        names = [one(bridge, "name", bridge.name) for bridge in bridges]
        named = [one(section, "device") for section in self._all("network", "interface")]
        for name in (*ports, *self._ports, *names, *named):
            if name and not name.startswith("@"):
                found.setdefault(name, Row(name, up=True, speed=_WIRED))
        return [*found.values(), *(Row(name, up, speed) for name, _, up, speed in self._wireless())]

    def vlans(self) -> Mapping[int, str]:
        """Return the VLANs of the bridge, each under the name of the interface on it."""
        names = {one(s, "device").rpartition(".")[2]: s.name for s in self._all("network", "interface")}
        numbers = [one(section, "vlan") for section in self._all("network", "bridge-vlan")]
        return {int(number): names.get(number, f"vlan{number}") for number in numbers if number.isdecimal()}

    def ssids(self) -> Sequence[str]:
        """Return the network names, one for each wireless interface and in their order."""
        return [ssid for _, ssid, _, _ in self._wireless()]

    def let_in(self) -> frozenset[str]:
        """Return the SNMPv3 users that belong to a group of the `snmpd` package."""
        return frozenset(one(section, "secname") for section in self._all("snmpd", "group"))

    def communities(self) -> Mapping[str, str]:
        """Return the SNMPv2c communities: UCI's `com2sec` sections, all of them read-only."""
        return {one(s, "community"): "RO" for s in self._all("snmpd", "com2sec") if one(s, "community")}

    def extends(self) -> frozenset[tuple[str, str, str]]:
        """Return what net-snmp runs when it is asked: name, program and arguments of each `extend` section."""
        found = self._all("snmpd", "extend")
        return frozenset((one(s, "name"), one(s, "prog"), one(s, "args")) for s in found)

    def addresses(self) -> Iterator[tuple[str, str]]:
        """Yield interface and address with its length, of those that are configured with one."""
        for section in self._all("network", "interface"):
            device = one(section, "device", section.name)
            for address in many(section, "ipaddr"):
                mask = one(section, "netmask", "255.255.255.255")
                yield device, address if "/" in address else str(ipaddress.IPv4Interface(f"{address}/{mask}"))
            for address in many(section, "ip6addr"):
                yield device, address if "/" in address else f"{address}/128"

    def _all(self, package: str, kind: str) -> Iterator[Section]:
        found = self._packages.get(package)
        return (section for section in (found.sections if found else ()) if section.type == kind)

    def _option(self, package: str, kind: str, key: str) -> str:
        return next((one(section, key) for section in self._all(package, kind) if one(section, key)), "")

    def _wireless(self) -> Iterator[tuple[str, str, bool, int]]:
        """Yield each wireless network: kernel name, SSID, whether it is on, speed."""
        radios = {section.name: section for section in self._all("wireless", "wifi-device")}
        counts = dict.fromkeys(radios, 0)
        for network in self._all("wireless", "wifi-iface"):
            radio = radios.get(one(network, "device"))
            if radio is not None:
                phy = one(radio, "phy", radio.name.replace("radio", "phy"))
                name = f"{phy}-ap{counts[radio.name]}"
                counts[radio.name] += 1
                speed = _AIR.get(one(radio, "band"), 0)
                yield name, one(network, "ssid"), on(radio) and on(network), speed
