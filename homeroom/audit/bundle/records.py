"""The lines of a bundle: each is one JSON object with one key, the line's kind, and ends with a newline."""

from __future__ import annotations

import dataclasses
import json
import typing
from collections.abc import Callable
from typing import Any, Final, TypeVar, cast

from homeroom.audit.bundle import canonical
from homeroom.audit.bundle.model import Header, Region, RuleEntry, UnreachedEntry, WaiverEntry
from homeroom.errors import BundleError

FORMAT: Final = 1
"""Raised when a reader of before would misread."""
PRELUDE: Final = {
    "header": Header,
    "rule": RuleEntry,
    "waiver": WaiverEntry,
    "region": Region,
    "unreached": UnreachedEntry,
}
"""What stands before the first verdict, in this order."""
KINDS: Final = (*PRELUDE, "finding", "subject", "index", "root", "signature")
COUNTED: Final = KINDS[:7]
"""Kinds whose number the root gives, and whose lines the index lists."""
START: Final = b'{"header":'
T = TypeVar("T")


def line(kind: str, payload: object) -> bytes:
    """Write a line."""
    return canonical.encode({kind: payload}) + b"\n"


def kind_of(raw: bytes) -> str:
    """Tell a line's kind from how it begins, without reading it; empty when it is none."""
    kind = raw[2 : raw.find(b'"', 2, 16)].decode("ascii", "replace") if raw.startswith(b'{"') else ""
    return kind if kind in KINDS else ""


def payload(raw: bytes) -> Any:
    """Read a line; BundleError when it is none."""
    try:
        found: object = json.loads(raw)
    except (ValueError, RecursionError) as error:
        raise BundleError(f"a line is no JSON ({error}): get the file again, `homeroom audit verify` it") from error
    if isinstance(found, dict) and len(record := cast("dict[str, Any]", found)) == 1 and raw.endswith(b"\n"):
        kind, value = next(iter(record.items()))
        if kind in KINDS and isinstance(value, dict):
            return cast("Any", value)
    raise BundleError("a line is none of a bundle's: get the file again, `homeroom audit verify` it")


def made(kind: type[T], value: object) -> T:
    """Make an entry of what a line holds: a missing or unknown key or a wrong type is a BundleError."""
    if not isinstance(value, dict):
        raise BundleError(f"{kind.__name__} is no object: get the file again, `homeroom audit verify` it")
    given = cast("dict[str, object]", value)
    hints = typing.get_type_hints(kind)
    if set(given) != set(hints):
        wrong = ", ".join(sorted(set(given) ^ set(hints)))
        raise BundleError(f"{kind.__name__} lacks or has too much: {wrong}; read it with the Homeroom that wrote it")
    return kind(**{name: _value(hints[name], given[name], f"{kind.__name__}.{name}") for name in given})


def _value(hint: Any, value: object, name: str) -> Any:
    """Return a field's value as its annotation has it."""
    if dataclasses.is_dataclass(hint):
        return made(cast("type[Any]", hint), value)
    origin, among = typing.get_origin(hint), typing.get_args(hint)
    if origin is tuple and isinstance(value, list):
        return tuple(_value(among[0], item, name) for item in cast("list[object]", value))
    if origin is typing.Literal and value in among:
        return value
    if hint is float and type(value) in {int, float}:
        return float(cast("float", value))
    if hint in {str, int, bool} and type(value) is hint:
        return value
    raise BundleError(f"{name} holds something else than it should: get the file again, `homeroom audit verify` it")


def entry(kind: str, value: Any, conceal: Callable[[str], str]) -> bytes:
    """Write an entry of the prelude, its secrets concealed."""
    return line(kind, _concealed(dataclasses.asdict(value), conceal))


def _concealed(value: Any, conceal: Callable[[str], str]) -> Any:
    match value:
        case str():
            return conceal(value)
        case dict():
            return {key: _concealed(item, conceal) for key, item in cast("dict[str, Any]", value).items()}
        case tuple():
            return [_concealed(item, conceal) for item in cast("tuple[object, ...]", value)]
        case _:
            return value
