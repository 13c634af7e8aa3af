"""A configuration as a tree: sections by keyword (indentation means nothing), one value a slot, defaults left out.

A slot is what a line gives a value to: `hostname`, `ip address`, entry 10 of an access list; a line that does not
replace another is its own slot. Two configurations are equal when every slot holds the same.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field


@dataclass(slots=True)
class Entry:
    """A line in its slot, its place among others, and the section it opens (None: it opens none)."""

    line: str
    order: tuple[int, ...] = field(compare=False)
    below: Section | None = None


@dataclass(slots=True)
class Section:
    """What is configured in one mode: slot -> entry."""

    mode: str
    entries: dict[str, Entry] = field(default_factory=dict[str, "Entry"])

    def __iter__(self) -> Iterator[Entry]:
        """Yield the entries in the order of `show running-config`."""
        return iter(sorted(self.entries.values(), key=lambda entry: entry.order))

    def put(self, slot: str, entry: Entry) -> None:
        """Give `slot` a value; a section that is there already stays as it is."""
        old = self.entries.get(slot)
        if old is None or old.line != entry.line or (old.below is None) != (entry.below is None):
            self.entries[slot] = entry

    def drop(self, start: str) -> None:
        """Remove the lines that are `start` or begin with its words."""
        for slot in [slot for slot, entry in self.entries.items() if f"{entry.line} ".startswith(f"{start} ")]:
            del self.entries[slot]

    def lines(self, start: str) -> list[str]:
        """Return what follows `start` on the lines that begin with it: `lines("ip address ")`."""
        return [entry.line[len(start) :] for entry in self if entry.line.startswith(start)]

    def value(self, start: str, default: str = "") -> str:
        """Return what follows `start` on the first line that begins with it."""
        return next(iter(self.lines(start)), default)

    def has(self, line: str) -> bool:
        """Tell whether exactly `line` stands here."""
        return any(entry.line == line for entry in self.entries.values())

    def sections(self, start: str) -> Iterator[tuple[str, Section]]:
        """Yield (what follows `start`, section) of the sections whose line begins with it."""
        for entry in self:
            if entry.below is not None and entry.line.startswith(start):
                yield entry.line[len(start) :], entry.below

    def section(self, line: str) -> Section | None:
        """Return the section that `line` opens; None when it is not there."""
        return next((entry.below for entry in self.entries.values() if entry.line == line), None)

    def copy(self) -> Section:
        """Return a copy that shares nothing with this one."""
        below = {
            slot: Entry(entry.line, entry.order, entry.below.copy() if entry.below is not None else None)
            for slot, entry in self.entries.items()
        }
        return Section(self.mode, below)
