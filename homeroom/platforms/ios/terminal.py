"""Where an IOS terminal is in its talk: whose turn it is, its prompt, which answer belongs to which command. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Final, TypeAlias

HELLO: Final = ("terminal width 511", "terminal length 0")
"""What is said first, at once: no line is broken and no page is waited for then."""
TAIL: Final = 80
"""No prompt and no question is longer."""
_PROMPT: Final = re.compile(r"(?:^|\n)([^\s#>]{1,63}[#>])$")
_QUESTION: Final = re.compile(r"(?:\]\?|\[confirm\]) *$")

Ends: TypeAlias = Callable[[str], bool]
"""Tells from what was printed so far whether it is our turn."""


class Refused(Exception):
    """The device refused a file; says why."""


class Garbled(Exception):
    """The device's answers do not fit our commands."""


def prompt(said: str) -> str:
    """Return the prompt at the end of what was printed; empty when none is there."""
    found = _PROMPT.search(said[-TAIL:])
    return found.group(1) if found else ""


def greeted(said: str) -> bool:
    """Tell whether something like a prompt was printed: the end of a banner may look like one."""
    return bool(prompt(said))


def learned(said: str) -> bool:
    """Tell whether what is the prompt now also stood before each echo of HELLO: then it is the prompt."""
    mine = prompt(said)
    return bool(mine) and all(f"{mine}{line}\n" in said for line in HELLO[1:]) and f"{HELLO[0]}\n" in said


def turn(said: str) -> bool:
    """Tell whether any prompt or a question was printed."""
    return bool(prompt(said)) or asks(said)


def asks(said: str) -> bool:
    """Tell whether a question was printed."""
    return _QUESTION.search(said[-TAIL:]) is not None


def answered(mine: str, count: int) -> Ends:
    """Return what tells whether the prompt was printed so many times, and last."""
    mark = f"\n{mine}"
    return lambda said: said.endswith(mark) and said.count(mark) >= count


def split(said: str, mine: str, commands: Sequence[str]) -> list[str]:
    """Cut what was printed where the prompt stands before the echo of the next command; Garbled if it does not."""
    answers: list[str] = []
    mark, rest = f"\n{mine}", said
    for command, after in zip(commands, [*commands[1:], ""], strict=True):
        echo, newline, rest = rest.partition("\n")
        if echo.strip() != command or not newline:
            raise Garbled(f"`{command}` was echoed as `{echo.strip()[:60]}`")
        rest = f"\n{rest}"
        end = rest.find(mark + after) if after else rest.rfind(mark)
        if end < 0:
            raise Garbled(f"the answer to `{command}` has no end")
        answers.append(rest[1:end])
        rest = rest[end + len(mark) :]
    return answers


def body(said: str) -> str:
    """Return an answer without the echo of the command and without the prompt."""
    return said.partition("\n")[2].rpartition("\n")[0]
