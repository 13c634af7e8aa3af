"""YAML into frozen dataclasses, strictly: an unknown key, a wrong type, a missing key is an error with its line."""

from __future__ import annotations

import dataclasses
import datetime as dt
import difflib
import types
import typing
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final, TypeVar

import yaml

from homeroom.errors import InputError, Problem
from homeroom.prefix import Prefix

T = TypeVar("T")
Check = Callable[[T], list[Problem]]
MAX_BYTES: Final = 64 << 20
_SCALARS: Final[dict[object, str]] = {
    str: "text",
    int: "a whole number",
    float: "a number",
    bool: "true or false",
    dt.date: "a date (YYYY-MM-DD)",
}
_loader = yaml.SafeLoader("")


class _Reader:
    """One file being read: it collects problems and goes on."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.problems: list[Problem] = []

    def wrong(self, node: yaml.Node, path: str, message: str, remedy: str) -> None:
        self.problems.append(Problem(self.file, node.start_mark.line + 1, path or "(top)", message, remedy))

    def value(self, kind: Any, node: yaml.Node, path: str) -> Any:
        """Build a `kind` from `node`; on a problem record it and return None."""
        origin = typing.get_origin(kind)
        if origin in (typing.Union, types.UnionType):
            return self.optional(kind, node, path)
        if origin is typing.Literal:
            return self.choice(typing.get_args(kind), node, path)
        if origin is tuple:
            return self.sequence(typing.get_args(kind)[0], node, path)
        if origin is not None and issubclass(origin, Mapping):
            return self.mapping(typing.get_args(kind)[1], node, path)
        if dataclasses.is_dataclass(kind) and kind is not Prefix:
            return self.record(kind, node, path)
        return self.scalar(kind, node, path)

    def optional(self, kind: Any, node: yaml.Node, path: str) -> Any:
        if _plain(node) is None:
            return None
        inner = [arm for arm in typing.get_args(kind) if arm is not type(None)]
        fitting = [arm for arm in inner if _fits(arm, node)] or inner
        return self.value(fitting[0], node, path)

    def choice(self, allowed: tuple[Any, ...], node: yaml.Node, path: str) -> Any:
        given = _plain(node)
        if given not in allowed:
            names = ", ".join(str(a) for a in allowed)
            self.wrong(node, path, f"{_shown(node)} is not one of {names}", "choose one of them")
        return given

    def sequence(self, kind: Any, node: yaml.Node, path: str) -> tuple[Any, ...]:
        if not isinstance(node, yaml.SequenceNode):
            self.wrong(node, path, f"{_shown(node)} is not a list", "write a list: [a, b]")
            return ()
        return tuple(self.value(kind, item, f"{path}[{n}]") for n, item in enumerate(node.value))

    def mapping(self, kind: Any, node: yaml.Node, path: str) -> Mapping[str, Any]:
        return {key: self.value(kind, item, _join(path, key)) for key, item in self.pairs(node, path)}

    def record(self, kind: Any, node: yaml.Node, path: str) -> Any:
        hints = typing.get_type_hints(kind)
        fields = {f.name: f for f in dataclasses.fields(kind) if f.init}
        found: dict[str, Any] = {}
        before = len(self.problems)
        for key, item in self.pairs(node, path):
            if key not in fields:
                near = difflib.get_close_matches(key, fields, 1)
                hint = f"did you mean {near[0]}?" if near else "remove it"
                self.wrong(item, _join(path, key), f"unknown key; the keys are {', '.join(fields)}", hint)
            else:
                found[key] = self.value(hints[key], item, _join(path, key))
        for name, entry in fields.items():
            needed = entry.default is dataclasses.MISSING and entry.default_factory is dataclasses.MISSING
            if needed and name not in found:
                self.wrong(node, _join(path, name), "missing", "add it")
        if len(self.problems) > before:
            return None
        try:
            return kind(**found)
        except ValueError as error:
            self.wrong(node, path, str(error), "correct it")
            return None

    def scalar(self, kind: Any, node: yaml.Node, path: str) -> Any:
        given = _plain(node)
        if kind is Prefix:
            return self.prefix(node, path)
        if kind is float and type(given) is int:
            return float(given)
        if type(given) is not kind:
            self.wrong(node, path, f"{_shown(node)} is not {_SCALARS.get(kind, str(kind))}", "correct it")
            return None
        return given

    def prefix(self, node: yaml.Node, path: str) -> Prefix | None:
        try:
            return Prefix.parse(str(_plain(node)))
        except ValueError as error:
            self.wrong(node, path, str(error), "write a prefix such as 10.0.0.0/8")
            return None

    def pairs(self, node: yaml.Node, path: str) -> list[tuple[str, yaml.Node]]:
        if not isinstance(node, yaml.MappingNode):
            self.wrong(node, path, f"{_shown(node)} is not a mapping", "write keys and values: key: value")
            return []
        out: dict[str, yaml.Node] = {}
        for key_node, item in node.value:
            key = str(key_node.value)
            if key in out:
                self.wrong(key_node, _join(path, key), "given twice", "keep one")
            out[key] = item
        return list(out.items())


def _join(path: str, key: str) -> str:
    return f"{path}.{key}" if path else key


def _plain(node: yaml.Node) -> Any:
    """Return a scalar's Python value; for anything else the node itself, which fits no scalar type."""
    return _loader.construct_object(node) if isinstance(node, yaml.ScalarNode) else node


