"""Two sequences of hashes compared: the lines there are, and the lines that were signed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TypeAlias

Difference: TypeAlias = tuple[int, int, str]
"""First line, line after the last (the same: something is missing before it), what is wrong."""


def differences(there: Sequence[bytes], signed: Sequence[bytes | None], offsets: Sequence[int]) -> Iterator[Difference]:
    """Yield what was changed, added, taken away, doubled or moved. `signed` None: cannot be told.

    `offsets`: where the signed lines began.
    """
    yield from _Walk(there, signed, offsets).walk()


class _Walk:
    """One walk over both."""

    def __init__(self, there: Sequence[bytes], signed: Sequence[bytes | None], offsets: Sequence[int]) -> None:
        self.there = there
        self.signed = signed
        self.offsets = offsets
        self.places = {digest: place for place, digest in reversed([*enumerate(signed)]) if digest is not None}
        self.have = frozenset(there)
        self.next = 0
        """The signed line that should come now."""

    def walk(self) -> Iterator[Difference]:
        for line, digest in enumerate(self.there):
            wanted = self.signed[self.next] if self.next < len(self.signed) else b""
            place = self.places.get(digest)
            if digest == wanted or (wanted is None and place is None):
                self.next += 1
            elif place is None:
                yield line, line + 1, self.unknown(wanted)
            elif place < self.next:
                yield line, line + 1, "stands here a second time, or in the wrong place"
            else:
                yield from self.missing(line, place)
                self.next = place + 1
        yield from self.missing(len(self.there), len(self.signed))

    def unknown(self, wanted: bytes | None) -> str:
        """Name a line that was never signed, and pass over the one whose place it has taken."""
        if not wanted or wanted in self.have:
            return "was added: no such line was signed"
        self.next += 1
        return "was changed: its hash is not the one signed"

    def missing(self, line: int, until: int) -> Iterator[Difference]:
        """Tell of signed lines up to `until` that are nowhere; those elsewhere are told of where they stand."""
        gone = [place for place in range(self.next, until) if self.signed[place] not in self.have]
        gone = [place for place in gone if self.signed[place] is not None]
        if gone:
            count = f"{len(gone)} line{'s are' if len(gone) > 1 else ' is'} missing"
            yield line, line, f"{count} here: as signed, the first began at byte {self.offsets[gone[0]]}"
