"""Reads EOS configurations back: comparable lines and differences."""

from __future__ import annotations

from homeroom.errors import ParseError
from homeroom.platforms.access import Access
from homeroom.platforms.eos.tree import ORDERED, parse
from homeroom.platforms.tree import changes, walk


class EosParser:
    """The parser of `eos`."""

    def lines(self, text: str) -> tuple[str, ...]:
        """Return the configuration without noise, sections merged, sorted except where order counts."""
        return tuple(walk(parse(text)))

    def diff(self, old: str, new: str) -> str:
        """Return the contextual difference from `old` to `new`; empty when they mean the same."""
        return "".join(f"{line}\n" for line in changes(parse(old), parse(new)))

    def access(self, text: str) -> Access:
        """Return no access list of a text that has none; ParseError at the first that it has."""
        for node in parse(text).children.values():
            if ORDERED.match(node.text):
                raise ParseError(f"line {node.number}: {node.text!r}: access lists of eos are not read yet")
        return Access()

    def wire(self, text: str) -> str:
        """Return a rendered text as the device takes it: as it stands."""
        return text
