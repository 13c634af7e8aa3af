"""What a RouterOS device is asked to try, and how its answers are judged.

Sources: the vendor's manual, Ping; Scripting, `:resolve`; API (`/execute as-string` returns what a script printed).
"""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final

from homeroom.platforms.box import Question, Vitals
from homeroom.platforms.ros.client import Refused, Reply
from homeroom.platforms.ros.words import quote

VITALS: Final[Sequence[tuple[str, Mapping[str, str]]]] = (
    ("/system/clock/print", {}),
    ("/system/resource/print", {".proplist": "free-hdd-space"}),
)
_TRIES: Final = 2
_NO_NAME: Final = "dns name does not exist"
_SILENT: Final = ("dns server failure", "timeout", "timed out")


def command(question: Question) -> tuple[str, Mapping[str, str]]:
    """Return the command that tries it; a name server is asked from the address that the routes give."""
    if question.kind == "echo":
        asked = {"address": question.address, "count": f"{_TRIES}"}
        return "/ping", {**asked, "src-address": question.source} if question.source else asked
    script = f":put [:resolve domain-name={quote(question.name)} server={question.address}]"
    return "/execute", {"script": script, "as-string": ""}


def answer(question: Question, reply: Reply) -> bool:
    """Judge a reply; Refused when it is none.

    RouterOS tells a server that fails (SERVFAIL) not from one that is silent: both count as silent.
    """
    return _echoed(reply) if question.kind == "echo" else _resolved(reply.ret.strip())


def _echoed(reply: Reply) -> bool:
    counts = [row.get("received", "") for row in reply.rows]
    if not counts or not all(_number(count) for count in counts):
        raise Refused("it does not say how many of its pings were answered")
    return any(int(count) > 0 for count in counts)


def _resolved(said: str) -> bool:
    if _address(said) or _NO_NAME in said:
        return True
    if said.startswith("failure: ") and any(word in said for word in _SILENT):
        return False
    raise Refused(f"it answers a DNS query with {said[:200]!r}")


def _address(said: str) -> bool:
    try:
        ipaddress.ip_address(said)
    except ValueError:
        return False
    return True


def _number(said: str) -> bool:
    return said.isascii() and said.isdecimal()


def vitals(clock: Reply, resource: Reply) -> Vitals:
    """Return its time (by the offset that holds now) and the free bytes of its flash; Refused when they are none."""
    when, space = (dict(reply.rows[0]) if reply.rows else {} for reply in (clock, resource))
    free = space.get("free-hdd-space")
    if free is not None and not _number(free):
        raise Refused(f"it has {free!r} bytes free")
    return Vitals(_time(when), None if free is None else int(free))


def _time(row: Mapping[str, str]) -> float | None:
    if not {"date", "time", "gmt-offset"} <= set(row):
        return None
    said = f"{row['date']}T{row['time']}{row['gmt-offset']}"
    try:
        return datetime.fromisoformat(said).timestamp()
    except (ValueError, OverflowError) as error:
        raise Refused(f"its clock says {said!r}") from error
