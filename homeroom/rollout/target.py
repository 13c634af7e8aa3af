"""What a device's way through a change stands on: the device, the store, the times, and what a reading settles."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Literal, Protocol, TypeAlias

from homeroom.errors import UsageError
from homeroom.store.change_tables import ChangeState
from homeroom.store.changes import Cause, Change, Row, Rule
from homeroom.store.journal import State

Move: TypeAlias = Literal["confirm", "revert", "leased", "confirmed", "rolled_back", "needs_human"]
"""What follows from a reading: an operation, or a state that is proved."""
Clock: TypeAlias = Callable[[], float]
"""Seconds since the epoch by this machine's clock."""


@dataclass(frozen=True, slots=True)
class Sight:
    """What a reading over a fresh connection showed.

    `runs`: by hash, the configuration it was judged against, the one it shall run, or another. `ill`: what does not
    work there (only `check` looks for it); empty: it is well. `untouched`: the device itself proves (its commit
    history) that no commit of this change ever took effect; False where it keeps none.
    """

    runs: Literal["old", "new", "other"]
    pending: bool
    """A commit waits for its confirmation: the device's timer runs."""
    sha: str
    ill: str = ""
    untouched: bool = False


class Target(Protocol):
    """One device. Each method opens its connection, ends within `Terms.operation`, and raises DeviceError only."""

    def look(self) -> Sight:
        """Read what runs."""
        ...

    def check(self) -> Sight:
        """Read what runs, and try what must work: management, uplink, names, logins, a pair that stays denied."""
        ...

    def commit(self) -> None:
        """Load, compare with what was approved, put it in force on trial."""
        ...

    def confirm(self) -> None:
        """Keep it, and save."""
        ...

    def save(self) -> None:
        """Save what runs, whoever had it kept."""
        ...

    def revert(self) -> None:
        """Run the old configuration again, and save."""
        ...


class Store(Protocol):
    """What homeroom.store.changes.Changes does, so far as a device's way needs it; StoreError when it cannot."""

    def change(self, name: str) -> Change:
        """Return the change as it is now."""
        ...

    def claim(self, name: str, device: str, *, owner: str, now: float, until: float, rule: Rule) -> Row | str:
        """Give the device to `owner` under a new fence, or return why not."""
        ...

    def write(self, held: Row, new: Row, while_in: Collection[ChangeState] = ()) -> bool:
        """Put `new` in the place of `held` and into the journal, durably; False: it is no longer what is held."""
        ...

    def renew(self, held: Row, until: float) -> bool:
        """Lengthen a lease; False: somebody else has the device."""
        ...


@dataclass(frozen=True, slots=True)
class Terms:
    """Times in seconds. `skew`: the most that two machines' clocks differ. `settle`: for a device to be well again."""

    lease: float = 180.0
    operation: float = 90.0
    grace: float = 100.0
    timer: float = 600.0
    settle: float = 180.0
    skew: float = 5.0

    def __post_init__(self) -> None:
        """Refuse terms under which two workers could have their hands on one device."""
        if self.lease <= self.operation:
            raise UsageError(f"a lease of {self.lease:g} s is no longer than an operation; make it longer")
        if self.grace <= self.operation + self.skew:
            raise UsageError(f"a grace of {self.grace:g} s is no longer than an operation and the skew; make it longer")


def settle(state: State, sight: Sight, *, keep: bool = True) -> Move:
    """Say what follows when a device that is in `state` after its intent is read; not `keep`: the change is aborted."""
    if sight.runs == "new":
        if sight.ill or not keep or state == "rolling_back":
            return "revert"
        return "confirm" if sight.pending else "confirmed"
    if sight.pending:
        return "revert"
    if sight.runs == "other":
        return "needs_human"
    return "leased" if sight.untouched and state == "committing" else "rolled_back"


def unfit(sight: Sight) -> tuple[Cause, str]:
    """Say why a device must not be begun, and in words; both empty: it is as it was when the change was approved."""
    if sight.pending:
        return "unfit", "an earlier change still waits there for its confirmation; try again when it has ended"
    if sight.runs == "new":
        return "unchanged", "unchanged"
    if sight.runs == "other":
        reason = "it does not run what the change was judged against; adopt, overwrite or leave what was edited there"
        return "unfit", reason
    return ("ill", f"{sight.ill}; put it right first") if sight.ill else ("", "")
