"""What may come in by an uplink: answers, what the matrix lets the central services open, and nothing else."""

from __future__ import annotations

from collections.abc import Iterator

from homeroom.policy.draft import ECHO, ERRORS, NEIGHBOURS, Draft, Line, spans
from homeroom.policy.load import GROUPS
from homeroom.policy.model import Family, FilterProfile, Hook
from homeroom.policy.places import LINK_LOCAL, LINK_MULTICAST


class Inbound:
    """The lists of the uplinks, from the same policy and in the same form as a role's (`Draft`)."""

    def __init__(self, draft: Draft) -> None:
        self.draft = draft
        self.policy = draft.policy
        self.family: Family = draft.family

    def lines(self, hook: Hook = "in") -> Iterator[Line]:
        """Yield the list, in order. A device's own addresses are in its management network, so both hooks open it."""
        if hook != "in":
            yield self.draft.open_already()
        if hook != "through" and self.family == 6:
            yield from self._neighbours()
        if hook == "in":
            for icmp in ERRORS[self.family]:
                yield Line(self.draft.rule("permit", "icmp", "errors of connections", icmp=icmp))
        yield from self._opened()
        if hook == "in":
            yield from self._answers()
        yield self.draft.everything_else()

    def _neighbours(self) -> Iterator[Line]:
        for kind in NEIGHBOURS:
            for target in (LINK_MULTICAST, LINK_LOCAL):
                yield Line(self.draft.rule("permit", "icmp", "neighbour discovery", LINK_LOCAL, target, icmp=kind))

    def _opened(self) -> Iterator[Line]:
        """Yield what the central services may open towards a role, and their ping."""
        rule, family = self.draft.rule, self.family
        for note, cell in self.draft.cells():
            if cell.source not in GROUPS:
                continue
            for prefix in self.draft.groups[cell.source]:
                yield Line(rule("permit", "icmp", note, prefix, icmp=ECHO[family]), "", cell.target)
                for service in (self.policy.services[name] for name in cell.services):
                    for dport in spans(service):
                        yield Line(rule("permit", service.protocol, note, prefix, dport=dport), "", cell.target)

    def _answers(self) -> Iterator[Line]:
        """Yield the answers to what roles may open: by port where the protocol has no handshake."""
        for note, cell in self.draft.cells():
            if cell.target in GROUPS and cell.source in self.policy.roles:
                yield from self._from_group(note, cell.source, cell.target, cell.services)
        profiles = {role: made.profile for role, made in self.policy.roles.items() if made.profile}
        for role, name in profiles.items():
            yield from self._from_resolver(role, name)
        for prefix in self.draft.bogus:
            yield Line(self.draft.rule("deny", "ip", "nobody out there has this address", prefix))
        for role, name in profiles.items():
            yield from self._from_outside(role, name, self.policy.profiles[name])

    def _from_group(self, note: str, role: str, group: str, services: tuple[str, ...]) -> Iterator[Line]:
        for service in (self.policy.services[name] for name in services):
            for prefix in self.draft.groups[group]:
                for sport in spans(service):
                    tcp = service.protocol == "tcp"
                    rule = self.draft.rule("permit", service.protocol, note, prefix, sport=sport, established=tcp)
                    yield Line(rule, "", role)

    def _from_resolver(self, role: str, name: str) -> Iterator[Line]:
        note = f"profiles.{name}: answers"
        for resolver in self.draft.resolvers[name]:
            yield Line(self.draft.rule("permit", "udp", note, resolver, sport=(53, 53)), "", role)
            yield Line(self.draft.rule("permit", "tcp", note, resolver, sport=(53, 53), established=True), "", role)

    def _from_outside(self, role: str, name: str, profile: FilterProfile) -> Iterator[Line]:
        rule = self.draft.rule
        note = f"profiles.{name}: answers"
        yield Line(rule("permit", "tcp", note, established=True), "", role)
        udp = [self.policy.services[one] for one in profile.egress if self.policy.services[one].protocol == "udp"]
        sports = [span for service in udp for span in spans(service)] + ([(443, 443)] if profile.quic else [])
        for sport in sports:
            yield Line(rule("permit", "udp", note, sport=sport), "", role)
