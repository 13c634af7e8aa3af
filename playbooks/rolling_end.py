"""How a rollout ended, or why it stands: each device that did not get it, by reason, and what to do next."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from homeroom.rollout.progress import Count, missed
from homeroom.store.changes import Change, Moved, Row
from homeroom.store.journal import State
from playbooks import console, devices
from playbooks.rolling_screen import flat

_OWN: Final = re.compile(
    r"(?<![\w.])(?:\d{1,3}(?:\.\d{1,3}){3}|[0-9a-fA-F]{0,4}(?::[0-9a-fA-F]{0,4}){2,7})(?:[:/]\d+)?"
)
"""Addresses: what makes one reason of many look like many."""
_WORST: Final[tuple[State, ...]] = ("needs_human", "rolled_back", "skipped", "pending")
_MEANS: Final[Mapping[str, str]] = {
    "needs_human": "somebody must look: what runs there is not known, or neither the old nor the new configuration",
    "rolled_back": "the old configuration runs again",
    "skipped": "not touched",
    "pending": "not begun",
}

_STYLES: Final[Mapping[str, str]] = {
    "needs_human": "bold red",
    "rolled_back": "red",
    "skipped": "yellow",
    "pending": "",
}


@dataclass(frozen=True, slots=True)
class Heap:
    """Devices that did not get it for one reason, which is the first one's, word for word."""

    state: State
    cause: str
    reason: str
    devices: tuple[str, ...]


def heaps(rows: Iterable[Row]) -> Sequence[Heap]:
    """Put the devices that did not get it together by state and reason: the worst state first, then the most."""
    found: dict[tuple[State, str, str], list[Row]] = {}
    for row in sorted(rows, key=lambda one: one.device):
        if missed(row):
            found.setdefault((row.state, row.cause, _alike(row)), []).append(row)
    made = [
        Heap(state, cause, flat(some[0].detail), tuple(one.device for one in some))
        for (state, cause, _), some in found.items()
    ]
    return sorted(made, key=lambda one: (_rank(one.state), -len(one.devices), one.reason))


def _alike(row: Row) -> str:
    return _OWN.sub("ADDRESS", row.detail.replace(row.device, "DEVICE"))


def _rank(state: State) -> int:
    return _WORST.index(state) if state in _WORST else 0


def states(rows: Iterable[Row]) -> dict[str, list[str]]:
    """Return state -> the devices in it, by name."""
    found: dict[str, list[str]] = {}
    for row in sorted(rows, key=lambda one: one.device):
        found.setdefault(row.state, []).append(row.device)
    return found


def summary(change: Change, rows: Iterable[Row], not_pushed: Mapping[str, str]) -> dict[str, Any]:
    """Return the last line of `--json`. `not_pushed`: devices that are no part of the change, with the reason."""
    return {
        "change": change.id,
        "state": change.state,
        "states": states(rows),
        "not_pushed": devices.reasons(not_pushed),
    }


def said(count: Count) -> str:
    """Say in words how devices stand."""
    parts = (
        (count.confirmed, "confirmed"),
        (count.rolled_back, "rolled back"),
        (count.needs_human, "need a person"),
        (count.skipped, "skipped"),
        (count.left, "not ended"),
    )
    return f"{count.done} of {count.total} ended" + "".join(f", {n} {word}" for n, word in parts if n)


def report(change: Change, rows: Sequence[Row], not_pushed: Mapping[str, str], moves: Sequence[Moved]) -> None:
    """Say to people how a change ended, or why it stands; all devices that did not get it; and what to do next."""
    sums: dict[State, int] = {row.state: 0 for row in rows}
    for row in rows:
        sums[row.state] += 1
    console.say(f"\nchange {change.id} is {change.state}: {said(Count.of(sums))}")
    if same := sum(1 for row in rows if row.cause == "unchanged"):
        console.say(f"already as they should be: {same}")
    if moves and change.state in {"paused", "halted", "aborting", "aborted"}:
        console.say(f"by {moves[-1].by}: {flat(moves[-1].reason)}")
    found = show_missed(rows)
    for reason in sorted(set(not_pushed.values())):
        names = sorted(name for name, why in not_pushed.items() if why == reason)
        console.say(f"\n{len(names)} no part of the change: {flat(reason)}")
        console.indented(", ".join(names))
    for number, line in enumerate(advice(change, found)):
        console.say(line if number else f"\n{line}")


def show_missed(rows: Iterable[Row]) -> Sequence[Heap]:
    """Say of all devices that did not get it which and why; return them."""
    found = heaps(rows)
    for heap in found:
        _show(heap)
    return found


def _show(heap: Heap) -> None:
    """Say why, and name all of them; those whose turn did not come are a number."""
    means = _MEANS.get(heap.state, "under way")
    reason = f": {heap.reason}" if heap.reason else ""
    console.say(
        f"\n{len(heap.devices)} {heap.state.replace('_', ' ')} ({means}){reason}", style=_STYLES.get(heap.state, "cyan")
    )
    if heap.state != "pending":
        console.indented(", ".join(heap.devices))


def advice(change: Change, found: Sequence[Heap]) -> Iterator[str]:
    """Yield what a person can do next, as commands, the nearest first."""
    name = change.id
    by = {state: sum(len(one.devices) for one in found if one.state == state) for state in _WORST}
    if change.state in {"paused", "halted"}:
        reason = " --reason TEXT" if change.state == "halted" else ""
        yield f"to go on:          homeroom change resume {name}{reason}"
        yield f"to take it back:   homeroom change rollback {name} --wave {change.wave} --reason TEXT"
        yield f"to give it up:     homeroom change abort {name} --reason TEXT      (what was confirmed stays)"
    elif change.state == "late":
        yield "when they are back: homeroom change late      (now), or with --every 300 (it waits for them)"
    elif change.state in {"done", "aborted"}:
        if by["rolled_back"] or by["skipped"]:
            yield "for those that did not get it, when the cause is mended: homeroom change new"
    else:
        yield f"it is under way; if no process works on it any more: homeroom change resume {name}"
    if by["needs_human"]:
        yield "that need a person: look at the device; what ran there is in homeroom history DEVICE"
    yield f"the record:        homeroom change show {name}"
