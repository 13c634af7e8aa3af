"""What a parser gives back of a configuration: access lists as the policy's own objects, and where they apply."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, Protocol, TypeAlias

from homeroom.policy.model import AccessList, Family

Direction: TypeAlias = Literal["in", "out"]


@dataclass(frozen=True, slots=True)
class Applied:
    """A list in force on an interface."""

    interface: str
    direction: Direction
    family: Family
    name: str


@dataclass(frozen=True, slots=True)
class Access:
    """The access lists of a device, in the order of the text.

    `lists`: those that filter traffic through interfaces, or are applied nowhere. `guards`: those that only say who
    may manage the device (terminal lines, SNMP). `missing`: applied by name but nowhere defined, which some
    platforms take for `permit everything`.
    """

    lists: tuple[AccessList, ...] = ()
    applied: tuple[Applied, ...] = ()
    guards: tuple[AccessList, ...] = ()
    missing: tuple[str, ...] = ()

    def by_name(self) -> Mapping[tuple[Family, str], AccessList]:
        """Return the lists keyed by family and name: one name may stand for an IPv4 and an IPv6 list."""
        return {(entry.family, entry.name): entry for entry in self.lists}


class Parser(Protocol):
    """Reads one platform's configurations back, written independently of its templates."""

    def lines(self, text: str) -> tuple[str, ...]:
        """Return the meaning of a configuration as comparable lines; equal tuples mean equal configurations."""
        ...

    def diff(self, old: str, new: str) -> str:
        """Return what changes from `old` to `new` as +/- lines in their context; empty when nothing does."""
        ...

    def access(self, text: str) -> Access:
        """Return the access lists; ParseError with the line when one is not understood."""
        ...

    def wire(self, text: str) -> str:
        """Return a rendered text as the device takes it in a file."""
        ...
