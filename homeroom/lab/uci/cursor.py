"""A place in a script's text."""

from __future__ import annotations

import re
from typing import Final

from homeroom.lab.uci.tree import SyntaxFault

_BLANK: Final = " \t"
END: Final = " \t\n;&|<>()"
"""What ends a word."""


class Cursor:
    """Reads a text from front to back."""

    def __init__(self, text: str) -> None:
        self.text, self.pos = text, 0

    @property
    def here(self) -> str:
        """Return the character it stands at; empty at the end."""
        return self.text[self.pos : self.pos + 1]

    def at(self, token: str) -> bool:
        """Tell whether a token comes next."""
        return self.text.startswith(token, self.pos)

    def take(self, token: str) -> bool:
        """Pass over a token; tell whether it was there."""
        found = self.at(token)
        self.pos += len(token) * found
        return found

    def blank(self) -> None:
        """Pass over blanks, joined lines and a comment."""
        while self.here and (self.here in _BLANK or self.at("\\\n")):
            self.pos += 1 + self.at("\\\n")
        if self.here == "#" and (self.pos == 0 or self.text[self.pos - 1] in END):
            end = self.text.find("\n", self.pos)
            self.pos = len(self.text) if end < 0 else end

    def peek(self) -> str:
        """Return the plain word that comes next."""
        self.blank()
        end = self.pos
        while end < len(self.text) and self.text[end] not in END:
            end += 1
        return self.text[self.pos : end]

    def keyword(self, *words: str) -> str:
        """Pass over one of the words if it comes next; return it, else nothing."""
        word = self.peek()
        if word in words:
            self.pos += len(word)
            return word
        return ""

    def run(self, ordinary: re.Pattern[str]) -> str:
        """Take the characters that mean nothing here; one at least."""
        found = ordinary.match(self.text, self.pos)
        start, self.pos = self.pos, found.end() if found else self.pos + 1
        return self.text[start : self.pos]

    def find(self, mark: str, start: int) -> int:
        """Return where a mark comes next; SyntaxFault when it does not."""
        end = self.text.find(mark, start)
        if end < 0:
            raise SyntaxFault("syntax error: unterminated quoted string")
        return end
