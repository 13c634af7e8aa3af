"""Output filters: `show ... | include REGEX` and its kin.

Source: Cisco IOS XE 17 Configuration Fundamentals Configuration Guide, "Finding Feature Information: CLI output
filtering".
"""

from __future__ import annotations

import re
from typing import Final

_FILTERS: Final = ("append", "begin", "count", "exclude", "format", "include", "redirect", "section", "tee")


def split(line: str) -> tuple[str, str]:
    """Split a command from its filter (empty when there is none)."""
    command, _, rest = line.partition("|")
    return command.rstrip(), rest.strip()


def known(filtered: str) -> str | None:
    """Return the filter's name in full; None when IOS knows no such filter, or more than one."""
    word = filtered.split(maxsplit=1)[0] if filtered else ""
    fitting = [name for name in _FILTERS if word and name.startswith(word.lower())]
    return fitting[0] if len(fitting) == 1 else None


def apply(name: str, filtered: str, output: str) -> str:
    """Run `output` through the filter called `name`; `filtered` is what was typed after the bar."""
    words = filtered.split(maxsplit=1)
    wanted = words[1].strip() if len(words) == 2 else ""
    lines = output.splitlines()
    if name == "section":
        return _join(_section(wanted, lines))
    find = _regex(wanted)
    if name == "include":
        return _join([line for line in lines if find.search(line)])
    if name == "exclude":
        return _join([line for line in lines if not find.search(line)])
    if name == "begin":
        first = next((n for n, line in enumerate(lines) if find.search(line)), len(lines))
        return _join(lines[first:])
    if name == "count":
        return f"Number of lines which match regexp = {sum(bool(find.search(line)) for line in lines)}\n"
    return output if name == "tee" else ""


def _section(wanted: str, lines: list[str]) -> list[str]:
    """Keep each line that matches together with the deeper lines below it; `exclude X` keeps the others."""
    kind, _, rest = wanted.partition(" ")
    negate = bool(rest) and "exclude".startswith(kind) and len(kind) > 1
    if rest and "include".startswith(kind) and len(kind) > 1:
        wanted = rest
    find = _regex(rest if negate else wanted)
    kept: list[str] = []
    depth = -1
    for line in lines:
        indent = len(line) - len(line.lstrip())
        if depth < 0 or indent <= depth:
            depth = indent if find.search(line) else -1
        if (depth >= 0) != negate:
            kept.append(line)
    return kept


def _regex(text: str) -> re.Pattern[str]:
    try:
        return re.compile(text.strip('"'))
    except re.error:
        return re.compile(re.escape(text))


def _join(lines: list[str]) -> str:
    return "".join(f"{line}\n" for line in lines)
