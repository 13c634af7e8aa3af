"""The API's words and sentences, as the device's side reads and writes them.

Source: the vendor's manual, API: a word is its length and its bytes, a sentence ends with an empty word.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

_LIMITS: Final = ((0x80, 1, 0), (0x4000, 2, 0x8000), (0x200000, 3, 0xC00000), (0x10000000, 4, 0xE0000000))
TOO_LONG: Final = 8 * 2**20
"""A sentence longer than this is nonsense: the connection is closed."""


class Nonsense(Exception):  # it is what came in
    """Bytes that are no sentence."""


def word(text: str) -> bytes:
    """Return a word with its length before it."""
    data = text.encode("utf-8", "surrogateescape")
    for limit, size, mark in _LIMITS:
        if len(data) < limit:
            return (len(data) | mark).to_bytes(size, "big") + data
    return b"\xf0" + len(data).to_bytes(4, "big") + data


def sentence(words: Iterable[str]) -> bytes:
    """Return a sentence."""
    return b"".join(word(one) for one in words) + b"\0"


class Sentences:
    """Collects bytes and gives back whole sentences."""

    def __init__(self) -> None:
        self._data = bytearray()
        self._words: list[str] = []

    def feed(self, data: bytes) -> list[list[str]]:
        """Take bytes; return the sentences they complete. Nonsense when they can be none."""
        self._data += data
        found: list[list[str]] = []
        while (taken := self._word()) is not None:
            if taken:
                self._words.append(taken.decode("utf-8", "surrogateescape"))
            elif self._words:
                found.append(self._words)
                self._words = []
        return found

    def _word(self) -> bytes | None:
        data = self._data
        if not data:
            return None
        size = _size(data[0])
        if len(data) < size:
            return None
        length = int.from_bytes(data[:size], "big") & (0xFFFFFFFF if size == 5 else (1 << (8 * size - size)) - 1)
        if length > TOO_LONG:
            raise Nonsense(f"a word of {length} bytes")
        if len(data) < size + length:
            return None
        taken = bytes(data[size : size + length])
        del data[: size + length]
        return taken


def _size(first: int) -> int:
    """Return how many bytes the length takes."""
    if first < 0x80:
        return 1
    if first < 0xC0:
        return 2
    if first < 0xE0:
        return 3
    if first < 0xF0:
        return 4
    if first == 0xF0:
        return 5
    raise Nonsense(f"a word that begins with {first:#x}")
