"""The configuration of one emulated RouterOS device: entries by menu, and the verbs that change them.

RouterOS has one configuration: what a verb changed is in force and survives a restart.
"""

from __future__ import annotations

import ipaddress
import itertools
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from homeroom.lab.ros.schema import Field, Menu, menus
from homeroom.lab.ros.trap import Trap, failure, no_item, no_match

INTERFACE: Final = "/interface"
ANYTHING: Final = frozenset({"all", "none", "dynamic", "static"})
"""Words that stand for interfaces or lists of them without being one."""


@dataclass(slots=True, eq=False)
class Entry:
    """One item of a menu: `values` are those that somebody set; the rest are the menu's defaults."""

    menu: Menu
    number: int
    values: dict[str, str] = field(default_factory=dict[str, str])
    hardware: bool = False

    @property
    def id(self) -> str:
        """Return `*1F`, by which the API names it."""
        return f"*{self.number:X}"

    @property
    def name(self) -> str:
        """Return its name, empty when its menu has none."""
        return self.get("name")

    def get(self, name: str) -> str:
        """Return a property's value, its default, or nothing."""
        value = self.values.get(name)
        if value is None:
            described = self.menu.fields.get(name)
            return (described.default or "") if described else ""
        return value

    def on(self, name: str) -> bool:
        """Tell whether a yes-or-no property is yes."""
        return self.get(name) == "yes"

    def has(self, wanted: Mapping[str, str]) -> bool:
        """Tell whether it has all these values."""
        return all(self.get(name) == value for name, value in wanted.items())


