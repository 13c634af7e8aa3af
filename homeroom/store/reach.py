"""Where a device is reached: in the lab while one runs for this project, at its management address otherwise."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from homeroom.errors import LabError
from homeroom.project import Project
from homeroom.store.world import DeviceRow, World

PORTS: Final[Mapping[str, int]] = {
    "ssh": 22,
    "snmp": 161,
    "netconf": 830,
    "https": 443,
    "api": 8728,
    "api-ssl": 8729,
}
"""The protocols' own ports (IANA; the API's are MikroTik's)."""


@dataclass(frozen=True, slots=True)
class Endpoint:
    """An address and the port of each protocol."""

    host: str
    ports: Mapping[str, int]


def managed(device: DeviceRow) -> Endpoint:
    """Return a device's own endpoint: its management address, the protocols' own ports."""
    return Endpoint(device.v4, PORTS)


class Management(Mapping[str, Endpoint]):
    """Every device at its management address, looked up when asked for."""

    def __init__(self, world: World) -> None:
        self._world = world

    def __getitem__(self, name: str) -> Endpoint:
        """Return a device's endpoint; KeyError when there is no such device."""
        device = self._world.device(name)
        if device is None:
            raise KeyError(name)
        return managed(device)

    def __iter__(self) -> Iterator[str]:
        return (device.name for device in self._world.devices())

    def __len__(self) -> int:
        return len(self._world.devices())


def addresses(project: Project, world: World) -> Mapping[str, Endpoint]:
    """Return where each device is reached.

    While a lab runs, its devices are all there is: what it does not emulate is absent, so that nothing meant for
    the lab is ever sent to a real address.
    """
    return lab(project) or Management(world)


def lab(project: Project) -> Mapping[str, Endpoint]:
    """Return the endpoints of the lab that runs for this project; none when none runs."""
    path = project.state / "lab.json"
    try:
        state: Any = json.loads(path.read_text(encoding="utf-8"))
        if not _lives(int(state["pid"])):
            return {}
        ports = {str(name): int(port) for name, port in state["ports"].items()}
        return {str(device["name"]): Endpoint(str(device["address"]), ports) for device in state["devices"]}
    except FileNotFoundError:
        return {}
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise LabError(f"{path} is not what a lab writes: run `homeroom lab down`, or delete it") from error


def _lives(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
