"""What is asked of an IOS device beside its configuration: its clock, its space, who answers it. No transport in here.

Source: Cisco IOS XE 17 Configuration Fundamentals Command Reference, `show clock`, `ping`, `dir`; IPv6 Command
Reference, `ping ipv6`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Final

from homeroom.errors import CommandRejected
from homeroom.platforms.box import Login, Question, Vitals
from homeroom.platforms.ios import answers
from homeroom.platforms.ios.change import Ask, Steps

_AT_ONCE: Final = 16
"""How many echoes are sent together: silent ones take two seconds each, and a transport does not wait for ever."""
_ZONES: Final = "show running-config | include ^clock "
_CLOCK: Final = re.compile(
    r"^[*.]?(\d{1,2}):(\d\d):(\d\d)\.(\d{3}) (\S+) [A-Z][a-z]{2} ([A-Z][a-z]{2}) (\d{1,2}) (\d{4})\s*$", re.MULTILINE
)
"""`*`: not set by anybody; `.`: set once, and no longer in step. It is what the device goes by all the same."""
_MONTHS: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_STANDARD: Final = re.compile(r"^clock timezone (\S+) (-?)(\d+)(?: (\d+))?\s*$", re.MULTILINE)
_SUMMER: Final = re.compile(r"^clock summer-time (\S+) (?:recurring|date)\b(.*)$", re.MULTILINE)
_HOUR: Final = 60
_RATE: Final = re.compile(r"^Success rate is (\d{1,3}) percent \(\d+/\d+\)", re.MULTILINE)
_NOT_SENT: Final = re.compile(
    r"^% ?(?:Invalid source|Unrecognized host or address, or protocol not running)", re.MULTILINE
)
"""No interface that is up has the source, or none has an address of the family: nothing was sent, nothing answered."""


def vitals(login: Login, config: str) -> Steps[Vitals]:
    """Read the clock and the space; `config`: the configuration if it was read, for the offset of a zone."""
    said, listing = yield Ask(("show clock", "dir"))
    free = answers.space(listing)
    if free is None:
        raise _strange(login, "dir", listing)
    found = _CLOCK.search(said)
    if found is None:
        raise _strange(login, "show clock", said)
    offsets = _offsets(config)
    if found[5] not in offsets and not config:
        (lines,) = yield Ask((_ZONES,))
        offsets = _offsets(lines)
    try:
        return Vitals(_seconds(found, offsets.get(found[5])), free)
    except ValueError as error:
        raise _strange(login, "show clock", said) from error


def _seconds(found: re.Match[str], offset: int | None) -> float | None:
    """Return what a clock says in seconds since the epoch; None when its zone's offset (minutes) is not known."""
    hour, minute, second, milli, _, month, day, year = found.groups()
    at = datetime(  # ValueError: no such day
        int(year), _MONTHS.index(month) + 1, int(day), int(hour), int(minute), int(second), int(milli) * 1000, UTC
    )
    return None if offset is None else at.timestamp() - 60 * offset


def _offsets(config: str) -> Mapping[str, int]:
    """Return the zones that `show clock` may name with their minutes ahead of UTC, by the lines of a configuration.

    A summer time that is called like the standard time says neither: such a zone is left out.
    """
    found = {"UTC": 0, "GMT": 0}
    standard = _STANDARD.search(config)
    base = 0
    if standard is not None:
        minutes = _HOUR * int(standard[3]) + int(standard[4] or 0)
        base = -minutes if standard[2] else minutes
        found[standard[1]] = base
    summer = _SUMMER.search(config)
    if summer is not None:
        last = summer[2].split()[-1:]
        ahead = int(last[0]) if last and last[0].isdecimal() and ":" in summer[2] else _HOUR
        if found.pop(summer[1], None) is None:
            found[summer[1]] = base + ahead
    return found


def told(login: Login, questions: Sequence[Question]) -> Steps[tuple[bool | None, ...]]:
    """Try checked questions; None for names: IOS asks the resolver it is configured with, never a given one."""
    echoes = [question for question in questions if question.kind == "echo"]
    known: dict[Question, bool] = {}
    for first in range(0, len(echoes), _AT_ONCE):
        part = echoes[first : first + _AT_ONCE]
        commands = tuple(map(ping, part))
        said: list[str] = yield Ask(commands)
        known |= {
            question: _answered(login, command, text)
            for question, command, text in zip(part, commands, said, strict=True)
        }
    return tuple(map(known.get, questions))


def ping(question: Question) -> str:
    """Return the command that tries an echo twice, a second each."""
    word = "ping ipv6" if ":" in question.address else "ping"
    source = f" source {question.source}" if question.source else ""
    return f"{word} {question.address} repeat 2 timeout 1{source}"


def _answered(login: Login, command: str, said: str) -> bool:
    """Read what a ping printed; CommandRejected when it is something else."""
    found = _RATE.search(said)
    if found is not None:
        return int(found[1]) > 0
    if _NOT_SENT.search(said):
        return False
    raise _strange(login, command, said)


def _strange(login: Login, command: str, said: str) -> CommandRejected:
    """Return the refusal of an answer that is not understood, with the line that tells most of it."""
    lines = [line.strip() for line in said.splitlines() if line.strip()]
    line = answers.refusal(said) or (lines[-1] if lines else "nothing")
    return CommandRejected(
        login.device,
        f"`{command}` was answered by what is no answer ({login.conceal(line)[:120]})",
        "look at it, then try again",
    )
