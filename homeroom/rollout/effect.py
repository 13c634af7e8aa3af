"""What a change opens and closes: at every place where packets are judged, an example of each difference."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

from homeroom.errors import ParseError
from homeroom.platforms.access import Access, Hook, Parser
from homeroom.policy.compare import opens
from homeroom.policy.model import Family, Rule
from homeroom.prefix import ANY

MOST: Final = 20
"""Examples of each kind that are told of one device."""
_OPEN: Final[dict[Family, tuple[Rule, ...]]] = {
    4: (Rule("permit", "ip", ANY[4], ANY[4]),),
    6: (Rule("permit", "ip", ANY[6], ANY[6]),),
}
Point: TypeAlias = tuple[str, Hook, Family]
"""Interface, hook and family: where a list stands."""


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
    uses = (*before.applied, *after.applied)
    points: tuple[Point, ...] = tuple(dict.fromkeys((use.interface, use.hook, use.family) for use in uses))
    return Effect(tuple(_passes(before, after, points))[:MOST], tuple(_passes(after, before, points))[:MOST])


def _passes(before: Access, after: Access, points: Sequence[Point]) -> Iterator[str]:
    """Yield what passes `after` and does not `before`."""
    for point in points:
        for one in opens(_rules(before, point), _rules(after, point)):
            interface, hook, family = point
            when = f", in {one.window}" if one.window else ""
            yield f"{interface} {hook}, IPv{family}: {one.packet}{when}"


def _rules(access: Access, point: Point) -> tuple[Rule, ...]:
    """Return the rules that judge there: none where the interface does not exist, all open where no list stands."""
    interface, _, family = point
    if interface not in {one.name for one in access.interfaces}:
        return ()
    name = next((u.name for u in access.applied if (u.interface, u.hook, u.family) == point), None)
    found = access.by_name().get((family, name)) if name is not None else None
    return found.rules if found is not None else _OPEN[family]
