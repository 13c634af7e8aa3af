"""What the title block of a report says: whose programme, which part of it, what was real, who was not reached."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy.engine import Engine

from homeroom import __version__
from homeroom.audit.bundle.model import Header, UnreachedEntry
from homeroom.project import Project
from homeroom.store import reach, readings
from homeroom.store.inventory import Selector
from homeroom.store.world import DeviceRow, World

NEVER = "never polled"


EVERYTHING = "the whole programme"
FORMAT = 1
"""Of the bundle."""


def header(project: Project, world: World, selector: Selector, devices: Sequence[DeviceRow], now: float) -> Header:
    """Describe the audit; what signs it and what was before are added by who writes the bundle."""
    programme = world.programme
    words = described(selector)
    return Header(
        format=FORMAT,
        programme=programme.id,
        name=programme.name,
        country=programme.country,
        language="en",
        scope=words or EVERYTHING,
        basis=basis(project, devices),
        at=now,
        devices=len(devices),
        sites=sum(1 for _ in world.sites(selector)),
        schools=world.schools(selector),
        tool=f"Homeroom {__version__}",
        command=f"homeroom audit {options(selector)}".strip(),
        previous="",
        rules="",
        key="",
    )


def described(selector: Selector) -> str:
    """Say in words what a selector selects; empty for everything."""
    return "; ".join(f"{name} {', '.join(values)}" for name, values in _named(selector))


def options(selector: Selector) -> str:
    """Write a selector as the command line has it."""
    return " ".join(f"--{name} {value}" for name, values in _named(selector) for value in values)


def basis(project: Project, devices: Sequence[DeviceRow]) -> str:
    """Say what was real. Emulated is not real, and a report says which it was."""
    lab = reach.lab(project)
    if lab:
        emulated = sum(device.name in lab for device in devices)
        return (
            f"Nothing here is hardware: {emulated:,} of {len(devices):,} devices are emulated by Homeroom's lab, "
            "asked over real SSH and SNMP; the others do not exist in it."
            if emulated < len(devices)
            else "Nothing here is hardware: all devices are emulated by Homeroom's lab, asked over real SSH and SNMP."
        )
    if (project.state / "lab.log").exists():
        return "A lab has run in this project: stored facts may come from emulated devices."
    return "Devices were asked at their management addresses."


def unreached(engine: Engine, devices: Sequence[DeviceRow]) -> Sequence[UnreachedEntry]:
    """List the devices whose last poll failed, and those never polled, in the inventory's order."""
    known = readings.all_status(engine)
    out: list[UnreachedEntry] = []
    for device in devices:
        status = known.get(device.name)
        if status is None:
            out.append(UnreachedEntry(device.name, device.site, NEVER, 0.0))
        elif not status.reachable:
            out.append(UnreachedEntry(device.name, device.site, status.reason, status.since))
    return out


def _named(selector: Selector) -> Sequence[tuple[str, tuple[str, ...]]]:
    fields = (
        ("region", selector.regions),
        ("site", selector.sites),
        ("device", selector.devices),
        ("platform", selector.platforms),
        ("kind", selector.kinds),
    )
    return [(name, values) for name, values in fields if values]
