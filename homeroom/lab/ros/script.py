"""Reads the subset of RouterOS's scripting language that exports, imports and dead-man scripts are written in.

Source: the vendor's manual, Scripting: lines are joined by a backslash, `;` and newlines end commands, `[...]` is
replaced by what the command in it returns, `{...}` is a block, `(...)` an expression, `$name` a variable.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from typing import Final

from homeroom.lab.ros.syntax import Block, Command, Expression, Joined, Sub, Text, Variable, Word
from homeroom.lab.ros.trap import SCRIPT, Trap

_ESCAPES: Final = {
    '"': b'"', "\\": b"\\", "$": b"$", "?": b"?", "n": b"\n", "r": b"\r", "t": b"\t", "_": b" ", "a": b"\a",
    "b": b"\b", "f": b"\f", "v": b"\v",
}  # fmt: skip
_HEX: Final = re.compile(r"[0-9A-F]{2}")
_NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*(?==)|![a-z0-9][a-z0-9.-]*")
_VARIABLE: Final = re.compile(r'[A-Za-z0-9]+|"[^"]+"')
_NEWLINE: Final = re.compile("\n")
_STOP: Final = frozenset(" \t\n\r;]})")
_BARE: Final = re.compile(r'[^ \t\n\r;\]})"\[{\\]+')
_OPERAND: Final = re.compile(r'[^ \t\n\r;\]})"\[{\\=<>!&|.]+')
_OPERATORS: Final = ("->", "!=", "&&", "||", "=", "<", ">", ".", "+", "-")


def parse(text: str) -> tuple[Command, ...]:
    """Read a script; Trap with line and column when it is none."""
    reader = _Reader(text.replace("\r\n", "\n"))
    return reader.body("")


class _Reader:
    def __init__(self, text: str) -> None:
        self.text, self.at = text, 0
        self._ends = [found.start() for found in _NEWLINE.finditer(text)]

    def fail(self, what: str, at: int | None = None) -> Trap:
        line, column = self.where(self.at if at is None else at)
        return Trap(f"{what} (line {line} column {column})", SCRIPT)

    def where(self, at: int) -> tuple[int, int]:
        line = bisect_left(self._ends, at)
        return line + 1, at - (self._ends[line - 1] if line else -1)

    @property
    def char(self) -> str:
        return self.text[self.at : self.at + 1]

    def body(self, end: str) -> tuple[Command, ...]:
        """Read commands up to `end`, which is taken."""
        found: list[Command] = []
        while True:
            self.blank(" \t\n\r;")
            if self.char == "#" and self.fresh():
                self.at = _after(self.text.find("\n", self.at), len(self.text))
            elif not self.char and end:
                raise self.fail("expected closing brace" if end == "}" else "expected closing bracket")
            elif self.char == end:
                self.at += 1
                return tuple(found)
            elif self.char in "]})":
                raise self.fail("syntax error")
            else:
                found.append(self.command())

    def fresh(self) -> bool:
        """Tell whether nothing but blanks stands before on this line: only there a comment begins."""
        return not self.text[self.text.rfind("\n", 0, self.at) + 1 : self.at].strip()

    def blank(self, which: str = " \t") -> None:
        """Skip blanks and joined lines."""
        while self.char and (self.char in which or self.text.startswith(("\\\n", "\\\r\n"), self.at)):
            self.at += 2 if self.char == "\\" else 1

    def command(self) -> Command:
        line = self.where(self.at)[0]
        words: list[Word] = []
        columns: list[int] = []
        params: list[tuple[str, Word | None, int]] = []
        while True:
            self.blank()
            if not self.char or self.char in "\n;]})":
                return Command(line, tuple(words), tuple(columns), tuple(params))
            column = self.where(self.at)[1]
            named = _NAME.match(self.text, self.at)
            if named and (words or params):
                self.at = named.end()
                params.append(self.param(named.group(), column))
            else:
                words.append(self.word())
                columns.append(column)

    def param(self, name: str, column: int) -> tuple[str, Word | None, int]:
        if name.startswith("!"):
            return name[1:], None, column
        self.at += 1
        self.joined()
        return name, Text("") if not self.char or self.char in _STOP else self.word(), column

    def joined(self) -> None:
        """Skip a line end that a backslash joins, with the blanks that indent the next line."""
        if self.text.startswith("\\\n", self.at):
            self.at += 2
            self.blank()

    def word(self) -> Word:
        match self.char:
            case '"':
                return self.quoted()
            case "[":
                self.at += 1
                return Sub(self.body("]"))
            case "{":
                self.at += 1
                return Block(self.body("}"))
            case "(":
                self.at += 1
                return self.expression()
            case "$":
                return self.variable()
            case _:
                return self.bare()

    def variable(self) -> Variable:
        found = _VARIABLE.match(self.text, self.at + 1)
        if not found:
            raise self.fail("syntax error")
        self.at = found.end()
        return Variable(found.group().strip('"'))

    def bare(self, stops: re.Pattern[str] = _BARE) -> Text:
        out: list[str] = []
        while self.char:
            found = stops.match(self.text, self.at)
            if found is not None:
                out.append(found.group())
                self.at = found.end()
            elif self.text.startswith("\\\n", self.at):
                self.joined()
            elif self.char in '"[{':
                raise self.fail("syntax error")
            elif self.char == "\\":
                out.append(self.char)
                self.at += 1
            else:
                break
        return Text("".join(out))

    def quoted(self) -> Word:
        start = self.at
        self.at += 1
        parts: list[Word] = []
        raw = bytearray()
        while self.char != '"':
            if not self.char:
                raise self.fail("expected closing quote", start)
            if self.char == "\\":
                raw += self.escape()
            elif self.char == "$":
                parts += [Text(_decode(raw), bare=False), self.variable()]
                raw = bytearray()
            else:
                raw += self.char.encode()
                self.at += 1
        self.at += 1
        last = Text(_decode(raw), bare=False)
        return Joined((*parts, last)) if parts else last

    def escape(self) -> bytes:
        if self.text.startswith("\\\n", self.at):
            self.joined()
            return b""
        after = self.text[self.at + 1 : self.at + 2]
        two = _HEX.match(self.text, self.at + 1)
        if after in _ESCAPES:
            self.at += 2
            return _ESCAPES[after]
        if two:
            self.at += 3
            return bytes.fromhex(two.group())
        raise self.fail("syntax error")

    def expression(self) -> Expression:
        operands: list[Word] = []
        operators: list[str] = []
        while True:
            self.blank(" \t\n")
            operands.append(self.operand())
            self.blank(" \t\n")
            if self.char == ")":
                self.at += 1
                return Expression(tuple(operands), tuple(operators))
            found = next((one for one in _OPERATORS if self.text.startswith(one, self.at)), None)
            if found is None:
                raise self.fail("syntax error")
            operators.append(found)
            self.at += len(found)

    def operand(self) -> Word:
        return self.word() if self.char and self.char in '"[($' else self.bare(_OPERAND)


def _after(found: int, end: int) -> int:
    return end if found < 0 else found


def _decode(raw: bytearray) -> str:
    return raw.decode("utf-8", "surrogateescape")
