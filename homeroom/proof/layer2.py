"""Ports, links and networks on air: whether frames stay in the VLAN that the plan gives them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from homeroom.intent.model import Port, Wlan
from homeroom.platforms.access import Bridged, Ssid
from homeroom.policy.model import Policy
from homeroom.proof.ground import Box, Ground, port_name
from homeroom.proof.model import NOBODY, Finding, Leak

_NO_PORT: Final = Port("", "unused", "", 0, ())


class Wires:
    """Layer 2 of one site."""

    def __init__(self, ground: Ground, boxes: Sequence[Box], policy: Policy) -> None:
        self.ground = ground
        self.boxes = boxes
        self.by_name = {box.name: box for box in boxes}
        self.numbers = {role: vlan for vlan, role in ground.vlans.items()}
        self.policy = policy

    def leaks(self, box: Box) -> Iterator[Leak]:
        """Yield what one device's ports and SSIDs let through."""
        planned = _planned(box)
        for port in box.access.bridged:
            yield from self._port(box, port, planned.get(port_name(port.name), _NO_PORT))
        wlans = {wlan.ssid: wlan for wlan in box.intent.wlans}
        for ssid in dict.fromkeys(box.access.ssids):
            yield from self._ssid(box, ssid, wlans.get(ssid.ssid))
        yield from self._names(box)

    def links(self) -> Iterator[Leak | Finding]:
        """Yield where the two ends of a link disagree."""
        for box in self.boxes:
            for port in box.intent.ports:
                other = self.by_name.get(port.description) if port.vlans else None
                if other and other.intent.trunks:
                    yield from self._link(box, port.name, other, other.intent.trunks[0])

    def findings(self, box: Box) -> Iterator[Finding]:
        """Yield what a device's networks on air lack."""
        on_air = {ssid.ssid for ssid in box.access.ssids}
        for wlan in box.intent.wlans if box.access.ssids else ():
            if wlan.ssid not in on_air:
                yield Finding(box.name, "ssid missing", wlan.ssid, "is not on air, though the plan has it")
        wlans = {wlan.ssid: wlan for wlan in box.intent.wlans}
        for ssid in dict.fromkeys(box.access.ssids):
            if ssid.dynamic and ssid.ssid in wlans:
                yield from self._by_name(box, wlans[ssid.ssid])

    def _by_name(self, box: Box, wlan: Wlan) -> Iterator[Finding]:
        """Yield what is odd about a network whose clients RADIUS puts into VLANs by name."""
        named = set(box.access.vlan_names.values())
        if not wlan.radius:
            yield Finding(box.name, "vlan name", wlan.ssid, "takes VLANs by name, by the plan it asks no RADIUS")
        for role in wlan.roles:
            if role not in named:
                yield Finding(box.name, "vlan name", wlan.ssid, f"RADIUS may name {role}, which no VLAN is called")

    def _port(self, box: Box, port: Bridged, plan: Port) -> Iterator[Leak]:
        role = self.ground.vlans.get(port.untagged)
        trunk = bool(plan.vlans) or port_name(port.name) in box.intent.trunks
        if role and trunk:
            yield from self._native(box, port, role)
        elif role and port.untagged != plan.vlan:
            source = self.ground.vlans.get(plan.vlan, NOBODY)
            said = f"untagged VLAN {port.untagged} ({role}), by the plan {_vlan(plan.vlan)}"
            yield self._leak(box, (source, role), "a frame without a tag", port.name, said)
        if not trunk:
            for vlan in sorted(port.tagged):
                other = self.ground.vlans.get(vlan)
                if other:
                    source = self.ground.vlans.get(plan.vlan, NOBODY)
                    said = f"carries VLAN {vlan} ({other}), by the plan it is no trunk"
                    yield self._leak(box, (source, other), f"a frame tagged {vlan}", port.name, said)

    def _native(self, box: Box, port: Bridged, role: str) -> Iterator[Leak]:
        """Yield the classic hop: the native tag is taken off, and the tag within decides on the other side."""
        reached = [self.ground.vlans[vlan] for vlan in sorted(port.tagged) if self.ground.vlans.get(vlan, role) != role]
        said = f"native VLAN {port.untagged} of a trunk is {role}'s"
        for other in reached:
            packet = f"a frame tagged {port.untagged}, and within it {self.numbers[other]}"
            yield self._leak(box, (role, other), packet, port.name, said)
        if not reached:
            yield self._leak(box, (NOBODY, role), "a frame without a tag", port.name, said)

    def _link(self, one: Box, port: str, two: Box, trunk: str) -> Iterator[Leak | Finding]:
        near, far = _bridged(one, port), _bridged(two, trunk)
        if near is None or far is None:
            if near is not far and (one.access.bridged and two.access.bridged):
                lacking = one.name if near is None else two.name
                yield Finding(
                    one.name, "link differs", port, f"{lacking} does not carry the link to {two.name} as a port"
                )
            return
        here, there = (self.ground.vlans.get(end.untagged) for end in (near, far))
        if here and there and here != there:
            said = f"untagged VLAN {near.untagged} here, {far.untagged} on {two.name} {trunk}"
            yield self._leak(one, (here, there), "a frame without a tag", port, said)
        lost = sorted(vlan for vlan in near.tagged ^ far.tagged if vlan in self.ground.vlans)
        if lost:
            text = f"VLAN {', '.join(map(str, lost))} is carried at one end only; the other is {two.name} {trunk}"
            yield Finding(one.name, "link differs", port, text)

    def _ssid(self, box: Box, ssid: Ssid, wlan: Wlan | None) -> Iterator[Leak]:
        role = self.ground.vlans.get(ssid.vlan)
        where = f"SSID {ssid.ssid}"
        if wlan is None:
            if role:
                yield self._leak(
                    box, (NOBODY, role), "a frame of any client", where, f"is not planned; VLAN {ssid.vlan} ({role})"
                )
            return
        if role and ssid.vlan != wlan.vlan:
            said = f"VLAN {ssid.vlan} ({role}), by the plan {wlan.vlan} ({wlan.role})"
            yield self._leak(box, (wlan.role, role), "a frame of any client", where, said)
        if wlan.isolate and not ssid.isolated:
            said = "clients are not isolated from each other"
            yield self._leak(box, (wlan.role, wlan.role), "a frame from one client to another", where, said)

    def _names(self, box: Box) -> Iterator[Leak]:
        """Yield VLANs that bear another role's name: RADIUS puts people in by name."""
        for vlan, name in sorted(box.access.vlan_names.items()):
            role = self.ground.vlans.get(vlan)
            if name in self.numbers and role and name != role:
                said = f"VLAN {vlan} ({role}) is called {name}: RADIUS puts {name} there"
                yield self._leak(box, (name, role), "a frame of any client", f"VLAN {vlan}", said)

    def _leak(self, box: Box, pair: tuple[str, str], packet: str, interface: str, rule: str) -> Leak:
        return Leak(self.ground.site, *pair, packet, box.name, interface, f"{interface}: {rule}")


def _planned(box: Box) -> Mapping[str, Port]:
    return {port.name: port for port in box.intent.ports}


def _bridged(box: Box, name: str) -> Bridged | None:
    return next((port for port in box.access.bridged if port_name(port.name) == name), None)


def _vlan(number: int) -> str:
    return str(number) if number else "none"
