"""Configurations as XML: `get-configuration`, `get-config`, `edit-config`, `load-configuration format="xml"`.

Source: "Junos XML Management Protocol Developer Guide": elements follow statement names, keys are `<name>`, attributes
`inactive`, `active`, `replace`, `delete`; NETCONF's `operation` (RFC 6241, 7.2).
"""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Iterator
from typing import Final
from xml.sax.saxutils import escape

from homeroom.lab.junos.statements import Statement, wrong
from homeroom.lab.junos.tree import Bad, Node, empty

_GONE: Final = frozenset({"delete", "remove"})


def show(tree: Node, pick: ET.Element | None = None) -> str:
    """Print what stands in a node as elements; `pick` (a filter) chooses among them."""
    return "".join(_picked(tree, pick))


def _picked(node: Node, pick: ET.Element | None) -> Iterator[str]:
    if pick is None or len(pick) == 0:
        yield from (_one(kid, None) for kid in node.shown())
        return
    for kid in node.shown():
        for want in pick:
            if tag(want) == kid.what.name and _meant(kid, want):
                yield _one(kid, want)
                break


def _meant(node: Node, want: ET.Element) -> bool:
    """Tell whether a filter's element means this entry: it has its key, or names none."""
    key = next((text(kid) for kid in want if tag(kid) == "name"), "")
    return not key or node.what.kind != "list" or node.key == key


def _one(node: Node, pick: ET.Element | None) -> str:
    name = node.what.name
    mark = ' inactive="inactive"' if node.inactive else ""
    if node.what.kind in {"leaf", "values"}:
        return "".join(f"<{name}{mark}>{escape(value)}</{name}>" for value in node.values)
    key = f"<name>{escape(node.key)}</name>" if node.what.kind == "list" else ""
    deeper = pick is not None and any(tag(kid) != "name" for kid in pick)
    body = key + "".join(_picked(node, pick if deeper else None))
    note = f"<junos:comment>/* {escape(node.note)} */</junos:comment>" if node.note else ""
    return note + (f"<{name}{mark}>{body}</{name}>" if body else f"<{name}{mark}/>")


def tag(element: ET.Element) -> str:
    """Return an element's name without its namespace."""
    return str(element.tag).rpartition("}")[2]


def text(element: ET.Element) -> str:
    """Return what an element says, without the blanks around it."""
    return (element.text or "").strip()


def attributes(element: ET.Element) -> dict[str, str]:
    """Return an element's attributes without namespaces."""
    return {name.rpartition("}")[2]: value for name, value in element.attrib.items()}


class Reader:
    """Reads a `<configuration>` into a tree; what was wrong is in `errors`."""

    def __init__(self, configuration: ET.Element, default: str = "") -> None:
        self.tree = empty()
        self.errors: list[Bad] = []
        self._default = default
        self._under(configuration, self.tree)

    def _under(self, element: ET.Element, node: Node) -> None:
        for kid in element:
            try:
                self._one(kid, node)
            except Bad as bad:
                self.errors.append(bad)

    def _one(self, element: ET.Element, node: Node) -> None:
        name = tag(element)
        what = node.what.kids.get(name)
        if what is None:
            if name not in {"name", "comment", "undocumented"}:
                raise Bad("syntax error", name)
            return
        made = self._made(element, node, what)
        said = attributes(element)
        operation = said.get("operation", self._default)
        made.inactive |= "inactive" in said
        if "delete" in said or operation in _GONE:
            made.tag = "delete"
        elif "replace" in said or operation == "replace":
            made.tag = "replace"
        elif "active" in said:
            made.tag = "active"
        self._under(element, made)

    def _made(self, element: ET.Element, node: Node, what: Statement) -> Node:
        if what.kind == "list":
            key = next((text(kid) for kid in element if tag(kid) == "name"), "")
            return node.child(what, _right(what, key))
        if what.kind in {"leaf", "values"} and text(element):
            return node.put(what, _right(what, text(element)))
        return node.child(what)


def _right(what: Statement, value: str) -> str:
    message = wrong(what, value) if value else "missing mandatory element: 'name'"
    if message:
        raise Bad(message, value or what.name)
    return value
