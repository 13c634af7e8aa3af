"""OpenWrt by NAPALM's verbs, over SSH without a terminal. The device holds the dead-man; box.sh is our hand on it.

- The candidate goes to the device on standard input, into a private directory in memory, and through its own `uci`:
  what that refuses is named by its line, and nothing is changed.
- A commit first lays a snapshot of /etc/config on flash, arms a timer and a boot hook on the device, and only then
  writes whole files and reloads. Nobody needs to be connected for it to be taken back.
- Confirming and taking back work from any process: what is pending is known from files on the device.
- A replacement is all of /etc/config, but for the packages that belong to the image and not to the network (IMAGE).
  Merging is computed here and pushed like a replacement: it can be compared, and repeated without effect.
"""

# NAPALM has no types: this file is where it meets ours.
# pyright: reportMissingTypeStubs=false, reportUnknownMemberType=false

from __future__ import annotations

import re
import shlex
from collections.abc import Generator, Sequence
from contextlib import contextmanager, suppress
from importlib.resources import files
from pathlib import Path
from typing import Any, Final

from napalm.base.base import NetworkDriver
from napalm.base.models import (
    AliveDict,
    ConfigDict,
    FactsDict,
    InterfaceDict,
    InterfacesIPDict,
    NTPServerDict,
    UsersDict,
)

from homeroom.errors import CommandRejected, DeviceError, ParseError, Unreachable
from homeroom.platforms.ability import Ability
from homeroom.platforms.box import Login, Question, Running, Vitals
from homeroom.platforms.openwrt import asking, facts
from homeroom.platforms.openwrt.merge import merge, without
from homeroom.platforms.openwrt.parser import UciParser
from homeroom.platforms.openwrt.shell import Answer, Shell
from homeroom.platforms.questions import checked

ABILITY: Final = Ability(
    merge=True,
    replace=True,
    compare=True,
    confirmed_commit=True,
    confirm_from_new_process=True,
    rollback=True,
    lost_connection="the device takes the change back by itself: by its timer, or at its next start",
)
IMAGE: Final = frozenset({"fstab", "luci", "rpcd", "ubootenv", "ucitrack"})
"""Packages that describe the image or the hardware: not read, not replaced (box.sh keeps the same list)."""
SOON: Final = 600
"""Seconds an unconditional commit may take until we have confirmed it."""
READ: Final = r"""S=/etc/homeroom
if [ -f $S/box ]; then sh $S/box settle
elif [ -d $S ] && ! grep -q homeroom "/proc/$(cat $S/pid)/cmdline" 2>/dev/null; then rm -rf $S
fi
pending=$(ls $S 2>/dev/null | grep -c -e pending -e restoring)
echo "#homeroom $pending $(cd /etc/config && md5sum ./* | md5sum | cut -c 1-32) $(cat /proc/sys/kernel/hostname)"
for f in /etc/config/*; do
	case ${f##*/} in
	*[!A-Za-z0-9_-]*) ;;
	*) echo "package ${f##*/}"; cat "$f"; echo ;;
	esac
done
"""
"""Prints how many changes are pending, a hash, the host name and the committed configuration.

What broke off is settled first.
"""
_HEAD: Final = re.compile(r"#homeroom (\d+) ([0-9a-f]{32}) (.*)").fullmatch
_PARSE_ERROR: Final = re.compile(r"Parse error \((.*)\) at line (\d+)")
_NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*").fullmatch


