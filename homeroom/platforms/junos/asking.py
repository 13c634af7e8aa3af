"""What a Junos device is asked to try, and how its answers are judged.

Sources: "Junos XML API Explorer", `<ping>`; "Junos OS Automation Scripts User Guide": `show host` has no XML of its own
and answers with what the program `host` (BIND 9) prints.
"""

# PyEZ and lxml have no types.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false

from __future__ import annotations

import re
from typing import Any, Final

from homeroom.platforms.box import Question

_TRIES, _SECONDS = 2, 1
_BLOCK: Final = 512
"""Bytes of one of `show system storage`'s blocks."""
_PLACES: Final = frozenset({"/config", "/var", "/cf/config", "/cf/var", "/.mount", "/.mount/config", "/.mount/var"})
"""Where the file systems are mounted that hold the configuration database; which of them there are, models decide."""
_ANSWERED: Final = re.compile(
    r"^Using domain server:| has (?:IPv6 )?address | is an alias for |^Host \S+ not found: \d+\(| has no \S+ record",
    re.MULTILINE,
)
_SILENT: Final = re.compile(r"timed out|no servers could be reached|communications error|no response from")


class Odd(Exception):
    """An answer that is none; says what it is."""


def ping(question: Question) -> dict[str, str]:
    """Return the arguments of `<ping>`."""
    asked = {"host": question.address, "count": f"{_TRIES}", "wait": f"{_SECONDS}"}
    return {**asked, "source": question.source} if question.source else asked


def lookup(question: Question) -> str:
    """Return the command that asks one name server; `show host` has no choice of a source."""
    return f"show host {question.name} server {question.address}"


def echoed(reply: Any) -> bool:
    """Judge an answer to `<ping>`; Odd when it is none. What could not be sent (no route, no source) is no echo."""
    results = reply if reply.tag == "ping-results" else reply.find(".//ping-results")
    if results is None:
        raise Odd("it answers a ping with something else")
    received = str(results.findtext("probe-results-summary/responses-received", "")).strip()
    if received.isascii() and received.isdecimal():
        return int(received) > 0
    if results.find("ping-failure") is None:
        raise Odd("it does not say how many of its pings were answered")
    return False


def resolved(reply: Any) -> bool:
    """Judge what `host` printed; Odd when it is no answer. Whatever the server says counts, "no such name" too."""
    said = "".join(reply.itertext())
    if _ANSWERED.search(said):
        return True
    if _SILENT.search(said):
        return False
    raise Odd(f"it answers a DNS query with {_first(said)!r}")


def clock(reply: Any) -> float:
    """Return the time in an answer to `<get-system-uptime-information>`; Odd when there is none."""
    date = reply.find(".//current-time/date-time")
    attributes = date.attrib if date is not None else {}
    seconds = next((str(value) for name, value in attributes.items() if str(name).endswith("seconds")), "")
    if not (seconds.isascii() and seconds.isdecimal()):
        raise Odd("it does not say what time it is")
    return float(seconds)


def free(reply: Any) -> int | None:
    """Return the bytes free for the configuration database, the least of its file systems; None when none is known."""
    found: list[int] = []
    for system in reply.iter("filesystem"):
        if str(system.findtext("mounted-on", "")).strip() in _PLACES:
            blocks = str(system.findtext("available-blocks", "")).strip()
            if not re.fullmatch(r"-?[0-9]+", blocks):
                raise Odd(f"it has {blocks!r} blocks free")
            found.append(max(0, int(blocks)) * _BLOCK)
    return min(found, default=None)


def _first(said: str) -> str:
    return next((line.strip()[:200] for line in said.splitlines() if line.strip()), "")
