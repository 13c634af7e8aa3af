"""What is odd about a device's lists, though no packet gets through by it alone."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from homeroom.policy.model import WAN, AccessList, Family, Rule
from homeroom.policy.places import BROADCAST
from homeroom.policy.regions import Region, corners, holds, intersect, of_rule, subtract, without
from homeroom.proof import words
from homeroom.proof.forward import LOCAL, THROUGH, Filters
from homeroom.proof.ground import FAMILIES, Box
from homeroom.proof.model import Concern, Finding, Leak
from homeroom.proof.walk import Walk

_ALWAYS: Final = frozenset[str]()


class Oddities:
    """The findings of one device."""

    def __init__(self, walk: Walk, box: Box) -> None:
        self.walk = walk
        self.box = box
        self.router = walk.routers[box.name]

    def findings(self) -> Iterator[Finding]:
        """Yield them, in the order of the lists."""
        yield from self._undefined()
        for entry in self.box.access.lists:
            yield from self._dead(entry)
        yield from self._placed()
        yield from self._windows()
        if self.box.access.routes_between:
            yield from self._families()
            yield from self._redirects()

    def leaks(self) -> Iterator[Leak]:
        """Yield redirects that lead to somebody else's resolver."""
        for redirect in self.box.access.redirects:
            for role, (wanted, interface) in self._wanted(redirect.family).items():
                if interface == redirect.role and redirect.target not in wanted:
                    said = f"port 53 of what enters {interface} goes to {redirect.target}, by the plan to {wanted[0]}"
                    own = self.walk.ground.nets[redirect.family][role]
                    packet = f"udp {own.address(9)}:49152 -> any:53"
                    yield Leak(
                        self.walk.ground.site, role, "central", packet, self.box.name, interface, said, redirect.family
                    )

    def _undefined(self) -> Iterator[Finding]:
        for name in self.box.access.missing:
            where = [use.interface for use in self.box.access.applied if use.name == name]
            yield Finding(
                self.box.name, "undefined list", name, f"is applied to {', '.join(where)} but nowhere defined"
            )

    def _dead(self, entry: AccessList) -> Iterator[Finding]:
        """Yield rules that decide nothing. What a platform does by itself bears no note in a list where others do."""
        regions = [of_rule(rule) for rule in entry.rules]
        noted = any(rule.note for rule in entry.rules)
        for index, rule in enumerate(entry.rules):
            if noted and not rule.note:
                continue
            before = [n for n in range(index) if entry.rules[n].window in ("", rule.window)]
            if _dead(regions[index], [regions[n] for n in before]):
                number, by = index + 1, _shadows(regions, before, index)
                shadow = ", ".join(f"{n + 1} ({words.rule(entry.rules[n])})" for n in by)
                text = f"entry {number} ({words.rule(rule)}) decides nothing: before it stands {shadow}"
                yield Finding(self.box.name, "dead rule", entry.name, text)

    def _placed(self) -> Iterator[Finding]:
        """Compare where lists stand with where the intent has them."""
        access = self.box.access
        used = {(use.family, use.name) for use in access.applied}
        for entry in access.lists:
            if (entry.family, entry.name) not in used:
                yield Finding(self.box.name, "unused list", entry.name, "is defined but applied nowhere")
        planned = {(entry.family, entry.name): entry for entry in self.box.intent.access}
        for use in access.applied:
            mine = planned.get((use.family, use.name))
            roles = self.router.belongs.get(use.interface, ())
            if mine and mine.role not in roles:
                text = f"is {mine.role}'s, and applied to {use.interface} ({', '.join(roles) or 'no network'})"
                yield Finding(self.box.name, "misplaced list", use.name, text)
            elif mine and mine.hook != use.hook:
                text = f"belongs `{mine.hook}` on {use.interface}, and is applied `{use.hook}`"
                yield Finding(self.box.name, "misplaced list", use.name, text)
        if access.routes_between:
            yield from self._bare()

    def _bare(self) -> Iterator[Finding]:
        for one in self.router.interfaces:
            for family in FAMILIES:
                if not self.router.filters.used(one.name, ("in", "local", "through"), family):
                    roles = ", ".join(self.router.belongs[one.name])
                    yield Finding(self.box.name, "no list", one.name, f"no IPv{family} list filters what {roles} sends")

    def _windows(self) -> Iterator[Finding]:
        for name in self.box.intent.windows if self.box.timeless else ():
            yield Finding(self.box.name, "window differs", name, "the platform keeps no hours: it holds always here")
        for name, meant in self.router.filters.meaning.items():
            if not meant:
                said = self.box.access.windows.get(name)
                hours = f"{'/'.join(said.days)} {said.start}-{said.until}" if said else "nowhere defined"
                yield Finding(self.box.name, "window differs", name, f"is no window of the policy: {hours}")

    def _families(self) -> Iterator[Finding]:
        """Ask of everything that the policy allows whether it is let through, in both families alike."""
        for source in (*self.walk.ground.roles, WAN):
            denied = {family: dict(self._denied(source, family)) for family in FAMILIES}
            both = {family: self._labels(source, family) for family in FAMILIES}
            for label in sorted({*denied[4], *denied[6]}):
                where = {family: denied[family].get(label, "") for family in FAMILIES if label in both[family]}
                refused = [f"IPv{family}: {text}" for family, text in where.items() if text]
                differ = len(where) == 2 and len(refused) == 1
                concern: Concern = "families differ" if differ else "not let through"
                yield Finding(self.box.name, concern, source, f"{label} is refused ({'; '.join(refused)})")

    def _labels(self, source: str, family: Family) -> set[str]:
        return {item.label for item in self.walk.items(source, family, self._most, tracked=self.box.tracked)}

    @property
    def _most(self) -> frozenset[str]:
        return max(self.walk.states, key=len)

    def _denied(self, source: str, family: Family) -> Iterator[tuple[str, str]]:
        items = [item for item in self.walk.items(source, family, self._most, tracked=self.box.tracked) if item.label]
        own = self.router
        near = {value for one in own.interfaces for value, net in one.addresses if net.family == family}
        near.add(BROADCAST.first)
        for entry in own.entries(source):
            for item in items:
                local = all(low in near and low == high for low, high in item.region[1])
                text = refusal(own.filters, entry.name, family, self._most, item.region, local=local)
                if text:
                    yield item.label, text

    def _redirects(self) -> Iterator[Finding]:
        if not self.box.intent.redirects:
            return
        for family in FAMILIES:
            there = {one.role for one in self.box.access.redirects if one.family == family}
            for role, (_, interface) in self._wanted(family).items():
                if interface not in there:
                    text = f"no IPv{family} redirect of port 53: {role}'s questions to other resolvers are refused"
                    yield Finding(self.box.name, "redirect missing", interface, text)

    def _wanted(self, family: Family) -> dict[str, tuple[Sequence[str], str]]:
        """Return, for each role that has a redirect by the plan, its targets and the interface it stands on."""
        found: dict[str, tuple[Sequence[str], str]] = {}
        for redirect in self.box.intent.redirects:
            if redirect.family == family:
                for one in self.router.entries(redirect.role):
                    found[redirect.role] = ([redirect.target], one.name)
        return found


def _dead(region: Region, before: Sequence[Region]) -> bool:
    """Tell whether rules before a rule decide all that it would: one packet left to it shows that they do not."""
    if any(not any(holds(one, point) for one in before) for point in corners(region)):
        return False
    return not without([region], before)


def _shadows(regions: Sequence[Region], before: Sequence[int], index: int) -> list[int]:
    """Return the first rule that covers a dead one alone; where none does, those that do together."""
    for n in before:
        if not subtract(regions[index], regions[n]):
            return [n]
    return [n for n in before if intersect(regions[n], regions[index])]


def refusal(
    filters: Filters, interface: str, family: Family, holding: frozenset[str], region: Region, *, local: bool
) -> str:
    """Say which rule refuses a part of a region; empty when all of it passes."""
    for name in filters.used(interface, LOCAL if local else THROUGH, family):
        sieve = filters.sieve(family, name, holding)
        if sieve is None:
            continue
        for index, _ in sieve.prover.denied([region]):
            rule: Rule | None = sieve.rules[index] if index >= 0 else None
            said = f"entry {sieve.numbers[index]} ({words.rule(rule)})" if rule else "no entry permits it"
            return f"{name} {said}"
    return ""
