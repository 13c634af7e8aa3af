"""An EOS configuration as a tree, read the way the device means it: order counts only inside lists and banners."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterator, Mapping
from typing import Final

from homeroom.platforms.eos.names import PORTS
from homeroom.platforms.tree import Node

ORDERED: Final = re.compile(r"(?:ip|ipv6|mac) access-list (?:standard )?\S+$")
"""Sections in which the first line that matches decides."""
_CONDITION: Final = re.compile(r" (?:eq|neq|gt|lt|range) ")
_OPERATORS: Final = frozenset({"eq", "neq", "gt", "lt", "range"})
_NO_NAMES: Final[Mapping[str, int]] = {}
_BANNER: Final = re.compile(r"banner (?:login|motd)$")
_NUMBERED: Final = re.compile(r"(\d+) ")
_VLANS: Final = re.compile(r"vlan (\d{1,4}(?:-\d{1,4})?(?:,\d{1,4}(?:-\d{1,4})?)*)$")
_SNMP_USER: Final = re.compile(r"(snmp-server user \S+ \S+ v3)(?: localized \S+)?( auth \S+) \S+(?:( priv \S+) \S+)?$")
_IPV6: Final = re.compile(r"(?<!\S)[0-9A-Fa-f]*:[0-9A-Fa-f:]*:[0-9A-Fa-f:.]*(?:/\d+)?(?!\S)")


def parse(text: str) -> Node:
    """Read a configuration (rendered, or as `show running-config` prints it) into a tree.

    A section that is entered again goes on, as on the device. SNMP users are read without their keys: the device
    localizes them, and shows none that was typed.
    """
    root = Node("")
    open_sections = [(-1, root)]
    lines = enumerate(text.splitlines(), 1)
    for number, raw in lines:
        stripped = raw.strip()
        if not stripped or stripped.startswith("!") or stripped == "end":
            continue
        depth = len(raw) - len(raw.lstrip())
        while open_sections[-1][0] >= depth:
            open_sections.pop()
        parent = open_sections[-1][1]
        if _BANNER.match(raw):
            _banner(root, raw, number, lines)
        else:
            open_sections += [(depth, parent.add(_node(line, number, parent))) for line in _lines(stripped)]
    return root


def _lines(stripped: str) -> list[str]:
    """Write a line as EOS would; several VLANs opened at once are as many lines."""
    text = " ".join(stripped.split())
    text = _SNMP_USER.sub(lambda found: "".join(part or "" for part in found.groups()), text)
    vlans = _VLANS.match(text)
    if vlans is None:
        return [_IPV6.sub(lambda found: _ipv6(found.group()), text) if text.count(":") > 1 else text]
    spans = [part.partition("-") for part in vlans[1].split(",")]
    return [f"vlan {number}" for low, _, high in spans for number in range(int(low), int(high or low) + 1)]


def _node(text: str, number: int, parent: Node) -> Node:
    """Make a line's node. Entries of a list take the order of their numbers; those without one that of the text."""
    if parent.ordered and _CONDITION.search(text):
        text = _numbers(text)
    found = _NUMBERED.match(text) if parent.ordered else None
    return Node(text, number, int(found[1]) if found else number, ORDERED.match(text) is not None)


def _numbers(text: str) -> str:
    """Write the ports of an entry as numbers: which of them a device shows by name differs between releases."""
    words = text.split()
    names = next((PORTS[word] for word in words[1:3] if word in PORTS), _NO_NAMES)
    ports = False
    for place, word in enumerate(words):
        ports = word in _OPERATORS or (ports and (word in names or word.isdecimal()))
        if ports and word in names:
            words[place] = str(names[word])
    return " ".join(words)


def _banner(root: Node, head: str, number: int, lines: Iterator[tuple[int, str]]) -> None:
    """Take a banner's lines up to its `EOF`; they are text, never configuration."""
    node = root.add(Node(head.strip(), number, number, ordered=True))
    node.children.clear()
    for place, line in lines:
        if line == "EOF":
            break
        node.children[f"{place}"] = Node(line, place, place)


def _ipv6(text: str) -> str:
    address, slash, length = text.partition("/")
    try:
        return f"{ipaddress.IPv6Address(address)}{slash}{length}"
    except ValueError:
        return text
