"""YAML into frozen dataclasses, strictly: an unknown key, a wrong type, a missing key is an error with its line."""

from __future__ import annotations

import dataclasses
import datetime as dt
import difflib
import types
import typing
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any, Final, TypeVar

import yaml

from homeroom.errors import InputError, Problem
from homeroom.nodes import compose, is_text, line, scalar, shown
from homeroom.prefix import Prefix

T = TypeVar("T")
_SCALARS: Final[dict[object, tuple[str, str]]] = {
    str: ("text", "put it in quotes"),
    int: ("a whole number", "correct it"),
    float: ("a number", "correct it"),
    bool: ("true or false", "correct it"),
    dt.date: ("a date (YYYY-MM-DD)", "correct it"),
}


@cache
def _hints(kind: type) -> Mapping[str, Any]:
    """Return the types of a dataclass's fields: asking takes longer than all else here."""
    return typing.get_type_hints(kind)


class _Reader:
    """One file being read: it collects problems and goes on. `lines` remembers where each path stands."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.problems: list[Problem] = []
        self.lines: dict[str, int] = {}

    def wrong(self, node: yaml.Node, path: str, message: str, remedy: str) -> None:
        self.problems.append(Problem(self.file, line(node), path or "(top)", message, remedy))

    def value(self, kind: Any, node: yaml.Node, path: str) -> Any:
        """Build a `kind` from `node`; on a problem record it and return None."""
        self.lines[path] = line(node)
        if kind is Prefix:
            return self.prefix(node, path)
        if dataclasses.is_dataclass(kind):
            return self.record(typing.cast("type", kind), node, path)
        origin = typing.get_origin(kind)
        return self.scalar(kind, node, path) if origin is None else self.generic(origin, kind, node, path)

    def generic(self, origin: Any, kind: Any, node: yaml.Node, path: str) -> Any:
        if origin in (typing.Union, types.UnionType):
            return self.union(kind, node, path)
        if origin is typing.Literal:
            return self.choice(typing.get_args(kind), node, path)
        if origin is tuple:
            return self.sequence(typing.get_args(kind), node, path)
        key_kind, item_kind = typing.get_args(kind)
        return self.mapping(key_kind, item_kind, node, path)

    def union(self, kind: Any, node: yaml.Node, path: str) -> Any:
        arms = typing.get_args(kind)
        if type(None) in arms and scalar(node) is None:
            return None
        inner = [arm for arm in arms if arm is not type(None)]
        fitting = [arm for arm in inner if _fits(arm, node)] or inner
        return self.value(fitting[0], node, path)

    def choice(self, allowed: tuple[Any, ...], node: yaml.Node, path: str) -> Any:
        given = scalar(node)
        if not any(given == one and type(given) is type(one) for one in allowed):
            names = ", ".join(str(one) for one in allowed)
            near = difflib.get_close_matches(given, map(str, allowed), 1) if isinstance(given, str) else []
            hint = f"did you mean {near[0]}?" if near else "choose one of them"
            self.wrong(node, path, f"{shown(node)} is not one of {names}", hint)
        return given

    def sequence(self, kinds: tuple[Any, ...], node: yaml.Node, path: str) -> tuple[Any, ...]:
        if not isinstance(node, yaml.SequenceNode):
            self.wrong(node, path, f"{shown(node)} is not a list", "write a list: [a, b]")
            return ()
        if kinds[-1] is Ellipsis:
            kinds = (kinds[0],) * len(node.value)
        elif len(kinds) != len(node.value):
            self.wrong(node, path, f"a list of {len(node.value)} is not one of {len(kinds)}", "correct it")
        pairs = zip(kinds, node.value, strict=False)
        return tuple(self.value(kind, item, f"{path}[{n}]") for n, (kind, item) in enumerate(pairs))

    def mapping(self, key_kind: Any, kind: Any, node: yaml.Node, path: str) -> Mapping[str, Any]:
        found: dict[str, Any] = {}
        for key_node, item in self.pairs(node, path):
            key = key_node.value if key_kind is str else self.value(key_kind, key_node, _join(path, key_node.value))
            found[key] = self.value(kind, item, _join(path, key_node.value))
        return found

    def record(self, kind: type, node: yaml.Node, path: str) -> Any:
        if not isinstance(node, yaml.MappingNode):
            return self.wrong(node, path, f"{shown(node)} is not a mapping", "write keys and values: key: value")
        hints = _hints(kind)
        fields = {f.name: f for f in dataclasses.fields(kind) if f.init}
        found: dict[str, Any] = {}
        before = len(self.problems)
        for key_node, item in self.pairs(node, path):
            key = key_node.value
            if key not in fields:
                near = difflib.get_close_matches(str(key), list(fields), 1)
                hint = f"did you mean {near[0]}?" if near else "remove it"
                self.wrong(key_node, _join(path, key), f"unknown key; the keys are {', '.join(fields)}", hint)
            else:
                found[key] = self.value(hints[key], item, _join(path, key))
        for name, entry in fields.items():
            needed = entry.default is dataclasses.MISSING and entry.default_factory is dataclasses.MISSING
            if needed and name not in found:
                self.wrong(node, _join(path, name), "missing", "add it")
        return self.made(kind, found, node, path) if len(self.problems) == before else None

    def made(self, kind: type, found: dict[str, Any], node: yaml.Node, path: str) -> Any:
        try:
            return kind(**found)
        except ValueError as error:
            self.wrong(node, path, str(error), "correct it")
            return None

    def scalar(self, kind: Any, node: yaml.Node, path: str) -> Any:
        given = scalar(node)
        if kind is float and type(given) is int:
            return float(given)
        if type(given) is not kind:
            what, remedy = _SCALARS[kind]
            self.wrong(node, path, f"{shown(node)} is not {what}", remedy if is_text(node) else "correct it")
            return None
        return given

    def prefix(self, node: yaml.Node, path: str) -> Prefix | None:
        try:
            return Prefix.parse(node.value if is_text(node) else "")
        except ValueError as error:
            why = str(error) if is_text(node) else f"{shown(node)} is not a prefix"
            self.wrong(node, path, why, "write a prefix such as 10.0.0.0/8")
            return None

    def pairs(self, node: yaml.Node, path: str) -> list[tuple[yaml.ScalarNode, yaml.Node]]:
        if not isinstance(node, yaml.MappingNode):
            self.wrong(node, path, f"{shown(node)} is not a mapping", "write keys and values: key: value")
            return []
        out: dict[str, tuple[yaml.ScalarNode, yaml.Node]] = {}
        for key_node, item in node.value:
            if not isinstance(key_node, yaml.ScalarNode):
                self.wrong(key_node, path, f"{shown(key_node)} is not a key", "write a word before the colon")
                continue
            if key_node.value in out:
                self.wrong(key_node, _join(path, key_node.value), "given twice", "keep one")
            out[key_node.value] = (key_node, item)
        return list(out.values())


def _join(path: str, key: str) -> str:
    return f"{path}.{key}" if path else key


def _fits(kind: Any, node: yaml.Node) -> bool:
    """Tell which arm of a union a node means, by its shape alone."""
    origin = typing.get_origin(kind)
    if origin is tuple:
        return isinstance(node, yaml.SequenceNode)
    if kind is Prefix or origin is typing.Literal:
        return isinstance(node, yaml.ScalarNode)
    if dataclasses.is_dataclass(kind) or origin:
        return isinstance(node, yaml.MappingNode)
    return type(scalar(node)) is kind


def load(
    kind: type[T], path: Path, *, shown: str | None = None, check: Callable[[T], list[Problem]] | None = None
) -> T:
    """Read the YAML file at `path` as a `kind` (a frozen dataclass).

    `shown` names the file in messages. `check` returns further problems of the whole; where such a problem's row
    is 0 and its field is a path (`regions[1].pool4`), file and line are added here. Raises InputError with every
    problem of the file.
    """
    name = shown or path.name
    reader = _Reader(name)
    result = reader.value(kind, compose(path, name), "")
    problems = reader.problems
    if not problems and check:
        problems = [_placed(problem, reader) for problem in check(result)]
    if problems:
        raise InputError(*problems)
    return typing.cast("T", result)


def _placed(problem: Problem, reader: _Reader) -> Problem:
    row = problem.row or reader.lines.get(problem.field, 0)
    return dataclasses.replace(problem, file=problem.file or reader.file, row=row)
