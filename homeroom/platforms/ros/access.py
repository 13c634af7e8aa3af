"""Reads what a RouterOS configuration lets through, whoever wrote it; what is not understood is an error."""

from __future__ import annotations

from homeroom.platforms.access import Access, Applied
from homeroom.platforms.ros import gates
from homeroom.platforms.ros.air import Air
from homeroom.platforms.ros.chains import Chains
from homeroom.platforms.ros.ground import Ground, live, setting
from homeroom.platforms.ros.hours import Hours
from homeroom.platforms.ros.matching import Reader
from homeroom.platforms.ros.model import Model
from homeroom.platforms.ros.places import AddressLists
from homeroom.policy.model import AccessList, Family, Group


def access(model: Model) -> Access:
    """Read a configuration; ParseError, with its line, for what bears on passing and is not understood."""
    gates.check(model)
    ground, hours = Ground(model), Hours()
    lists: tuple[AccessList, ...] = ()
    applied: tuple[Applied, ...] = ()
    groups: tuple[Group, ...] = ()
    missing: dict[str, None] = {}
    for family, word in _FAMILIES:
        known = AddressLists(f"/{word} firewall address-list", family, live(model, f"/{word} firewall address-list"))
        path = f"/{word} firewall filter"
        chains = Chains(tuple(live(model, path)), Reader(path, family, known, hours), ground)
        found, uses = chains.read()
        lists, applied, groups = lists + found, applied + uses, groups + tuple(known.named.values())
        missing |= known.missing | chains.missing
    forwarding = setting(model, "/ip settings", "ip-forward", "yes"), setting(model, "/ipv6 settings", "forward", "yes")
    return Access(
        lists=lists,
        applied=applied,
        guards=tuple(gates.guards(model)),
        missing=tuple(missing),
        groups=groups,
        windows=hours.windows,
        interfaces=tuple(ground.interfaces()),
        bridged=tuple(ground.bridged()),
        ssids=Air(model, ground).ssids(),
        routes=tuple(gates.routes(model)),
        redirects=tuple(gates.redirects(model, ground)),
        vlan_names=ground.vlan_names(),
        routes_between="yes" in forwarding,
    )


_FAMILIES: tuple[tuple[Family, str], ...] = ((4, "ip"), (6, "ipv6"))
