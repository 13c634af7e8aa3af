"""The lab's own door: one request and one answer, each a line of JSON, over a Unix socket in the project's state."""

from __future__ import annotations

import asyncio
import json
import os
import resource
import socket
from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final

from homeroom.errors import HomeroomError, LabError
from homeroom.lab.counters import Counters
from homeroom.lab.fleet import Fleet
from homeroom.lab.ios.apply import Place, type_line
from homeroom.lab.ios.config import statements
from homeroom.lab.ios.device import IosDevice

SOCKET: Final = "lab.sock"
INTRUDER: Final = "technician"
"""Whose hand edits the lab's faults are."""
_LIMIT: Final = 1 << 20


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


def edit(device: object, lines: list[str]) -> dict[str, Any]:
    """Change a device as somebody with a keyboard would, in configure mode; LabError names the line it refuses."""
    if not isinstance(device, IosDevice):
        raise LabError("this device has no command line that could be typed on: choose a router or a switch")
    with device.change(INTRUDER) as tree:
        place = Place((tree,))
        for line in statements("\n".join(lines)):
            said = type_line(place, line, device.chassis)
            if said.refusal is not None:
                raise LabError(f"{device.name} refuses {line.strip()!r}: {said.refusal(0).strip()}")
            place = said.place
    device.say(f"%SYS-5-CONFIG_I: Configured from console by {INTRUDER} on console")
    return {"hostname": device.hostname}


class Control:
    """Answers requests. `stop` is called when somebody asks the lab to end."""

    def __init__(self, fleet: Fleet, counters: Counters, stop: Callable[[], None]) -> None:
        self._fleet, self._counters, self._stop = fleet, counters, stop

    async def handle(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Serve one request."""
        try:
            request: Any = json.loads(await reader.readline())
            answer = self._answer(request)
        except HomeroomError as error:
            answer = {"error": str(error)}
        except (ValueError, KeyError, TypeError) as error:
            answer = {"error": f"the request is malformed: {error}"}
        writer.write(json.dumps(answer).encode() + b"\n")
        await writer.drain()
        writer.close()

    def _answer(self, request: Any) -> dict[str, Any]:
        match request["do"]:
            case "status":
                return self._status()
            case "edit":
                return edit(self._fleet.named(str(request["device"])), [str(line) for line in request["lines"]])
            case "stop":
                self._stop()
                return {"pid": os.getpid()}
            case unknown:
                raise LabError(f"the lab cannot {unknown!r}; it can status, edit, stop")

    def _status(self) -> dict[str, Any]:
        usage = resource.getrusage(resource.RUSAGE_SELF)
        return {
            "pid": os.getpid(),
            "devices": len(self._fleet.records),
            "touched": self._fleet.touched,
            "counters": asdict(self._counters),
            "cpu_seconds": usage.ru_utime + usage.ru_stime,
            "memory_mb": usage.ru_maxrss / 1024,
        }

    async def serve(self, path: Path) -> asyncio.Server:
        """Open the door at `path`."""
        with short_path(path) as name:
            return await asyncio.start_unix_server(self.handle, name, limit=_LIMIT)
