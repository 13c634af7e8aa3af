"""An emulated OpenWrt access point: what it shows follows from its UCI text.

SNMPv3 users are no part of UCI (net-snmp localises their keys at staging): they come from outside, and only those
that the text's `snmpd` package lets in are answered.
"""

from __future__ import annotations

import hashlib
import shlex
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from homeroom.errors import LabError
from homeroom.lab.emulated import Interface, SnmpUser

_WIRED: Final = 1_000_000_000
_AIR: Final = {"2g": 574_000_000, "5g": 1_201_000_000, "6g": 2_402_000_000}


@dataclass
class Section:
    """One section of a UCI package; a later option of the same name replaces the earlier one."""

    package: str
    kind: str
    name: str
    options: dict[str, str] = field(default_factory=dict[str, str])
    lists: dict[str, list[str]] = field(default_factory=dict[str, list[str]])

    @property
    def on(self) -> bool:
        """Tell whether it is not disabled."""
        return self.options.get("disabled", "0") == "0"


def sections(text: str) -> Iterator[Section]:
    """Read what `uci export` prints."""
    package, section = "", Section("", "", "")
    for number, line in enumerate(text.splitlines(), 1):
        match _words(line, number):
            case []:
                continue
            case ["package", package]:
                continue
            case ["config", kind, *name]:
                if section.kind:
                    yield section
                section = Section(package, kind, name[0] if name else "")
            case ["option", key, value] if section.kind:
                section.options[key] = value
            case ["list", key, value] if section.kind:
                section.lists.setdefault(key, []).append(value)
            case _:
                raise LabError(f"line {number} of the access point's configuration is no UCI: {line.strip()!r}")
    if section.kind:
        yield section


def _words(line: str, number: int) -> list[str]:
    try:
        return shlex.split(line, comments=True)
    except ValueError as error:
        raise LabError(f"line {number} of the access point's configuration is no UCI: {error}") from error


class AccessPoint:
    """One access point (see homeroom.lab.emulated.Emulated); `users` are the SNMPv3 users made at staging."""

    platform: Final = "openwrt"
    kind: Final = "ap"

    def __init__(
        self, *, name: str, address: str, model: str, config: str, boot: float, users: Mapping[str, SnmpUser]
    ) -> None:
        self.name = name
        self.address = address
        self.model = model
        self.boot = boot
        self.engine_boots = 1
        self.version = 0
        self._users = users
        self.load(config, boot)

    def load(self, config: str, now: float) -> None:
        """Take a configuration: all of it, at once, and kept over a reboot, as `uci import` and `commit` do."""
        self._sections = list(sections(config))
        self.config = config
        self.running_changed = self.running_saved = self.startup_changed = now
        self.version += 1

    def reboot(self, now: float) -> None:
        """Start again: uptime and engine time count from now."""
        self.boot = now
        self.engine_boots += 1
        self.version += 1

    @property
    def hostname(self) -> str:
        """Return sysName: net-snmp's own setting, else the system's name."""
        return self._option("snmpd", "system", "sysName") or self._option("system", "system", "hostname")

    @property
    def location(self) -> str:
        """Return sysLocation."""
        return self._option("snmpd", "system", "sysLocation")

    @property
    def contact(self) -> str:
        """Return sysContact."""
        return self._option("snmpd", "system", "sysContact")

    def interfaces(self) -> Sequence[Interface]:
        """Return loopback, ports, bridge, one interface a VLAN that has a name, and one a wireless network."""
        rows = [("lo", True, 10_000_000)]
        for bridge in self._all("network", "device"):
            rows += [(port, True, _WIRED) for port in bridge.lists.get("ports", [])]
            rows.append((bridge.options.get("name", bridge.name), True, _WIRED))
        rows += [(one.options["device"], True, _WIRED) for one in self._named()]
        rows += [(name, up, speed) for name, _, up, speed in self._wireless()]
        return [
            Interface(index, name, "", up, up, speed, "" if name == "lo" else self._mac(index))
            for index, (name, up, speed) in enumerate(rows, 1)
        ]

    def vlans(self) -> Mapping[int, str]:
        """Return the VLANs of the bridge, each under the name of the interface on it."""
        names = {one.options["device"].rpartition(".")[2]: one.name for one in self._named()}
        numbers = [one.options.get("vlan", "") for one in self._all("network", "bridge-vlan")]
        return {int(number): names.get(number, f"vlan{number}") for number in numbers if number.isdecimal()}

    def ssids(self) -> Sequence[str]:
        """Return the network names, one for each wireless interface and in their order."""
        return [ssid for _, ssid, _, _ in self._wireless()]

    def snmp_users(self) -> Mapping[str, SnmpUser]:
        """Return the staged users that belong to a group of the `snmpd` package."""
        let_in = {one.options.get("secname") for one in self._all("snmpd", "group")}
        return {name: user for name, user in self._users.items() if name in let_in}

    def communities(self) -> Mapping[str, str]:
        """Return the SNMPv2c communities: UCI's `com2sec` sections, all of them read-only."""
        return {one.options["community"]: "RO" for one in self._all("snmpd", "com2sec") if "community" in one.options}

    def _all(self, package: str, kind: str) -> Iterator[Section]:
        return (one for one in self._sections if (one.package, one.kind) == (package, kind))

    def _option(self, package: str, kind: str, key: str) -> str:
        return next((one.options[key] for one in self._all(package, kind) if key in one.options), "")

    def _named(self) -> Iterator[Section]:
        """Yield the interfaces that stand on one VLAN of a bridge."""
        return (one for one in self._all("network", "interface") if "." in one.options.get("device", ""))

    def _wireless(self) -> Iterator[tuple[str, str, bool, int]]:
        """Yield each wireless network: kernel name, SSID, whether it is on, speed."""
        radios = {one.name: one for one in self._all("wireless", "wifi-device")}
        counts = dict.fromkeys(radios, 0)
        for network in self._all("wireless", "wifi-iface"):
            radio = radios.get(network.options.get("device", ""))
            if radio is not None:
                name = f"{radio.options.get('phy', radio.name)}-ap{counts[radio.name]}"
                counts[radio.name] += 1
                speed = _AIR.get(radio.options.get("band", ""), 0)
                yield name, network.options.get("ssid", ""), radio.on and network.on, speed

    def _mac(self, number: int) -> str:
        """Return a locally administered address that follows from the device's name."""
        return (b"\x02" + hashlib.sha256(self.name.encode()).digest()[:4] + bytes([number & 0xFF])).hex(":")
