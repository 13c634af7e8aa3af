"""policy.yaml, read strictly and checked as a whole."""

from __future__ import annotations

import dataclasses
import datetime as dt
import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Final

from homeroom.endpoints import load_endpoints
from homeroom.errors import Problem
from homeroom.policy import checks, overrides
from homeroom.policy.model import Allow, Policy, Role, Service
from homeroom.prefix import Prefix
from homeroom.programme.model import Facts
from homeroom.project import Project
from homeroom.strict import load
from homeroom.taint import REMEDY, describe, unsafe

FILE: Final = "inventory/policy.yaml"
GROUPS: Final = ("ntp", "syslog", "radius", "noc")
"""Central services that the matrix may name beside the roles: the addresses of programme.yaml's `central`."""
MANAGEMENT: Final = "management"
RESERVED: Final = {1: "the vendors' default", 998: "quarantine", 999: "unused ports"}
"""VLANs no role may have, and what they are for."""
MAX_SSIDS: Final = 4
"""More cost too much airtime."""
_name: Final = re.compile(r"[a-z][a-z0-9]{0,11}").fullmatch
_word: Final = re.compile(r"[a-z][a-z0-9_-]{0,31}").fullmatch


def load_policy(project: Project, facts: Facts | None = None) -> Policy:
    """Read the project's policy; raises InputError with everything that is wrong in it.

    With `facts` scopes are checked too: a value that holds nowhere is a mistake.
    """
    known = _scopes(facts) if facts else None

    brought = load_endpoints(project)

    def every(policy: Policy) -> list[Problem]:
        problems = check(_with_endpoints(policy, brought))
        return problems + (unknown_scopes(policy, known) if known is not None else [])

    return _with_endpoints(load(Policy, project.inventory / "policy.yaml", shown=FILE, check=every), brought)


def _with_endpoints(policy: Policy, brought: Mapping[str, tuple[Prefix, ...]]) -> Policy:
    """Return the policy with the addresses that the operator's files add to its endpoint groups."""
    if not brought:
        return policy
    own = {name: (*prefixes, *brought.get(name, ())) for name, prefixes in policy.endpoints.items()}
    return dataclasses.replace(policy, endpoints={**brought, **own})


def _scopes(facts: Facts) -> frozenset[str]:
    """Return every scope there is; sites that stand in quarantined rows are not known to be gone."""
    regions = {region.id for region in facts.programme.regions}
    return frozenset({facts.programme.country} | regions | {site.id for site in facts.sites} | facts.held)


def unknown_scopes(policy: Policy, known: Collection[str]) -> list[Problem]:
    """Return the scopes that are no country, region or site of the programme."""
    said = [(f"overrides[{n}].scope", one.scope) for n, one in enumerate(policy.overrides)]
    said += [(f"matrix[{n}].scope", cell.scope) for n, cell in enumerate(policy.matrix) if cell.scope]
    remedy = "name the country, a region of programme.yaml or a site of schools.csv"
    return [
        Problem(FILE, 0, at, f"{scope} is not of this programme", remedy) for at, scope in said if scope not in known
    ]


def overdue(policy: Policy, today: dt.date) -> tuple[str, ...]:
    """Name what is past its review date, allowed cells and overrides: a warning, they stay in force."""
    cells = [f"{cell.source} to {cell.target}, {cell.review}" for cell in policy.matrix if cell.review < today]
    return (*cells, *(f"{one.set} in {one.scope}, {one.review}" for one in policy.overrides if one.review < today))


def check(policy: Policy) -> list[Problem]:
    """Return every contradiction in a policy."""
    whole = (checks.names, checks.windows, checks.traffic, checks.admission, overrides.wrong)
    own = (_roles, _ssids, _services, _profiles, _matrix)
    found = [problem for look in (*own, *whole) for problem in look(policy)]
    return [Problem(FILE, 0, field, message, remedy) for field, message, remedy in found]


def _roles(policy: Policy) -> Iterator[tuple[str, str, str]]:
    if MANAGEMENT not in policy.roles:
        yield "roles", f"has no {MANAGEMENT} role", "add it: devices are managed there"
    owners: dict[int, str] = {}
    for name, role in policy.roles.items():
        at = f"roles.{name}"
        if not _name(name) or name in GROUPS:
            yield at, "is no name for a role", f"use up to 12 small letters and digits, not {', '.join(GROUPS)}"
        if role.vlan in RESERVED or not 1 <= role.vlan <= 4094:
            meaning = RESERVED.get(role.vlan, "not from 1 to 4094")
            yield f"{at}.vlan", f"VLAN {role.vlan} is {meaning}", "choose another"
        if owners.setdefault(role.vlan, name) != name:
            yield f"{at}.vlan", f"VLAN {role.vlan} is {owners[role.vlan]}'s already", "choose another"
        if role.profile and role.profile not in policy.profiles:
            yield f"{at}.profile", f"no profile is called {role.profile}", f"choose from {_names(policy.profiles)}"
        yield from _wireless(at, role)


