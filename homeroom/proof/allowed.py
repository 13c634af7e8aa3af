"""What the policy allows, as regions: read from the matrix and the profiles, not from the compiled access lists.

The proof holds a device's text against this. It shares no line with `policy/draft.py`, so that a mistake in how lists
are compiled is found as well.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final, NamedTuple

from homeroom.policy.load import GROUPS, MANAGEMENT
from homeroom.policy.model import WAN, Family, FilterProfile, Policy, Service
from homeroom.policy.places import (
    ALL_DHCP,
    ALL_ROUTERS,
    BOGUS,
    BROADCAST,
    LINK_LOCAL,
    LINK_MULTICAST,
    PRIVATE,
)
from homeroom.policy.regions import (
    ANY_16,
    ANY_PROTOCOL,
    ICMP,
    NEW,
    PROTOCOLS,
    Region,
    Spans,
    any_of,
    minus,
    of_ports,
    of_prefix,
    of_protocol,
    union,
    without,
)
from homeroom.prefix import Prefix
from homeroom.programme.model import Central

_ERRORS: Final[Mapping[Family, tuple[str, ...]]] = {
    4: ("unreachable", "time-exceeded"),
    6: ("unreachable", "packet-too-big", "time-exceeded", "parameter-problem"),
}
_ECHO: Final[Mapping[Family, str]] = {4: "echo", 6: "echo-request"}
_DNS: Final[Spans] = ((53, 53), (853, 853))
_DOMAIN: Final[Spans] = ((53, 53),)
_QUIC: Final[Spans] = ((443, 443),)
_TCP: Final[Spans] = ((6, 6),)
_UDP: Final[Spans] = ((17, 17),)


class Item(NamedTuple):
    """Something that the policy allows. `label` says what, for people; empty: it need not be let through."""

    region: Region
    label: str = ""


@dataclass(frozen=True)
class Terms:
    """The same for every site: the policy and the addresses it speaks of, in one family."""

    policy: Policy
    central: Central
    pools: tuple[Prefix, ...]
    family: Family

    @cached_property
    def any(self) -> Spans:
        """Every address."""
        return any_of(self.family)

    @cached_property
    def internal(self) -> Spans:
        """Every address that is no Internet: the private ones, the programme's own, a link's own."""
        link = (LINK_LOCAL,) if self.family == 6 else ()
        return self._spans((*PRIVATE[self.family], *self.pools, *link))

    @cached_property
    def groups(self) -> Mapping[str, Spans]:
        """The central services by the names the matrix knows."""
        texts = {name: getattr(self.central, name) for name in GROUPS if name != "noc"}
        found = {name: self._spans(map(Prefix.parse, addresses)) for name, addresses in texts.items()}
        return found | {"noc": self._spans(self.central.noc)}

    @cached_property
    def resolvers(self) -> Mapping[str, Spans]:
        """The resolver of each profile."""
        return {name: self._spans(map(Prefix.parse, texts)) for name, texts in self.central.resolvers.items()}

    @cached_property
    def services(self) -> Spans:
        """All addresses of the central services."""
        return union(span for spans in (*self.groups.values(), *self.resolvers.values()) for span in spans)

    @cached_property
    def reach(self) -> Mapping[str, Spans]:
        """Where each profile may go outside."""
        alike = {(one.only, one.blocked): one for one in self.policy.profiles.values()}
        found = {key: self._reach(one) for key, one in alike.items()}
        return {name: found[one.only, one.blocked] for name, one in self.policy.profiles.items()}

    @cached_property
    def outside(self) -> Spans:
        """Every address that is not internal."""
        return minus(self.any, self.internal)

    @cached_property
    def abroad(self) -> Spans:
        """Every address that a packet from the Internet may have as its sender."""
        return minus(self.outside, self._spans(BOGUS[self.family]))

    def _reach(self, profile: FilterProfile) -> Spans:
        start = self._spans(self.policy.endpoints[profile.only]) if profile.only else self.any
        for name in profile.blocked:
            start = minus(start, self._spans(self.policy.endpoints[name]))
        return minus(start, self.internal)

    def _spans(self, prefixes: Iterator[Prefix] | Sequence[Prefix]) -> Spans:
        return union((prefix.first, prefix.last) for prefix in prefixes if prefix.family == self.family)


class Allowed:
    """What the policy allows at one site in one family: each role's `items`, and those of `wan`."""

    def __init__(self, terms: Terms, nets: Mapping[str, Prefix]) -> None:
        self.terms = terms
        self.policy = terms.policy
        self.family: Family = terms.family
        self.nets = {role: of_prefix(net) for role, net in nets.items()}
        self._gateways = {role: ((net.first + 1, net.first + 1),) for role, net in nets.items()}

    def items(self, source: str, holding: frozenset[str], *, tracked: bool) -> tuple[Item, ...]:
        """Return what may come from `source` while the windows `holding` do.

        `tracked`: the device keeps track of connections, so that answers need no rule of their own.
        """
        found = self._wan(tracked=tracked) if source == WAN else self._role(source, holding, tracked=tracked)
        return tuple(item for item in found if all(item.region))

    def _role(self, role: str, holding: frozenset[str], *, tracked: bool) -> Iterator[Item]:
        own, profile = self.nets[role], self.policy.roles[role].profile
        yield from self._local(role, own)
        for cell in self.policy.matrix:
            if cell.source == role:
                target = self._place(cell.target)
                for name in cell.services:
                    yield Item(self._service(own, target, self.policy.services[name]), f"{name} to {cell.target}")
            elif cell.target == role and not tracked:
                yield from self._answers(cell.services, own, self._place(cell.source), ping=cell.source in GROUPS)
        if profile:
            yield from self._resolver(own, profile)
            yield from self._outside(own, profile, holding, tracked=tracked)

    def _local(self, role: str, own: Spans) -> Iterator[Item]:
        """Yield what a host needs of its gateway: its address, its neighbours, a ping."""
        gateway, anyone = self._gateways[role], self.terms.any
        yield Item(self._icmp(own, gateway, _ECHO[self.family]), "ping of its gateway")
        if self.family == 6:
            yield Item(_udp(of_prefix(LINK_LOCAL), of_prefix(ALL_DHCP), 546, 547))
            yield Item(self._icmp(anyone, of_prefix(ALL_ROUTERS), "router-solicitation"))
            for kind in ("nd-ns", "nd-na"):
                for place in (of_prefix(LINK_LOCAL), of_prefix(LINK_MULTICAST), own):
                    yield Item(self._icmp(anyone, place, kind))
        elif role != MANAGEMENT:
            yield Item(_udp(anyone, of_prefix(BROADCAST), 68, 67), "DHCP")
            yield Item(_udp(own, gateway, 68, 67), "DHCP")

    def _resolver(self, own: Spans, profile: str) -> Iterator[Item]:
        for protocol in (_TCP, _UDP):
            region = (own, self.terms.resolvers[profile], protocol, ANY_16, _DOMAIN, ANY_16, NEW)
            yield Item(region, "DNS of its own resolver")

    def _outside(self, own: Spans, name: str, holding: frozenset[str], *, tracked: bool) -> Iterator[Item]:
        if not tracked:
            for kind in _ERRORS[self.family]:
                yield Item(self._icmp(own, self.terms.outside, kind))
        profile = self.policy.profiles[name]
        if profile.window and profile.window not in holding:
            return
        reach = self.terms.reach[name]
        closed: list[Region] = [
            (own, reach, _TCP, ANY_16, _DNS, ANY_16, NEW),
            (own, reach, _UDP, ANY_16, _DNS, ANY_16, NEW),
        ]
        quic: Region = (own, reach, _UDP, ANY_16, _QUIC, ANY_16, NEW)
        if profile.quic:
            yield Item(quic, "QUIC to the Internet")
        else:
            closed.append(quic)
        for service in profile.egress:
            region = self._service(own, reach, self.policy.services[service])
            for part in without([region], closed):
                yield Item(part, f"{service} to the Internet")

    def _answers(self, services: Sequence[str], own: Spans, source: Spans, *, ping: bool) -> Iterator[Item]:
        """Yield answers that no handshake tells from new connections."""
        for service in map(self.policy.services.__getitem__, services):
            if service.protocol != "tcp":
                protocol = of_protocol(service.protocol, self.family)
                yield Item((own, source, protocol, of_ports(service.ports), ANY_16, ANY_16, NEW))
        if ping:
            yield Item(self._icmp(own, source, "echo-reply"))

    def _wan(self, *, tracked: bool) -> Iterator[Item]:
        if self.family == 6:
            near = of_prefix(LINK_LOCAL)
            for kind in ("nd-ns", "nd-na"):
                yield Item(self._icmp(near, near, kind))
                yield Item(self._icmp(near, of_prefix(LINK_MULTICAST), kind))
        for cell in self.policy.matrix:
            if cell.source in GROUPS:
                yield from self._opened(cell.source, cell.target, cell.services)
            elif cell.target in GROUPS and not tracked:
                own = self._place(cell.source)
                yield from self._answers(cell.services, self.terms.groups[cell.target], own, ping=False)
        if not tracked:
            yield from self._errors_and_answers()

    def _opened(self, group: str, role: str, services: Sequence[str]) -> Iterator[Item]:
        source, own = self.terms.groups[group], self._place(role)
        yield Item(self._icmp(source, own, _ECHO[self.family]), f"ping of {role} by {group}")
        for name in services:
            yield Item(self._service(source, own, self.policy.services[name]), f"{name} of {role} by {group}")

    def _errors_and_answers(self) -> Iterator[Item]:
        for kind in _ERRORS[self.family]:
            yield Item(self._icmp(self.terms.any, self.terms.any, kind))
        for role, made in self.policy.roles.items():
            if made.profile:
                own, profile = self._place(role), self.policy.profiles[made.profile]
                yield Item((self.terms.resolvers[made.profile], own, _UDP, _DOMAIN, ANY_16, ANY_16, NEW))
                served = [self.policy.services[name] for name in profile.egress]
                ports = union(span for one in served if one.protocol != "tcp" for span in of_ports(one.ports))
                sports = union((*ports, *_QUIC)) if profile.quic else ports
                yield Item((self.terms.abroad, own, _UDP, sports, ANY_16, ANY_16, NEW))

    def _place(self, name: str) -> Spans:
        """Return the addresses of a role or central group; none when the site has no such role."""
        return self.terms.groups[name] if name in GROUPS else self.nets.get(name, ())

    def _service(self, source: Spans, target: Spans, service: Service) -> Region:
        protocol = of_protocol(service.protocol, self.family)
        return source, target, protocol, ANY_16, of_ports(service.ports), ANY_16, NEW

    def _icmp(self, source: Spans, target: Spans, kind: str) -> Region:
        number = PROTOCOLS[self.family]["icmp"]
        first, more = ICMP[self.family][kind]
        return source, target, ((number, number),), ANY_16, ANY_16, ((first, first + more),), NEW


def _udp(source: Spans, target: Spans, sport: int, dport: int) -> Region:
    return source, target, _UDP, ((sport, sport),), ((dport, dport),), ANY_16, NEW


def everything(family: int) -> Region:
    """Return all new connections of a family."""
    anywhere = any_of(family)
    return anywhere, anywhere, ANY_PROTOCOL, ANY_16, ANY_16, ANY_16, NEW
