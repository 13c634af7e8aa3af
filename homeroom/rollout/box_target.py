"""One device through a change, over its platform's driver.

A push that goes well takes two connections: the first reads, compares and commits, the second proves over a fresh way
in what runs, has it kept, and reads it back. After any failure the connection is dropped and the next step opens
another.
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from types import TracebackType
from typing import Final, Literal, Self, TypeAlias

from homeroom.errors import CommandRejected, DeviceError, HomeroomError, StoreError
from homeroom.platforms.box import Box
from homeroom.rollout.care import Care
from homeroom.rollout.fleet import Member
from homeroom.rollout.shape import shape
from homeroom.rollout.target import Clock, Sight
from homeroom.rollout.work import Enter
from homeroom.store.configs import digest

__all__ = ["Approved", "BoxTarget", "Enter"]

Runs: TypeAlias = Literal["old", "new", "other"]
_OFF: Final = 300
"""Seconds that a device's clock may be off: more, and its certificates, logs and timers cannot be trusted."""
_SPARE: Final = 65_536
"""Bytes that must stay free on a device beside the candidate and the configuration it keeps to go back to."""


@dataclass(frozen=True, slots=True)
class Approved:
    """What a person approved for a device: sha256 of what runs there and of what it is to run, both concealed.

    `running` empty: it was never judged; then its difference, its own values set aside, must be one of `keys` (shapes,
    homeroom.rollout.shape), or None: whatever runs there is replaced. `old`: the text of `running`; StoreError when
    it is not kept.
    """

    running: str
    target: str
    old: Callable[[], str]
    keys: frozenset[str] | None = None


def _nowhere(_: str) -> None:
    """Keep nothing."""


