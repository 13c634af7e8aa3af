"""Configurations as `set` commands: `show | display set`, and `load set`, which takes every command that edits.

Source: "CLI User Guide for Junos OS": set, delete, edit, top, up, activate, deactivate, annotate, rename, insert.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Final

from homeroom.lab.junos.text import quoted, tokens
from homeroom.lab.junos.tree import Bad, Node, Place, enter, locate, remove


def show(tree: Node, path: Sequence[str] = ()) -> str:
    """Print a configuration, or what stands under `path`, as the commands that would make it."""
    return "".join(f"{line}\n" for line in _lines(tree, list(path)))


def _lines(node: Node, path: list[str]) -> Iterator[str]:
    for kid in node.shown():
        yield from _one(kid, path)


def _one(node: Node, path: list[str]) -> Iterator[str]:
    head = [] if node.what.bare else [node.what.name]
    here = [*path, *head, *([quoted(node.key)] if node.what.kind == "list" else [])]
    under = list(_lines(node, here))
    if node.what.kind in {"leaf", "values"}:
        yield from (" ".join(["set", *here, quoted(value)]) for value in node.values)
    elif not under:
        yield " ".join(["set", *here])
    yield from under
    if node.inactive:
        yield " ".join(["deactivate", *here])


class Editor:
    """Takes commands that edit; `at` is where `edit` has led to."""

    def __init__(self, top: Node) -> None:
        self.top = top
        self.at: list[str] = []

    def run(self, line: str) -> None:
        """Take one command; Bad when Junos would refuse it."""
        cut = [token.word for token in tokens(line) if token.kind != "note"]
        if not cut:
            return
        verb, rest = cut[0], cut[1:]
        if verb not in _VERBS:
            raise Bad("unknown command", verb)
        _VERBS[verb](self, rest)

    def set(self, words: list[str]) -> None:
        """Make a statement."""
        scratch = Node(self.top.what)
        enter(Place(scratch), [*self.at, *words])  # nothing is made when a later word is wrong
        enter(Place(self.top), [*self.at, *words])

    def delete(self, words: list[str]) -> None:
        """Take a statement out."""
        remove(self.top, [*self.at, *words])

    def activate(self, words: list[str]) -> None:
        """Let a statement count again."""
        locate(self.top, [*self.at, *words])[1].inactive = False

    def deactivate(self, words: list[str]) -> None:
        """Keep a statement without letting it count."""
        locate(self.top, [*self.at, *words])[1].inactive = True

    def annotate(self, words: list[str]) -> None:
        """Put a comment above a statement."""
        locate(self.top, [*self.at, *words[:-1]])[1].note = words[-1]

    def rename(self, words: list[str]) -> None:
        """Give an entry of a list another key."""
        old, new = _two(words, "to")
        parent, node, _ = locate(self.top, [*self.at, *old])
        kept = list(parent.nodes.values())
        node.key = new[-1]
        parent.nodes = {kid.slot: kid for kid in kept}

    def copy(self, words: list[str]) -> None:
        """Make an entry of a list like another."""
        old, new = _two(words, "to")
        parent, node, _ = locate(self.top, [*self.at, *old])
        twin = node.copy()
        twin.key = new[-1]
        parent.nodes[twin.slot] = twin

    def insert(self, words: list[str]) -> None:
        """Move an entry of a list in front of another, or behind it."""
        word = "before" if "before" in words else "after"
        moved, place = _two(words, word)
        parent, node, _ = locate(self.top, [*self.at, *moved])
        anchor = (node.what.name, place[-1])
        if anchor not in parent.nodes:
            raise Bad("statement not found", place[-1])
        kept = [kid for kid in parent.nodes.values() if kid is not node]
        where = [kid.slot for kid in kept].index(anchor) + (word == "after")
        parent.nodes = {kid.slot: kid for kid in (*kept[:where], node, *kept[where:])}

    def edit(self, words: list[str]) -> None:
        """Go down to a statement, making it when it is not there."""
        enter(Place(Node(self.top.what)), [*self.at, *words])
        self.at += words

    def up(self, words: list[str]) -> None:
        """Go up."""
        del self.at[max(0, len(self.at) - int(words[0] if words else 1)) :]

    def to_top(self, words: list[str]) -> None:
        """Go to the top, and take a command there."""
        self.at = []
        if words:
            _VERBS.get(words[0], _unknown)(self, words[1:])


def _unknown(editor: Editor, words: list[str]) -> None:
    del editor
    raise Bad("unknown command", " ".join(words))


def _two(words: list[str], between: str) -> tuple[list[str], list[str]]:
    """Split a command at the word between its two parts."""
    if between not in words[1:-1]:
        raise Bad("missing argument", words[-1] if words else between)
    at = words.index(between, 1)
    return words[:at], words[at + 1 :]


_VERBS: Final[Mapping[str, Callable[[Editor, list[str]], None]]] = {
    "set": Editor.set,
    "delete": Editor.delete,
    "activate": Editor.activate,
    "deactivate": Editor.deactivate,
    "annotate": Editor.annotate,
    "rename": Editor.rename,
    "copy": Editor.copy,
    "insert": Editor.insert,
    "edit": Editor.edit,
    "up": Editor.up,
    "top": Editor.to_top,
}


def load(top: Node, commands: str) -> list[Bad]:
    """Take commands line by line; return what was refused."""
    editor, errors = Editor(top), list[Bad]()
    for line in commands.splitlines():
        if line.strip() and not line.lstrip().startswith("#"):
            try:
                editor.run(line)
            except Bad as bad:
                errors.append(bad)
    return errors
