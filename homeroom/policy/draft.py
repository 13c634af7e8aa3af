"""The order of every access list, said once for both families, with places of the site still to be filled in.

A platform that keeps no state has one list an interface (`in`): DHCP; ICMP to the gateway; DNS to the role's own
resolver and to no other; what the matrix allows, and the replies to what it allows others; everything internal
denied; what the filter profile lets out; everything denied. A platform that tracks connections has two: `local` for
the device itself and `through` for what it forwards, both beginning with the connections already open. What comes in
by an uplink is `inbound.py`'s. Permits name the role's own prefix as source, so a forged source falls to the end. A
rule has at most one span of ports, as routers print them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final, NamedTuple

from homeroom.policy.load import GROUPS, MANAGEMENT
from homeroom.policy.model import ANY_PORT, Action, Allow, Family, Hook, Place, Policy, Rule, Service, Span
from homeroom.policy.places import (
    ALL_DHCP,
    ALL_ROUTERS,
    BROADCAST,
    LINK_LOCAL,
    LINK_MULTICAST,
    bogus,
    gateway,
    group,
    internal,
)
from homeroom.prefix import ANY, Prefix
from homeroom.programme.model import Central

ECHO: Final[Mapping[Family, str]] = {4: "echo", 6: "echo-request"}
ERRORS: Final[Mapping[Family, tuple[str, ...]]] = {
    4: ("unreachable", "time-exceeded"),
    6: ("unreachable", "packet-too-big", "time-exceeded", "parameter-problem"),
}
"""Without them path MTU discovery and traceroute break. In IPv4 `unreachable` includes packet-too-big."""
NEIGHBOURS: Final = ("nd-ns", "nd-na")
NAMES: Final[Mapping[Hook, str]] = {"in": "IN", "local": "LOCAL", "through": "FWD"}


class Line(NamedTuple):
    """A rule in the making: `source` and `target` name a place of the site, or are empty and the rule's own stand."""

    rule: Rule
    source: str = ""
    target: str = ""


def list_name(role: str, family: Family, hook: Hook = "in") -> str:
    """Name the list of a role."""
    return f"{role.upper()}-{NAMES[hook]}{'' if family == 4 else '6'}"


