"""The RADIUS servers: who a person or device is, and the VLAN by its role's name; visitors by the federation."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from homeroom.central.press import Press, Printed
from homeroom.central.settings import Radius
from homeroom.policy.model import Policy
from homeroom.prefix import Prefix
from homeroom.programme.model import Programme
from homeroom.secret import SecretRef

SHARED: Final = SecretRef("radius")
"""What the schools' switches and access points share with the servers."""
FEDERATION: Final = SecretRef("federation")
"""What the national roaming servers share with them: given by the federation, kept by `homeroom secret set`."""
FILES: Final = (
    "radiusd.conf",
    "clients.conf",
    "proxy.conf",
    "modules.conf",
    "rules.conf",
    "sites.conf",
    "visitors.attrs",
)


@dataclass(frozen=True, slots=True)
class Client:
    """From where devices of the programme ask."""

    name: str
    prefix: Prefix


@dataclass(frozen=True, slots=True)
class Home:
    """One of the federation's servers."""

    name: str
    address: str
    family: int


@dataclass(frozen=True, slots=True)
class Vlan:
    """A role's VLAN, for access points, which read a number."""

    role: str
    number: int


@dataclass(frozen=True, slots=True)
class Server:
    """One RADIUS server; all are the same.

    `people`: roles that 802.1X may give our own (never the visitors'); `machines`: those that a MAC address may give.
    `realm` is our own, `pattern` the same for a regular expression. `visitor`: the role of other realms' people;
    empty: they are refused.
    """

    conf: str
    state: str
    log: str
    listen: str
    listen6: str
    clients: tuple[Client, ...]
    secret: SecretRef
    realm: str
    pattern: str
    people: tuple[str, ...]
    machines: tuple[str, ...]
    vlans: tuple[Vlan, ...]
    visitor: str
    country: str
    homes: tuple[Home, ...]
    federation: SecretRef


def server(
    programme: Programme,
    policy: Policy,
    settings: Radius,
    folders: tuple[str, str, str],
    listen: tuple[str, str] = ("*", "::"),
) -> Server:
    """Return the servers' one configuration; `folders`: of files, state and logs; `listen`: IPv4 and IPv6 address."""
    realm = (policy.visitors.realm if policy.visitors else "") or programme.central.domain
    pools = ((region.id, pool) for region in programme.regions for pool in (region.pool4, region.pool6))
    guest = policy.visitors.role if policy.visitors else ""
    roles = [(name, role) for name, role in policy.roles.items() if name != guest]
    told = policy.roles.items() if settings.federation else roles
    return Server(
        conf=folders[0],
        state=folders[1],
        log=folders[2],
        listen=listen[0],
        listen6=listen[1],
        clients=tuple(Client(f"{name.lower()}-ipv{pool.family}", pool) for name, pool in pools),
        secret=SHARED,
        realm=realm,
        pattern=realm.replace(".", "[.]"),
        people=tuple(name for name, role in roles if role.wired == "dot1x" or role.security == "enterprise"),
        machines=tuple(name for name, role in roles if role.wired == "mab"),
        vlans=tuple(Vlan(name, role.vlan) for name, role in told if role.ssid),
        visitor=guest if settings.federation else "",
        country=programme.country,
        homes=tuple(
            Home(f"federation{number}", address, 6 if ":" in address else 4)
            for number, address in enumerate(settings.federation, 1)
        ),
        federation=FEDERATION,
    )


def files(press: Press, made: Server) -> Iterator[Printed]:
    """Yield the servers' files. Markers of secrets stand in those that only the server's own user may read."""
    for name in FILES:
        private = re.fullmatch(r"(clients|proxy)\.conf", name)
        yield press.file(f"freeradius/{name}.j2", made, f"freeradius/{name}", 0o640 if private else 0o644)
