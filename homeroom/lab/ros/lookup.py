"""How scripts look at menus: `find`, and `print` as a console shows it."""

from __future__ import annotations

from collections.abc import Mapping

from homeroom.lab.ros.config import Config, Entry
from homeroom.lab.ros.schema import Menu, menus


def find(config: Config, path: str, params: Mapping[str, str]) -> list[str]:
    """Return the ids of the entries that have these values, compared as they are shown."""
    found: list[str] = []
    wanted: dict[str, dict[str, str]] = {}
    for entry in config.items(path):
        menu = entry.menu
        if menu.path not in wanted:
            wanted[menu.path] = {name: _canonical(menu, name, value) for name, value in params.items()}
        if all(_shown(entry, name) == value for name, value in wanted[menu.path].items()):
            found.append(entry.id)
    return found


def _shown(entry: Entry, name: str) -> str:
    if name in {"dynamic", "invalid"}:
        return "no"
    return entry.id if name == ".id" else entry.get(name)


def _canonical(menu: Menu, name: str, value: str) -> str:
    described = menu.fields.get(name)
    if described is None:
        return {"false": "no", "true": "yes"}.get(value, value)
    return described.read(value) or value


def listing(config: Config, path: str) -> list[str]:
    """Return what `print` shows in a console: a line a property of a menu that is one, else a line an entry."""
    if path in menus() and menus()[path].kind == "single":
        shown = [(name, config.single(path).get(name)) for name in menus()[path].fields]
        width = max(len(name) for name, _ in shown) + 2
        return [f"{name:>{width}}: {value}" for name, value in shown]
    return [
        f"{number:>2} {'X ' if entry.on('disabled') else '  '}" + " ".join(f"{k}={v}" for k, v in entry.values.items())
        for number, entry in enumerate(config.items(path))
    ]
