"""What holds where: the policy of one site, with the values that its country, region or itself override."""

from __future__ import annotations

import dataclasses
import typing
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from homeroom.errors import PolicyError
from homeroom.policy.model import Override, Policy

OPEN: Final = ("profiles", "windows")
"""What may be overridden. Who reaches whom differs by a cell with a scope; VLANs and `base` are the same everywhere."""


def applying(policy: Policy, scopes: Sequence[str]) -> tuple[Override, ...]:
    """Return the overrides of a site, the widest scope first; `scopes` are its country, region and id."""
    return tuple(one for scope in scopes for one in policy.overrides if one.scope == scope)


def resolve(policy: Policy, scopes: Sequence[str]) -> Policy:
    """Return the policy as it holds in `scopes`: narrower ones win. PolicyError when a value does not fit."""
    matrix = tuple(cell for cell in policy.matrix if not cell.scope or cell.scope in scopes)
    made = policy if len(matrix) == len(policy.matrix) else dataclasses.replace(policy, matrix=matrix)
    for one in applying(policy, scopes):
        made = _put(made, Policy, one.set.split("."), one)
    return made


def origins(policy: Policy, scopes: Sequence[str]) -> Mapping[str, Override]:
    """Return where the values come from that are not the programme's own: path -> the override that decided."""
    return {one.set: one for one in applying(policy, scopes)}


def wrong(policy: Policy) -> Iterator[tuple[str, str, str]]:
    """Yield what is wrong with the overrides: field, message, remedy."""
    seen: set[tuple[str, str]] = set()
    for number, one in enumerate(policy.overrides):
        at = f"overrides[{number}]"
        for name, text in (("reason", one.reason), ("owner", one.owner), ("scope", one.scope)):
            if not text.strip():
                yield f"{at}.{name}", "is empty", "say it: an auditor asks"
        if (one.scope, one.set) in seen:
            yield f"{at}.set", f"{one.set} is overridden twice for {one.scope}", "keep one"
        seen.add((one.scope, one.set))
        if one.set.split(".")[0] not in OPEN:
            yield f"{at}.set", f"{one.set} cannot be overridden", f"only {' and '.join(OPEN)} can"
            continue
        try:
            _put(policy, Policy, one.set.split("."), one)
        except PolicyError as error:
            yield f"{at}.set", str(error), "correct the path or the value"


def _put(holder: Any, kind: Any, path: Sequence[str], one: Override) -> Any:
    """Return `holder` with the value at `path` replaced, checked against the type that the model names."""
    if not path:
        return _fitting(kind, one)
    name, rest = path[0], path[1:]
    if isinstance(holder, Mapping):
        entries = typing.cast("Mapping[str, Any]", holder)
        if name not in entries:
            raise PolicyError(f"{one.set}: there is no {name}; there are {', '.join(entries)}")
        return {**entries, name: _put(entries[name], typing.get_args(kind)[1], rest, one)}
    if not dataclasses.is_dataclass(holder) or name not in {field.name for field in dataclasses.fields(holder)}:
        raise PolicyError(f"{one.set}: there is no {name}")
    hints = typing.get_type_hints(type(holder))
    changed = _put(getattr(holder, name), hints[name], rest, one)
    return dataclasses.replace(typing.cast("Any", holder), **{name: changed})


def _fitting(kind: Any, one: Override) -> object:
    origin, arms, value = typing.get_origin(kind), typing.get_args(kind), one.value
    if origin is typing.Literal:
        fits = value in arms and type(value) is type(arms[0])
        wanted = " or ".join(map(str, arms))
    elif origin is tuple:
        fits = isinstance(value, tuple) and all(_one_of(arms[0], item) for item in value)
        wanted = "a list of such values"
    else:
        fits, wanted = type(value) is kind, getattr(kind, "__name__", "a value, not a section")
    if not fits:
        raise PolicyError(f"{one.set}: {value!r} is not {wanted}")
    return value


def _one_of(kind: Any, item: object) -> bool:
    return item in typing.get_args(kind) if typing.get_origin(kind) is typing.Literal else type(item) is kind
