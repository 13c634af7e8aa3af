"""Which port goes where: the same site always gets the same cabling, and one more access point moves none.

A site is a tree of two levels: switches hang on the router, a controller on the first switch, access points on the
switches in turn (on the router
where there is no switch). Neighbours take ports from the first upward; wired outlets take ports from the last
downward, a few of each role; what lies between is shut, in the parking VLAN.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

from homeroom.errors import PlanError
from homeroom.intent.model import Port
from homeroom.plan.model import DevicePlan, SitePlan
from homeroom.policy.model import Role
from homeroom.programme.model import Equipment

PARKING: Final = 999
"""The VLAN of unused ports: no prefix, no gateway."""
OUTLETS: Final[Mapping[str, int]] = {"staff": 2, "admin": 2, "iot": 2, "cctv": 1}
"""Wired outlets of each role on a switch; a router that holds the access points itself has one, for `admin`."""


def neighbours(plan: SitePlan) -> dict[str, list[DevicePlan]]:
    """Return the devices that hang on each router and switch, in port order."""
    router = [device for device in plan.devices if device.kind == "router"]
    switches = [device for device in plan.devices if device.kind == "switch"]
    above = switches or router
    hanging: dict[str, list[DevicePlan]] = {device.name: [] for device in (*router, *switches)}
    for switch in switches:
        hanging[router[0].name].append(switch)
    for wlc in (device for device in plan.devices if device.kind == "wlc"):
        hanging[above[0].name].append(wlc)
    for number, ap in enumerate(device for device in plan.devices if device.kind == "ap"):
        hanging[above[number % len(above)].name].append(ap)
    return hanging


def ports(
    device: DevicePlan,
    below: Iterable[DevicePlan],
    equipment: Equipment,
    roles: Mapping[str, Role],
    carried: Mapping[str, tuple[int, ...]],
    *,
    used: int = 1,
) -> tuple[Port, ...]:
    """Return the ports of a router or switch, in the model's order; spare uplinks last.

    `carried` says which VLANs a trunk carries to a neighbour of each kind; `used`: how many uplinks are in use.
    Raises PlanError when the neighbours need more ports than the model has.
    """
    model = equipment.models[device.model]
    names = model.ports
    hanging = list(below)
    if len(hanging) > len(names):
        raise PlanError(
            f"{device.name} needs {len(hanging)} ports for its neighbours, {device.model} has {len(names)}: "
            "change the profile or the model in profiles.yaml"
        )
    taken = {
        name: Port(name, "trunk", neighbour.name, 0, carried[neighbour.kind])
        for name, neighbour in zip(names, hanging, strict=False)
    }
    taken |= {port.name: port for port in _outlets(device, hanging, names[len(hanging) :], roles)}
    return tuple(
        taken.get(name) or Port(name, "unused", "unused", PARKING, ()) for name in (*names, *model.uplinks[used:])
    )


def _outlets(
    device: DevicePlan,
    hanging: list[DevicePlan],
    free: Sequence[str],
    roles: Mapping[str, Role],
) -> Iterator[Port]:
    """Yield wired outlets from the last free port downward."""
    wanted = [role for role, number in OUTLETS.items() if role in roles for _ in range(number)]
    if device.kind == "router":
        direct = all(neighbour.kind == "ap" for neighbour in hanging)
        wanted = ["admin"] if direct and "admin" in roles else []
    for name, role in zip(reversed(free), wanted, strict=False):
        yield Port(name, "access", f"{role} outlet", roles[role].vlan, (), role, roles[role].wired)
