"""One user's command line on one device: modes, prompts, questions; no transport.

`run(line)` takes a line and returns what IOS prints for it; `prompt` is what it prints then. While a question is
open (`ask`), the next line (or key, `ask.key`) answers it.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, TypeAlias

from homeroom.lab.faults import Fault as FaultOnDemand
from homeroom.lab.ios import auth, pipes
from homeroom.lab.ios.apply import Place, type_line
from homeroom.lab.ios.config import delimiter
from homeroom.lab.ios.device import IosDevice, Login
from homeroom.lab.ios.grammar import Fault, Match, Node, walk
from homeroom.lab.ios.steps import step

ENTER: Final = "Enter configuration commands, one per line.  End with CNTL/Z.\n"
_USERNAME: Final = re.compile(r"no\s+username\s+(\S+)\s*$")
_PUTS: Final = re.compile(r'puts\s+\[open\s+"([^"]+)"\s+w\+?\]\s+\{(.*)\}\s*', re.DOTALL)


@dataclass(frozen=True, slots=True)
class Ask:
    """A question: its text, and what to do with the answer. `key`: one key answers; `hidden`: it is not echoed."""

    text: str
    then: Callable[[str], Answer]
    key: bool = False
    hidden: bool = False


Answer: TypeAlias = "str | Ask"
Handler: TypeAlias = "Callable[[Session, tuple[str, ...], tuple[str, ...]], Answer]"
"""An exec command: (session, all its words in full, those the user chose) -> what IOS prints, or a question."""


def confirm(text: str, then: Callable[[], Answer]) -> Ask:
    """Ask `... [confirm]`: Enter or y goes on, any other key does not."""
    return Ask(f"{text} [confirm]", lambda key: then() if key.lower() in {"", "y"} else "", key=True)


class Session:
    """A command line. `grammar` holds the exec commands (homeroom.lab.ios.exec)."""

    def __init__(self, device: IosDevice, login: Login, grammar: Node[Handler]) -> None:
        self.device, self.login, self.grammar = device, login, grammar
        self.level = auth.level(device.tree, login.user)
        self.length, self.width = 24, 80
        self.closed = False
        self.ask: Ask | None = None
        self._place: Place | None = None
        self._generation = device.generation
        self._banner: tuple[list[str], str] | None = None
        self._tcl: list[tuple[str, bytes]] | None = None
        self._partial = ""

    # --- what is printed when it is the user's turn

    @property
    def prompt(self) -> str:
        """Return the prompt, or the open question."""
        if self.ask is not None:
            return self.ask.text
        host = self.device.hostname
        if self._banner is not None:
            return ""
        if self._place is not None:
            return f"{host[:20]}({self._place.prompt})#"
        if self._tcl is not None:
            return "+>" if self._partial else f"{host}(tcl)#"
        return f"{host}{'#' if self.level == 15 else '>'}"

    @property
    def user(self) -> str:
        """Return who it is."""
        return self.login.user

    @property
    def executing(self) -> bool:
        """Tell whether the next line is an exec command."""
        return self.ask is None and self._place is None and self._banner is None and self._tcl is None

    @property
    def configuring(self) -> bool:
        """Tell whether it is in a configuration mode."""
        return self._place is not None

    # --- what happens with a line

    def strike(self, line: str) -> FaultOnDemand | None:
        """Return the fault that strikes at a line typed now."""
        where = step(line) if self.executing else None
        return self.device.faults.strike(where) if where else None

    def run(self, line: str) -> str:
        """Take a line (or the answer to the open question); return what IOS prints."""
        if self.ask is not None:
            question, self.ask = self.ask, None
            return self._took(question.then(line if question.hidden else line.strip()))
        if self._banner is not None or (self._place is not None and delimiter(line)):
            return self._banner_line(line)
        if self._tcl is not None:
            return self._tcl_line(line)
        if self._place is not None:
            return self._took(self._configure(line))
        return self._took(self.execute(line))

    def _took(self, answer: Answer) -> str:
        if isinstance(answer, Ask):
            self.ask = answer
            return ""
        return answer

    def execute(self, line: str) -> Answer:
        """Run one exec command, with its filter."""
        command, filtered = pipes.split(line)
        text = command.strip()
        if not text or text.startswith("!"):
            return ""
        read = walk(self.grammar, command)
        if isinstance(read, Fault):
            return read.message(line, len(self.prompt))
        if not self._may(read):
            return Fault("invalid", len(command) - len(command.lstrip())).message(line, len(self.prompt))
        name = pipes.known(filtered) if filtered else None
        if filtered and name is None:
            return Fault("invalid", line.index("|") + 2).message(line, len(self.prompt))
        answer = read.what(self, read.words, read.values)
        return pipes.apply(name, filtered, answer) if name and isinstance(answer, str) else answer

    def _may(self, read: Match[Handler]) -> bool:
        """Tell whether the user's level allows a command: level 1 looks, level 15 does."""
        if self.level == 15:
            return True
        first, second = (*read.words, "")[:2]
        secret = {
            "running-config",
            "startup-config",
            "archive",
            "logging",
            "snmp",
            "configuration",
            "boot",
            "tech-support",
        }
        looks = {"show", "enable", "disable", "exit", "logout", "quit", "terminal", "ping", "traceroute", "login"}
        return first in looks and second not in secret

    # --- configure mode

    def configure(self) -> str:
        """Enter configure mode."""
        self._place = Place((self.device.tree,))
        self._generation = self.device.generation
        return ENTER

    def _leave(self) -> None:
        self._place = None
        self.device.say(f"%SYS-5-CONFIG_I: Configured from console by {self.user} on vty{self.login.line}")

    def _configure(self, line: str) -> Answer:
        words = line.split()
        if words[:1] == ["do"] and len(words) > 1:
            start = line.index("do") + 2
            return self.execute(" " * start + line[start:])
        if line.strip() == "end" or (words == ["exit"] and self._here().above is None):
            self._leave()
            return ""
        user = _USERNAME.match(line.strip())
        if user and self.device.tree.value(f"username {user.group(1)} "):
            text = (
                "This operation will remove all username related configurations with same name.Do you want to continue?"
            )
            return confirm(text, lambda: self._type(line))
        return self._type(line)

    def _here(self) -> Place:
        place = self._place or Place((self.device.tree,))
        if self._generation != self.device.generation:  # the whole configuration was replaced meanwhile
            self._generation = self.device.generation
            place = Place((self.device.tree,))
        return place

    def _type(self, line: str) -> str:
        place, prompt = self._here(), len(self.prompt)
        with self.device.change(self.user):
            said = type_line(place, line, self.device.chassis)
        self._place = said.place
        return said.refusal(prompt) if said.refusal else ""

    def _banner_line(self, line: str) -> str:
        """Collect a banner's lines up to its delimiter."""
        if self._banner is None:
            end = delimiter(line) or ""
            self._banner = ([line], end)
            return f"Enter TEXT message.  End with the character '{end.replace(chr(3), '^C')}'.\n"
        lines, end = self._banner
        lines.append(line)
        if end not in line:
            return ""
        self._banner = None
        return self._type("\n".join(lines))

    # --- tclsh, by which clients write files where SCP is off

    def tclsh(self) -> str:
        """Enter the Tcl shell."""
        self._tcl = []
        return ""

    def _tcl_line(self, line: str) -> str:
        text = f"{self._partial}\n{line}" if self._partial else line
        if text.count("{") > text.count("}"):
            self._partial = text
            return ""
        self._partial = ""
        puts = _PUTS.match(text)
        if puts:
            self._tcl = [*(self._tcl or []), (puts.group(1), f"{puts.group(2)}\n".encode())]
            return ""
        if text.strip() in {"tclquit", "exit"}:
            return self._tcl_quit()
        return self._took(self.execute(text))

    def _tcl_quit(self) -> str:
        """Leave the Tcl shell: only now are its open files written."""
        files, self._tcl = self._tcl or [], None
        for path, data in files:
            try:
                self.device.write(path, data)
            except OSError as error:
                return f'couldn\'t open "{path}": {error}\n'
        return ""

    # --- the end of it

    def interrupt(self) -> None:
        """Take Ctrl-C: the question, the banner, configure mode end."""
        self.ask, self._banner, self._partial = None, None, ""
        if self._place is not None:
            self._leave()

    def later(self, delay: float, call: Callable[[], None]) -> None:
        """Plan something, in the device's own time."""
        self.device.later(delay, call)

    def reboot(self) -> None:
        """Have the device start again."""
        self.device.reboot()

    def close(self) -> None:
        """End the session."""
        self.closed = True
        self.device.logout(self.login)
