"""Configurations in braces, as `show configuration` prints them and `load ... format text` reads them.

Source: "CLI User Guide for Junos OS: Loading a configuration from a file or the terminal"; what a bad line is
answered follows replies recorded in public issues (a bad element is named, the rest is loaded all the same).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from homeroom.lab.junos.tree import Bad, Mark, Node, Place, empty, enter

_TOKENS: Final = re.compile(
    r'(?P<blank>\s+)|(?P<note>/\*.*?\*/)|(?P<hash>\#[^\n]*)|(?P<quoted>"(?:[^"\\]|\\.)*")|(?P<mark>[{};\[\]])'
    r'|(?P<word>[^\s{};\[\]"]+)',
    re.DOTALL,
)
_PLAIN: Final = re.compile(r"[\w.:/@%+,=<>*?!^~&|-]+")
_BACKSLASH: Final = re.compile(r'\\(?=["\\]|$)')
"""Those that are written twice; `\\n` in a login message is two characters, and a new line when it is shown."""
TAGS: Final = ("replace", "inactive", "active", "delete", "protect")
RECOVERED: Final = "error recovery ignores input until this point"
SECRETS: Final = frozenset(
    {"encrypted-password", "secret", "authentication-key", "privacy-key", "authentication-password", "privacy-password"}
)


@dataclass(frozen=True, slots=True)
class Token:
    """One word, mark or comment. A quoted word is never a mark."""

    text: str
    kind: str
    line: int

    @property
    def word(self) -> str:
        """Return it as a word that knows whether it is a bracket."""
        return Mark(self.text) if self.kind == "mark" else self.text


def tokens(text: str) -> Iterator[Token]:
    """Cut a text; Bad at a quote that never ends."""
    at, line = 0, 1
    while at < len(text):
        found = _TOKENS.match(text, at)
        if found is None:
            raise Bad("syntax error", text[at : at + 20].partition("\n")[0])
        kind, word = str(found.lastgroup), found.group()
        if kind == "quoted":
            yield Token(re.sub(r'\\(["\\])', r"\1", word[1:-1]), kind, line)
        elif kind in {"mark", "word", "note"}:
            yield Token(word, kind, line)
        line += word.count("\n")
        at = found.end()


class Reader:
    """Reads a text into a tree of its own; what was wrong is in `errors`."""

    def __init__(self, text: str) -> None:
        self.tree = empty()
        self.errors: list[Bad] = []
        self._note = ""
        try:
            self._tokens = list(tokens(text))
        except Bad as bad:
            self.errors.append(bad)
            return
        self._at = 0
        self._block(Place(self.tree))
        if self._at < len(self._tokens):
            self.errors.append(Bad("syntax error", self._tokens[self._at].text))

    def _next(self) -> Token | None:
        if self._at >= len(self._tokens):
            return None
        self._at += 1
        return self._tokens[self._at - 1]

    def _block(self, place: Place) -> None:
        """Read statements up to the brace that closes the block, which stays, or the end."""
        while self._at < len(self._tokens) and not self._mark("}"):
            token = self._tokens[self._at]
            if token.kind == "note":
                self._at += 1
                self._note = token.text[2:-2].strip()
            else:
                self._statement(place)

    def _mark(self, mark: str) -> bool:
        token = self._tokens[self._at]
        return token.kind == "mark" and token.text == mark

    def _statement(self, place: Place) -> None:
        tags, words, end = self._head()
        note, self._note = self._note, ""
        try:
            here = _entered(place, words, end)
        except Bad as bad:
            self.errors.append(bad)
            if end == "{":
                self._skip()
            return
        if end == "{":
            self._block(here)
            self._close(words)
        for node in here.said:
            node.note = note or node.note
            node.inactive |= "inactive" in tags
            node.tag = next((tag for tag in tags if tag in {"replace", "delete", "active"}), node.tag)

    def _head(self) -> tuple[list[str], list[str], str | None]:
        """Read tags and words up to `{` or `;`."""
        tags: list[str] = []
        words: list[str] = []
        while (token := self._next()) is not None:
            if token.kind == "mark" and token.text in "{;":
                return tags, words, token.text
            if token.kind == "mark" and token.text == "}":
                self._at -= 1
                break
            if not words and token.kind == "word" and token.text.rstrip(":") in TAGS and token.text.endswith(":"):
                tags.append(token.text.rstrip(":"))
            elif token.kind != "note":
                words.append(token.word)
        return tags, words, None

    def _close(self, words: list[str]) -> None:
        if self._next() is None:
            self.errors.append(Bad("missing '}'", words[-1]))

    def _skip(self) -> None:
        """Pass over a block whose head was wrong."""
        depth = 1
        while depth and (token := self._next()) is not None:
            if token.kind == "mark":
                depth += {"{": 1, "}": -1}.get(token.text, 0)
        self.errors.append(Bad(RECOVERED, "}"))


def _entered(place: Place, words: list[str], end: str | None) -> Place:
    if end is None:
        raise Bad("unexpected end of input", words[-1] if words else "}")
    return enter(place, words)


# --- printing


def quoted(value: str) -> str:
    """Print a value, in quotes when it needs them."""
    if _PLAIN.fullmatch(value):
        return value
    escaped = _BACKSLASH.sub(r"\\\\", value).replace('"', '\\"')
    return f'"{escaped}"'


def show(tree: Node) -> str:
    """Print a configuration, or what stands under a statement of it."""
    return "".join(f"{line}\n" for line in lines(tree))


def lines(node: Node, depth: int = 0) -> Iterator[str]:
    """Print what stands in a node."""
    shown, done = node.shown(), set[str]()
    for kid in shown:
        name = kid.what.name
        if not kid.what.block:
            yield from one(kid, depth)
        elif name not in done:
            done.add(name)
            yield f"{'    ' * depth}{name} {{"
            for entry in (entry for entry in shown if entry.what.name == name):
                yield from one(entry, depth + 1)
            yield f"{'    ' * depth}}}"


def one(node: Node, depth: int, prefix: str = "") -> Iterator[str]:
    """Print one statement."""
    pad = "    " * depth
    if node.note:
        yield f"{pad}/* {node.note} */"
    head = prefix + ("inactive: " if node.inactive else "") + " ".join(words(node))
    if node.what.flat:
        for kid in node.shown():
            yield from one(kid, depth, f"{head} ")
        return
    body = list(lines(node, depth + 1))
    if not body:
        yield f"{pad}{head};{' ## SECRET-DATA' if node.what.name in SECRETS else ''}"
    elif _short(node, body):
        yield f"{pad}{head} {' '.join(line.strip().rstrip(';') for line in body)};"
    else:
        yield f"{pad}{head} {{"
        yield from body
        yield f"{pad}}}"


def _short(node: Node, body: list[str]) -> bool:
    if any(line.rstrip().endswith(("{", "}", "*/", "DATA")) for line in body):
        return False
    return node.what.line == "all" or (node.what.line == "one" and len(body) == 1)


def words(node: Node) -> list[str]:
    """Return the words of a statement itself: its keyword, key and values."""
    what = node.what
    head = [] if what.bare or what.block else [what.name]
    if what.kind == "list":
        return [*head, quoted(node.key)]
    if len(node.values) > 1:
        return [*head, "[", *(quoted(value) for value in node.values), "]"]
    return [*head, *(quoted(value) for value in node.values)]
