"""A configuration as its sections: unindented lines, each with the lines below it. Read once per device."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Section:
    """An unindented line and the lines indented below it, indentation removed."""

    header: str
    lines: tuple[str, ...]


def outline(lines: Iterable[str]) -> tuple[Section, ...]:
    """Group normalised configuration lines; lines above the first header belong to a header of no name."""
    sections: list[tuple[str, list[str]]] = []
    for line in lines:
        text = line.strip()
        if not text:
            continue
        if line[0] not in " \t":
            sections.append((text, []))
        elif sections:
            sections[-1][1].append(text)
        else:
            sections.append(("", [text]))
    return tuple(Section(header, tuple(below)) for header, below in sections)
