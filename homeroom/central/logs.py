"""The log servers: one folder a site, told apart by the address a message comes from; refused names kept apart."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from homeroom.central.press import Press, Printed
from homeroom.central.settings import Logs, target
from homeroom.plan.model import SitePlan
from homeroom.policy.model import Policy
from homeroom.taint import clean

NOBODY: Final = "illegal"
"""Of the category that the law forbids, only the site is logged: who asked is for the police alone to find out."""
SITES: Final = "sites.json"


@dataclass(frozen=True, slots=True)
class Forward:
    """Who is handed what the devices say: `homeroom observe`."""

    address: str
    port: int


@dataclass(frozen=True, slots=True)
class Server:
    """One log server. `quiet`: the base categories logged by site only."""

    conf: str
    log: str
    quiet: tuple[str, ...]
    online: int
    archive: int
    blocked: int
    total: int
    forward: tuple[Forward, ...] = ()
    """At most one."""


def server(policy: Policy, settings: Logs, conf: str, log: str) -> Server:
    """Return the log servers' one configuration."""
    return Server(
        conf=conf,
        log=log,
        quiet=tuple(name for name in policy.base if name == NOBODY),
        online=settings.online,
        archive=settings.archive,
        blocked=settings.blocked,
        total=settings.online + settings.archive,
        forward=(Forward(*found),) if (found := target(settings.forward)) else (),
    )


def files(press: Press, made: Server, plans: Iterable[SitePlan]) -> Iterator[Printed]:
    """Yield the servers' files, the table from addresses to sites among them."""
    yield press.file("rsyslog/homeroom.conf.j2", made, "rsyslog/homeroom.conf")
    yield press.file("rsyslog/retention.j2", made, "rsyslog/homeroom-retention", 0o755)
    yield Printed(f"rsyslog/{SITES}", table(plans))


def table(plans: Iterable[SitePlan]) -> Iterator[str]:
    """Yield a lookup table of rsyslog: a device's management address -> its site's code."""
    yield '{"version": 1, "nomatch": "unknown", "type": "string", "table": [\n'
    separator = ""
    for plan in plans:
        code = clean(plan.entry.code, "code")
        for device in plan.devices:
            for address in (device.v4, device.v6):
                yield f"{separator}{json.dumps({'index': address, 'value': code})}"
                separator = ",\n"
    yield "\n]}\n"