class Draft:
    """The lines of one family. Both families run through the same methods: the policy is one."""

    def __init__(self, policy: Policy, central: Central, pools: tuple[Prefix, ...], family: Family) -> None:
        self.policy = policy
        self.family: Family = family
        self.any = ANY[family]
        self.internal = internal(family, pools)
        self.bogus = bogus(family, pools)
        self.resolvers = {name: self._own(addresses) for name, addresses in central.resolvers.items()}
        noc = tuple(prefix for prefix in central.noc if prefix.family == family)
        self.groups = {name: self._own(getattr(central, name)) for name in GROUPS if name != "noc"} | {"noc": noc}

    def _own(self, addresses: tuple[str, ...]) -> tuple[Prefix, ...]:
        return tuple(p for p in map(Prefix.parse, addresses) if p.family == self.family)

    def rule(
        self,
        action: Action,
        protocol: str,
        note: str,
        source: Place | None = None,
        target: Place | None = None,
        *,
        sport: Span | None = None,
        dport: Span | None = None,
        icmp: str = "",
        established: bool = False,
        log: bool = False,
        window: str = "",
    ) -> Rule:
        """Make a rule; an end that is not given is any address, or a place put in later."""
        sports = (sport,) if sport else ANY_PORT
        dports = (dport,) if dport else ANY_PORT
        ends = (source or self.any, target or self.any)
        return Rule(action, protocol, *ends, sports, dports, icmp, established, log, note, window)

    def lines(self, role: str, hook: Hook = "in") -> Iterator[Line]:
        """Yield the list of a role, in order."""
        profile = self.policy.roles[role].profile
        if hook != "in":
            yield self.open_already()
        if hook != "through":
            if role != MANAGEMENT:
                yield from self._dhcp(role)
            yield from self._icmp(role)
        if hook != "local":
            yield from self._onward(role, profile, replies=hook == "in")
        yield self.everything_else()

    def open_already(self) -> Line:
        """Let pass what belongs to a connection: on platforms that track them."""
        return Line(self.rule("permit", "ip", "connections already open", established=True))

    def everything_else(self) -> Line:
        """Deny the rest, and say so."""
        return Line(self.rule("deny", "ip", "everything else", log=True))

    def _onward(self, role: str, profile: str, *, replies: bool) -> Iterator[Line]:
        if profile:
            yield from self._dns(role, profile)
        yield from self._cells(role, replies=replies)
        if profile:
            yield from self._inside()
            yield from self._outside(role, profile, errors=replies)

    def _dhcp(self, role: str) -> Iterator[Line]:
        if self.family == 6:
            rule = self.rule("permit", "udp", "dhcp", LINK_LOCAL, ALL_DHCP, sport=(546, 546), dport=(547, 547))
            yield Line(rule)
            return
        yield Line(self.rule("permit", "udp", "dhcp", target=BROADCAST, sport=(68, 68), dport=(67, 67)))
        yield Line(self.rule("permit", "udp", "dhcp", sport=(68, 68), dport=(67, 67)), role, gateway(role))

    def _icmp(self, role: str) -> Iterator[Line]:
        if self.family == 6:
            note = "neighbour discovery"
            for kind in NEIGHBOURS:
                yield Line(self.rule("permit", "icmp", note, target=LINK_MULTICAST, icmp=kind))
                yield Line(self.rule("permit", "icmp", note, target=LINK_LOCAL, icmp=kind))
                yield Line(self.rule("permit", "icmp", note, icmp=kind), "", role)
            yield Line(self.rule("permit", "icmp", note, target=ALL_ROUTERS, icmp="router-solicitation"))
        yield Line(self.rule("permit", "icmp", "ping the gateway", icmp=ECHO[self.family]), role, gateway(role))

    def _dns(self, role: str, profile: str) -> Iterator[Line]:
        note = f"profiles.{profile}: its own resolver only"
        for resolver in self.resolvers[profile]:
            for protocol in ("udp", "tcp"):
                yield Line(self.rule("permit", protocol, note, target=resolver, dport=(53, 53)), role)
        for port in (53, 853):
            for protocol in ("udp", "tcp"):
                yield Line(self.rule("reject", protocol, note, dport=(port, port)))

    def _cells(self, role: str, *, replies: bool) -> Iterator[Line]:
        for note, cell in self.cells():
            services = [self.policy.services[name] for name in cell.services]
            if cell.source == role:
                for service in services:
                    yield from self._open(role, cell.target, service, note)
            elif cell.target == role and replies:
                for service in services:
                    yield from self._reply(role, cell.source, service, note)
                if cell.source in GROUPS:
                    for prefix in self.groups[cell.source]:
                        yield Line(self.rule("permit", "icmp", note, target=prefix, icmp="echo-reply"), role)

    def cells(self) -> Iterator[tuple[str, Allow]]:
        """Yield the matrix, each cell with its note."""
        for cell in self.policy.matrix:
            where = f" ({cell.scope} only)" if cell.scope else ""
            yield f"matrix: {cell.source} to {cell.target}, {' '.join(cell.services)}{where}", cell

    def _open(self, role: str, target: str, service: Service, note: str) -> Iterator[Line]:
        for dport in spans(service):
            for place, prefix in self.ends(target):
                yield Line(self.rule("permit", service.protocol, note, target=prefix, dport=dport), role, place)

    def _reply(self, role: str, source: str, service: Service, note: str) -> Iterator[Line]:
        tcp = service.protocol == "tcp"
        for sport in spans(service):
            for place, prefix in self.ends(source):
                rule = self.rule("permit", service.protocol, note, target=prefix, sport=sport, established=tcp)
                yield Line(rule, role, place)

    def ends(self, name: str) -> list[tuple[str, Prefix | None]]:
        """Return the places or addresses that a role or central group is."""
        return [("", prefix) for prefix in self.groups[name]] if name in GROUPS else [(name, None)]

    def _inside(self) -> Iterator[Line]:
        for prefix in self.internal:
            yield Line(self.rule("deny", "ip", "internal: only what the matrix allows", target=prefix, log=True))

    def _outside(self, role: str, profile: str, *, errors: bool) -> Iterator[Line]:
        made, at = self.policy.profiles[profile], f"profiles.{profile}"
        if errors:
            for icmp in ERRORS[self.family]:
                yield Line(self.rule("permit", "icmp", "errors of connections", icmp=icmp), role)
        for name in made.blocked:
            target = group(self.policy, name, self.family)
            if target:
                yield Line(self.rule("reject", "ip", f"{at}.blocked: {name}", target=target))
        if not made.quic:
            yield Line(self.rule("reject", "udp", f"{at}.quic: false", dport=(443, 443)))
        only = group(self.policy, made.only, self.family) if made.only else None
        if made.only and only is None:
            return
        if made.quic:
            quic = self.rule("permit", "udp", f"{at}.quic: true", target=only, dport=(443, 443), window=made.window)
            yield Line(quic, role)
        for name in made.egress:
            service, note = self.policy.services[name], f"{at}.egress: {name}"
            for dport in spans(service):
                rule = self.rule("permit", service.protocol, note, target=only, dport=dport, window=made.window)
                yield Line(rule, role)


def spans(service: Service) -> list[Span | None]:
    """Return a service's ports, one span a rule."""
    return [(span[0], span[-1]) for span in service.ports] or [None]
