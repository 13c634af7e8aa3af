"""Reads Junos configurations back: comparable lines and differences.

A configuration in braces is read as the paths of words that lead to its statements (what `display set` prints), so
that `then accept;` and `then { accept; }` are the same. Terms and policies keep their order, values mostly have none.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

from homeroom.errors import ParseError
from homeroom.platforms.access import Access
from homeroom.platforms.junos import permits
from homeroom.platforms.tree import Node, changes, walk

_TOKEN: Final = re.compile(
    r'(?P<blank>\s+)|(?P<note>/\*.*?\*/|\#[^\n]*)|(?P<quoted>"(?:[^"\\]|\\.)*")|(?P<mark>[{};\[\]])'
    r'|(?P<word>[^\s{};\[\]"]+)',
    re.DOTALL,
)
_PLAIN: Final = re.compile(r'[^\s{};\[\]"#$]+')
_TAG: Final = "inactive:"
_ORDERED: Final = frozenset({"term", "policy", "rule"})
"""Lists whose order decides what they do: the first match wins."""
_CHAINS: Final = frozenset({"authentication-order", "import", "export", "input-list", "output-list", "domain-search"})
"""Values that are tried one after the other."""
_NOISE: Final = frozenset({"version"})
_KEYS: Final = {
    "authentication-password": "authentication-key",
    "privacy-password": "privacy-key",
    "authentication-key": "authentication-key",
    "privacy-key": "privacy-key",
}
"""Junos turns the passphrase of an SNMP user into a key of its engine at once: only that there is one is compared."""
Path: TypeAlias = tuple[str, ...]


class JunosParser:
    """The parser of `junos`."""

    def lines(self, text: str) -> tuple[str, ...]:
        """Return the configuration as words that lead to each statement, sorted except where order counts."""
        return tuple(walk(_tree(text)))

    def diff(self, old: str, new: str) -> str:
        """Return what changes from `old` to `new`, under the statement at the top; empty when they mean the same."""
        return "".join(f"{line}\n" for line in changes(_tree(old), _tree(new)))

    def access(self, text: str) -> Access:
        """Return what the device lets through; ParseError with the line when one that decides is not understood."""
        return permits.access(text)

    def wire(self, text: str) -> str:
        """Return a rendered text as the device takes it: braces, as they are."""
        return text


# --- reading


@dataclass(frozen=True, slots=True)
class _Token:
    text: str
    mark: bool
    line: int


def _tokens(text: str) -> Iterator[_Token]:
    at, line = 0, 1
    while at < len(text):
        found = _TOKEN.match(text, at)
        if found is None:
            raise ParseError(f"line {line}: a quote that never ends")
        word = found.group()
        if found.lastgroup in {"word", "mark"}:
            yield _Token(word, found.lastgroup == "mark", line)
        elif found.lastgroup == "quoted":
            yield _Token(_quoted(re.sub(r'\\(["\\])', r"\1", word[1:-1])), mark=False, line=line)
        line += word.count("\n")
        at = found.end()


def _quoted(value: str) -> str:
    """Print a value in one way, however it was quoted."""
    if _PLAIN.fullmatch(value):
        return value
    return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'


def statements(text: str) -> Iterator[tuple[int, Path]]:
    """Yield each statement with its line: the words that lead to it; ParseError at braces that do not match."""
    stack: list[Path] = []
    words: list[str] = []
    inside: list[str] | None = None
    told = [True]
    line = 1
    for token in _tokens(text):
        line = token.line
        if inside is not None:
            if token.mark and token.text == "]":
                words.append("[ " + " ".join(inside) + " ]")
                inside = None
            else:
                inside.append(token.text)
        elif not token.mark:
            words.append(token.text)
        elif token.text == "[":
            inside = []
        elif token.text == "{":
            stack.append(tuple(words))
            told[-1] = True
            told.append(False)
            words = []
        elif token.text == ";":
            yield from ((line, path) for path in _spread(_path(stack), words))
            told[-1] = True
            words = []
        else:
            yield from _closed(stack, told, words, line)
    if stack or words or inside is not None:
        raise ParseError(f"line {line}: the configuration ends within a statement: {' '.join(words or stack[-1])!r}")


def _closed(stack: list[Path], told: list[bool], words: list[str], line: int) -> Iterator[tuple[int, Path]]:
    """Leave a block; one with nothing in it is a statement itself."""
    if not stack or words:
        raise ParseError(f"line {line}: a brace that closes nothing" if not stack else f"line {line}: a missing ;")
    if not told.pop():
        yield line, _path(stack)
    stack.pop()


def _path(stack: Sequence[Path]) -> Path:
    return tuple(word for words in stack for word in words)


def _spread(path: Path, words: list[str]) -> Iterator[Path]:
    """Yield a statement, once for each of its values when their order does not count."""
    last = words[-1] if words else ""
    if not last.startswith("[ ") or (len(words) > 1 and words[-2] in _CHAINS):
        yield (*path, *words)
    else:
        yield from ((*path, *words[:-1], value) for value in last[2:-2].split())


# --- comparing


def _tree(text: str) -> Node:
    """Put the statements under the word at their top, and those whose order counts under what holds them."""
    root = Node("")
    for number, path in statements(text):
        clean, off = _comparable(tuple(word for word in path if word != _TAG)), _TAG in path
        if clean[0] in _NOISE:
            continue
        top = root.add(Node(clean[0], number))
        cut = next((n for n, word in enumerate(clean) if n and word in _ORDERED and len(clean) > n + 1), 0)
        mark = f"{_TAG} " if off else ""
        if not cut:
            if len(clean) > 1:
                top.add(Node(mark + " ".join(clean[1:]), number))
            continue
        holder = top.add(Node(" ".join(clean[1:cut]), number, ordered=True))
        holder.add(Node(mark + " ".join(clean[cut:]), number))
    for top in root.children.values():
        for holder in top.children.values():
            _rank(holder)
    return root


def _comparable(path: Path) -> Path:
    """Leave out the value that cannot be compared: an SNMP user's key."""
    if path[0] == "snmp" and len(path) > 1 and path[-2] in _KEYS:
        return (*path[:-2], _KEYS[path[-2]])
    return path


def _rank(holder: Node) -> None:
    """Give the lines of a list their places where order counts: entry by entry, within an entry by their text."""
    entries: dict[str, int] = {}
    for node in holder.children.values():
        entries.setdefault(_entry(node), len(entries))
    ordered = sorted(holder.children.values(), key=lambda node: (entries[_entry(node)], node.text))
    for rank, node in enumerate(ordered):
        node.rank = rank


def _entry(node: Node) -> str:
    words = node.text.removeprefix(f"{_TAG} ").split()
    return " ".join(words[:2])