class OpenWrt(NetworkDriver):  # type: ignore[misc]  # napalm has no types
    """One OpenWrt device, entered as root; every method raises errors of ours only."""

    def __init__(self, login: Login, timeout: float = 60) -> None:
        if not _NAME(login.change):
            raise CommandRejected(login.device, f"{login.change!r} names no file", "use letters, digits, - and _")
        self.hostname, self.timeout = login.host, int(timeout)
        self._login = login
        self._shell = Shell(login, timeout)
        self._parse = UciParser()
        self._stage = f"/tmp/homeroom-{login.change}"  # noqa: S108  # made by mkdir on the device, mode 0700
        self._seen: Running | None = None
        self._sum = self._undo = self._diff = ""
        self._littered = False

    # --- the verbs of a push (homeroom.platforms.box.Box)

    def open(self) -> None:
        """Connect; Unreachable, LoginRefused or HostKeyChanged."""
        self._shell.open()

    def close(self) -> None:
        """Remove the candidate and hang up; never raises. What is on trial stays on trial."""
        with suppress(DeviceError):  # whatever broke the connection has been reported where it happened
            if self._littered:
                self._shell.run(f"rm -rf {self._stage}")
        self._littered = False
        self._shell.close()

    def running(self) -> Running:
        """Read the device. What a lost connection left behind is settled first, and removed on closing."""
        answer = self._said(self._shell.run(READ), "could not be read")
        head, _, config = answer.partition("\n")
        said = _HEAD(head)
        if not said:
            raise self._rejected(f"it does not answer as OpenWrt does: `{head}`", "look at what answers there")
        try:
            text = without(config, IMAGE)
        except ParseError as error:
            raise self._rejected(f"its configuration is no UCI ({error})", "correct it by hand") from error
        self._littered = True
        self._sum = said.group(2)
        self._seen = Running(said.group(3), text, said.group(1) != "0")
        return self._seen

    def candidate(self, text: str) -> str:
        """Load `text` (secrets revealed) to replace the whole configuration; return the device's own difference."""
        if not text.strip():
            raise self._rejected("the candidate is empty", "push a whole configuration")
        seen = self._seen or self.running()
        self._seen = None  # read it again unless this goes well
        held = sorted(line for line in text.splitlines() if line.removeprefix("package ").strip("'\" ") in IMAGE)
        if held:
            raise self._rejected(f"`{held[0]}` is its image's own", "take that package out of the configuration")
        self._littered = True
        answer = self._shell.run(upload(self._stage, f"load {self._sum}"), text)
        staged = self._said(answer, "refused", text)
        misread = self._parse.diff(text, staged)
        if misread:
            raise self._rejected(f"it read the candidate otherwise: `{_first(misread)}`", "look at that line")
        self._seen, self._diff = seen, self._parse.diff(seen.text, staged)
        return self._diff

    def commit(self, minutes: int) -> None:
        """Put the candidate in force; unless confirmed within `minutes`, the device itself takes it back."""
        self._commit(60 * minutes, "homeroom")

    def confirm(self) -> None:
        """Keep what was committed; CommandRejected when nothing waits there for it (any more)."""
        self._verb("confirm", "could not be confirmed", "it keeps the change")

    def save(self) -> None:
        """Do nothing: what was committed stands in /etc/config already."""

    def revert(self) -> None:
        """Take back what was committed, byte for byte; CommandRejected when nothing waits there."""
        self._verb("revert", "could not be taken back", "it took the change back")
        if self.running().pending:
            raise self._rejected("it was told to take the change back and did not", "wait for its timer")

    def vitals(self) -> Vitals:
        """Read the device's clock, and the space it has for a candidate: in memory, and on its flash."""
        with self._judging():
            return asking.vitals(self._said(self._shell.run(asking.VITALS), "did not say what time it is"))

    def ask(self, questions: Sequence[Question]) -> tuple[bool | None, ...]:
        """Try each from the device in one command, and return the answers in order; None: it lacks the program."""
        asked = [checked(question) for question in questions]
        if not asked:
            return ()
        with self._judging():
            said = self._said(self._shell.run(asking.script(asked)), "could not be asked")
            return asking.answers(said, len(asked))

    @contextmanager
    def _judging(self) -> Generator[None]:
        """Raise our own error of an answer that is none."""
        try:
            yield
        except asking.Odd as odd:
            raise self._rejected(str(odd), "look at it, then try again") from odd

    # --- NAPALM's verbs

    def is_alive(self) -> AliveDict:
        """Tell whether the connection stands."""
        return AliveDict(is_alive=self._shell.alive)

    def load_replace_candidate(self, filename: str | None = None, config: str | None = None) -> None:
        """Load the whole configuration."""
        self.candidate(self._parse.wire(_given(filename, config)))

    def load_merge_candidate(self, filename: str | None = None, config: str | None = None) -> None:
        """Load a piece of configuration to be merged into what runs."""
        piece = _given(filename, config)
        try:
            whole = merge(self.running().text, piece)
        except ParseError as error:
            raise self._rejected(f"the candidate is no UCI: {self._login.conceal(str(error))}", "correct it") from error
        self.candidate(whole)

    def compare_config(self) -> str:
        """Return what the candidate would change."""
        return self._diff

    def commit_config(self, message: str = "", revert_in: int | None = None) -> None:
        """Put the candidate in force; for good, unless `revert_in` says after how many seconds it is taken back."""
        self._undo = "" if revert_in is not None or self._seen is None else self._seen.text
        self._commit(revert_in if revert_in is not None else SOON, message or "homeroom")
        if revert_in is None:
            self.confirm()

    def confirm_commit(self) -> None:
        """Keep what was committed."""
        self.confirm()

    def has_pending_commit(self) -> bool:
        """Tell whether a commit waits for its confirmation, whoever made it."""
        return self.running().pending

    def discard(self) -> None:
        """See to it that closing the connection removes the candidate."""
        self._littered = True

    def discard_config(self) -> None:
        """Forget the candidate."""
        self._said(self._shell.run(f"rm -rf {self._stage}"), "could not be discarded")
        self._diff = ""

    def rollback(self) -> None:
        """Take back the pending commit, byte for byte; else put back what ran before the last one of this session."""
        if self.running().pending:
            self.revert()
        elif self._undo:
            before, self._undo = self._undo, ""
            if self.candidate(before):
                self._commit(SOON, "rollback")
                self.confirm()
        else:
            raise self._rejected("nothing waits there that could be taken back", "push the configuration you want")

    def get_config(
        self,
        retrieve: str = "all",
        full: bool = False,  # noqa: FBT001, FBT002  # NAPALM calls it so
        sanitized: bool = False,  # noqa: FBT001, FBT002
        format: str = "text",  # noqa: A002
    ) -> ConfigDict:
        """Return the configuration; what runs is what the device starts with. Sanitized: with markers for secrets."""
        del full, format
        text = self.running().text
        text = self._login.conceal(text) if sanitized else text
        return ConfigDict(
            running=text if retrieve in {"all", "running"} else "",
            startup=text if retrieve in {"all", "startup"} else "",
            candidate="",
        )

    def cli(self, commands: list[str], encoding: str = "text") -> dict[str, str | dict[str, Any]]:
        """Run commands; their standard output by command."""
        del encoding
        return {command: self._shell.run(command).out for command in commands}

    def get_facts(self) -> FactsDict:
        """Return NAPALM's facts."""
        names = list(self.get_interfaces())
        return facts.facts(self._said(self._shell.run(facts.FACTS), "could not be read"), names)

    def get_users(self) -> dict[str, UsersDict]:
        """Return who can log in."""
        return facts.users(self._said(self._shell.run(facts.USERS), "could not be read"))

    def get_ntp_servers(self) -> dict[str, NTPServerDict]:
        """Return the time servers."""
        return facts.time_servers(self._shell.run(facts.TIME_SERVERS).out)

    def get_interfaces(self) -> dict[str, InterfaceDict]:
        """Return the interfaces by name."""
        return facts.interfaces(self._said(self._shell.run(facts.LINKS), "could not be read"))

    def get_interfaces_ip(self) -> dict[str, InterfacesIPDict]:
        """Return the addresses by interface."""
        return facts.addresses(self._said(self._shell.run(facts.LINKS), "could not be read"))

    # --- talking to box.sh

    def _commit(self, seconds: int, message: str) -> None:
        command = f"sh {self._stage}/box commit {seconds:d} {shlex.quote(message)}"
        self._seen = None
        with self._in_doubt("it took the change", "it goes back by itself unless confirmed"):
            self._said(self._shell.run(command), "could not be committed")
        self._diff = ""

    def _verb(self, verb: str, failure: str, doubt: str) -> None:
        box = "/etc/homeroom/box"
        nothing = "echo 'homeroom: nothing waits there for it' >&2; exit 1"
        with self._in_doubt(doubt, "if it did not, it goes back by itself"):
            self._said(self._shell.run(f"[ -f {box} ] || {{ {nothing}; }}; sh {box} {verb}"), failure)

    @contextmanager
    def _in_doubt(self, doubt: str, else_: str) -> Generator[None]:
        """Say of a connection lost in here what nobody knows now."""
        try:
            yield
        except Unreachable as error:
            remedy = f"read it again; {else_}"
            raise Unreachable(self._login.device, f"{error.what}: nobody knows whether {doubt}", remedy) from error

    def _said(self, answer: Answer, failure: str, text: str = "") -> str:
        """Return what a command printed; CommandRejected with its own words when it failed."""
        if answer.status == 0:
            return answer.out
        why = next((line.strip() for line in reversed(answer.err.splitlines()) if line.strip()), "it gave no reason")
        place = _PARSE_ERROR.search(why)
        if place:
            number = int(place.group(2))
            line = (text.splitlines() + [""] * number)[number - 1].strip()
            what = f"line {number} of the candidate is no UCI: `{line}` ({place.group(1)})"
            raise self._rejected(what, "correct the line; nothing was changed")
        raise self._rejected(f"{failure}: {why.removeprefix('homeroom: ')}", "look at it, then try again")

    def _rejected(self, what: str, remedy: str) -> CommandRejected:
        return CommandRejected(self._login.device, self._login.conceal(what), remedy)


def upload(stage: str, verb: str) -> str:
    """Return the command that brings box.sh to the device and runs it; standard input stays for the candidate."""
    box = files("homeroom.platforms.openwrt").joinpath("box.sh").read_text(encoding="utf-8")
    return f"umask 077; mkdir -p {stage} && cat >{stage}/box <<'HOMEROOM' && sh {stage}/box {verb}\n{box}HOMEROOM\n"


def _given(filename: str | None, config: str | None) -> str:
    return Path(filename).read_text(encoding="utf-8") if filename else config or ""


def _first(diff: str) -> str:
    """Return the first changed line of a difference."""
    return next((line for line in diff.splitlines() if line.lstrip().startswith(("+", "-"))), diff).strip()
