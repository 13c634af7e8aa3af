"""A change on an IOS device, step by step, whatever carries the words: both transports do exactly this.

A step is a generator: it yields what to ask, say or send, is given the answer, and raises CommandRejected when the
answer is not the right one. What is guarded here, and what IOS or its clients leave open otherwise:
- fixed file names on flash, on which two controllers race: names are unique per change;
- `file prompt quiet` put into the running configuration: questions are answered, the configuration is not touched;
- answers of `configure replace`, `configure confirm`, `write memory` and most `%` errors not read: they are;
- a rollback that says `Rollback Done` and did nothing: the device itself compares, then;
- candidate and rollback files, which hold password hashes, left behind: deleted on closing, or at the next contact.

Source: Cisco IOS XE 17 System Management Configuration Guide, "Configuration Replace and Configuration Rollback" and
"Configuration Rollback Confirmed Change".
"""

from __future__ import annotations

import hashlib
from collections.abc import Generator
from dataclasses import dataclass
from typing import Any, Final, NoReturn, TypeAlias, TypeVar

from homeroom.errors import CommandRejected
from homeroom.platforms.box import Login
from homeroom.platforms.ios import answers

_T = TypeVar("_T")
_TIMER: Final = "show archive config rollback timer"
_SHORTEST, _LONGEST = 1, 120
_LOOK: Final = "look at it, then try again"


@dataclass(frozen=True, slots=True)
class Ask:
    """Commands that change nothing and ask nothing back: sent together; the answer is the list of theirs."""

    commands: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Say:
    """A command whose questions are accepted as they stand, and after which the prompt may be another one."""

    command: str


@dataclass(frozen=True, slots=True)
class Send:
    """A file."""

    path: str
    text: str


Word: TypeAlias = Ask | Say | Send
Steps: TypeAlias = Generator[Word, Any, _T]


def _ask(*commands: str) -> Steps[list[str]]:
    answer: list[str] = yield Ask(commands)
    return answer


