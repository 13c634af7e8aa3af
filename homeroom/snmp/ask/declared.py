"""How a row's field is declared: its unit, its bounds, and how often it is asked."""

from __future__ import annotations

from dataclasses import field
from typing import Any, Final, Literal, TypeAlias

Every: TypeAlias = Literal["status", "radio", "inventory"]
"""How often: each minute, each 5 minutes, each 6 hours."""
SCHEDULES: Final[tuple[Every, ...]] = ("status", "radio", "inventory")


def slow(unit: str = "", low: float | None = None, high: float | None = None, every: Every = "inventory") -> Any:
    """Declare a field that is None until the device says it; a value outside the bounds is refused."""
    return field(default=None, metadata={"unit": unit, "low": low, "high": high, "every": every})


def minutely(unit: str = "") -> Any:
    """Declare a field that is asked each minute."""
    return slow(unit, every="status")


def often(unit: str = "", low: float | None = None, high: float | None = None) -> Any:
    """Declare a field that is asked each 5 minutes."""
    return slow(unit, low, high, every="radio")


def counted() -> Any:
    """Declare a number of clients."""
    return often("", 0, 1_000_000)
