"""NAPALM's junos driver, guarded: it does the work, we hold its locks, read the device's history and name its refusals.

What the stock driver leaves open, and what is done here:
- a failed load or commit leaves the candidate changed and locked: it is discarded and unlocked, whatever failed;
- confirming commits the shared candidate, and with it whatever somebody else put there: it is locked first, which Junos
  refuses when it holds foreign changes, and only the commit of this very change is confirmed;
- a pending commit is guessed from a remark that stays when it was confirmed: the device's `rollback pending` counts;
- `rollback 1` takes back whatever was committed last, and its success is believed: the commit of this change is looked
  up in the device's history, and what runs afterwards is compared with what ran before it;
- any SSH host key is accepted: the key is checked before a password is sent.
"""

# NAPALM and PyEZ have no types: this file, reader.py and connection.py are where they meet ours.
# pyright: reportMissingTypeStubs=false, reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Final

from jnpr.junos.exception import ConfigLoadError  # type: ignore[import-untyped]  # it has none
from napalm.base.exceptions import MergeConfigException, ReplaceConfigException

from homeroom.errors import CommandRejected, Unreachable, Unsettled
from homeroom.platforms.ability import Ability
from homeroom.platforms.junos.history import UNDO, before, foreign
from homeroom.platforms.junos.parser import JunosParser
from homeroom.platforms.junos.reader import JunosReader

ABILITY: Final = Ability(
    merge=True,
    replace=True,
    compare=True,
    confirmed_commit=True,
    confirm_from_new_process=True,
    rollback=True,
    lost_connection=(
        "the device unlocks and discards what was not committed; what was committed on trial it takes back by its own "
        "timer, in whole minutes"
    ),
)
_PARSE: Final = JunosParser()


