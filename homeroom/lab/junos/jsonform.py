"""Configurations as JSON, in the form Junos has had since release 16.1 (`display json`, `format="json"`)."""

from __future__ import annotations

import json
from typing import Any, Final, cast

from homeroom.lab.junos.statements import wrong
from homeroom.lab.junos.tree import Bad, Node, empty

_INACTIVE: Final = {"inactive": True}


def show(tree: Node) -> str:
    """Print a configuration."""
    return json.dumps({"configuration": _object(tree)}, indent=4) + "\n"


def _object(node: Node) -> dict[str, Any]:
    out: dict[str, Any] = {"@": _INACTIVE} if node.inactive else {}
    for kid in node.shown():
        name = kid.what.name
        if kid.what.kind == "list":
            out.setdefault(name, []).append({"name": kid.key, **_object(kid)})
        elif kid.what.kind == "values":
            out[name] = list(kid.values)
        elif kid.what.kind == "leaf":
            out[name] = kid.values[0]
        else:
            out[name] = _object(kid) or [None]
    return out


class Reader:
    """Reads JSON into a tree; what was wrong is in `errors`."""

    def __init__(self, text: str) -> None:
        self.tree = empty()
        self.errors: list[Bad] = []
        try:
            whole: object = json.loads(text)
        except ValueError:
            self.errors.append(Bad("syntax error", text.strip()[:20]))
            return
        self._under(_object_of(whole).get("configuration", whole), self.tree)

    def _under(self, value: object, node: Node) -> None:
        for name, inner in _object_of(value).items():
            try:
                self._one(name, inner, node)
            except Bad as bad:
                self.errors.append(bad)

    def _one(self, name: str, value: object, node: Node) -> None:
        if name == "@":
            node.inactive = value == _INACTIVE
            return
        what = node.what.kids.get(name)
        if what is None:
            if name != "name":
                raise Bad("syntax error", name)
            return
        items = cast("list[object]", value) if isinstance(value, list) else [value]
        for item in items:
            if what.kind in {"leaf", "values"}:
                if message := wrong(what, str(item)):
                    raise Bad(message, str(item))
                node.put(what, str(item))
            elif what.kind == "list":
                self._under(item, node.child(what, str(_object_of(item).get("name", item))))
            else:
                self._under(item, node.child(what))


def _object_of(value: object) -> dict[str, object]:
    return cast("dict[str, object]", value) if isinstance(value, dict) else {}
