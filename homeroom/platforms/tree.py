"""A configuration as a tree of lines: what every platform's parser compares and prints differences with."""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from dataclasses import dataclass, field


@dataclass(slots=True)
class Node:
    """One line and the lines under it, keyed by their text.

    `number`: where it stood in the text, from 1. `rank`: its place among its siblings where order counts.
    `ordered`: the order of its own lines decides what they do. `hidden`: it only holds lines together, and is none.
    """

    text: str
    number: int = 0
    rank: int = 0
    ordered: bool = False
    hidden: bool = False
    children: dict[str, Node] = field(default_factory=dict[str, "Node"])

    def add(self, node: Node) -> Node:
        """Put a line under this one and return it; the same line again is the one that stands there."""
        return self.children.setdefault(node.text, node)

    def listed(self) -> list[Node]:
        """Return the lines under this one, in comparable order."""
        children = list(self.children.values())
        if len(children) > 1:
            children.sort(key=_rank if self.ordered else _text)
        return children


def _rank(node: Node) -> int:
    return node.rank


def _text(node: Node) -> str:
    return node.text


def walk(node: Node) -> Iterator[str]:
    """Print what stands under a node, one blank of indentation a level."""
    out: list[str] = []
    _print(node, "", out)
    return iter(out)


def _print(node: Node, pad: str, out: list[str]) -> None:
    for child in node.listed():
        if not child.hidden:
            out.append(pad + child.text)
        if child.children:
            _print(child, pad if child.hidden else f"{pad} ", out)


def changes(old: Node, new: Node, depth: int = 0) -> Iterator[str]:
    """Yield what differs: `-` lines only `old` has, `+` lines only `new` has, their sections unsigned above them."""
    if old.ordered or new.ordered:
        yield from _moves(old, new, " " * depth)
        return
    for key in sorted(old.children.keys() | new.children.keys()):
        before, after = old.children.get(key), new.children.get(key)
        if before and after:
            inner = list(changes(before, after, depth + (not after.hidden)))
            head = [f"{' ' * depth}{after.text}"] if inner and not after.hidden else []
            yield from head + inner
        elif before:
            yield from _whole("-", before, depth)
        elif after:
            yield from _whole("+", after, depth)


def _whole(sign: str, node: Node, depth: int) -> Iterator[str]:
    if not node.hidden:
        yield f"{' ' * depth}{sign}{node.text}"
    for child in node.listed():
        yield from _whole(sign, child, depth + (not node.hidden))


def _moves(old: Node, new: Node, pad: str) -> Iterator[str]:
    """Compare line by line where order counts: a line that moved is taken out and put in."""
    before, after = ([child.text for child in node.listed()] for node in (old, new))
    matcher = difflib.SequenceMatcher(None, before, after, autojunk=False)
    for action, a, b, c, d in matcher.get_opcodes():
        if action != "equal":
            yield from (f"{pad}-{line}" for line in before[a:b])
            yield from (f"{pad}+{line}" for line in after[c:d])
