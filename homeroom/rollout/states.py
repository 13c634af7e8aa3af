"""The states of a change and of one device in it, what leads from each to the next, and the diagrams of both.

Everything that moves a device or a change asks these tables; docs/states.md is printed from them.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Final, TypeVar

from homeroom.errors import UsageError
from homeroom.store.change_tables import CHANGE_ENDS, ChangeState
from homeroom.store.journal import END_STATES, State

_S = TypeVar("_S", bound=str)

DEVICE: Final[Mapping[State, Mapping[State, str]]] = {
    "pending": {
        "leased": "claimed under a new fence",
        "skipped": "not to be pushed, or the change ended",
    },
    "leased": {
        "committing": "runs what was approved, the intent is on disk",
        "skipped": "drifted, unreachable, unwell, or nothing to change",
        "pending": "the change stopped, given back untouched",
    },
    "committing": {
        "unconfirmed": "the new one runs on trial",
        "leased": "proved never to have been touched",
        "rolling_back": "taken back",
        "rolled_back": "read back, the old one runs",
        "needs_human": "neither the old nor the new one runs",
    },
    "unconfirmed": {
        "confirming": "services are well over a fresh connection",
        "confirmed": "read back, the device has kept it",
        "rolling_back": "unwell, unreachable, or the change is aborted",
        "rolled_back": "the device's own timer took it back",
        "needs_human": "neither the old nor the new one runs",
    },
    "confirming": {
        "confirmed": "read back, the device keeps it",
        "rolling_back": "not kept, or unwell since",
        "rolled_back": "the device's own timer was faster",
        "needs_human": "neither the old nor the new one runs",
    },
    "confirmed": {},
    "rolling_back": {
        "rolled_back": "read back, the old one runs",
        "needs_human": "does not answer or does not take it back, past its timer",
    },
    "rolled_back": {},
    "skipped": {"pending": "it is back while the change still stands"},
    "needs_human": {},
}
"""State of a device -> the states it may come into -> what leads there."""

CHANGE: Final[Mapping[ChangeState, Mapping[ChangeState, str]]] = {
    "draft": {"planned": "diffs and hashes are frozen", "aborted": "dropped"},
    "planned": {"approved": "a second person approved this content", "draft": "corrected", "aborted": "dropped"},
    "approved": {
        "canary": "applied",
        "wave": "applied at once, without canaries",
        "done": "nothing was to be changed",
        "planned": "its content moved",
        "aborted": "dropped",
    },
    "canary": {
        "baking": "every canary has ended",
        "paused": "a person, or stale readings",
        "halted": "the breaker",
        "aborting": "a person",
    },
    "wave": {
        "baking": "every device of the wave has ended",
        "paused": "a person, or stale readings",
        "halted": "the breaker",
        "aborting": "a person",
    },
    "baking": {
        "canary": "it held, more canaries",
        "wave": "it held, the next wave opens",
        "late": "it was the last, devices that were off are waited for",
        "done": "it was the last, none in flight",
        "paused": "a person, or stale readings",
        "halted": "the breaker",
        "aborting": "a person",
    },
    "late": {
        "done": "none is left, or a person closed it",
        "paused": "a person, or stale readings",
        "halted": "the breaker",
        "aborting": "a person",
    },
    "paused": {
        "canary": "resumed",
        "wave": "resumed",
        "baking": "resumed",
        "late": "resumed",
        "halted": "the breaker",
        "aborting": "a person",
    },
    "halted": {"paused": "a person answers for going on", "aborting": "a person"},
    "aborting": {"aborted": "none in flight"},
    "aborted": {},
    "done": {},
}
"""State of a change -> the states it may come into -> what leads there."""

CLAIMING: Final[frozenset[ChangeState]] = frozenset({"canary", "wave", "late"})
"""In these alone a device is begun. One that is under way is brought to its end in every state."""
RUNNING: Final[frozenset[ChangeState]] = frozenset({"canary", "wave", "baking", "late", "paused"})
"""The change still stands: a device that comes back may get it."""
_PENDING: Final[frozenset[State]] = frozenset({"pending"})
AT_REST: Final[frozenset[State]] = END_STATES | _PENDING
"""Nobody has hands on a device in one of these."""


def require_device(was: State, state: State, device: str) -> None:
    """Raise UsageError unless a device may go from `was` to `state`."""
    _require(DEVICE, was, state, device)


def require_change(was: ChangeState, state: ChangeState, name: str) -> None:
    """Raise UsageError, naming what is possible, unless a change may go from `was` to `state`."""
    _require(CHANGE, was, state, f"change {name}")


def _require(table: Mapping[_S, Mapping[_S, str]], was: _S, state: _S, name: str) -> None:
    if state not in table[was]:
        possible = ", ".join(table[was]) or "nothing: it has ended"
        raise UsageError(f"{name} is {was}, it cannot become {state}; possible from there: {possible}")


def device_diagram() -> str:
    """Print the states of a device as a Mermaid state diagram."""
    return _mermaid(DEVICE, "pending", END_STATES)


def change_diagram() -> str:
    """Print the states of a change as a Mermaid state diagram."""
    return _mermaid(CHANGE, "draft", CHANGE_ENDS)


def _mermaid(table: Mapping[_S, Mapping[_S, str]], first: _S, ends: Collection[_S]) -> str:
    lines = ["stateDiagram-v2", f"    [*] --> {first}"]
    for was, to in table.items():
        lines += [f"    {was} --> {state}: {why}" for state, why in to.items()]
        if was in ends:
            lines.append(f"    {was} --> [*]")
    return "\n".join(lines) + "\n"
