"""What a parser gives back of a configuration: what it lets through, as the policy's own objects, and where."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, Protocol, TypeAlias

from homeroom.policy.model import AccessList, Family, Group, Redirect, Window
from homeroom.prefix import Prefix

Hook: TypeAlias = Literal["in", "out", "local", "through"]
"""Where a list stands: it sees what enters the interface, what leaves it, or of what enters only the packets for
the device itself (`local`) or those it forwards (`through`)."""
Spot: TypeAlias = tuple[str, Hook, Family]
"""Interface, hook and family: where packets are judged."""


@dataclass(frozen=True, slots=True)
class Applied:
    """A list in force on an interface."""

    interface: str
    hook: Hook
    family: Family
    name: str


@dataclass(frozen=True, slots=True)
class Interface:
    """A layer-3 interface that is up. `addresses`: its own, as (address as integer, network).

    `vlan`: the VLAN behind it, 0 when it is no VLAN's.
    """

    name: str
    vlan: int
    addresses: tuple[tuple[int, Prefix], ...]


@dataclass(frozen=True, slots=True)
class Bridged:
    """A layer-2 port that is up. `untagged`: the VLAN of untagged frames, 0 when they are dropped; `tagged` others."""

    name: str
    untagged: int
    tagged: frozenset[int]


@dataclass(frozen=True, slots=True)
class Ssid:
    """An SSID on air, the VLAN its clients get, whether RADIUS may name another, and whether clients are isolated."""

    ssid: str
    vlan: int
    dynamic: bool
    isolated: bool


@dataclass(frozen=True, slots=True)
class Route:
    """A static route. `via` is a next hop or interface, as printed."""

    target: Prefix
    via: str
    distance: int


@dataclass(frozen=True, slots=True)
class Access:
    """What a device lets through, in the order of the text.

    `lists`: those that filter traffic through interfaces, or are applied nowhere. `guards`: those that only say who
    may manage the device (terminal lines, SNMP). `missing`: applied by name but nowhere defined, which some
    platforms take for `permit everything`. `routes_between`: it forwards packets between its interfaces. An
    interface with no list applied forwards everything; a platform whose default is otherwise says so in its lists.
    """

    lists: tuple[AccessList, ...] = ()
    applied: tuple[Applied, ...] = ()
    guards: tuple[AccessList, ...] = ()
    missing: tuple[str, ...] = ()
    groups: tuple[Group, ...] = ()
    windows: Mapping[str, Window] = field(default_factory=dict[str, Window])
    interfaces: tuple[Interface, ...] = ()
    bridged: tuple[Bridged, ...] = ()
    ssids: tuple[Ssid, ...] = ()
    routes: tuple[Route, ...] = ()
    redirects: tuple[Redirect, ...] = ()
    """`role` is here the interface, as `Applied` names it."""
    vlan_names: Mapping[int, str] = field(default_factory=dict[int, str])
    routes_between: bool = False

    def by_name(self) -> Mapping[tuple[Family, str], AccessList]:
        """Return the lists keyed by family and name: one name may stand for an IPv4 and an IPv6 list."""
        return {(entry.family, entry.name): entry for entry in self.lists}

    def standing(self) -> Mapping[Spot, tuple[str, AccessList | None]]:
        """Return the list in force at each spot, by name; None for one that is nowhere defined."""
        lists = self.by_name()
        return {
            (use.interface, use.hook, use.family): (use.name, lists.get((use.family, use.name))) for use in self.applied
        }


class Parser(Protocol):
    """Reads one platform's configurations back, written independently of its templates."""

    def lines(self, text: str) -> tuple[str, ...]:
        """Return the meaning of a configuration as comparable lines; equal tuples mean equal configurations."""
        ...

    def diff(self, old: str, new: str) -> str:
        """Return what changes from `old` to `new` as +/- lines in their context; empty when nothing does."""
        ...

    def access(self, text: str) -> Access:
        """Return what the device lets through; ParseError with the line when a line that decides is not understood."""
        ...

    def wire(self, text: str) -> str:
        """Return a rendered text as the device takes it in a file."""
        ...
