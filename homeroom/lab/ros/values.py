"""The kinds of values that RouterOS's properties take, each read into the form in which it is shown again.

A reader returns the canonical text or None. Source: the vendor's manual, the `Properties` table of each menu.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable
from contextlib import suppress
from typing import Final, TypeAlias

Reader: TypeAlias = Callable[[str], str | None]
_UNITS: Final = {"w": 604800, "d": 86400, "h": 3600, "m": 60, "s": 1}
_TIME: Final = re.compile(r"(?:(\d+)w)?(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?(?:(\d+)ms)?")
_CLOCK: Final = re.compile(r"(?:(\d+)d)?(\d+):(\d\d):(\d\d)")
_MAC: Final = re.compile(r"[0-9A-Fa-f]{2}(?::[0-9A-Fa-f]{2}){5}")
_PORTS: Final = re.compile(r"!?\d+(?:-\d+)?(?:,\d+(?:-\d+)?)*")
_RANGE: Final = re.compile(r"(\d+)-(\d+)")
_YES, _NO = ("yes", "true"), ("no", "false")


def seconds(text: str) -> float | None:
    """Return the seconds of `1d2h`, `00:05:00`, `90` or `300ms`; None when it is no time."""
    clock = _CLOCK.fullmatch(text)
    if clock:
        days, hours, minutes, rest = (int(part or 0) for part in clock.groups())
        return days * 86400 + hours * 3600 + minutes * 60 + rest
    found = _TIME.fullmatch(text)
    if text.isdecimal():
        return int(text)
    if not found or not text:
        return None
    *whole, milli = (int(part or 0) for part in found.groups())
    return sum(count * unit for count, unit in zip(whole, _UNITS.values(), strict=True)) + milli / 1000


def duration(value: float) -> str:
    """Print seconds as RouterOS does: `1d2h`, `5m30s`, `300ms`, `0s`."""
    left, parts = int(value), ""
    for name, size in _UNITS.items():
        count, left = divmod(left, size)
        parts += f"{count}{name}" if count else ""
    milli = round(value % 1 * 1000)
    return parts + (f"{milli}ms" if milli else "") or "0s"


def _bool(text: str) -> str | None:
    return "yes" if text in _YES else "no" if text in _NO else None


def _time(text: str) -> str | None:
    found = seconds(text)
    return None if found is None else duration(found)


def _mac(text: str) -> str | None:
    return text.upper() if _MAC.fullmatch(text) else None


def _address(text: str) -> str | None:
    with suppress(ValueError):
        return str(ipaddress.ip_address(text))
    return None


def _ip(text: str) -> str | None:
    with suppress(ValueError):
        return str(ipaddress.IPv4Address(text))
    return None


def _cidr(text: str) -> str | None:
    with suppress(ValueError):
        return str(ipaddress.IPv4Interface(text))
    return None


def _cidr6(text: str) -> str | None:
    with suppress(ValueError):
        return str(ipaddress.IPv6Interface(text if "/" in text else f"{text}/64"))
    return None


def _net(text: str) -> str | None:
    with suppress(ValueError):
        return str(ipaddress.IPv4Network(text))
    return None


def _net6(text: str) -> str | None:
    with suppress(ValueError):
        return str(ipaddress.IPv6Network(text))
    return None


def _ports(text: str) -> str | None:
    return text if _PORTS.fullmatch(text) else None


def _vlans(text: str) -> str | None:
    for part in text.split(","):
        low, _, high = part.partition("-")
        if not low.isdecimal() or not (high or low).isdecimal() or not 1 <= int(low) <= int(high or low) <= 4094:
            return None
    return text


READERS: Final[dict[str, Reader]] = {
    "text": lambda text: text,
    "list": lambda text: text,
    "flag": lambda text: "" if text in {"", "yes", "true"} else None,
    "bool": _bool,
    "time": _time,
    "mac": _mac,
    "addr": _address,
    "ip": _ip,
    "cidr": _cidr,
    "cidr6": _cidr6,
    "net": _net,
    "net6": _net6,
    "ports": _ports,
    "vlans": _vlans,
}


def reader(kind: str) -> tuple[Reader, bool]:
    """Return the reader of a kind as menus.txt names it, and whether it takes one word of several."""
    known = READERS.get(kind)
    if known is not None:
        return known, False
    span = _RANGE.fullmatch(kind)
    if span:
        return _between(int(span[1]), int(span[2])), False
    words = kind.split("|")
    return _choice(words), True


def _between(low: int, high: int) -> Reader:
    return lambda text: str(int(text)) if text.isdecimal() and low <= int(text) <= high else None


def _choice(words: list[str]) -> Reader:
    """Take one of several words; a span among them (`none|1-4094`) takes numbers; true is yes where yes is a word."""
    spans = [_between(int(found[1]), int(found[2])) for word in words if (found := _RANGE.fullmatch(word))]

    def read(text: str) -> str | None:
        said = _bool(text) or text if "yes" in words else text
        if said in words:
            return said
        return next((value for span in spans if (value := span(said)) is not None), None)

    return read
