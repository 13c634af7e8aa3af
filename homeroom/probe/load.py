"""inventory/probe.yaml, read strictly."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator
from typing import Final

from homeroom.errors import Problem
from homeroom.probe.model import Targets
from homeroom.project import Project
from homeroom.strict import load

FILE: Final = "inventory/probe.yaml"


def load_targets(project: Project) -> Targets:
    """Read what checks are made with; InputError with everything that is wrong in it."""
    return load(Targets, project.inventory / "probe.yaml", shown=FILE, check=check)


def check(targets: Targets) -> list[Problem]:
    """Return every value that is no address, and every list that would make checks mean nothing."""
    named = {"control": targets.control, "foreign": targets.foreign}
    named |= {f"hosts.{role}": tuple(host.address for host in hosts) for role, hosts in targets.hosts.items()}
    problems = [
        Problem(FILE, 0, f"{field}[{n}]", f"{address!r} is no address", "write an IPv4 or IPv6 address")
        for field, addresses in named.items()
        for n, address in enumerate(addresses)
        if not _is_address(address)
    ]
    return problems + [
        Problem(FILE, 0, field, "is empty", "name some: they are the controls") for field in _empty(targets)
    ]


def _is_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True


def _empty(targets: Targets) -> Iterator[str]:
    for field in ("control", "open_names", "foreign"):
        if not getattr(targets, field):
            yield field
