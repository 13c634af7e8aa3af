"""The way to a running lab: a Unix socket in the project's state, a line of JSON there, a line of JSON back."""

from __future__ import annotations

import json
import os
import socket
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from homeroom.errors import LabError

SOCKET: Final = "lab.sock"


@contextmanager
def short_path(path: Path) -> Generator[str]:
    """Give a path of any length a name that fits a Unix socket's 107 bytes."""
    folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        yield f"/proc/self/fd/{folder}/{path.name}"
    finally:
        os.close(folder)


def ask(path: Path, request: Mapping[str, Any], timeout: float = 30) -> Any:
    """Ask a running lab; LabError when none answers, or when it refuses."""
    try:
        with short_path(path) as name, socket.socket(socket.AF_UNIX) as sock:
            sock.settimeout(timeout)
            sock.connect(name)
            sock.sendall(json.dumps(request).encode() + b"\n")
            with sock.makefile("rb") as file:
                answer: Any = json.loads(file.readline() or b"{}")
    except (OSError, ValueError) as error:
        raise LabError(f"no lab answers ({error}): run `homeroom lab up`") from error
    if "error" in answer:
        raise LabError(str(answer["error"]))
    return answer
