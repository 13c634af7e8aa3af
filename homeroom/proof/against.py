"""What a change opens and closes: for each list, where it stands, packets that pass now and did not, and back."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

from homeroom.platforms.access import Access, Hook
from homeroom.policy.compare import Difference, opens, same
from homeroom.policy.model import Family, Rule
from homeroom.prefix import ANY
from homeroom.proof import words

Place: TypeAlias = tuple[str, Hook, Family]
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
    before, after = _lists(old), _lists(new)
    known = [{one.name for one in access.interfaces} for access in (old, new)]
    for place in sorted(before.keys() | after.keys()):
        interface, hook, family = place
        one, two = (
            _effect(lists.get(place), there=interface in names or place in lists, family=family)
            for lists, names in zip((before, after), known, strict=True)
        )
        if not same(one, two):
            name = (after.get(place) or before.get(place) or ("", ()))[0]
            found = tuple(_packet(d, two) for d in opens(one, two)[:SHOWN])
            lost = tuple(_packet(d, one) for d in opens(two, one)[:SHOWN])
            yield Change(device, interface, hook, family, name, found, lost)
    yield from _ways(device, old, new)


def _lists(access: Access) -> Mapping[Place, tuple[str, Sequence[Rule] | None]]:
    """Return the list at each place; None for one that is nowhere defined."""
    lists = access.by_name()
    found: dict[Place, tuple[str, Sequence[Rule] | None]] = {}
    for use in access.applied:
        entry = lists.get((use.family, use.name))
        found[use.interface, use.hook, use.family] = use.name, entry.rules if entry else None
    return found


def _effect(entry: tuple[str, Sequence[Rule] | None] | None, *, there: bool, family: Family) -> Sequence[Rule]:
    """Return rules that let through what a place does: everything without a list, nothing without an interface."""
    if entry and entry[1] is not None:
        return entry[1]
    action = "permit" if there else "deny"
    return (Rule("permit" if action == "permit" else "deny", "ip", ANY[family], ANY[family]),)


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
