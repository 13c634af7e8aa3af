"""An IOS configuration as a tree, read the way the device means it: order counts only inside lists and banners."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Final

from homeroom.platforms.tree import Node

NOISE: Final = re.compile(
    r"!|end$|exit$|version \d|Building configuration|Current configuration|Using \d+ out of|"
    r"boot-(?:start|end)-marker|ntp clock-period "
)
"""Lines that say nothing about what the device does."""
ORDERED: Final = re.compile(r"(?:ip|ipv6|mac) access-list (?:extended |standard )?\S+$")
"""Sections in which the first line that matches decides."""
ETX: Final = "^C"
"""How IOS shows the character (Ctrl-C) that it ends a banner with."""
_BANNER: Final = re.compile(r"(banner (?:exec|incoming|login|motd|prompt-timeout|slip-ppp)) ?(\^C|\S)(.*)$")
_IPV6: Final = re.compile(r"(?<!\S)[0-9A-Fa-f]*:[0-9A-Fa-f:]*:[0-9A-Fa-f:.]*(?:/\d+)?(?!\S)")
_INTERFACE: Final = re.compile(r"int(?:e(?:r(?:f(?:a(?:ce?)?)?)?)?)? ([a-z-]+) ?(\d.*)$", re.IGNORECASE)
_KINDS: Final = (
    "Ethernet", "FastEthernet", "GigabitEthernet", "TenGigabitEthernet", "TwentyFiveGigE", "FortyGigabitEthernet",
    "HundredGigE", "Loopback", "Port-channel", "Serial", "Tunnel", "Vlan",
)  # fmt: skip
_NO_PORTS: Final = frozenset({"Loopback", "Tunnel", "Vlan"})
_NUMBERED: Final = re.compile(r"(?:sequence )?(\d+) ")


@lru_cache(maxsize=4)
def parse(text: str) -> Node:
    """Read a configuration (rendered, or as `show running-config` prints it) into a tree.

    A section that is entered again goes on, as on the device. One text is asked for its lines, differences and
    access lists in turn: the last few trees are kept, and nobody changes them.
    """
    root = Node("")
    open_sections = [(-1, root)]
    lines = enumerate(text.splitlines(), 1)
    for number, raw in lines:
        stripped = raw.strip()
        said = _said(stripped)
        if said is None:
            continue
        depth = len(raw) - len(raw.lstrip())
        while open_sections[-1][0] >= depth:
            open_sections.pop()
        banner = _BANNER.match(raw) if raw.startswith("banner") else None
        if banner:
            _banner(root, banner, number, lines)
        else:
            parent = open_sections[-1][1]
            open_sections.append((depth, parent.add(_node(said, number, parent))))
    return root


@lru_cache(maxsize=1 << 16)
def _said(stripped: str) -> str | None:
    """Return a line as IOS would write it; None when it says nothing. Devices are configured alike."""
    return None if not stripped or NOISE.match(stripped) else _canonical(stripped)


@lru_cache(maxsize=1 << 16)
def _ordered(text: str) -> bool:
    return ORDERED.match(text) is not None


def _node(text: str, number: int, parent: Node) -> Node:
    """Make a line's node. Entries of a list take the order of their numbers; one without goes after all before it."""
    if not parent.ordered:
        return Node(text, number, number, _ordered(text))
    found = _NUMBERED.match(text)
    last = max((child.rank for child in parent.children.values()), default=0)
    return Node(text, number, int(found[1]) if found else last + (not text.startswith("remark")))


def _banner(root: Node, found: re.Match[str], number: int, lines: Iterator[tuple[int, str]]) -> None:
    """Take a banner's lines up to its closing delimiter; they are text, never configuration."""
    head, mark, rest = found.groups()
    body: list[str] = []
    while mark not in rest:
        body.append(rest)
        rest = next(lines, (0, mark))[1]
    body.append(rest.partition(mark)[0])
    shown = body[1:] if not body[0] else body
    node = root.add(Node(f"{head} {ETX}", number, number, ordered=True))
    node.children = {f"{place}": Node(line, number + place, place) for place, line in enumerate(shown, 1)}
    if shown and not shown[-1]:
        del node.children[f"{len(shown)}"]


def _canonical(stripped: str) -> str:
    """Write a line as IOS would: single blanks, IPv6 in capitals and compressed."""
    text = " ".join(stripped.split())
    if text[:2].lower() == "in":
        text = _INTERFACE.sub(lambda found: f"interface {_kind(found[1])}{found[2]}", text)
    return _IPV6.sub(lambda found: _ipv6(found.group()), text) if text.count(":") > 1 else text


@lru_cache(maxsize=256)
def _kind(word: str) -> str:
    """Return a kind of interface in its own spelling; of those that are no port the name may be cut short."""
    asked = word.lower()
    for kind in _KINDS:
        full = kind.lower()
        if asked == full or (len(asked) > 1 and full.startswith(asked) and kind in _NO_PORTS):
            return kind
    return word


@lru_cache(maxsize=4096)
def _ipv6(text: str) -> str:
    address, slash, length = text.partition("/")
    try:
        return f"{ipaddress.IPv6Address(address)}".upper() + slash + length
    except ValueError:
        return text
