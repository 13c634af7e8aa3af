"""A Junos configuration as a tree of words: what is read is the same whether it came in braces or as `set` commands.

Every word leads to the words that may follow it, in the order of the text, so `then accept;`, `then { accept; }` and
`set ... then accept` are one tree. What is inactive is not in it; what groups give is (`apply-groups`).

Source: "CLI User Guide for Junos OS": configuration groups, deactivating statements, comments.
"""

from __future__ import annotations

import re
from typing import Final

from homeroom.errors import ParseError

_PLAIN: Final = re.compile(r'[^"\[\]{};#]*').fullmatch
_TOKEN: Final = re.compile(r'/\*.*?\*/|"(?:[^"\\]|\\.)*"|[{};\[\]]|\#[^\n]*|\n|[^\s{};\[\]"#]+', re.DOTALL)
_TAGS: Final = frozenset({"inactive:", "protect:", "replace:", "active:"})


class Stem(dict[str, "Stem"]):
    """The words that follow one word. `line`: where it first stood, from 1."""

    __slots__ = ("line",)

    def __init__(self, line: int = 0) -> None:
        super().__init__()
        self.line = line

    def grow(self, words: list[str] | tuple[str, ...], line: int) -> Stem:
        """Follow words, adding those that are not there yet."""
        stem = self
        for word in words:
            found = stem.get(word)
            if found is None:
                found = stem[word] = Stem(line)
            stem = found
        return stem

    def at(self, *words: str) -> Stem:
        """Follow words; nothing when they lead nowhere."""
        stem: Stem = self
        for word in words:
            found = stem.get(word)
            if found is None:
                return NOTHING
            stem = found
        return stem

    def word(self) -> str:
        """Return the one word that follows, empty when none does; ParseError when there are several."""
        if len(self) > 1:
            raise ParseError(f"line {self.line}: {' '.join(self)!r} is not understood: one value can stand here")
        return next(iter(self), "")

    def number(self, default: int) -> int:
        """Return the number that follows, or the default; ParseError when it is a word."""
        word = self.word()
        if word and not (word.isascii() and word.isdecimal()):
            raise ParseError(f"line {self.line}: {word!r} is not understood: a number can stand here")
        return int(word) if word else default


NOTHING: Final = Stem()


def wrong(stem: Stem, said: str, reason: str = "") -> ParseError:
    """Make the error that names a line."""
    return ParseError(f"line {stem.line}: {said!r} is not understood{f': {reason}' if reason else ''}")


def only(stem: Stem, known: frozenset[str], place: str) -> None:
    """Raise ParseError at the first word under `stem` that is not known."""
    for word, under in stem.items():
        if word not in known:
            raise wrong(under, f"{place} {word}")


def read(text: str) -> Stem:
    """Read a configuration in braces or in `set` commands; ParseError with the line when it is neither."""
    head = next((line for line in text.splitlines() if line.strip() and not line.startswith("#")), "")
    root = Stem()
    if head.startswith(("set ", "deactivate ")):
        _commands(text, root)
    else:
        _Braces(root).read(text)
    return root


# --- `set` commands


def _commands(text: str, root: Stem) -> None:
    for number, line in enumerate(text.splitlines(), 1):
        words = [word.strip('"') for word in _TOKEN.findall(line) if not word.startswith(("#", "/*"))]
        if not words:
            continue
        if words[0] == "set":
            _set(root, words[1:], number)
        elif words[0] == "deactivate":
            _cut(root, words[1:])
        elif words[0] not in {"activate", "annotate", "protect"}:
            raise ParseError(f"line {number}: {line.strip()!r} is not understood: only `set` and `deactivate` are read")


def _set(root: Stem, words: list[str], number: int) -> None:
    if "[" in words:
        at = words.index("[")
        for word in words[at + 1 : -1]:
            root.grow([*words[:at], word], number)
    else:
        root.grow(words, number)


def _cut(root: Stem, words: list[str]) -> None:
    parent = root.at(*words[:-1])
    if words and parent is not NOTHING:
        parent.pop(words[-1], None)


# --- braces


class _Braces:
    """Reads braces line by line: most lines are one statement, one opening or one closing."""

    def __init__(self, root: Stem) -> None:
        self.root = root
        self.stack: list[Stem] = [root]
        self.words: list[str] = []
        self.inside: list[str] | None = None

    def read(self, text: str) -> None:
        stack, lines = self.stack, text.split("\n")
        note = False
        for number, line in enumerate(lines, 1):
            said = line.strip()
            if not said:
                continue
            if self.words or note or self.inside is not None or not self._quick(said, number, stack):
                note = self._slow(said, number, note=note)
        if len(stack) > 1 or self.words or self.inside is not None:
            raise ParseError(f"line {len(lines)}: the configuration ends within a statement")

    def _quick(self, said: str, number: int, stack: list[Stem]) -> bool:
        """Take a line that is one plain statement; False when it is not."""
        last, head = said[-1], said[:-1]
        if head == "" and last == "}":
            if len(stack) == 1:
                raise ParseError(f"line {number}: a brace that closes nothing")
            stack.pop()
            return True
        if last not in ";{" or not _PLAIN(head) or "/*" in head:
            return False
        words = head.split()
        if not words:
            return False
        if words[0] in _TAGS:
            self._tagged(words, number, opens=last == "{")
            return True
        made = stack[-1].grow(words, number)
        if last == "{":
            stack.append(made)
        return True

    def _tagged(self, words: list[str], number: int, *, opens: bool) -> None:
        """Take a statement with a tag: an inactive one grows beside the tree, where nobody looks."""
        off = "inactive:" in words
        bare = [word for word in words if word not in _TAGS]
        made = (Stem(number) if off else self.stack[-1]).grow(bare, number)
        if opens:
            self.stack.append(made)

    def _slow(self, said: str, number: int, *, note: bool) -> bool:
        """Take a line word by word; return whether a comment goes on after it."""
        if note:
            _, closed, said = said.partition("*/")
            if not closed:
                return True
        start = said.find("/*")
        open_note = start >= 0 and said.find("*/", start) < 0 and said.count('"', 0, start) % 2 == 0
        if open_note:
            said = said[:start]
        if said.count('"') - said.count('\\"') & 1:
            raise ParseError(f"line {number}: a quote that never ends")
        for piece in _TOKEN.findall(said):
            if not piece.startswith(("#", "/*")):
                self._token(piece, number)
        return open_note

    def _token(self, piece: str, number: int) -> None:
        if self.inside is not None and piece != "]":
            self.inside.append(_bare(piece))
        elif piece == "[":
            self.inside = []
        elif piece == "]":
            self._several(number)
        elif piece == "{":
            self._tagged(self.words, number, opens=True)
            self.words = []
        elif piece == ";":
            if self.words:
                self._tagged(self.words, number, opens=False)
            self.words = []
        elif piece == "}":
            if self.words or len(self.stack) == 1:
                raise ParseError(f"line {number}: {'a missing ;' if self.words else 'a brace that closes nothing'}")
            self.stack.pop()
        else:
            self.words.append(_bare(piece))

    def _several(self, number: int) -> None:
        """Take the values between brackets: each grows from the words before them."""
        for value in self.inside or ():
            self._tagged([*self.words, value], number, opens=False)
        self.inside, self.words = None, []


def _bare(piece: str) -> str:
    return re.sub(r'\\(["\\])', r"\1", piece[1:-1]) if piece[:1] == '"' else piece
