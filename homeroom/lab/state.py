"""lab.json: what a running lab tells the others about itself."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Protocol

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
    """A running lab: its first process, its ports, its devices; `served`: platform -> names of its ports."""

    pid: int
    ports: Mapping[str, int]
    devices: tuple[LabDevice, ...]
    platforms: Mapping[str, tuple[str, ...]]

    def served(self, device: LabDevice) -> dict[str, int]:
        """Return the ports on which `device` answers."""
        return {name: self.ports[name] for name in self.platforms.get(device.platform, ()) if name in self.ports}


class Served(Protocol):
    """What is asked of a platform here (homeroom.lab.platforms.Emulation)."""

    @property
    def ports(self) -> tuple[str, ...]:
        """Return the names of the ports its devices answer on, beside SNMP."""
        ...


def write(
    path: Path, ports: Mapping[str, int], records: Iterable[Record], platforms: Mapping[str, Served] | None = None
) -> None:
    """Write lab.json, whole or not at all."""
    served = {name: [*one.ports, "snmp"] for name, one in (platforms or {}).items()}
    devices = [{"name": r.name, "address": r.address, "platform": r.platform, "kind": r.kind} for r in records]
    fresh = path.with_suffix(".new")
    document = {"pid": os.getpid(), "ports": dict(ports), "platforms": served, "devices": devices}
    fresh.write_text(json.dumps(document), encoding="utf-8")
    fresh.replace(path)


def read(path: Path) -> LabInfo | None:
    """Read lab.json; None when there is none, LabError when it is something else."""
    try:
        data: Any = json.loads(path.read_text(encoding="utf-8"))
        devices = tuple(LabDevice(**device) for device in data["devices"])
        ports = {str(name): int(port) for name, port in data["ports"].items()}
        platforms = {str(name): tuple(map(str, served)) for name, served in data["platforms"].items()}
        return LabInfo(int(data["pid"]), ports, devices, platforms)
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise LabError(f"{path} is not what a lab writes: delete it") from error
