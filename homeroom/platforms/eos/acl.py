"""Access lists read back from an EOS configuration, strictly: what is not understood is an error, never skipped."""

from __future__ import annotations

import ipaddress
from functools import lru_cache
from itertools import pairwise
from typing import Final

from homeroom.errors import ParseError
from homeroom.platforms.eos.names import ICMP, NUMBERED, PORTS, PROTOCOLS
from homeroom.platforms.tree import Node
from homeroom.policy.model import ANY_PORT, Action, Family, Rule, Span
from homeroom.prefix import ANY, BITS, Prefix

_TOP: Final = 65535
_COUNTERS: Final = frozenset({"counters per-entry", "statistics per-entry"})
_NEIGHBOURS: Final = ("nd-ns", "nd-na", "router-solicitation", "router-advertisement")
_ACTIONS: Final[dict[str, Action]] = {"permit": "permit", "deny": "deny"}


class _Words:
    """The words of one entry, taken from the left."""

    __slots__ = ("at", "node", "place", "words")

    def __init__(self, node: Node, place: str, words: list[str]) -> None:
        self.words, self.at = words, 0
        self.node, self.place = node, place

    @property
    def next(self) -> str:
        """The word that comes next; empty at the end."""
        return self.words[self.at] if self.at < len(self.words) else ""

    def take(self) -> str:
        if self.at >= len(self.words):
            raise self.wrong("it ends too early")
        self.at += 1
        return self.words[self.at - 1]

    def skip(self, word: str) -> bool:
        """Take the next word if it is this one."""
        found = self.next == word
        self.at += found
        return found

    def end(self) -> None:
        """Raise ParseError when there is more."""
        if self.next:
            raise self.wrong(f"what {self.next} does")

    def wrong(self, reason: str) -> ParseError:
        return ParseError(f"line {self.node.number}: {self.place}: {self.node.text!r} is not understood: {reason}")


def rules(section: Node, family: Family, *, standard: bool) -> tuple[Rule, ...]:
    """Read the entries of a list, in the order the device takes them.

    An IPv6 list that ends without an entry for everything gets four of the device's own before its implicit deny:
    neighbour discovery from and to anywhere. Source: Arista EOS User Manual, "ACLs and Route Maps".
    """
    read = _standard if standard else _entry
    found = tuple(read(words, family) for words in _ordered(section))
    if standard or family == 4 or not found or any(_total(rule) for rule in found):
        return found
    return (*found, *(Rule("permit", "icmp", ANY[6], ANY[6], icmp=kind) for kind in _NEIGHBOURS))


def _total(rule: Rule) -> bool:
    return rule.protocol == "ip" and rule.source == rule.target == ANY[6]


def _ordered(section: Node) -> list[_Words]:
    """Give every entry its number, as EOS does, and return them by it; ParseError when two have the same one."""
    found: dict[int, _Words] = {}
    last = 0
    for node in section.children.values():
        if node.text in _COUNTERS:
            continue
        words = node.text.split()
        number = int(words.pop(0)) if words[0].isdecimal() else last + 10
        last = max(last, number)
        entry = _Words(node, section.text, words)
        if number in found:
            raise entry.wrong(f"entry {number} is there already")
        found[number] = entry
    return [found[number] for number in sorted(found) if found[number].next != "remark"]


def _entry(words: _Words, family: Family) -> Rule:
    action = _action(words)
    protocol = _protocol(words, family)
    source = _address(words, family)
    sports = _ports(words, protocol)
    target = _address(words, family)
    dports = _ports(words, protocol)
    icmp = _message(words, family) if protocol == "icmp" else ""
    established = protocol == "tcp" and words.skip("established")
    log = words.skip("log")
    words.end()
    return Rule(action, protocol, source, target, sports, dports, icmp, established, log)


def _standard(words: _Words, family: Family) -> Rule:
    """Read an entry of a standard list: it looks at the source only."""
    action, source = _action(words), _address(words, family)
    log = words.skip("log")
    words.end()
    return Rule(action, "ip", source, ANY[family], log=log)


