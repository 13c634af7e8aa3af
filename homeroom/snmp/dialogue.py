"""What both engines do with what a device answers: ask again for less, go on with a walk, name the error."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from typing import NamedTuple, TypeAlias

from homeroom.snmp import refusals
from homeroom.snmp.ber import Oid, Value, subids
from homeroom.snmp.engine import Community, Credentials, Target
from homeroom.snmp.tables import Columns

Bindings: TypeAlias = tuple[list[bytes], list[Value]]
"""As many contents of names as values; the name of an exception of RFC 3416 is `tables.END`."""


class Rows(NamedTuple):
    """The answer to a question for what follows: its bindings, and how many octets it had."""

    bindings: Bindings
    octets: int


class Status(NamedTuple):
    """An answer that is an error of RFC 3416; `about` (error-index) counts the names from 1."""

    number: int
    about: int


Get: TypeAlias = Callable[[Target, Sequence[Oid]], Awaitable[Sequence[Value]]]
Follow: TypeAlias = Callable[[Target, Sequence[bytes], int], Awaitable[Rows | Status]]
"""Asks for what follows names, so many times over; contents of OBJECT IDENTIFIERs."""


def first_version(target: Target) -> bool:
    """Say whether a device speaks SNMPv1, which has no GETBULK and no exceptions."""
    return isinstance(target.credentials, Community) and target.credentials.version == "1"


def chain(credentials: Credentials | None) -> Iterator[Credentials]:
    """Yield a user and those that it replaces, the present one first."""
    while credentials is not None:
        yield credentials
        credentials = credentials.former


async def mend(get: Get, target: Target, names: Sequence[Oid], status: Status) -> Sequence[Value]:
    """Get what can be got after an error: in halves if it was too big, without what SNMPv1 has not."""
    number, index = status.number, status.about
    half = len(names) // 2
    if number == refusals.TOO_BIG and half:
        return [*await get(target, names[:half]), *await get(target, names[half:])]
    if number == refusals.NO_SUCH_NAME and first_version(target) and 1 <= index <= len(names):
        values = await get(target, [*names[: index - 1], *names[index:]])
        return [*values[: index - 1], None, *values[index - 1 :]]
    raise refusals.status(target, number, names[index - 1 : index] if index > 0 else [])


async def columns(follow: Follow, target: Target, asked: Sequence[Oid], rows: int) -> Mapping[Oid, Mapping[Oid, Value]]:
    """Read whole columns, all in each request until each has ended; one row more shows the end."""
    table = Columns(target, asked, rows, bulk=not first_version(target))
    while not table.done:
        take(target, table, await follow(target, table.names(), table.times))
    return table.rows


def take(target: Target, table: Columns, answer: Rows | Status) -> None:
    """Take the answer to what a table asked last; DeviceError when its walk cannot go on."""
    if isinstance(answer, Rows):
        table.take(*answer.bindings, answer.octets)
    elif answer.number == refusals.NO_SUCH_NAME and first_version(target):
        table.end(answer.about)
    else:
        about: tuple[bytes, ...] = tuple(table.asked[answer.about - 1 : answer.about]) if answer.about > 0 else ()
        if answer.number != refusals.TOO_BIG or not table.smaller():
            raise refusals.status(target, answer.number, [subids(name) for name in about])
