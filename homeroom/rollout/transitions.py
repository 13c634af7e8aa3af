"""One device's way through a change, as steps that somebody else carries out: no thread, no socket, no sleep here.

The product, the chaos tests and the model drive the same generator. What protects the device:

- a lease with a fence, taken and moved by compare-and-set: who lost it can write nothing any more;
- the intent is on disk before the device is told anything, and so is that we were still alive then;
- an operation is begun only if it ends before the lease does; who takes over waits for the lease and a grace, or,
  when we are gone for certain, until an operation begun when we were last alive has ended;
- after any doubt the device is read, never told again blindly; an answer to a command proves nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Generator, Mapping
from dataclasses import replace
from typing import Final, Literal

from homeroom.errors import CommandRejected, DeviceError, UsageError
from homeroom.rollout.breaker import Outcome
from homeroom.rollout.states import AT_REST, CLAIMING, require_device
from homeroom.rollout.steps import Do, Pause, Step, Steps, perform
from homeroom.rollout.target import Clock, Move, Sight, Store, Target, Terms, settle, unfit
from homeroom.store.change_tables import ChangeState
from homeroom.store.changes import Cause, Row
from homeroom.store.journal import State

_FOUND: Final[Mapping[Move, str]] = {
    "rolled_back": "who told it was gone before it answered; read back, it runs the old configuration",
    "needs_human": "what runs there is neither the old nor the new configuration",
}
"""What is said of a device that was only read, by another than told it."""


class _Lost(Exception):
    """Somebody else has the device."""


def _unseen() -> None:
    """Nobody asks whether we live: the lease alone decides when the device is free."""


class Course:
    """The way of one claimed device; `row` is what was last written of it, `lost`: somebody else took it over.

    `beat`: leaves a sign of life before each operation (`Worker.beat`).
    """

    def __init__(
        self, store: Store, row: Row, terms: Terms, clock: Clock, *, beat: Callable[[], None] = _unseen
    ) -> None:
        self.row = row
        self.lost = False
        self._store = store
        self._terms = terms
        self._clock = clock
        self._beat = beat
        self._seen = (row.sha, row.proved_at)
        self._trouble = ""
        self._told = False
        self._refused = False
        self._well = False
        self._kept = False
        self._confirms = self._saves = 0
        self._pause = 0.0
        self._patience = clock() + terms.settle

    def steps(self) -> Steps:
        """Yield step after step until the device is at rest or lost; a reading is sent back in, a failure thrown."""
        try:
            while self.row.state not in AT_REST:
                yield from self._begin() if self.row.state == "leased" else self._go_on()
        except _Lost:
            self.lost = True

    def _begin(self) -> Steps:
        """Look whether the device is as approved; then put the new configuration in force."""
        try:
            sight = yield from self._read("look")
        except DeviceError as error:
            yield from self._note("skipped", _why(error), "off")
            return
        cause, reason = unfit(sight)
        if cause:
            yield from self._note("skipped", reason, cause)
        elif not self._intend("committing", CLAIMING):
            yield from self._note("pending", "the change stopped; it was not touched")
        else:
            self._told = True
            yield self.row
            if (yield from self._operate("commit")):
                yield from self._note("unconfirmed")

    def _go_on(self) -> Steps:
        """Read the device, and do what follows: an operation, or the end."""
        try:
            sight = yield from self._read("look" if self._well or self.row.state == "rolling_back" else "check")
        except DeviceError as error:
            yield from self._unread(error)
            return
        move = self._move(sight)
        if move in {"confirm", "confirmed"} and self.row.state == "committing":
            yield from self._note("unconfirmed")
        if move == "confirm":
            self._confirms += 1
            self._kept = yield from self._tell("confirming", "confirm")
        elif move == "confirmed" and not self._kept:
            yield from self._keep()
        elif move == "revert":
            yield from self._take_back(sight)
        else:
            cut = move == "rolled_back" and self.row.state == "committing" and not (self._told or self._trouble)
            yield from self._note(move, self._trouble or _FOUND.get(move, ""), "cut" if cut else "")

    def _move(self, sight: Sight) -> Move:
        aborted = self.row.state != "rolling_back" and self._store.change(self.row.change).state == "aborting"
        move = self.decide(sight, keep=not aborted)
        if move == "leased" and self._told:
            return "rolled_back"  # it was we who told it, and it did not take it: once is enough
        if move in {"confirm", "confirmed"} and self._refused:
            return "revert"  # it answered that it does not keep it, or could not save it
        if move == "confirm" and self._confirms == 3:
            self._trouble = "it was told three times to keep the change and does not"
            return "revert"
        if move == "revert" and (self.row.state != "rolling_back" or not self._trouble):
            trouble = self._trouble or "what runs is not what was sent"
            self._trouble = sight.ill or ("the change is aborted" if aborted else trouble)
        self._well = sight.runs == "new" and not sight.ill
        return move

    def _keep(self) -> Steps:
        """Have it saved: it keeps the change, and nobody knows whether who had it do so came to that."""
        self._saves += 1
        self._kept = yield from self._operate("save")
        self._refused = not self._kept and self._saves == 3

    def decide(self, sight: Sight, *, keep: bool) -> Move:
        """Settle what is in doubt by what was read."""
        return settle(self.row.state, sight, keep=keep)

    def _take_back(self, sight: Sight) -> Steps:
        if self.row.state != "rolling_back":
            self._give_time()
        elif self._clock() > self._patience:
            detail = f"{self._trouble}; it runs the {sight.runs} configuration and does not take it back"
            yield from self._note("needs_human", detail)
            return
        else:
            yield self._longer()
        yield from self._tell("rolling_back", "revert")

    def _unread(self, error: DeviceError) -> Steps:
        """Wait for a device that does not answer; past all patience, and its own timer, a person must look."""
        if self._clock() <= self._patience:
            yield self._longer()
        elif self.row.state == "rolling_back":
            why = f"{self._trouble}; then {_why(error)}" if self._trouble else _why(error)
            yield from self._note("needs_human", why, "lost")
        else:
            self._trouble = self._trouble or _why(error)
            self._give_time()
            yield from self._note("rolling_back", self._trouble)

    def _give_time(self) -> None:
        self._patience = self._clock() + self._terms.timer + self._terms.settle
        self._pause = 0.0

    def _longer(self) -> Pause:
        """Wait a little longer each time."""
        self._pause = min(2 * self._pause + 1, 15.0)
        return Pause(self._pause)

    def _read(self, do: Literal["look", "check"]) -> Generator[Step, Sight | None, Sight]:
        self._own()
        sight = yield do
        if sight is None:
            raise UsageError(f"`{do}` of {self.row.device} was answered without a reading")
        self._seen = (sight.sha, self._clock())
        return sight

    def _tell(self, state: State, do: Do) -> Generator[Step, Sight | None, bool]:
        """Write the intent, then act; tell whether the device answered."""
        if self.row.state != state:
            if not self._intend(state):
                raise _Lost
            yield self.row
        return (yield from self._operate(do))

    def _operate(self, do: Do) -> Generator[Step, Sight | None, bool]:
        """Have the device told, within our lease; tell whether it answered. If not, it may yet act until its bound."""
        self._own()
        self._beat()
        end = self._clock() + self._terms.operation
        try:
            yield do
        except DeviceError as error:
            self._refused = do == "confirm" and isinstance(error, CommandRejected)
            if do != "revert" or not self._trouble:  # why it is taken back is what people ask
                self._trouble = _why(error)
            yield Pause(max(0.0, end - self._clock()))
            return False
        return True

    def _own(self) -> None:
        """Make sure that an operation begun now ends while nobody else may have the device."""
        now = self._clock()
        if now + self._terms.operation > self.row.until:
            until = now + self._terms.lease
            if not self._store.renew(self.row, until):
                raise _Lost
            self.row = replace(self.row, until=until)

    def _intend(
        self, state: State, while_in: Collection[ChangeState] = (), detail: str = "", cause: Cause = ""
    ) -> bool:
        """Write a state, durably, before what it announces."""
        require_device(self.row.state, state, self.row.device)
        sha, proved_at = self._seen
        said = replace(self.row, state=state, at=self._clock(), detail=detail, cause=cause)
        new = replace(said, sha=sha, proved_at=proved_at)
        if state in AT_REST:
            new = replace(new, owner="", until=0.0)
        if not self._store.write(self.row, new, while_in):
            return False
        self.row = new
        return True

    def _note(self, state: State, detail: str = "", cause: Cause = "") -> Steps:
        if not self._intend(state, detail=detail, cause=cause):
            raise _Lost
        yield self.row


def _why(error: DeviceError) -> str:
    return f"{error.what}; {error.remedy}"


_OUTCOMES: Final[Mapping[State, Outcome]] = {"confirmed": "passed", "rolled_back": "failed", "skipped": "skipped"}


def outcome(row: Row) -> Outcome:
    """Say what a device's end counts for with the breaker; `unknown`: it has not ended."""
    if row.state == "needs_human":
        return "lost" if row.cause == "lost" else "failed"
    if row.cause == "cut":
        return "skipped"
    return _OUTCOMES.get(row.state, "unknown")


def drive(course: Course, target: Target, wait: Callable[[float], None], noted: Callable[[Row], None]) -> Row:
    """Carry a device's steps out, one after the other; return the row it ended with.

    StoreError ends it at once, wherever it is: whoever claims it next, after lease and grace, reads what runs.
    """
    steps = course.steps()
    answer: Sight | None = None
    error: DeviceError | None = None
    while True:
        try:
            step = steps.throw(error) if error else steps.send(answer)
        except StopIteration:
            return course.row
        answer = error = None
        try:
            answer = perform(step, target, wait, noted)
        except DeviceError as failure:
            error = failure
