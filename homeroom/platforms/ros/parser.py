"""Reads RouterOS exports back: comparable lines and differences."""

from __future__ import annotations

import difflib
from collections.abc import Iterator

from homeroom.platforms.access import Access
from homeroom.platforms.ros import menus
from homeroom.platforms.ros.access import access
from homeroom.platforms.ros.model import Key, Model, State, parse, printed


class RosParser:
    """The parser of `ros`."""

    def lines(self, text: str) -> tuple[str, ...]:
        """Return the configuration menu by menu, a command a line, sorted except where order counts."""
        return tuple(lines_of(parse(text)))

    def diff(self, old: str, new: str) -> str:
        """Return the difference from `old` to `new`, under its menus; empty when they mean the same."""
        return difference(parse(old), parse(new))

    def access(self, text: str) -> Access:
        """Read what the device lets through; ParseError, with its line, for what bears on it and is not understood."""
        return access(parse(text))

    def wire(self, text: str) -> str:
        """Return a rendered text as the driver takes it: the text itself."""
        return text


def difference(old: Model, new: Model) -> str:
    """Return the difference between two models, as `RosParser.diff` does."""
    return "".join(f"{line}\n" for line in _changes(old, new))


def ranked(paths: set[str]) -> list[str]:
    """Sort menus so that what comes first can be referred to by what comes later."""
    return sorted(paths, key=lambda path: (menus.menu(path).rank, path))


def listed(state: State) -> list[str]:
    """Return the commands that make a menu what it is, in comparable order."""
    added = [f"add {printed(entry.params)}" for entry in state.added.values()]
    fixed = [f"set {_selector(key)}{printed(entry.params)}" for key, entry in state.fixed.items() if entry.params]
    return [*sorted(fixed), *(added if state.ordered else sorted(added))]


def _selector(key: Key) -> str:
    if not key:
        return ""
    if len(key) == 1 and key[0][0] in {"name", "#"}:
        return f"{key[0][1]} "
    return f"[ find {' '.join(f'{name}={value}' for name, value in key)} ] "


def lines_of(model: Model) -> Iterator[str]:
    """Yield the lines of a model, as `RosParser.lines` does."""
    for path in ranked(set(model.menus)):
        yield from (f"{path} {line}" for line in listed(model.menus[path]))


def _changes(old: Model, new: Model) -> Iterator[str]:
    for path in ranked(set(old.menus) | set(new.menus)):
        before, after = listed(old.state(path)), listed(new.state(path))
        if before != after:
            yield path
            matcher = difflib.SequenceMatcher(None, before, after, autojunk=False)
            for action, a, b, c, d in matcher.get_opcodes():
                if action != "equal":
                    yield from (f"-{line}" for line in before[a:b])
                    yield from (f"+{line}" for line in after[c:d])
