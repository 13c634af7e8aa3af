"""Reads IOS configurations back: comparable lines, differences, access lists and where they are applied."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from homeroom.errors import ParseError
from homeroom.platforms.access import Access
from homeroom.platforms.ios import acl, air, paths, strays
from homeroom.platforms.ios.entry import Named
from homeroom.platforms.ios.named import named
from homeroom.platforms.ios.numbered import numbered
from homeroom.platforms.ios.ports import ports, vlan_set
from homeroom.platforms.ios.tree import ETX, parse
from homeroom.platforms.tree import Node, changes, walk
from homeroom.policy.model import AccessList, Family, Rule

_LIST: Final = re.compile(r"(?:ip access-list (extended|standard)|(ipv6) access-list) (\S+)$")
_FOREIGN: Final = re.compile(r"(?:ip|ipv6|mac) access-list ")
_DECIDES: Final = re.compile(
    r"(?:ip|ipv6) (?:nat |inspect |local policy |wccp |admission |urlfilter )|nat6[46] |zone(?:-pair)? |"
    r"vlan (?:filter|access-map) |bridge (?:irb|\d)|cts role-based |"
    r"(?:class|policy|parameter)-map type (?:inspect|urlf|umbrella|regex|content)"
)
"""Global lines that bear on what passes and are not read."""
_LOGGING: Final = re.compile(r"(?:ip|ipv6) access-list (?:log-update|logging|persistent|fragment)")
_GUARD: Final = re.compile(r"(?:ipv6 )?access-class (\S+) (?:in|out)")
_QUIET: Final = re.compile(r"login quiet-mode access-class (\S+)|ip http access-class (?:ipv[46] )?(\S+)")
_SNMP: Final = re.compile(r"snmp-server (?:group|community|user) .*? access(?: ipv6 (\S+))?(?: (\S+))?$")
_SHOWN: Final = re.compile(
    r"\A(?:[ \t]*\r?\n|Building configuration\.\.\..*\n|Current configuration ?:.*\n)+|(?:\A|(?<=\n))end\s*\Z"
)
"""What stands around a configuration where the device shows it."""
_CLASS: Final = re.compile(r"match (?:not )?access-group (?:name )?(\S+)$")


class IosParser:
    """The parser of `ios`."""

    def lines(self, text: str) -> tuple[str, ...]:
        """Return the configuration without noise, sections merged, sorted except where order counts."""
        return tuple(walk(parse(text)))

    def diff(self, old: str, new: str) -> str:
        """Return the contextual difference from `old` to `new`; empty when they mean the same."""
        return "".join(f"{line}\n" for line in changes(parse(old), parse(new)))

    def access(self, text: str) -> Access:
        """Read what the device lets through; ParseError with the line when one that decides is not understood."""
        root = parse(text)
        names = _vlan_names(root)
        here = ports(root)
        known = named(root)
        roles = {f"Vlan{vlan}": name for vlan, name in names.items()}
        carried = {(use.family, use.name): roles.get(use.interface, "") for use in here.applied}
        guards, classes = _guards(root), _classes(root)
        sections = [node for node in root.children.values() if _is_list(node)] + numbered(root)
        strays.refuse(root)
        read = [_read(node, known) for node in sections]
        lists = [AccessList(name, carried.get((family, name), ""), family, rules) for family, name, rules in read]
        full = {(entry.family, entry.name) for entry in lists if entry.rules}
        filters = tuple(
            replace(entry, rules=acl.implied(entry.rules))
            for entry in lists
            if (entry.family, entry.name) in (carried if entry.rules else ())
            or ((entry.family, entry.name) not in carried and entry.name not in guards | classes)
        )
        return Access(
            lists=filters,
            applied=here.applied,
            guards=tuple(e for e in lists if (e.family, e.name) not in carried and e.name in guards),
            missing=tuple(dict.fromkeys(use.name for use in here.applied if (use.family, use.name) not in full)),
            groups=tuple(known.groups.values()),
            windows=known.windows,
            interfaces=here.interfaces,
            bridged=here.bridged,
            ssids=tuple(air.ssids(root, names)),
            routes=tuple(paths.routes(root)),
            vlan_names=names,
            routes_between=paths.forwards(root, here.interfaces),
        )

    def wire(self, text: str) -> str:
        """Return a text, rendered or shown by a device, as a file that it takes: real banner delimiters, one `end`."""
        return _SHOWN.sub("", text).replace(ETX, "\x03") + "end\n"


def _vlan_names(root: Node) -> Mapping[int, str]:
    """Return the names of the VLANs that have one: the roles, as the templates name them."""
    names: dict[int, str] = {}
    for node in root.children.values():
        if node.text.startswith("vlan ") and node.text[5].isdecimal():
            named_ = [child.removeprefix("name ") for child in node.children if child.startswith("name ")]
            try:
                names |= dict.fromkeys(sorted(vlan_set(node.text.removeprefix("vlan "))), named_[0]) if named_ else {}
            except ValueError as error:
                raise strays.wrong(node, str(error)) from error
    return names


def _guards(root: Node) -> frozenset[str]:
    """Return the names of lists that say who may manage the device."""
    found: list[str | None] = []
    for node in root.children.values():
        if node.text.startswith("line "):
            found += [match[1] for child in node.children if (match := _GUARD.match(child))]
        elif node.text.startswith(("login ", "ip http ", "snmp-server ")):
            match = _QUIET.match(node.text) or _SNMP.match(node.text)
            found += match.groups() if match else ()
    return frozenset(name for name in found if name)


def _classes(root: Node) -> frozenset[str]:
    """Return the names of lists that only tell traffic classes apart."""
    maps = (node for node in root.children.values() if node.text.startswith("class-map "))
    return frozenset(match[1] for node in maps for child in node.children if (match := _CLASS.match(child)))


def _is_list(node: Node) -> bool:
    """Tell whether a top-level line opens a named list; a line that decides, in a form we cannot read, is an error."""
    text = node.text
    if _DECIDES.match(text):
        raise ParseError(f"line {node.number}: {text!r} is not understood")
    if "access-list" not in text:
        return False
    if _LIST.match(text):
        return True
    if _FOREIGN.match(text) and not _LOGGING.match(text):
        raise ParseError(f"line {node.number}: {text!r} is not understood: only named lists are read")
    return False


def _read(node: Node, known: Named) -> tuple[Family, str, tuple[Rule, ...]]:
    found = _LIST.match(node.text)
    assert found is not None  # noqa: S101 - `_is_list` has matched it
    kind, ipv6, name = found.groups()
    if kind == "standard":
        return 4, name, acl.standard(node)
    family: Family = 6 if ipv6 else 4
    return family, name, acl.extended(node, family, known)
