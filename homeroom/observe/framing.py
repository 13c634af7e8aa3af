"""A stream of syslog parted into messages (RFC 6587): pure."""

from __future__ import annotations

from typing import Final

from homeroom.errors import Malformed

LONGEST: Final = 8192
"""Octets of a message (RFC 5425 4.3.1); of a longer one the rest is dropped."""
_DIGITS: Final = 7


class Framer:
    """Parts a stream into messages: counted octets, or lines (RFC 6587 3.4). `cut`: how many were too long."""

    __slots__ = ("_buffer", "_drop", "_rest", "cut")

    def __init__(self) -> None:
        self._buffer = bytearray()
        self._drop = 0
        """Octets still to come of a counted message that is too long."""
        self._rest = False
        """Whether a line that is too long goes on."""
        self.cut = 0

    def feed(self, data: bytes | memoryview) -> list[bytes]:
        """Take octets, return the messages that are whole. Raises Malformed for a count that is none."""
        buffer, found = self._buffer, list[bytes]()
        buffer += data
        start = 0
        while start < len(buffer):
            if self._drop:
                gone = min(self._drop, len(buffer) - start)
                self._drop -= gone
                start += gone
                continue
            counted = not self._rest and 0x31 <= buffer[start] <= 0x39
            end = self._counted(start, found) if counted else self._line(start, found)
            if end == start:
                break
            start = end
        del buffer[:start]
        return found

    def _counted(self, start: int, found: list[bytes]) -> int:
        """Take `LENGTH message` if it is whole; return where the next one begins."""
        buffer = self._buffer
        space = buffer.find(b" ", start, start + _DIGITS)
        digits = bytes(buffer[start : space if space >= 0 else start + _DIGITS])
        if not digits.isdigit() or (space < 0 and len(digits) == _DIGITS):
            raise Malformed("a message's length must be a number of at most six digits and a space")
        if space < 0:
            return start
        size, first = int(digits), space + 1
        if size > LONGEST:
            self.cut += 1
            self._drop = size
            return first
        if len(buffer) < first + size:
            return start
        found.append(bytes(buffer[first : first + size]))
        return first + size

    def _line(self, start: int, found: list[bytes]) -> int:
        """Take a line if it is whole; return where the next one begins."""
        buffer = self._buffer
        end = buffer.find(b"\n", start)
        if end < 0 and len(buffer) - start > LONGEST:
            self.cut += not self._rest
            self._rest = True
            return len(buffer)
        if end < 0:
            return start
        if not self._rest and end - start > LONGEST:
            self.cut += 1
        elif not self._rest and end > start:
            found.append(bytes(buffer[start:end]))
        self._rest = False
        return end + 1
