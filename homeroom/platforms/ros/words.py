"""RouterOS's command language, as far as exports use it: text to statements, and values back to text.

Source: the vendor's manual, Scripting (escape sequences, joined lines) and Configuration Management (export).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final

from homeroom.errors import ParseError
from homeroom.platforms.ros.menus import menu

VERBS: Final = frozenset({"add", "set", "remove"})
_ONLY: Final = "is not understood: only add, set and remove are"
_ESCAPES: Final = {
    '"': b'"', "\\": b"\\", "$": b"$", "?": b"?", "n": b"\n", "r": b"\r", "t": b"\t", "_": b" ", "a": b"\a",
    "b": b"\b", "f": b"\f", "v": b"\v",
}  # fmt: skip
_PRINTED: Final = {'"': '\\"', "\\": "\\\\", "$": "\\$", "?": "\\?", "\n": "\\n", "\r": "\\r", "\t": "\\t"}
_PLAIN: Final = re.compile(r"[A-Za-z0-9_.,:/@*!+<>^~%|-]+")
_JOIN: Final = re.compile(r"(?<!\\)((?:\\\\)*)\\\r?\n[ \t]*")
_TOKEN: Final = re.compile(
    r"""\s*(?:
        (?P<find>\[\s*find\b(?P<inside>(?:[^\]"]|"(?:\\.|[^"\\])*")*)\])
      | (?P<name>!?[A-Za-z0-9][\w.-]*)
        (?P<eq>=(?:"(?P<quoted>(?:\\.|[^"\\])*)"|(?P<plain>[^\s"\[\](){};$]*)))?(?=\s|$|\])
      | (?P<path>/[a-z0-9/ -]*?(?:(?=\s+(?:add|set|remove)\b)|(?=\s*$)))
    )""",
    re.VERBOSE | re.DOTALL,
)
_SPECIAL: Final = re.compile(r"[\"\[\](){};$\\]").search
_NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]*").fullmatch
_MENU: Final = re.compile(r"/[a-z0-9/ -]*").fullmatch
_QUOTED: Final = re.compile(r"\\(?:([0-9A-F]{2})|(.))", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Statement:
    """One command.

    `selector`: what `[ find ... ]` or a bare word picks (None: nothing was picked); a value None: `!name`.
    """

    line: int
    path: str
    verb: str
    selector: Mapping[str, str] | None
    params: Mapping[str, str | None] = field(default_factory=dict[str, "str | None"])


def quote(value: str) -> str:
    """Print a value, in quotes where it needs them."""
    if _PLAIN.fullmatch(value):
        return value
    return '"' + "".join(_printed(char) for char in value) + '"'


def _printed(char: str) -> str:
    if char in _PRINTED:
        return _PRINTED[char]
    if " " <= char <= "~":
        return char
    return "".join(f"\\{byte:02X}" for byte in char.encode("utf-8", "surrogateescape"))


def unquote(text: str) -> str:
    """Return the value of what stands between quotes."""
    out, at = bytearray(), 0
    for found in _QUOTED.finditer(text):
        out += text[at : found.start()].encode("utf-8", "surrogateescape")
        out += bytes.fromhex(found[1]) if found[1] else _ESCAPES.get(found[2], found[2].encode())
        at = found.end()
    out += text[at:].encode("utf-8", "surrogateescape")
    return out.decode("utf-8", "surrogateescape")


def logical(text: str) -> Iterator[tuple[int, str]]:
    """Yield each command with the number of the line it began on; joined lines are one."""
    number = 1
    whole = text.replace("\r\n", "\n")
    for line in _whole(whole) if "\\" in whole else whole.split("\n"):
        bare = (_JOIN.sub(r"\1", line) if "\n" in line else line).strip()
        if bare and not bare.startswith("#"):
            yield number, bare
        number += line.count("\n") + 1


def _whole(text: str) -> Iterator[str]:
    """Yield physical lines, joined where an odd number of backslashes ends one."""
    parts: list[str] = []
    for line in text.split("\n"):
        parts.append(line)
        ended = line.rstrip("\r")
        if (len(ended) - len(ended.rstrip("\\"))) % 2 == 0 or ended.lstrip().startswith("#"):
            yield "\n".join(parts)
            parts = []
    if parts:
        yield "\n".join(parts)


def statements(text: str) -> Iterator[Statement]:
    """Read an export; ParseError with the line when one is not understood."""
    path, alone = "", ""
    for number, line in logical(text):
        quick = None if alone else _quick(number, line)
        if quick is not None:
            path = quick.path
            yield quick
            continue
        words = list(_tokens(number, line))
        if words and words[0]["path"] and alone:
            raise ParseError(alone)
        path, rest = _menu(number, line, path, words)
        alone = "" if rest or menu(path).known else f"line {number}: {line!r} {_ONLY}"
        if rest:
            yield _statement(number, line, path, rest)
    if alone:
        raise ParseError(alone)


def _quick(number: int, line: str) -> Statement | None:
    """Read what most lines are, `/menu add name=value ...` of plain words; None for any other line."""
    head, found, rest = line.partition(" add ")
    if not found or head[:1] != "/" or _SPECIAL(line):
        return None
    params: dict[str, str | None] = {}
    for word in rest.split():
        name, equal, value = word.partition("=")
        if not equal or name in params or not _name(name):
            return None
        params[name] = value
    path = _path(head)
    return Statement(number, path, "add", None, params) if path else None


@lru_cache(maxsize=1024)
def _name(word: str) -> bool:
    return _NAME(word) is not None


@lru_cache(maxsize=1024)
def _path(head: str) -> str:
    """Return a menu in its one spelling; empty when it is none."""
    words = head.replace("/", " ").split()
    return "/" + " ".join(words) if words and _MENU(head) and VERBS.isdisjoint(words) else ""


def _tokens(number: int, line: str) -> Iterator[re.Match[str]]:
    at = 0
    while line[at:].strip():
        found = _TOKEN.match(line, at)
        if found is None:
            raise ParseError(f"line {number}: {line!r} is not understood: {line[at:].strip()[:40]!r}")
        yield found
        at = found.end()


def _menu(number: int, line: str, path: str, words: list[re.Match[str]]) -> tuple[str, list[re.Match[str]]]:
    """Return the menu a line works in, and its words from the verb on."""
    if words and words[0]["path"]:
        path = "/" + " ".join(words[0]["path"].replace("/", " ").split())
        words = words[1:]
    if not path or path == "/":
        raise ParseError(f"line {number}: {line!r} stands in no menu")
    verb = words[0]["name"] if words else None
    if words and verb not in VERBS:
        raise ParseError(f"line {number}: {line!r} {_ONLY}")
    return path, words


def _statement(number: int, line: str, path: str, words: list[re.Match[str]]) -> Statement:
    verb, rest = words[0]["name"], words[1:]
    selector: dict[str, str] | None = None
    if rest and rest[0]["find"]:
        inside = rest[0]["inside"].strip().removeprefix("where ").strip()
        asked = list(_tokens(number, inside))
        if not all(found["name"] for found in asked):
            raise ParseError(f"line {number}: {line!r} is not understood: what is to be found")
        selector = {found["name"]: _value(found) for found in asked}
        rest = rest[1:]
    elif verb != "add" and rest and not rest[0]["eq"] and not (rest[0]["name"] or "!").startswith("!"):
        selector = {"#" if rest[0]["name"].isdecimal() else "name": rest[0]["name"]}
        rest = rest[1:]
    params: dict[str, str | None] = {}
    for word in rest:
        if not word["name"] or word["name"] in params:
            raise ParseError(f"line {number}: {line!r} is not understood: {word.group().strip()!r}")
        unset = word["name"].startswith("!")
        params[word["name"].removeprefix("!")] = None if unset else _value(word)
    if verb == "remove" and selector is None:
        raise ParseError(f"line {number}: {line!r} does not say what to remove")
    return Statement(number, path, verb, selector, params)


def _value(word: re.Match[str]) -> str:
    return unquote(word["quoted"]) if word["quoted"] is not None else word["plain"] or ""
