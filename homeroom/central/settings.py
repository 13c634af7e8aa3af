"""services.yaml: how big the central servers are, whom they federate with, how long logs stay. All of it optional."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from homeroom.errors import Problem
from homeroom.project import Project
from homeroom.strict import load

FILE: Final = "inventory/services.yaml"


@dataclass(frozen=True, slots=True)
class Dns:
    """One resolver server: its threads, and the memory for answers in MiB (two thirds for record sets)."""

    threads: int = 4
    cache: int = 1536


@dataclass(frozen=True, slots=True)
class Radius:
    """`federation`: the national roaming servers' addresses, the first one asked first; empty: no roaming."""

    federation: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Dhcp:
    """`sites`: the ids of those whose routers relay to the centre; `every`: all of them. `lease` in seconds."""

    sites: tuple[str, ...] = ()
    every: bool = False
    lease: int = 28800


@dataclass(frozen=True, slots=True)
class Logs:
    """Days. `online`: as files; `archive`: compressed, beyond that; `blocked`: refused names, then gone.

    `forward`: ADDRESS:PORT of `homeroom observe`, which is handed what the devices say; empty: nobody is.
    Source of the defaults: DISA STIG V-251374 and V-251361 (30 days online, one year kept).
    """

    online: int = 30
    archive: int = 365
    blocked: int = 90
    forward: str = ""


@dataclass(frozen=True, slots=True)
class Services:
    """services.yaml."""

    dns: Dns = Dns()
    radius: Radius = Radius()
    dhcp: Dhcp = Dhcp()
    logs: Logs = Logs()


def load_services(project: Project) -> Services:
    """Read the project's services.yaml; without one the defaults hold. InputError with everything wrong in it."""
    path = project.inventory / "services.yaml"
    return load(Services, path, shown=FILE, check=check) if path.exists() else Services()


def check(services: Services) -> list[Problem]:
    """Return every value that no server could run with."""
    return [Problem(FILE, 0, field, message, remedy) for field, message, remedy in _wrong(services)]


def target(text: str) -> tuple[str, int] | None:
    """Read `ADDRESS:PORT`, `[ADDRESS]:PORT` of IPv6; None when it is none."""
    address, _, port = text.rpartition(":")
    try:
        found = str(ipaddress.ip_address(address.strip("[]")))
    except ValueError:
        return None
    return (found, int(port)) if port.isdecimal() and 0 < int(port) <= 65535 else None


def _wrong(services: Services) -> Iterator[tuple[str, str, str]]:
    spans = (
        ("dns.threads", services.dns.threads, 1, 256),
        ("dns.cache", services.dns.cache, 64, 1 << 20),
        ("dhcp.lease", services.dhcp.lease, 300, 604800),
        ("logs.online", services.logs.online, 1, 3650),
        ("logs.archive", services.logs.archive, 1, 3650),
        ("logs.blocked", services.logs.blocked, 1, 3650),
    )
    for field, value, low, high in spans:
        if not low <= value <= high:
            yield field, f"is {value}", f"give {low} to {high}"
    for number, address in enumerate(services.radius.federation):
        try:
            ipaddress.ip_address(address)
        except ValueError:
            yield f"radius.federation[{number}]", f"{address!r} is no address", "write an IPv4 or IPv6 address"
    if services.logs.forward and target(services.logs.forward) is None:
        yield "logs.forward", f"{services.logs.forward!r} is no address and port", "write 192.0.2.20:1514"
    if services.dhcp.every and services.dhcp.sites:
        yield "dhcp.sites", "names sites beside every: true", "keep one of them"
