"""From the policy to checks: what a device in one role's network should reach and resolve at its site."""

from __future__ import annotations

import dataclasses
import datetime as dt
import ipaddress
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from homeroom.policy.load import GROUPS, MANAGEMENT, between
from homeroom.policy.model import DAYS, FilterProfile, Policy, Service, Window
from homeroom.probe.model import Check, Targets, Want
from homeroom.probe.names import CANARIES, SAFE, YOUTUBE, YOUTUBE_NAME

CLOSED_PORT: Final = 8443
"""A port that no profile lets out, tried at the control hosts."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where the probe stands: its role's own resolvers, the programme's clocks, the site's management addresses."""

    role: str
    resolvers: tuple[str, ...]
    gateways: tuple[str, ...]
    ntp: tuple[str, ...]
    devices: tuple[str, ...]
    now: dt.datetime
    """Local time at the site: windows are kept by it."""


def checks(policy: Policy, place: Place, targets: Targets, families: Iterable[int] = (4, 6)) -> Iterator[Check]:
    """Yield the checks of a role, controls before what depends on them."""
    for family in families:
        maker = _Maker(policy, place, targets, family)
        yield from maker.every()


class _Maker:
    """The checks of one family."""

    def __init__(self, policy: Policy, place: Place, targets: Targets, family: int) -> None:
        self.policy = policy
        self.place = place
        self.targets = targets
        self.family = family
        name = policy.roles[place.role].profile
        self.profile: FilterProfile | None = policy.profiles[name] if name else None
        self.resolver = next(self.of(place.resolvers), "")
        self.control = next(self.of(targets.control), "")
        self.first = self.positive()

    def of(self, addresses: Iterable[str]) -> Iterator[str]:
        """Keep the addresses of this family."""
        return (one for one in addresses if ipaddress.ip_address(one).version == self.family)

    def every(self) -> Iterator[Check]:
        if self.first == self.tag("clock"):
            yield Check(self.first, self.first, "ntp", next(self.of(self.place.ntp)), 123, "open")
        elif self.first == self.tag("gateway"):
            yield Check(self.first, self.first, "ping", next(self.of(self.place.gateways)), 0, "open")
        if self.profile is not None and self.resolver:
            yield from self.names(self.profile)
            yield from self.elsewhere(self.profile)
        if self.profile is not None and self.control:
            yield from self.outside(self.profile)
        yield from self.inside()

    def positive(self) -> str:
        """Name the check that shows that doors can open: without one, a closed door proves nothing."""
        if self.profile is not None and self.resolver:
            return self.tag("resolver")
        clock = next(self.of(self.place.ntp), "") if between(self.policy, self.place.role, "ntp") else ""
        if clock:
            return self.tag("clock")
        return self.tag("gateway") if any(self.of(self.place.gateways)) else ""

    def tag(self, text: str) -> str:
        return f"v{self.family} {text}"

    def dns(self, title: str, name: str, want: Want, *, qtype: str = "A", expect: tuple[str, ...] = ()) -> Check:
        control = "" if title == "resolver" else self.first
        made = self.tag(title)
        return Check(made, made, "dns", self.resolver, 53, want, control, name, qtype, "udp", expect)

    def names(self, profile: FilterProfile) -> Iterator[Check]:
        """Ask its own resolver."""
        usual = profile.allow if profile.names == "allowed" else self.targets.open_names
        first = usual[0]
        yield self.dns("resolver", first, "answered")
        yield dataclasses.replace(self.dns("resolver over TCP", first, "answered"), over="tcp")
        for name in usual[1:]:
            yield self.dns(f"not over-blocked: {name}", name, "answered")
        if profile.names == "allowed":
            for name in self.targets.open_names:
                yield self.dns(f"not on the allow list: {name}", name, "refused")
            return
        for category, names in self.targets.blocked_names.items():
            refused = category in (*self.policy.base, *profile.categories)
            for name in names:
                yield self.dns(f"{category}: {name}", name, "refused" if refused else "answered")
        yield from self.special(profile, first)

    def special(self, profile: FilterProfile, usual: str) -> Iterator[Check]:
        if profile.safesearch:
            for name, safe in SAFE.items():
                yield self.dns(f"safe search: {name}", name, "redirected", expect=safe)
        if profile.youtube != "off":
            restricted = YOUTUBE[profile.youtube]
            yield self.dns(f"YouTube {profile.youtube}", YOUTUBE_NAME, "redirected", expect=restricted)
        if profile.canaries:
            for name in CANARIES:
                yield self.dns(f"canary: {name}", name, "refused")
        if not profile.https_records:
            yield self.dns("no HTTPS records", usual, "empty", qtype="HTTPS")

    def elsewhere(self, profile: FilterProfile) -> Iterator[Check]:
        """Ask another resolver: it is not reached, or the own one answers for it."""
        names = [name for category in self.policy.base for name in self.targets.blocked_names.get(category, ())]
        for foreign in self.of(self.targets.foreign):
            for name in names[:1]:
                made = self.tag(f"no other resolver: {foreign}")
                one = Check(made, made, "dns", foreign, 53, "unanswered", self.first, name)
                yield one
                yield dataclasses.replace(one, id=f"{made} over TCP", title=f"{made} over TCP", over="tcp")
            made = self.tag(f"no DNS over TLS: {foreign}")
            yield Check(made, made, "tcp", foreign, 853, "closed", self.first)
            if any(_holds(self.policy, group, foreign) for group in profile.blocked):
                made = self.tag(f"no DNS over HTTPS: {foreign}")
                yield Check(made, made, "tcp", foreign, 443, "closed", self.first)

    def outside(self, profile: FilterProfile) -> Iterator[Check]:
        """Try what the profile lets out, and one port that it does not."""
        open_now = _within(self.policy.windows.get(profile.window), self.place.now) and not profile.only
        services = [self.policy.services[name] for name in profile.egress]
        for port in (80, 443):
            want: Want = "open" if open_now and any(_has(service, port) for service in services) else "closed"
            made = self.tag(f"Internet, TCP {port}")
            yield Check(made, made, "tcp", self.control, port, want, self.first)
        made = self.tag(f"Internet, TCP {CLOSED_PORT}")
        yield Check(made, made, "tcp", self.control, CLOSED_PORT, "closed", self.first)
        made = self.tag("Internet, QUIC")
        yield Check(
            made, made, "quic", self.control, 443, "open" if open_now and profile.quic else "closed", self.first
        )

    def inside(self) -> Iterator[Check]:
        """Try whom it reaches in the site."""
        role = self.place.role
        for other, hosts in self.targets.hosts.items():
            allowed = between(self.policy, role, other) if other not in GROUPS else ()
            for host in hosts:
                for address in self.of((host.address,)):
                    for port in host.ports if other != role else ():
                        want: Want = "open" if any(_has(service, port) for service in allowed) else "closed"
                        made = self.tag(f"{role} to {other}, TCP {port}")
                        yield Check(f"{made} {address}", made, "tcp", address, port, want, self.first)
        if role != MANAGEMENT:
            for address in self.of(self.place.devices):
                made = self.tag(f"{role} to device {address}, SSH")
                yield Check(made, made, "tcp", address, 22, "closed", self.first)


def _has(service: Service, port: int) -> bool:
    return service.protocol == "tcp" and any(span[0] <= port <= span[-1] for span in service.ports)


def _holds(policy: Policy, group: str, address: str) -> bool:
    value = ipaddress.ip_address(address)
    return any(p.family == value.version and p.first <= int(value) <= p.last for p in policy.endpoints[group])


def _within(window: Window | None, now: dt.datetime) -> bool:
    return window is None or window.holds(DAYS[now.weekday()], f"{now:%H:%M}")
