"""RouterOS's menus as data: which there are, their properties, kinds of values and defaults (menus.txt)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Final

from homeroom.errors import LabError
from homeroom.lab.ros.trap import Trap, bad_value, no_match
from homeroom.lab.ros.values import Reader, reader

KINDS: Final = frozenset({"table", "fixed", "mixed", "single"})
_FIELD: Final = re.compile(
    r"(?P<name>[a-z0-9][a-z0-9.-]*?)(?P<flags>[!+~-]*)(?::(?P<kind>[^=]+))?(?:=(?P<default>\S*))?"
)


@dataclass(frozen=True, slots=True)
class Field:
    """One property.

    `menu`: it names an entry of that menu; `many`: several, by comma; `negated`: `!` may stand before a name.
    """

    name: str
    read: Reader
    kind: str
    default: str | None
    required: bool
    always: bool
    secret: bool
    readonly: bool
    choice: bool
    menu: str = ""
    many: bool = False
    negated: bool = False

    def value(self, text: str) -> str:
        """Return a typed value as it will be shown; Trap when it is none."""
        found = self.read(text)
        if found is None:
            raise no_match(self.name) if self.choice else bad_value(self.name)
        return found


@dataclass(frozen=True, slots=True)
class Menu:
    """One menu. `key`: what no two entries share, which is refused with `have`; `iface`: its entries are interfaces."""

    path: str
    kind: str
    ordered: bool
    hidden: bool
    iface: bool
    key: tuple[str, ...]
    have: str
    fields: Mapping[str, Field]

    def field(self, name: str) -> Field:
        """Return a property; Trap in RouterOS's words when there is none."""
        found = self.fields.get(name)
        if found is None or found.readonly:
            raise Trap(f"unknown parameter {name}")
        return found

    @property
    def adds(self) -> bool:
        """Tell whether entries can be added and removed."""
        return self.kind in {"table", "mixed"}


@cache
def menus() -> Mapping[str, Menu]:
    """Return every menu by its path, in the order of RouterOS's export."""
    text = resources.files("homeroom.lab.ros").joinpath("menus.txt").read_text(encoding="utf-8")
    return {menu.path: menu for menu in _menus(text)}


def _menus(text: str) -> Iterator[Menu]:
    head, words = "", list[str]()
    for line in text.splitlines():
        if line.startswith("/"):
            if head:
                yield _menu(head, words)
            head, words = line, []
        elif line.startswith(" "):
            words += line.split()
    yield _menu(head, words)


def _menu(head: str, words: list[str]) -> Menu:
    said, _, have = head.partition(" -- ")
    parts = said.split()
    at = max((number for number, part in enumerate(parts) if part in KINDS), default=0)
    path, kind, options = " ".join(parts[:at]), parts[at], parts[at + 1 :]
    if not path:
        raise LabError(f"menus.txt: no kind in {head!r}")
    key = next((option[4:] for option in options if option.startswith("key=")), "")
    return Menu(
        path,
        kind,
        ordered="ordered" in options,
        hidden="hidden" in options,
        iface="iface" in options,
        key=tuple(key.split(",")) if key else (),
        have=have,
        fields={field.name: field for field in sorted(map(_field, words), key=lambda field: field.name)},
    )


def _field(word: str) -> Field:
    found = _FIELD.fullmatch(word)
    if found is None:
        raise LabError(f"menus.txt: {word!r} is no property")
    flags, kind = found["flags"], found["kind"] or "text"
    menu, many, negated = "", kind.endswith(","), kind.startswith("!@")
    if "@" in kind:
        menu, kind = "/" + kind.strip("!@,/").replace("/", " "), "text"
    read, choice = reader(kind)
    return Field(
        found["name"], read, kind, found["default"], "!" in flags, "+" in flags, "~" in flags, "-" in flags, choice,
        menu, many, negated,
    )  # fmt: skip
