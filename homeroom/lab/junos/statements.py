"""The statement table: which statements stand where, of what kind, and how they are shown (`statements.txt`)."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from typing import Final, Literal

from homeroom.errors import LabError

Kind = Literal["container", "list", "leaf", "values", "flag"]
_KINDS: Final[dict[str, Kind]] = {"*": "list", "@": "list", "#": "list", "=": "leaf", "[": "values", "!": "flag"}


@dataclass(slots=True)
class Statement:
    """One statement: what may follow it, and how it is shown. `kids` are in the order in which Junos shows them."""

    name: str
    kind: Kind = "container"
    type: str = "text"
    bare: bool = False
    """It has no keyword: only its key or value is shown."""
    ordered: bool = False
    """A list in the user's order; the others are sorted by key."""
    block: bool = False
    """A list shown as one block of keys."""
    flat: bool = False
    """Shown on the line of the statement in it."""
    presence: bool = False
    """It says something though nothing stands in it."""
    line: str = ""
    """`one`: on one line while it holds one statement; `all`: always on one line."""
    kids: dict[str, Statement] = field(default_factory=dict[str, "Statement"])

    @property
    def keyless(self) -> Statement | None:
        """Return the statement under it that has no keyword."""
        return next((kid for kid in self.kids.values() if kid.bare), None)

    def rank(self, name: str) -> int:
        """Return the place of a statement among its siblings."""
        return next(n for n, kid in enumerate(self.kids) if kid == name)


@cache
def root() -> Statement:
    """Return the whole table."""
    text = resources.files("homeroom.lab.junos").joinpath("statements.txt").read_text(encoding="utf-8")
    rows = [_row(line) for line in text.splitlines() if line.strip() and not line.startswith("#")]
    top = Statement("configuration")
    groups = {"": top}
    path = [top]
    for depth, statement in rows:
        if statement.name.startswith(":"):
            path = [groups.setdefault(statement.name[1:], statement)]
            continue
        level = depth + (path[0] is top)
        del path[level:]
        path[-1].kids[statement.name] = statement
        path.append(statement)
    for group in groups.values():
        _include(group, groups)
    return top


def _row(line: str) -> tuple[int, Statement]:
    body = line.lstrip(" ")
    name, *words = body.split()
    statement = Statement(name.lstrip("."), bare=name.startswith("."))
    for word in words:
        if word in _KINDS:
            statement.kind = _KINDS[word]
            statement.ordered, statement.block = word == "@", word == "#"
            statement.line = "one" if statement.block else statement.line
        elif word in {"1", "1+"}:
            statement.line = "one" if word == "1" else "all"
        elif word == "~":
            statement.flat = True
        elif word == "+":
            statement.presence = True
        else:
            statement.type = word
    return len(line) - len(body), statement


def _include(statement: Statement, groups: dict[str, Statement]) -> None:
    """Put the statements of the groups in the place of their names."""
    kids: dict[str, Statement] = {}
    for name, kid in statement.kids.items():
        if name.startswith("<"):
            if name[1:] not in groups:
                raise LabError(f"statements.txt: no group is called {name[1:]}")
            _include(groups[name[1:]], groups)
            kids |= groups[name[1:]].kids
        else:
            _include(kid, groups)
            kids[name] = kid
    statement.kids = kids


def _int(value: str) -> bool:
    return bool(re.fullmatch(r"\d+", value))


def _vlan(value: str) -> bool:
    return value in {"none", "all"} or (value.isdecimal() and 1 <= int(value) <= 4094)


def _name(value: str) -> bool:
    return bool(re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]{0,254}", value))


def _address(value: str) -> bool:
    try:
        ipaddress.ip_address(value)
    except ValueError:
        return False
    return True


def _prefix(value: str) -> bool:
    try:
        ipaddress.ip_interface(value)
    except ValueError:
        return False
    return True


_CHECKS: Final[dict[str, tuple[Callable[[str], bool], str]]] = {
    "int": (_int, "Invalid numeric value: '{}'"),
    "vlan": (_vlan, "Value {} is not within range (1..4094)"),
    "name": (_name, "invalid value '{}': hostname must be alphanumeric with dashes and dots"),
    "address": (_address, "invalid ip address or hostname: {}"),
    "prefix": (_prefix, "invalid prefix '{}'"),
}


def wrong(statement: Statement, value: str) -> str:
    """Return Junos's complaint about a value or key; empty when it is a right one."""
    if "|" in statement.type:
        return "" if value in statement.type.split("|") else "syntax error"
    if statement.type in _CHECKS:
        right, message = _CHECKS[statement.type]
        return "" if right(value) else message.format(value)
    return ""


def names(statement: Statement) -> Iterator[str]:
    """Yield the keywords that may stand under a statement."""
    return (kid.name for kid in statement.kids.values() if not kid.bare)
