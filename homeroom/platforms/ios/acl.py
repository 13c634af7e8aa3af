"""Access lists read back from an IOS configuration, strictly: what is not understood is an error, never skipped."""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping
from functools import lru_cache
from typing import Final

from homeroom.errors import ParseError
from homeroom.platforms.ios.words import PORT_NAMES
from homeroom.platforms.tree import Node
from homeroom.policy.model import ANY_PORT, Action, Family, Rule, Span
from homeroom.prefix import ANY, BITS, Prefix

_NUMBERS: Final[Mapping[str, Mapping[str, int]]] = {
    protocol: {name: number for number, name in names.items()} for protocol, names in PORT_NAMES.items()
}
_ACTIONS: Final[Mapping[str, Action]] = {"permit": "permit", "deny": "deny"}
_TOP: Final = 65535
PROTOCOLS: Final[Mapping[Family, Mapping[str, str]]] = {
    4: {"ip": "ip", "tcp": "tcp", "udp": "udp", "icmp": "icmp"},
    6: {"ipv6": "ip", "tcp": "tcp", "udp": "udp", "icmp": "icmp"},
}
_ICMP4: Final = """
    administratively-prohibited echo echo-reply host-unreachable mask-reply mask-request net-unreachable
    packet-too-big parameter-problem port-unreachable redirect router-advertisement router-solicitation
    source-quench time-exceeded timestamp-reply timestamp-request traceroute ttl-exceeded unreachable
"""
_ICMP6: Final = """
    beyond-scope destination-unreachable echo-reply echo-request header hop-limit mld-query mld-reduction
    mld-report nd-na nd-ns next-header no-admin no-route packet-too-big parameter-option parameter-problem
    port-unreachable reassembly-timeout redirect renum-command renum-result renum-seq-number
    router-advertisement router-renumbering router-solicitation time-exceeded unreachable
"""
ICMP: Final[Mapping[Family, frozenset[str]]] = {4: frozenset(_ICMP4.split()), 6: frozenset(_ICMP6.split())}
"""Types by IOS's words. Source: Cisco IOS Security and IPv6 Command References."""


class _Words:
    """The words of one entry, taken from the left."""

    def __init__(self, node: Node, place: str) -> None:
        self.words: list[str] = node.text.split()
        self.node = node
        self.place = place

    def take(self) -> str:
        if not self.words:
            raise self.wrong("it ends too early")
        return self.words.pop(0)

    def skip(self, *words: str) -> bool:
        """Take the next word if it is one of `words`."""
        if self.words and self.words[0] in words:
            self.words.pop(0)
            return True
        return False

    def wrong(self, reason: str) -> ParseError:
        return ParseError(f"line {self.node.number}: {self.place}: {self.node.text!r} is not understood: {reason}")


def extended(section: Node, family: Family) -> tuple[Rule, ...]:
    """Read the entries of a named extended (IPv4) or IPv6 list, in the order the device takes them."""
    return tuple(_entry(_Words(node, section.text), family) for node in section.listed() if not _remark(node))


def standard(section: Node) -> tuple[Rule, ...]:
    """Read the entries of a named standard list: they look at the source only."""
    rules: list[Rule] = []
    for node in section.listed():
        if not _remark(node):
            words = _Words(node, section.text)
            action = _action(words)
            source = _address4(words, bare=True)
            rules.append(Rule(action, "ip", source, ANY[4], log=words.skip("log")))
            _nothing_more(words)
    return tuple(rules)


def _remark(node: Node) -> bool:
    words = node.text.removeprefix("sequence ").split(" ", 2)
    return "remark" in words[:2]


def _entry(words: _Words, family: Family) -> Rule:
    action = _action(words)
    protocol = PROTOCOLS[family].get(word := words.take())
    if protocol is None:
        raise words.wrong(f"protocol {word}")
    address = _address4 if family == 4 else _address6
    source = address(words)
    sports = _ports(words, protocol)
    target = address(words)
    dports = _ports(words, protocol)
    icmp = words.take() if protocol == "icmp" and words.words and words.words[0] in ICMP[family] else ""
    established = protocol == "tcp" and words.skip("established")
    log = words.skip("log", "log-input")
    _nothing_more(words)
    return Rule(action, protocol, source, target, sports, dports, icmp, established, log)


def _nothing_more(words: _Words) -> None:
    if words.words:
        raise words.wrong(f"what {words.words[0]} does")


def _action(words: _Words) -> Action:
    words.skip("sequence")
    word = words.take()
    word = words.take() if word.isdigit() else word
    if word in _ACTIONS:
        return _ACTIONS[word]
    raise words.wrong(f"action {word}")


def _address4(words: _Words, *, bare: bool = False) -> Prefix:
    """Read `any`, `host A` or network and wildcard; `bare`: an address alone is a host."""
    word = words.take()
    if word == "any":
        return ANY[4]
    alone = word == "host" or (bare and not (words.words and words.words[0][:1].isdigit()))
    try:
        first = _number4(words.take() if word == "host" else word)
        wildcard = 0 if alone else _number4(words.take())
        if wildcard & (wildcard + 1):
            raise words.wrong("its wildcard is no prefix")
        return Prefix(4, first, BITS[4] - wildcard.bit_length())
    except ValueError as error:
        raise words.wrong(str(error)) from error


@lru_cache(maxsize=4096)
def _number4(text: str) -> int:
    return int(ipaddress.IPv4Address(text))


@lru_cache(maxsize=4096)
def _host6(text: str) -> Prefix:
    return Prefix(6, int(ipaddress.IPv6Address(text)), BITS[6])


@lru_cache(maxsize=4096)
def _prefix(text: str) -> Prefix:
    return Prefix.parse(text)


def _address6(words: _Words) -> Prefix:
    """Read `any`, `host A` or `A/length`."""
    word = words.take()
    try:
        if word == "host":
            return _host6(words.take())
        return ANY[6] if word == "any" else _slashed6(word, words)
    except ValueError as error:
        raise words.wrong(str(error)) from error


def _slashed6(word: str, words: _Words) -> Prefix:
    if "/" not in word:
        raise words.wrong(f"address {word} has no length")
    prefix = _prefix(word)
    if prefix.family != 6:
        raise words.wrong(f"address {word} is not IPv6")
    return prefix


def _ports(words: _Words, protocol: str) -> tuple[Span, ...]:
    """Read a port condition, where there is one, as spans."""
    condition = words.words[0] if words.words and protocol in _NUMBERS else ""
    if condition not in {"eq", "range", "gt", "lt", "neq"}:
        return ANY_PORT
    words.take()
    if condition == "eq":
        return tuple((port, port) for port in _several(words, protocol))
    port = _port(words, protocol)
    if condition == "range":
        other = _port(words, protocol)
        return ((min(port, other), max(port, other)),)
    spans = {"gt": ((port + 1, _TOP),), "lt": ((0, port - 1),), "neq": ((0, port - 1), (port + 1, _TOP))}
    found = tuple((low, high) for low, high in spans[condition] if low <= high)
    if not found:
        raise words.wrong("it matches no port")
    return found


def _several(words: _Words, protocol: str) -> list[int]:
    """Read the ports after `eq`: IPv4 lists take up to ten."""
    ports = [_port(words, protocol)]
    while words.words and (words.words[0].isdigit() or words.words[0] in _NUMBERS[protocol]):
        ports.append(_port(words, protocol))
    return ports


def _port(words: _Words, protocol: str) -> int:
    word = words.take()
    port = int(word) if word.isdigit() else _NUMBERS[protocol].get(word)
    if port is None or port > _TOP:
        raise words.wrong(f"{protocol} port {word}")
    return port
