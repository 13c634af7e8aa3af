"""One request's command line on one device: modes, sessions, faults; no transport.

`run` takes the commands of a request one by one; `Refusal` carries what eAPI says of one that fails.

Source: Arista eAPI (runCmds; error codes 1000-1005 as pyeapi and public transcripts have them).
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final, Literal, TypeAlias

from homeroom.lab.eos import auth
from homeroom.lab.eos.apply import Place, type_line
from homeroom.lab.eos.device import EosDevice
from homeroom.lab.eos.grammar import Fault as Misread
from homeroom.lab.eos.grammar import Node, walk
from homeroom.lab.eos.sessions import Candidate, SessionError
from homeroom.lab.faults import Fault, Step
from homeroom.lab.ios.grammar import Match

Format: TypeAlias = Literal["json", "text"]
Data: TypeAlias = "dict[str, Any]"
Answer: TypeAlias = "str | Data"
"""What a command prints, or (JSON) says."""
Handler: TypeAlias = "Callable[[Cli, tuple[str, ...], tuple[str, ...]], Answer]"
"""(command line, all words in full, those the user chose) -> answer."""
_REASONS: Final = {
    1000: "could not run command",
    1002: "invalid command",
    1003: "unconverted command",
    1005: "permission to run command denied",
}
_UNCONVERTED: Final = (
    "Command cannot be used over the API at this time. To see ASCII output, set format='text' in your request"
)


class Refusal(Exception):
    """A command failed: eAPI's code, and what the command said."""

    def __init__(self, code: int, *errors: str) -> None:
        self.code, self.reason, self.errors = code, _REASONS[code], errors
        super().__init__(code, *errors)


class Struck(Exception):
    """A fault broke the connection."""


@dataclass(frozen=True, slots=True)
class Command:
    """An exec command: its handlers by format; `level` 15 needs `enable`."""

    text: Handler | None = None
    json: Handler | None = None
    level: int = 1


