"""Reads IOS configurations back: comparable lines, differences, access lists and where they are applied."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Final

from homeroom.errors import ParseError
from homeroom.platforms.access import Access, Applied, Direction
from homeroom.platforms.ios import acl
from homeroom.platforms.ios.tree import ETX, parse
from homeroom.platforms.tree import Node, changes, walk
from homeroom.policy.model import AccessList, Family, Rule

_LIST: Final = re.compile(r"(?:ip access-list (extended|standard)|(ipv6) access-list) (\S+)$")
_APPLY: Final = re.compile(r"(ip access-group|ipv6 traffic-filter) (\S+) (in|out)$")
_FOREIGN: Final = re.compile(r"access-list |ip access-group |ipv6 traffic-filter |ip access-list |ipv6 access-list ")
_LOGGING: Final = re.compile(
    r"(?:ip|ipv6) access-list (?:log-update|logging|persistent|fragment)|access-list \d+ remark"
)
_GUARD: Final = re.compile(r"(?:ipv6 )?access-class (\S+) (?:in|out)|login quiet-mode access-class (\S+)")
_SNMP: Final = re.compile(r"snmp-server (?:group|community|user) .*? access(?: ipv6 (\S+))?(?: (\S+))?$")


class IosParser:
    """The parser of `ios`."""

    def lines(self, text: str) -> tuple[str, ...]:
        """Return the configuration without noise, sections merged, sorted except where order counts."""
        return tuple(walk(parse(text)))

    def diff(self, old: str, new: str) -> str:
        """Return the contextual difference from `old` to `new`; empty when they mean the same."""
        return "".join(f"{line}\n" for line in changes(parse(old), parse(new)))

    def access(self, text: str) -> Access:
        """Read the access lists; ParseError with the line when one is not understood."""
        root = parse(text)
        roles = _vlan_names(root)
        applied = tuple(_applied(root))
        carried = {(use.family, use.name): roles.get(use.interface, "") for use in applied}
        guards = _guards(root)
        read = [_read(node) for node in root.children.values() if _is_list(node)]
        lists = [AccessList(name, carried.get((family, name), ""), family, rules) for family, name, rules in read]
        defined = {(entry.family, entry.name) for entry in lists}
        return Access(
            lists=tuple(entry for entry in lists if (entry.family, entry.name) in carried or entry.name not in guards),
            applied=applied,
            guards=tuple(e for e in lists if (e.family, e.name) not in carried and e.name in guards),
            missing=tuple(dict.fromkeys(use.name for use in applied if (use.family, use.name) not in defined)),
        )

    def wire(self, text: str) -> str:
        """Return a rendered text as a file that the device takes: real banner delimiters, and `end`."""
        return text.replace(ETX, "\x03") + "end\n"


def _vlan_names(root: Node) -> Mapping[str, str]:
    """Return the name of the VLAN behind each VLAN interface: the role, as the templates name them."""
    names: dict[str, str] = {}
    for node in root.children.values():
        kind, _, number = node.text.partition(" ")
        if kind == "vlan":
            for child in node.children:
                if child.startswith("name "):
                    names[f"Vlan{number}"] = child.removeprefix("name ")
    return names


def _applied(root: Node) -> Iterator[Applied]:
    for node in root.children.values():
        if node.text.startswith("interface "):
            for child in node.children.values():
                found = _APPLY.match(child.text)
                if found:
                    direction: Direction = "in" if found[3] == "in" else "out"
                    family: Family = 4 if found[1] == "ip access-group" else 6
                    yield Applied(node.text.removeprefix("interface "), direction, family, found[2])
                elif _FOREIGN.match(child.text):
                    raise ParseError(f"line {child.number}: {node.text}: {child.text!r} is not understood")


def _guards(root: Node) -> frozenset[str]:
    """Return the names of lists that say who may manage the device."""
    texts = [child.text for node in root.children.values() for child in (node, *node.children.values())]
    found = [match.groups() for text in texts for match in (_GUARD.match(text), _SNMP.match(text)) if match]
    return frozenset(name for names in found for name in names if name)


def _is_list(node: Node) -> bool:
    """Tell whether a top-level line opens a named list; a list in a form we cannot read is an error."""
    if _LIST.match(node.text):
        return True
    if _FOREIGN.match(node.text) and not _LOGGING.match(node.text):
        raise ParseError(f"line {node.number}: {node.text!r} is not understood: only named lists are read")
    return False


def _read(node: Node) -> tuple[Family, str, tuple[Rule, ...]]:
    found = _LIST.match(node.text)
    assert found is not None  # noqa: S101 - `_is_list` has matched it
    kind, ipv6, name = found.groups()
    if kind == "standard":
        return 4, name, acl.standard(node)
    family: Family = 6 if ipv6 else 4
    return family, name, acl.extended(node, family)
