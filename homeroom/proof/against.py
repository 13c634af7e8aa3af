"""What a change opens and closes: for each list, where it stands, packets that pass now and did not, and back."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from homeroom.platforms.access import Access, Spot
from homeroom.policy.compare import Difference, let_all, opens, same
from homeroom.policy.model import Rule
from homeroom.proof import words

SHOWN: Final = 3
"""Packets of a change shown for each list."""


@dataclass(frozen=True, slots=True)
class Change:
    """A place where other packets pass than before. `rule` is the one that lets the first packet pass, or stops it."""

    device: str
    interface: str
    hook: str
    family: int
    list: str
    opens: tuple[str, ...]
    closes: tuple[str, ...]
    note: str = ""

    def document(self) -> dict[str, object]:
        """Return what `--json` prints."""
        return {
            "device": self.device,
            "interface": self.interface,
            "hook": self.hook,
            "family": self.family,
            "list": self.list,
            "opens": list(self.opens),
            "closes": list(self.closes),
            "note": self.note,
        }


def changes(device: str, old: Access, new: Access) -> Iterator[Change]:
    """Yield what differs between two configurations of a device."""
    before, after = old.standing(), new.standing()
    for spot in sorted(before.keys() | after.keys()):
        interface, hook, family = spot
        one, two = _rules(old, spot), _rules(new, spot)
        if not same(one, two):
            name, _ = after.get(spot) or before[spot]
            found = tuple(_packet(d, two) for d in opens(one, two)[:SHOWN])
            lost = tuple(_packet(d, one) for d in opens(two, one)[:SHOWN])
            yield Change(device, interface, hook, family, name, found, lost)
    yield from _ways(device, old, new)


def _rules(access: Access, spot: Spot) -> Sequence[Rule]:
    """Return what judges there: everything passes without a list, nothing without an interface."""
    interface, _, family = spot
    standing = access.standing()
    name, entry = standing.get(spot, ("", None))
    if entry is not None:
        return entry.rules
    there = bool(name) or interface in {one.name for one in access.interfaces}
    return let_all(family) if there else ()


def _packet(difference: Difference, rules: Sequence[Rule]) -> str:
    during = f" during {difference.window}" if difference.window else ""
    return f"{difference.packet}{during} ({words.rule(rules[difference.rule_index])})"


def _ways(device: str, old: Access, new: Access) -> Iterator[Change]:
    """Yield what differs beside lists: forwarding, ports, networks on air."""
    if old.routes_between != new.routes_between:
        text = "forwards packets between its networks now" if new.routes_between else "forwards packets no more"
        yield Change(device, "", "", 0, "", (), (), text)
    ports = [{port.name: port for port in access.bridged} for access in (old, new)]
    for name in sorted(ports[0].keys() | ports[1].keys()):
        was, now = (side.get(name) for side in ports)
        if was != now:
            said = [f"untagged {p.untagged}, tagged {sorted(p.tagged)}" if p else "no port" for p in (was, now)]
            yield Change(device, name, "", 0, "", (), (), f"VLANs: {said[0]} -> {said[1]}")
    for ssid in sorted({*old.ssids} ^ {*new.ssids}, key=str):
        sign = "on air now" if ssid in new.ssids else "on air no more"
        isolated = "isolated" if ssid.isolated else "not isolated"
        yield Change(device, f"SSID {ssid.ssid}", "", 0, "", (), (), f"VLAN {ssid.vlan}, {isolated}: {sign}")
