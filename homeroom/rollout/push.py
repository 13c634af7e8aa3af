"""One device through one change: leased -> committing -> unconfirmed -> confirming -> confirmed.

Whatever goes wrong after `committing`, the device gets its old configuration back, by us or by its own timer.
An outcome is never taken from an answer to a command: it is what a later reading of the device proves. Each
state is in the journal, on disk, before the step it announces.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from homeroom.errors import CommandRejected, DeviceError
from homeroom.platforms.access import Parser
from homeroom.platforms.box import Box, Running
from homeroom.rollout.lease import lease
from homeroom.store.configs import digest
from homeroom.store.journal import Journal, State

Enter: TypeAlias = Callable[[], AbstractContextManager[Box]]
"""Opens a fresh connection to the device; leaving it cleans up and hangs up."""
Mask: TypeAlias = Callable[[str], str]


@dataclass(frozen=True, slots=True)
class Work:
    """What one device is to run: the rendered text, with markers for secrets, and how its platform is read back."""

    device: str
    text: str
    parse: Parser
    reveal: Mask
    """Markers -> secrets."""
    conceal: Mask
    """Secrets, ours and others', -> markers."""


@dataclass(frozen=True, slots=True)
class Desk:
    """What all pushes of one change share. `minutes`: how long a device waits before it takes a change back."""

    change: str
    journal: Journal
    leases: Path
    minutes: int
    clock: Callable[[], float]
    wait: Callable[[float], None]


@dataclass(frozen=True, slots=True)
class Outcome:
    """How it ended. `running`: the (concealed) configuration read last, whose hash is `sha`; empty: not read."""

    device: str
    state: State
    reason: str = ""
    diff: str = ""
    running: str = ""
    trouble: bool = False
    """Somebody should look: the device did not get what it should have."""

    @property
    def sha(self) -> str:
        """Return the hash of what runs on the device."""
        return digest(self.running) if self.running else ""


@dataclass(frozen=True, slots=True)
class Reading:
    """What runs on a device, concealed."""

    device: str
    running: str


@dataclass(frozen=True, slots=True)
class Comparison:
    """What a push would change; `diff` is empty when it would change nothing."""

    device: str
    diff: str
    running: str


def why(error: DeviceError) -> str:
    """Return what happened and what to do, without the device's name: it stands beside it."""
    return f"{error.what}; {error.remedy}"


def compare(work: Work, box: Box) -> Comparison:
    """Load the candidate, have the device compare it, and say what would change. Leaving the box discards it."""
    found = box.running()
    running = work.conceal(found.text)
    diff = work.parse.diff(running, work.text)
    if diff and found.pending:
        raise CommandRejected(
            work.device,
            "an earlier change still waits there for its confirmation",
            "try again when it was confirmed, or when its timer has taken it back",
        )
    if diff and not box.candidate(work.parse.wire(work.reveal(work.text))):
        raise CommandRejected(
            work.device, f"it sees no difference where we see `{_first(diff)}`", "report the line: it is read wrongly"
        )
    return Comparison(work.device, diff, running)


class Push:
    """The push of one device; `run` never raises for what the device does."""

    def __init__(self, desk: Desk, work: Work, enter: Enter) -> None:
        self._desk = desk
        self._work = work
        self._enter = enter
        self._state: State = "pending"
        self._diff = ""
        self._before = ""

    def run(self) -> Outcome:
        """Push, and return in an end state. StoreError when the journal cannot be written: then the timer decides."""
        with lease(self._desk.leases, self._work.device) as mine:
            if not mine:
                return self._end("skipped", reason="another push is at work on it", trouble=True)
            self._note("leased")
            try:
                return self._confirm() if self._commit() else self._end("skipped", self._before, "unchanged")
            except DeviceError as error:
                if self._state == "leased":
                    return self._end("skipped", self._before, why(error), trouble=True)
                return self._take_back(error)

    def _commit(self) -> bool:
        """Put the new configuration in force, on trial; False when the device runs it already."""
        with self._enter() as box:
            seen = compare(self._work, box)
            self._diff, self._before = seen.diff, seen.running
            if seen.diff:
                self._note("committing", seen.running)
                box.commit(self._desk.minutes)
        return bool(seen.diff)

    def _confirm(self) -> Outcome:
        """Prove over a fresh connection that the device is well, then let it keep the new configuration."""
        self._note("unconfirmed")
        with self._enter() as box:
            running = self._checked(box.running())
            self._note("confirming", running)
            box.confirm()
            last = box.running()
            if last.pending:
                raise CommandRejected(self._work.device, "it was told to keep the change and does not", "look at it")
            return self._end("confirmed", self._checked(last))

    def _checked(self, found: Running) -> str:
        """Return what runs, concealed; CommandRejected unless it is exactly what was sent, on the right device."""
        work = self._work
        running = work.conceal(found.text)
        wrong = work.parse.diff(work.text, running)
        if found.name != work.device:
            raise CommandRejected(work.device, f"it now calls itself {found.name}", "find out which device answers")
        if wrong:
            raise CommandRejected(work.device, f"it runs `{_first(wrong)}`", "find out why it did not take the text")
        return running

    def _take_back(self, error: DeviceError) -> Outcome:
        """See to it that the old configuration runs again; what cannot be reached takes it back by its own timer."""
        reason = why(error)
        self._note("rolling_back", detail=reason)
        for pause in _pauses(self._desk.minutes):
            self._desk.wait(pause)
            try:
                running = self._reverted()
            except DeviceError as last:
                reason = f"{why(error)}; then {why(last)}"
                continue
            if running:
                return self._end("rolled_back", running, why(error), trouble=True)
            reason = f"{why(error)}; what runs there is neither the old nor the new configuration"
        return self._end("needs_human", reason=reason, trouble=True)

    def _reverted(self) -> str:
        """Return the running configuration when it is the old one, after taking it back if need be; else empty."""
        work = self._work
        with self._enter() as box:
            box.discard()
            found = box.running()
            if found.pending or work.parse.diff(self._before, work.conceal(found.text)):
                box.revert()
                found = box.running()
            running = work.conceal(found.text)
            return "" if work.parse.diff(self._before, running) else running

    def _note(self, state: State, running: str = "", detail: str = "") -> None:
        desk = self._desk
        sha = digest(running) if running else ""
        desk.journal.append(desk.change, self._work.device, state, desk.clock(), sha=sha, detail=detail)
        self._state = state

    def _end(self, state: State, running: str = "", reason: str = "", *, trouble: bool = False) -> Outcome:
        self._note(state, running, reason)
        return Outcome(self._work.device, state, reason, self._diff, running, trouble)


def _pauses(minutes: int) -> Iterator[float]:
    """Wait a little longer each time, in all until well after the device's own timer."""
    total, pause = 0.0, 0.0
    while total <= 60 * minutes + 60:
        yield pause
        total += pause
        pause = min(2 * pause + 1, 15.0)


def _first(diff: str) -> str:
    """Return the first changed line of a difference."""
    return next((line for line in diff.splitlines() if line.lstrip().startswith(("+", "-"))), diff).strip()
