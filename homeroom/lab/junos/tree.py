"""The configuration as a tree of statements, and how words lead through it.

The words of a line of braces, of a `set` command and of a `show` path are the same, so one walk serves them all.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final, TypeAlias

from homeroom.lab.junos.statements import Statement, root, wrong
from homeroom.platforms.junos.veil import MAGIC, veil

Slot: TypeAlias = tuple[str, str]
"""The statement's name, and its key when it is an entry of a list (else empty)."""
_DIGITS: Final = re.compile(r"(\d+)")
HIDDEN: Final = frozenset({"secret", "authentication-key", "privacy-key"})
"""Leaves that Junos shows hidden. A real one hides the same secret in another way each time."""
_KEYS: Final = {"authentication-password": "authentication-key", "privacy-password": "privacy-key"}


class Bad(Exception):
    """A word that cannot stand where it stands. `severity` is `warning` for what Junos only remarks."""

    def __init__(self, message: str, element: str, severity: str = "error") -> None:
        self.message, self.element, self.severity = message, element, severity
        super().__init__(f"{message}: {element}")


class Mark(str):
    """A bracket that is one, not a word in quotes that looks like it."""

    __slots__ = ()


@dataclass(slots=True)
class Node:
    """One statement of a configuration. `values`: a leaf's value, or its values."""

    what: Statement
    key: str = ""
    values: list[str] = field(default_factory=list[str])
    nodes: dict[Slot, Node] = field(default_factory=dict[Slot, "Node"])
    inactive: bool = False
    note: str = ""
    tag: str = ""
    """How it is to be loaded: `replace`, `delete`, `active`; empty: merged."""

    @property
    def slot(self) -> Slot:
        """Return its place among its siblings."""
        return self.what.name, self.key

    def copy(self) -> Node:
        """Return a tree of its own."""
        nodes = {slot: node.copy() for slot, node in self.nodes.items()}
        return Node(self.what, self.key, list(self.values), nodes, self.inactive, self.note)

    def shown(self) -> list[Node]:
        """Return what stands in it and says something, in Junos's order."""
        rank = {name: n for n, name in enumerate(self.what.kids)}
        kept = [node for node in self.nodes.values() if node.says]
        place = {id(node): n for n, node in enumerate(kept)}
        return sorted(
            kept,
            key=lambda node: (rank[node.what.name], () if node.what.ordered else natural(node.key), place[id(node)]),
        )

    @property
    def says(self) -> bool:
        """Tell whether it says anything: an empty container does not, unless it may stand empty."""
        if self.what.kind in {"list", "flag"} or self.what.presence:
            return True
        return bool(self.values) or any(node.says for node in self.nodes.values())

    # --- looking

    def find(self, *path: str) -> Node | None:
        """Follow statement names (an entry of a list is `name key` in two); None when there is no such thing."""
        node, words = self, list(path)
        while words:
            name = words.pop(0)
            if name not in node.what.kids:
                return None
            key = words.pop(0) if words and node.what.kids[name].kind == "list" else ""
            found = node.nodes.get((name, key))
            if found is None or found.inactive:
                return None
            node = found
        return node

    def value(self, *path: str, default: str = "") -> str:
        """Return a leaf's (first) value."""
        found = self.find(*path)
        return found.values[0] if found and found.values else default

    def entries(self, *path: str) -> list[Node]:
        """Return the active entries of a list, in Junos's order; the last word is the list's name."""
        *where, name = path
        parent = self.find(*where)
        return [node for node in parent.shown() if node.what.name == name and not node.inactive] if parent else []

    # --- changing

    def child(self, what: Statement, key: str = "") -> Node:
        """Return the statement under it, made when it is not there yet."""
        return self.nodes.setdefault((what.name, key), Node(what, key))

    def put(self, what: Statement, value: str) -> Node:
        """Set a leaf's value, or add one of a leaf's values; a secret is hidden, a passphrase becomes a key."""
        key = self.what.kids.get(_KEYS.get(what.name, ""))
        if key is not None:
            return self.put(key, hashlib.sha256(value.encode()).hexdigest()[:40])
        if what.name in HIDDEN and not value.startswith(MAGIC):
            value = veil(value)
        node = self.child(what)
        if what.kind == "leaf":
            node.values = [value]
        elif value not in node.values:
            node.values.append(value)
        return node


def empty() -> Node:
    """Return a configuration that says nothing."""
    return Node(root())


def natural(text: str) -> tuple[tuple[int, str], ...]:
    """Sort by the numbers in names: ge-0/0/2 before ge-0/0/10."""
    return tuple((int(part), "") if part.isdigit() else (-1, part) for part in _DIGITS.split(text) if part)


