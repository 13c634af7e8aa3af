"""NAPALM's eos driver, guarded: it does the work, we name, check and clean up what it leaves.

What the stock driver leaves open, and what is done here:
- `close()` aborts a commit that waits for its confirmation, which reverts it: only what was never committed is dropped;
- a new connection can neither confirm nor revert: the session has a name that follows from the change;
- `rollback` goes to the startup configuration: what ran is kept in a file of ours, gone back to, and compared;
- anybody's open session is `in use`: it is named, and what Homeroom left behind itself is removed;
- a refused line is found by its number; banners are sent as they are;
- any certificate is accepted: it is checked before the password is sent.
"""

# NAPALM and pyeapi have no types: this file and the transport are where they meet ours.
# pyright: reportMissingTypeStubs=false, reportUnknownMemberType=false, reportUnknownVariableType=false

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

from pyeapi.eapilib import CommandError  # type: ignore[import-untyped]  # it has none

from homeroom.errors import CommandRejected, LoginRefused, Unreachable, Unsettled
from homeroom.platforms.ability import Ability
from homeroom.platforms.box import Login, Running
from homeroom.platforms.eos import standing
from homeroom.platforms.eos.reading import ReadingEOS, failed
from homeroom.platforms.eos.standing import PREFIX, SUFFIX, Standing, body
from homeroom.platforms.eos.tree import parse
from homeroom.platforms.eos.wire import Command, commands

ABILITY: Final = Ability(
    merge=True,
    replace=True,
    compare=True,
    confirmed_commit=True,
    confirm_from_new_process=True,
    rollback=True,
    lost_connection="an uncommitted session changes nothing and is removed by the next connection of the same change; "
    "a committed one is taken back by the device when its timer runs out, or by a restart",
)
_API: Final = "management api http-commands"
_LONGEST: Final = 24 * 3600 - 1
_LOOK: Final = "look at it, then try again"


