"""The shell's language as a tree: words of parts, simple commands, lists, compound commands."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias


class SyntaxFault(Exception):
    """What the shell complains of."""


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of a word: literal text, a variable with its operator and operand, a command, or arithmetic."""

    kind: Literal["text", "variable", "command", "math"]
    text: str = ""
    quoted: bool = False
    operator: str = ""
    operand: Word = ()
    script: Block | None = None


Word: TypeAlias = "tuple[Part, ...]"


@dataclass(frozen=True, slots=True)
class Redirect:
    """`fd`, operator, and file or here-document."""

    fd: int
    operator: str
    target: Sequence[Part]


@dataclass(frozen=True, slots=True)
class Simple:
    """A command with its words, or assignments alone."""

    assigns: tuple[tuple[str, Word], ...]
    words: tuple[Word, ...]
    redirects: tuple[Redirect, ...]


@dataclass(frozen=True, slots=True)
class Pipe:
    """Commands joined by `|`."""

    parts: tuple[Command, ...]
    negated: bool


@dataclass(frozen=True, slots=True)
class Chain:
    """Pipelines joined by `&&` and `||`."""

    first: Pipe
    rest: tuple[tuple[str, Pipe], ...]
    background: bool


@dataclass(frozen=True, slots=True)
class Block:
    """A list of commands."""

    chains: tuple[Chain, ...]


@dataclass(frozen=True, slots=True)
class If:
    """`if`: conditions with what follows them, and `else`."""

    arms: tuple[tuple[Block, Block], ...]
    other: Block | None


@dataclass(frozen=True, slots=True)
class Loop:
    """`while` and `until`."""

    condition: Block
    body: Block
    until: bool


@dataclass(frozen=True, slots=True)
class For:
    """`for`; without words it goes through the arguments."""

    name: str
    words: tuple[Word, ...] | None
    body: Block


@dataclass(frozen=True, slots=True)
class Case:
    """`case`."""

    word: Word
    arms: tuple[tuple[tuple[Word, ...], Block], ...]


@dataclass(frozen=True, slots=True)
class Function:
    """A function's definition."""

    name: str
    body: Command


@dataclass(frozen=True, slots=True)
class Group:
    """`{ }`, or `( )` in a shell of its own; also what redirections of a compound command stand on."""

    body: Command | Block
    apart: bool
    redirects: tuple[Redirect, ...]


Command: TypeAlias = "Simple | If | Loop | For | Case | Function | Group"