@dataclass(slots=True)
class Place:
    """Where a walk stands: in a node, or before the key of a list in it."""

    node: Node
    listed: Statement | None = None
    word: str = ""
    leaf: Node | None = None

    @property
    def said(self) -> list[Node]:
        """Return the statement that the last words made; before the key of a list, all its entries."""
        if self.listed is None:
            return [self.leaf or self.node]
        return [node for node in self.node.nodes.values() if node.what is self.listed]


def enter(place: Place, words: Sequence[str]) -> Place:
    """Walk on, making what is not there yet; Bad when a word cannot stand there."""
    rest = list(words)
    while rest:
        place = _step(place, rest)
    return place


def _step(place: Place, rest: list[str]) -> Place:
    """Take the next word, and a leaf's value with it."""
    word = rest.pop(0)
    if place.listed is not None:
        return Place(_entry(place.node, place.listed, word), None, word)
    what = place.node.what.kids.get(word)
    if what is None or what.bare:
        return _keyless(place, word)
    if what.kind == "list":
        return Place(place.node, what, word)
    if what.kind in {"container", "flag"}:
        return Place(place.node.child(what), None, word)
    if not rest:
        raise Bad("missing argument", word)
    leaf = place.node.child(what)
    for value in _values(rest, what):
        place.node.put(what, _right(what, value))
    return Place(place.node, None, word, leaf)


def _keyless(place: Place, word: str) -> Place:
    """Take a word that is no keyword: the key or the value of a statement without one."""
    what = place.node.what.keyless
    if what is None:
        raise Bad("syntax error", word)
    if what.kind == "list":
        return Place(_entry(place.node, what, word), None, word)
    return Place(place.node, None, word, place.node.put(what, _right(what, word)))


def _entry(node: Node, what: Statement, key: str) -> Node:
    return node.child(what, _right(what, key))


def _right(what: Statement, value: str) -> str:
    message = wrong(what, value)
    if message:
        raise Bad(message, value)
    return value


def _values(rest: list[str], what: Statement) -> Iterator[str]:
    """Take a value, or the values between brackets."""
    first = rest.pop(0)
    if not isinstance(first, Mark):
        yield first
        return
    if what.kind == "leaf":
        raise Bad("syntax error", "[")
    while rest:
        word = rest.pop(0)
        if isinstance(word, Mark):
            return
        yield word
    raise Bad("missing ']'", what.name)


def locate(top: Node, words: Sequence[str]) -> tuple[Node, Node, str]:
    """Find what words lead to: its parent, itself, and the value named last (of a leaf); Bad when it is not there.

    A word that no statement table knows is a syntax error; what merely is not there is `statement not found`.
    """
    parent, node, rest, value = top, top, list(words), ""
    while rest:
        word = rest.pop(0)
        what = node.what.kids.get(word)
        keyless = what is None or what.bare
        what = node.what.keyless if what is None or what.bare else what
        if what is None:
            raise Bad("syntax error", word)
        key = ""
        if what.kind == "list":
            if not keyless and not rest:
                return node, Node(what), ""
            key = word if keyless else rest.pop(0)
        found = node.nodes.get((what.name, key))
        if found is None:
            raise Bad("statement not found", key or word, "warning")
        parent, node = node, found
        if what.kind in {"leaf", "values"}:
            value = word if keyless else (rest.pop(0) if rest else "")
            if value and value not in node.values:
                raise Bad("statement not found", value, "warning")
    return parent, node, value


def remove(top: Node, words: Sequence[str]) -> None:
    """Delete what words lead to: a statement with all in it, one value, or every entry of a list."""
    if not words:
        top.nodes.clear()
        return
    parent, node, value = locate(top, words)
    if node.what.kind == "values" and value and len(node.values) > 1:
        node.values.remove(value)
    elif node.what.kind == "list" and not node.key:
        gone = [slot for slot in parent.nodes if slot[0] == node.what.name]
        if not gone:
            raise Bad("statement not found", words[-1], "warning")
        for slot in gone:
            del parent.nodes[slot]
    else:
        del parent.nodes[node.slot]


def merge(into: Node, loaded: Node) -> None:
    """Load statements on top of others, as their tags say."""
    for slot, node in loaded.nodes.items():
        there = into.nodes.get(slot)
        if node.tag == "delete":
            into.nodes.pop(slot, None)
        elif node.tag == "replace" or there is None:
            into.nodes[slot] = _plain(node)
        else:
            _over(there, node)


def _over(there: Node, node: Node) -> None:
    there.inactive = node.inactive or (there.inactive and node.tag != "active")
    there.note = node.note or there.note
    if node.what.kind == "leaf":
        there.values = list(node.values)
    else:
        there.values += [value for value in node.values if value not in there.values]
    merge(there, node)


def _plain(node: Node) -> Node:
    """Return a copy as it stands in a configuration: what is to be deleted left out, no tags."""
    nodes = {slot: _plain(kid) for slot, kid in node.nodes.items() if kid.tag != "delete"}
    return Node(node.what, node.key, list(node.values), nodes, node.inactive, node.note)
