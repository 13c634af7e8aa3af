"""A device is never pushed by two workers at once: who holds its lease may, and a crash gives the lease back."""

from __future__ import annotations

import fcntl
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from homeroom.errors import StoreError


@contextmanager
def lease(folder: Path, device: str) -> Generator[bool]:
    """Hold `device` for this block, against every thread and process on this machine; False: somebody else does."""
    path = folder / f"{device}.lock"
    try:
        folder.mkdir(mode=0o700, exist_ok=True)
        file = path.open("a")
    except OSError as error:
        raise StoreError(f"{path}: {error.strerror}; no device is changed without its lease") from error
    with file:  # closing it, or the end of the process however it comes, gives the lock back
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
        else:
            yield True
