"""The resolvers: one address a profile, on one or two Unbound servers.

Two, where some profiles get HTTPS records and others do not: Unbound answers from its cache, and gathers equal
questions of different clients, before any module sees which profile asks, and a response policy zone knows no types.
A server that never has such records to give is the only one that cannot leak them. Each has its own cache.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from homeroom.central import zones
from homeroom.central.fence import clients, outside
from homeroom.central.press import Press, Printed
from homeroom.central.settings import Dns
from homeroom.errors import RenderError
from homeroom.policy.model import Policy
from homeroom.prefix import Prefix
from homeroom.programme.model import Programme

STRIPPED: Final = "filtered"
PLAIN: Final = "plain"
_SCRIPT: Final = "https_records.py"


@dataclass(frozen=True, slots=True)
class Answering:
    """A profile and the addresses it is answered at."""

    name: str
    addresses: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Resolver:
    """One Unbound. `strip`: HTTPS and SVCB records are answered empty. `outside`: who is refused.

    Memory in MiB; `slabs` is the power of two next to the threads. `inside`: private addresses that no name of
    another domain than `domain` may have (rebinding).
    """

    name: str
    conf: str
    state: str
    profiles: tuple[Answering, ...]
    zones: tuple[zones.Zone, ...]
    outside: tuple[Prefix, ...]
    inside: tuple[Prefix, ...]
    domain: str
    strip: bool
    threads: int
    slabs: int
    messages: int
    records: int


def resolvers(programme: Programme, policy: Policy, settings: Dns, conf: str, state: str) -> tuple[Resolver, ...]:
    """Return the resolvers of a programme, whose files stand in `conf` and whose state in `state`.

    Raises RenderError when a profile has no address: its schools would be told to ask nobody.
    """
    missing = [name for name in policy.profiles if name not in programme.central.resolvers]
    if missing:
        raise RenderError(f"central.resolvers of programme.yaml names no address for {', '.join(missing)}; add them")
    halves = {
        STRIPPED: [name for name, profile in policy.profiles.items() if not profile.https_records],
        PLAIN: [name for name, profile in policy.profiles.items() if profile.https_records],
    }
    pools = clients(programme)
    return tuple(
        Resolver(
            name=half,
            conf=conf,
            state=state,
            profiles=tuple(Answering(name, tuple(programme.central.resolvers[name])) for name in names),
            zones=zones.zones(policy, names),
            outside=outside(pools),
            inside=programme.regional,
            domain=programme.central.domain,
            strip=half == STRIPPED,
            threads=settings.threads,
            slabs=1 << (settings.threads - 1).bit_length(),
            messages=settings.cache // 3,
            records=settings.cache - settings.cache // 3,
        )
        for half, names in halves.items()
        if names
    )


def files(
    press: Press, made: Iterable[Resolver], policy: Policy, lists: Mapping[str, Iterable[str]]
) -> Iterator[Printed]:
    """Yield the resolvers' files, each zone once: servers on one machine share them."""
    written: set[str] = set()
    for resolver in made:
        yield press.file("unbound/unbound.conf.j2", resolver, f"unbound/{resolver.name}.conf")
        if resolver.strip:
            yield press.file(f"unbound/{_SCRIPT}.j2", resolver, f"unbound/{_SCRIPT}")
        yield press.file("unbound/unit.j2", resolver, f"unbound/homeroom-dns-{resolver.name}.service")
        for zone in resolver.zones:
            if zone.file not in written:
                written.add(zone.file)
                yield Printed(f"unbound/{zone.file}", zones.text(zone, policy, lists))
