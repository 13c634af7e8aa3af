"""A RouterOS configuration as SNMP shows it: interfaces, VLANs, networks, users."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from homeroom.lab.emulated import Interface, SnmpUser
from homeroom.lab.ros.config import Config, Entry

TYPES: Final = {
    "/interface ethernet": "ether",
    "/interface bridge": "bridge",
    "/interface vlan": "vlan",
    "/interface wifi": "wifi",
    "/interface wireguard": "wg",
    "/interface bonding": "bond",
}
_SPEEDS: Final = {"ether": 10**9, "bridge": 10**9, "vlan": 10**9, "wifi": 1_201_000_000, "wg": 10**9, "bond": 10**9}
_AUTH: Final = {"MD5": "MD5", "SHA1": "SHA", **{f"SHA{bits}": f"SHA-{bits}" for bits in (224, 256, 384, 512)}}


def interfaces(config: Config) -> Sequence[Interface]:
    """Return the interface table; RouterOS's ids are its indexes."""
    return [_interface(config, entry) for entry in config.interfaces()]


def _interface(config: Config, entry: Entry) -> Interface:
    kind, up = TYPES[entry.menu.path], not entry.on("disabled")
    return Interface(entry.number, entry.name, entry.get("comment"), up, up, _SPEEDS[kind], mac(config, entry).lower())


def mac(config: Config, entry: Entry) -> str:
    """Return an interface's MAC address: a VLAN has that of the interface under it, a bridge that of a port."""
    own = entry.get("mac-address") or entry.get("admin-mac")
    if own or entry.menu.path == "/interface wireguard":
        return own
    below = {one.name: one for one in config.interfaces() if one is not entry}
    under = below.get(entry.get("interface") or entry.get("master-interface"))
    return mac(config, under) if under else next((mac(config, e) for e in config.table("/interface ethernet")), "")


def vlans(config: Config) -> Mapping[int, str]:
    """Return the VLANs of the bridges, by the name of the interface on each."""
    names = {entry.get("vlan-id"): entry.name for entry in config.table("/interface vlan")}
    found = {int(number): name for number, name in names.items()}
    for entry in config.table("/interface bridge vlan"):
        for part in entry.get("vlan-ids").split(","):
            low, _, high = part.partition("-")
            for number in range(int(low), int(high or low) + 1):
                found.setdefault(number, f"vlan{number}")
    return dict(sorted(found.items()))


def ssids(config: Config) -> Sequence[str]:
    """Return the network name of each radio interface that is on, its own or that of its profile."""
    profiles = {entry.name: entry.get("ssid") for entry in config.table("/interface wifi configuration")}
    radios = [entry for entry in config.table("/interface wifi") if not entry.on("disabled")]
    named = [entry.get("configuration.ssid") or profiles.get(entry.get("configuration"), "") for entry in radios]
    return [name for name in named if name]


def _communities(config: Config) -> Iterator[Entry]:
    if config.single("/snmp").on("enabled"):
        yield from (entry for entry in config.table("/snmp community") if not entry.on("disabled"))


def snmp_users(config: Config) -> Mapping[str, SnmpUser]:
    """Return the SNMPv3 users: RouterOS calls them communities with `security`."""
    return {
        entry.name: SnmpUser(
            _AUTH[entry.get("authentication-protocol")],
            entry.get("authentication-password"),
            entry.get("encryption-protocol") if entry.get("security") == "private" else "",
            entry.get("encryption-password") if entry.get("security") == "private" else "",
        )
        for entry in _communities(config)
        if entry.get("security") != "none"
    }


def communities(config: Config) -> Mapping[str, str]:
    """Return the SNMPv2c communities."""
    open_ones = [entry for entry in _communities(config) if entry.get("security") == "none"]
    return {entry.name: "RW" if entry.on("write-access") else "RO" for entry in open_ones if entry.on("read-access")}
