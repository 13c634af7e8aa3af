"""Whom to ask: the devices of the inventory, with their addresses, their sites' lines and their own uplinks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from homeroom.observe.settings import Settings
from homeroom.project import Project
from homeroom.secret import SecretRef
from homeroom.snmp.engine import Credentials, Target
from homeroom.store.inventory import Selector
from homeroom.store.reach import addresses
from homeroom.store.subjects import Subject, of_world
from homeroom.store.world import DeviceRow, World

USER: Final = "homeroom"
CREDENTIALS: Final = Credentials(USER, SecretRef("snmp_auth"), SecretRef("snmp_priv"))


@dataclass(frozen=True, slots=True)
class Polled:
    """One device to ask. `link`: its site's kind of line; `uplinks`: its interfaces that face the outside."""

    target: Target
    site: str
    region: str
    link: str
    uplinks: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Fleet:
    """Everybody who is asked, and everybody whose history is kept."""

    devices: Sequence[Polled]
    subjects: Sequence[Subject]


def fleet(project: Project, selector: Selector, settings: Settings) -> Fleet:
    """Return the selected devices; while a lab runs, those that are in it."""
    world = World.open(project)
    try:
        reach = addresses(project, world)
        links = {site.id: site.link for site in world.sites()}
        models = world.equipment.models
        rows = [(device, reach.get(device.name)) for device in world.devices(selector)]
        devices = [
            Polled(
                _target(device, endpoint.host, endpoint.ports["snmp"], settings),
                device.site,
                device.region,
                links.get(device.site, ""),
                models[device.model].uplinks,
            )
            for device, endpoint in rows
            if endpoint is not None
        ]
        return Fleet(devices, of_world(world))
    finally:
        world.close()


def _target(device: DeviceRow, host: str, port: int, settings: Settings) -> Target:
    own = device.v6 if settings.family == 6 and host == device.v4 else host
    return Target(device.name, device.platform, own, port, CREDENTIALS)
