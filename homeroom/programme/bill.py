"""The bill of a site: how many switches and access points its profile gives it.

Access points need a port each: up to `DIRECT` of them hang on the router itself; beyond that (or where the
profile asks for switches) they hang on switches, which leave a third of their ports to wired devices.
"""

from __future__ import annotations

import math
from typing import Final

from homeroom.programme.model import WITH_DEVICES, Bill, Equipment, Profile, Site, SizeClass

ROOM: Final[dict[SizeClass, int]] = {"S": 5, "M": 29, "L": 61}
"""Devices beside the router that the management prefix of a size class addresses (/29, /27, /26)."""


def profile_for(pupils: int, equipment: Equipment) -> Profile | None:
    """Return the first profile whose `max_pupils` holds; None when the site is larger than every profile."""
    return next((profile for profile in equipment.profiles if pupils <= profile.max_pupils), None)


def bill(site: Site, equipment: Equipment) -> Bill | None:
    """Compute the devices of a site; None when its programme state has none.

    Facts that were loaded hold no site without a profile: such rows are quarantined.
    """
    profile = profile_for(site.pupils, equipment)
    if profile is None or site.state not in WITH_DEVICES:
        return None
    wanted = math.ceil(site.classrooms * profile.aps_per_classroom)
    aps = min(profile.max_aps, max(profile.min_aps, wanted))
    return Bill(profile, switches_for(aps, profile, equipment), aps, int(bool(profile.wlc)))


def switches_for(aps: int, profile: Profile, equipment: Equipment) -> int:
    """Return how many switches `aps` access points need."""
    if aps <= direct_ports(profile, equipment) and not profile.min_switches:
        return 0
    return max(profile.min_switches, math.ceil(aps / switch_ports(profile, equipment)))


def direct_ports(profile: Profile, equipment: Equipment) -> int:
    """Return how many access points the router itself can hold: all its ports but one, kept for a wired device."""
    return max(0, len(equipment.models[profile.router].ports) - 1)


def switch_ports(profile: Profile, equipment: Equipment) -> int:
    """Return how many access points one switch holds: two thirds of its ports, at least one."""
    return max(1, len(equipment.models[profile.switch].ports) * 2 // 3)
