"""Merging a piece of UCI text into a configuration, and printing what comes out of it.

As `uci import -m` does: a section of the same name is amended, an option replaced, a nameless section is a new one.
Unlike it, an item that a list holds already is not put into it again, so that merging twice changes nothing more.
"""

from __future__ import annotations

from collections.abc import Iterator

from homeroom.errors import ParseError
from homeroom.platforms.openwrt.parser import exported, parse
from homeroom.platforms.openwrt.parser import packages as gathered
from homeroom.platforms.tree import Node


def merge(config: str, piece: str) -> str:
    """Return `config` with `piece` merged into it; ParseError when one of them is not understood."""
    root = parse(config)
    for package in parse(piece).children.values():
        into = root.add(Node(package.text))
        for section in package.children.values():
            _section(into, section)
    return text(root)


def without(config: str, packages: frozenset[str]) -> str:
    """Return `config` without these packages; ParseError when it is not understood."""
    if exported(config):
        named = {f"package {name}\n" for name in packages}
        kept = ((head, *lines) for head, lines in gathered(config).items() if head not in named)
        return "".join(line for lines in kept for line in lines)
    root = parse(config)
    for name in packages:
        root.children.pop(f"package {name}", None)
    return text(root)


def text(root: Node) -> str:
    """Print a tree of packages as `uci -N export` does."""
    return "".join(f"{line}\n" for package in root.children.values() for line in _package(package))


def _section(package: Node, piece: Node) -> None:
    kind, name = _names(piece)
    if name.startswith("@"):
        count = sum(key.startswith(f"config {kind} '@") for key in package.children)
        package.add(Node(f"config {kind} '@{kind}[{count}]'", children=piece.children))
        return
    rival = next((key for key in package.children if _names_of(key)[1] == name and key != piece.text), None)
    if rival:
        raise ParseError(f"line {piece.number}: {piece.text!r} would change the type of {rival!r}")
    into = package.add(Node(piece.text))
    for child in piece.children.values():
        _amend(into, child)


def _amend(section: Node, piece: Node) -> None:
    """Put an option or the items of a list into a section."""
    key = piece.text.split(" ")[1]
    if piece.hidden:
        said = section.children.setdefault(piece.text, Node(piece.text, ordered=True, hidden=True))
        held = {item.text for item in said.children.values()}
        for item in piece.children.values():
            if item.text not in held:
                place = len(said.children)
                said.children[f"{place}"] = Node(item.text, rank=place)
        return
    for old in [name for name in section.children if name.startswith(f"option {key} ")]:
        del section.children[old]
    section.children.pop(f"list {key}", None)
    section.add(Node(piece.text))


def _names(section: Node) -> tuple[str, str]:
    return _names_of(section.text)


def _names_of(said: str) -> tuple[str, str]:
    """Split `config TYPE 'NAME'`."""
    _, kind, name = said.split(" ", 2)
    return kind, name.strip("'")


def _package(package: Node) -> Iterator[str]:
    yield package.text
    for section in package.children.values():
        kind, name = _names(section)
        yield ""
        yield f"config {kind}" if name.startswith("@") else section.text
        for child in section.children.values():
            lines = child.children.values() if child.hidden else (child,)
            yield from (f"\t{_quoted(line.text)}" for line in lines)
    yield ""


def _quoted(said: str) -> str:
    """Quote a value as UCI does: a quote inside it ends the text, stands escaped, and goes on."""
    word, key, value = said.split(" ", 2)
    inside = value[1:-1].replace("'", "'\\''")
    return f"{word} {key} '{inside}'"
