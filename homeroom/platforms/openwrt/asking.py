"""What an OpenWrt device is asked to try: one shell script for all questions, a word for each answer.

The device itself judges what BusyBox printed, so that text from a name server never comes back as an answer.
Sources: BusyBox 1.36, networking/ping.c and networking/nslookup.c.
"""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from typing import Final

from homeroom.platforms.box import Question, Vitals

VITALS: Final = "date +%s; df -k /tmp | tail -n 1; df -k /etc/config | tail -n 1"
"""The clock, and the space where the candidate is put and where it is written to."""
_FUNCTIONS: Final = r"""echoes() {
	said=$(ping -c 2 -W 1 "$@" 2>&1)
	case $? in
	0) echo yes ;;
	127) echo unable ;;
	*)
		case $said in
		"PING "*) echo no ;;
		*) echo "odd $said" | head -n 1 ;;
		esac
		;;
	esac
}
resolves() {
	said=$(nslookup "$@" 2>&1)
	case $? in
	0) echo yes ;;
	127) echo unable ;;
	*)
		case $said in
		*"an't find "*) echo yes ;;
		*"no servers could be reached"* | *"an't connect to "*) echo no ;;
		*) echo "odd $said" | head -n 1 ;;
		esac
		;;
	esac
}
"""
_WORDS: Final[dict[str, bool | None]] = {"yes": True, "no": False, "unable": None}


class Odd(Exception):
    """An answer that is none; says what it is."""


def script(questions: Sequence[Question]) -> str:
    """Return the script that tries them; `nslookup` asks from the address that the routes give."""
    return _FUNCTIONS + "".join(f"{_line(question)}\n" for question in questions)


def _line(question: Question) -> str:
    if question.kind == "name":
        return shlex.join(["resolves", question.name, question.address])
    source = ["-I", question.source] if question.source else []
    return shlex.join(["echoes", *(["-6"] if ":" in question.address else []), *source, question.address])


def answers(said: str, count: int) -> tuple[bool | None, ...]:
    """Read what the script printed; Odd when it is not one answer a question."""
    lines = said.splitlines()
    strange = next((line for line in lines if line not in _WORDS), None)
    if strange is not None:
        raise Odd(f"it answers a question with `{strange.removeprefix('odd ')[:200]}`")
    if len(lines) != count:
        raise Odd(f"it answers {len(lines)} of {count} questions")
    return tuple(_WORDS[line] for line in lines)


def vitals(said: str) -> Vitals:
    """Read what VITALS printed: the least space counts; Odd when it is something else."""
    clock, *disks = said.splitlines() or [""]
    free = [line.split()[-3:][0] if line.split() else "" for line in disks]
    if not _number(clock):
        raise Odd(f"its clock says `{clock[:200]}`")
    if len(free) != 2 or not all(map(_number, free)):
        raise Odd("it does not say how much space is free")
    return Vitals(float(clock), 1024 * min(map(int, free)))


def _number(said: str) -> bool:
    return said.isascii() and said.isdecimal()
