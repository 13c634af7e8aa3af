"""One SSH channel to an emulated OpenWrt device: a command, a file transfer, or a login shell; no transport.

Which command is which step of a change, for faults to strike at, is said here: by what the command does.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Final, Protocol

from homeroom.lab import scp
from homeroom.lab.faults import Fault, Step
from homeroom.lab.uci.device import ENVIRONMENT, UciDevice
from homeroom.lab.uci.process import Process, Steps
from homeroom.lab.uci.shell import Shell
from homeroom.lab.uci.streams import Io, Source
from homeroom.lab.uci.system import BANNER

_STEPS: Final[Mapping[str, tuple[Step, ...]]] = {
    r"/box load\b|\buci\b.* (import|batch)\b": ("load", "compare"),
    r"/box commit |^reload_config\b": ("commit",),
    r"/box confirm$": ("confirm",),
    r"/box revert$": ("rollback",),
    r"\buci commit\b": ("save",),
    r"^rm -rf /tmp/homeroom-": ("close",),
    r"/etc/config|\buci\b|\bubus\b|^S=/etc/homeroom$": ("read",),
}


def steps(command: str) -> tuple[Step, ...]:
    """Return the steps of a change that a command takes: what stands on its first line says it."""
    first = command.partition("\n")[0]
    return next((found for pattern, found in _STEPS.items() if re.search(pattern, first)), ())


_CTRL_C: Final = "\x03"
_MIDWAY: Final = 50
"""Commands of a commit after which a reboot strikes: some packages are written, some are not."""


class Line(Protocol):
    """What a channel can do to its client."""

    def out(self, text: str) -> None:
        """Send to the client's standard output."""
        ...

    def err(self, text: str) -> None:
        """Send to the client's standard error."""
        ...

    def exit(self, status: int) -> None:
        """End the channel."""
        ...

    def cut(self) -> None:
        """Reset the connection."""
        ...


class Command:
    """A command on the exec channel. Its answer is sent when it has ended, as faults may hold it back."""

    def __init__(self, device: UciDevice, command: str, line: Line) -> None:
        self._device, self._command, self._line = device, command, line
        self._stdin = Source(closed=False)
        self._said: list[tuple[bool, str]] = []
        self._fault: Fault | None = None

    def start(self) -> None:
        """Begin, unless a fault strikes first. A reboot strikes a commit in its middle."""
        for step in steps(self._command):
            self._device.step = step if step in {"commit", "rollback"} else self._device.step
            self._fault = self._fault or self._device.faults.strike(step)
        fault = self._fault
        early = fault is not None and not fault.late and fault.step != "compare"  # a comparison ends what loads
        if fault is not None and early and fault.kind == "reboot" and fault.step == "commit":
            self._device.fuse = _MIDWAY
        elif fault is not None and early and fault.kind in {"cut", "reboot"}:
            if fault.kind == "reboot":
                self._device.reboot()
            self._line.cut()
            return
        if steps(self._command) == ("rollback",) and self._device.faults.standing("ignore_rollback") is not None:
            self._said.append((True, "reverted\n"))
            self._ended(0)
            return
        self._device.run(self._command, Io(self._stdin, self._hear(good=True), self._hear(good=False)), self._ended)

    def _hear(self, *, good: bool) -> Callable[[str], None]:
        return lambda text: self._said.append((good, text))

    def feed(self, text: str) -> None:
        """Take standard input."""
        self._stdin.feed(text)

    def close(self) -> None:
        """Take note that no more input comes."""
        self._stdin.close()

    def _ended(self, status: int) -> None:
        fault = self._fault
        match fault.kind if fault is not None else "":
            case "cut":
                self._line.cut()
            case "reboot":
                self._device.reboot()
                self._line.cut()
            case "half_open":
                pass
            case "slow" if fault is not None:
                self._device.after(fault.seconds, lambda: self._answer(status))
            case _:
                self._answer(status)

    def _answer(self, status: int) -> None:
        for good, text in self._said:
            (self._line.out if good else self._line.err)(text)
        self._line.exit(status)


