"""The differences of two configurations, in the two forms in which IOS prints them.

Source: Cisco IOS XE 17 Configuration Management Guide, "Contextual Configuration Diff Utility". All additions come
first, then all removals. On a device both files are compared as text; here both were read before, so that lines in
another spelling, and defaults, are no differences.
"""

from __future__ import annotations

from collections.abc import Iterator

from homeroom.lab.ios.config import shown
from homeroom.lab.ios.words import VIRTUAL, split
from homeroom.lab.section import Entry, Section

NO_CHANGES = "!No changes were found"


def _empty(section: Section | None) -> bool:
    return section is None or not section.entries


def _bare(entry: Entry) -> bool:
    """Tell whether the entry is a physical interface without configuration: it is there whether shown or not."""
    kind, _, name = entry.line.partition(" ")
    return kind == "interface" and split(name)[0] not in VIRTUAL and "." not in name and _empty(entry.below)


def _one_way(new: Section, old: Section, sign: str, depth: int) -> Iterator[str]:
    """Yield what `new` has and `old` has not, each under the sections it stands in."""
    pad = " " * depth
    for slot, entry in zip_slots(new):
        other = old.entries.get(slot)
        if other is None or other.line != entry.line:
            if not _bare(entry):
                yield f"{pad}{sign}{entry.line}"
                yield from _one_way(entry.below or Section(""), Section(""), sign, depth + 1)
        elif entry.below is not None:
            inner = list(_one_way(entry.below, other.below or Section(""), sign, depth + 1))
            if inner:
                yield f"{pad}{entry.line}"
                yield from inner


def zip_slots(section: Section) -> list[tuple[str, Entry]]:
    """Return (slot, entry) in the order of `show running-config`."""
    return sorted(section.entries.items(), key=lambda item: item[1].order)


def contextual(old: Section, new: Section, rejected: tuple[str, ...] = ()) -> list[str]:
    """Return the lines of `show archive config differences OLD NEW`; `rejected` are lines of NEW nobody understands."""
    found = [*_one_way(new, old, "+", 0), *(f"+{line}" for line in rejected), *_one_way(old, new, "-", 0)]
    return ["!Contextual Config Diffs:", *(shown(line) for line in found or [NO_CHANGES])]


def incremental(running: Section, merged: Section, rejected: tuple[str, ...] = ()) -> list[str]:
    """Return the lines of `show archive config incremental-diffs`: what a merge would do to the running configuration.

    `merged` is the running configuration after the merge. IOS ends the list with `end` whether it is empty or not.
    """
    found = [*_removed(running, merged, 0), *_one_way(merged, running, "", 0), *rejected]
    return ["!List of Commands:", *(shown(line) for line in found), "end", *([] if found else [NO_CHANGES])]


def _removed(old: Section, new: Section, depth: int) -> Iterator[str]:
    """Yield the `no` commands of what the merge takes away (not of what it gives another value)."""
    pad = " " * depth
    for slot, entry in zip_slots(old):
        other = new.entries.get(slot)
        if other is None and not _bare(entry):
            yield f"{pad}{inverse(entry.line)}"
        elif entry.below is not None and other is not None:
            inner = list(_removed(entry.below, other.below or Section(""), depth + 1))
            if inner:
                yield f"{pad}{entry.line}"
                yield from inner


def inverse(line: str) -> str:
    """Return the command that takes `line` away."""
    return line[3:] if line.startswith("no ") else f"no {line}"


def commands(old: Section, new: Section, depth: int = 0) -> list[str]:
    """Return the commands that lead from `old` to `new`, as `configure replace ... list` prints them."""
    return [*_removed(old, new, depth), *_one_way(new, old, "", depth)]