class Change:
    """What one connection does to one device; it knows what it loaded and what of ours lies on the flash."""

    def __init__(self, login: Login) -> None:
        self._device, self._user, self._conceal = login.device, login.user, login.conceal
        self._names = answers.files(login.change)
        self._disk = ""
        self._seen = ""
        self._means: answers.Means | None = None
        self._use = self._text = ""
        self._litter: set[str] = set()

    # --- reading

    def running(self) -> Steps[tuple[str, bool]]:
        """Return the running configuration, and whether a commit waits; files a killed push left are litter then."""
        questions = (_TIMER, "show privilege", "show archive", "dir", "show running-config")
        timer, level, archive, listing, self._seen = yield from _ask(*questions)
        waits = bool(answers.pending(timer))
        self._means = answers.means(level, archive, listing, self._seen)
        self._list(listing)
        if not waits:
            self._litter |= answers.left(listing)
        return self._seen, waits

    def pending(self) -> Steps[str]:
        """Return whose commit waits for its confirmation; empty when none does."""
        (timer,) = yield from _ask(_TIMER)
        return answers.pending(timer)

    # --- loading

    def replacing(self, text: str) -> Steps[str]:
        """Load a whole configuration; return the device's own difference."""
        answers.check_way_back(self._device, text)
        if not self._seen:
            yield from self.running()
        return (yield from self._load("candidate", answers.whole(text, self._seen)))

    def merging(self, text: str) -> Steps[str]:
        """Load lines to be put on top; return what the device says they would do."""
        return (yield from self._load("merge", text))

    def _load(self, use: str, text: str) -> Steps[str]:
        """Send a file once it is clear that the device has what a change takes; have it verified and compared."""
        means = self._means or (yield from self._look())
        means.check(self._device, answers.needs(text, self._seen))
        self._use, self._text = use, text
        self._litter.add(self._names[use])
        yield Send(self._path(use), text)
        digest, said = yield from _ask(f"verify /md5 {self._path(use)}", self._comparing())
        if answers.md5(digest) != hashlib.md5(text.encode(), usedforsecurity=False).hexdigest():
            raise CommandRejected(self._device, "the file that arrived there is another one than was sent", _LOOK)
        return self._difference(said)

    def _look(self) -> Steps[answers.Means]:
        """Ask for the means of a change where nothing was read yet."""
        include = f"show running-config | include ^{answers.SCP}"
        level, archive, listing, scp = yield from _ask("show privilege", "show archive", "dir", include)
        self._list(listing)
        return answers.means(level, archive, listing, scp)

    def compare(self) -> Steps[str]:
        """Return what is different now, of what was loaded; empty when nothing was or nothing is."""
        if not self._use:
            return ""
        (said,) = yield from _ask(self._comparing())
        return self._difference(said)

    def _comparing(self) -> str:
        if self._use == "merge":
            return f"show archive config incremental-diffs {self._path('merge')} ignorecase"
        return f"show archive config differences system:running-config {self._path('candidate')}"

    def _difference(self, said: str) -> str:
        if said.lstrip().startswith("%"):
            self._refuse(self._comparing(), answers.refusal(said))
        return answers.increment(said) if self._use == "merge" else answers.difference(said)

    # --- changing

    def commit(self, minutes: int) -> Steps[None]:
        """Put what was loaded in force, on trial for `minutes`; with 0 minutes it is saved at once."""
        if minutes and not _SHORTEST <= minutes <= _LONGEST:
            raise CommandRejected(self._device, f"no timer of {minutes} minutes", f"{_SHORTEST} to {_LONGEST} it takes")
        if not self._use:
            raise CommandRejected(self._device, "nothing was loaded", "load a configuration first")
        if user := (yield from self.pending()):
            raise CommandRejected(self._device, f"a change by {user} still waits for its confirmation", _LOOK)
        self._litter.add(self._names["rollback"])
        yield from self._done(f"copy running-config {self._path('rollback')}")
        if minutes:
            self._litter.discard(self._names["rollback"])  # until it is confirmed or taken back, the way back stays
        if self._use == "merge":
            yield from self._merge(minutes)
        else:
            when = f" timer {minutes}" if minutes else ""
            replace = f"configure replace {self._path('candidate')} force revert trigger error{when}"
            yield from self._done(replace, answers.DONE)
        if not minutes:
            yield from self.save()

    def _merge(self, minutes: int) -> Steps[None]:
        """Put lines on top; all are taken back when one is refused."""
        if minutes:
            yield from self._done(f"configure terminal revert timer {minutes}")
            yield from self._done("end")
        try:
            yield from self._done(f"copy {self._path('merge')} running-config")
        except CommandRejected:
            yield from self.revert()
            raise

    def confirm(self) -> Steps[None]:
        """Keep the committed configuration, and save it."""
        if not (yield from self._mine()):
            raise CommandRejected(self._device, "refused (No pending configuration)", _LOOK)
        yield from self._done("configure confirm")
        yield from self.save()
        self.discard()

    def revert(self) -> Steps[None]:
        """Take the committed configuration back, have the device prove that it did, and save."""
        waits = yield from self._mine()
        path = self._path("rollback")
        self._litter.discard(self._names["rollback"])  # until the old configuration runs, the way to it stays
        yield from self._done("configure revert now" if waits else f"configure replace {path} force", answers.DONE)
        (said,) = yield from _ask(f"show archive config differences system:running-config {path}")
        if answers.refusal(said[:200]) or answers.difference(said):
            raise CommandRejected(
                self._device, "it does not run the old configuration after the rollback", "take it back by hand"
            )
        yield from self.save()
        self.discard()

    def _mine(self) -> Steps[bool]:
        """Tell whether a commit waits that is ours; CommandRejected when it is somebody else's."""
        timer, listing = yield from _ask(_TIMER, "dir")
        self._list(listing)
        user = answers.pending(timer)
        if user and user != self._user:
            raise CommandRejected(self._device, f"the change that waits there is {user}'s, not ours", _LOOK)
        return bool(user)

    def save(self) -> Steps[None]:
        """Write the startup configuration; CommandRejected when the device does not say that it did."""
        answer: str = yield Say("write memory")
        if answers.SAVED not in answer or answers.refusal(answer):
            said = self._conceal(answer.strip())
            raise CommandRejected(self._device, f"refused (`write memory` answered: {said})", _LOOK)

    def _done(self, command: str, word: str = "") -> Steps[None]:
        """Say a command; CommandRejected unless the answer has the word of success and no refusal."""
        answer: str = yield Say(command)
        line = answers.refusal(answer, self._text) or ("" if word in answer else "no word of success")
        if line:
            self._refuse(command, line)

    def _refuse(self, command: str, line: str) -> NoReturn:
        raise CommandRejected(
            self._device,
            f"`{' '.join(command.split()[:2])}` was refused: {self._conceal(line)}",
            "correct the line it names, or the image that does not know it",
        )

    # --- files

    def discard(self) -> None:
        """Forget what was loaded; none of our files stays when the connection is closed."""
        self._use = self._text = ""
        self._litter |= set(self._names.values())

    def leave(self) -> Steps[None]:
        """Delete our files."""
        if self._litter and not self._disk:
            (listing,) = yield from _ask("dir")
            self._list(listing)
        if self._litter:
            yield from _ask(*(f"delete /force {self._disk}{name}" for name in sorted(self._litter)))
            self._litter.clear()

    def _list(self, listing: str) -> None:
        self._disk = answers.disk(listing) or self._disk or "flash:"

    def _path(self, use: str) -> str:
        return f"{self._disk}{self._names[use]}"
