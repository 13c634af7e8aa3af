"""A configuration's text as the commands of an eAPI request, each with the line it came from.

NAPALM's own way strips the lines of a banner, drops those that begin with `!`, and finds one banner of a kind only.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, TypeAlias

Command: TypeAlias = str | dict[str, str]
_HEREDOCS: Final = (
    (re.compile(r"banner (?:login|motd)$|comment$"), 1),
    (re.compile(r"protocol https certificate$"), 2),
)
"""Commands whose text follows them, up to so many lines `EOF`."""


@dataclass(frozen=True, slots=True)
class Typed:
    """One command: the line it stands in, from 1, what it is, and its text (None: it has none)."""

    number: int
    line: str
    text: str | None = None

    @property
    def command(self) -> Command:
        """Return it as eAPI takes it."""
        return self.line if self.text is None else {"cmd": self.line, "input": self.text}


def commands(config: str) -> list[Typed]:
    """Return the commands of a configuration in their order, without what only separates them."""
    return list(_commands(config))


def _commands(config: str) -> Iterator[Typed]:
    lines = enumerate(config.replace("\r\n", "\n").removesuffix("\n").split("\n"), 1)
    comment: list[str] = []
    for number, raw in lines:
        line = raw.strip()
        if line.startswith("!!"):
            comment.append(line.removeprefix("!!").strip())
            continue
        if comment:
            yield Typed(number - len(comment), "comment", "".join(f"{said}\n" for said in comment))
            comment = []
        if not line or line.startswith("!") or line == "end":
            continue
        depth = next((ends for pattern, ends in _HEREDOCS if pattern.match(line)), 0)
        yield Typed(number, line, _text(lines, depth) if depth else None)


def _text(lines: Iterator[tuple[int, str]], ends: int) -> str:
    """Take the lines up to the last `EOF` that belongs to the command, as they are."""
    taken = ""
    for _, line in lines:
        ends -= line.strip() == "EOF"
        if not ends:
            break
        taken += f"{line}\n"
    return taken
