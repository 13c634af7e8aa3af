"""Static routes read back, and whether a device forwards packets between its interfaces.

Source: Cisco IOS XE 17 IP Routing: Protocol-Independent Command Reference, `ip route`; IPv6 Command Reference,
`ipv6 route`; Catalyst 9200 IP Routing Configuration Guide (a switch routes once it has `ip routing`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from homeroom.errors import ParseError
from homeroom.platforms.access import Interface, Route
from homeroom.platforms.tree import Node
from homeroom.prefix import Prefix

_FOUR: Final = re.compile(r"ip route (?!(?:static|profile)\b)")
_SIX: Final = re.compile(r"ipv6 route (?!static\b)")
_OPTIONS: Final = {"name": 2, "tag": 2, "track": 2, "permanent": 1, "multicast": 1, "unicast": 1}
"""What may follow the next hop, and how many words it takes."""


def routes(root: Node) -> Iterator[Route]:
    """Yield the static routes; ParseError with the line for one that is not understood."""
    for node in root.children.values():
        if node.text.startswith("ip"):
            family = 4 if _FOUR.match(node.text) else 6 if _SIX.match(node.text) else 0
            if family:
                try:
                    yield _route(node.text.split()[2:], family)
                except (ValueError, IndexError) as error:
                    raise ParseError(f"line {node.number}: {node.text!r} is not understood: {error}") from error


def _route(words: list[str], family: int) -> Route:
    target, rest = ("/".join(words[:2]), words[2:]) if family == 4 else (words[0], words[1:])
    via: list[str] = []
    distance = 1
    while rest:
        word = rest[0]
        if word in _OPTIONS:
            rest = rest[_OPTIONS[word] :]
            continue
        if word.isdecimal():
            distance = int(word)
        elif word == "dhcp" or word[0].isupper() or word[0].isdecimal() or ":" in word:
            via.append(word)
        else:
            raise ValueError(f"what {word} does")
        rest = rest[1:]
    if not via:
        raise ValueError("no next hop stands there")
    return Route(_prefix(target), " ".join(via), distance)


def _prefix(text: str) -> Prefix:
    network, _, mask = text.partition("/")
    if "." not in mask:
        return Prefix.parse(text)
    bits = sum(int(part) << shift for part, shift in zip(mask.split("."), (24, 16, 8, 0), strict=True))
    inverted = bits ^ 0xFFFFFFFF
    if inverted & (inverted + 1):
        raise ValueError(f"{mask} is no mask")
    return Prefix.parse(f"{network}/{32 - inverted.bit_length()}")


def forwards(root: Node, interfaces: tuple[Interface, ...]) -> bool:
    """Tell whether packets go from one interface to another.

    A router says nothing when it routes, a switch nothing when it does not: with a default gateway a device is a
    host, and with one network there is nothing to go between.
    """
    if "ip routing" in root.children or "ipv6 unicast-routing" in root.children:
        return True
    if "no ip routing" in root.children or any(text.startswith("ip default-gateway ") for text in root.children):
        return False
    return len([one for one in interfaces if one.addresses and not one.name.startswith("Loopback")]) > 1
