"""YAML as nodes that know their line, and one rule for each kind of scalar instead of YAML 1.1's many.

`true`/`false`, decimal numbers and ISO dates are what they look like; everything else is text. So `no`, `0o17`,
`1:30`, `.inf` and `010` are errors where a number or a truth value is wanted, never a surprise.
"""

from __future__ import annotations

import datetime as dt
import math
import re
from pathlib import Path
from typing import Any, Final

import yaml

from homeroom.errors import InputError, Problem

MAX_BYTES: Final = 64 << 20
MAX_DEPTH: Final = 50
_TAG: Final = "tag:yaml.org,2002:"
_FAST: Final = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_DECIMAL: Final = re.compile(r"[-+]?(0|[1-9][0-9]{0,17})").fullmatch


def line(node: yaml.Node) -> int:
    """Return the node's line, counted from 1."""
    return node.start_mark.line + 1


def shown(node: yaml.Node) -> str:
    """Show the node in a message."""
    if isinstance(node, yaml.ScalarNode):
        return repr(node.value) if is_text(node) else "nothing"
    return "a list" if isinstance(node, yaml.SequenceNode) else "a mapping"


def is_text(node: yaml.Node) -> bool:
    """Tell whether the node is a scalar that holds something, so that quoting it would make it text."""
    return isinstance(node, yaml.ScalarNode) and node.tag != f"{_TAG}null"


def scalar(node: yaml.Node) -> Any:
    """Return a scalar's value; for what is no scalar, or is ill written, the node itself, which fits no type."""
    if not isinstance(node, yaml.ScalarNode):
        return node
    text: str = node.value
    match node.tag.removeprefix(_TAG):
        case "str":
            return text
        case "null":
            return None
        case "bool":
            return {"true": True, "false": False}.get(text.lower(), node)
        case "int":
            return int(text) if _DECIMAL(text) else node
        case other:
            return _float_or_date(other, text, node)


def _float_or_date(name: str, text: str, node: yaml.Node) -> Any:
    try:
        if name == "float" and math.isfinite(number := float(text)):
            return number
        if name == "timestamp":
            return dt.date.fromisoformat(text)
    except ValueError:
        return node
    return node


def compose(path: Path, name: str) -> yaml.Node:
    """Read a YAML file as nodes; InputError when it is none."""
    text = _text_of(path, name)
    try:
        node = _composed(text, name)
    except yaml.MarkedYAMLError as error:
        row = error.problem_mark.line + 1 if error.problem_mark else 0
        raise _unusable(name, f"is not YAML: {error.problem}", "correct the line", row) from error
    except yaml.reader.ReaderError as error:
        raise _unusable(name, f"holds the control character U+{error.character:04X}", "remove it") from error
    if node is None:
        raise _unusable(name, "is empty", "fill it")
    return node


def _composed(text: str, name: str) -> yaml.Node | None:
    """Compose with libyaml where PyYAML has it, which is four times as fast; what it refuses, PyYAML explains."""
    try:
        _refuse_traps(text, name, _FAST)
        return yaml.compose(text, _FAST)
    except yaml.YAMLError:
        _refuse_traps(text, name, yaml.SafeLoader)
        return yaml.compose(text, yaml.SafeLoader)


def _refuse_traps(text: str, name: str, loader: Any) -> None:
    """Refuse aliases, which make small files huge, and nesting that would exhaust the stack."""
    depth = 0
    for event in yaml.parse(text, loader):
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        row = event.start_mark.line + 1 if event.start_mark else 0
        if isinstance(event, yaml.AliasEvent):
            raise _unusable(name, "uses a YAML alias (*name)", "write the value out", row)
        if depth > MAX_DEPTH:
            raise _unusable(name, "is nested too deeply", "correct it", row)


def _text_of(path: Path, name: str) -> str:
    try:
        if path.stat().st_size > MAX_BYTES:
            raise _unusable(name, f"is larger than {MAX_BYTES >> 20} MiB", "split it")
        return path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise _unusable(name, f"cannot be read: {error.strerror}", "check the path") from error
    except UnicodeDecodeError as error:
        raise _unusable(name, "is not UTF-8", "save it as UTF-8") from error


def _unusable(name: str, message: str, remedy: str, row: int = 0) -> InputError:
    return InputError(Problem(name, row, "(file)", message, remedy))
