"""The emulated `uci` as a program on a real file system: what stands for OpenWrt's where its own is not."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TextIO

from homeroom.lab.uci.command import Uci


class RealDisk:
    """The machine's files (see homeroom.lab.uci.command.Disk)."""

    def text(self, path: str) -> str | None:
        """Return a file's text; None when there is no such file."""
        file = Path(path)
        return file.read_text(encoding="utf-8", errors="surrogateescape") if file.is_file() else None

    def save(self, path: str, text: str) -> None:
        """Write a file, whole or not at all."""
        file = Path(path)
        fresh = file.with_name(f".{file.name}.uci-new")
        fresh.write_text(text, encoding="utf-8", errors="surrogateescape")
        fresh.chmod(file.stat().st_mode if file.exists() else 0o600)
        fresh.replace(file)

    def names(self, folder: str) -> list[str] | None:
        """Return the names of the files in a folder; None when there is no such folder."""
        return [file.name for file in Path(folder).iterdir() if file.is_file()] if Path(folder).is_dir() else None

    def make(self, folder: str) -> None:
        """Make a folder."""
        Path(folder).mkdir(mode=0o700)


def _printer(stream: TextIO) -> Callable[[str], None]:
    def say(text: str) -> None:
        stream.write(text)

    return say


def main(arguments: list[str]) -> int:
    """Run `uci`; UCI_FOLDER and UCI_DELTA move the places it has by default."""
    uci = Uci(RealDisk(), sys.stdin.read, _printer(sys.stdout), _printer(sys.stderr))
    uci.folder = os.environ.get("UCI_FOLDER", uci.folder)
    uci.saved = [os.environ.get("UCI_DELTA", uci.saved[0])]
    return uci.run(arguments)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
