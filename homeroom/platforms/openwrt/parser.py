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
    for number, words in _statements(text):
        match words:
            case []:
                continue
            case ["package", name]:
                package, section = root.add(Node(f"package {name}", number)), None
            case ["config", kind, *names] if package is not None and len(names) < 2:
                name = names[0] if names else _anonymous(package, kind)
                section = package.add(Node(f"config {kind} '{name}'", number))
            case ["option", _, ""] if section is not None:
                continue  # an empty value is none: uci reads over it
            case ["option", key, value] if section is not None:
                _set(section, key, f"option {key} '{value}'", number)
            case ["list", key, value] if section is not None:
                _item(section, key, value, number)
            case _:
                raw = text.splitlines()[number - 1]
                raise ParseError(f"line {number}: {raw.strip()!r} is not understood")
    return root


def _statements(text: str) -> Iterator[tuple[int, list[str]]]:
    """Yield line number and words of each statement; a value in quotes may go on over several lines."""
    pending, start, trouble = "", 0, ""
    for number, raw in enumerate(text.splitlines(), 1):
        start = start if pending else number
        plain = None if pending else _PLAIN(raw)
        if plain:
            yield number, [word for word in plain.groups() if word is not None]
            continue
        try:
            words = shlex.split(pending + raw, comments=True)
        except ValueError as error:
            pending, trouble = f"{pending}{raw}\n", str(error)
        else:
            pending = ""
            yield start, words
    if pending:
        raise ParseError(f"line {start}: {pending.splitlines()[0].strip()!r} is not understood: {trouble}")


def _anonymous(package: Node, kind: str) -> str:
    """Name a section as `uci show` does: by its place among the nameless ones of its type."""
    count = sum(text.startswith(f"config {kind} '@") for text in package.children)
    return f"@{kind}[{count}]"


def _set(section: Node, key: str, text: str, number: int) -> None:
    """Set an option: the last one said holds; a list of that name is no more."""
    section.children.pop(f"list {key}", None)
    for said in [line for line in section.children if line.startswith(f"option {key} ")]:
        del section.children[said]
    section.add(Node(text, number))


def _item(section: Node, key: str, value: str, number: int) -> None:
    """Put an item at the end of a list; an option of that name becomes its first item."""
    items = section.add(Node(f"list {key}", number, ordered=True, hidden=True))
    for said in [line for line in section.children if line.startswith(f"option {key} ")]:
        old = section.children.pop(said).text.split(" ", 2)[2]
        items.children["0"] = Node(f"list {key} {old}", number)
    place = len(items.children)
    items.children[f"{place}"] = Node(f"list {key} '{value}'", number, place)


def _walk(root: Node) -> Iterator[str]:
    """Print packages and sections at the margin, as `uci export` does."""
    for package in root.listed():
        yield package.text
        for section in package.listed():
            yield section.text
            yield from (f"\t{line}" for line in walk(section))
