"""NETCONF messages on a stream: `]]>]]>` (RFC 4742), or chunks once both sides offered base:1.1 (RFC 6242, 4.2)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from homeroom.errors import LabError

END: Final = b"]]>]]>"
_CHUNK: Final = re.compile(rb"\n#(\d{1,10})\n")
_LAST: Final = b"\n##\n"


class Framing:
    """Cuts what a client sends into messages, and frames what goes back."""

    def __init__(self) -> None:
        self.chunked = False
        self._buffer = b""
        self._parts: list[bytes] = []

    def feed(self, data: bytes) -> Iterator[bytes]:
        """Take bytes; yield each message that is whole. LabError at a broken chunk."""
        self._buffer += data
        while (message := self._chunks() if self.chunked else self._ended()) is not None:
            yield message

    def _ended(self) -> bytes | None:
        message, mark, rest = self._buffer.partition(END)
        if not mark:
            return None
        self._buffer = rest
        return message

    def _chunks(self) -> bytes | None:
        while True:
            if self._buffer.startswith(_LAST):
                self._buffer = self._buffer[len(_LAST) :]
                message, self._parts = b"".join(self._parts), []
                return message
            head = _CHUNK.match(self._buffer)
            if head is None:
                if len(self._buffer) > 14 or self._buffer[:1] not in {b"", b"\n"}:
                    raise LabError("a NETCONF chunk without a size")
                return None
            end = head.end() + int(head[1])
            if len(self._buffer) < end:
                return None
            self._parts.append(self._buffer[head.end() : end])
            self._buffer = self._buffer[end:]

    def frame(self, text: str) -> bytes:
        """Return a message as it goes on the stream."""
        data = text.encode()
        return b"\n#%d\n%s\n##\n" % (len(data), data) if self.chunked else data + b"\n" + END + b"\n"
