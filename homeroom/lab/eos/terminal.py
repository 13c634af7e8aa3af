"""A command line of an EOS device on a terminal: prompts, `enable`, paging, input up to `EOF`, faults.

Source: Arista EOS User Manual, "Command-Line Interface"; what netmiko's and scrapli's EOS drivers wait for.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from homeroom.lab import terminal
from homeroom.lab.eos import auth
from homeroom.lab.eos.apply import HEREDOC, Place
from homeroom.lab.eos.cli import Cli, Refusal, Struck
from homeroom.lab.eos.device import EosDevice
from homeroom.lab.eos.exec import grammar

_SIZES: Final = re.compile(r"term\w*\s+(len\w*|wid\w*)\s+(\d{1,5})\s*")
_LEAVES: Final = frozenset({"exit", "logout", "quit"})
_SHORT: Final = {"Ethernet": "Et", "Management": "Ma", "Port-Channel": "Po", "Vlan": "Vl", "Loopback": "Lo"}
_KINDS: Final = {"interface": "if", "management api http-commands": "mgmt-api-http-cmds", "management ssh": "mgmt-ssh"}


@dataclass(frozen=True, slots=True)
class Password:
    """`enable` waits for its password."""

    key: bool = False
    hidden: bool = True


class Session:
    """What a terminal talks to."""

    def __init__(self, device: EosDevice, user: str) -> None:
        self.device = device
        self.cli = Cli(device, user, grammar(), short=True)
        self.length = 24
        self.closed = False
        self.ask: Password | None = None
        self._input: tuple[str, list[str]] | None = None

    @property
    def configuring(self) -> bool:
        """Tell whether it is in a configuration mode."""
        return self.cli.place is not None

    @property
    def prompt(self) -> str:
        """Return the prompt: `sw1>`, `sw1#`, `sw1(config-if-Et1)#`; none while input is taken."""
        if self._input is not None:
            return ""
        if self.ask is not None:
            return "Password: "
        place, session = self.cli.place, self.cli.session
        if place is None:
            return f"{self.device.hostname}{'#' if self.cli.level == 15 else '>'}"
        return f"{self.device.hostname}(config{f'-s-{session.name}' if session else ''}{_suffix(place)})#"

    def strike(self, line: str) -> None:
        """Leave the faults to the commands: they know their steps."""
        del line

    def run(self, line: str) -> str:
        """Take a line; return what EOS prints. Struck: a fault broke the connection."""
        if self.ask is not None:
            self.ask = None
            return self._command("enable", line)
        if self._input is not None:
            return self._more(line)
        sizes = _SIZES.fullmatch(line.strip())
        if sizes:
            return self._sized(sizes[1], int(sizes[2]))
        if self.configuring and HEREDOC.match(line):
            self._input = (line, [])
            return "Enter TEXT message. Type 'EOF' on its own line to end.\n"
        return self._command(line) if self.configuring else self._execute(line)

    def _execute(self, line: str) -> str:
        """Take a line in exec mode."""
        if line.strip() in _LEAVES:
            self.closed = True
        elif line.strip() == "enable" and self._guarded():
            self.ask = Password()
        else:
            return self._command(line)
        return ""

    def _guarded(self) -> bool:
        tree = self.device.tree
        return auth.level(tree, self.cli.user) < 15 and not auth.enables(tree, "")

    def _sized(self, what: str, size: int) -> str:
        if what.startswith("wid"):
            return f"Width set to {size} columns.\n"
        self.length = size
        return "Pagination disabled.\n" if not size else f"Pagination set to {size} lines.\n"

    def _more(self, line: str) -> str:
        """Take a line of input."""
        command, lines = self._input or ("", [])
        if line != "EOF":
            lines.append(line)
            return ""
        self._input = None
        return self._command(command, "".join(f"{one}\n" for one in lines))

    def _command(self, line: str, text: str = "") -> str:
        try:
            said = str(self.cli.run(line, text, "text")["output"])
        except Refusal as refusal:
            return "".join(f"% {error}\n" for error in refusal.errors)
        return f"{said}\n" if said and not said.endswith("\n") else said

    def faulted(self) -> tuple[float, bool]:
        """Return how late the last answer is, and whether it never comes; and forget it."""
        found = self.cli.delay, self.cli.silent
        self.cli.delay, self.cli.silent = 0.0, False
        return found

    def interrupt(self) -> None:
        """Take Ctrl-C."""
        self.ask = self._input = None

    def later(self, delay: float, call: Callable[[], None]) -> None:
        """Plan something, in the device's own time."""
        self.device.later(delay, call)

    def reboot(self) -> None:
        """Have the device start again."""
        self.device.reboot()


def _suffix(place: Place) -> str:
    """Return what the prompt says of a mode."""
    if place.above is None:
        return ""
    opened = (entry.line for entry in place.above.sections[0] if entry.below is place.sections[0])
    line = next(opened, place.mode)
    kind, _, name = line.rpartition(" ")
    for long, short in _SHORT.items():
        name = name.replace(long, short) if name.startswith(long) else name
    return f"-{_KINDS[line]}" if line in _KINDS else f"-{_KINDS.get(kind, kind).replace(' ', '-')}-{name}"


class Terminal(terminal.Terminal):
    """A terminal whose session says after each line what a fault makes of the answer."""

    session: Session

    def _enter(self) -> str:
        line, self._line = self._line, ""
        try:
            said = "\r\n" + self._show(self.session.run(line))
        except Struck:
            self._dead = True
            self._cut()
            return ""
        delay, self._dead = self.session.faulted()
        if self._dead:
            return ""
        if delay:
            self._held = []
            self.session.later(delay, lambda: self._release(said))
            return ""
        return said
