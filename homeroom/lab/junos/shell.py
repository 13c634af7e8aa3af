"""The command line: operational mode (`>`), configuration mode (`#`), `load ... terminal`.

Source: "CLI User Guide for Junos OS"; prompts and remarks follow public transcripts.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Final, cast

from homeroom.lab.junos import sets, shows, text
from homeroom.lab.junos.compare import compare
from homeroom.lab.junos.device import JunosDevice
from homeroom.lab.junos.hardware import VERSION
from homeroom.lab.junos.records import Action, Client, Denied
from homeroom.lab.junos.sets import Editor
from homeroom.lab.junos.tree import Bad

_EDITS: Final = frozenset(
    {"set", "delete", "activate", "deactivate", "annotate", "rename", "copy", "insert", "edit", "up", "top"}
)
_CONFIRMED: Final = re.compile(r"confirmed(?: (\d+))?")
_COMMENT: Final = re.compile(r'comment (?:"([^"]*)"|(\S+))')


class Shell:
    """One user's command line; `run(line)` returns what Junos prints, `prompt` what it prints then."""

    version = VERSION

    def __init__(self, device: JunosDevice, client: Client) -> None:
        self.device, self.client = device, client
        self.closed = False
        self._configuring = False
        self._path: list[str] = []
        self._loading: tuple[str, list[str]] | None = None

    @property
    def prompt(self) -> str:
        """Return the prompt, in configuration mode under the place where `edit` has led to."""
        if self._loading is not None:
            return ""
        head = f"{self.client.user}@{self.device.hostname}"
        if not self._configuring:
            return f"{head}> "
        return f"\n[edit{''.join(f' {word}' for word in self._path)}]\n{head}# "

    def run(self, line: str) -> str:
        """Take a line."""
        if self._loading is not None:
            return self._loads(line)
        words = line.split()
        if not words:
            return ""
        try:
            return self._configure(line, words) if self._configuring else self._operate(line, words)
        except Bad as bad:
            return f"{bad.severity if bad.severity == 'warning' else 'error'}: {bad.message}: {bad.element}\n"
        except Denied as denied:
            return "".join(f"error: {one.message}\n" for one in denied.complaints)

    # --- operational mode

    def _operate(self, line: str, words: list[str]) -> str:
        if words[0] in {"exit", "quit"}:
            self.closed = True
            return ""
        if words[0] == "configure" or words[0] == "edit":
            return self._enter(words[1:])
        if words[:2] == ["set", "cli"]:
            return _cli(words)
        said = shows.run(self.device, line)
        return _unknown(line, words) if said is None else said

    def _enter(self, words: list[str]) -> str:
        if self.device.reader(self.client.user):
            return "error: permission denied\n"
        said = "Entering configuration mode\n"
        if words[:1] == ["exclusive"]:
            self.device.base.take(self.client)
            said = "warning: uncommitted changes will be discarded on exit\n" + said
        elif words[:1] == ["private"]:
            self.client.private = self.device.tree.copy()
            said = "warning: uncommitted changes will be discarded on exit\n" + said
        elif self.device.base.modified:
            said += "The configuration has been changed but not committed\n"
        self._configuring, self._path = True, []
        return said

    # --- configuration mode

    def _configure(self, line: str, words: list[str]) -> str:
        verb = words[0]
        if verb in _EDITS:
            return self._edits(line)
        if verb in _CONFIGURING:
            return _CONFIGURING[verb](self, line, words)
        return _unknown(line, words)

    def _edits(self, line: str) -> str:
        self.device.base.editing(self.client)
        editor = Editor(self.device.base.draft(self.client))
        editor.at = self._path
        editor.run(line)
        self._path = editor.at
        self.device.base.edited(self.client)
        return ""

    def show(self, line: str, words: list[str]) -> str:
        """Show the candidate, or what it would change."""
        command, *pipes = (part.strip() for part in line.split("|"))
        base, path = self.device.base, [*self._path, *command.split()[1:]]
        found = next((pipe.split() for pipe in pipes if pipe.startswith("compare")), None)
        if found is not None:
            number = int(found[2]) if found[1:2] == ["rollback"] and found[2:] else 0
            return compare(base.past(number), base.open(self.client))
        part = shows.under(base.open(self.client), path)
        whole = sets.show(part, path) if any(pipe.startswith("display set") for pipe in pipes) else text.show(part)
        said = shows.piped(whole, pipes)
        return _unknown(line, words) if said is None else said

    def commit(self, line: str, words: list[str]) -> str:
        """Commit, on trial with `confirmed`; `check` only looks; `and-quit` leaves."""
        base = self.device.base
        comment = _COMMENT.search(line)
        rest = _COMMENT.sub("", line)
        if "check" in words:
            base.check(self.client)
            base.confirm_by_check()
            return "configuration check succeeds\n"
        confirmed = _CONFIRMED.search(rest)
        minutes = int(confirmed[1] or 10) if confirmed else 0
        base.commit(self.client, (comment[1] or comment[2]) if comment else "", minutes)
        said = ""
        if minutes:
            said = f"commit confirmed will be automatically rolled back in {minutes} minutes unless confirmed\n"
        if "and-quit" in words:
            self._leave()
            return f"{said}commit complete\nExiting configuration mode\n"
        return f"{said}commit complete\n"

    def rollback(self, line: str, words: list[str]) -> str:
        """Put an earlier configuration into the candidate."""
        del line
        word = words[1] if words[1:] else "0"
        if not word.isdecimal():
            return f"error: invalid value: {word}\n"
        self.device.base.rollback(self.client, int(word))
        return "load complete\n"

    def load(self, line: str, words: list[str]) -> str:
        """Begin to take a configuration from the terminal, up to ^D."""
        if (
            len(words) < 3
            or words[2] != "terminal"
            or words[1] not in {"merge", "override", "replace", "set", "update"}
        ):
            return _unknown(line, words)
        self._loading = (words[1], [])
        return "[Type ^D at a new line to end input]\n"

    def _loads(self, line: str) -> str:
        assert self._loading is not None  # noqa: S101 -- `run` asked
        action, lines = self._loading
        if "\x04" not in line:
            lines.append(line)
            return ""
        self._loading = None
        body = "\n".join([*lines, line.partition("\x04")[0]])
        base = self.device.base
        try:
            if action == "set":
                base.command(self.client, body)
            else:
                reader = text.Reader(body)
                base.load(self.client, cast("Action", action), reader.tree, reader.errors)
        except Denied as denied:
            wrong = "".join(f"terminal: error: {one.message}: {one.element}\n" for one in denied.complaints)
            return f"{wrong}load complete ({len(denied.complaints)} errors)\n"
        return "load complete\n"

    def run_operational(self, line: str, words: list[str]) -> str:
        """Run an operational command from configuration mode."""
        return self._operate(line.split(None, 1)[1] if words[1:] else "", words[1:])

    def exit(self, line: str, words: list[str]) -> str:
        """Go up to the top, or leave configuration mode."""
        del line
        if self._path and words[1:] != ["configuration-mode"] and words[0] != "quit":
            self._path = []
            return ""
        said = ""
        if self.device.base.modified and self.device.base.lock is not self.client and self.client.private is None:
            said = "The configuration has been changed but not committed\n"
        self._leave()
        return f"{said}Exiting configuration mode\n"

    def _leave(self) -> None:
        self._configuring, self._path, self.client.private = False, [], None
        self.device.base.leave(self.client)


_CONFIGURING: Final[Mapping[str, Callable[[Shell, str, list[str]], str]]] = {
    "show": Shell.show,
    "commit": Shell.commit,
    "rollback": Shell.rollback,
    "load": Shell.load,
    "run": Shell.run_operational,
    "exit": Shell.exit,
    "quit": Shell.exit,
}


def _cli(words: list[str]) -> str:
    """Answer `set cli screen-length 0` and its like, with which clients begin."""
    if words[2:3] and words[2] in {"screen-length", "screen-width", "complete-on-space", "timestamp"}:
        value = words[3] if words[3:] else ""
        names = {"screen-length": "Screen length", "screen-width": "Screen width"}
        if words[2] in names:
            return f"{names[words[2]]} set to {value}\n"
        return f"{words[2].capitalize()} {value}\n"
    return _unknown(" ".join(words), words)


def _unknown(line: str, words: list[str]) -> str:
    """Point at the word, as Junos does."""
    del words
    return f"{' ' * (len(line) - len(line.lstrip()))}^\nunknown command.\n"