class BoxTarget:
    """A `Target` (homeroom.rollout.target) over real connections; leaving its block hangs up.

    `minutes`: how long the device waits before it takes a change back; `keep` is handed what ran before it is
    changed, if nobody judged that, and what was read last when all went well.
    """

    def __init__(  # noqa: PLR0917  # what a device's way needs, each of its own kind
        self,
        member: Member,
        enter: Enter,
        approved: Approved,
        care: Care,
        minutes: int,
        clock: Clock,
        keep: Callable[[str], object] = _nowhere,
    ) -> None:
        self._member = member
        self._work = member.work
        self._enter = enter
        self._approved = approved
        self._checks = care.checks(member)
        self._minutes = minutes
        self._clock = clock
        self._keep = keep
        self._box: Box | None = None
        self._open = ExitStack()
        self._first = True
        self._before = ""
        self._text = ""
        self._read = False
        self._tidy = False
        self._judged: dict[str, Runs] = {}

    def __enter__(self) -> Self:
        """Begin; nothing is opened yet."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Hang up, and keep what was read last."""
        self.close()
        if kind is None and self._text:
            self._keep(self._text)

    def close(self) -> None:
        """Hang up. A device that runs the old configuration for good keeps no file of ours."""
        box, self._box = self._box, None
        try:
            if box and self._tidy:
                box.discard()
        except DeviceError:
            pass  # it is gone, and what it still has lies where the next push of it clears up
        finally:
            self._read = self._tidy = False
            self._open.close()

    # --- homeroom.rollout.target.Target

    def look(self) -> Sight:
        """Read what runs; the first time also whether the device could take the change, and what works there now."""
        first, self._first = self._first, False
        with self._talking() as box:
            sight = self._sight(box)
            if first and sight.runs == "old" and not sight.pending:
                self._before = self._text
                sight = replace(sight, ill=self._unready(box))
                if not sight.ill:
                    self._checks.before(box, self._text)
        return sight

    def check(self) -> Sight:
        """Read what runs over a fresh connection, and try what must work."""
        self.close()
        with self._talking() as box:
            sight = self._sight(box)
            if sight.runs == "new":
                sight = replace(sight, ill=self._checks.after(box, self._work.text))  # it means what runs
        return sight

    def commit(self) -> None:
        """Put the new configuration in force on trial; CommandRejected when it would change what nobody approved."""
        try:
            with self._talking() as box:
                if not self._read:
                    self._sight(box)
                self._refuse_what_moved()
                if digest(self._text) != self._approved.running:
                    self._keep(self._text)
                if not box.candidate(self._work.parse.wire(self._work.reveal(self._work.text))):
                    raise self._refusal("it sees no difference where we see one", "report it: it is read wrongly")
                self._tidy = False
                box.commit(self._minutes)
        finally:
            self.close()

    def confirm(self) -> None:
        """Keep it, and save."""
        with self._talking() as box:
            box.confirm()

    def save(self) -> None:
        """Save what runs."""
        with self._talking() as box:
            box.save()

    def revert(self) -> None:
        """Run the old configuration again, and save."""
        with self._talking() as box:
            box.discard()
            box.revert()

    # --- the connection

    @contextmanager
    def _talking(self) -> Generator[Box]:
        """Hold the connection for this block, opening it if need be; after any failure it is dropped."""
        try:
            if self._box is None:
                self._box = self._open.enter_context(self._enter())
            yield self._box
        except BaseException:
            self._tidy = False
            self.close()
            raise

    def _refusal(self, what: str, remedy: str) -> CommandRejected:
        return CommandRejected(self._work.device, what, remedy)

    # --- what runs

    def _sight(self, box: Box) -> Sight:
        """Read the device. A name other than ours is somebody else's, unless the very text was approved so."""
        found = box.running()
        text = self._work.conceal(found.text)
        runs = self._runs(text)
        if found.name != self._work.device and runs != "old":
            raise self._refusal(f"it calls itself {found.name}", "find out which device answers")
        self._text, self._read = text, True
        self._tidy = runs == "old" and not found.pending
        return Sight(runs, found.pending, digest(text))

    def _runs(self, text: str) -> Runs:
        """Judge a text, each only once."""
        sha = digest(text)
        if sha not in self._judged:
            try:
                self._judged[sha] = self._judge(text, sha)
            except StoreError:
                raise
            except HomeroomError:  # it cannot be read back: nothing of ours, nor what was approved
                self._judged[sha] = "other"
        return self._judged[sha]

    def _judge(self, text: str, sha: str) -> Runs:
        approved, parse = self._approved, self._work.parse
        if approved.running and sha == approved.running:
            return "old"
        if not parse.diff(self._work.text, text):
            return "new"
        return "old" if self._is_old(text) else "other"

    def _is_old(self, text: str) -> bool:
        """Tell whether a text means what was approved to be replaced, or what ran before we changed it."""
        approved, parse = self._approved, self._work.parse
        if before := self._old():
            return not parse.diff(before, text)
        if approved.running:
            return False
        return approved.keys is None or shape(parse.diff(text, self._work.text), self._member.own) in approved.keys

    def _old(self) -> str:
        """Return what ran before; empty when it is not known."""
        if self._before or not self._approved.running:
            return self._before
        try:
            return self._approved.old()
        except StoreError:
            return ""

    def _refuse_what_moved(self) -> None:
        """Refuse a difference that is not the approved one."""
        work, approved = self._work, self._approved
        if digest(work.text) != approved.target:
            raise self._refusal("what it is to run is not what was approved", "judge the change again")
        if digest(self._text) == approved.running:
            return  # the very texts that were compared then
        try:
            diff = work.parse.diff(self._text, work.text)
            old = approved.running
            same = diff == work.parse.diff(approved.old(), work.text) if old else self._is_old(self._text)
        except HomeroomError as error:
            raise self._refusal(f"its difference cannot be told ({error})", "judge the change again") from error
        if not diff or not same:
            raise self._refusal("its difference is not the one that was approved", "judge the change again")

    # --- whether it could take the change

    def _unready(self, box: Box) -> str:
        """Say what on the device stands against the change, whatever it says; empty: nothing."""
        vitals = box.vitals()
        if vitals.clock is not None and (off := abs(vitals.clock - self._clock())) > _OFF:
            return f"its clock is {_long(off)} off: set its clock (NTP) first"
        need = 2 * len(self._work.text.encode()) + _SPARE
        if vitals.free is not None and vitals.free < need:
            return f"it has {vitals.free // 1024} kB free where {need // 1024} kB are needed: make room on it"
        return ""


def _long(seconds: float) -> str:
    return f"{seconds / 86_400:.0f} days" if seconds >= 172_800 else f"{seconds / 60:.0f} minutes"
