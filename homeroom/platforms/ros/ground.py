"""The interfaces of a RouterOS configuration: their names, lists, addresses, VLANs, and the ports of its bridges.

Sources: the vendor's manual, Bridge VLAN Table, IP Addressing, IPv6 Addressing, Interface Lists.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator, Mapping
from typing import Final

from homeroom.errors import ParseError
from homeroom.platforms.access import Bridged, Interface
from homeroom.platforms.ros import menus
from homeroom.platforms.ros.model import Entry, Model
from homeroom.prefix import BITS, Prefix

_ADDRESSED: Final = ("/ip address", "/ipv6 address", "/ip dhcp-client", "/ipv6 dhcp-client")
_TUNNELS: Final = tuple(
    f"/interface {kind}"
    for kind in (
        "pppoe-client", "ppp-client", "l2tp-client", "pptp-client", "sstp-client", "ovpn-client", "wireguard", "gre",
        "gre6", "ipip", "ipipv6", "6to4",
    )
)  # fmt: skip
"""Interfaces that carry packets of their own, whose address the other end may give."""
_FILTERS: Final = ("/ip firewall filter", "/ipv6 firewall filter", "/ip firewall nat", "/ipv6 firewall nat")
_EVERY_VLAN: Final = frozenset(range(1, 4095))


def live(model: Model, path: str) -> Iterator[Entry]:
    """Yield a menu's own entries that are not disabled."""
    state = model.menus.get(path)
    for entry in state.added.values() if state else ():
        if entry.params.get("disabled") != "yes":
            yield entry


def setting(model: Model, path: str, name: str, default: str) -> str:
    """Return a setting of a menu that is one."""
    state = model.menus.get(path)
    entry = state.fixed.get(()) if state else None
    return entry.params.get(name, default) if entry else default


class Ground:
    """What the firewall stands on. ParseError for a list of interfaces that nobody can know beforehand."""

    def __init__(self, model: Model) -> None:
        self.model = model
        self.off = frozenset(_shut(model))
        self.bridges = {entry.params["name"]: entry for entry in live(model, "/interface bridge")}
        self.vlans = dict(self._vlans())
        self.radios = frozenset(_radios(model))
        self._lists = {entry.params["name"]: entry for entry in live(model, "/interface list")}
        self._members: dict[str, set[str]] = {}
        for entry in live(model, "/interface list member"):
            self._members.setdefault(entry.params.get("list", ""), set()).add(entry.params.get("interface", ""))
        self.entrances = tuple(self._entrances())
        """Interfaces by which packets come in to be routed, in the order of the text."""

    def role(self, interface: str) -> str:
        """Return whose VLAN an interface is: RouterOS's VLANs have the names of their interfaces."""
        return interface if interface in self.vlans else ""

    def matching(self, said: str, *, listed: bool) -> frozenset[str] | None:
        """Return the entrances that a matcher means; None when nobody knows."""
        name = said.removeprefix("!")
        if not listed and name.startswith("all-"):
            return None
        known = self._listed(name) if listed else frozenset({name})
        if known is None:
            return None
        return frozenset(self.entrances) - known if said.startswith("!") else known

    def _listed(self, name: str, above: tuple[str, ...] = ()) -> frozenset[str] | None:
        """Return the interfaces of a list, with what it includes and without what it excludes."""
        if name == "all":
            return frozenset(self.entrances)
        if name == "none":
            return frozenset()
        if name not in self._lists or name in above:
            return None
        found = set(self._members.get(name, ()))
        for option, take in (("include", found.update), ("exclude", found.difference_update)):
            for other in filter(None, self._lists[name].params.get(option, "").split(",")):
                more = self._listed(other, (*above, name))
                if more is None:
                    return None
                take(more)
        return frozenset(found)

    def _entrances(self) -> Iterator[str]:
        names = [entry.params.get("interface", "") for path in _ADDRESSED for entry in live(self.model, path)]
        names += [entry.params.get("name", "") for path in _TUNNELS for entry in live(self.model, path)]
        rules = [entry.params for path in _FILTERS for entry in live(self.model, path)]
        names += [
            said for params in rules if (said := params.get("in-interface", "")) and not said.startswith(("!", "all-"))
        ]
        for params in rules:
            said = params.get("in-interface-list", "").removeprefix("!")
            names += sorted(self._members.get(said, ()))
        yield from (name for name in dict.fromkeys(names) if name and name not in self.off)

    def _vlans(self) -> Iterator[tuple[str, int]]:
        for entry in live(self.model, "/interface vlan"):
            yield entry.params["name"], _number(entry, "/interface vlan", entry.params.get("vlan-id", "1"))

    def vlan_of(self, interface: str) -> int:
        """Return the VLAN behind an interface: its own, or of a bridge the one without a tag; 0 when there is none."""
        if interface in self.vlans:
            return self.vlans[interface]
        bridge = self.bridges.get(interface)
        return _number(bridge, "/interface bridge", bridge.params.get("pvid", "1")) if bridge else 0

    def vlan_names(self) -> Mapping[int, str]:
        """Return the VLANs' names: of the interface on it, else the comment of its entry in the bridge's table."""
        found: dict[int, str] = {}
        for entry in live(self.model, "/interface bridge vlan"):
            for number in _vlan_ids(entry):
                if entry.params.get("comment"):
                    found[number] = entry.params["comment"]
        return found | {number: name for name, number in self.vlans.items()}

    def interfaces(self) -> Iterator[Interface]:
        """Yield every layer-3 interface that is up."""
        addresses: dict[str, list[tuple[int, Prefix]]] = {name: [] for name in self.entrances}
        for path in ("/ip address", "/ipv6 address"):
            for entry in live(self.model, path):
                if entry.params.get("interface", "") in addresses and "from-pool" not in entry.params:
                    addresses[entry.params["interface"]].append(_address(entry, path))
        yield from (Interface(name, self.vlan_of(name), tuple(found)) for name, found in addresses.items())

    # --- bridging

    def bridged(self) -> Iterator[Bridged]:
        """Yield every bridge port that is up, radios excepted: their clients' VLANs are their networks' to say."""
        for entry in live(self.model, "/interface bridge port"):
            for name in self._ports(entry):
                if name not in self.off and name not in self.radios:
                    yield self._bridged(name, entry)

    def _ports(self, entry: Entry) -> tuple[str, ...]:
        """Return the interface of a port, or those of a list."""
        name = entry.params.get("interface", "")
        return tuple(sorted(self._members.get(name, ()))) if name in self._lists else (name,)

    def _bridged(self, name: str, entry: Entry) -> Bridged:
        bridge = self.bridges.get(entry.params.get("bridge", ""))
        if bridge is None or bridge.params.get("vlan-filtering") != "yes":
            return Bridged(name, self.vlan_of(entry.params.get("bridge", "")), _EVERY_VLAN)
        frames = entry.params.get("frame-types", "admit-all")
        pvid = _number(entry, "/interface bridge port", entry.params.get("pvid", "1"))
        untagged = 0 if frames == "admit-only-vlan-tagged" else pvid
        if frames == "admit-only-untagged-and-priority-tagged":
            return Bridged(name, untagged, frozenset())
        if entry.params.get("ingress-filtering") == "no":
            return Bridged(name, untagged, _EVERY_VLAN)
        return Bridged(name, untagged, frozenset(self._tagged(name, entry.params["bridge"])))

    def _tagged(self, port: str, bridge: str) -> Iterator[int]:
        for entry in live(self.model, "/interface bridge vlan"):
            if entry.params.get("bridge") == bridge:
                members = entry.params.get("tagged", "").split(",")
                if port in members or any(port in self._members.get(one, ()) for one in members):
                    yield from _vlan_ids(entry)


