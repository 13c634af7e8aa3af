"""The order of every access list, said once for both families, with places of the site still to be filled in.

DHCP; ICMP to the gateway; DNS to the role's own resolver and to no other; what the matrix allows, and the replies
to what it allows others; everything internal denied; what the filter profile lets out; everything denied. Permits
name the role's own prefix as source, so a forged source falls to the end. A rule has at most one span of ports, as
routers print them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final, NamedTuple

from homeroom.policy.load import GROUPS, MANAGEMENT
from homeroom.policy.model import ANY_PORT, Action, Family, Policy, Rule, Service, Span
from homeroom.prefix import ANY, Prefix
from homeroom.programme.model import Central

_parse = Prefix.parse
BROADCAST: Final = _parse("255.255.255.255/32")
LINK_LOCAL: Final = _parse("fe80::/10")
LINK_MULTICAST: Final = _parse("ff02::/16")
ALL_ROUTERS: Final = _parse("ff02::2/128")
ALL_DHCP: Final = _parse("ff02::1:2/128")
PRIVATE: Final[Mapping[Family, tuple[Prefix, ...]]] = {
    4: tuple(map(_parse, ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10"))),
    6: (_parse("fc00::/7"),),
}
"""What no role reaches unless the matrix says so; the programme's own pools are added."""
ECHO: Final[Mapping[Family, str]] = {4: "echo", 6: "echo-request"}
ERRORS: Final[Mapping[Family, tuple[str, ...]]] = {
    4: ("unreachable", "time-exceeded"),
    6: ("unreachable", "packet-too-big", "time-exceeded", "parameter-problem"),
}
"""Without them path MTU discovery and traceroute break. In IPv4 `unreachable` includes packet-too-big."""
_NEIGHBOURS: Final = ("nd-ns", "nd-na")


class Line(NamedTuple):
    """A rule in the making: `source` and `target` name a place of the site, or are empty and the rule's own stand."""

    rule: Rule
    source: str = ""
    target: str = ""


def gateway(role: str) -> str:
    """Name the place that is a role's gateway."""
    return f"{role}/gateway"


def list_name(role: str, family: Family) -> str:
    """Name the list of a role."""
    return f"{role.upper()}-IN{'' if family == 4 else '6'}"


