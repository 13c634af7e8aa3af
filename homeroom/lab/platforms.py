"""The platforms that the lab emulates, as data: which ports a device answers on, who serves them, how it is made."""

from __future__ import annotations

import hashlib
import socket
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final, Protocol, TypeVar

from homeroom.errors import LabError
from homeroom.intent.model import Intent
from homeroom.lab import ssh, staging
from homeroom.lab.boxed import Connected, Staged
from homeroom.lab.clock import Clock, Later
from homeroom.lab.counters import Counters
from homeroom.lab.emulated import Emulated, SnmpUser
from homeroom.lab.eos import hardware as eos_hardware
from homeroom.lab.eos import https
from homeroom.lab.eos.auth import sha512_crypt
from homeroom.lab.eos.device import EosDevice
from homeroom.lab.eos.device import Staged as EosStaged
from homeroom.lab.eos.ssh import Door as EosDoor
from homeroom.lab.fleet import Record
from homeroom.lab.ios.device import IosDevice
from homeroom.lab.ios.hardware import Box
from homeroom.lab.ios.ssh import Door
from homeroom.lab.junos import hardware as junos_hardware
from homeroom.lab.junos.device import JunosDevice
from homeroom.lab.junos.ssh import Door as JunosDoor
from homeroom.lab.ros import front as ros_front
from homeroom.lab.ros import hardware as ros_hardware
from homeroom.lab.ros.device import RosDevice
from homeroom.lab.ros.device import Staged as RosStaged
from homeroom.lab.uci import staging as uci_staging
from homeroom.lab.uci.device import Staged as UciStaged
from homeroom.lab.uci.device import UciDevice
from homeroom.lab.uci.ssh import Door as UciDoor
from homeroom.platforms.render import Renderer
from homeroom.programme.model import Model
from homeroom.secret import Vault

SNMP_USER: Final = "homeroom"
_D = TypeVar("_D")


@dataclass(frozen=True, slots=True)
class Supply:
    """What devices are made from: what the project knows, and time."""

    find: Callable[[str], Intent]
    model: Callable[[str], Model]
    renderer: Renderer
    vault: Vault
    users: Mapping[str, SnmpUser]
    clock: Clock
    later: Later
    minute: float
    started: float


@dataclass(frozen=True, slots=True)
class Emulation:
    """One platform. `ports`: where its devices answer, beside SNMP; `drop` ends every connection to one."""

    ports: tuple[str, ...]
    make: Callable[[Record, Supply], Connected]
    drop: Callable[[Any], None]
    user: str = ""
    """Who logs in where it is not the management user."""


def _ports(record: Record, supply: Supply) -> tuple[str, ...]:
    model = supply.model(record.model)
    return (*model.uplinks, *model.ports)


def _password(supply: Supply) -> str:
    return supply.vault.get("device_password").reveal()


def _salt(record: Record) -> str:
    return hashlib.sha256(record.name.encode()).hexdigest()[:8]


def _text(lines: Iterable[str], supply: Supply) -> str:
    return supply.vault.reveal("\n".join(lines) + "\n")


def ios(record: Record, supply: Supply) -> IosDevice:
    """Make a device that boots as it leaves staging."""
    box = Box(record.name, record.address, record.platform, record.kind, record.model, _ports(record, supply))

    def staged() -> Staged:
        return Staged(_text(staging.ios(supply.find(record.name)), supply), supply.users)

    return IosDevice(box, staged, supply.clock, supply.later, minute=supply.minute, booted=supply.started)


def openwrt(record: Record, supply: Supply) -> UciDevice:
    """Make a device that boots as it leaves staging."""
    box = Box(record.name, record.address, record.platform, record.kind, record.model, _ports(record, supply))

    def staged() -> UciStaged:
        text = _text(uci_staging.staged(supply.find(record.name)), supply)
        return UciStaged(text, _password(supply), supply.users)

    return UciDevice(box, staged, supply.clock, supply.later, minute=supply.minute, booted=supply.started)


def eos_device(record: Record, supply: Supply) -> EosDevice:
    """Make a device that boots as it leaves staging."""
    ports = _ports(record, supply)
    box = eos_hardware.Box(record.name, record.address, record.platform, record.kind, record.model, ports)

    def staged() -> EosStaged:
        hashed = sha512_crypt(_password(supply), _salt(record))
        lines = staging.eos(supply.find(record.name), hashed, SNMP_USER, supply.users[SNMP_USER])
        return EosStaged(_text(lines, supply))

    return EosDevice(box, staged, supply.clock, supply.later, minute=supply.minute, booted=supply.started)


