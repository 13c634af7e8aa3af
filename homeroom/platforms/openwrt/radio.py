"""/etc/config/wireless read back: which SSIDs are on air, and the VLAN behind each.

Source: https://openwrt.org/docs/guide-user/network/wifi/basic; the netifd script of hostapd.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from homeroom.platforms.access import Ssid
from homeroom.platforms.openwrt.network import Network
from homeroom.platforms.openwrt.sections import Section, by_kind
from homeroom.platforms.tree import Node

_DYNAMIC: Final = {"": False, "0": False, "1": True, "2": True}


def ssids(root: Node, network: Network) -> tuple[Ssid, ...]:
    """Return the SSIDs on air, one that several radios carry once; ParseError when its network is not understood."""
    found = by_kind(root, "wireless")
    off = {s.name for s in found.get("wifi-device", ()) if s.flag("disabled", missing=False)}
    return tuple(dict.fromkeys(_read(found.get("wifi-iface", []), off, network)))


def _read(ifaces: list[Section], off: set[str], network: Network) -> Iterator[Ssid]:
    for section in ifaces:
        if section.one("mode", "ap") != "ap":
            raise section.wrong("mode", f"'{section.one('mode')}' is not understood: only access points are")
        if section.one("device") in off or section.flag("disabled", missing=False):
            continue
        names = section.many("network")
        if len(names) != 1 or names[0] not in network.nets:
            raise section.wrong("network", f"'{' '.join(names)}' is no interface of /etc/config/network")
        dynamic = section.one("dynamic_vlan")
        if dynamic not in _DYNAMIC:
            raise section.wrong("dynamic_vlan", f"'{dynamic}' is none of 0, 1, 2")
        isolated = section.flag("isolate", missing=False)
        yield Ssid(section.one("ssid"), network.nets[names[0]].vlan, _DYNAMIC[dynamic], isolated)
