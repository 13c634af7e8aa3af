"""What is kept of a change: itself, its devices, its own history, and the rule under which a device is claimed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

from homeroom.store.change_tables import ChangeState
from homeroom.store.journal import State

Cause: TypeAlias = Literal["", "off", "unfit", "ill", "unchanged", "superseded", "closed", "lost", "cut"]
"""Why a device was `skipped`. `off`: unreachable, or it refused us, before it was touched; `unfit`: not as it was when
the change was approved; `ill`: unwell; `unchanged`: it runs it already; `superseded`: a newer change has begun it;
`closed`: the change ended first. And of one that needs a human, `lost`: at the end it did not answer. And of one
that was rolled back, `cut`: who told it was gone before it answered, so nothing speaks against the change."""


@dataclass(frozen=True, slots=True)
class Row:
    """One device of one change, in the order of the table's columns."""

    change: str
    device: str
    state: State = "pending"
    wave: int = 0
    region: str = ""
    room: str = ""
    pre_sha: str = ""
    fence: int = 0
    owner: str = ""
    until: float = 0.0
    sha: str = ""
    proved_at: float = 0.0
    at: float = 0.0
    detail: str = ""
    cause: Cause = ""


@dataclass(frozen=True, slots=True)
class Change:
    """One change, in the order of the table's columns after its number."""

    id: str
    state: ChangeState
    came_from: ChangeState
    wave: int
    content: str
    author: str
    reason: str
    at: float


@dataclass(frozen=True, slots=True)
class Moved:
    """One step of a change: when (epoch), by whom, from which state into which, and why."""

    at: float
    by: str
    was: ChangeState
    state: ChangeState
    reason: str


Rule: TypeAlias = Callable[[Change, Row, Sequence[Row]], str]
"""(the change, the device, every row in the way) -> why it may not be claimed; empty: it may."""
