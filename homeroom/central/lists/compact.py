"""A list without what it says twice: a name stands for all below it, so those go."""

from __future__ import annotations

from collections.abc import Iterable


def compact(names: Iterable[str]) -> list[str]:
    """Return the names, sorted, without doubles and without those that another covers.

    None of them is a public suffix, so a parent never covers what belongs to somebody else.
    """
    every = set(names)
    return sorted(name for name in every if not covered(name, every))


def covered(name: str, by: set[str]) -> bool:
    """Tell whether a parent of `name` stands among the others."""
    dot = name.find(".")
    while dot >= 0:
        if name[dot + 1 :] in by:
            return True
        dot = name.find(".", dot + 1)
    return False
