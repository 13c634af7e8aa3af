"""Commands as data, walked the way EOS walks its own: refusals name the token.

Patterns are written as for homeroom.lab.ios.grammar. eAPI takes keywords in full only, unless the request asks for
`autoComplete`.

Source: refusals as in public eAPI transcripts (napalm-base #254, ansible-modules-core #4344, anta).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final, Generic, Literal, TypeVar

from homeroom.lab.eos.words import reader
from homeroom.lab.ios.grammar import Match, expand, ordered
from homeroom.lab.ios.words import Reader

T = TypeVar("T")
Kind = Literal["Invalid input", "Incomplete command", "Ambiguous command", "Incomplete token"]
_TOKEN: Final = re.compile(r"\S+")


@dataclass(frozen=True, slots=True)
class Fault:
    """Why EOS refuses a line."""

    kind: Kind
    token: int
    text: str
    words: tuple[str, ...] = ()
    """The words understood so far, in full."""

    @property
    def message(self) -> str:
        """Return what EOS prints, without its `% `."""
        return f"{self.kind} (at token {self.token}: '{self.text}')"


class Node(Generic[T]):
    """One step of the tree: what may follow, and what stands here when the line ends."""

    __slots__ = ("keywords", "kinds", "what")

    def __init__(self) -> None:
        self.keywords: dict[str, Node[T]] = {}
        self.kinds: dict[str, tuple[Reader, Node[T]]] = {}
        self.what: T | None = None

    def add(self, pattern: str, what: T) -> None:
        """Put every sequence of `pattern` into the tree; the first to claim a sequence keeps it."""
        for words in expand(pattern):
            node = self
            for word in words:
                node = node._below(word)
            if node.what is None:
                node.what = what
            for option in ordered(pattern)[1]:
                node.follow(option.split())

    def _below(self, word: str) -> Node[T]:
        kind = reader(word)
        if kind is None:
            return self.keywords.setdefault(word, Node())
        return self.kinds.setdefault(word, (kind, Node()))[1]

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

    def step(self, rest: str, *, short: bool) -> tuple[int, str, Node[T], bool] | Kind:
        """Take one word off `rest`: (characters, printed form, next node, whether the user chose it)."""
        token = rest.split(maxsplit=1)[0]
        typed = token.lower()
        names = [typed] if typed in self.keywords else [k for k in self.keywords if k.startswith(typed)]
        if len(names) == 1 and (short or names[0] == typed):
            return len(token), names[0], self.keywords[names[0]], False
        for kind, node in self.kinds.values():
            taken = kind(rest)
            if taken is not None:
                return *taken, node, True
        if not names:
            return "Invalid input"
        return "Ambiguous command" if short else "Incomplete token"

    def below(self) -> Iterator[T]:
        """Yield all that stands here and further down."""
        if self.what is not None:
            yield self.what
        for node in (*self.keywords.values(), *(node for _, node in self.kinds.values())):
            yield from node.below()

    def find(self, words: Iterable[str]) -> Node[T] | None:
        """Return the node that words, in full, lead to."""
        node: Node[T] | None = self
        for word in words:
            node = node.after(word) if node else None
        return node

    def after(self, word: str) -> Node[T] | None:
        """Return the node behind one word in full."""
        fitting = (node for kind, node in self.kinds.values() if kind(word) is not None)
        return self.keywords.get(word) or next(fitting, None)


def build(patterns: Iterable[tuple[str, T]]) -> Node[T]:
    """Make a tree from (pattern, what it stands for)."""
    root: Node[T] = Node()
    for pattern, what in patterns:
        root.add(pattern, what)
    return root


def walk(root: Node[T], line: str, *, short: bool = False) -> Match[T] | Fault:
    """Understand `line`, or say at which token and why not."""
    node, at, words, values = root, 0, list[str](), list[str]()
    while (start := _TOKEN.search(line, at)) is not None:
        at = start.start()
        taken = node.step(line[at:], short=short)
        if isinstance(taken, str):
            return Fault(taken, len(line[:at].split()), start.group(), tuple(words))
        length, word, node, chosen = taken
        at += length
        words.append(word)
        if chosen:
            values.append(word)
    if node.what is None:
        typed = line.split()
        last = typed[-1] if typed else ""
        return Fault("Incomplete command", max(len(typed) - 1, 0), last, tuple(words))
    return Match(node.what, tuple(words), tuple(values))
