"""Differences as `show | compare` prints them: `[edit ...]`, then `-` and `+` lines, `!` for what moved.

Source: "CLI User Guide for Junos OS: Comparing configuration changes"; the indentation follows public transcripts.
"""

from __future__ import annotations

from collections.abc import Iterator

from homeroom.lab.junos import text
from homeroom.lab.junos.tree import Node


def compare(old: Node, new: Node) -> str:
    """Return what changes from `old` to `new`; empty when nothing does."""
    return "".join(f"{line}\n" for line in _level(old, new, []))


def _level(old: Node, new: Node, path: list[str]) -> Iterator[str]:
    """Print the changes right under a statement, then those further down."""
    own: list[str] = []
    deeper: list[str] = []
    for before, after in _pairs(old, new):
        if before is None or after is None:
            sign, node = ("+", after) if before is None else ("-", before)
            own += _whole(sign, node, path) if node else []
        elif before.values != after.values:
            own += [*_whole("-", before, path), *_whole("+", after, path)]
        else:
            if before.inactive != after.inactive:
                word = "inactive" if after.inactive else "active"
                own.append(f"!{_pad(path, keyless=after.what.bare)}{word}: {_head(after)} {{ ... }}")
            deeper += _level(before, after, [*path, *text.words(after)])
    own += _moved(old, new, path)
    if own:
        yield f"[edit{''.join(f' {word}' for word in path)}]"
        yield from own
    yield from deeper


def _pairs(old: Node, new: Node) -> Iterator[tuple[Node | None, Node | None]]:
    before, after = ({node.slot: node for node in tree.shown()} for tree in (old, new))
    whole = Node(new.what, nodes={**before, **after})
    for node in whole.shown():
        yield before.get(node.slot), after.get(node.slot)


def _whole(sign: str, node: Node, path: list[str]) -> list[str]:
    pad = _pad(path, keyless=node.what.bare)
    lines = list(text.one(node, 0))
    if node.what.block:
        lines = [f"{node.what.name} {{", *(f"    {line}" for line in lines), "}"]
    return [f"{sign}{pad}{line}" for line in lines]


def _moved(old: Node, new: Node, path: list[str]) -> list[str]:
    """Name the entries of the user's lists that stand elsewhere now."""
    before = [node.slot for node in old.shown() if node.what.ordered]
    after = {node.slot: node for node in new.shown() if node.what.ordered}
    common = [slot for slot in before if slot in after]
    now = [slot for slot in after if slot in common]
    moved = [slot for slot, other in zip(now, common, strict=True) if slot != other]
    return [f"!{_pad(path)}{_head(after[slot])} {{ ... }}" for slot in moved]


def _head(node: Node) -> str:
    return " ".join(text.words(node))


def _pad(path: list[str], *, keyless: bool = False) -> str:
    """Indent as far as Junos does: further under longer paths, and where entries have no keyword."""
    return " " * (max(2, min(len(path), 4) + 1) + (keyless and len(path) == 1))
