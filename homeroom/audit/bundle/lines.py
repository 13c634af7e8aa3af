"""Lines written to a file that is put in place when it is complete: where each began and its hash are kept."""

from __future__ import annotations

import contextlib
import hashlib
import os
import tempfile
from pathlib import Path
from typing import Final

from homeroom.audit.bundle import records
from homeroom.errors import UsageError

CHUNK: Final = 512
"""Lines that one line of the index lists."""


class Lines:
    """The file being written, beside `path`; UsageError when it cannot be."""

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        except OSError as error:
            raise _cannot(path, error) from error
        self._temporary = Path(name)
        self._file = os.fdopen(handle, "wb", buffering=1 << 20)
        self._digests: list[bytes] = []
        self._starts: list[int] = []
        self.size = 0

    def put(self, raw: bytes) -> None:
        """Write one line, newline included."""
        self._starts.append(self.size)
        self._digests.append(hashlib.sha256(raw).digest())
        self.last(raw)

    def last(self, raw: bytes) -> None:
        """Write a line that no index lists."""
        try:
            self._file.write(raw)
        except OSError as error:
            raise _cannot(self.path, error) from error
        self.size += len(raw)

    def index(self) -> list[list[object]]:
        """Write the index of all lines so far; return where its own lines begin, with their hashes."""
        count, listed = len(self._starts), list[list[object]]()
        for first in range(0, count, CHUNK):
            chunk = range(first, min(first + CHUNK, count))
            rows = [[self._starts[n], self._digests[n].hex()] for n in chunk]
            raw = records.line("index", {"first": first, "lines": rows})
            listed.append([self.size, hashlib.sha256(raw).hexdigest()])
            self.last(raw)
        return listed

    @property
    def count(self) -> int:
        """Return how many lines an index would list."""
        return len(self._starts)

    def place(self) -> None:
        """Put the file in place; from here on it survives a power cut."""
        try:
            self._file.flush()
            os.fsync(self._file.fileno())
            self._file.close()
            self._temporary.replace(self.path)
            _settle(self.path.parent)
        except OSError as error:
            raise _cannot(self.path, error) from error

    def discard(self) -> None:
        """Leave nothing behind; may be called at any time, also twice."""
        with contextlib.suppress(OSError):  # what was still to be written is not wanted
            self._file.close()
        self._temporary.unlink(missing_ok=True)


def _settle(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _cannot(path: Path, error: OSError) -> UsageError:
    return UsageError(f"{path} cannot be written ({error.strerror}): free some space, or give another --out")
