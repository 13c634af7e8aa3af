"""Files that replace the one of before only when they are complete."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from types import TracebackType
from typing import IO


class Fresh:
    """A text file being written beside `path`; leaving the block puts it in place, an exception leaves nothing."""

    def __init__(self, path: Path) -> None:
        self.path = path
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        self.temporary = Path(name)
        self.file: IO[str] = os.fdopen(handle, "w", encoding="utf-8", errors="backslashreplace", newline="")

    def __enter__(self) -> IO[str]:
        return self.file

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is not None:
            self.file.close()
            self.temporary.unlink(missing_ok=True)
            return
        self.file.flush()
        os.fsync(self.file.fileno())
        self.file.close()
        self.temporary.replace(self.path)


def write_text(path: Path, text: str) -> Path:
    """Write a text file; the one of before stays until this one is complete."""
    with Fresh(path) as file:
        file.write(text)
    return path