class GuardedEOS(ReadingEOS):
    """One EOS device, entered with a pinned certificate; every method raises errors of ours only."""

    config_session: str | None

    def __init__(self, login: Login, timeout: float = 60) -> None:
        super().__init__(login, timeout)
        self._name = f"{PREFIX}{login.change}"
        self._file = f"flash:{self._name}{SUFFIX}"
        self._staged = False
        """Whether our session stands on the device, uncommitted, because of this connection."""
        self._litter: set[str] = set()

    # --- the connection

    def close(self) -> None:
        """Remove what nobody needs any more, and hang up; a commit that waits goes on waiting. Never raises."""
        litter = [f"configure session {self._name} abort"] if self._staged else []
        with suppress(Exception):  # whatever broke the connection has been reported where it happened
            for command in [*litter, *(f"delete {file}" for file in sorted(self._litter))]:
                with suppress(CommandError):  # it is gone already
                    self._text(command)
        self._staged, self.config_session = False, None
        self._litter.clear()
        if self.device is not None:
            self.device.connection.close()

    # --- the six verbs (homeroom.platforms.box.Box)

    def running(self) -> Running:
        """Read the device; what an earlier connection of this change left there goes."""
        with self._translated():
            name, said = self._ask("show hostname", "show configuration sessions detail")
            text, files = self._text("show running-config", "dir flash:")
        found = standing.read(said)
        if self._name in found.staged and not self._staged:
            with self._translated():
                self._text(f"configure session {self._name} abort")
        if not found.waiting:
            self._litter |= standing.files(files)
        return Running(str(name["hostname"]), text, bool(found.waiting))

    def candidate(self, text: str) -> str:
        """Load `text` (secrets revealed) to replace the configuration; return the device's own difference."""
        self._check_way_back(text)
        self.load_replace_candidate(config=text)
        return self.compare_config()

    def commit(self, minutes: int) -> None:
        """Put the candidate in force; unless confirmed within `minutes`, the device itself takes it back."""
        self.commit_config(revert_in=60 * minutes)

    def confirm(self) -> None:
        """Keep the committed configuration and save it; CommandRejected when the device no longer waits for this."""
        self.confirm_commit()
        self.discard()

    def save(self) -> None:
        """Write the startup configuration."""
        with self._translated():
            self._save("new")

    def revert(self) -> None:
        """Take the committed configuration back and save; CommandRejected when what ran before does not run then."""
        self.rollback()
        self.discard()

    def discard(self) -> None:
        """See to it that nothing of ours stays on the flash when the connection is closed."""
        self._litter.add(self._file)

    def _check_way_back(self, text: str) -> None:
        """Refuse a configuration that would lock us out: the timer would take it back, and only that."""
        top = parse(text).children
        api = top.get(_API)
        user = any(line.startswith(f"username {self._login.user} ") for line in top)
        if not user or api is None or "no shutdown" not in api.children or "no protocol https" in api.children:
            raise CommandRejected(
                self._login.device,
                "the new configuration would close the way back",
                f"keep `{_API}` with `no shutdown`, and the user {self._login.user}, in it",
            )

    # --- NAPALM's configuration methods

    def load_merge_candidate(self, filename: str | None = None, config: str | None = None) -> None:
        """Stage commands on top of what runs; CommandRejected names the line that is refused, and nothing is staged."""
        self._load(filename, config, replace=False)

    def load_replace_candidate(self, filename: str | None = None, config: str | None = None) -> None:
        """Stage a whole configuration; CommandRejected names the line that is refused, and nothing is staged."""
        self._load(filename, config, replace=True)

    def _load(self, filename: str | None, config: str | None, *, replace: bool) -> None:
        typed = commands(Path(filename).read_text(encoding="utf-8") if filename is not None else config or "")
        head: list[Command] = [f"configure session {self._name}", *(["rollback clean-config"] if replace else [])]
        with self._translated():
            self._clear_way()
            self._staged, self.config_session = True, self._name
            try:
                self._ask(*head, *(one.command for one in typed), "end")
            except CommandError as error:
                at = failed(error) - len(head)
                self.discard_config()
                if 0 <= at < len(typed):
                    self._refuse(f"line {typed[at].number}, `{typed[at].line}`, was refused", error)
                raise

    def compare_config(self) -> str:
        """Return the device's own difference from what runs to what is staged; empty when nothing is."""
        with self._translated():
            return str(super().compare_config())

    def commit_config(self, message: str = "", revert_in: int | None = None) -> None:
        """Put what is staged in force, for `revert_in` seconds unless confirmed, or for good and saved.

        CommandRejected: the old configuration runs, unless it says otherwise; Unsettled: the connection was lost, and
        the old one or the new one runs.
        """
        self._check_commit(message, revert_in)
        timer = "" if revert_in is None else f" timer {standing.timer(revert_in)}"
        keep, commit = f"copy running-config {self._file}", f"configure session {self._name} commit{timer}"
        ends = "it keeps the new one" if revert_in is None else f"it takes the new one back within {revert_in} seconds"
        self._litter.add(self._file)
        with self._translated(), self._settled(f"to commit: it runs the old configuration, or {ends}"):
            self._text(keep, commit)
            self._committed()
            if revert_in is None:
                self._save("new")

    def _committed(self) -> None:
        """Leave what the device needs to go back: the session, and the file."""
        self._staged = False
        self._litter.discard(self._file)

    def _check_commit(self, message: str, revert_in: int | None) -> None:
        device = self._login.device
        if message:
            raise CommandRejected(device, "EOS keeps no message with a commit", "commit without one")
        if revert_in is not None and not 0 < revert_in <= _LONGEST:
            raise CommandRejected(device, f"its timer cannot run {revert_in} seconds", f"give 1 to {_LONGEST}")
        found = self._standing()
        if found.waiting:
            raise self._waits(found)
        if self._name not in found.staged:
            raise CommandRejected(device, "nothing of this change is staged there", "load it again")

    def has_pending_commit(self) -> bool:
        """Tell whether a commit waits for its confirmation, ours or not."""
        return bool(self._standing().waiting)

    def confirm_commit(self) -> None:
        """Keep what this change committed, whoever committed it, and save it.

        CommandRejected: the device no longer waits, or could not save; Unsettled: the connection was lost.
        """
        found = self._standing()
        if found.waiting != self._name:
            if found.waiting:
                raise self._waits(found)
            what = "it does not wait for a confirmation: nothing was committed, or its timer has taken it back"
            raise CommandRejected(self._login.device, what, _LOOK)
        with self._translated(), self._settled("to confirm: it keeps the new configuration, or takes it back"):
            self._text(f"configure session {self._name} commit")
            self._save("new")

    def discard_config(self) -> None:
        """Forget what is staged; a commit that waits goes on waiting."""
        if self._staged:
            with self._translated():
                self._text(f"configure session {self._name} abort")
        self._staged, self.config_session = False, None

    def rollback(self) -> None:
        """Go back to what ran before this change's commit, whoever committed it, and save that.

        CommandRejected: it still runs what it ran; Unsettled: the connection was lost, and the old or the new one runs.
        """
        found = self._standing()
        if found.waiting not in {"", self._name}:
            raise self._waits(found)
        self._litter.discard(self._file)  # should this fail, another attempt needs it
        before = self._before(needed=not found.waiting)
        back = f"configure session {self._name} abort" if found.waiting else f"configure replace {self._file}"
        with self._translated(), self._settled("to go back: it runs the old configuration or the new one"):
            self._text(back)
            (now,) = self._text("show running-config")
            if self._standing().waiting or (before and body(now) != body(before)):
                what = f"it answered `{back}` like a success, and does not run what it ran before"
                raise CommandRejected(self._login.device, what, "look at it: only its timer or a person can help")
            self._save("old")

    def _before(self, *, needed: bool) -> str:
        """Return what ran before the commit, as kept on the device; empty when it is not there and not needed."""
        try:
            (text,) = self._text(f"more {self._file}")
        except CommandError as error:
            if needed:
                what = "it keeps nothing that this change could go back to"
                raise CommandRejected(self._login.device, what, _LOOK) from error
            return ""
        return text

    # --- what they share

    def _standing(self) -> Standing:
        with self._translated():
            return standing.read(self._ask("show configuration sessions detail")[0])

    def _save(self, runs: str) -> None:
        """Write the startup configuration; CommandRejected says what runs all the same."""
        try:
            self._text("write memory")
        except CommandError as error:
            self._refuse(f"it runs the {runs} configuration, and could not save it for its next restart", error)

    def _clear_way(self) -> None:
        """Remove what Homeroom left behind, refuse to work beside anybody else."""
        found = self._standing()
        if found.waiting:
            raise self._waits(found)
        for name in found.staged:
            if not name.startswith(PREFIX):
                remedy = f"have it committed, or aborted there: `configure session {name} abort`"
                what = f"somebody else's configuration session {name} is open there"
                raise CommandRejected(self._login.device, what, remedy)
            if name != self._name or not self._staged:
                self._text(f"configure session {name} abort")

    def _waits(self, found: Standing) -> CommandRejected:
        whose = "an earlier change" if found.waiting.startswith(PREFIX) else "somebody else's commit"
        what = f"{whose} still waits there for its confirmation (session {found.waiting})"
        remedy = "try again when it was confirmed, or when its timer has taken it back"
        return CommandRejected(self._login.device, what, remedy)

    @contextmanager
    def _settled(self, told: str) -> Generator[None]:
        """Say that nobody knows what runs when the device may have heard what it was told, and did not answer."""
        before = self.device.connection.requests
        try:
            yield
        except (Unreachable, LoginRefused) as error:
            heard = self.device.connection.requests - before
            if heard == 0 or (heard == 1 and isinstance(error, LoginRefused)):
                raise
            self._committed()
            what = f"{error.what} when it was told {told}"
            raise Unsettled(self._login.device, what, "read it again") from error
