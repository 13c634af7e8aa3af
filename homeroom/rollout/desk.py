"""What all devices of a change share, and one device's way: claimed, driven, read back, kept as evidence."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from math import ceil

from homeroom.rollout.admission import Admission, Limits, claim
from homeroom.rollout.box_target import Approved, BoxTarget, Enter
from homeroom.rollout.care import Care
from homeroom.rollout.crew import Refused
from homeroom.rollout.fleet import Member
from homeroom.rollout.states import AT_REST
from homeroom.rollout.target import Clock, Terms
from homeroom.rollout.transitions import Course, drive
from homeroom.store.changes import Changes, Row


@dataclass(frozen=True, slots=True)
class Desk:
    """One change as this process works on it.

    `owner`: this process, as rows name it; `beat`: its sign of life; `died`: (owner, now) -> when an owner was last
    alive, if it is gone for certain.
    `approved`: device -> what was approved for it. `keep`: keeps what was read last (device, concealed text).
    """

    change: str
    store: Changes
    terms: Terms
    limits: Limits
    owner: str
    beat: Callable[[], None]
    died: Callable[[str, float], float | None]
    approved: Mapping[str, Approved]
    care: Care
    clock: Clock
    wait: Callable[[float], None]
    noted: Callable[[Row], None]
    keep: Callable[[str, str], object]
    minutes: int = field(init=False)

    def __post_init__(self) -> None:
        """Work out how long a device waits before it takes a change back."""
        object.__setattr__(self, "minutes", max(1, ceil(self.terms.timer / 60)))

    def bring(self, member: Member, enter: Enter) -> Row | Refused:
        """Claim a device and bring it to its end. StoreError when nothing can be written: then its timer decides."""
        name = member.work.device
        rule = Admission(self.terms, self.limits, self.clock(), self.died)
        held = claim(self.store, self.store.row(self.change, name), self.owner, rule)
        if isinstance(held, str):
            return Refused(name, held, elsewhere=name in self.store.begun_elsewhere(self.change))
        self.noted(held)
        with BoxTarget(
            member, enter, self.approved[name], self.care, self.minutes, self.clock, keep=partial(self.keep, name)
        ) as target:
            row = drive(Course(self.store, held, self.terms, self.clock, beat=self.beat), target, self.wait, self.noted)
        return row if row.state in AT_REST else Refused(name, "another worker took it over")
