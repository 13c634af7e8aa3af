"""The API's query words: which rows a `print` returns. Source: the vendor's manual, API, `Queries`."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Final, TypeAlias

from homeroom.lab.ros.trap import Trap

Row: TypeAlias = Mapping[str, str]
_PROPERTY: Final = re.compile(r"\?(-|=|<|>)?([^=]+)(?:=(.*))?", re.DOTALL)


def select(rows: Iterable[Row], words: Sequence[str]) -> list[Row]:
    """Return the rows for which the query holds; Trap when it is no query."""
    return [row for row in rows if holds(row, words)]


def holds(row: Row, words: Sequence[str]) -> bool:
    """Tell whether a query holds: a stack of answers, joined by `?#` words; all that is left must be true."""
    stack: list[bool] = []
    for word in words:
        if word.startswith("?#"):
            _join(stack, word[2:])
        else:
            stack.append(_test(row, word))
    return all(stack)


def _test(row: Row, word: str) -> bool:
    found = _PROPERTY.fullmatch(word)
    if not found:
        raise Trap("invalid query")
    sign, name, value = found.groups()
    if sign == "-":
        return name not in row
    if value is None:
        return name in row
    have = row.get(name)
    if have is None:
        return False
    compare = _COMPARE.get(sign or "=", _equal)
    return compare(have, value)


def _equal(have: str, value: str) -> bool:
    same = {"yes": "true", "no": "false"}
    return have == value or (have in {"true", "false"} and have == same.get(value))


def _number(text: str) -> float | str:
    return int(text) if text.isdecimal() else text


_COMPARE: Final[dict[str, Callable[[str, str], bool]]] = {
    "=": _equal,
    "<": lambda have, value: str(_number(have)) < value if not have.isdecimal() else int(have) < int(value or 0),
    ">": lambda have, value: str(_number(have)) > value if not have.isdecimal() else int(have) > int(value or 0),
}


def _join(stack: list[bool], operators: str) -> None:
    """Apply `!`, `&`, `|` to the top of the stack; `.` after a number copies that answer."""
    for operator in operators:
        if operator == "!" and stack:
            stack[-1] = not stack[-1]
        elif operator in "&|" and len(stack) > 1:
            second, first = stack.pop(), stack.pop()
            stack.append(first and second if operator == "&" else first or second)
        else:
            raise Trap("invalid query")
