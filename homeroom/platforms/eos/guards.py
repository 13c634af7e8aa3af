"""Lists that say who may manage an EOS device: SSH, eAPI, SNMP, and the control plane itself."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Final, TypeAlias

from homeroom.platforms.tree import Node
from homeroom.policy.model import Family

_SECTION: Final = re.compile(r"management \S+|system control-plane")
_GROUP: Final = re.compile(r"(ip|ipv6) access-group (\S+)(?: vrf \S+)?(?: in)?$")
_SNMP: Final = re.compile(r"snmp-server (ipv4|ipv6) access-list (\S+)")
_COMMUNITY: Final = re.compile(r"snmp-server community \S+(?: view \S+)?(?: ro| rw)?(?: ipv6 (\S+))?(?: (\S+))?$")

_FAMILY: Final[Mapping[str, Family]] = {"ip": 4, "ipv4": 4, "ipv6": 6}
Key: TypeAlias = tuple[Family, str]


def names(root: Node) -> frozenset[Key]:
    """Return the family and name of every list that guards a way to manage the device."""
    return frozenset(key for node in root.children.values() for key in _of(node))


def _of(node: Node) -> Iterator[Key]:
    if _SECTION.match(node.text):
        for child in _below(node):
            found = _GROUP.match(child.text)
            if found:
                yield _FAMILY[found[1]], found[2]
    elif found := _SNMP.match(node.text):
        yield _FAMILY[found[1]], found[2]
    elif found := _COMMUNITY.match(node.text):
        if found[2]:
            yield 4, found[2]
        if found[1]:
            yield 6, found[1]


def _below(node: Node) -> Iterator[Node]:
    for child in node.children.values():
        yield child
        yield from _below(child)
