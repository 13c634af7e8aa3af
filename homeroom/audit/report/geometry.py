"""Degrees to drawing units: a plain projection, true to shape at the middle latitude, and clipping to the view."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

Box: TypeAlias = tuple[float, float, float, float]
"""West, south, east, north."""
Point: TypeAlias = tuple[float, float]

WIDTH: Final = 2000
"""Drawing units across; two for each pixel of a usual screen, so that whole numbers are fine enough."""
TALLEST: Final = 1500
NEAR: Final = 2.0
"""Corners closer than this to the one before are left out."""


@dataclass(frozen=True, slots=True)
class View:
    """What part of the earth is drawn, and how large."""

    west: float
    north: float
    scale_x: float
    scale_y: float
    width: int
    height: int

    def place(self, lon: float, lat: float) -> Point:
        """Return where a point of the earth stands in the drawing."""
        return (lon - self.west) * self.scale_x, (self.north - lat) * self.scale_y


def view(boxes: Sequence[Box], margin: float = 0.05) -> View:
    """Fit a view around some boxes; a single point gets a fifth of a degree around it."""
    west, south = min(box[0] for box in boxes), min(box[1] for box in boxes)
    east, north = max(box[2] for box in boxes), max(box[3] for box in boxes)
    squeeze = max(0.05, math.cos(math.radians((south + north) / 2)))
    across, down = max(east - west, 0.2) * squeeze, max(north - south, 0.2)
    pad = margin * max(across, down)
    scale = min(WIDTH / (across + 2 * pad), TALLEST / (down + 2 * pad))
    height = round((down + 2 * pad) * scale)
    spare = (WIDTH / scale - across) / 2 / squeeze
    middle_lon, middle_lat = (west + east) / 2, (south + north) / 2
    left = middle_lon - across / squeeze / 2 - spare
    return View(left, middle_lat + down / 2 + pad, scale * squeeze, scale, WIDTH, height)


def clip(ring: Sequence[Point], width: float, height: float, slack: float = 10.0) -> list[Point]:
    """Cut a ring at the edges of the drawing (Sutherland and Hodgman); empty when it is all outside."""
    points = list(ring)
    sides = ((0, -slack, False), (0, width + slack, True), (1, -slack, False), (1, height + slack, True))
    for axis, edge, keep_below in sides:
        if points:
            points = _cut(points, axis, edge, keep_below=keep_below)
    return points


def _cut(points: Sequence[Point], axis: int, edge: float, *, keep_below: bool) -> list[Point]:
    inside: Callable[[Point], bool] = lambda p: (p[axis] <= edge) == keep_below or p[axis] == edge  # noqa: E731
    out: list[Point] = []
    before = points[-1]
    for point in points:
        if inside(point) != inside(before):
            share = (edge - before[axis]) / (point[axis] - before[axis])
            crossing = (before[0] + share * (point[0] - before[0]), before[1] + share * (point[1] - before[1]))
            out.append(crossing)
        if inside(point):
            out.append(point)
        before = point
    return out


def outline(ring: Sequence[Point], view: View) -> str:
    """Return a ring of the earth as closed path data, clipped and thinned; empty when it is out of sight."""
    placed = clip([view.place(lon, lat) for lon, lat in ring], view.width, view.height)
    kept: list[tuple[int, int]] = []
    for x, y in placed:
        corner = (round(x), round(y))
        if not kept or math.dist(corner, kept[-1]) >= NEAR:
            kept.append(corner)
    if len(kept) < 3:
        return ""
    return "M" + "L".join(f"{x} {y}" for x, y in kept) + "z"


def middle(ring: Sequence[Point]) -> Point:
    """Return a ring's centre of area."""
    area = x = y = 0.0
    for (x1, y1), (x2, y2) in zip(ring, [*ring[1:], ring[0]], strict=True):
        cross = x1 * y2 - x2 * y1
        area, x, y = area + cross, x + (x1 + x2) * cross, y + (y1 + y2) * cross
    return (x / 3 / area, y / 3 / area) if area else ring[0]


def area(ring: Sequence[Point]) -> float:
    """Return a ring's area, whatever its direction."""
    return abs(sum(x1 * y2 - x2 * y1 for (x1, y1), (x2, y2) in zip(ring, [*ring[1:], ring[0]], strict=True))) / 2
