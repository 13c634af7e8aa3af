"""Who carries a change out, and what they tell: those who watch, and the one who drives it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

from homeroom.rollout.engine import Engine
from homeroom.rollout.target import Clock
from homeroom.store.changes import Cause, Row

What: TypeAlias = Literal["wave", "device", "refused", "wait", "pause", "halt", "late", "done", "aborting", "aborted"]
LATER: Final[frozenset[Cause]] = frozenset({"off", "ill"})
"""Why a device was skipped that gets the change when it is back."""


@dataclass(frozen=True, slots=True)
class Happening:
    """What those who watch are told; `at` in seconds since the epoch. `row`: of a device that moved.

    `until`: when what is waited for ends, if that is known (epoch).
    """

    at: float
    what: What
    text: str
    wave: int = 0
    stage: str = ""
    row: Row | None = None
    until: float | None = None


@dataclass(frozen=True, slots=True)
class Refused:
    """A device that could not be had: it is as it was, and asked for again.

    `reason`: who has it, and since when; `elsewhere`: another change has.
    """

    device: str
    reason: str
    elsewhere: bool = False


@dataclass(frozen=True, slots=True)
class Crew:
    """What carries a change out. `begins` begins devices, `settles` ends what was under way before; `sites`: whose."""

    begins: Engine
    settles: Engine
    sites: Mapping[str, str]
    clock: Clock
    wait: Callable[[float], None]
