"""A configuration printed as EOS prints it: three blanks a level, a `!` between groups and around sections."""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from itertools import takewhile
from typing import Any

from homeroom.lab.eos.tables import DEFAULTS
from homeroom.lab.section import Section


def dump(section: Section, depth: int = 0) -> Iterator[str]:
    """Yield the lines of a section, without what stands around a whole configuration."""
    pad, last = "   " * depth, None
    for entry in section:
        group = entry.order[0]
        if last is not None and (entry.below is not None or (depth == 0 and (group != last or "\n" in entry.line))):
            yield f"{pad}!"
        last = group
        first, *more = entry.line.split("\n")
        yield pad + first
        yield from more
        if entry.below is not None:
            yield from dump(entry.below, depth + 1)
            last = -1 if depth == 0 else group


def text(section: Section, head: str) -> str:
    """Print a whole configuration; `head` is what EOS says above it."""
    return "\n".join([*head.splitlines(), "!", *dump(section), "!", "end", ""])


def spelt_out(config: str) -> str:
    """Add the defaults to a printed configuration, as `show running-config all` does for interfaces and VLANs."""
    out, lines = list[str](), config.splitlines()
    for number, line in enumerate(lines):
        out.append(line)
        start = next((start for start in DEFAULTS if line.startswith(start)), None)
        if start is not None:
            below = list(takewhile(lambda line: line.startswith(" "), lines[number + 1 :]))
            said = [one.strip().removeprefix("no ") for one in below]
            out += [f"   {one}" for one in DEFAULTS[start] if not _stands(one, said)]
    return "".join(f"{line}\n" for line in out)


def _stands(default: str, said: list[str]) -> bool:
    """Tell whether something else stands where a default would: `switchport access vlan 10` for that of VLAN 1."""
    words = default.removeprefix("no ").removeprefix("default ").split()
    slot = " ".join(words if len(words) < 3 or words[0] != "switchport" else words[: 4 if "trunk" in words else -1])
    return any(one == slot or (one.startswith(f"{slot} ") and slot != "switchport") for one in said)


def body(config: str) -> list[str]:
    """Return a printed configuration without what EOS says above it."""
    lines = config.splitlines()
    start = next((n for n, line in enumerate(lines) if not line.startswith("! ")), 0)
    return lines[start:]


def diffs(old: str, new: str, session: str) -> str:
    """Print a session's changes as EOS does: a unified difference; empty when there is none."""
    names = ("system:/running-config", f"session:/{session}-session-config")
    return "".join(f"{line}\n" for line in difflib.unified_diff(body(old), body(new), *names, lineterm=""))


def tree(section: Section) -> dict[str, Any]:
    """Return the JSON that eAPI gives of `show running-config`: command -> what stands below it."""
    cmds: dict[str, Any] = {}
    for entry in section:
        below: dict[str, Any] = {"comments": [], "cmds": tree(entry.below)} if entry.below is not None else {}
        cmds[entry.line] = below or None
    return cmds
