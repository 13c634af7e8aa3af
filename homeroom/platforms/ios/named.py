"""What access lists name: object groups and time ranges, read back strictly.

Source: Cisco IOS XE 17 Security and VPN Configuration Guide, "Object Groups for ACLs", "IPv6 Object Groups for ACLs";
Cisco IOS Security Command Reference, `time-range`, `periodic`.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterator, Mapping
from typing import Final, TypeAlias

from homeroom.errors import ParseError
from homeroom.platforms.ios.entry import Named
from homeroom.platforms.ios.phrases import DAYS, SPANS
from homeroom.platforms.tree import Node
from homeroom.policy.model import DAYS as WEEK
from homeroom.policy.model import Day, Family, Group, Window
from homeroom.prefix import ANY, Prefix

_Key: TypeAlias = tuple[Family, str]
_FAMILIES: Final[Mapping[str, Family]] = {"network": 4, "v6-network": 6}
_WORDS: Final[Mapping[str, frozenset[str]]] = {word: days for days, word in SPANS.items()}
_PERIODIC: Final = re.compile(r"periodic (?P<days>[A-Za-z ]+?) (\d+):(\d\d) to (\d+):(\d\d)$")
_SHORT: Final[Mapping[str, Day]] = {DAYS[day].lower(): day for day in WEEK}


def named(root: Node) -> Named:
    """Read every object group and time range of a configuration, in the order of the text; IOS deletes empty ones."""
    sections = [(node.text.split(), node) for node in root.children.values()]
    groups: dict[_Key, Node] = {
        (_FAMILIES[w[1]], w[2]): node for w, node in sections if w[0] == "object-group" and _network(w, node)
    }
    read: dict[_Key, Group] = {}
    for key in groups:
        _group(key, groups, read, ())
    windows = {
        _label(words, node): _window(node) for words, node in sections if words[0] == "time-range" and node.children
    }
    return Named({key: read[key] for key in groups if read[key].prefixes}, windows)


def _label(words: list[str], node: Node) -> str:
    if len(words) == 2:
        return words[1]
    raise wrong(node, "no name stands there")


def _network(words: list[str], node: Node) -> bool:
    """Tell that an object group is one of addresses; ParseError when it is another."""
    if len(words) == 3 and words[1] in _FAMILIES:
        return True
    raise wrong(node, "only groups of addresses are read")


def _group(key: _Key, nodes: Mapping[_Key, Node], read: dict[_Key, Group], above: tuple[str, ...]) -> Group:
    """Read a group and those it holds."""
    if key not in read:
        family, name = key
        prefixes: list[Prefix] = []
        for node in nodes[key].children.values():
            inner = node.text.removeprefix("group-object ")
            if inner == node.text:
                prefixes += _member(node, family)
                continue
            if (family, inner) not in nodes or inner in (*above, name):
                raise wrong(node, f"group {inner} is defined nowhere, or holds itself", name)
            prefixes += _group((family, inner), nodes, read, (*above, name)).prefixes
        read[key] = Group(name, family, tuple(sorted(set(prefixes), key=lambda prefix: (prefix.first, prefix.length))))
    return read[key]


def _member(node: Node, family: Family) -> Iterator[Prefix]:
    words = node.text.split()
    try:
        if words[0] == "description":
            return
        if words[0] == "any" and len(words) == 1:
            yield ANY[family]
        elif words[0] == "range" and len(words) == 3:
            nets = ipaddress.summarize_address_range(*map(ipaddress.IPv4Address, words[1:]))
            yield from (_of(f"{net}", family) for net in nets)
        elif words[0] == "host" and len(words) == 2:
            yield _of(f"{ipaddress.ip_network(words[1])}", family)
        elif len(words) == (2 if family == 4 else 1):
            yield _of("/".join(words), family)
        else:
            raise wrong(node, "no address stands there")
    except ValueError as error:
        raise wrong(node, str(error)) from error


def _of(text: str, family: Family) -> Prefix:
    prefix = Prefix.parse(f"{ipaddress.ip_network(text)}")
    if prefix.family != family:
        raise ValueError(f"{text} is of the other family")
    return prefix


def _window(node: Node) -> Window:
    """Read a time range: hours that are the same on each of its days; ParseError for any other."""
    days: set[str] = set()
    hours: set[tuple[str, str]] = set()
    for child in node.children.values():
        found = _PERIODIC.match(child.text)
        if found is None:
            raise wrong(child, "only hours of the same day are read", node.text)
        days |= _days(found["days"], child, node.text)
        hours.add((f"{int(found[2]):02d}:{found[3]}", f"{int(found[4]):02d}:{found[5]}"))
    if len(hours) != 1:
        raise wrong(node, "its days have different hours")
    start, until = hours.pop()
    return Window(tuple(day for day in WEEK if day in days), start, until)


def _days(text: str, node: Node, place: str) -> frozenset[str]:
    words = text.split()
    if len(words) == 1 and words[0].lower() in _WORDS:
        return _WORDS[words[0].lower()]
    if all(word.lower() in _SHORT for word in words):
        return frozenset(_SHORT[word.lower()] for word in words)
    raise wrong(node, f"no days are called {text}", place)


def wrong(node: Node, reason: str, place: str = "") -> ParseError:
    """Return the error that names a line."""
    return ParseError(f"line {node.number}: {f'{place}: ' if place else ''}{node.text!r} is not understood: {reason}")
