"""A process that works on devices, and how another one on the same machine tells that it is gone for certain.

A worker holds a lock for as long as its process lives: however that ends, the kernel gives the lock back, and a lock
that nobody holds cannot be mistaken for one of a process that merely hangs or is stopped. In the file stands when it
was last alive, by the clock that no one sets: time since the machine was started, and which start that was. After
another start, or from another machine, nothing is said, and the lease decides.
"""

from __future__ import annotations

import fcntl
import os
import re
import secrets
import socket
import threading
import time
from contextlib import suppress
from pathlib import Path
from typing import Final, Self

from homeroom.errors import StoreError

_BOOT: Final = Path("/proc/sys/kernel/random/boot_id")
"""Linux: a new one at each start of the machine (random(4))."""
_BEAT: Final = re.compile(r"(?P<boot>\S+) (?P<at>\d+\.\d+)\n")
"""What stands in a worker's file."""
_EVERY: Final = 1.0
_OLD: Final = 86400.0
"""Seconds after which the file of a worker that is gone says nothing that anybody still needs."""


class Worker:
    """This process at work; `name` stands in Row.owner. Once it is left, nothing more can be begun under its name."""

    def __init__(self, folder: Path) -> None:
        """Take part as a new worker; `folder`: the project's `.homeroom/workers`, made when missing."""
        self.name = f"{socket.gethostname().replace('/', '-')}:{os.getpid()}:{secrets.token_hex(4)}"
        self._path = _path(folder, self.name)
        self._boot = _boot()
        self._file = -1
        self._lock = threading.Lock()
        self._left = threading.Event()
        self._thread = threading.Thread(target=self._live, name="homeroom-alive", daemon=True)

    def __enter__(self) -> Self:
        """Take the lock; StoreError: it cannot be had, and no device may be claimed under this name."""
        try:
            self._path.parent.mkdir(mode=0o700, exist_ok=True)
            _sweep(self._path.parent)
            self._file = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)  # no child inherits it
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            self._write()
        except OSError as error:
            if self._file >= 0:
                os.close(self._file)
            raise StoreError(f"{self._path}: {error.strerror}; no device is changed without it") from error
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Give the lock back. The file stays: it says when this worker was last alive."""
        self._left.set()
        self._thread.join()
        with self._lock:
            os.close(self._file)
            self._file = -1

    def beat(self) -> None:
        """Write that it lives; StoreError when it cannot. Whoever has a device told something calls it before."""
        try:
            self._write()
        except OSError as error:
            raise StoreError(f"{self._path}: {error.strerror}; nothing more is changed") from error

    def _write(self) -> None:
        with self._lock:
            os.pwrite(self._file, f"{self._boot} {time.monotonic():020.3f}\n".encode(), 0)

    def _live(self) -> None:
        while not self._left.wait(_EVERY):
            with suppress(StoreError):  # then the time before stands there, and the next step on a device fails
                self.beat()


def died(folder: Path, owner: str, now: float) -> float | None:
    """Return when an owner was last alive, on the scale of `now`, if it worked on this machine and is gone for certain.

    None: it lives, or it worked elsewhere or before a restart of the machine, or nothing is known of it.
    """
    text = ""
    with suppress(OSError), _path(folder, owner).open(encoding="ascii", errors="replace") as file:
        fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)  # refused while it lives; the end of the block gives it back
        text = file.read()
    found = _BEAT.fullmatch(text)
    if not found or found["boot"] != _boot():
        return None
    return now - max(0.0, time.monotonic() - float(found["at"]))


def _path(folder: Path, owner: str) -> Path:
    """Return the file of a worker; never one outside of `folder`."""
    return folder / f"{owner.replace('/', '-')}.lock"


def _boot() -> str:
    """Return what tells one start of this machine from another; empty where the system does not say."""
    try:
        return _BOOT.read_text(encoding="ascii").strip()
    except OSError:
        return ""


def _sweep(folder: Path) -> None:
    """Remove the files of workers that have been gone for a day."""
    for path in folder.glob("*.lock"):
        with suppress(OSError):
            if time.time() - path.stat().st_mtime > _OLD:
                with path.open("rb") as file:
                    fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    path.unlink()
