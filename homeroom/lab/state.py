"""lab.json: what a running lab tells the others about itself."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from homeroom.errors import LabError
from homeroom.lab.fleet import Record

FILE: Final = "lab.json"


@dataclass(frozen=True, slots=True)
class LabDevice:
    """One emulated device."""

    name: str
    address: str
    platform: str
    kind: str


@dataclass(frozen=True, slots=True)
class LabInfo:
    """A running lab: its process, its ports, its devices."""

    pid: int
    ports: Mapping[str, int]
    devices: tuple[LabDevice, ...]

    def served(self, device: LabDevice) -> dict[str, int]:
        """Return the ports on which `device` answers: access points have no SSH here."""
        return {name: port for name, port in self.ports.items() if name != "ssh" or device.platform == "ios"}


def write(path: Path, ports: Mapping[str, int], records: Iterable[Record]) -> None:
    """Write lab.json, whole or not at all."""
    devices = [{"name": r.name, "address": r.address, "platform": r.platform, "kind": r.kind} for r in records]
    fresh = path.with_suffix(".new")
    fresh.write_text(json.dumps({"pid": os.getpid(), "ports": dict(ports), "devices": devices}), encoding="utf-8")
    fresh.replace(path)


def read(path: Path) -> LabInfo | None:
    """Read lab.json; None when there is none, LabError when it is something else."""
    try:
        data: Any = json.loads(path.read_text(encoding="utf-8"))
        devices = tuple(LabDevice(**device) for device in data["devices"])
        return LabInfo(int(data["pid"]), {str(k): int(v) for k, v in data["ports"].items()}, devices)
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise LabError(f"{path} is not what a lab writes: delete it") from error
