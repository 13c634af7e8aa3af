"""What a command reads from and prints to."""

from __future__ import annotations

from collections.abc import Callable, Generator
from typing import NamedTuple

from homeroom.lab.uci.process import Wait


class Source:
    """Where a command reads: text, more of which may come until it is closed."""

    def __init__(self, text: str = "", *, closed: bool = True) -> None:
        self._text, self._closed = text, closed
        self._resume: Callable[[], None] | None = None

    def feed(self, text: str) -> None:
        """Take more text."""
        self._text += text
        self._wake()

    def close(self) -> None:
        """Take note that no more will come."""
        self._closed = True
        self._wake()

    def _wake(self) -> None:
        resume, self._resume = self._resume, None
        if resume is not None:
            resume()

    def _wait(self, resume: Callable[[], None]) -> Callable[[], None]:
        self._resume = resume
        return lambda: setattr(self, "_resume", None)

    def all(self) -> Generator[Wait, None, str]:
        """Read to the end."""
        while not self._closed:
            yield self._wait
        text, self._text = self._text, ""
        return text

    def line(self) -> Generator[Wait, None, str]:
        """Read one line with its end; empty when there is none."""
        while "\n" not in self._text and not self._closed:
            yield self._wait
        line, newline, self._text = self._text.partition("\n")
        return line + newline


def silent(_text: str) -> None:
    """Print nothing."""


class Io(NamedTuple):
    """What a command reads from and prints to."""

    stdin: Source
    out: Callable[[str], None]
    err: Callable[[str], None]