def _shut(model: Model) -> Iterator[str]:
    """Yield the names of the interfaces that are off."""
    for path, state in model.menus.items():
        if path.startswith("/interface ") and path.count(" ") == 1:
            for key, entry in (*state.added.items(), *state.fixed.items()):
                off = entry.params.get("disabled", menus.default(path, "disabled"))
                if off == "yes":
                    yield entry.params.get("name") or dict(key).get("default-name") or dict(key).get("name", "")


def _radios(model: Model) -> Iterator[str]:
    for path in ("/interface wifi", "/interface wireless"):
        state = model.menus.get(path)
        for key, entry in (*state.added.items(), *state.fixed.items()) if state else ():
            yield entry.params.get("name") or dict(key).get("default-name", "")


def _vlan_ids(entry: Entry) -> Iterator[int]:
    for part in entry.params.get("vlan-ids", "").split(","):
        low, _, high = part.partition("-")
        if not low.isdecimal() or not (high or low).isdecimal():
            raise ParseError(f"line {entry.line}: /interface bridge vlan: not understood: vlan-ids {part!r}")
        yield from range(int(low), int(high or low) + 1)


def _number(entry: Entry, path: str, text: str) -> int:
    if not text.isdecimal():
        raise ParseError(f"line {entry.line}: {path}: not understood: {text!r} is no number")
    return int(text)


def _address(entry: Entry, path: str) -> tuple[int, Prefix]:
    """Return an address and its network; a /32 whose other end is the other half of a /31 has that one (RFC 3021)."""
    said, peer = entry.params.get("address", ""), entry.params.get("network", "")
    try:
        own = ipaddress.ip_interface(said if "/" in said or path == "/ip address" else f"{said}/64")
        other = int(ipaddress.ip_address(peer)) if peer else 0
    except ValueError as error:
        raise ParseError(f"line {entry.line}: {path}: not understood: {error}") from error
    value, length, bits = int(own.ip), own.network.prefixlen, BITS[own.version]
    length -= length == bits and value ^ 1 == other
    return value, Prefix(own.version, value >> (bits - length) << (bits - length), length)
