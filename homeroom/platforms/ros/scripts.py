"""The scripts of a change: the one that takes its steps, and those that take them back.

The way back must lead to the old configuration from wherever the device stopped, so each of its steps may be taken
on a device where it is not needed: entries are added only where they are missing, and an ordered menu is written
anew behind what stands there before that is removed (it is never empty in between).
"""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from homeroom.platforms.ros.delta import Step
from homeroom.platforms.ros.model import printed
from homeroom.platforms.ros.words import quote

COUNTER: Final = "homeroomStep"
"""A global variable of the script that goes forward: which of its lines is being run. It outlives a failure."""
STATIC: Final = "dynamic=no"
"""Picks what somebody configured: firewalls hold rules of RouterOS's own, too."""
_START: Final = ":local bad 0\n"


@dataclass(frozen=True, slots=True)
class Command:
    """One line of the script that goes forward, and how it is named to a person: its line in the text, its words."""

    text: str
    line: int
    said: str

    def __str__(self) -> str:
        """Read like a compiler's message."""
        return f"line {self.line}: `{self.said}`" if self.line else f"`{self.said}`"


def forward(steps: Sequence[Step]) -> tuple[tuple[Command, ...], ...]:
    """Return the script that takes the steps, stopping at the first that fails: what must stay together, together."""
    number = 0
    groups: list[tuple[Command, ...]] = []
    for step in steps:
        group: list[Command] = []
        for command in _forward(step):
            number += 1
            counted = command.text if command.text in "{}" else f":global {COUNTER} {number}; {command.text}"
            group.append(Command(counted, command.line, command.said))
        groups.append(tuple(group))
    return tuple(groups)


def _forward(step: Step) -> Iterator[Command]:
    if step.verb == "order":
        yield from (Command("{", 0, ""), *_moves(step), Command("}", 0, ""))
    else:
        yield Command(_plain(step), step.line, str(step))


def _plain(step: Step) -> str:
    match step.verb:
        case "add":
            return f"{step.path} add {step.said}"
        case "remove":
            return f"{step.path} remove {step.find}"
        case "again":
            return f"{step.path} remove {step.find}; {step.path} add {step.said}"
        case _:
            return " ".join(filter(None, (step.path, "set", step.find, step.said)))


def _moves(step: Step) -> Iterator[Command]:
    """Yield the fewest additions and removals that bring an ordered menu into its new order."""
    path = step.path
    changed = quote(f"{path} changed while it was being changed")
    yield Command(f":local r [{path} find where {STATIC}]", 0, path)
    yield Command(f":if ([:len $r] != {len(step.before)}) do={{ :error {changed} }}", 0, path)
    before, after = ([printed(one.params) for one in many] for many in (step.before, step.after))
    matcher = difflib.SequenceMatcher(None, before, after, autojunk=False)
    gone: list[int] = []
    for action, a, b, c, d in matcher.get_opcodes():
        if action != "equal":
            place = f" place-before=($r->{a})" if a < len(before) else ""
            for entry, one in zip(step.after[c:d], after[c:d], strict=True):
                yield Command(f"{path} add {one}{place}", entry.line, f"{path} add {one}")
            gone += range(a, b)
    yield from (Command(f"{path} remove ($r->{number})", 0, f"{path} remove {before[number]}") for number in gone)


@dataclass(frozen=True, slots=True)
class Script:
    """One script of the device's repository."""

    name: str
    source: str


def backward(steps: Sequence[Step], name: str, said: str, longest: int = 60_000) -> tuple[Script, ...]:
    """Return the scripts that take `steps` wherever they are needed; the last one, called `name`, runs the others.

    `said`: what it logs. What fails is passed over and the scheduler runs it all again; when nothing failed, scheduler
    and scripts remove themselves.
    """
    lines = [_guarded(_backward(step)) for step in steps]
    if sum(map(len, lines)) < longest // 2:
        return (Script(name, _main(lines, name, said, ())),)
    parts = tuple(
        Script(f"{name}-{number}", _START + "".join(part) + ':if ($bad != 0) do={ :error "in part" }\n')
        for number, part in enumerate(_parts(lines, longest // 2), 1)
    )
    runs = [_guarded(f"/system script run {quote(part.name)}") for part in parts]
    return (*parts, Script(name, _main(runs, name, said, [part.name for part in parts])))


def _guarded(command: str) -> str:
    return f":do {{ {command} }} on-error={{ :set bad 1 }}\n"


def _main(lines: Sequence[str], name: str, said: str, parts: Sequence[str]) -> str:
    scheduler = f"/system scheduler remove [find where name={quote(name)}]"
    scripts = [f"/system script remove [find where name={quote(one)}]" for one in (*parts, name)]
    end = f":if ($bad = 0) do={{ {'; '.join((scheduler, *scripts))} }}\n"
    return f"{_START}{''.join(lines)}/log warning {quote(said)}\n{end}"


def _parts(lines: Sequence[str], longest: int) -> Iterator[list[str]]:
    part: list[str] = []
    for line in lines:
        if part and sum(map(len, part)) + len(line) > longest:
            yield part
            part = []
        part.append(line)
    yield part


def _backward(step: Step) -> str:
    path = step.path
    match step.verb:
        case "add":
            missing = f"[:len [{path} find where {step.find[len('[find where ') : -1]}]] = 0"
            return f":if ({missing}) do={{ {path} add {step.said} }}"
        case "order":
            rules = [f"{path} add {printed(one.params)}" for one in step.after]
            return "; ".join([f":local r [{path} find where {STATIC}]", *rules, f"{path} remove $r"])
        case _:
            return _plain(step)