class GuardedJunos(JunosReader):
    """One Junos device, entered with a pinned key; every method raises errors of ours only."""

    def close(self) -> None:
        """Discard and unlock what is not committed, and hang up; never raises, never confirms or takes back."""
        if not self._lost:
            self._abandon()
        self.device.hang_up(politely=not self._lost)

    @contextmanager
    def _deciding(self, what: str) -> Generator[None]:
        """Say that the outcome is unknown when the connection is lost while the device decides."""
        try:
            yield
        except Unreachable as error:
            raise Unsettled(
                self._login.device,
                f"the connection was lost {what}: {error.what}",
                "read the device again: it runs the old or the new configuration",
            ) from error

    # --- the five verbs (homeroom.platforms.box.Box; `running` is JunosReader's)

    def candidate(self, text: str) -> str:
        """Load `text` (secrets revealed) to replace the configuration; return the device's own difference."""
        if not {line.strip(" ;{") for line in text.splitlines()} >= {"netconf", "ssh"}:
            raise CommandRejected(
                self._login.device, "the new configuration would close the way back", "keep `netconf { ssh; }` in it"
            )
        self.load_replace_candidate(config=text)
        return self.compare_config()

    def commit(self, minutes: int) -> None:
        """Put the candidate in force; unless confirmed within `minutes`, the device itself takes it back."""
        self.commit_config(revert_in=60 * minutes)

    def confirm(self) -> None:
        """Keep what was committed; CommandRejected when the device no longer waits for this."""
        self.confirm_commit()

    def save(self) -> None:
        """Do nothing: Junos keeps what it commits."""

    def revert(self) -> None:
        """Take the change back; CommandRejected when the device does not run the old configuration then."""
        self.rollback()

    def discard(self) -> None:
        """Leave nothing of ours on the device: Junos keeps candidates, not files; closing discards what is loaded."""
        self._abandon()

    # --- NAPALM's methods

    def load_replace_candidate(self, filename: str | None = None, config: str | None = None) -> None:
        """Load a whole configuration; CommandRejected names the line the device refuses."""
        text = self._given(filename, config)
        with self._loading(text):
            super().load_replace_candidate(config=text)

    def load_merge_candidate(self, filename: str | None = None, config: str | None = None) -> None:
        """Load statements on top of the configuration; CommandRejected names the line the device refuses."""
        text = self._given(filename, config)
        with self._loading(text):
            super().load_merge_candidate(config=text)

    def _given(self, filename: str | None, config: str | None) -> str:
        if config is not None or filename is None:
            return config or ""
        try:
            return Path(filename).read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise CommandRejected(
                self._login.device, f"there is nothing to load: {filename} cannot be read", "name a text file"
            ) from error

    @contextmanager
    def _loading(self, text: str) -> Generator[None]:
        """Let nothing of a refused text stay on the device."""
        try:
            with self._talking():
                yield
        except CommandRejected as error:
            self._abandon()
            cause = error.__cause__
            if not isinstance(cause, (MergeConfigException, ReplaceConfigException, ConfigLoadError)):
                raise
            raise CommandRejected(
                self._login.device, self._login.conceal(_refused(cause, text)), "correct it"
            ) from cause

    def compare_config(self) -> str:
        """Return the device's own difference between the candidate and what runs."""
        with self._talking():
            return str(super().compare_config())

    def commit_config(self, message: str = "", revert_in: int | None = None) -> None:
        """Commit; with `revert_in` (seconds, whole minutes) on trial. What is refused is discarded and unlocked."""
        if revert_in is not None and (revert_in % 60 or not revert_in):
            self._abandon()
            raise CommandRejected(
                self._login.device, f"it counts whole minutes, not {revert_in} s", "give a multiple of 60"
            )
        if not self.locked:
            raise CommandRejected(self._login.device, "nothing of ours is loaded", "load a candidate first")
        self._commit(message or self._login.change, minutes=(revert_in or 0) // 60)

    def _commit(self, log: str, minutes: int = 0) -> None:
        """Commit and unlock; whatever is refused leaves neither a lock nor a changed candidate."""
        options = {"confirm": minutes} if minutes else {}
        try:
            with self._deciding("during the commit"), self._talking():
                self.device.cu.commit(comment=log, **options)
        except CommandRejected:
            self._abandon()
            raise
        with suppress(Unreachable, CommandRejected), self._talking():  # committed it is; the lock ends with the session
            self._unlock()

    def confirm_commit(self) -> None:
        """Keep the commit of this change, from whatever process; CommandRejected when the device waits for another."""
        device = self._login.device
        with self._alone():
            newest = self._history()[0]
            if not newest.pending:
                raise CommandRejected(device, "it waits for no confirmation", "read what it runs")
            if newest.log != self._login.change:
                raise CommandRejected(
                    device, f"it waits for the confirmation of another change ({newest.log})", "ask who made it"
                )
            kept = self._committed()
            self._commit(self._login.change)
            if self._committed() != kept:
                raise CommandRejected(device, "its timer took the change back before it was kept", "push it again")

    def discard_config(self) -> None:
        """Put the candidate back to what runs, and unlock."""
        with self._talking():
            super().discard_config()

    def rollback(self) -> None:
        """Put back what ran before this change; CommandRejected unless it does run then."""
        device = self._login.device
        with self._alone():
            entries = self._history()
            number = before(entries, self._login.change)
            if number is None:
                raise CommandRejected(
                    device, "its history knows no commit of this change", "look at `show system commit`"
                )
            old = self._past(number)
            if not entries[0].pending and _PARSE.lines(self._committed()) == _PARSE.lines(old):
                return
            other = foreign(entries, self._login.change)
            if other is not None:
                raise CommandRejected(
                    device, f"{other.user} committed after this change ({other.log or 'no comment'})", "ask them first"
                )
            self._back_to(number, old)

    def _back_to(self, number: int, old: str) -> None:
        """Commit an earlier configuration, and see that it runs."""
        device = self._login.device
        ignored = CommandRejected(device, "the rollback was answered like a success and did nothing", "look at it")
        with self._talking():
            self.device.cu.rollback(rb_id=number)
            if _PARSE.lines(self._text("candidate")) != _PARSE.lines(old):
                raise ignored  # a commit now would confirm what is to be taken back
        self._commit(UNDO + self._login.change)
        with self._talking():
            if _PARSE.lines(self._committed()) != _PARSE.lines(old):
                raise ignored

    # --- locks

    def _lock(self) -> None:
        """Lock the candidate; PyEZ's own method takes a lost answer for a refusal."""
        if not self.locked:
            self.device.rpc.lock_configuration()
            self.locked = True

    def _unlock(self) -> None:
        if self.locked:
            self.locked = False
            self.device.rpc.unlock_configuration()

    @contextmanager
    def _alone(self) -> Generator[None]:
        """Lock the candidate for a while: Junos refuses that while it holds somebody's uncommitted changes."""
        try:
            with self._talking():
                self._lock()
        except CommandRejected as error:
            if "configuration database" not in error.what:
                raise
            raise CommandRejected(
                self._login.device,
                f"somebody else is changing its configuration ({error.what})",
                "ask them, then try again",
            ) from error
        try:
            with self._talking():
                yield
        finally:
            self._abandon()

    def _abandon(self) -> None:
        """Discard and unlock, if the lock is ours; what cannot be reached does both when the session ends."""
        if self.locked and not self._lost:
            with suppress(Exception):
                self.device.cu.rollback(rb_id=0)
            with suppress(Exception):
                self._unlock()
        self.locked = False


def _refused(error: Exception, text: str) -> str:
    """Say which line the device refuses, and why: it names the word, we find the line."""
    found: Any = getattr(error, "errs", None) or (error.args[0] if error.args else [])
    first: dict[str, Any] = next((one for one in found if isinstance(one, dict)), {})
    word, message = str(first.get("bad_element") or ""), str(first.get("message") or "refused")
    lines = [
        (number, line.strip()) for number, line in enumerate(text.splitlines(), 1) if word and word in _words(line)
    ]
    if len(lines) == 1:
        return f"line {lines[0][0]} `{lines[0][1]}`: {message}"
    if lines:
        return f"`{word}` in one of the lines {', '.join(str(number) for number, _ in lines)}: {message}"
    return f"`{word}`: {message}" if word else message


def _words(line: str) -> list[str]:
    return line.translate({ord(mark): " " for mark in ';"{}'}).split()
