"""What is asked of an EOS device beside its configuration: its clock, its space, who answers it. No transport in here.

EOS hands `ping` to Linux' (iputils), and `bash` to a shell with BIND's tools.

Source: Arista EOS User Manual, `ping`, `bash`, `show clock`, `dir`; BIND 9, `nslookup`; the API's condition for `bash`
(a `timeout`) as in arista-eosplus/pyeapi #128.
"""

from __future__ import annotations

import json
import math
import re
from typing import Any, Final

from homeroom.errors import CommandRejected
from homeroom.platforms.box import Login, Question, Vitals

CLOCK: Final = "show clock | json"
"""Seconds since the epoch: the text is in the device's own time zone."""
FLASH: Final = "dir flash:"
_FREE: Final = re.compile(r"^\d+ bytes total \((\d+) bytes free\)", re.MULTILINE)
_SUM: Final = re.compile(r"^\d+ packets transmitted, (\d+) received", re.MULTILINE)
_NOT_SENT: Final = re.compile(r"Network is unreachable|Cannot assign requested address|No route to host")
"""The device has no way there, or no such source: nothing was sent, nothing answered."""
_SILENT: Final = re.compile(r"^;; (?:connection timed out; )?no servers could be reached", re.MULTILINE)
_SERVER: Final = re.compile(r"^Server:\s+\S+\n+Address:\s+\S+#\d+\s*$", re.MULTILINE)


def vitals(login: Login, clock: str, listing: str) -> Vitals:
    """Read the clock and the space; CommandRejected for what is neither."""
    free = _FREE.search(listing)
    if free is None:
        raise _strange(login, FLASH, listing)
    try:
        said: Any = json.loads(clock)
        at = float(said["utcTime"])
    except (ValueError, KeyError, TypeError) as error:
        raise _strange(login, CLOCK, clock) from error
    if not math.isfinite(at):
        raise _strange(login, CLOCK, clock)
    return Vitals(at, int(free[1]))


def command(question: Question) -> str:
    """Return the command that tries a checked question; empty: nslookup cannot choose where it asks from."""
    if question.kind == "name":
        tool = f"nslookup -timeout=2 -retry=2 {question.name} {question.address}"
        return "" if question.source else f"bash timeout 5 {tool}"
    word = "ping ipv6" if ":" in question.address else "ping"
    source = f" source {question.source}" if question.source else ""
    return f"{word} {question.address} repeat 2 timeout 1{source}"


def answered(login: Login, question: Question, said: str) -> bool:
    """Read what a question's command printed; CommandRejected when it is something else."""
    if question.kind == "name":
        if _SILENT.search(said):
            return False
        if _SERVER.search(said):
            return True
    else:
        found = _SUM.search(said)
        if found is not None:
            return int(found[1]) > 0
        if _NOT_SENT.search(said):
            return False
    raise _strange(login, command(question), said)


def printed(entry: Any) -> str:
    """Return all that one command said, where it failed too: its output, its messages, its errors."""
    if not isinstance(entry, dict):
        return ""
    found: dict[str, Any] = entry  # pyright: ignore[reportUnknownVariableType]  # it is what JSON can be
    parts = [found.get("output", ""), *(line for key in ("messages", "errors") for line in found.get(key) or ())]
    return "\n".join(str(part) for part in parts)


def _strange(login: Login, command: str, said: str) -> CommandRejected:
    line = next((line.strip() for line in said.splitlines() if line.strip()), "nothing")
    what = f"`{command}` was answered by what is no answer ({login.conceal(line)[:120]})"
    return CommandRejected(login.device, what, "look at it, then try again")
