"""What must hold of programme.yaml and profiles.yaml beyond types; every problem is collected.

Problems carry the path of the value in `field`; homeroom.strict adds the file and the line.
"""

from __future__ import annotations

import ipaddress
import re
import zoneinfo
from collections.abc import Iterable, Iterator, Mapping
from itertools import combinations
from typing import Final

from homeroom.errors import Problem
from homeroom.prefix import Prefix
from homeroom.programme import geo
from homeroom.programme.model import Central, Programme, Region
from homeroom.taint import REMEDY, describe, unsafe

ID: Final = re.compile(r"[a-z0-9][a-z0-9-]{0,31}").fullmatch
USER: Final = re.compile(r"[a-z][a-z0-9_-]{0,31}").fullmatch
DOMAIN: Final = re.compile(
    r"(?=.{1,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)*[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?"
).match
LIMIT: Final = 100
"""Longest text that goes into a device's description, contact or banner line."""


def wrong(field: str, message: str, remedy: str) -> Problem:
    """Make a problem of the value at path `field`."""
    return Problem("", 0, field, message, remedy)


def text(field: str, value: str) -> Iterator[Problem]:
    """Check text that people entered and devices will show."""
    found = unsafe(value)
    if found:
        yield wrong(field, f"{describe(found.group())} at position {found.start() + 1} is refused", REMEDY)
    if not value.strip():
        yield wrong(field, "is empty", "fill it")
    elif value != value.strip():
        yield wrong(field, "begins or ends with a blank", "remove it")
    if len(value) > LIMIT:
        yield wrong(field, f"has {len(value)} characters, more than {LIMIT}", "shorten it")


def programme(facts: Programme) -> list[Problem]:
    """Return every problem of a programme."""
    return [
        *_names(facts),
        *_place(facts),
        *_duplicates(facts.regions),
        *_families(facts),
        *_overlaps(facts),
        *_central(facts.central),
    ]


def _names(facts: Programme) -> Iterator[Problem]:
    for field, value, valid, rule in (
        ("id", facts.id, ID(facts.id), "lower-case letters, digits and hyphens, at most 32"),
        ("management_user", facts.management_user, USER(facts.management_user), "a lower-case login name, at most 32"),
        ("central.domain", facts.central.domain, DOMAIN(facts.central.domain), "a lower-case domain name"),
    ):
        if not valid:
            yield wrong(field, f"{value!r} is not {rule}", "correct it")
    yield from text("name", facts.name)
    for number, line in enumerate(facts.banner):
        yield from text(f"banner[{number}]", line)
    for number, region in enumerate(facts.regions):
        yield from text(f"regions[{number}].name", region.name)


def _place(facts: Programme) -> Iterator[Problem]:
    try:
        zoneinfo.ZoneInfo(facts.timezone)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
        yield wrong("timezone", f"{facts.timezone!r} is not a time zone", "write one such as America/Asuncion")
    known = geo.countries()
    if facts.country not in known:
        yield wrong("country", f"no boundaries of {facts.country!r} ship with Homeroom", f"choose {', '.join(known)}")
        return
    if not facts.regions:
        yield wrong("regions", "there are none", "add the nation's first-level units")
    code = re.compile(rf"{facts.country}-[A-Z0-9]{{1,3}}").fullmatch
    for number, region in enumerate(facts.regions):
        if not code(region.id):
            what = f"{region.id!r} is not an ISO 3166-2 code of {facts.country}"
            yield wrong(f"regions[{number}].id", what, f"write one such as {facts.country}-1")


def _duplicates(regions: tuple[Region, ...]) -> Iterator[Problem]:
    for what in ("id", "name"):
        seen: dict[str, int] = {}
        for number, region in enumerate(regions):
            value = getattr(region, what)
            if value in seen:
                first = f"regions[{seen[value]}]"
                yield wrong(f"regions[{number}].{what}", f"{value!r} is already that of {first}", "give each its own")
            seen.setdefault(value, number)


def _pools(facts: Programme) -> dict[str, Prefix]:
    """Return every pool by its path."""
    pools = {"wan_pool": facts.wan_pool} | ({"backup_pool": facts.backup_pool} if facts.backup_pool else {})
    for number, region in enumerate(facts.regions):
        pools |= {f"regions[{number}].pool4": region.pool4, f"regions[{number}].pool6": region.pool6}
    return pools


def _families(facts: Programme) -> Iterator[Problem]:
    for field, pool in _pools(facts).items():
        family, longest, what = (6, 56, "a /56 a site") if field.endswith("pool6") else (4, 23, "a /23 a site")
        if field in {"wan_pool", "backup_pool"}:
            longest, what = 31, "a /31 a site"
        if pool.family != family:
            yield wrong(field, f"{pool} is not IPv{family}", f"write an IPv{family} prefix")
        elif pool.length > longest:
            yield wrong(field, f"{pool} is too small for {what}", f"write a /{longest} or shorter")


def _overlaps(facts: Programme) -> Iterator[Problem]:
    pools = _pools(facts)
    for (field, pool), (other_field, other) in combinations(pools.items(), 2):
        if pool.overlaps(other):
            yield wrong(other_field, f"{other} overlaps {pool} of {field}", "give each its own")
    for (field, pool), old in ((item, old) for item in pools.items() for old in facts.legacy):
        if pool.overlaps(old):
            yield wrong(field, f"{pool} overlaps {old} of legacy", "choose another, or correct legacy")


def _central(central: Central) -> Iterator[Problem]:
    if not central.resolvers:
        yield wrong("central.resolvers", "there are none", "name each filter profile's resolver addresses")
    for profile, addresses in central.resolvers.items():
        field = f"central.resolvers.{profile}"
        families = [_family(address) for address in addresses]
        if families != [4, 6]:
            yield wrong(field, f"{', '.join(addresses)} is not one IPv4 and one IPv6 address", "write both, IPv4 first")
    servers: Mapping[str, tuple[str, ...]] = {
        "ntp": central.ntp,
        "syslog": central.syslog,
        "radius": central.radius,
    }
    for name, addresses in servers.items():
        yield from _addresses(f"central.{name}", addresses)
    if not central.noc:
        yield wrong("central.noc", "there is none", "write the prefixes management may come from")


def _addresses(field: str, addresses: Iterable[str]) -> Iterator[Problem]:
    given = tuple(addresses)
    if not given:
        yield wrong(field, "there are none", "write at least one address")
    for number, address in enumerate(given):
        if not _family(address):
            yield wrong(f"{field}[{number}]", f"{address!r} is not an IP address", "write an address such as 192.0.2.1")


def _family(address: str) -> int:
    """Return 4 or 6; 0 when the text is no plain address."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return 0
    return 0 if getattr(found, "scope_id", None) else found.version
