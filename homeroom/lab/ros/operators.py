"""What scripts compute with: values, and the operators of expressions."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final, TypeAlias

Value: TypeAlias = "str | list[str]"
"""A text, or a list of ids; truth is `true`."""


def _item(left: Value, right: Value) -> Value:
    place = int(text(right))
    return left[place] if isinstance(left, list) and place < len(left) else ""


_OPERATE: Final[Mapping[str, Callable[[Value, Value], Value]]] = {
    "->": _item,
    "=": lambda left, right: _bool(left == right),
    "!=": lambda left, right: _bool(left != right),
    "&&": lambda left, right: _bool(left == right == "true"),
    "||": lambda left, right: _bool("true" in {text(left), text(right)}),
    "<": lambda left, right: _bool(int(text(left)) < int(text(right))),
    ">": lambda left, right: _bool(int(text(left)) > int(text(right))),
}


def operate(operator: str, left: Value, right: Value) -> Value:
    """Apply an operator; all others join texts."""
    known = _OPERATE.get(operator)
    return known(left, right) if known else text(left) + text(right)


def _bool(value: bool) -> str:  # noqa: FBT001  # it is the value
    return "true" if value else "false"


def text(value: Value) -> str:
    """Return a value as text: ids joined by commas."""
    return value if isinstance(value, str) else ",".join(value)
