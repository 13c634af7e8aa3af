"""Checks a whole script before any of it runs, as RouterOS does when it reads one.

A word that is no command, a property that does not exist or a value that can never be one is refused with its line
and column; a name that is not there, or an entry that is there already, only when its command is reached.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from homeroom.lab.ros import verbs
from homeroom.lab.ros.config import INTERFACE
from homeroom.lab.ros.schema import menus
from homeroom.lab.ros.script import parse
from homeroom.lab.ros.syntax import Block, Command, Expression, Sub, Text, Word
from homeroom.lab.ros.trap import ARGUMENT, SCRIPT, Trap

BUILTINS: Final = frozenset(
    {":do", ":if", ":local", ":global", ":set", ":error", ":log", ":put", ":len", ":delay", ":onerror", ":resolve"}
)
_EVERYWHERE: Final = frozenset({"place-before", "numbers", "where", "dynamic", "invalid", "default", "value-name"})
"""Words that stand beside the properties of any menu."""


def check(text: str) -> tuple[Command, ...]:
    """Read a script and check all of it; Trap with the place of the first thing wrong."""
    body = parse(text)
    _Checker().body(body, "")
    return body


class _Checker:
    """The first pass: every command resolves, every property exists, every literal value can be one."""

    def body(self, commands: Sequence[Command], path: str) -> str:
        for command in commands:
            path = self.command(command, path)
        return path

    def command(self, command: Command, path: str) -> str:
        self.inner(command, path)
        first = command.words[0] if command.words else None
        if not isinstance(first, Text) or not first.bare or first.text in BUILTINS:
            if isinstance(first, Text) and first.bare and first.text.startswith(":") and first.text not in BUILTINS:
                raise _at(command, 0, f"bad command name {first.text[1:]}")
            return path
        target, verb, _ = resolve(command, path)
        if verb is None:
            return target
        if f"{target} {verb}".strip() not in verbs.ACTIONS and f"/{verb}" not in verbs.ACTIONS:
            self.params(command, target, verb)
        return path

    def inner(self, command: Command, path: str) -> None:
        """Check what stands in brackets and braces, in the menu of the command they belong to."""
        plain = bool(command.words) and isinstance(command.words[0], Text) and command.words[0].text not in BUILTINS
        here = resolve(command, path)[0] if plain else path
        for word in (*command.words, *(value for _, value, _ in command.params)):
            for body in _bodies(word):
                self.body(body, here)

    def params(self, command: Command, path: str, verb: str) -> None:
        menu = menus().get(path)
        for name, value, column in command.params if menu is not None and verb != "get" else ():
            described = menu.fields.get(name) if menu is not None else None
            if name in _EVERYWHERE and described is None:
                continue
            if described is None or (described.readonly and verb != "find"):
                raise Trap(f"expected end of command (line {command.line} column {column})", SCRIPT)
            if isinstance(value, Text) and value.text and verb in {"add", "set"}:
                try:
                    described.value(value.text)
                except Trap as trap:
                    raise Trap(f"{trap.message} (line {command.line} column {column})", ARGUMENT) from trap


def _bodies(word: Word | None) -> Iterator[tuple[Command, ...]]:
    match word:
        case Sub(body) | Block(body):
            yield body
        case Expression(operands, _):
            for operand in operands:
                yield from _bodies(operand)
        case _:
            return


def _at(command: Command, word: int, what: str) -> Trap:
    column = command.columns[word] if word < len(command.columns) else 1
    return Trap(f"{what} (line {command.line} column {column})", SCRIPT)


def resolve(command: Command, path: str) -> tuple[str, str | None, int]:
    """Return the menu a command works in, its verb (None: it only names a menu), and the words behind the verb."""
    literal: list[str] = []
    for word in command.words:
        if not isinstance(word, Text) or not word.bare:
            break
        literal.append(word.text)
    words = verbs.spread(literal)
    target, taken = verbs.walk("" if literal[0].startswith("/") else path, words)
    if taken == len(words):
        return target, None, taken
    verb = words[taken]
    action = f"{target} {verb}".strip() if target else f"/{verb.strip('/')}"
    known = verb in verbs.VERBS and (target in menus() or target == INTERFACE)
    if action not in verbs.ACTIONS and not known:
        raise _at(command, min(taken, len(command.columns) - 1), f"bad command name {verb.strip('/:')}")
    extra = len(words) - len(literal)
    return target, verb.strip("/"), taken + 1 - extra
