"""What a change opens and closes: at every place where packets are judged, an example of each difference."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from homeroom.errors import ParseError
from homeroom.platforms.access import Access, Parser, Spot
from homeroom.policy.compare import let_all, opens
from homeroom.policy.model import Rule

MOST: Final = 20
"""Examples of each kind that are told of one device."""


@dataclass(frozen=True, slots=True)
class Effect:
    """What newly passes and what no longer does, one example a difference. `unknown`: why it could not be told."""

    opens: tuple[str, ...] = ()
    closes: tuple[str, ...] = ()
    unknown: str = ""


def effect(parse: Parser, old: str, new: str) -> Effect:
    """Compare two configurations of one device by what they let through."""
    try:
        before, after = parse.access(old), parse.access(new)
    except ParseError as error:
        return Effect(unknown=str(error))
    spots = tuple(dict.fromkeys((*before.standing(), *after.standing())))
    return Effect(tuple(_passes(before, after, spots))[:MOST], tuple(_passes(after, before, spots))[:MOST])


def _passes(before: Access, after: Access, spots: Sequence[Spot]) -> Iterator[str]:
    """Yield what passes `after` and does not `before`."""
    for spot in spots:
        for one in opens(_rules(before, spot), _rules(after, spot)):
            interface, hook, family = spot
            when = f", in {one.window}" if one.window else ""
            yield f"{interface} {hook}, IPv{family}: {one.packet}{when}"


def _rules(access: Access, spot: Spot) -> tuple[Rule, ...]:
    """Return the rules that judge there: none where the interface does not exist, all open where no list stands."""
    interface, _, family = spot
    if interface not in {one.name for one in access.interfaces}:
        return ()
    _, entry = access.standing().get(spot, ("", None))
    return entry.rules if entry is not None else let_all(family)
