"""Whether two lists let the same packets through, and what a change opens and closes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from homeroom.policy.model import Family, Rule
from homeroom.policy.proof import Prover, example
from homeroom.policy.regions import ANY_16, ANY_PROTOCOL, ANY_STATE, Region, any_of
from homeroom.prefix import ANY


@dataclass(frozen=True, slots=True)
class Difference:
    """Packets that one list permits and the other does not: an example, the rule that permits, the one that denies.

    `rule_index` counts in the list that permits, `denied_by` in the other (-1: no rule of it matches). `window`
    names the window in which it is so; empty: always.
    """

    packet: str
    region: Region
    rule_index: int
    denied_by: int
    window: str = ""


def opens(old: Sequence[Rule], new: Sequence[Rule]) -> tuple[Difference, ...]:
    """Return what `new` permits and `old` does not; `opens(new, old)` is what the change closes."""
    if _bare(old) == _bare(new):
        return ()
    windows = sorted({rule.window for rule in (*old, *new) if rule.window})
    found = [*_opens(_during(old, ""), _during(new, ""), "")]
    for window in windows:
        found += _opens(_during(old, window), _during(new, window), window)
    return tuple(found)


def same(one: Sequence[Rule], two: Sequence[Rule]) -> bool:
    """Tell whether two lists permit the same packets at all times, whatever their rules look like."""
    return _bare(one) == _bare(two) or not (opens(one, two) or opens(two, one))


def let_all(family: Family) -> tuple[Rule, ...]:
    """Return rules that permit every packet: what stands where no list does."""
    return (Rule("permit", "ip", ANY[family], ANY[family]),)


def everything(family: int) -> Region:
    """Return all packets of a family."""
    anywhere = any_of(family)
    return anywhere, anywhere, ANY_PROTOCOL, ANY_16, ANY_16, ANY_16, ANY_STATE


def _opens(old: Sequence[Rule], new: Sequence[Rule], window: str) -> Iterator[Difference]:
    if not new:
        return
    family = new[0].source.family
    before, after = Prover(old), Prover(new)
    for index, region in after.permitted([everything(family)]):
        for denied_by, part in before.denied([region]):
            yield Difference(example(part, family), part, index, denied_by, window)


def _during(rules: Sequence[Rule], window: str) -> list[Rule]:
    """Return the rules that hold in a window (empty: outside all), as rules that hold always."""
    return [replace(rule, window="") for rule in rules if rule.window in ("", window)]


def _bare(rules: Sequence[Rule]) -> list[Rule]:
    """Take off what decides nothing: notes are for people, a rejection is a denial, a log entry is neither."""
    return [replace(r, note="", log=False, action="permit" if r.action == "permit" else "deny") for r in rules]