def _wireless(at: str, role: Role) -> Iterator[tuple[str, str, str]]:
    if bool(role.ssid) != (role.security != "none"):
        yield f"{at}.security", f"is {role.security} with ssid {role.ssid!r}", "give both, or an empty ssid and none"
    found = unsafe(role.ssid)
    if found is not None:
        yield f"{at}.ssid", f"{describe(found.group())} is refused", REMEDY
    if len(role.ssid.encode()) > 32:
        yield f"{at}.ssid", "is longer than 32 bytes", "shorten it"


def _ssids(policy: Policy) -> Iterator[tuple[str, str, str]]:
    security: dict[str, str] = {}
    for name, role in policy.roles.items():
        if role.ssid and security.setdefault(role.ssid, role.security) != role.security:
            yield (
                f"roles.{name}.security",
                f"{role.ssid} is {security[role.ssid]} elsewhere",
                "one SSID has one security",
            )
    if len(security) > MAX_SSIDS:
        yield "roles", f"name {len(security)} SSIDs, at most {MAX_SSIDS} are allowed", "let roles share one"


def _services(policy: Policy) -> Iterator[tuple[str, str, str]]:
    for name, service in policy.services.items():
        at = f"services.{name}.ports"
        yield from _named(f"services.{name}", name)
        if service.protocol == "ip" and service.ports:
            yield at, "are given for protocol ip", "remove them, or say tcp or udp"
        if service.protocol != "ip" and not service.ports:
            yield at, "are missing", "list them: [[80], [8000, 8010]]"
        for span in service.ports:
            if not 1 <= len(span) <= 2 or not 0 < span[0] <= span[-1] <= 65535:
                yield at, f"{list(span)} is neither a port nor a span", "write [port] or [first, last], from 1 to 65535"


def _profiles(policy: Policy) -> Iterator[tuple[str, str, str]]:
    for name, profile in policy.profiles.items():
        yield from _named(f"profiles.{name}", name)
        for service in profile.egress:
            if service not in policy.services:
                yield (
                    f"profiles.{name}.egress",
                    f"no service is called {service}",
                    f"choose from {_names(policy.services)}",
                )
        yield from checks.profile(policy, f"profiles.{name}", profile)


def _named(at: str, name: str) -> Iterator[tuple[str, str, str]]:
    if not _word(name):
        yield at, "is no name", "use up to 32 small letters, digits, - and _"


def _matrix(policy: Policy) -> Iterator[tuple[str, str, str]]:
    seen: Counter[tuple[str, str, str]] = Counter()
    for number, cell in enumerate(policy.matrix):
        at = f"matrix[{number}]"
        for field, side in (("source", cell.source), ("target", cell.target)):
            if side not in policy.roles and side not in GROUPS:
                known = f"{_names(policy.roles)}, {', '.join(GROUPS)}"
                yield f"{at}.{field}", f"no role is called {side}", f"choose from {known}"
        if cell.source == cell.target or (cell.source in GROUPS and cell.target in GROUPS):
            yield at, f"{cell.source} to {cell.target} does not pass a school's router", "remove it"
        seen[cell.source, cell.target, cell.scope] += 1
        if seen[cell.source, cell.target, cell.scope] == 2:
            yield at, f"{cell.source} to {cell.target} is given twice", "join their services in one"
        yield from _cell(policy, at, cell)


def _cell(policy: Policy, at: str, cell: Allow) -> Iterator[tuple[str, str, str]]:
    if not cell.services:
        yield f"{at}.services", "are none", "name them; what is not allowed needs no line"
    for field, text in (("reason", cell.reason), ("owner", cell.owner)):
        if not text.strip():
            yield f"{at}.{field}", "is empty", "say it: an auditor asks"
    for name in cell.services:
        service = policy.services.get(name)
        if service is None:
            yield f"{at}.services", f"no service is called {name}", f"choose from {_names(policy.services)}"
        elif cell.source in policy.roles and cell.target in policy.roles and service.protocol != "tcp":
            message = f"{name} is {service.protocol}: a router's list cannot tell its replies from new connections"
            yield f"{at}.services", message, "allow tcp services between roles only"


def _names(mapping: Iterable[str]) -> str:
    return ", ".join(mapping)


def between(policy: Policy, source: str, target: str) -> tuple[Service, ...]:
    """Return the services that `source` may open towards `target`."""
    cells = (cell for cell in policy.matrix if (cell.source, cell.target) == (source, target))
    return tuple(policy.services[name] for cell in cells for name in cell.services)
