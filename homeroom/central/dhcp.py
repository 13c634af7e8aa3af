"""DHCP for sites whose routers relay to the centre: one subnet a role and site, chosen by the relaying gateway.

The roles of a site make no shared network: Kea would give a pupil an address of the staff's subnet once the pupils'
own is full, and each role has a wire of its own anyway (Kea Administrator Reference Manual, Shared Networks).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from homeroom.central.press import Press, Printed
from homeroom.central.settings import Dhcp
from homeroom.errors import RenderError
from homeroom.plan.layout import MANAGEMENT
from homeroom.plan.model import SitePlan
from homeroom.policy.model import Policy
from homeroom.prefix import Prefix
from homeroom.programme.model import Programme

FIRST6: Final = 0x1000
"""Addresses below are for what people number by hand; the pool has 65,536."""


@dataclass(frozen=True, slots=True)
class Subnet:
    """One role's network at a site. `number` is the same in every rendering: leases are kept by it."""

    number: int
    site: str
    role: str
    prefix: Prefix
    first: str
    last: str
    gateway: str
    resolver: str


@dataclass(frozen=True, slots=True)
class Server:
    """One DHCP server of a family."""

    state: str
    run: str
    domain: str
    lease: int
    renew: int
    rebind: int
    subnets: tuple[Subnet, ...]


def chosen(plans: Iterable[SitePlan], settings: Dhcp) -> Iterator[SitePlan]:
    """Yield the plans of the sites that relay; RenderError when one is named that no plan has."""
    wanted = set(settings.sites)
    for plan in plans:
        if settings.every or plan.entry.site in wanted:
            wanted.discard(plan.entry.site)
            yield plan
    if wanted:
        raise RenderError(f"dhcp.sites of services.yaml names {', '.join(sorted(wanted))}, which no plan has")


def servers(
    programme: Programme, policy: Policy, plans: Iterable[SitePlan], settings: Dhcp, folders: tuple[str, str]
) -> tuple[Server, Server]:
    """Return the servers of IPv4 and IPv6; `folders`: of state and of control sockets."""
    found: tuple[list[Subnet], list[Subnet]] = ([], [])
    roles = [name for name in policy.roles if name != MANAGEMENT]
    resolvers = {name: programme.central.resolvers.get(policy.roles[name].profile, ("", "")) for name in roles}
    for plan in chosen(plans, settings):
        for role in roles:
            pair = _subnets(plan, role, resolvers[role])
            found[0].append(pair[0])
            found[1].append(pair[1])
    v4, v6 = (_server(programme, tuple(subnets), settings, folders) for subnets in found)
    return v4, v6


def _server(programme: Programme, subnets: tuple[Subnet, ...], settings: Dhcp, folders: tuple[str, str]) -> Server:
    lease = settings.lease
    return Server(*folders, programme.central.domain, lease, lease // 2, lease * 7 // 8, subnets)


def _subnets(plan: SitePlan, role: str, resolvers: tuple[str, ...]) -> tuple[Subnet, Subnet]:
    """Return a role's subnets. The first IPv4 address as a number numbers both: unique and never changing."""
    v4, v6 = plan.v4[role], plan.v6[role]
    site = plan.entry.code
    first6 = v6.address(FIRST6), v6.address(FIRST6 + 0xFFFF)
    return (
        Subnet(v4.first, site, role, v4, v4.address(2), v4.address(-2), v4.address(1), resolvers[0]),
        Subnet(v4.first, site, role, v6, *first6, v6.address(1), resolvers[1]),
    )


def files(press: Press, made: tuple[Server, Server]) -> Iterator[Printed]:
    """Yield the configurations of both servers."""
    for family, server in zip((4, 6), made, strict=True):
        yield press.file(f"kea/kea-dhcp{family}.conf.j2", server, f"kea/kea-dhcp{family}.conf")
