"""Another judge than the prover, for the mutation tests: packets at the borders of rules, decided by plain first match."""

import itertools
import random

from homeroom.policy.compare import opens
from homeroom.policy.regions import of_rule


def points(changed, regions, more):
    """Packets at the borders of the changed rules and, of the others' borders, a choice."""
    dice = random.Random(7)
    edges = [
        {v for region in regions for low, high in region[n] for v in (low - 1, low, high, high + 1)} for n in range(7)
    ]
    tops = [max(high for region in regions for _, high in region[n]) for n in range(7)]
    kept = [sorted(value for value in values if 0 <= value <= top) for values, top in zip(edges, tops, strict=True)]
    for region in changed:
        inside = [spans[0][0] for spans in region]
        yield tuple(inside)
        for n, values in enumerate(kept):
            yield from ((*inside[:n], value, *inside[n + 1 :]) for value in dice.sample(values, min(12, len(values))))
    yield from (tuple(dice.choice(values) for values in kept) for _ in range(more))


def decide(rules, regions, point, window):
    """First match, as a router does it."""
    for rule, region in zip(rules, regions, strict=True):
        if rule.window in ("", window) and all(
            any(low <= value <= high for low, high in spans) for value, spans in zip(point, region, strict=True)
        ):
            return rule.action == "permit"
    return False


def alike(one, two, more=60):
    """Whether two lists decide every tried packet alike, in and out of every window."""
    old, new = [of_rule(rule) for rule in one], [of_rule(rule) for rule in two]
    first = next((n for n, (a, b) in enumerate(zip(one, two, strict=False)) if a != b), len(one))
    last = next((n for n, (a, b) in enumerate(zip(reversed(one), reversed(two), strict=False)) if a != b), 0)
    changed = old[first : len(old) - last] + new[first : len(new) - last]
    windows = {rule.window for rule in (*one, *two)} | {""}
    return all(
        decide(one, old, point, window) == decide(two, new, point, window)
        for window, point in itertools.product(sorted(windows), list(points(changed, old + new, more)))
    )


def differ(one, two):
    """Whether the packet that shows a difference is decided differently."""
    found = (opens(one, two) or opens(two, one))[0]
    point = tuple(spans[0][0] for spans in found.region)
    said = [decide(rules, [of_rule(rule) for rule in rules], point, found.window) for rules in (one, two)]
    return said[0] != said[1]
