"""The files of an emulated device. Source: the vendor's manual, Files."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import count
from typing import Final

from homeroom.lab.ros.trap import Trap, failure, no_item

INLINE: Final = 60_000
"""Bytes up to which `contents` is shown and taken."""
CHUNK: Final = 32_768
"""The most that one `/file read` returns."""


@dataclass(slots=True)
class File:
    """One file."""

    number: int
    data: bytes
    at: float


class Files:
    """Files by name. `full`: asked before each write, whether there is no space."""

    def __init__(self) -> None:
        self._files: dict[str, File] = {}
        self._numbers = count(1)
        self.full = False

    def __contains__(self, name: object) -> bool:
        return name in self._files

    def names(self) -> list[str]:
        """Return the names of all files."""
        return list(self._files)

    def write(self, name: str, data: bytes, at: float) -> str:
        """Write a file; return its id."""
        if self.full:
            raise failure("not enough space")
        self._files[name] = File(next(self._numbers), data, at)
        return f"*{self._files[name].number:X}"

    def add(self, name: str, contents: str, at: float) -> str:
        """Create a file; Trap when it is there already or too long."""
        if not name:
            raise Trap("missing value(s) of argument(s) name", 1)
        if name in self._files:
            raise failure("file with such name already exists")
        data = contents.encode("utf-8", "surrogateescape")
        if len(data) > INLINE:
            raise failure("contents too long")
        return self.write(name, data, at)

    def read(self, name: str) -> bytes:
        """Return a file's bytes."""
        found = self._files.get(name)
        if found is None:
            raise no_item()
        return found.data

    def remove(self, which: str) -> None:
        """Remove files by ids or names; Trap when one is not there."""
        for name in self.pick(which):
            del self._files[name]

    def pick(self, which: str) -> list[str]:
        """Return the names of files that ids or names stand for."""
        ids = {f"*{file.number:X}": name for name, file in self._files.items()}
        words = [word for word in which.split(",") if word]
        if any(word not in ids and word not in self._files for word in words):
            raise no_item()
        return [ids.get(word, word) for word in words]

    def rows(self) -> Iterator[Mapping[str, str]]:
        """Yield what `/file print` shows."""
        for name, file in self._files.items():
            stamp = time.strftime("%Y-%m-%d %H:%M:%S", time.gmtime(file.at))
            kind = {"rsc": "script", "backup": "backup"}.get(name.rpartition(".")[2], "file")
            row = {
                ".id": f"*{file.number:X}",
                "name": name,
                "type": kind,
                "size": f"{len(file.data)}",
                "last-modified": stamp,
            }
            if len(file.data) <= INLINE:
                row["contents"] = file.data.decode("utf-8", "surrogateescape")
            yield row
