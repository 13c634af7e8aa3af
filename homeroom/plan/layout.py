"""The fixed layout: which part of a site's block each role gets, and each device's name and address."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from homeroom.errors import PlanError
from homeroom.plan.model import DevicePlan, Entry, SitePlan
from homeroom.prefix import BITS, Prefix
from homeroom.programme.bill import bill
from homeroom.programme.model import Bill, Equipment, Kind, Site, SizeClass

LAYOUT: Final[Mapping[str, tuple[int, int]]] = {
    "student": (0, 22),
    "staff": (4 * 256, 24),
    "guest": (5 * 256, 24),
    "eduroam": (6 * 256, 25),
    "iot": (6 * 256 + 128, 25),
    "admin": (7 * 256, 26),
    "cctv": (7 * 256 + 64, 26),
    "exam": (7 * 256 + 128, 26),
    "management": (7 * 256 + 192, 27),
    "infra": (7 * 256 + 224, 27),
}
"""Role -> offset and prefix length in a /21 (size M); together they tile it. `infra` is kept free for later."""
SCALE: Final[Mapping[SizeClass, int]] = {"S": 2, "M": 0, "L": -1}
"""How many bits longer than size M's a prefix is: S is a quarter, L twice."""
MANAGEMENT: Final = "management"
_ANY_BLOCK: Final = Prefix(6, 0, 56)
_NAMES: Final[Mapping[Kind, str]] = {"router": "rtr{}", "switch": "sw{}", "ap": "ap{:02d}", "wlc": "wlc{}"}


def prefixes4(block: Prefix, size: SizeClass) -> dict[str, Prefix]:
    """Return every part of a site's IPv4 block."""
    scale = SCALE[size]
    return {
        role: block.subnet(offset >> scale if scale >= 0 else offset << -scale, length + scale)
        for role, (offset, length) in LAYOUT.items()
    }


def prefix6(block: Prefix, vlan: int) -> Prefix:
    """Return the /64 of a VLAN: its subnet id has the VLAN's decimal digits (VLAN 10 is ...10::/64)."""
    subnet = int(str(vlan), 16)
    if subnet >= 1 << (64 - block.length):
        raise PlanError(f"VLAN {vlan} has no IPv6 subnet in a /{block.length}: use VLANs up to 99")
    return block.subnet(subnet << 64, 64)


def capacity(size: SizeClass) -> int:
    """Return how many devices, router included, the management network of a size class holds."""
    length = LAYOUT[MANAGEMENT][1] + SCALE[size]
    return (1 << (BITS[4] - length)) - 2


def count(things: Bill) -> int:
    """Return how many devices a site has: a router, its switches, its controller, its access points."""
    return 1 + things.switches + things.aps + things.wlcs


def check_roles(roles: Mapping[str, int]) -> None:
    """Raise PlanError when a role has no place in the layout, or a VLAN no IPv6 subnet."""
    unknown = sorted(set(roles) - set(LAYOUT))
    if unknown:
        raise PlanError(f"the address layout has no place for {', '.join(unknown)}; it has {', '.join(LAYOUT)}")
    for vlan in roles.values():
        prefix6(_ANY_BLOCK, vlan)


def site_plan(site: Site, entry: Entry, equipment: Equipment, roles: Mapping[str, int]) -> SitePlan:
    """Work out a site's role prefixes and devices; `roles` maps the policy's role names to their VLANs.

    Raises PlanError when a role has no place in the layout, or the block cannot hold the site's devices.
    """
    if not roles.keys() <= LAYOUT.keys():
        check_roles(roles)
    parts = prefixes4(entry.v4, entry.size)
    v4 = {role: parts[role] for role in roles}
    v6 = {role: prefix6(entry.v6, vlan) for role, vlan in roles.items()}
    things = bill(site, equipment)
    if things is None:
        return SitePlan(entry, v4, v6, ())
    if count(things) > capacity(entry.size):
        raise PlanError(too_many(site.id, things, entry.size))
    return SitePlan(entry, v4, v6, tuple(_devices(entry, things, equipment, v4[MANAGEMENT], v6[MANAGEMENT])))


def too_many(site: str, things: Bill, size: SizeClass) -> str:
    """Say that a block cannot hold a site's devices, and what to do."""
    return (
        f"site {site} gets {count(things)} devices (profile {things.profile.name}), "
        f"its size {size} block holds {capacity(size)}: lower the profile's counts or raise its size; "
        "to renumber the site, delete its line in ledger.csv and run `homeroom plan`"
    )


def _devices(entry: Entry, things: Bill, equipment: Equipment, v4: Prefix, v6: Prefix) -> Iterator[DevicePlan]:
    """Yield router, switches, controller, access points; only these count from the end of the prefix."""

    def device(kind: Kind, ordinal: int, model: str, host: int) -> DevicePlan:
        name = f"{entry.code}-{_NAMES[kind].format(ordinal)}"
        platform = equipment.models[model].platform
        return DevicePlan(name, entry.site, kind, ordinal, model, platform, v4.address(host), v6.address(host))

    profile = things.profile
    last = v4.last - v4.first
    yield device("router", 1, profile.router, 1)
    for ordinal in range(1, things.switches + 1):
        yield device("switch", ordinal, profile.switch, 1 + ordinal)
    for ordinal in range(1, things.wlcs + 1):
        yield device("wlc", ordinal, profile.wlc, 1 + things.switches + ordinal)
    for ordinal in range(1, things.aps + 1):
        yield device("ap", ordinal, profile.ap, last - ordinal)
