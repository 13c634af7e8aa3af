"""When two devices' texts are the same but for the addresses that the plan gave them.

A text is cut where it names an address of the site's own; what stands between is kept word for word. Another text has
the same shape if it is, letter for letter, what comes out when its own addresses are put in. Lines that say nothing
about what passes (a host name, a description, a line's speed) may differ.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, NamedTuple, TypeAlias

from homeroom.intent.model import Intent
from homeroom.policy.model import WAN
from homeroom.proof.ground import FAMILIES, Ground

Block: TypeAlias = tuple[int, int, int]
"""Family, first and last address."""
_ADDRESS: Final = re.compile(
    r"(?<![\w.:])(\d{1,3}(?:\.\d{1,3}){3}|[0-9A-Fa-f]{0,4}(?::[0-9A-Fa-f]{0,4}){2,7})(?![\w:]|\.\d)"
    r"(?=(?:/(\d{1,3})| ((?:0|255)(?:\.\d{1,3}){3})(?![\w.]))?)"
)
NEUTRAL: Final = re.compile(
    r"[ \t]*(hostname|host-name|description|bandwidth|shape average|snmp-server location|snmp-server chassis-id|"
    r"location|contact|option hostname|option description|option sysName|option sysLocation|option channel)[ =]"
)
"""How a line begins that says nothing about what passes. A test holds every platform's parser to it."""


class Slot(NamedTuple):
    """Where an address of the site's own stands: in which block, how far into it, and whether in capitals."""

    block: str
    offset: int
    capitals: bool


@dataclass(frozen=True, slots=True)
class Estate:
    """What the plan gave to a site: its blocks by name.

    `layout` is equal for two sites if one is the other moved: every network at the same place in its block.
    """

    blocks: Mapping[str, Block]
    layout: tuple[object, ...]

    @classmethod
    def of(cls, ground: Ground, intents: Sequence[Intent]) -> Estate:
        """Read a site's estate off its plan."""
        blocks: dict[str, Block] = {}
        layout: list[object] = [ground.roles, tuple(ground.vlans)]
        for family in FAMILIES:
            nets = ground.nets[family].values()
            low, high = min(net.first for net in nets), max(net.last for net in nets)
            blocks[f"site{family}"] = family, low, high
            layout.append(tuple((net.first - low, net.length) for net in nets))
        for number, uplink in enumerate(uplink for intent in intents for uplink in intent.uplinks):
            here, there = (int(ipaddress.IPv4Address(text)) for text in (uplink.v4, uplink.peer4))
            blocks[f"{WAN}{number}"] = 4, min(here, there), max(here, there)
            layout.append((uplink.interface, uplink.distance, here - there))
        return cls(blocks, tuple(layout))

    def device(self, intent: Intent) -> Mapping[str, Block]:
        """Return the blocks with the device's own address before all others."""
        own = (ipaddress.ip_address(text) for text in (intent.management.v4, intent.management.v6))
        return {f"self{one.version}": (one.version, int(one), int(one)) for one in own} | dict(self.blocks)


class Shape:
    """A text with slots for what is its own: addresses, and the device's name."""

    def __init__(self, text: str, blocks: Mapping[str, Block], name: str = "") -> None:
        self.slots: list[Slot] = []
        self._literals: list[str] = []
        text, at = _nameless(text, name), 0
        for found in _ADDRESS.finditer(text):
            slot = _slot(found, blocks)
            if slot:
                self._literals.append(text[at : found.start(1)])
                self.slots.append(slot)
                at = found.end(1)
        self._literals.append(text[at:])

    def filled(self, blocks: Mapping[str, Block]) -> str:
        """Return the text of a device whose own blocks these are."""
        pieces = [""] * (2 * len(self.slots) + 1)
        pieces[::2] = self._literals
        pieces[1::2] = [_written(blocks[block], offset, capitals) for block, offset, capitals in self.slots]
        return "".join(pieces)

    def fits(self, text: str, blocks: Mapping[str, Block], name: str) -> bool:
        """Tell whether a text has this shape. `blocks` have the same names as those it was made with."""
        expected, text = self.filled(blocks), _nameless(text, name)
        return expected == text or _alike(expected.split("\n"), text.split("\n"))


def moved(text: str, old: Mapping[str, Block], new: Mapping[str, Block]) -> str:
    """Return a sentence about one site as it is of another: its own addresses exchanged."""
    return Shape(text, old).filled(new)


def _nameless(text: str, name: str) -> str:
    return text.replace(name, "\0") if name else text


def _alike(one: Sequence[str], two: Sequence[str]) -> bool:
    if len(one) != len(two):
        return False
    for mine, other in zip(one, two, strict=True):
        if mine != other:
            first, second = NEUTRAL.match(mine), NEUTRAL.match(other)
            if not first or not second or first.group() != second.group():
                return False
    return True


def _slot(found: re.Match[str], blocks: Mapping[str, Block]) -> Slot | None:
    text = found.group(1)
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return None
    value, capitals = int(address), text != text.lower()
    low, high = _network(found, address.version, value)
    for name, (family, first, last) in blocks.items():
        if family == address.version and first <= value <= last:
            slot = Slot(name, value - first, capitals)
            near = blocks[f"site{family}"] if name.startswith("self") else (family, first, last)
            if near[1] <= low and high <= near[2] and _written(blocks[name], slot.offset, capitals) == text:
                return slot
    return None


def _network(found: re.Match[str], family: int, value: int) -> tuple[int, int]:
    """Return the first and last address of what is written with an address: a network reaches further than a host."""
    length, mask = found.group(2), found.group(3)
    if length is not None:
        host = (1 << max(0, (32 if family == 4 else 128) - int(length))) - 1
    elif mask is not None:
        number = int(ipaddress.IPv4Address(mask))
        host = number if mask.startswith("0.") else number ^ 0xFFFFFFFF
    else:
        host = 0
    return value & ~host, value | host


@lru_cache(maxsize=4096)
def _written(block: Block, offset: int, capitals: bool) -> str:  # noqa: FBT001 - a cache takes no keywords cheaply
    value = block[1] + offset
    if block[0] == 4:
        return f"{value >> 24}.{value >> 16 & 255}.{value >> 8 & 255}.{value & 255}"
    text = str(ipaddress.IPv6Address(value))
    return text.upper() if capitals else text
