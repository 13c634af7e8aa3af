"""The steps of one device's way through a change, and how one is carried out."""

from __future__ import annotations

from collections.abc import Callable, Generator
from dataclasses import dataclass
from typing import Literal, TypeAlias

from homeroom.rollout.target import Sight, Target
from homeroom.store.changes import Row

Do: TypeAlias = Literal["look", "check", "commit", "confirm", "save", "revert"]
"""A method of Target."""


@dataclass(frozen=True, slots=True)
class Pause:
    """Wait before the next step."""

    seconds: float


Step: TypeAlias = Do | Pause | Row
"""Do it at once; wait; or take note: this row is on disk now."""
Steps: TypeAlias = Generator[Step, Sight | None, None]


def perform(step: Step, target: Target, wait: Callable[[float], None], noted: Callable[[Row], None]) -> Sight | None:
    """Carry out one step; DeviceError is to be thrown back in."""
    if isinstance(step, Row):
        noted(step)
    elif isinstance(step, Pause):
        wait(step.seconds)
    else:
        method: Callable[[], Sight | None] = getattr(target, step)
        return method()
    return None
