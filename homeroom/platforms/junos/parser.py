"""Reads Junos configurations back: comparable lines and differences.

A configuration in braces is read as the paths of words that lead to its statements (what `display set` prints), so
that `then accept;` and `then { accept; }` are the same. Terms and policies keep their order, values mostly have none.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final, TypeAlias

from homeroom.errors import ParseError
from homeroom.platforms.access import Access
from homeroom.platforms.junos import permits
from homeroom.platforms.junos.outline import differing
from homeroom.platforms.tree import Node, changes, walk

_TOKEN: Final = re.compile(
    r'(?P<blank>\s+)|(?P<note>/\*.*?\*/|\#[^\n]*)|(?P<quoted>"(?:[^"\\]|\\.)*")|(?P<mark>[{};\[\]])'
    r'|(?P<word>[^\s{};\[\]"]+)',
    re.DOTALL,
)
_LINE: Final = re.compile(r'[ \t]*((?:[^"\[\]{};#/\n]|/(?!\*))*)([{};])[ \t]*\n')
"""A line as Junos itself prints most of them: words, and what ends them."""
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
        try:
            before, after = (_tree(text) for text in differing(old, new))
        except ParseError:  # it is to name the line of the whole text
            before, after = _tree(old), _tree(new)
        return "".join(f"{line}\n" for line in changes(before, after))

    def access(self, text: str) -> Access:
        """Return what the device lets through; ParseError with the line when one that decides is not understood."""
        return permits.access(text)

    def wire(self, text: str) -> str:
        """Return a rendered text as the device takes it: braces, as they are."""
        return text


# --- reading


def _quoted(value: str) -> str:
    """Print a value in one way, however it was quoted."""
    if _PLAIN.fullmatch(value):
        return value
    return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'


def statements(text: str) -> Iterator[tuple[int, Path]]:
    """Yield each statement with its line: the words that lead to it; ParseError at braces that do not match."""
    reader = _Reader()
    at, line, last = 0, 1, 1
    while at < len(text):
        found = None if reader.within else _LINE.match(text, at)
        if found:
            words = found[1].split()
            yield from reader.plain(words, found[2], line)
            last = line
            line += 1
        else:
            found = _TOKEN.match(text, at)
            if found is None:
                raise ParseError(f"line {line}: a quote that never ends")
            yield from reader.token(found.group(), found.lastgroup, line)
            last = last if found.lastgroup in {"blank", "note"} else line
            line += found.group().count("\n")
        at = found.end()
    if len(reader.paths) > 1 or reader.within:
        said = " ".join(reader.words or reader.last[-1])
        raise ParseError(f"line {last}: the configuration ends within a statement: {said!r}")


class _Reader:
    """Where in a configuration we are. `paths`: the words that lead into each block that is open, `last` its own."""

    def __init__(self) -> None:
        self.paths: list[Path] = [()]
        self.last: list[list[str]] = [[]]
        self.told = [True]
        self.words: list[str] = []
        self.inside: list[str] | None = None

    @property
    def within(self) -> bool:
        """Tell whether a statement has begun and not ended."""
        return bool(self.words) or self.inside is not None

    def plain(self, words: list[str], mark: str, line: int) -> Iterator[tuple[int, Path]]:
        """Take words that a brace or the end of the statement follows."""
        if mark == ";":
            self.told[-1] = True
            yield from ((line, path) for path in _spread(self.paths[-1], words))
        elif mark == "{":
            self.told[-1] = True
            self.told.append(False)
            self.paths.append((*self.paths[-1], *words))
            self.last.append(words)
        else:
            yield from self.closed(words, line)

    def closed(self, words: list[str], line: int) -> Iterator[tuple[int, Path]]:
        """Leave a block; one with nothing in it is a statement itself."""
        if len(self.paths) == 1 or words:
            none = len(self.paths) == 1
            raise ParseError(f"line {line}: a brace that closes nothing" if none else f"line {line}: a missing ;")
        path = self.paths.pop()
        self.last.pop()
        if not self.told.pop():
            yield line, path

    def token(self, said: str, kind: str | None, line: int) -> Iterator[tuple[int, Path]]:
        """Take one token, as `_TOKEN` tells them apart."""
        if kind in {"blank", "note"}:
            return
        if kind == "quoted":
            said = _quoted(re.sub(r'\\(["\\])', r"\1", said[1:-1]))
        if self.inside is not None:
            if kind == "mark" and said == "]":
                self.words.append("[ " + " ".join(self.inside) + " ]")
                self.inside = None
            else:
                self.inside.append(said)
        elif kind != "mark":
            self.words.append(said)
        elif said == "[":
            self.inside = []
        else:
            words, self.words = self.words, []
            yield from self.plain(words, said, line)


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
        off = _TAG in path
        clean = _comparable(tuple(word for word in path if word != _TAG) if off else path)
        if clean[0] in _NOISE:
            continue
        top = root.add(Node(clean[0], number))
        cut = 0 if _ORDERED.isdisjoint(clean) else _cut(clean)
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


def _cut(path: Path) -> int:
    """Return where the first list whose order counts begins; 0: nowhere."""
    return next((n for n, word in enumerate(path) if n and word in _ORDERED and len(path) > n + 1), 0)


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