def junos(record: Record, supply: Supply) -> JunosDevice:
    """Make a device that boots as it leaves staging."""
    ports = _ports(record, supply)
    box = junos_hardware.Box(record.name, record.address, record.platform, record.kind, record.model, ports)

    def staged() -> Staged:
        hashed = sha512_crypt(_password(supply), _salt(record))
        return Staged(_text(staging.junos(supply.find(record.name), hashed, SNMP_USER), supply), supply.users)

    return JunosDevice(box, staged, supply.clock, supply.later, minute=supply.minute, booted=supply.started)


def ros(record: Record, supply: Supply) -> RosDevice:
    """Make a device that boots as it leaves staging."""
    radios = tuple(supply.model(record.model).radios)
    box = ros_hardware.Box(record.name, record.address, record.kind, record.model, (*_ports(record, supply), *radios))

    def staged() -> RosStaged:
        intent = supply.find(record.name)
        return RosStaged(_text(staging.ros(intent), supply), {intent.management.user: _password(supply)}, supply.users)

    device = RosDevice(box, staged, supply.clock, supply.later, minute=supply.minute)
    device.boot = device.changed_at = supply.started
    return device


def _drops(device: Any) -> None:
    for drop in list(device.drops.values()):
        drop()


def _clients(device: JunosDevice) -> None:
    for client in list(device.clients):
        client.drop()


def _hang_up(device: RosDevice) -> None:
    for hang_up in list(device.hang_up):
        hang_up()


PLATFORMS: Final[Mapping[str, Emulation]] = {
    "ios": Emulation(("ssh",), ios, _drops),
    "openwrt": Emulation(("ssh",), openwrt, _drops, user="root"),
    "eos": Emulation(("https", "ssh"), eos_device, _drops),
    "junos": Emulation(("ssh", "netconf"), junos, _clients),
    "ros": Emulation(("api", "api-ssl"), ros, _hang_up),
}
"""Every platform of the lab."""


class Front(Protocol):
    """What serves one port."""

    async def serve(self, listener: socket.socket) -> None:
        """Accept for ever."""
        ...


_DOORS: Final[ssh.Doors] = {"ios": Door, "openwrt": UciDoor, "junos": JunosDoor, "eos": EosDoor}


def _only(kind: type[_D], find: Callable[[str], Emulated | None]) -> Callable[[str], _D | None]:
    def found(address: str) -> _D | None:
        device = find(address)
        return device if isinstance(device, kind) else None

    return found


Find = Callable[[str], Emulated | None]


def _ssh(find: Find, seed: bytes, counters: Counters) -> Front:
    return ssh.Front(find, seed, counters, _DOORS)


def _netconf(find: Find, seed: bytes, counters: Counters) -> Front:
    return ssh.Front(_only(JunosDevice, find), seed, counters, _DOORS)


def _https(find: Find, seed: bytes, counters: Counters) -> Front:
    return https.Front(_only(EosDevice, find), seed, counters)


def _api(find: Find, seed: bytes, counters: Counters) -> Front:
    return ros_front.Front(_only(RosDevice, find), seed, counters, encrypted=False)


def _api_ssl(find: Find, seed: bytes, counters: Counters) -> Front:
    return ros_front.Front(_only(RosDevice, find), seed, counters)


@dataclass(frozen=True, slots=True)
class Service:
    """One port of the lab: the number it usually has, and what serves it."""

    port: int
    front: Callable[[Find, bytes, Counters], Front]


SERVICES: Final[Mapping[str, Service]] = {
    "ssh": Service(2222, _ssh),
    "netconf": Service(2830, _netconf),
    "https": Service(2443, _https),
    "api": Service(8728, _api),
    "api-ssl": Service(8729, _api_ssl),
}
"""Every TCP port of the lab; SNMP is answered for all by homeroom.lab.agent."""
SNMP: Final = 1161


def emulation(platform: str) -> Emulation:
    """Return what emulates a platform; LabError when nothing does."""
    found = PLATFORMS.get(platform)
    if found is None:
        raise LabError(f"the lab emulates {', '.join(PLATFORMS)}; not {platform}: emulate sites without it")
    return found


def drop(device: Emulated) -> None:
    """End every connection to a device."""
    emulation(device.platform).drop(device)
