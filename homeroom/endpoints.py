"""inventory/endpoints/GROUP.txt: addresses that policy.yaml's endpoint groups get beside their own, a prefix a line.

They stand in the inventory because they end in the routers' configurations: a change of them is reviewed and goes
out like any other. `homeroom lists endpoints` writes the files from what an operator brings.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

from homeroom.errors import InputError, Problem
from homeroom.prefix import Prefix
from homeroom.project import Project

FOLDER: Final = "endpoints"
WIDEST: Final = {4: 16, 6: 32}
"""The shortest prefix that is still an endpoint, by family; anything wider is a part of the Internet."""
_group: Final = re.compile(r"[a-z][a-z0-9_]{0,15}").fullmatch


def load_endpoints(project: Project) -> Mapping[str, tuple[Prefix, ...]]:
    """Read every group's file; none is no mistake. InputError with every line that is no prefix."""
    folder = project.inventory / FOLDER
    problems: list[Problem] = []
    found: dict[str, tuple[Prefix, ...]] = {}
    for path in sorted(folder.glob("*.txt")):
        shown = f"inventory/{FOLDER}/{path.name}"
        if not _group(path.stem):
            remedy = "use up to 16 small letters, digits and _: it is the group's name in policy.yaml"
            problems.append(Problem(shown, 0, "(name)", "is no name of an endpoint group", remedy))
        prefixes, wrong = read_prefixes(path, shown)
        problems += wrong
        found[path.stem] = prefixes
    if problems:
        raise InputError(*problems)
    return found


def read_prefixes(path: Path, shown: str) -> tuple[tuple[Prefix, ...], list[Problem]]:
    """Read a file of prefixes: sorted, each once; and every line that is none, with the reason."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        return (), [Problem(shown, 0, "(file)", f"cannot be read: {error}", "put a text file there")]
    prefixes: set[Prefix] = set()
    problems: list[Problem] = []
    for number, line in enumerate(lines, 1):
        text = line.partition("#")[0].strip()
        if not text:
            continue
        try:
            prefixes.add(_prefix(text))
        except ValueError as error:
            problems.append(Problem(shown, number, "(line)", str(error), "write one prefix or address a line"))
    return tuple(joined(prefixes)), problems


def _prefix(text: str) -> Prefix:
    prefix = Prefix.parse(text)
    if prefix.length < WIDEST[prefix.family]:
        raise ValueError(f"{prefix} is wider than a /{WIDEST[prefix.family]}")
    return prefix


def joined(prefixes: set[Prefix]) -> Iterator[Prefix]:
    """Yield the prefixes in order, without those that another contains."""
    last: Prefix | None = None
    for prefix in sorted(prefixes, key=lambda p: (p.family, p.first, p.length)):
        if last is None or not last.contains(prefix):
            last = prefix
            yield prefix
