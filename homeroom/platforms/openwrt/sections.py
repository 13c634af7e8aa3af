"""UCI sections as their options, read strictly: an option nobody here knows is an error with its line."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from homeroom.errors import ParseError
from homeroom.platforms.tree import Node

_YES: Final = frozenset({"1", "on", "true", "yes"})
_NO: Final = frozenset({"0", "off", "false", "no"})


class Section:
    """One section: its type, its name, and its options as they were written."""

    __slots__ = ("kind", "lists", "name", "number", "options", "place")

    def __init__(self, node: Node) -> None:
        _, self.kind, name = node.text.split(" ", 2)
        self.name = name[1:-1]
        self.number = node.number
        self.place = node.text
        self.options: dict[str, tuple[str, int]] = {}
        self.lists: dict[str, tuple[tuple[str, ...], int]] = {}
        for child in node.children.values():
            if child.hidden:
                items = tuple(item.text.split(" ", 2)[2][1:-1] for item in child.children.values())
                self.lists[child.text[5:]] = items, child.number
            else:
                _, key, value = child.text.split(" ", 2)
                self.options[key] = value[1:-1], child.number

    def wrong(self, key: str, reason: str) -> ParseError:
        """Return the error of an option (of the section, where it does not have it)."""
        number = self.options.get(key, self.lists.get(key, ("", self.number)))[1]
        return ParseError(f"line {number}: {self.place}: {key}: {reason}")

    def only(self, known: frozenset[str]) -> None:
        """Raise ParseError at the first option that is not among the known ones."""
        if not (self.options.keys() <= known and self.lists.keys() <= known):
            key = next(key for key in (*self.options, *self.lists) if key not in known)
            raise self.wrong(key, "is not understood here")

    def one(self, key: str, missing: str = "") -> str:
        """Return an option; ParseError when it is a list."""
        if key in self.lists:
            raise self.wrong(key, "is a list")
        return self.options[key][0] if key in self.options else missing

    def many(self, key: str) -> Sequence[str]:
        """Return the items of a list; an option's words, as OpenWrt's programs take it."""
        if key in self.lists:
            return self.lists[key][0]
        return self.options[key][0].split() if key in self.options else ()

    def flag(self, key: str, *, missing: bool) -> bool:
        """Return a yes or no; ParseError when it is neither."""
        said = self.one(key)
        if not said:
            return missing
        if said not in _YES | _NO:
            raise self.wrong(key, f"'{said}' is neither yes nor no")
        return said in _YES


def sections(root: Node, package: str) -> Iterator[Section]:
    """Yield the sections of a package in the order of the text."""
    found = root.children.get(f"package {package}")
    return (Section(node) for node in (found.children.values() if found else ()))


def by_kind(root: Node, package: str) -> Mapping[str, list[Section]]:
    """Return the sections of a package by their type."""
    found: dict[str, list[Section]] = {}
    for section in sections(root, package):
        found.setdefault(section.kind, []).append(section)
    return found
