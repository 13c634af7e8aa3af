"""The chains of one firewall, jumps followed, as the lists that see what comes in by each interface.

A packet for the device passes `input`, one that is forwarded passes `forward`; the end of either accepts.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Final, Literal, NamedTuple, TypeAlias

from homeroom.platforms.access import Applied
from homeroom.platforms.ros.ground import Ground
from homeroom.platforms.ros.matching import ACTIONS, NO_MATCH, Match, Reader
from homeroom.platforms.ros.model import Entry
from homeroom.platforms.ros.narrowing import narrowed
from homeroom.policy.model import AccessList, Family, Hook, Rule
from homeroom.prefix import ANY

BASES: Final[Mapping[str, Hook]] = {"input": "local", "forward": "through"}
_OWN: Final = "output"
"""What the device itself sends: it is no way through."""
_SILENT: Final = frozenset({"log", "passthrough"})
"""Actions after which a packet goes on to the next rule."""
_ACTIONS: Final = frozenset({"jump", "return"}) | _SILENT | ACTIONS.keys()
_INTERFACES: Final = ("in-interface", "in-interface-list")
_PLAIN: Final = NO_MATCH | frozenset(_INTERFACES)
Verb: TypeAlias = Literal["decide", "jump", "return"]


class _Step(NamedTuple):
    """One rule of a chain. `interfaces`: those it is about (None: all); `plain`: it matches all that comes in there."""

    verb: Verb
    entry: Entry
    match: Match
    interfaces: frozenset[str] | None
    plain: bool
    target: str = ""


class _Line(NamedTuple):
    """A rule of a flat list, and whether it is about new connections only."""

    rule: Rule
    new: bool
    entry: Entry | None


class Chains:
    """One family's filter; ParseError, with its line, for a rule that is not understood."""

    def __init__(self, entries: Sequence[Entry], reader: Reader, ground: Ground) -> None:
        self.reader, self.ground = reader, ground
        self.family: Family = reader.family
        self.missing: dict[str, None] = {}
        self._chains: dict[str, list[_Step]] = {}
        for entry in entries:
            chain = entry.params.get("chain", "")
            if entry.params.get("disabled") != "yes" and chain != _OWN:
                self._chains.setdefault(chain, []).extend(self._step(entry))
        self._visited: set[str] = set()

    def read(self) -> tuple[tuple[AccessList, ...], tuple[Applied, ...]]:
        """Return the lists, those that see traffic first, and where each is applied."""
        lists: dict[str, AccessList] = {}
        applied: list[Applied] = []
        for base, hook in BASES.items():
            for interface in self.ground.entrances if base in self._chains else ():
                made = self._list(base, hook, interface)
                if lists.setdefault(made.name, made).rules != made.rules:
                    made = replace(made, name=f"{made.name}@{interface}")
                    lists[made.name] = made
                applied.append(Applied(interface, hook, self.family, made.name))
        for chain in [name for name in self._chains if name not in self._visited and name not in BASES]:
            lists[chain] = AccessList(chain, "", self.family, self._rules(chain, ""))
        return tuple(lists.values()), tuple(applied)

    def _step(self, entry: Entry) -> Iterator[_Step]:
        params = entry.params
        action = params.get("action", "accept")
        if action not in _ACTIONS:
            raise self.reader.wrong(entry, f"action={action}")
        match = self.reader.match(entry, ACTIONS.get(action, "permit"))
        interfaces = self._interfaces(entry)
        if match is None or match.state == "none" or action in _SILENT:
            return
        plain = params.keys() <= _PLAIN
        if action == "return" and not plain:
            raise self.reader.wrong(entry, "a return for some packets only")
        verb: Verb = "jump" if action == "jump" else "return" if action == "return" else "decide"
        yield _Step(verb, entry, match, interfaces, plain, params.get("jump-target", ""))

    def _interfaces(self, entry: Entry) -> frozenset[str] | None:
        """Return the interfaces that a rule is about; None when it names none."""
        found: frozenset[str] | None = None
        for name in _INTERFACES:
            said = entry.params.get(name)
            if said is not None:
                known = self.ground.matching(said, listed=name.endswith("list"))
                if known is None:
                    raise self.reader.wrong(entry, f"{name}={said}")
                found = known if found is None else found & known
        return found

    def _list(self, base: str, hook: Hook, interface: str) -> AccessList:
        """Return what decides of packets that come in by an interface: called as the chain it jumps to, if it does."""
        here = [step for step in self._chains[base] if step.interfaces is None or interface in step.interfaces]
        name = base if here == self._chains[base] else f"{base}@{interface}"
        if here and here[0].verb == "jump" and here[0].plain and here[0].target in self._chains:
            name = here[0].target
        return AccessList(name, self.ground.role(interface), self.family, self._rules(base, interface), hook)

    def _rules(self, chain: str, interface: str) -> tuple[Rule, ...]:
        lines: list[_Line] = []
        for line in self._flat(chain, interface, ()):
            lines.append(line)
            if _all(line):
                return tuple(self._settled(lines))
        anywhere = ANY[self.family]
        lines.append(_Line(Rule("permit", "ip", anywhere, anywhere), new=False, entry=None))
        return tuple(self._settled(lines))

    def _flat(self, chain: str, interface: str, above: tuple[str, ...]) -> Iterator[_Line]:
        """Yield a chain's rules for packets that came in by an interface, jumps followed."""
        self._visited.add(chain)
        for step in self._chains.get(chain, ()):
            if step.interfaces is not None and interface and interface not in step.interfaces:
                continue
            if step.verb == "return":
                return
            if step.verb == "decide":
                yield _Line(step.match.rule, step.match.state == "new", step.entry)
            else:
                yield from self._jump(step, interface, (*above, chain))

    def _jump(self, step: _Step, interface: str, above: tuple[str, ...]) -> Iterator[_Line]:
        if step.target not in self._chains:
            self.missing[step.target] = None
        if step.target in above:
            raise self.reader.wrong(step.entry, f"chain {step.target} jumps back to itself")
        for line in self._flat(step.target, interface, above):
            if step.plain:
                yield line
                continue
            try:
                rule = narrowed(line.rule, step.match.rule)
            except ValueError as error:
                raise self.reader.wrong(step.entry, str(error)) from error
            if rule is not None:
                yield _Line(rule, line.new or step.match.state == "new", line.entry)

    def _settled(self, lines: Sequence[_Line]) -> Iterator[Rule]:
        """Yield the rules; one about new connections may be one about all where those open are decided before it."""
        decided = False
        for line in lines:
            if line.new and not decided and line.entry is not None:
                raise self.reader.wrong(line.entry, "connection-state=new before what is established was decided")
            rule = line.rule
            decided = decided or (rule.established and _everything(rule))
            yield rule


def _everything(rule: Rule) -> bool:
    """Tell whether a rule matches everything, but for the state of connections."""
    anywhere = ANY[rule.source.family]
    return rule.source == rule.target == anywhere and rule.protocol == "ip" and not rule.window


def _all(line: _Line) -> bool:
    return _everything(line.rule) and not line.rule.established and not line.new
