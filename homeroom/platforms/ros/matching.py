"""What one firewall rule matches, as a rule of the policy's; a matcher that is not understood is an error.

Sources: the vendor's manual, Filter, Connection tracking, Address-lists.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final, Literal, NamedTuple, TypeAlias

from homeroom.errors import ParseError
from homeroom.platforms.ros.hours import Hours
from homeroom.platforms.ros.model import Entry
from homeroom.platforms.ros.numbers import ICMP, NUMBERS, SINGLE_CODE
from homeroom.platforms.ros.places import AddressLists, place
from homeroom.policy.model import ANY_PORT, Action, Family, Place, Rule, Span
from homeroom.prefix import ANY

State: TypeAlias = Literal["any", "old", "new", "none"]
"""Packets a rule sees: all, those of a connection known already, those that begin one, none that we speak of."""
ACTIONS: Final[Mapping[str, Action]] = {"accept": "permit", "drop": "deny", "tarpit": "deny", "reject": "reject"}
NO_MATCH: Final = frozenset(
    {"action", "chain", "comment", "disabled", "jump-target", "log", "log-prefix", "reject-with"}
)
"""Properties that match nothing."""
KNOWN: Final = NO_MATCH | {
    "connection-state", "dst-address", "dst-address-list", "dst-port", "icmp-options", "in-interface",
    "in-interface-list", "protocol", "src-address", "src-address-list", "src-port", "time",
}  # fmt: skip
"""The properties that are read; any other one bears on what passes in a way nobody here understands."""
_TOP: Final = 65535
_LAST: Final = 255
_NUMBERED: Final[Mapping[Family, Mapping[str, str]]] = {
    4: {"6": "tcp", "17": "udp", "1": "icmp"},
    6: {"6": "tcp", "17": "udp", "58": "icmp"},
}
"""Protocols that the policy has words for."""
_SPAN: Final = re.compile(r"(\d{1,5})(?:-(\d{1,5}))?").fullmatch
_ICMP: Final = re.compile(r"(\d{1,3})(?::(\d{1,3})(?:-(\d{1,3}))?)?").fullmatch
_WORDS: Final[Mapping[Family, Mapping[tuple[int, int, int], str]]] = {
    4: {said: word for word, said in ICMP[4].items()},
    6: {said: word for word, said in ICMP[6].items()},
}


class Match(NamedTuple):
    """A rule, and the connections it is about."""

    rule: Rule
    state: State


class Reader:
    """Reads the rules of one family; `hours` learns the windows that rules name."""

    def __init__(self, path: str, family: Family, lists: AddressLists, hours: Hours) -> None:
        self.path, self.lists, self.hours = path, lists, hours
        self.family: Family = family

    def wrong(self, entry: Entry, reason: str) -> ParseError:
        """Name the line that is not understood."""
        return ParseError(f"line {entry.line}: {self.path}: not understood: {reason}")

    def match(self, entry: Entry, action: Action) -> Match | None:
        """Read a rule, interfaces excepted; None when no packet can match. ParseError when it is not understood."""
        params = entry.params
        if not params.keys() <= KNOWN:
            name = min(params.keys() - KNOWN)
            raise self.wrong(entry, f"what {name}={params[name]} matches")
        try:
            return self._match(params, action)
        except ValueError as error:
            raise self.wrong(entry, str(error)) from error

    def _match(self, params: Mapping[str, str], action: Action) -> Match | None:
        state = self._state(params)
        source, target = self._place(params, "src"), self._place(params, "dst")
        if source is None or target is None:
            return None
        protocol = self._protocol(params.get("protocol", ""))
        window = self.hours.read(params["time"], params.get("comment", "")) if "time" in params else ""
        rule = Rule(
            action,
            protocol,
            source,
            target,
            _ports(params.get("src-port", ""), protocol),
            _ports(params.get("dst-port", ""), protocol),
            self._icmp(params, protocol) if "icmp-options" in params else "",
            established=state == "old",
            log=params.get("log") == "yes",
            window=window,
        )
        return Match(rule, state)

    def _protocol(self, said: str) -> str:
        if not said:
            return "ip"
        if said.isdecimal() and int(said) <= _LAST:
            return _NUMBERED[self.family].get(said, said)
        if said not in NUMBERS[self.family]:
            raise ValueError(f"protocol {said}")
        return NUMBERS[self.family][said]

    def _state(self, params: Mapping[str, str]) -> State:
        said = params.get("connection-state", "")
        if not said:
            return "any"
        states = frozenset(said.removeprefix("!").split(","))
        if unknown := states - _STATES:
            raise ValueError(f"connection-state {', '.join(sorted(unknown))}")
        states = _STATES - states if said.startswith("!") else states
        accepting = params.get("action", "accept") not in {"drop", "reject", "tarpit"}
        return _meaning(states, self.family, accepting=accepting, said=said)

    def _place(self, params: Mapping[str, str], side: str) -> Place | None:
        """Return where packets come from or go to; None when that is nowhere."""
        address, listed = params.get(f"{side}-address"), params.get(f"{side}-address-list")
        if address is not None and listed is not None:
            raise ValueError(f"{side}-address and {side}-address-list at once")
        if listed is not None:
            return self.lists.group(listed)
        return place(address, self.family) if address is not None else ANY[self.family]

    def _icmp(self, params: Mapping[str, str], protocol: str) -> str:
        said = params["icmp-options"]
        found = _ICMP(said)
        if protocol != "icmp" or found is None:
            raise ValueError(f"icmp-options={said}")
        kind, low = int(found[1]), int(found[2] or 0)
        high = int(found[3]) if found[3] else low if found[2] else 255
        if (low, high) == (0, 0) and kind in SINGLE_CODE[self.family] and params.get("action", "accept") == "accept":
            high = 255
        word = _WORDS[self.family].get((kind, low, high))
        if word is None:
            raise ValueError(f"icmp-options={said}")
        return word


_STATES: Final = frozenset({"established", "related", "new", "invalid", "untracked"})
_OLD: Final = frozenset({"established", "related"})


def _meaning(states: frozenset[str], family: Family, *, accepting: bool, said: str) -> State:
    """Return which packets states are about.

    What is invalid belongs to no connection and is only ever dropped. Nothing is untracked in IPv4 (nobody may say so,
    see gates.py); in IPv6 neighbour discovery is, so a rule must say both or neither.
    """
    if accepting and "invalid" in states:
        raise ValueError(f"connection-state={said}: what is invalid is let in")
    rest = states - {"invalid"} if family == 6 else states - {"invalid", "untracked"}
    if not rest:
        return "none"
    if rest == _OLD:
        return "old"
    if family == 6 and rest != _OLD | {"new", "untracked"}:
        raise ValueError(f"connection-state={said}: neighbour discovery is untracked in IPv6")
    if rest == frozenset({"new"}):
        return "new"
    if rest.issuperset(_OLD | {"new"}):
        return "any"
    raise ValueError(f"connection-state={said}: one of established and related alone")


def _ports(said: str, protocol: str) -> tuple[Span, ...]:
    """Read `80,443,8000-8080`, or `!` and such; ValueError for a protocol without ports."""
    if not said:
        return ANY_PORT
    if protocol not in {"tcp", "udp"}:
        raise ValueError(f"ports of protocol {protocol}")
    spans = sorted(_span(part) for part in said.removeprefix("!").split(","))
    if not said.startswith("!"):
        return tuple(spans)
    found: list[Span] = []
    at = 0
    for low, high in spans:
        if low > at:
            found.append((at, low - 1))
        at = max(at, high + 1)
    if at <= _TOP:
        found.append((at, _TOP))
    if not found:
        raise ValueError(f"ports {said} are none")
    return tuple(found)


def _span(said: str) -> Span:
    found = _SPAN(said)
    low, high = (int(found[1]), int(found[2] or found[1])) if found else (1, 0)
    if not low <= high <= _TOP:
        raise ValueError(f"port {said}")
    return low, high
