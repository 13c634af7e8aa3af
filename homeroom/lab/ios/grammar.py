"""Commands as data: patterns become a tree of words, and a typed line walks it the way IOS walks its own.

A pattern is written as in Cisco's command reference: `[optional]`, `{one|or another}`, keywords in lower case,
kinds of words in upper case (homeroom.lab.ios.words); at its end `(one WORD|another)*`, in any order. Keywords may be
shortened while they stay unique.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final, Generic, Literal, TypeVar

from homeroom.lab.ios.words import Reader, reader

T = TypeVar("T")
_GROUP: Final = re.compile(r"\[([^][{}]*)\]|\{([^][{}]*)\}")
_TOKEN: Final = re.compile(r"\S+")


def ordered(pattern: str) -> tuple[str, list[str]]:
    """Split a pattern from what may follow it in any order."""
    head, _, rest = pattern.partition(" (")
    return head, rest.removesuffix(")*").split("|") if rest else []


def expand(pattern: str) -> Iterator[tuple[str, ...]]:
    """Yield every plain sequence of words that `pattern` stands for, without what may follow in any order."""
    pattern = ordered(pattern)[0]
    group = _GROUP.search(pattern)
    if group is None:
        yield tuple(pattern.split())
        return
    optional, choices = group.groups()
    for choice in ["", *optional.split("|")] if choices is None else choices.split("|"):
        yield from expand(f"{pattern[: group.start()]} {choice} {pattern[group.end() :]}")


@dataclass(frozen=True, slots=True)
class Match(Generic[T]):
    """A whole command: what stands behind it, its words in full, and those of them that the user chose."""

    what: T
    words: tuple[str, ...]
    values: tuple[str, ...]

    @property
    def line(self) -> str:
        """Return the command as IOS prints it."""
        return " ".join(self.words)


@dataclass(frozen=True, slots=True)
class Fault:
    """Why IOS refuses a line: `column` is where its caret points, from the start of the line."""

    kind: Literal["invalid", "incomplete", "ambiguous"]
    column: int
    words: tuple[str, ...] = ()
    """The words understood so far, in full."""
    open: bool = False
    """Incomplete, but what is missing is a value: enough for `no`."""

    def message(self, line: str, prompt: int) -> str:
        """Print as IOS does below a line typed after a prompt of `prompt` characters."""
        if self.kind == "incomplete":
            return "% Incomplete command.\n"
        if self.kind == "ambiguous":
            return f'% Ambiguous command:  "{line.strip()}"\n'
        return " " * (prompt + self.column) + "^\n% Invalid input detected at '^' marker.\n"


class Node(Generic[T]):
    """One step of the tree: what may follow, and what stands here when the line ends."""

    __slots__ = ("ends", "keywords", "kinds", "what")

    def __init__(self) -> None:
        self.keywords: dict[str, Node[T]] = {}
        self.kinds: dict[str, tuple[Reader, Node[T]]] = {}
        self.what: T | None = None
        self.ends = False

    def add(self, pattern: str, what: T) -> None:
        """Put every sequence of `pattern` into the tree; the first to claim a sequence keeps it."""
        for words in expand(pattern):
            node = self
            for word in words:
                node = node._below(word)
            if not node.ends:
                node.what, node.ends = what, True
            for option in ordered(pattern)[1]:
                node.follow(option.split())

    def follow(self, words: list[str]) -> None:
        """Let an option come here, and after it any other again."""
        node = self
        for word in words[:-1]:
            node = node._below(word)
        kind = reader(words[-1])
        if kind is None:
            node.keywords[words[-1]] = self
        else:
            node.kinds[words[-1]] = (kind, self)

    def _below(self, word: str) -> Node[T]:
        kind = reader(word)
        if kind is None:
            return self.keywords.setdefault(word, Node())
        return self.kinds.setdefault(word, (kind, Node()))[1]

    def _keyword(self, token: str) -> list[str]:
        """Return the keywords that `token` may mean: itself, or those it shortens."""
        typed = token.lower()
        if typed in self.keywords:
            return [typed]
        fitting = [word for word in self.keywords if word.lower().startswith(typed)]
        return [word for word in fitting if len(word) == len(typed)] or fitting

    def step(self, rest: str) -> tuple[int, str, Node[T], bool] | Literal["invalid", "ambiguous"]:
        """Take one word off `rest`: (characters, printed form, next node, whether the user chose it)."""
        token = rest.split(maxsplit=1)[0]
        names = self._keyword(token)
        if len(names) == 1:
            return len(token), names[0], self.keywords[names[0]], False
        for kind, node in self.kinds.values():
            taken = kind(rest)
            if taken is not None:
                return *taken, node, True
        return "ambiguous" if names else "invalid"


def build(patterns: Iterable[tuple[str, T]]) -> Node[T]:
    """Make a tree from (pattern, what it stands for)."""
    root: Node[T] = Node()
    for pattern, what in patterns:
        root.add(pattern, what)
    return root


def walk(root: Node[T], line: str) -> Match[T] | Fault:
    """Understand `line`, or say where and why not."""
    node, at, words, values = root, 0, list[str](), list[str]()
    while (start := _TOKEN.search(line, at)) is not None:
        at = start.start()
        taken = node.step(line[at:])
        if isinstance(taken, str):
            return Fault(taken, at, tuple(words))
        length, word, node, chosen = taken
        at += length
        words.append(word)
        if chosen:
            values.append(word)
    if not node.ends or node.what is None:
        return Fault("incomplete", at, tuple(words), open=bool(node.kinds))
    return Match(node.what, tuple(words), tuple(values))
