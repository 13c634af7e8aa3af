"""One command on its way into a section, and IOS's refusals: what the forms of commands are given and may raise."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TypeAlias

from homeroom.lab.ios.config import Chassis
from homeroom.lab.section import Section

Kept: TypeAlias = "tuple[str, str] | None"


class Refused(Exception):
    """IOS refuses the command: with its own `message`, or (when `word` is given) with its caret under that word."""

    def __init__(self, message: str = "", word: int | None = None) -> None:
        self.message, self.word = message, word
        super().__init__(message)


@dataclass(frozen=True, slots=True)
class Call:
    """One command on its way into a section."""

    words: tuple[str, ...]
    values: tuple[str, ...]
    section: Section
    chassis: Chassis
    root: Section = field(default_factory=lambda: Section("global"))
    """The whole configuration so far."""

    @property
    def line(self) -> str:
        """Return the command in full."""
        return " ".join(self.words)
