"""Canonical JSON (RFC 8785): one value, one spelling, so that a hash of the bytes is a hash of the value.

`encode` is the whole of it. `plain` is several times as fast and gives the same bytes for what our own records hold:
keys in ASCII, numbers as `number` makes them.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, Final, cast

from homeroom.errors import AuditError

EXACT: Final = 2**53 - 1
"""The largest whole number that every JSON reader keeps."""
_PLAIN: Final = json.JSONEncoder(
    ensure_ascii=False, check_circular=False, allow_nan=False, sort_keys=True, separators=(",", ":")
)
_SMALL, _LARGE = 1e-4, 1e15
"""Between these Python and ECMAScript write a fraction alike."""
_UNSCALED: Final = (1e-6, 1e21)
"""Between these ECMAScript writes no exponent."""


def encode(value: object) -> bytes:
    """Write any JSON value (mappings, sequences, text, numbers, true, false, null); AuditError for anything else."""
    return _bytes(_text(value))


def plain(value: object) -> bytes:
    """Write a record of ours."""
    return _bytes(_PLAIN.encode(value))


def number(value: float) -> float:
    """Return a number that `plain` writes as ECMAScript does; AuditError when there is none of the same value."""
    if value == 0.0 or (value.is_integer() and abs(value) <= EXACT):
        return int(value)
    if not _SMALL <= abs(value) < _LARGE:  # also what is no number at all
        raise AuditError(f"{value!r} is neither a time nor a coordinate: correct where it comes from")
    return value


def _bytes(text: str) -> bytes:
    """Encode as UTF-8; half a surrogate pair, as broken device text holds it, becomes U+FFFD."""
    try:
        return text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace").encode()


def _text(value: object) -> str:
    if value is None or isinstance(value, bool | str):
        return _PLAIN.encode(value)
    if isinstance(value, int):
        return str(value) if abs(value) <= EXACT else _large(value)
    if isinstance(value, float):
        return _float(value)
    if isinstance(value, Mapping):
        return _object(cast("Mapping[Any, object]", value))
    if isinstance(value, list | tuple):
        return f"[{','.join(_text(item) for item in cast('Sequence[object]', value))}]"
    raise AuditError(f"{type(value).__name__} cannot be written as JSON")


def _large(value: int) -> str:
    """Write a whole number that only some have as a JSON number: those that a double holds."""
    try:
        nearest = float(value)
    except OverflowError:
        nearest = 0.0
    if int(nearest) != value:
        raise AuditError(f"{value} is too large for a JSON number: write it as text")
    return _float(nearest)


def _object(value: Mapping[Any, object]) -> str:
    """Write an object, its keys in the order of their UTF-16 units (RFC 8785, 3.2.3)."""
    if not all(isinstance(key, str) for key in value):
        raise AuditError("a key that is no text cannot be written as JSON")
    ordered = sorted(value.items(), key=lambda item: item[0].encode("utf-16-be", "surrogatepass"))
    return f"{{{','.join(f'{_PLAIN.encode(key)}:{_text(item)}' for key, item in ordered)}}}"


def _float(value: float) -> str:
    """Write a number as ECMAScript does (RFC 8785, 3.2.2.3): the shortest digits that read back the same."""
    if not math.isfinite(value):
        raise AuditError(f"{value} is no JSON number")
    if value == 0.0:
        return "0"
    if _UNSCALED[0] <= abs(value) < _UNSCALED[1]:
        text = format(Decimal(repr(value)), "f")
        return text.rstrip("0").rstrip(".") if "." in text else text
    digits, _, exponent = repr(value).partition("e")
    return f"{digits}e{int(exponent):+d}"
