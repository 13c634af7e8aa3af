"""The SCP protocol of one transfer, both ways, on bytes; no transport.

Source: the rcp protocol as OpenSSH's scp speaks it with `-O` (`C0644 SIZE NAME`, data, NUL; each answered by NUL).
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Protocol

_OK: Final = b"\0"


@dataclass(frozen=True, slots=True)
class Request:
    """What `scp ...` on the exec channel asks for. `sink`: the client sends."""

    sink: bool
    path: str


class Disk(Protocol):
    """Where files are read and written."""

    def read(self, path: str) -> bytes | None:
        """Return a file's bytes; None when it is not there."""
        ...

    def write(self, path: str, data: bytes) -> None:
        """Write a file; OSError when it cannot be."""
        ...


def request(command: str) -> Request | None:
    """Read an exec command; None when it is not scp's."""
    try:
        words = shlex.split(command)
    except ValueError:
        return None
    if not words or words[0] != "scp":
        return None
    flags = "".join(word[1:] for word in words[1:] if re.fullmatch(r"-\w+", word))
    paths = [word for word in words[1:] if not word.startswith("-")]
    if len(paths) != 1 or ("t" in flags) == ("f" in flags):
        return None
    return Request("t" in flags, paths[0])


class Transfer:
    """One transfer: `feed` takes the client's bytes, `send` gives ours, `done` is called with the exit status."""

    def __init__(self, what: Request, disk: Disk, send: Callable[[bytes], None], done: Callable[[int], None]) -> None:
        self._what, self._disk, self._send, self._done = what, disk, send, done
        self._buffer = b""
        self._left: int | None = None
        self._name = ""
        self._step = 0
        self._status = 0

    def start(self) -> None:
        """Begin: a sink says that it is ready."""
        if self._what.sink:
            self._send(_OK)

    def feed(self, data: bytes) -> None:
        """Take the client's bytes."""
        if not self._what.sink:
            self._source(data)
            return
        self._buffer += data
        while self._sink():
            pass

    def end(self) -> None:
        """Finish: the client has no more to say (libssh2 leaves out the last NUL)."""
        if self._left is not None and len(self._buffer) >= self._left:
            self.feed(_OK)
        self._done(self._status)

    def _sink(self) -> bool:
        """Take one header or one file from the buffer; tell whether there may be more."""
        if self._left is not None:
            return self._file(self._left)
        head, newline, rest = self._buffer.partition(b"\n")
        if not newline:
            return False
        self._buffer = rest
        words = head.decode("utf-8", "replace").split(" ", 2)
        if head[:1] == b"C" and len(words) == 3 and words[1].isdecimal():
            self._left, self._name = int(words[1]), words[2]
            self._send(_OK)
        elif head[:1] in b"TE":
            self._send(_OK)
        else:
            self._fail("protocol error")
        return True

    def _file(self, size: int) -> bool:
        if len(self._buffer) < size + 1:
            return False
        body, self._buffer = self._buffer[:size], self._buffer[size + 1 :]
        self._left = None
        path = self._what.path
        try:
            self._disk.write(f"{path}{self._name}" if path.endswith((":", "/")) else path, body)
        except OSError as error:
            self._fail(str(error))
            return True
        self._send(_OK)
        return True

    def _fail(self, why: str) -> None:
        self._status = 1
        self._send(b"\x01" + why.encode() + b"\n")

    def _source(self, data: bytes) -> None:
        """Send the file in three steps, one for each NUL of the client: header, bytes, end."""
        for _ in data.replace(b"\n", b""):
            self._step += 1
            body = self._disk.read(self._what.path)
            if body is None:
                self._fail(f"{self._what.path}: No such file or directory")
                self._done(1)
                return
            if self._step == 1:
                name = re.split(r"[:/]", self._what.path)[-1]
                self._send(f"C0644 {len(body)} {name}\n".encode())
            elif self._step == 2:
                self._send(body + _OK)
            else:
                self._done(0)
