"""The lab's own door: one request and one answer, each a line of JSON, over a Unix socket in the project's state.

A lab of several processes has one such door each; the first one asks the others, and answers for all.
"""

from __future__ import annotations

import asyncio
import json
import os
import resource
from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final

from homeroom.errors import HomeroomError, LabError
from homeroom.lab.counters import Counters
from homeroom.lab.door import short_path
from homeroom.lab.emulated import Emulated
from homeroom.lab.faults import Fault
from homeroom.lab.fleet import Fleet
from homeroom.lab.hands import edit
from homeroom.lab.platforms import drop
from homeroom.lab.services import Services

STOP: Final = {"do": "stop"}
_LIMIT: Final = 1 << 24
"""Octets of a line, at most: what a nation's devices were changed is a few million."""
_PATIENCE: Final = 20
_SAME: Final = frozenset({"pid", "hostname", "services"})
"""What the first process answers for all."""
_DROPPING: Final = frozenset({"offline"})
"""Faults at whose arming open connections end."""


class Control:
    """Answers requests. `stop` is called when the lab shall end; `peers`: the doors of its other processes."""

    def __init__(
        self,
        fleet: Fleet,
        counters: Counters,
        stop: Callable[[], None],
        peers: Sequence[Path] = (),
        services: Services | None = None,
    ) -> None:
        self._fleet, self._counters, self._stop, self._peers = fleet, counters, stop, peers
        self._services = services or Services()

    async def handle(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Serve one request; a lab that is asked to stop answers first."""
        request: Any = None
        try:
            request = json.loads(await reader.readline())
            answers = [self._safe(request), *await asyncio.gather(*(_forward(peer, request) for peer in self._peers))]
            answer = merged(answers)
        except (ValueError, TypeError) as error:
            answer = {"error": f"the request is malformed: {error}"}
        writer.write(json.dumps(answer).encode() + b"\n")
        await writer.drain()
        writer.close()
        if request == STOP:
            self._stop()

    def _safe(self, request: Any) -> dict[str, Any]:
        try:
            return self._answer(request)
        except HomeroomError as error:
            known = not isinstance(request, dict) or "device" not in request
            named = known or bool(self._fleet.addresses(str(request["device"])))  # pyright: ignore[reportUnknownArgumentType]  # it is JSON
            return {"error": str(error), "elsewhere": not named}
        except (ValueError, KeyError, TypeError) as error:
            return {"error": f"the request is malformed: {error}"}

    def _answer(self, request: Any) -> dict[str, Any]:
        match request["do"]:
            case "status":
                return self._status()
            case "edit":
                return edit(self._fleet.named(str(request["device"])), [str(line) for line in request["lines"]])
            case "fault":
                return self._fault(str(request["device"]), Fault.read(request["fault"]))
            case "heal":
                return {"healed": [self._heal(device) for device in self._fleet.all_named(str(request["device"]))]}
            case "service":
                self._services.set(str(request["address"]), request["kind"], up=bool(request["up"]))
                return {"services": self._services.changed}
            case "stop":
                return {"pid": os.getpid()}
            case unknown:
                raise LabError(f"the lab cannot {unknown!r}; it can status, edit, fault, heal, service, stop")

    def _fault(self, name: str, fault: Fault) -> dict[str, Any]:
        """Arm a fault on a device, or on all devices of a school."""
        loop = asyncio.get_running_loop()
        devices = self._fleet.all_named(name)
        for device in devices:
            device.faults.arm(fault)
            if fault.kind in _DROPPING:
                drop(device)
            if fault.passes:
                loop.call_later(fault.passes, device.faults.disarm, fault)
        return {"armed": [device.name for device in devices]}

    def _heal(self, device: Emulated) -> str:
        device.faults.clear()
        return device.name

    def _status(self) -> dict[str, Any]:
        usage = resource.getrusage(resource.RUSAGE_SELF)
        armed = {
            one.name: [fault.said for fault in one.faults.armed] for one in self._fleet.entered if one.faults.armed
        }
        return {
            "pid": os.getpid(),
            "processes": 1,
            "devices": len(self._fleet.records),
            "touched": self._fleet.touched,
            "counters": asdict(self._counters),
            "cpu_seconds": usage.ru_utime + usage.ru_stime,
            "memory_mb": memory() / 1024,
            "faults": armed,
            "changes": {one.name: asdict(one.changes) for one in self._fleet.entered},
            "services": self._services.changed,
        }

    async def serve(self, path: Path) -> asyncio.Server:
        """Open the door at `path`."""
        with short_path(path) as name:
            return await asyncio.start_unix_server(self.handle, name, limit=_LIMIT)


def memory() -> int:
    """Return the kilobytes of this process; what it shares with others is parted among them (PSS)."""
    for line in Path("/proc/self/smaps_rollup").read_text(encoding="ascii").splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1])
    return 0


async def _forward(path: Path, request: Any) -> dict[str, Any]:
    """Ask another process of the lab."""
    try:
        with short_path(path) as name:
            reader, writer = await asyncio.open_unix_connection(name, limit=_LIMIT)
        writer.write(json.dumps(request).encode() + b"\n")
        answer: dict[str, Any] = json.loads(await asyncio.wait_for(reader.readline(), _PATIENCE))
        writer.close()
    except (OSError, ValueError, TimeoutError) as error:
        return {"error": f"a process of the lab does not answer ({error}): run `homeroom lab down`, then `lab up`"}
    return answer


def merged(answers: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Make one answer of those of all processes: the one that has the device, or the sum of all."""
    here = [answer for answer in answers if not answer.get("elsewhere")] or answers[:1]
    wrong = next((answer for answer in here if "error" in answer), None)
    if wrong is not None:
        return wrong
    first, *rest = here
    for other in rest:
        first = {key: value if key in _SAME else _sum(value, other[key]) for key, value in first.items()}
    return first


def _sum(one: Any, other: Any) -> Any:
    if not isinstance(one, dict):
        return one + other
    both: dict[str, Any] = one | other
    return {key: _sum(one[key], other[key]) if key in one and key in other else both[key] for key in both}
