"""How Junos says what the intent holds: the filters of templates/junos.

What access lists say is in `phrases`. Source: "Junos OS CLI Reference".
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from homeroom.errors import RenderError
from homeroom.intent.model import Uplink
from homeroom.platforms.junos import phrases
from homeroom.policy.model import Redirect, Window
from homeroom.prefix import ANY, BITS, Prefix
from homeroom.secret import SecretRef
from homeroom.taint import clean

_DAYS: Final[Mapping[str, str]] = {
    "mon": "monday",
    "tue": "tuesday",
    "wed": "wednesday",
    "thu": "thursday",
    "fri": "friday",
    "sat": "saturday",
    "sun": "sunday",
}
QUEUES: Final = 8
"""Queues of a port."""


def days(window: Window) -> list[tuple[str, str, str]]:
    """Return the days of a window with the hours: `monday`, `07:00:00`, `20:00:00`."""
    return [(_DAYS[day], f"{window.start}:00", f"{window.until}:00") for day in window.days]


def length(netmask: str) -> int:
    """Return the length of a netmask."""
    return sum(int(part).bit_count() for part in netmask.split("."))


def first_lease(prefix: Prefix) -> str:
    """Return the first address that is leased: the gateway has the one before."""
    return prefix.address(2)


def last_lease(prefix: Prefix) -> str:
    """Return the last address that is leased."""
    return prefix.address(-2)


def sha512(secret: SecretRef) -> SecretRef:
    """Return the secret in the form that Junos keeps passwords in."""
    return SecretRef(secret.name.replace("_hash", "_crypt"))


def line(text: str) -> str:
    """Return one line of a login message, in whose quotes Junos takes a backslash and an n for a new line."""
    return clean(text, "banner")


def pool(redirect: Redirect) -> str:
    """Name the pool and the rule of a redirect."""
    return f"{redirect.role}-dns{'' if redirect.family == 4 else '6'}"


def bits(redirect: Redirect) -> int:
    """Return the length of a host's prefix."""
    return BITS[redirect.family]


def anywhere(redirect: Redirect) -> str:
    """Return every address of the redirect's family."""
    return ANY[redirect.family].cidr


def listed(entries: Mapping[str, Any]) -> list[tuple[str, Any]]:
    """Return a mapping's entries."""
    return list(entries.items())


def halves(uplinks: Sequence[Uplink]) -> list[tuple[str, Uplink]]:
    """Return the IPv6 routes of the uplinks: a lone one has `::/0`; with a backup the first has its two halves.

    Junos tells the next hops of one route apart by address alone, and every provider's is fe80::1.
    """
    if len(uplinks) == 1:
        return [("::/0", uplinks[0])]
    return [*(("::/1", one) for one in uplinks[:1]), *(("8000::/1", one) for one in uplinks[:1]), ("::/0", uplinks[1])]


def queues(classes: Sequence[Any]) -> list[tuple[int, Any]]:
    """Give each traffic class a queue: the first one the highest, as Junos serves its own control traffic there."""
    if len(classes) > QUEUES:
        raise RenderError(f"a port has {QUEUES} queues, the policy has {len(classes)} traffic classes")
    return [(len(classes) - number, made) for number, made in enumerate(classes, 1)]


FILTERS: Final[Mapping[str, Callable[[Any], Any]]] = {
    "anywhere": anywhere,
    "applications": phrases.applications,
    "bits": bits,
    "book": phrases.book,
    "by_zone": phrases.by_zone,
    "custom": phrases.custom,
    "days": days,
    "first_lease": first_lease,
    "halves": halves,
    "last_lease": last_lease,
    "length": length,
    "line": line,
    "listed": listed,
    "policies": phrases.policies,
    "pool": pool,
    "protocols": phrases.protocols,
    "queues": queues,
    "services": phrases.services,
    "sha512": sha512,
    "source": phrases.source,
    "target": phrases.target,
}
