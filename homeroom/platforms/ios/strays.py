"""Lines that bear on what passes, in a place or a spelling in which they are not read: an error, never skipped.

A configuration that a person typed differs from what a device shows: keywords are cut short (`ip access-g`), any case
will do, and the indentation that tells sections apart may be missing or uneven. The device understands all of it.
Source: Cisco IOS XE 17 Configuration Fundamentals Configuration Guide, `Using the Cisco IOS Command-Line Interface`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from homeroom.errors import ParseError
from homeroom.platforms.tree import Node

_LOOSE: Final = re.compile(
    r"(?:no |default )?(?:"
    r"(?:ip|ipv6?) (?:acc(?:e|es|ess|ess-|ess-g\w*)?|tra\w*|traffic-f\w*|add\w*|unn\w*|nat|ins\w*|pol\w*) |"
    r"mac access-g\w* |zone-m\w* |sw(?:i\w*)?(?:$| (?!virtual))|encap\w* dot1q )",
    re.IGNORECASE,
)
"""Lines of an interface that stand under none, or deeper than its own lines do."""
_ENTRY: Final = re.compile(r"(?:seq\w* )?(?:\d+ )?(?:permit|deny) ", re.IGNORECASE)
_HEAD: Final = re.compile(
    r"(?:ip |ipv6? |mac )?acc(?:e|es|ess)?-l\w* |(?:no|default) (?:(?:ip|ipv6?|mac) acc\S* |acc\S* |int\w* )|"
    r"in(?:t\w*)? ?(?:range |\S*\d.*,)",
    re.IGNORECASE,
)
"""Heads of sections that are cut short, take something back, or stand for several sections."""
_FLAT: Final = re.compile(r"(?:ip|ipv6) access-list |object-group |time-range ")
"""Sections whose lines have none under them."""
_INTERFACE: Final = re.compile(
    r"(?:no |default )?(?:(?:ip|ipv6?) (?:acc(?:e|es|ess|ess-|ess-g\w*)? |tra\w* |traffic-f\w* |nat |ins\w* |pol\w* |"
    r"vrf )|vrf fo\w* |zone-m\w* |mac access-g\w* |shut?$|shutd?$|shutdow?$|no sh(?:ut?d?o?w?)?$)",
    re.IGNORECASE,
)
_REMOVED: Final = re.compile(r"no (?:(?:ip|ipv6|mac) )?access-list (?!log|per|fra)", re.IGNORECASE)
_NUMBER: Final = re.compile(r"(?:sequence )?(\d+) ")
_LISTS: Final = re.compile(r"(?:ip|ipv6|arp) \S+-list ")


def refuse(root: Node) -> None:
    """Raise ParseError with the line of the first stray."""
    for node in root.children.values():
        text = node.text
        if text.startswith("banner "):
            continue
        if text.startswith("interface "):
            _strays(_below(node, 2), entries=True)
        elif _FLAT.match(text):
            for below in _below(node, 2):
                raise wrong(below, "it stands deeper than the lines of its section")
            _twice(node)
        elif not text.startswith(("template ", "access-list ")):
            _section(node)


def _section(node: Node) -> None:
    """Look at a section that is none of those we read."""
    if _HEAD.match(node.text) and "access-list" not in node.text.split(" ")[:2]:
        raise wrong(node, "written so, it is not read")
    if _REMOVED.match(node.text):
        raise wrong(node, "what it takes away may stand above")
    lists = _LISTS.match(node.text) is not None
    _strays((node, *_below(node, 1)), entries=not lists)
    if node.text.startswith("policy-map "):
        for below in _below(node, 1):
            if below.text == "drop":
                raise wrong(below, "what a class drops is not read")


def _twice(node: Node) -> None:
    """Refuse two entries of one number: releases differ in which of them stays."""
    seen: set[int] = set()
    for child in node.children.values() if node.ordered else ():
        found = _NUMBER.match(child.text)
        if found and "remark" not in child.text.split(" ", 3)[:3]:
            if int(found[1]) in seen:
                raise wrong(child, f"entry {found[1]} is there already")
            seen.add(int(found[1]))


def _strays(nodes: Iterator[Node] | tuple[Node, ...], *, entries: bool) -> None:
    for node in nodes:
        if _LOOSE.match(node.text) or (entries and _ENTRY.match(node.text)):
            raise wrong(node, "it stands in no section that is read")


def _below(node: Node, depth: int) -> Iterator[Node]:
    """Yield the lines that stand at least so deep under a node."""
    for child in node.children.values():
        if depth <= 1:
            yield child
        yield from _below(child, depth - 1)


def wrong(node: Node, reason: str) -> ParseError:
    """Return the error that names a line."""
    return ParseError(f"line {node.number}: {node.text!r} is not understood: {reason}")


def loose(text: str) -> bool:
    """Tell whether a line of an interface bears on what passes, in a spelling that is not read."""
    return _INTERFACE.match(text) is not None
