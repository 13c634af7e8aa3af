"""A Junos device's own list of commits: which are ours, what waits, and how far back the old configuration lies."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

UNDO = "taken back: "
"""How the log of a commit begins that takes a change back."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One commit, 0 being the newest. `pending`: it waits for its confirmation."""

    number: int
    user: str
    log: str
    pending: bool


def before(entries: Sequence[Entry], change: str) -> int | None:
    """Return the number of the configuration that ran before a change; None when the list does not reach it.

    The commits of a change are its confirmed commit and its confirmation, both with its name as their log.
    """
    ours = [entry.number for entry in entries if entry.log == change]
    if not ours or max(ours) + 1 >= len(entries):
        return None
    return max(ours) + 1


def foreign(entries: Sequence[Entry], change: str) -> Entry | None:
    """Return the newest commit after the change that was somebody else's; the device's own taking back is none."""
    ours = [entry.number for entry in entries if entry.log == change]
    newer = entries[: min(ours)] if ours else ()
    return next((entry for entry in newer if not entry.log.startswith(UNDO) and entry.user != "root"), None)
