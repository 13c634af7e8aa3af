"""Which device of a change may be claimed now: the rule that the store asks inside the transaction of the claim."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from homeroom.rollout.states import AT_REST, CLAIMING
from homeroom.rollout.target import Store, Terms
from homeroom.store.changes import Change, Row
from homeroom.store.journal import END_STATES

Died: TypeAlias = Callable[[str, float], float | None]
"""(owner, now) -> when it was last alive, if it is gone for certain; None: it may still be at work."""


def nobody(_owner: str, _now: float) -> None:
    """Know of no owner that it is gone: the lease decides."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How many devices may be in flight at once: of the change, and of a region whatever the change."""

    change: int = 100
    region: int = 100


@dataclass(frozen=True)
class Admission:
    """The rule of one claim, made at `now`."""

    terms: Terms
    limits: Limits
    now: float
    died: Died = nobody

    def __call__(self, change: Change, row: Row, in_the_way: Sequence[Row]) -> str:
        """Say why `row` may not be claimed; empty: it may. `in_the_way`: all in flight, and the broken of its room."""
        if row.state in END_STATES:
            return f"it has ended: {row.state}"
        if row.state not in AT_REST:
            return self.orphan(row)
        if change.state not in CLAIMING:
            return f"the change is {change.state}"
        if row.wave > change.wave:
            return f"its wave is {row.wave}, the change is at {change.wave}"
        return self.elsewhere(row, in_the_way) or self.room(row, in_the_way) or self.full(row, in_the_way)

    def orphan(self, row: Row) -> str:
        """Let a device be taken over only when its owner can no longer have anything under way there."""
        free = row.until + self.terms.grace
        alive = self.died(row.owner, self.now)
        if alive is not None:
            free = min(free, self.dead(row, alive))
        return "" if self.now > free else f"{row.owner} has it for another {free - self.now:.0f} s"

    def dead(self, row: Row, alive: float) -> float:
        """Return until when what a dead owner told the device may take effect: nothing, where no intent was written."""
        return float("-inf") if row.state == "leased" else alive + self.terms.operation + self.terms.skew

    def elsewhere(self, row: Row, in_the_way: Sequence[Row]) -> str:
        """Refuse a device that another change is at work on: by whom, and since when."""
        found = next((one for one in in_the_way if one.device == row.device), None)
        if found is None:
            return ""
        since = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(found.at))
        return (
            f"change {found.change} ({found.owner}) is at work on it since {since};"
            f" it is left alone until that has ended (`homeroom change resume {found.change}`, if its process is gone)"
        )

    def room(self, row: Row, in_the_way: Sequence[Row]) -> str:
        """Refuse a device whose stand-in is in flight or broken: one of them must serve."""
        found = next((one for one in in_the_way if row.room and one.room == row.room), None)
        return f"{found.device}, which stands in for it, is {found.state}" if found else ""

    def full(self, row: Row, in_the_way: Sequence[Row]) -> str:
        """Refuse what would be more at once than the limits let."""
        if sum(1 for one in in_the_way if one.change == row.change and one.state not in AT_REST) >= self.limits.change:
            return f"{self.limits.change} devices of the change are in flight"
        if sum(1 for one in in_the_way if one.region == row.region and one.state not in AT_REST) >= self.limits.region:
            return f"{self.limits.region} devices of region {row.region} are in flight"
        return ""


def claim(store: Store, row: Row, owner: str, admission: Admission) -> Row | str:
    """Claim a device under a fresh lease; return why it may not be. StoreError: the store cannot be used."""
    now = admission.now
    return store.claim(row.change, row.device, owner=owner, now=now, until=now + admission.terms.lease, rule=admission)
