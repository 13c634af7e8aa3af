"""A hand edit: what somebody with a keyboard does to a device behind Homeroom's back, in the device's own words."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from homeroom.errors import LabError
from homeroom.lab.eos.device import EosDevice
from homeroom.lab.ios.apply import Place, type_line
from homeroom.lab.ios.config import statements
from homeroom.lab.ios.device import IosDevice
from homeroom.lab.junos.device import JunosDevice
from homeroom.lab.junos.records import Denied
from homeroom.lab.ros.device import RosDevice
from homeroom.lab.ros.trap import Trap
from homeroom.lab.uci.device import UciDevice
from homeroom.lab.uci.shell import Io, Source

INTRUDER: Final = "technician"
"""Whose hand edits are."""


def _ios(device: IosDevice, lines: Sequence[str]) -> None:
    """Type in configure mode; what came before a refused line stays."""
    with device.change(INTRUDER) as tree:
        place = Place((tree,))
        for line in statements("\n".join(lines)):
            said = type_line(place, line, device.chassis)
            if said.refusal is not None:
                raise LabError(f"{device.name} refuses {line.strip()!r}: {said.refusal(0).strip()}")
            place = said.place
    device.say(f"%SYS-5-CONFIG_I: Configured from console by {INTRUDER} on console")


def _eos(device: EosDevice, lines: Sequence[str]) -> None:
    """Type in configure mode."""
    for bad in device.merge("\n".join(lines) + "\n", INTRUDER)[:1]:
        raise LabError(f"{device.name} refuses {bad.line.strip()!r}: {bad.message}")


def _junos(device: JunosDevice, lines: Sequence[str]) -> None:
    """Type `set` and `delete` commands and commit them."""
    base = device.base
    client = device.login(INTRUDER, "127.0.0.1", "cli", lambda: None)
    try:
        base.command(client, "\n".join(lines))
        base.commit(client)
    except Denied as denied:
        base.candidate = base.active.copy()
        raise LabError(f"{device.name} refuses {'; '.join(lines)!r}: {denied}") from denied
    finally:
        device.logout(client)


def _ros(device: RosDevice, lines: Sequence[str]) -> None:
    """Type commands."""
    device.changed_by = INTRUDER
    for line in lines:
        try:
            device.config  # noqa: B018 -- it is made on first touch
            device.run(line)
        except Trap as trap:
            raise LabError(f"{device.name} refuses {line!r}: {trap.message}") from trap


def _openwrt(device: UciDevice, lines: Sequence[str]) -> None:
    """Type commands in a shell: `uci set ...`, `uci commit`, `reload_config`."""
    for line in lines:
        said: list[str] = []
        ends: list[int] = []
        device.run(line, Io(Source(), said.append, said.append), ends.append)
        if ends and ends[0]:
            raise LabError(f"{device.name} refuses {line!r}: {''.join(said).strip() or f'status {ends[0]}'}")


EDITS: Final[Mapping[str, Callable[[Any, Sequence[str]], None]]] = {
    "ios": _ios,
    "eos": _eos,
    "junos": _junos,
    "ros": _ros,
    "openwrt": _openwrt,
}


def edit(device: Any, lines: Sequence[str]) -> dict[str, Any]:
    """Change a device (an Emulated) by hand; LabError names the line it refuses."""
    EDITS[device.platform](device, lines)
    return {"hostname": device.hostname}