class Terminal:
    """A login shell on a terminal: echo, line editing, one command after the other."""

    def __init__(self, device: UciDevice, line: Line, *, echo: bool = True) -> None:
        self._device, self._line, self._echo = device, line, echo
        self._typed = self._line_so_far = ""
        self._ended = False
        self._shell: Shell | None = None
        self._busy: Process | None = None
        self._after_cr = False

    def start(self) -> None:
        """Greet the user."""
        if self._echo:
            self._print(BANNER)
        self._prompt()

    def _prompt(self) -> None:
        where = self._shell.cwd if self._shell is not None else "/root"
        shown = "~" + where[5:] if where == "/root" or where.startswith("/root/") else where
        if self._echo:
            self._print(f"root@{self._device.node}:{shown}# ")

    def _print(self, text: str) -> None:
        self._line.out(text.replace("\n", "\r\n") if self._echo else text)

    def feed(self, typed: str) -> None:
        """Take what was typed; what comes while a command runs waits for the next prompt."""
        if _CTRL_C in typed and self._busy is not None:
            typed = typed.rpartition(_CTRL_C)[2]
            self._typed = ""
            self._busy.kill(130)
        self._typed += typed
        self._read()

    def close(self) -> None:
        """Take note that no more is typed."""
        self._typed += "\n" * bool(self._line_so_far) + "exit\n"
        self._read()

    def _read(self) -> None:
        while self._typed and self._busy is None and not self._ended:
            key, self._typed = self._typed[0], self._typed[1:]
            skip, self._after_cr = self._after_cr and key == "\n", key == "\r"
            if not skip:
                self._key(key)

    def _key(self, key: str) -> None:
        if key in "\r\n":
            line, self._line_so_far = self._line_so_far, ""
            self._show("\n")
            self._enter(line)
        elif key in "\b\x7f":
            self._show("\b \b" if self._line_so_far else "")
            self._line_so_far = self._line_so_far[:-1]
        elif key == _CTRL_C:
            self._line_so_far = ""
            self._show("^C\n")
            self._prompt()
        elif key == "\x04" and not self._line_so_far:
            self._enter("exit")
        elif key >= " " or key == "\t":
            self._line_so_far += key
            self._show(key)

    def _show(self, text: str) -> None:
        if self._echo and text:
            self._print(text)

    def _enter(self, line: str) -> None:
        if line.split()[:1] in (["exit"], ["logout"]):
            self._ended = True
            self._line.exit(0)
        else:
            self._run(line)

    def _run(self, line: str) -> None:
        io = Io(Source(), self._print, self._print)

        def work(process: Process) -> Steps:
            self._busy = process
            if self._shell is None:
                self._shell = Shell(self._device, process, "-ash", variables=dict(ENVIRONMENT))
            self._shell.process = process
            return self._shell.script(line, io)

        def ended(status: int) -> None:
            self._busy = None
            if self._shell is not None:
                self._shell.status = status
            self._prompt()
            self._read()

        self._device.processes.spawn(line, work, ended)


class Transfer:
    """A file by SCP."""

    def __init__(self, device: UciDevice, what: scp.Request, line: Line) -> None:
        folder = device.files.kind(device.files.resolve(what.path or "/root")) == "d"
        path = f"{what.path.rstrip('/')}/" if folder and what.sink else what.path
        self._scp = scp.Transfer(scp.Request(what.sink, path), _Disk(device), self._send, line.exit)
        self._line = line

    def _send(self, data: bytes) -> None:
        self._line.out(data.decode("utf-8", "surrogateescape"))

    def start(self) -> None:
        """Begin."""
        self._scp.start()

    def feed(self, text: str) -> None:
        """Take the client's bytes."""
        self._scp.feed(text.encode("utf-8", "surrogateescape"))

    def close(self) -> None:
        """Finish."""
        self._scp.end()


class _Disk:
    def __init__(self, device: UciDevice) -> None:
        self._files = device.files

    def read(self, path: str) -> bytes | None:
        try:
            return self._files.read(f"/root/{path}" if not path.startswith("/") else path)
        except OSError:
            return None

    def write(self, path: str, data: bytes) -> None:
        self._files.write(f"/root/{path}" if not path.startswith("/") else path, data, mode=0o644)


Channel = Command | Terminal | Transfer


def channel(device: UciDevice, command: str | None, line: Line, *, terminal: bool) -> Channel:
    """Return what a client asked for: a login shell, a transfer, a command."""
    if command is None:
        return Terminal(device, line, echo=terminal)
    what = scp.request(command)
    return Command(device, command, line) if what is None else Transfer(device, what, line)
