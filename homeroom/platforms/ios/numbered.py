"""Numbered access lists read as the named ones that they are: one line each, no section.

Source: Cisco IOS Security Command Reference, `access-list (IP standard)`, `access-list (IP extended)`: 1-99 and
1300-1999 look at the source only, 100-199 and 2000-2699 are extended.
"""

from __future__ import annotations

import re
from typing import Final

from homeroom.platforms.ios.strays import wrong
from homeroom.platforms.tree import Node

_LINE: Final = re.compile(r"access-list (\d+) ((?:permit|deny|remark)\b.*)$")
_KINDS: Final = (
    ("standard", range(1, 100)),
    ("standard", range(1300, 2000)),
    ("extended", range(100, 200)),
    ("extended", range(2000, 2700)),
)
_HARMLESS: Final = re.compile(r"access-list (?:compiled$|\d+ remark$)")


def numbered(root: Node) -> list[Node]:
    """Return a section for each numbered list, in the order of the text; ParseError with the line of another kind."""
    sections: dict[str, Node] = {}
    for node in root.children.values():
        if not node.text.startswith("access-list ") or _HARMLESS.match(node.text):
            continue
        found = _LINE.match(node.text)
        kind = next((kind for kind, numbers in _KINDS if found and int(found[1]) in numbers), "")
        if found is None or not kind or node.children:
            raise wrong(node, "it is no entry of a numbered list of IPv4")
        name = f"ip access-list {kind} {found[1]}"
        if any(f"ip access-list {other} {found[1]}" in root.children for other in ("standard", "extended")):
            raise wrong(node, f"list {found[1]} has a section of its own as well")
        section = sections.setdefault(name, Node(name, node.number, node.number, ordered=True))
        section.add(Node(found[2], node.number, node.number))
    return list(sections.values())
