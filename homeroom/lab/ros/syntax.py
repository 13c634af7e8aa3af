"""The parts of a script, as homeroom.lab.ros.script reads them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class Text:
    """Literal text. `bare`: it stood without quotes."""

    text: str
    bare: bool = True


@dataclass(frozen=True, slots=True)
class Variable:
    """`$name`."""

    name: str


@dataclass(frozen=True, slots=True)
class Joined:
    """A quoted string with variables in it."""

    parts: tuple[Word, ...]


@dataclass(frozen=True, slots=True)
class Sub:
    """`[...]`: what its last command returns."""

    body: tuple[Command, ...]


@dataclass(frozen=True, slots=True)
class Block:
    """`{...}`."""

    body: tuple[Command, ...]


@dataclass(frozen=True, slots=True)
class Expression:
    """`(a op b ...)`, read from left to right."""

    operands: tuple[Word, ...]
    operators: tuple[str, ...]


Word: TypeAlias = "Text | Variable | Joined | Sub | Block | Expression"


@dataclass(frozen=True, slots=True)
class Command:
    """One command: its words, its named values, and where each began (column, from 1)."""

    line: int
    words: tuple[Word, ...]
    columns: tuple[int, ...]
    params: tuple[tuple[str, Word | None, int], ...]
    """Name, value (None: `!name`), column."""
