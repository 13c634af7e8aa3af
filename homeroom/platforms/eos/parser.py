"""Reads EOS configurations back: comparable lines, differences, and what the device lets through."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Final, TypeAlias

from homeroom.errors import ParseError
from homeroom.platforms.access import Access, Applied, Hook
from homeroom.platforms.eos import acl, guards, links, scope
from homeroom.platforms.eos.tree import parse
from homeroom.platforms.tree import Node, changes, walk
from homeroom.policy.model import WAN, AccessList, Family, Rule

_LIST: Final = re.compile(r"(ip|ipv6) access-list (standard )?(\S+)$")
_REMOVED: Final = re.compile(r"no ((?:ip|ipv6) access-list (?:standard )?\S+)$")
_APPLY: Final = re.compile(r"(ip|ipv6) access-group (\S+) (in|out)$")
_END: Final = re.compile(r"(?:\A|(?<=\n))end\s*\Z")
_FAMILY: Final[Mapping[str, Family]] = {"ip": 4, "ipv6": 6}
_HOOKS: Final[Mapping[str, Hook]] = {"in": "in", "out": "out"}
_Key: TypeAlias = tuple[Family, str]


class EosParser:
    """The parser of `eos`."""

    def lines(self, text: str) -> tuple[str, ...]:
        """Return the configuration without noise, sections merged, sorted except where order counts."""
        return tuple(walk(parse(text)))

    def diff(self, old: str, new: str) -> str:
        """Return the contextual difference from `old` to `new`; empty when they mean the same."""
        return "".join(f"{line}\n" for line in changes(parse(old), parse(new)))

    def access(self, text: str) -> Access:
        """Read what the device lets through; ParseError with the line when one that decides is not understood.

        A list without entries that is applied counts as missing: nothing says that the device would deny by it.
        """
        root = parse(text)
        scope.check(root)
        names, interfaces = links.vlan_names(root), tuple(links.interfaces(root))
        applied, guarding = tuple(_applied(root)), guards.names(root)
        roles = _roles(applied, frozenset(one.name for one in interfaces if not one.vlan), names)
        read = [AccessList(name, roles.get((f, name), ""), f, rules) for f, name, rules in _lists(root)]
        named, full = (*roles, *sorted(guarding)), {(entry.family, entry.name) for entry in read if entry.rules}
        lists = [entry for entry in read if entry.rules or (entry.family, entry.name) not in named]
        return Access(
            lists=tuple(entry for entry in lists if (entry.family, entry.name) not in guarding - roles.keys()),
            applied=applied,
            guards=tuple(entry for entry in lists if (entry.family, entry.name) in guarding - roles.keys()),
            missing=tuple(dict.fromkeys(name for family, name in named if (family, name) not in full)),
            interfaces=interfaces,
            bridged=tuple(links.bridged(root)),
            routes=tuple(links.routes(root)),
            vlan_names=names,
            routes_between=links.routes_between(root),
        )

    def wire(self, text: str) -> str:
        """Return a text as the device takes it: without the `end` with which it shows one, which leaves the session."""
        return _END.sub("", text)


def _applied(root: Node) -> Iterator[Applied]:
    for node in links.sections(root):
        seen: set[tuple[str, str]] = set()
        for child in node.children.values():
            found = _APPLY.match(child.text)
            if found is None:
                continue
            family, name, way = found.groups()
            if (family, way) in seen:
                raise ParseError(f"line {child.number}: {node.text}: {child.text!r}: another list is applied there too")
            seen.add((family, way))
            yield Applied(node.text.removeprefix("interface "), _HOOKS[way], _FAMILY[family], name)


def _roles(applied: tuple[Applied, ...], uplinks: frozenset[str], names: Mapping[int, str]) -> dict[_Key, str]:
    """Return whose each applied list is: the role is the name of the VLAN behind the interface, else an uplink's."""
    found: dict[_Key, str] = {}
    for use in applied:
        number = use.interface.removeprefix("Vlan")
        role = names.get(int(number), "") if number.isdecimal() else WAN if use.interface in uplinks else ""
        found.setdefault((use.family, use.name), role)
    return found


def _lists(root: Node) -> Iterator[tuple[Family, str, tuple[Rule, ...]]]:
    for node in root.children.values():
        found = _LIST.match(node.text)
        if found:
            family = _FAMILY[found[1]]
            yield family, found[3], acl.rules(node, family, standard=bool(found[2]))
            continue
        removed = _REMOVED.match(node.text)
        if removed and removed[1] in root.children and root.children[removed[1]].number < node.number:
            raise ParseError(f"line {node.number}: {node.text!r} takes away a list that stands above it")
