"""The ways out of a site: the first line, and the second one where the facts name one and the router has a port."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from homeroom.errors import PlanError
from homeroom.intent.lines import line_class
from homeroom.intent.model import Uplink
from homeroom.plan.model import SitePlan
from homeroom.policy.draft import list_name
from homeroom.policy.model import WAN
from homeroom.prefix import Prefix
from homeroom.programme.model import Model, Programme, Site

BACKUP_DISTANCE: Final = 250
"""Above every route that is learned or set otherwise."""


def uplinks(site: Site, plan: SitePlan, model: Model, programme: Programme, *, stateful: bool) -> Iterator[Uplink]:
    """Yield a router's uplinks, the first line first; PlanError when the backup pool is too small."""
    acl4, acl6 = ("", "") if stateful else (list_name(WAN, 4), list_name(WAN, 6))
    wan = plan.entry.wan4
    yield Uplink(
        interface=model.uplinks[0],
        v4=wan.address(1),
        netmask=wan.netmask,
        peer4=wan.address(0),
        line=line_class(site.link),
        kbps=round(site.mbps * 1000),
        backup=False,
        distance=1,
        acl4=acl4,
        acl6=acl6,
    )
    if has_backup(site, model, programme):
        spare = backup_block(wan, programme)
        yield Uplink(
            interface=model.uplinks[1],
            v4=spare.address(1),
            netmask=spare.netmask,
            peer4=spare.address(0),
            line=line_class(site.backup),
            kbps=0,
            backup=True,
            distance=BACKUP_DISTANCE,
            acl4=acl4,
            acl6=acl6,
        )


def has_backup(site: Site, model: Model, programme: Programme) -> bool:
    """Tell whether a router gets a second uplink."""
    return bool(site.backup) and len(model.uplinks) > 1 and programme.backup_pool is not None


def backup_block(wan: Prefix, programme: Programme) -> Prefix:
    """Return the /31 that stands in the backup pool where `wan` stands in the WAN pool."""
    pool = programme.backup_pool
    assert pool is not None  # noqa: S101 - `has_backup` was asked
    try:
        return pool.subnet(wan.first - programme.wan_pool.first, wan.length)
    except ValueError as error:
        raise PlanError(f"backup_pool {pool} is too small: {error}; make it as large as wan_pool") from error
