"""How IOS rewrites commands of RADIUS, object groups, time ranges, ports, QoS and the air before it keeps them."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable, Mapping
from typing import Final

from homeroom.lab.ios.call import Call, Kept, Refused
from homeroom.secret import type7

_DAYS: Final = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_SPANS: Final = ("daily", "weekdays", "weekend")
_HOURS: Final = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)")
_DSCP: Final[Mapping[str, str]] = (
    {"46": "ef", "0": "default"}
    | {str(8 * level): f"cs{level}" for level in range(1, 8)}
    | {str(8 * level + 2 * drop): f"af{level}{drop}" for level in range(1, 5) for drop in range(1, 4)}
)
"""DSCPs that IOS prints by name (RFC 2474, 2597, 3246)."""
_ENCRYPTION: Final = "service password-encryption"
_AIR_SLOTS: Final = {"wireless country": 2, "wireless management": 3, "ap filter": 4, "wlan": 2}
_FIRST_HOURS: Final = 2


def key(call: Call) -> Kept:
    """`key` of a RADIUS server: hidden (type 7, another seed each time) where `service password-encryption` stands."""
    words = " ".join(call.words[1:]).split()
    if words[0].isdigit() and len(words) > 1:
        if words[0] != "0":
            return "key", f"key {' '.join(words)}"
        words = words[1:]
    clear = " ".join(words)
    if _ENCRYPTION not in call.root.entries:
        return "key", f"key {clear}"
    call.chassis.hashed = True
    return "key", f"key 7 {type7(clear, int(call.chassis.salt()[-1], 36) % 16)}"


def air(call: Call) -> Kept:
    """Keep what only a WLAN controller knows; every other box refuses it."""
    if call.chassis.kind not in {"", "wlc"}:
        raise Refused(word=0)
    size = next((size for start, size in _AIR_SLOTS.items() if call.line.startswith(f"{start} ")), len(call.words))
    if call.line.startswith("ap filter name"):
        size = len(call.words)
    return " ".join(call.words[:size]), call.line


def storm(call: Call) -> Kept:
    """`storm-control broadcast level 1`: percents have two digits."""
    levels = [word if word in {"bps", "pps"} or "." in word else f"{word}.00" for word in call.words[3].split()]
    if levels[0] in {"bps", "pps"}:
        levels = call.words[3].split()
    return " ".join(call.words[:2]), " ".join([*call.words[:3], *levels])


def host_mode(call: Call) -> Kept:
    """Keep `authentication host-mode`: one host a port is the default."""
    slot = "authentication host-mode"
    return slot, "" if call.words[-1] == "single-host" else call.line


def dscp(call: Call) -> Kept:
    """`set dscp 34`: printed by name."""
    *head, value = call.words
    return " ".join(head), " ".join([*head, _DSCP.get(value, value)])


def member(call: Call) -> Kept:
    """Keep a network of an object group: without host bits, one address as `host`."""
    if call.words[0] in {"host", "any", "range", "group-object"}:
        return call.line, call.line
    net = ipaddress.ip_network("/".join(call.words), strict=False)
    if net.prefixlen == net.max_prefixlen:
        line = f"host {str(net.network_address).upper()}"
    else:
        line = f"{net.network_address} {net.netmask}" if net.version == 4 else f"{net}".upper()
    return line, line


def periodic(call: Call) -> Kept:
    """`periodic monday 07:00 to 20:00`: days in full, hours without a leading zero."""
    words = call.words[1].split()
    if "to" not in words[_FIRST_HOURS:]:
        raise Refused("% Incomplete command.\n")
    at = words.index("to")
    days = [_day(word, place) for place, word in enumerate(words[: at - 1], 1)]
    if any(day in _SPANS for day in days) and len(days) > 1:
        raise Refused(word=2)
    start, until = _hour(words, at - 1), _hour(words, len(words) - 1)
    until_day = [_day(words[at + 1], at + 2)] if len(words) == at + 3 else []
    if len(words) > at + 2 + len(until_day):
        raise Refused(word=at + 3)
    line = " ".join(["periodic", *days, start, "to", *until_day, until])
    return line, line


def _day(word: str, place: int) -> str:
    fitting = [day for day in (*_DAYS, *_SPANS) if day.lower().startswith(word.lower())]
    exact = [day for day in fitting if day.lower() == word.lower()]
    if len(exact or fitting) != 1:
        raise Refused(word=place)
    return (exact or fitting)[0]


def _hour(words: list[str], at: int) -> str:
    found = _HOURS.fullmatch(words[at])
    if found is None:
        raise Refused(word=at + 1)
    return f"{int(found[1])}:{found[2]}"


FORMS: Final[Mapping[str, Callable[[Call], Kept]]] = {
    "key": key,
    "air": air,
    "storm": storm,
    "host-mode": host_mode,
    "dscp": dscp,
    "member": member,
    "periodic": periodic,
}
