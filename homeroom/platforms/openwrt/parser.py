"""Reads UCI text back as `uci export` prints it: packages, sections, options and lists."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from typing import Final

from homeroom.errors import ParseError
from homeroom.platforms.access import Access
from homeroom.platforms.tree import Node, changes, walk

_PLAIN: Final = re.compile(r"\s*(config|option|list) ([\w-]+)(?: '([^']*)')?$").fullmatch
"""A line as `uci export` itself writes it; whatever else a person wrote goes through the shell's rules."""


class UciParser:
    """The parser of `openwrt`."""

    def lines(self, text: str) -> tuple[str, ...]:
        """Return the packages, each with its sections, each with its options; only lists keep their order."""
        return tuple(_walk(parse(text)))

    def diff(self, old: str, new: str) -> str:
        """Return the difference from `old` to `new`, under its package and section; empty when they mean the same."""
        return "".join(f"{line}\n" for line in changes(parse(old), parse(new)))

    def access(self, text: str) -> Access:
        """Return no lists: an access point only bridges. The text must be readable all the same."""
        parse(text)
        return Access()

    def wire(self, text: str) -> str:
        """Return the text itself: `uci import` takes what `uci export` prints."""
        return text


def parse(text: str) -> Node:
    """Read UCI text into package, section, option; ParseError with the line when one is not understood."""
    root = Node("")
    package = section = None
    for number, raw in enumerate(text.splitlines(), 1):
        match _words(raw, number):
            case []:
                continue
            case ["package", name]:
                package, section = root.add(Node(f"package {name}", number)), None
            case ["config", kind, *names] if package is not None and len(names) < 2:
                name = names[0] if names else _anonymous(package, kind)
                section = package.add(Node(f"config {kind} '{name}'", number))
            case ["option", key, value] if section is not None:
                _set(section, key, f"option {key} '{value}'", number)
            case ["list", key, value] if section is not None:
                items = section.add(Node(f"list {key}", number, ordered=True, hidden=True))
                place = len(items.children)
                items.children[f"{place}"] = Node(f"list {key} '{value}'", number, place)
            case _:
                raise ParseError(f"line {number}: {raw.strip()!r} is not understood")
    return root


def _words(raw: str, number: int) -> list[str]:
    plain = _PLAIN(raw)
    if plain:
        return [word for word in plain.groups() if word is not None]
    try:
        return shlex.split(raw, comments=True)
    except ValueError as error:
        raise ParseError(f"line {number}: {raw.strip()!r} is not understood: {error}") from error


def _anonymous(package: Node, kind: str) -> str:
    """Name a section as `uci show` does: by its place among the nameless ones of its type."""
    count = sum(text.startswith(f"config {kind} '@") for text in package.children)
    return f"@{kind}[{count}]"


def _set(section: Node, key: str, text: str, number: int) -> None:
    """Set an option: the last one said holds."""
    for said in [line for line in section.children if line.startswith(f"option {key} ")]:
        del section.children[said]
    section.add(Node(text, number))


def _walk(root: Node) -> Iterator[str]:
    """Print packages and sections at the margin, as `uci export` does."""
    for package in root.listed():
        yield package.text
        for section in package.listed():
            yield section.text
            yield from (f"\t{line}" for line in walk(section))
