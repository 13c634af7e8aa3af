"""Which windows are in force together: the week is cut where one begins or ends."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from homeroom.policy.model import DAYS, Rule, Window


def states(windows: Mapping[str, Window]) -> tuple[frozenset[str], ...]:
    """Return each set of windows that is in force at some time, the emptiest first.

    >>> states({"day": Window(("mon",), "07:00", "20:00")})
    (frozenset(), frozenset({'day'}))
    """
    clocks = {"00:00", *(clock for window in windows.values() for clock in (window.start, window.until))}
    found = {
        frozenset(name for name, one in windows.items() if one.holds(day, clock)) for day in DAYS for clock in clocks
    }
    return tuple(sorted(found, key=lambda names: (len(names), sorted(names))))


def alike(known: Mapping[str, Window], names: Iterable[str], said: Mapping[str, Window]) -> dict[str, str]:
    """Return, for each window that a device names, the policy's window of the same hours; empty when there is none."""
    hours = {_hours(window): name for name, window in known.items()}
    return {name: hours.get(_hours(said[name]), "") if name in said else "" for name in names}


def _hours(window: Window) -> tuple[frozenset[str], str, str]:
    return frozenset(window.days), window.start, window.until


def during(rules: Sequence[Rule], meaning: Mapping[str, str], holding: frozenset[str]) -> list[tuple[int, Rule]]:
    """Return the rules that hold while the windows `holding` do, numbered from 1, as rules that hold always.

    A window nobody knows may hold at any time: what it permits counts as permitted, what it denies as not denied.
    """
    out: list[tuple[int, Rule]] = []
    for number, rule in enumerate(rules, 1):
        if not rule.window:
            out.append((number, rule))
        elif meaning[rule.window] in holding or (not meaning[rule.window] and rule.action == "permit"):
            out.append((number, replace(rule, window="")))
    return out