def _action(words: _Words) -> Action:
    word = words.take()
    if word in _ACTIONS:
        return _ACTIONS[word]
    raise words.wrong(f"action {word}")


def _protocol(words: _Words, family: Family) -> str:
    word = words.take()
    known = PROTOCOLS[family].get(word) or NUMBERED.get(word)
    if known is None and word.isdecimal() and int(word) < 256:
        known = {"6": "tcp", "17": "udp"}.get(word, word)
    if known is None:
        raise words.wrong(f"protocol {word}")
    return known


def _address(words: _Words, family: Family) -> Prefix:
    """Read `any`, `host A`, `A/length` or network and wildcard."""
    word = words.take()
    if word == "any":
        return ANY[family]
    try:
        if word == "host":
            return _host(words.take(), family)
        return _prefix(word, family) if "/" in word else _wildcard(word, words.take(), family)
    except ValueError as error:
        raise words.wrong(str(error)) from error


@lru_cache(maxsize=4096)
def _host(text: str, family: Family) -> Prefix:
    return _prefix(f"{text}/{BITS[family]}", family)


@lru_cache(maxsize=4096)
def _prefix(text: str, family: Family) -> Prefix:
    prefix = Prefix.parse(text)
    if prefix.family != family:
        raise ValueError(f"address {text} is not IPv{family}")
    return prefix


def _wildcard(network: str, mask: str, family: Family) -> Prefix:
    if family == 6:
        raise ValueError(f"address {network} has no length")
    bits = int(ipaddress.IPv4Address(mask))
    if bits & (bits + 1):
        raise ValueError("its wildcard is no prefix")
    return Prefix(4, int(ipaddress.IPv4Address(network)), BITS[4] - bits.bit_length())


def _ports(words: _Words, protocol: str) -> tuple[Span, ...]:
    """Read a port condition, where there is one, as spans."""
    condition = words.next if protocol in PORTS else ""
    if condition not in {"eq", "range", "gt", "lt", "neq"}:
        return ANY_PORT
    words.take()
    if condition == "range":
        low, high = _port(words, protocol), _port(words, protocol)
        return _some(words, ((low, high),))
    if condition in {"gt", "lt"}:
        port = _port(words, protocol)
        return _some(words, ((port + 1, _TOP),) if condition == "gt" else ((0, port - 1),))
    ports = _several(words, protocol)
    return tuple((port, port) for port in ports) if condition == "eq" else _some(words, _without(ports))


def _some(words: _Words, spans: tuple[Span, ...]) -> tuple[Span, ...]:
    found = tuple((low, high) for low, high in spans if low <= high)
    if not found:
        raise words.wrong("it matches no port")
    return found


def _without(ports: list[int]) -> tuple[Span, ...]:
    """Return every port but these."""
    ends = [-1, *sorted(ports), _TOP + 1]
    return tuple((low + 1, high - 1) for low, high in pairwise(ends))


def _several(words: _Words, protocol: str) -> list[int]:
    """Read the ports after `eq` and `neq`: up to ten."""
    ports = [_port(words, protocol)]
    while words.next.isdecimal() or words.next in PORTS[protocol]:
        ports.append(_port(words, protocol))
    return ports


def _port(words: _Words, protocol: str) -> int:
    word = words.take()
    port = int(word) if word.isdecimal() else PORTS[protocol].get(word)
    if port is None or port > _TOP:
        raise words.wrong(f"{protocol} port {word}")
    return port


def _message(words: _Words, family: Family) -> str:
    """Read an ICMP message: by name, or by type and code."""
    if words.next in ICMP[family]:
        return ICMP[family][words.take()]
    if not words.next.isdecimal():
        return ""
    kind = words.take()
    message = f"{kind}/{words.take()}" if words.next.isdecimal() else kind
    if any(int(part) > 255 for part in message.split("/")):
        raise words.wrong(f"message {message}")
    return message
