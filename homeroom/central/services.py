"""All files of the central services, from the policy as it holds in the whole country."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from homeroom.central import dhcp, dns, logs, radius
from homeroom.central.press import Press, Printed
from homeroom.central.settings import Services
from homeroom.plan.model import SitePlan
from homeroom.policy.model import Policy
from homeroom.policy.overrides import resolve
from homeroom.programme.model import Programme

DAEMONS: Final = ("unbound", "freeradius", "kea", "rsyslog")
RESOLVED: Final = frozenset({"categories", "names", "allow", "safesearch", "youtube", "canaries", "https_records"})
"""What of a filter profile the resolvers do; the rest is done at the school."""


@dataclass(frozen=True, slots=True)
class Places:
    """Where the files are installed and state is kept; Debian's own places unless said otherwise."""

    unbound: str = "/etc/unbound/homeroom"
    unbound_state: str = "/var/lib/unbound"
    freeradius: str = "/etc/freeradius/homeroom"
    freeradius_state: str = "/run/freeradius"
    freeradius_log: str = "/var/log/freeradius"
    kea_state: str = "/var/lib/kea"
    kea_run: str = "/run/kea"
    rsyslog: str = "/etc/rsyslog.d/homeroom"
    log: str = "/var/log/homeroom"

    @classmethod
    def beneath(cls, base: str) -> Places:
        """Return places in one folder: a daemon's files in one of its own, all state in `state`."""
        state, conf = f"{base}/state", [f"{base}/{daemon}" for daemon in DAEMONS]
        return cls(conf[0], state, conf[1], state, state, state, state, conf[3], state)


@dataclass(frozen=True, slots=True)
class Central:
    """What the central services are made of. `lists`: category -> names; `plans`: of every site."""

    programme: Programme
    policy: Policy
    services: Services
    plans: Sequence[SitePlan]
    lists: Mapping[str, Iterable[str]]

    def files(self, press: Press, places: Places) -> Iterator[Printed]:
        """Yield every file; UnsafeText or RenderError at the first that cannot be printed."""
        programme, policy = self.programme, resolve(self.policy, (self.programme.country,))
        resolvers = dns.resolvers(programme, policy, self.services.dns, places.unbound, places.unbound_state)
        yield from dns.files(press, resolvers, policy, self.lists)
        folders = (places.freeradius, places.freeradius_state, places.freeradius_log)
        yield from radius.files(press, radius.server(programme, policy, self.services.radius, folders))
        pair = dhcp.servers(programme, policy, self.plans, self.services.dhcp, (places.kea_state, places.kea_run))
        yield from dhcp.files(press, pair)
        collector = logs.server(policy, self.services.logs, places.rsyslog, places.log)
        yield from logs.files(press, collector, self.plans)

    def unfilled(self) -> tuple[str, ...]:
        """Return the categories that no list was published for: nothing is refused by them."""
        used = {*self.policy.base, *(name for profile in self.policy.profiles.values() for name in profile.categories)}
        return tuple(name for name in self.policy.categories if name in used and name not in self.lists)

    def unserved(self) -> tuple[str, ...]:
        """Return the overrides that the resolvers cannot hold to: an address answers the same to every school."""
        return tuple(
            f"{one.set} in {one.scope}"
            for one in self.policy.overrides
            if one.scope != self.programme.country
            and one.set.startswith("profiles.")
            and one.set.split(".")[-1] in RESOLVED
        )
