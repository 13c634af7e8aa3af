"""The formats lists come in: each line gives names, nothing, or the reason why it is refused.

Sources: hosts(5); draft-vixie-dnsop-dns-rpz; the UT1 archive's `CATEGORY/domains`; adblock filter syntax, of which
only `||name^` means a whole name.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, TypeAlias

from homeroom.central.lists.names import Refused, normal
from homeroom.errors import UsageError

Line: TypeAlias = Callable[[str], tuple[str, ...]]
"""A line without its comment -> the names in it; raises Refused."""
SHOWN: Final = 20
"""Refused lines that are kept word for word; all are counted."""
TOO_MANY: Final = 0.05
"""More refused lines than this share of all: it is not the format it was taken for."""
_NOWHERE: Final = "0.0.0.0"  # noqa: S104 - what hosts files send their names to
_SINKS: Final = frozenset(
    {_NOWHERE, "127.0.0.1", "::", "::1", "0", "fe80::1%lo0", "255.255.255.255", "ff02::1", "ff02::2", "ff02::3"}
)
_BOILERPLATE: Final = frozenset(
    {"localhost", "localhost.localdomain", "local", "broadcasthost", "ip6-localhost", "ip6-loopback", "ip6-localnet"}
    | {"ip6-mcastprefix", "ip6-allnodes", "ip6-allrouters", "ip6-allhosts", _NOWHERE}
)
_RPZ_SOUND: Final = re.compile(r"(\S+)\s+(?:\d+\s+)?(?:IN\s+)?CNAME\s+(\S+)", re.IGNORECASE).fullmatch
_RPZ_FRAME: Final = re.compile(
    r"\$(?:TTL|ORIGIN)\b.*|\S*\s+(?:\d+\s+)?(?:IN\s+)?(?:SOA|NS)\s.*|[\s\d()]+", re.IGNORECASE
).fullmatch
_ADBLOCK: Final = re.compile(r"\|\|([^\s/^*$|]+)\^(?:\$(?:important|all|document|doc))?").fullmatch


@dataclass(slots=True)
class Reading:
    """What a file gave: its names as they come, how many lines, how many of them refused and the first of these."""

    file: str
    format: str
    lines: int = 0
    refused: int = 0
    shown: list[str] = field(default_factory=list[str])

    def refuse(self, number: int, text: str, reason: str) -> None:
        """Count a refused line; keep the first ones as `file:line: reason`."""
        self.refused += 1
        if len(self.shown) < SHOWN:
            self.shown.append(f"{self.file}:{number}: {text[:60]!r} {reason}")


def _domains(line: str) -> tuple[str, ...]:
    return (line.removeprefix("*."),)


def _hosts(line: str) -> tuple[str, ...]:
    address, *names = line.split()
    if address not in _SINKS:
        raise Refused(f"begins with {address}: a list points its names at 0.0.0.0 or 127.0.0.1")
    if not names:
        raise Refused("names nothing")
    return tuple(name for name in names if name not in _BOILERPLATE)


def _rpz(line: str) -> tuple[str, ...]:
    if _RPZ_FRAME(line):
        return ()
    found = _RPZ_SOUND(line)
    if not found:
        raise Refused("is no CNAME: data of its own is not taken from a list")
    name, action = found.groups()
    if re.search(r"\.rpz-(?:ip|client-ip|nsip|nsdname)\b", name):
        raise Refused("is triggered by something else than a name")
    if action not in {".", "*."}:
        raise Refused(f"says {action}: only a refusal is taken from a list")
    return (name.removeprefix("*."),)


def _adblock(line: str) -> tuple[str, ...]:
    found = _ADBLOCK(line)
    if not found:
        raise Refused("is an exception" if line.startswith("@@") else "is no rule for a whole name (||name^)")
    return (found.group(1),)


FORMATS: Final[Mapping[str, Line]] = {"domains": _domains, "hosts": _hosts, "rpz": _rpz, "adblock": _adblock}
_COMMENTS: Final[Mapping[str, str]] = {"domains": "#", "hosts": "#", "rpz": ";", "adblock": ""}


def read(path: Path, kind: str = "auto") -> tuple[Reading, list[str]]:
    """Read a list; UT1's directory stands for the file `domains` in it. Returns what was read, and the names.

    Raises UsageError when the file cannot be read.
    """
    file = path / "domains" if path.is_dir() else path
    try:
        text = file.read_text(encoding="utf-8", errors="replace")
    except OSError as error:
        raise UsageError(f"{file} cannot be read: {error.strerror}; name a file, or a directory of UT1") from error
    lines = text.splitlines()
    reading = Reading(str(file), sniff(lines) if kind == "auto" else kind)
    return reading, list(_names(lines, reading))


def sniff(lines: Iterable[str]) -> str:
    """Tell the format by the first lines that are no comment."""
    for line in lines:
        words = line.split()
        if not words or line[0] == "#":
            continue
        if words[0] in _SINKS:
            return "hosts"
        if line[0] in "![" or line.startswith(("||", "@@")):
            return "adblock"
        if line[0] in ";$@" or "CNAME" in line.upper().split() or "SOA" in line.upper().split():
            return "rpz"
        return "domains"
    return "domains"


def _names(lines: Iterable[str], reading: Reading) -> Iterator[str]:
    split, mark, origin = FORMATS[reading.format], _COMMENTS[reading.format], ""
    for number, line in enumerate(lines, 1):
        text = (line.partition(mark)[0] if mark else line).strip()
        if not text or (not mark and text[0] in "!["):
            continue
        reading.lines += 1
        if text.startswith("$ORIGIN") and reading.format == "rpz":
            origin = "." + text.split()[1].strip(".").lower()
        try:
            for name in split(text):
                yield normal(name.removesuffix(".").removesuffix(origin) if origin and name.endswith(".") else name)
        except Refused as error:
            reading.refuse(number, text, str(error))