def _shown(node: yaml.Node) -> str:
    if isinstance(node, yaml.ScalarNode):
        return repr(node.value)
    return "a list" if isinstance(node, yaml.SequenceNode) else "a mapping"


def _fits(kind: Any, node: yaml.Node) -> bool:
    """Tell which arm of a union a node means, by its shape alone."""
    origin = typing.get_origin(kind)
    if origin is tuple:
        return isinstance(node, yaml.SequenceNode)
    if (dataclasses.is_dataclass(kind) and kind is not Prefix) or (origin and origin is not typing.Literal):
        return isinstance(node, yaml.MappingNode)
    return isinstance(node, yaml.ScalarNode) and (kind not in _SCALARS or type(_plain(node)) is kind)


def load(
    kind: type[T], path: Path, *, shown: str | None = None, check: Callable[[T], list[Problem]] | None = None
) -> T:
    """Read the YAML file at `path` as a `kind` (a frozen dataclass).

    `shown` names the file in messages. `check` returns further problems of the whole. Raises InputError with
    every problem of the file.
    """
    name = shown or path.name
    reader = _Reader(name)
    node = _compose(path, name)
    result = reader.value(kind, node, "")
    if reader.problems or result is None:
        raise InputError(*reader.problems)
    further = check(result) if check else []
    if further:
        raise InputError(*further)
    return typing.cast("T", result)


def _compose(path: Path, name: str) -> yaml.Node:
    """Parse to nodes, which keep their line numbers; aliases are refused (they make small files huge)."""
    try:
        if path.stat().st_size > MAX_BYTES:
            raise InputError(Problem(name, 0, "(file)", f"is larger than {MAX_BYTES >> 20} MiB", "split it"))
        text = path.read_text(encoding="utf-8")
        if any(isinstance(event, yaml.AliasEvent) for event in yaml.parse(text)):
            raise InputError(Problem(name, 0, "(file)", "uses a YAML alias (*name)", "write the value out"))
        node = yaml.compose(text, yaml.SafeLoader)
    except OSError as error:
        raise InputError(Problem(name, 0, "(file)", f"cannot be read: {error.strerror}", "check the path")) from error
    except UnicodeDecodeError as error:
        raise InputError(Problem(name, 0, "(file)", "is not UTF-8", "save it as UTF-8")) from error
    except yaml.MarkedYAMLError as error:
        row = error.problem_mark.line + 1 if error.problem_mark else 0
        raise InputError(Problem(name, row, "(file)", f"is not YAML: {error.problem}", "correct the line")) from error
    if node is None:
        raise InputError(Problem(name, 0, "(file)", "is empty", "fill it"))
    return node
