"""A terminal on a Junos device: lines in, echo, answers and prompts out."""

from __future__ import annotations

from collections.abc import Callable

from homeroom.lab.junos.device import JunosDevice
from homeroom.lab.junos.records import Client
from homeroom.lab.junos.shell import Shell


class Terminal:
    """Echoes what is typed, as a terminal does, and prints what the shell answers."""

    def __init__(
        self, device: JunosDevice, client: Client, write: Callable[[bytes], None], end: Callable[[], None]
    ) -> None:
        self._shell = Shell(device, client)
        self._write, self._end = write, end
        self._line = ""

    def start(self) -> None:
        """Greet."""
        self._print(f"--- JUNOS {self._shell.version} Kernel 64-bit\n{self._shell.prompt}")

    def once(self, command: str) -> None:
        """Run one command, without prompts."""
        self._print(self._shell.run(command))
        self._end()

    def feed(self, data: bytes) -> None:
        """Take what is typed."""
        for character in data.decode("utf-8", "replace").replace("\r\n", "\n").replace("\r", "\n"):
            if character == "\n":
                self._enter()
            elif character == "\x15":
                self._line = ""
            elif character in "\x08\x7f":
                self._line = self._line[:-1]
            elif character.isprintable() or character in "\x04\t":
                self._line += character
                self._print(character if character.isprintable() else "")

    def _enter(self) -> None:
        line, self._line = self._line, ""
        answer = self._shell.run(line)
        if self._shell.closed:
            self._print(f"\n{answer}")
            self._end()
        else:
            self._print(f"\n{answer}{self._shell.prompt}")

    def _print(self, text: str) -> None:
        self._write(text.replace("\n", "\r\n").encode())
