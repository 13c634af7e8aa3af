"""One change of one device: computed, checked by the device, put in force, and taken back when it goes wrong.

RouterOS stops a script at the first line it refuses and leaves what ran before in force: so a change that fails goes
back by the script that was put there before it began, and is believed only when the device is read again.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Final

from homeroom.errors import CommandRejected, DeviceError, ParseError, Unsettled
from homeroom.platforms.ros.client import Api, Refused
from homeroom.platforms.ros.delta import Step, delta
from homeroom.platforms.ros.model import Model, parse
from homeroom.platforms.ros.onbox import INLINE, OnBox, digest
from homeroom.platforms.ros.parser import difference
from homeroom.platforms.ros.scripts import Command, backward, forward

_LINE: Final = re.compile(r"\(line (\d+) column \d+\)")


@dataclass(frozen=True, slots=True)
class Candidate:
    """What was loaded, and what it takes to get there from what ran then, and back."""

    text: str
    was: Model
    new: Model
    steps: tuple[Step, ...]
    back: tuple[Step, ...]


def candidate(text: str, was: Model, new: Model) -> Candidate:
    """Compute a change; ParseError when something would have to become what nobody knows."""
    return Candidate(text, was, new, delta(was, new), delta(new, was))


class Change:
    """A change under way on one device; Refused is the caller's to translate where it is not handled here."""

    def __init__(self, api: Api, box: OnBox, device: str, conceal: Callable[[str], str]) -> None:
        self._api, self._box, self._device, self._conceal = api, box, device, conceal

    def check(self, loaded: Candidate) -> None:
        """Have the device read the script without running it: a bad word is named before anything moves."""
        for number, commands in enumerate(files(loaded.steps)):
            file = self._box.send(number, _written(commands))
            try:
                self._api.run("/import", {"file-name": file, "verbose": "", "dry-run": ""})
            except Refused as error:
                found = _LINE.search(str(error))
                raise self._wrong(commands, int(found[1]) if found else 0, error, "nothing was changed") from error
            finally:
                self._tidy()

    def fresh(self, loaded: Candidate) -> None:
        """Refuse when the device is not as it was when the change was computed, or another one waits there."""
        if self._box.pending():
            raise CommandRejected(
                self._device,
                "an earlier change still waits there for its confirmation",
                "try again when it was confirmed, or when its timer has taken it back",
            )
        if digest(parse(self._box.export())) != digest(loaded.was):
            raise CommandRejected(self._device, "somebody changed it since it was compared", "compare again")

    def commit(self, loaded: Candidate, seconds: int, said: str) -> None:
        """Put the change in force; in so many seconds the device takes it back by itself, and logs `said`."""
        sent = [self._box.send(number, _written(file)) for number, file in enumerate(files(loaded.steps))]
        scripts = backward(loaded.back, self._box.name, said)
        self._box.prepare(scripts, digest(loaded.was), digest(loaded.new))
        self._box.arm(seconds, scripts)
        self._apply(sent, loaded)

    def _apply(self, sent: Sequence[str], loaded: Candidate) -> None:
        """Run the script; when a line fails, or the end is not what was wanted, go back."""
        try:
            for file in sent:
                self._api.run("/import", {"file-name": file})
        except Refused as error:
            number = self._box.step()
            self._back(loaded)
            commands = [command for group in forward(loaded.steps) for command in group]
            raise self._wrong(commands, number, error, "everything was taken back") from error
        wrong = difference(loaded.new, self._read("after the commit"))
        if wrong:
            self._back(loaded)
            line = next(line for line in wrong.splitlines() if line.startswith(("+", "-")))
            what = f"it took the text, but then ran `{self._conceal(line)}`; everything was taken back"
            raise CommandRejected(self._device, what, "find out why it did not take the text")

    def _back(self, loaded: Candidate) -> None:
        """Go back to where the commit began; Unsettled unless the device then runs that."""
        try:
            self._api.run("/system/script/run", {"number": self._box.name})
        except Refused as error:
            raise self._unknown(f"a commit failed half-way, and the way back was refused ({error})") from error
        if digest(self._read("after a commit that failed")) != digest(loaded.was):
            raise self._unknown("a commit failed half-way and could not be taken back")
        self._tidy()

    def _read(self, when: str) -> Model:
        """Read what runs; Unsettled when the device will not say it."""
        try:
            return parse(self._box.export())
        except (Refused, ParseError) as error:
            raise self._unknown(f"it cannot be read {when} ({error})") from error

    def _unknown(self, what: str) -> Unsettled:
        return Unsettled(self._device, self._conceal(what), "its scheduler takes the change back; look at it")

    def _wrong(self, commands: Sequence[Command], number: int, error: Refused, end: str) -> CommandRejected:
        """Name the line that was refused: the script's, counted from 1."""
        command = commands[number - 1] if 0 < number <= len(commands) else None
        said = _LINE.sub("", str(error)).strip().rstrip(".")
        text = f"{command or 'a command'} was refused: {said}; {end}"
        return CommandRejected(self._device, self._conceal(text), "correct it")

    def _tidy(self) -> None:
        with suppress(DeviceError, Refused):
            if self._api.alive:
                self._box.clean()


def files(steps: Sequence[Step]) -> list[tuple[Command, ...]]:
    """Return the script in files that are not too long, each as its lines."""
    found: list[tuple[Command, ...]] = []
    room = 0
    for group in forward(steps):
        length = sum(len(command.text.encode("utf-8", "surrogateescape")) + 1 for command in group)
        if found and length <= room:
            found[-1] += group
        else:
            found.append(group)
            room = INLINE
        room -= length
    return found


def _written(commands: Sequence[Command]) -> str:
    return "".join(f"{command.text}\n" for command in commands)
