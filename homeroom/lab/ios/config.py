"""A configuration as a tree: sections by keyword (indentation means nothing), one value a slot, defaults left out.

A slot is what a line gives a value to: `hostname`, `ip address`, entry 10 of an access list; a line that does not
replace another is its own slot. Two configurations are equal when every slot holds the same.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from homeroom.lab.emulated import SnmpUser

ETX: Final = "\x03"
"""The banner delimiter as IOS keeps it; `show` prints it as ^C."""
_CARET_C: Final = re.compile(r"\^C")


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


@dataclass(slots=True)
class Chassis:
    """What the configuration meets on the box: its ports, its SNMP users (never in the configuration), its dice."""

    ports: frozenset[str] = frozenset()
    """Physical interfaces; empty: any is taken."""
    salt: Callable[[], str] = lambda: "homeroomlabsalt"[:14]
    """Makes the 14-character salt of a type 9 hash."""
    users: dict[str, SnmpUser] = field(default_factory=dict[str, SnmpUser])
    hashed: bool = False
    """Set when a clear-text secret was met: its hash differs each time."""

    def scratch(self) -> Chassis:
        """Return a copy on which a configuration can be tried."""
        return Chassis(self.ports, self.salt, dict(self.users))


def root() -> Section:
    """Return an empty configuration."""
    return Section("global")


def dump(section: Section, depth: int = 0) -> Iterator[str]:
    """Yield the lines as IOS files them: a `!` around sections and between kinds of commands."""
    last: tuple[int, ...] = ()
    for entry in section:
        if depth == 0 and last and (entry.order[0] != last[0] or entry.below is not None):
            yield "!"
        last = entry.order
        yield from (f"{' ' * depth}{line}" if not n else line for n, line in enumerate(entry.line.split("\n")))
        if entry.below is not None:
            yield from dump(entry.below, depth + 1)


def text(section: Section) -> str:
    """Print a whole configuration as a file: it begins with `version` and ends with `end`."""
    return "\n".join([*dump(section), "!", "end", ""])


def shown(config: str) -> str:
    """Print a configuration file's text as a terminal shows it."""
    return config.replace(ETX, "^C")


@dataclass(frozen=True, slots=True)
class Rejected:
    """A line the device refused, and what it said."""

    line: str
    message: str


def statements(config: str) -> Iterator[str]:
    """Split a configuration file into commands; a banner with its lines is one.

    A comment in column 0 is kept as `!`: IOS prints one after each section.
    """
    lines = iter(config.replace("\r\n", "\n").split("\n"))
    for raw in lines:
        line = raw.rstrip()
        if line.startswith("!"):
            yield "!"
        if not line.strip() or line.lstrip().startswith("!") or _noise(line):
            continue
        yield _banner(line, lines) if line.lstrip().startswith("banner ") else line


def _noise(line: str) -> bool:
    """Tell what `show running-config` prints around the configuration."""
    return line.startswith(("Building configuration", "Current configuration", "Using "))


_BANNER: Final = re.compile(r"\s*banner\s+(\S+)\s+(\^C|\S)(.*)", re.DOTALL)


def delimiter(line: str) -> str | None:
    """Return the delimiter of a banner that `line` opens and does not close; None for every other line."""
    found = _BANNER.match(line)
    return found.group(2) if found and found.group(2) not in found.group(3) else None


def _banner(line: str, lines: Iterable[str]) -> str:
    """Take the lines of a banner up to its delimiter."""
    end = delimiter(line)
    if end is None:
        return line
    taken = [line]
    for more in lines:
        taken.append(more.rstrip("\r"))
        if end in more:
            break
    return "\n".join(taken)


def banner(statement: str) -> tuple[str, str] | None:
    """Read a whole banner statement: (kind, text between the delimiters); None when it is not one."""
    found = _BANNER.match(_CARET_C.sub(ETX, statement))
    if found is None:
        return None
    body, _, _rest = found.group(3).partition(found.group(2))
    return found.group(1), body


def banners(section: Section) -> Mapping[str, str]:
    """Return the configured banners: kind -> text."""
    read = [banner(entry.line) for entry in section if entry.line.startswith("banner ")]
    return {found[0]: found[1] for found in read if found}