class Config:
    """All menus. `changed` is called after each change."""

    def __init__(self, changed: Callable[[], None] = lambda: None) -> None:
        self._tables: dict[str, list[Entry]] = {}
        self._numbers: dict[str, Iterator[int]] = {}
        self._keys: dict[str, dict[tuple[str, ...], int]] = {}
        """Of menus to which entries are only being added: what tells their entries apart, and whose it is."""
        self._changed = changed

    # --- looking

    def table(self, path: str) -> list[Entry]:
        """Return the entries of a menu in their order; a `single` menu has exactly one."""
        found = self._tables.get(path)
        if found is None:
            menu = menus()[path]
            found = self._tables[path] = [Entry(menu, 0)] if menu.kind == "single" else []
        return found

    def single(self, path: str) -> Entry:
        """Return the one entry of a menu without items."""
        return self.table(path)[0]

    def interfaces(self) -> list[Entry]:
        """Return every interface, in the order in which they came to be."""
        found = [entry for path, menu in menus().items() if menu.iface for entry in self._tables.get(path, ())]
        return sorted(found, key=lambda entry: entry.number)

    def items(self, path: str) -> list[Entry]:
        """Return what `print` lists in a menu; `/interface` lists those of all kinds."""
        return self.interfaces() if path == INTERFACE else self.table(path)

    def pick(self, path: str, which: str) -> list[Entry]:
        """Return the entries named by ids, names or places (`*1,ether2,0`); Trap when one is not there."""
        entries = self.items(path)
        numbered = {f"*{entry.number:X}": entry for entry in entries} if "*" in which else {}
        found: list[Entry] = []
        for word in filter(None, which.split(",")):
            one = numbered.get(word) or next((e for e in entries if word in {e.name, e.get("default-name")}), None)
            if one is None and word.isdecimal() and int(word) < len(entries):
                one = entries[int(word)]
            if one is None:
                raise no_item()
            found.append(one)
        return found

    # --- changing

    def add(self, path: str, params: Mapping[str, str], before: str = "") -> Entry:
        """Add an entry, before another one if asked; Trap as RouterOS refuses it."""
        menu = menus()[path]
        values = self._read(menu, params)
        for one in menu.fields.values():
            if one.required and not values.get(one.name):
                raise Trap(f"missing value(s) of argument(s) {one.name}", 1)
        entry = Entry(menu, next(self._number(menu)), values)
        self._unique(entry)
        _derive(entry, params)
        table = self.table(path)
        place = table.index(self.pick(path, before)[0]) if before else len(table)
        table.insert(place, entry)
        self._keys[path][_key(entry)] = entry.number
        self._changed()
        return entry

    def alter(self, entries: Sequence[Entry], params: Mapping[str, str], unset: Sequence[str] = ()) -> None:
        """Change entries; Trap before any of them is changed."""
        for entry in entries:
            values = self._read(entry.menu, params)
            names = [entry.menu.field(name).name for name in unset]
            trial = Entry(entry.menu, entry.number, {**entry.values, **values}, entry.hardware)
            self._unique(trial)
            _derive(trial, params)
            old = entry.name
            self._keys.clear()
            entry.values = {name: value for name, value in trial.values.items() if name not in names}
            if old and entry.name != old:
                self._renamed(entry, old, entry.name)
        self._changed()

    def remove(self, entries: Sequence[Entry]) -> None:
        """Remove entries; what referred to them keeps only their id, as RouterOS shows it."""
        for entry in entries:
            if entry.hardware or not entry.menu.adds:
                raise failure("can not remove builtin" if entry.menu.adds else "can not remove this item")
        self._keys.clear()
        for entry in entries:
            self.table(entry.menu.path).remove(entry)
            self._renamed(entry, entry.name, entry.id)
        self._changed()

    def move(self, entries: Sequence[Entry], before: str) -> None:
        """Put entries of an ordered menu before another one, or at the end."""
        if not entries or not entries[0].menu.ordered:
            raise Trap("no such command", 0)
        path = entries[0].menu.path
        table = self.table(path)
        for entry in entries:
            table.remove(entry)
        place = table.index(self.pick(path, before)[0]) if before else len(table)
        table[place:place] = entries
        self._changed()

    def build(self, path: str, values: Mapping[str, str]) -> Entry:
        """Put in an entry that the hardware or the factory brings."""
        menu = menus()[path]
        entry = Entry(menu, next(self._number(menu)), dict(values), hardware=True)
        self.table(path).append(entry)
        self._keys.clear()
        return entry

    def snapshot(self) -> dict[str, list[Entry]]:
        """Return a copy of everything, which is what a backup holds."""
        return {
            path: [Entry(entry.menu, entry.number, dict(entry.values), entry.hardware) for entry in table]
            for path, table in self._tables.items()
        }

    def restore(self, tables: Mapping[str, list[Entry]]) -> None:
        """Put everything back to what a snapshot holds."""
        self._tables = {path: list(table) for path, table in tables.items()}
        self._keys.clear()
        self._changed()

    # --- what RouterOS checks

    def _number(self, menu: Menu) -> Iterator[int]:
        return self._numbers.setdefault(INTERFACE if menu.iface else menu.path, itertools.count(1))

    def _read(self, menu: Menu, params: Mapping[str, str]) -> dict[str, str]:
        """Return values as they will be shown; Trap for an unknown property, a bad value or an unknown name."""
        values: dict[str, str] = {}
        for name, text in params.items():
            described = menu.field(name)
            values[name] = described.value(text) if text or described.kind == "flag" else _empty(described)
            if described.menu and text:
                self._refer(described, text)
        return values

    def _refer(self, described: Field, text: str) -> None:
        names = text.split(",") if described.many else [text]
        known = self._names(described.menu)
        for name in names:
            bare = name.removeprefix("!") if described.negated else name
            if bare not in known and bare not in ANYTHING:
                raise no_match(described.name)

    def _names(self, path: str) -> set[str]:
        return {entry.name for entry in self.items(path)} | {entry.id for entry in self.items(path)}

    def _unique(self, entry: Entry) -> None:
        menu = entry.menu
        keys = self._keys.get(menu.path)
        if keys is None:
            keys = self._keys[menu.path] = {_key(one): one.number for one in self.table(menu.path)}
        if menu.key and keys.get(_key(entry), entry.number) != entry.number:
            raise failure(f"already have {menu.have}")
        if menu.iface and any(o.number != entry.number and o.name == entry.name for o in self.interfaces()):
            raise failure("already have interface with such name")

    def _renamed(self, entry: Entry, old: str, new: str) -> None:
        """Carry a new name to everything that refers to the entry: RouterOS refers by id."""
        if not old:
            return
        self._keys.clear()
        target = INTERFACE if entry.menu.iface else entry.menu.path
        for menu in menus().values():
            fields = [one for one in menu.fields.values() if one.menu == target]
            for other in self._tables.get(menu.path, ()) if fields else ():
                for one in fields:
                    if one.name in other.values:
                        words = other.values[one.name].split(",")
                        other.values[one.name] = ",".join(_exchange(word, old, new) for word in words)


def _key(entry: Entry) -> tuple[str, ...]:
    return tuple(entry.get(name) for name in entry.menu.key)


def _exchange(word: str, old: str, new: str) -> str:
    mark, bare = ("!", word[1:]) if word.startswith("!") else ("", word)
    return mark + (new if bare == old else bare)


def _empty(described: Field) -> str:
    """Return the value of `name=`: nothing, where text may be nothing."""
    if described.choice or described.kind in {"bool", "time", "cidr", "cidr6", "vlans"}:
        return described.value("")
    return ""


def _derive(entry: Entry, params: Mapping[str, str]) -> None:
    """Fill what RouterOS works out itself: the network of an address."""
    if entry.menu.path == "/ip address" and "address" in params and "network" not in params:
        entry.values["network"] = str(ipaddress.IPv4Interface(entry.values["address"]).network.network_address)
