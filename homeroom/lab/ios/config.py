"""A configuration as IOS files and prints it, statement by statement; and what of the box it meets."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from homeroom.lab.emulated import SnmpUser
from homeroom.lab.section import Section

ETX: Final = "\x03"
"""The banner delimiter as IOS keeps it; `show` prints it as ^C."""
_CARET_C: Final = re.compile(r"\^C")


@dataclass(slots=True)
class Chassis:
    """What the configuration meets on the box: its ports, its SNMP users (never in the configuration), its dice."""

    ports: frozenset[str] = frozenset()
    """Physical interfaces; empty: any is taken."""
    kind: str = ""
    """What kind of device it is; empty: it takes the commands of all."""
    salt: Callable[[], str] = lambda: "homeroomlabsalt"[:14]
    """Makes the 14-character salt of a type 9 hash."""
    users: dict[str, SnmpUser] = field(default_factory=dict[str, SnmpUser])
    hashed: bool = False
    """Set when a clear-text secret was met: its hash differs each time."""

    def scratch(self) -> Chassis:
        """Return a copy on which a configuration can be tried."""
        return Chassis(self.ports, self.kind, self.salt, dict(self.users))


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
