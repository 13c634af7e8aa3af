"""A RouterOS configuration as a model: menu by menu, entries that were added and settings that were set.

Two texts that mean the same give equal models: what equals a default is dropped, what the device works out itself too.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Final, TypeAlias

from homeroom.errors import ParseError
from homeroom.platforms.ros import menus
from homeroom.platforms.ros.words import Statement, quote, statements

Params: TypeAlias = Mapping[str, str]
Key: TypeAlias = tuple[tuple[str, str], ...]
MARK: Final = "homeroom-"
"""How the names of scripts, schedulers and files begin that we leave on a device; they are no configuration."""
_OURS: Final = frozenset({"/system script", "/system scheduler"})
_TIMES: Final = re.compile(r".*(?:-time|timeout|interval|ttl|lifetime)|ttl")
_TIME: Final = re.compile(r"(?:(\d+)w)?(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?|(\d+):(\d\d):(\d\d)")
_UNITS: Final = (("w", 604800), ("d", 86400), ("h", 3600), ("m", 60), ("s", 1))
_BOOL: Final = {"true": "yes", "false": "no"}


@dataclass(slots=True)
class Entry:
    """One entry: what it says, canonically, and the line it stands on."""

    params: dict[str, str]
    line: int


@dataclass(slots=True)
class State:
    """One menu: `added` entries in their order, and `fixed` ones (settings under the key `()`) by their selector."""

    path: str
    added: dict[Key, Entry] = field(default_factory=dict[Key, Entry])
    fixed: dict[Key, Entry] = field(default_factory=dict[Key, Entry])

    @property
    def ordered(self) -> bool:
        """Tell whether the order of the entries decides what they do."""
        return menus.menu(self.path).ordered


@dataclass(slots=True)
class Model:
    """All menus by path."""

    menus: dict[str, State] = field(default_factory=dict[str, State])

    def state(self, path: str) -> State:
        """Return a menu, which is empty when nothing was said of it."""
        found = self.menus.get(path)
        if found is None:
            found = self.menus[path] = State(path)
        return found

    def copy(self) -> Model:
        """Return a model of its own."""
        return Model({path: _copied(state) for path, state in self.menus.items()})


def _copied(state: State) -> State:
    added = {key: Entry(dict(entry.params), entry.line) for key, entry in state.added.items()}
    fixed = {key: Entry(dict(entry.params), entry.line) for key, entry in state.fixed.items()}
    return State(state.path, added, fixed)


def parse(text: str) -> Model:
    """Read a whole configuration; ParseError with the line when one is not understood."""
    return apply(Model(), statements(text))


def merge(model: Model, text: str) -> Model:
    """Return what a configuration becomes when the lines of `text` are run on it."""
    return apply(model.copy(), statements(text))


def apply(model: Model, said: Iterable[Statement]) -> Model:
    """Run statements on a model, and return it."""
    run = {"add": _add, "set": _set, "remove": _remove}
    for statement in said:
        if not _noise(statement):
            run[statement.verb](model.state(statement.path), statement)
    return model


def _noise(statement: Statement) -> bool:
    """Tell whether a statement is ours, or the factory's."""
    if statement.path in _OURS and (statement.params.get("name") or "").startswith(MARK):
        return True
    return statement.verb == "set" and all((statement.path, name) in menus.FACTORY for name in statement.params)


def _add(state: State, statement: Statement) -> None:
    entry = Entry(canonical(state.path, statement.params), statement.line)
    key = key_of(state.path, entry.params)
    if key in state.added and menus.menu(state.path).key:
        raise ParseError(
            f"line {statement.line}: {state.path} has {_shown(key)} already, from line {state.added[key].line}"
        )
    state.added[key] = entry


def _set(state: State, statement: Statement) -> None:
    wanted = {name: value for name, value in (statement.selector or {}).items() if name != "default"}
    found = [entry for entry in state.added.values() if wanted and _has(state.path, entry, wanted)]
    if found:
        for entry in found:
            _change(state, entry, statement)
        state.added = {key_of(state.path, entry.params): entry for entry in state.added.values()}
        return
    key: Key = tuple(sorted((statement.selector or {}).items()))
    entry = state.fixed.setdefault(key, Entry({}, statement.line))
    _change(state, entry, statement)


def _change(state: State, entry: Entry, statement: Statement) -> None:
    for name, value in statement.params.items():
        entry.params.pop(name, None)
        if value is not None:
            entry.params[name] = value
    entry.params = canonical(state.path, entry.params)
    entry.line = statement.line


def _remove(state: State, statement: Statement) -> None:
    wanted = statement.selector or {}
    gone = [key for key, entry in state.added.items() if _has(state.path, entry, wanted)]
    for key in gone:
        del state.added[key]


def _has(path: str, entry: Entry, wanted: Params) -> bool:
    asked = {name: _value(name, value) for name, value in wanted.items()}
    return all(entry.params.get(name, menus.default(path, name) or "") == value for name, value in asked.items())


def key_of(path: str, params: Params) -> Key:
    """Return what tells an entry from the others of its menu."""
    names = menus.menu(path).key
    if not menus.menu(path).known and "name" in params:
        names = ("name",)
    if not names:
        return tuple(sorted(params.items()))
    return tuple((name, params.get(name, menus.default(path, name) or "")) for name in names)


def canonical(path: str, params: Mapping[str, str | None]) -> dict[str, str]:
    """Return properties in one spelling and order, without those that need no saying or are unset."""
    values: dict[str, str] = {}
    for name in sorted(params):
        value = params[name]
        if value is not None:
            value = _BOOL.get(value, value)
            if value and _timed(name):
                value = _duration(value)
            if value != menus.default(path, name):
                values[name] = value
    if path == "/ip address" and "network" in values and values["network"] == _network(values.get("address", "")):
        del values["network"]
    if path == menus.RADIO and "master-interface" in values:
        values.pop("mac-address", None)  # a virtual interface makes its own
    return values


def _value(name: str, value: str) -> str:
    value = _BOOL.get(value, value)
    return _duration(value) if value and _timed(name) else value


@cache
def _timed(name: str) -> bool:
    """Tell whether a property is a time."""
    return _TIMES.fullmatch(name) is not None


def _duration(value: str) -> str:
    """Print a time as RouterOS does; what is none stays as it is."""
    found = _TIME.fullmatch(value)
    if not found:
        return value
    *parts, hours, minutes, rest = (int(part or 0) for part in found.groups())
    left = (
        sum(count * size for count, (_, size) in zip(parts, _UNITS, strict=True)) + hours * 3600 + minutes * 60 + rest
    )
    text = ""
    for unit, size in _UNITS:
        count, left = divmod(left, size)
        text += f"{count}{unit}" if count else ""
    return text or "0s"


def _network(address: str) -> str:
    try:
        return str(ipaddress.IPv4Interface(address).network.network_address)
    except ValueError:
        return ""


def printed(params: Params) -> str:
    """Print properties as a command has them."""
    return " ".join(f"{name}={quote(value)}" for name, value in params.items())


def _shown(key: Key) -> str:
    return " ".join(f"{name}={quote(value)}" for name, value in key)
