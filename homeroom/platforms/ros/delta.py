"""From one configuration to another: the steps, in the order in which the device can take them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, TypeAlias

from homeroom.errors import ParseError
from homeroom.platforms.ros import menus
from homeroom.platforms.ros.model import Entry, Key, Model, State
from homeroom.platforms.ros.parser import ranked
from homeroom.platforms.ros.words import quote

Verb: TypeAlias = Literal["add", "set", "remove", "again", "order"]


@dataclass(frozen=True, slots=True)
class Step:
    """One change. `line`: where the wanted text says it, 0 when it says nothing (a removal).

    `again`: what cannot be unset is removed and added; `order`: an ordered menu goes from `before` to `after`.
    """

    verb: Verb
    path: str
    key: Key = ()
    params: tuple[tuple[str, str | None], ...] = ()
    line: int = 0
    before: tuple[Entry, ...] = ()
    after: tuple[Entry, ...] = ()

    @property
    def find(self) -> str:
        """Return what picks the entry: empty for a menu that is one."""
        if len(self.key) == 1 and self.key[0][0] == "#":
            return self.key[0][1]
        said = " ".join(f"{name}={quote(value)}" for name, value in self.key if value)
        return f"[find where {said}]" if said else ""

    @property
    def said(self) -> str:
        """Return the properties as a command has them."""
        return " ".join(f"!{name}" if value is None else f"{name}={quote(value)}" for name, value in self.params)

    def __str__(self) -> str:
        """Name the step to a person: its command."""
        verb = "add" if self.verb == "again" else self.verb
        return " ".join(filter(None, (self.path, verb, self.find if verb != "add" else "", self.said)))


def delta(old: Model, new: Model) -> tuple[Step, ...]:
    """Return the steps from `old` to `new`; ParseError when a setting would have to be what nobody knows."""
    paths = ranked(set(old.menus) | set(new.menus))
    removals = [step for path in reversed(paths) for step in _removals(old.state(path), new.state(path))]
    changes = [step for path in paths for step in _changes(old.state(path), new.state(path))]
    return (*removals, *changes)


def _removals(old: State, new: State) -> Iterator[Step]:
    if not old.ordered:
        gone = [key for key in old.added if key not in new.added]
        yield from (Step("remove", old.path, key) for key in reversed(gone))


def _changes(old: State, new: State) -> Iterator[Step]:
    for key in dict.fromkeys((*old.fixed, *new.fixed)):
        yield from _settings(old, key, new.fixed.get(key))
    if new.ordered:
        before, after = tuple(old.added.values()), tuple(new.added.values())
        if [entry.params for entry in before] != [entry.params for entry in after]:
            yield Step("order", new.path, before=before, after=after)
        return
    for key, entry in new.added.items():
        there = old.added.get(key)
        if there is None:
            yield Step("add", new.path, key, tuple(entry.params.items()), entry.line)
        elif there.params != entry.params:
            yield _change(new.path, key, there, entry)


def _settings(old: State, key: Key, wanted: Entry | None) -> Iterator[Step]:
    before = old.fixed[key].params if key in old.fixed else {}
    after = wanted.params if wanted else {}
    params: dict[str, str | None] = {}
    for name in [name for name in before if name not in after]:
        value = _default(old.path, key, name)
        if value is None and not menus.menu(old.path).unsets:
            raise ParseError(f"{old.path}: nobody knows what {name} is when nothing is said: say it in the text")
        params[name] = value
    params |= {name: value for name, value in after.items() if before.get(name) != value}
    if params:
        yield Step("set", old.path, key, tuple(params.items()), wanted.line if wanted else 0)


def _default(path: str, key: Key, name: str) -> str | None:
    """Return what a setting goes back to; a port's name is its default name."""
    port = dict(key).get("default-name") if name == "name" else None
    return port or menus.default(path, name)


def _change(path: str, key: Key, old: Entry, new: Entry) -> Step:
    """Return the step that changes an entry in place, or writes it anew when something in it cannot be unset."""
    gone = [name for name in old.params if name not in new.params]
    named = menus.menu(path).key == ("name",)
    if not named and any(menus.default(path, name) is None for name in gone):
        return Step("again", path, key, tuple(new.params.items()), new.line)
    params: dict[str, str | None] = {name: menus.default(path, name) for name in gone}
    params |= {name: value for name, value in new.params.items() if old.params.get(name) != value}
    return Step("set", path, key, tuple(params.items()), new.line)
