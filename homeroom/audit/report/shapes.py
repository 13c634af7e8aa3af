"""Marks as SVG path data. Many marks of one class are one path: a nation's sites weigh a few bytes each."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, TypeAlias

from homeroom.audit.report.palette import Shape

Point: TypeAlias = tuple[int, int]
STROKED: Final = frozenset({"disc", "dot"})
"""Drawn as round-capped points (the stroke's width is the diameter); the others as outlines."""


def path(shape: Shape, points: Sequence[Point], radius: int) -> str:
    """Return one path that draws `shape` at every point."""
    return "".join(_one(shape, x, y, radius) for x, y in points)


def _one(shape: Shape, x: int, y: int, r: int) -> str:
    if shape in STROKED:
        return f"M{x} {y}h.1"
    if shape == "triangle":
        return f"M{x} {y - r * 5 // 4}l{r * 5 // 4} {r * 9 // 4}h-{r * 5 // 4 * 2}z"
    if shape == "square":
        return f"M{x - r} {y - r}h{2 * r}v{2 * r}h-{2 * r}z"
    if shape == "diamond":
        d = r * 5 // 4
        return f"M{x} {y - d}l{d} {d}l-{d} {d}l-{d}-{d}z"
    return f"M{x - r} {y}a{r} {r} 0 1 0 {2 * r} 0a{r} {r} 0 1 0-{2 * r} 0z"