class Draft:
    """The lines of one family. Both families run through the same methods: the policy is one."""

    def __init__(self, policy: Policy, central: Central, pools: tuple[Prefix, ...], family: Family) -> None:
        self.policy = policy
        self.family: Family = family
        self.any = ANY[family]
        self.internal = _internal(family, pools)
        self.resolvers = {name: self._own(addresses) for name, addresses in central.resolvers.items()}
        noc = tuple(prefix for prefix in central.noc if prefix.family == family)
        self.groups = {name: self._own(getattr(central, name)) for name in GROUPS if name != "noc"} | {"noc": noc}

    def _own(self, addresses: tuple[str, ...]) -> tuple[Prefix, ...]:
        return tuple(p for p in map(_parse, addresses) if p.family == self.family)

    def _rule(
        self,
        action: Action,
        protocol: str,
        note: str,
        source: Prefix | None = None,
        target: Prefix | None = None,
        *,
        sport: Span | None = None,
        dport: Span | None = None,
        icmp: str = "",
        established: bool = False,
        log: bool = False,
    ) -> Rule:
        sports = (sport,) if sport else ANY_PORT
        dports = (dport,) if dport else ANY_PORT
        ends = (source or self.any, target or self.any)
        return Rule(action, protocol, *ends, sports, dports, icmp, established, log, note)

    def lines(self, role: str) -> Iterator[Line]:
        """Yield the list of a role, in order."""
        profile = self.policy.roles[role].profile
        if role != MANAGEMENT:
            yield from self._dhcp(role)
        yield from self._icmp(role)
        if profile:
            yield from self._dns(role, profile)
        yield from self._cells(role)
        if profile:
            yield from self._inside()
            yield from self._outside(role, profile)
        yield Line(self._rule("deny", "ip", "everything else", log=True))

    def _dhcp(self, role: str) -> Iterator[Line]:
        if self.family == 6:
            rule = self._rule("permit", "udp", "dhcp", LINK_LOCAL, ALL_DHCP, sport=(546, 546), dport=(547, 547))
            yield Line(rule)
            return
        yield Line(self._rule("permit", "udp", "dhcp", target=BROADCAST, sport=(68, 68), dport=(67, 67)))
        yield Line(self._rule("permit", "udp", "dhcp", sport=(68, 68), dport=(67, 67)), role, gateway(role))

    def _icmp(self, role: str) -> Iterator[Line]:
        if self.family == 6:
            note = "neighbour discovery"
            for kind in _NEIGHBOURS:
                yield Line(self._rule("permit", "icmp", note, target=LINK_MULTICAST, icmp=kind))
                yield Line(self._rule("permit", "icmp", note, target=LINK_LOCAL, icmp=kind))
                yield Line(self._rule("permit", "icmp", note, icmp=kind), "", role)
            yield Line(self._rule("permit", "icmp", note, target=ALL_ROUTERS, icmp="router-solicitation"))
        yield Line(self._rule("permit", "icmp", "ping the gateway", icmp=ECHO[self.family]), role, gateway(role))

    def _dns(self, role: str, profile: str) -> Iterator[Line]:
        note = f"profiles.{profile}: its own resolver only"
        for resolver in self.resolvers[profile]:
            for protocol in ("udp", "tcp"):
                yield Line(self._rule("permit", protocol, note, target=resolver, dport=(53, 53)), role)
        for port in (53, 853):
            for protocol in ("udp", "tcp"):
                yield Line(self._rule("deny", protocol, note, dport=(port, port)))

    def _cells(self, role: str) -> Iterator[Line]:
        for number, cell in enumerate(self.policy.matrix):
            note = f"matrix[{number}]: {cell.source} to {cell.target}, {' '.join(cell.services)}"
            services = [self.policy.services[name] for name in cell.services]
            if cell.source == role:
                for service in services:
                    yield from self._open(role, cell.target, service, note)
            elif cell.target == role:
                for service in services:
                    yield from self._reply(role, cell.source, service, note)
                if cell.source in GROUPS:
                    for prefix in self.groups[cell.source]:
                        yield Line(self._rule("permit", "icmp", note, target=prefix, icmp="echo-reply"), role)

    def _open(self, role: str, target: str, service: Service, note: str) -> Iterator[Line]:
        for dport in _spans(service):
            for place, prefix in self._ends(target):
                yield Line(self._rule("permit", service.protocol, note, target=prefix, dport=dport), role, place)

    def _reply(self, role: str, source: str, service: Service, note: str) -> Iterator[Line]:
        tcp = service.protocol == "tcp"
        for sport in _spans(service):
            for place, prefix in self._ends(source):
                rule = self._rule("permit", service.protocol, note, target=prefix, sport=sport, established=tcp)
                yield Line(rule, role, place)

    def _ends(self, name: str) -> list[tuple[str, Prefix | None]]:
        """Return the places or addresses that a role or central group is."""
        return [("", prefix) for prefix in self.groups[name]] if name in GROUPS else [(name, None)]

    def _inside(self) -> Iterator[Line]:
        for prefix in self.internal:
            yield Line(self._rule("deny", "ip", "internal: only what the matrix allows", target=prefix, log=True))

    def _outside(self, role: str, profile: str) -> Iterator[Line]:
        for icmp in ERRORS[self.family]:
            yield Line(self._rule("permit", "icmp", "errors of connections", icmp=icmp), role)
        quic = self.policy.profiles[profile].quic
        note = f"profiles.{profile}.quic: {str(quic).lower()}"
        rule = self._rule("permit" if quic else "deny", "udp", note, dport=(443, 443))
        yield Line(rule, role if quic else "")
        for name in self.policy.profiles[profile].egress:
            service, note = self.policy.services[name], f"profiles.{profile}.egress: {name}"
            for dport in _spans(service):
                yield Line(self._rule("permit", service.protocol, note, dport=dport), role)


def _spans(service: Service) -> list[Span | None]:
    return [(span[0], span[-1]) for span in service.ports] or [None]


def _internal(family: Family, pools: tuple[Prefix, ...]) -> tuple[Prefix, ...]:
    """Return what is internal, as few prefixes as possible, the private ones first."""
    private = PRIVATE[family]
    others = [p for p in pools if p.family == family and not any(known.contains(p) for known in private)]
    return private + tuple(_joined(others))


def _joined(prefixes: list[Prefix]) -> list[Prefix]:
    """Join neighbours that make one prefix, and drop what another contains."""
    out: list[Prefix] = []
    for prefix in sorted(prefixes, key=lambda p: (p.first, p.length)):
        if out and out[-1].contains(prefix):
            continue
        out.append(prefix)
        while len(out) > 1 and out[-2].length == out[-1].length and out[-2].last + 1 == out[-1].first:
            whole = Prefix(prefix.family, out[-2].first & ~(out[-1].last - out[-1].first + 1), out[-1].length - 1)
            if whole.first != out[-2].first:
                break
            out[-2:] = [whole]
    return out
