"""Plain Nornir inventory files (hosts, groups, defaults), read by us: strictly, without secrets, and deep-merged.

Nornir itself ignores unknown keys, and lets a host's nested data hide its group's.
"""

from __future__ import annotations

import copy
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Final, TypeAlias, TypeGuard

import yaml

from homeroom.errors import InputError, Problem

Element: TypeAlias = dict[str, Any]
KEYS: Final[Mapping[str, type]] = {
    "hostname": str,
    "port": int,
    "username": str,
    "platform": str,
    "groups": list,
    "data": dict,
    "connection_options": dict,
}
OPTIONS: Final[Mapping[str, type]] = {
    "hostname": str,
    "port": int,
    "username": str,
    "platform": str,
    "extras": dict,
}
_KINDS: Final = {str: "text", int: "a whole number", list: "a list", dict: "a mapping"}
_REMEDY: Final = "put it into HOMEROOM_SECRET_<NAME>, or `homeroom secret set NAME`"


def read_elements(path: Path) -> dict[str, Element]:
    """Read hosts.yaml or groups.yaml: name -> element; none when there is no such file. Raises InputError."""
    reader = _Reader(f"inventory/{path.name}")
    named = reader.mapping("(top)", _yaml(path, reader.file))
    elements = {str(name): reader.element(str(name), value) for name, value in named.items()}
    reader.finish()
    return elements


def read_defaults(path: Path) -> Element:
    """Read defaults.yaml: one element; an empty one when there is no such file. Raises InputError."""
    reader = _Reader(f"inventory/{path.name}")
    element = reader.element("(top)", _yaml(path, reader.file))
    reader.finish()
    return element


def merge(layers: Iterable[Element]) -> Element:
    """Merge mappings deeply; an earlier layer wins. Nothing is shared with the layers."""
    out: Element = {}
    for layer in layers:
        for key, value in layer.items():
            if _is_mapping(value):
                known: object = out.get(key, {})
                if _is_mapping(known):
                    out[key] = merge((known, value))
            elif key not in out:
                out[key] = copy.copy(value)
    return out


def inherit(element: Element, parents: Iterable[Element]) -> Element:
    """Return the element with the data and connection options of its parents merged in, the nearest first."""
    layers = [element, *parents]
    merged = {key: merge(layer.get(key, {}) for layer in layers) for key in ("data", "connection_options")}
    return {**element, **merged}


def _is_mapping(value: object) -> TypeGuard[dict[Any, Any]]:
    return isinstance(value, dict)


def _yaml(path: Path, shown: str) -> object:
    try:
        return yaml.safe_load(path.read_text(encoding="utf-8")) or {}
    except FileNotFoundError:
        return {}
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(Problem(shown, 0, "(file)", f"cannot be read: {error}", "save it as UTF-8")) from error
    except yaml.MarkedYAMLError as error:
        row = error.problem_mark.line + 1 if error.problem_mark else 0
        raise InputError(Problem(shown, row, "(file)", f"is not YAML: {error.problem}", "correct the line")) from error


class _Reader:
    """One file being read: it collects problems and goes on."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.problems: list[Problem] = []

    def wrong(self, field: str, message: str, remedy: str) -> None:
        self.problems.append(Problem(self.file, 0, field, message, remedy))

    def finish(self) -> None:
        if self.problems:
            raise InputError(*self.problems)

    def mapping(self, field: str, value: object) -> dict[Any, Any]:
        if _is_mapping(value):
            return value
        if value is not None:
            self.wrong(field, "is not a mapping", "write keys and values: key: value")
        return {}

    def element(self, name: str, value: object) -> Element:
        element = self.keys(name, self.mapping(name, value), KEYS)
        options = element.get("connection_options", {})
        for kind, inner in options.items():
            field = f"{name}.connection_options.{kind}"
            options[kind] = self.keys(field, self.mapping(field, inner), OPTIONS)
        return element

    def keys(self, name: str, given: dict[Any, Any], known: Mapping[str, type]) -> Element:
        out: Element = {}
        for key, value in given.items():
            field = f"{name}.{key}"
            if key == "password":
                self.wrong(field, "is a secret", _REMEDY)
            elif key not in known:
                self.wrong(field, f"unknown key; the keys are {', '.join(known)}", "remove it")
            elif value is not None and type(value) is not known[key]:
                self.wrong(field, f"is not {_KINDS[known[key]]}", "correct it")
            elif value is not None:
                out[key] = value
        return out