class Cli:
    """The command line of one request. `grammar` holds the exec commands (homeroom.lab.eos.exec)."""

    def __init__(self, device: EosDevice, user: str, grammar: Node[Command], *, short: bool = False) -> None:
        self.device, self.user, self.short = device, user, short
        self._grammar = grammar
        self.place: Place | None = None
        self.session: Candidate | None = None
        self.level = 1
        self.text = ""
        """The input lines of the command that runs."""
        self.delay = 0.0
        self.silent = False
        """The answer never comes."""

    def run(self, line: str, text: str, form: Format) -> Data:
        """Run one command; return its part of the result."""
        self.text = text
        if "\n" in line:
            raise Refusal(
                1002, f"Invalid input (at token 0: {line.split(maxsplit=1)[0]!r})" if line.split() else "Invalid input"
            )
        if not line.strip() or line.lstrip().startswith("!"):
            answer: Answer = ""
        else:
            answer = self._configure(line, form) if self.place is not None else self._execute(line, form)
        if isinstance(answer, str):
            return {"output": answer} if form == "text" else ({"messages": [answer]} if answer else {})
        return {"output": json.dumps(answer, indent=4) + "\n"} if form == "text" else answer

    # --- configuring

    def _configure(self, line: str, form: Format) -> Answer:
        """Run a command in a configuration mode; what no such mode knows is tried as an exec command."""
        assert self.place is not None  # noqa: S101 -- `run` has looked
        words = line.split()
        if words == ["end"] or (words == ["exit"] and self.place.above is None):
            self.leave()
            return ""
        if self.session is not None and (words[0] in {"commit", "abort"} or words[:2] == ["rollback", "clean-config"]):
            return self._execute(" ".join(["configure session", self.session.name, *words]), form)
        before = self.device.running if self.session is None else ""
        said = type_line(self.place, line, self.device.chassis, self.text, short=self.short)
        if self.session is None:
            self.device.touched(before, self.user)
        if isinstance(said, Place):
            self.place = said
            return ""
        if isinstance(said, str):
            raise Refusal(1000, said)
        if said.kind == "Invalid input" and said.token == 0 and self._known(line):
            return self._execute(line, form)
        raise Refusal(1002, said.message)

    def _known(self, line: str) -> bool:
        return isinstance(walk(self._grammar, line.partition("|")[0], short=self.short), Match)

    def enter(self, session: Candidate | None) -> None:
        """Go to the global mode of the running configuration or of a session."""
        self.session = session
        self.place = Place((session.tree if session else self.device.tree,))

    def leave(self) -> None:
        """Go back to exec mode."""
        self.place = self.session = None

    # --- exec commands

    def _execute(self, line: str, form: Format) -> Answer:
        command, _, pipe = line.partition("|")
        read = walk(self._grammar, command, short=self.short)
        if isinstance(read, Misread):
            raise Refusal(1002, read.message)
        if read.what.level > self.level:
            raise Refusal(1005, "Command not permitted: enable is needed (at token 0: 'enable')")
        handler = _handler(read.what, form, pipe.strip())
        if handler is None:
            raise Refusal(1003, _UNCONVERTED)
        try:
            answer = handler(self, read.words, read.values)
        except SessionError as error:
            raise Refusal(1000, str(error)) from error
        return filtered(answer, pipe) if pipe and isinstance(answer, str) else answer  # JSON is printed by `run`

    def enable(self) -> None:
        """Become privileged: level 15 users may; others with the enable password, or where none is set."""
        tree = self.device.tree
        if auth.level(tree, self.user) < 15 and not auth.enables(tree, self.text.strip()):
            raise Refusal(1005, "Bad secret")
        self.level = 15

    # --- faults

    @contextmanager
    def step(self, name: Step) -> Generator[None]:
        """Do a step of which a fault may be armed: before its effect, or after it."""
        fault = self.device.faults.strike(name)
        if fault is not None and not fault.late:
            self._suffer(fault)
        yield
        if fault is not None and fault.late:
            self._suffer(fault)

    def _suffer(self, fault: Fault) -> None:
        if fault.kind == "slow":
            self.delay += fault.seconds
        elif fault.kind == "half_open":
            self.silent = True
        else:
            if fault.kind == "reboot":
                self.device.reboot()
            raise Struck


def _handler(command: Command, form: Format, pipe: str) -> Handler | None:
    """Return what answers a command in this form; None: nothing does. Text piped to `json` is JSON, printed."""
    if form == "json":
        return None if pipe else command.json
    return command.json if pipe == "json" else command.text or command.json


def filtered(answer: str, pipe: str) -> str:
    """Filter text as EOS's pipes do, by a regular expression: `section`, `include`, `exclude`, `begin`; `no-more`."""
    verb, _, text = pipe.strip().partition(" ")
    try:
        found = re.compile(text.strip()).search
    except re.error:
        raise Refusal(1002, f"Invalid input (at token 1: '{text.strip()}')") from None
    lines = answer.splitlines()
    kept = {
        "section": lambda: _sections(lines, found),
        "include": lambda: [line for line in lines if found(line)],
        "exclude": lambda: [line for line in lines if not found(line)],
        "begin": lambda: lines[next((n for n, line in enumerate(lines) if found(line)), len(lines)) :],
        "no-more": lambda: lines,
    }.get(verb)
    if kept is None:
        raise Refusal(1002, f"Invalid input (at token 0: '{verb}')")
    return "".join(f"{line}\n" for line in kept())


def _sections(lines: list[str], found: Callable[[str], object]) -> list[str]:
    """Keep the top-level commands that match anywhere, with all that stands below them."""
    groups: list[list[str]] = []
    for line in lines:
        if line.startswith(" ") and groups:
            groups[-1].append(line)
        else:
            groups.append([line])
    return [line for group in groups if any(found(line) for line in group) for line in group]


def commands(table: Mapping[str, Command]) -> Node[Command]:
    """Make the tree of exec commands from (pattern, what it does)."""
    root: Node[Command] = Node()
    for pattern, command in table.items():
        root.add(pattern, command)
    return root
