"""The words of one access list entry, read from the left: places and ports.

Source: Cisco IOS Security Command Reference, `permit (IP)`; IPv6 Command Reference, `permit (IPv6)`.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final

from homeroom.errors import ParseError
from homeroom.platforms.ios.words import PORT_NAMES
from homeroom.platforms.tree import Node
from homeroom.policy.model import ANY_PORT, Family, Group, Place, Span, Window
from homeroom.prefix import ANY, BITS, Prefix

_NUMBERS: Final[Mapping[str, Mapping[str, int]]] = {
    protocol: {name: number for number, name in names.items()} for protocol, names in PORT_NAMES.items()
}
_TOP: Final = 65535


@dataclass(frozen=True, slots=True)
class Named:
    """What entries may name: object groups by family and name, windows by name."""

    groups: Mapping[tuple[Family, str], Group] = field(default_factory=dict[tuple[Family, str], Group])
    windows: Mapping[str, Window] = field(default_factory=dict[str, Window])


class Words:
    """The words of one entry, taken from the left."""

    def __init__(self, node: Node, place: str, named: Named) -> None:
        self.words: list[str] = node.text.split()
        self.node = node
        self.place = place
        self.named = named

    def take(self) -> str:
        """Take the next word; ParseError when there is none."""
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
        """Return the error that names the entry's line."""
        return ParseError(f"line {self.node.number}: {self.place}: {self.node.text!r} is not understood: {reason}")


def _group(words: Words, family: Family) -> Group:
    name = words.take()
    group = words.named.groups.get((family, name))
    if group is None:
        raise words.wrong(f"object group {name} is defined nowhere")
    return group


def place4(words: Words) -> Place:
    """Read an IPv4 object group or addresses."""
    return _group(words, 4) if words.skip("object-group") else address4(words)


def place6(words: Words) -> Place:
    """Read an IPv6 object group or addresses."""
    return _group(words, 6) if words.skip("object-group") else _address6(words)


def address4(words: Words, *, bare: bool = False) -> Prefix:
    """Read `any`, `host A` or network and wildcard; `bare`: an address alone is a host."""
    word = words.take()
    if word == "any":
        return ANY[4]
    alone = word == "host" or (bare and not (words.words and words.words[0][:1].isdecimal()))
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


def _address6(words: Words) -> Prefix:
    """Read `any`, `host A` or `A/length`."""
    word = words.take()
    try:
        if word == "host":
            return _host6(words.take())
        return ANY[6] if word == "any" else _slashed6(word, words)
    except ValueError as error:
        raise words.wrong(str(error)) from error


def _slashed6(word: str, words: Words) -> Prefix:
    if "/" not in word:
        raise words.wrong(f"address {word} has no length")
    prefix = _prefix(word)
    if prefix.family != 6:
        raise words.wrong(f"address {word} is not IPv6")
    return prefix


def ports(words: Words, protocol: str) -> tuple[Span, ...]:
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


def _several(words: Words, protocol: str) -> list[int]:
    """Read the ports after `eq`: IPv4 lists take up to ten."""
    ports = [_port(words, protocol)]
    while words.words and (words.words[0].isdecimal() or words.words[0] in _NUMBERS[protocol]):
        ports.append(_port(words, protocol))
    return ports


def _port(words: Words, protocol: str) -> int:
    word = words.take()
    port = int(word) if word.isdecimal() else _NUMBERS[protocol].get(word)
    if port is None or port > _TOP:
        raise words.wrong(f"{protocol} port {word}")
    return port
