"""The map as SVG, drawn offline: region outlines, and one mark a site by its worst verdict."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from homeroom.audit.bundle.model import Region
from homeroom.audit.report import geometry, shapes
from homeroom.audit.report.digest import Place
from homeroom.audit.report.geometry import View
from homeroom.audit.report.palette import MARKS, NO_DEVICE, Mark
from homeroom.audit.report.speech import Language
from homeroom.audit.verdict import WORST_FIRST, Status
from homeroom.errors import UsageError
from homeroom.programme import geo

CLASSES: Final[tuple[Status | None, ...]] = (*(s for s in WORST_FIRST if s != "not_applicable"), None)
"""Worst first; None: a site without devices, whose plan is in order."""
LETTER: Final = 14
"""About the width of a letter of a label, in drawing units; LINE is its height."""
LINE: Final = 30
CROWD: Final = 5000
"""Up to so many sites each has a mark of its own; of more, those in one place share one. The legend counts all."""
ROOM: Final = 1.2
"""A label may be this much wider than its region's box."""


@dataclass(frozen=True, slots=True)
class Pin:
    """One site on the map. `listed`: it has a row in the table of sites, to which its mark leads."""

    site: Place
    status: Status | None
    listed: bool


@dataclass(frozen=True, slots=True)
class Layer:
    """One SVG path: its class, its data, and the text shown when pointed at (empty: none)."""

    style: str
    path: str
    title: str = ""
    link: str = ""
    width: int = 0


@dataclass(frozen=True, slots=True)
class Key:
    """One line of the legend."""

    label: str
    count: int
    icon: Layer


@dataclass(frozen=True, slots=True)
class Label:
    """A region's name, at its middle."""

    x: int
    y: int
    text: str


@dataclass(frozen=True, slots=True)
class Chart:
    """Everything the template prints of the map."""

    width: int
    height: int
    ground: tuple[Layer, ...]
    labels: tuple[Label, ...]
    marks: tuple[Layer, ...]
    legend: tuple[Key, ...]


def draw(country: str, regions: Sequence[Region], pins: Sequence[Pin], say: Language) -> Chart:
    """Draw the sites in their regions; without shipped boundaries only the sites."""
    outlines = _outlines(country)
    own = {region.id: outlines[region.id] for region in regions if region.id in outlines}
    boxes = [outline.box for outline in own.values()]
    sites = [pin.site for pin in pins]
    boxes.extend((site.longitude, site.latitude, site.longitude, site.latitude) for site in sites)
    view = geometry.view(boxes or [(0.0, 0.0, 1.0, 1.0)])
    radius = _radius(len(pins))
    return Chart(
        width=view.width,
        height=view.height,
        ground=tuple(_ground(country, outlines, own, view)),
        labels=tuple(_labels(regions, own, view)),
        marks=tuple(_marks(pins, view, radius, say)),
        legend=legend(pins, say),
    )


def legend(pins: Sequence[Pin], say: Language) -> tuple[Key, ...]:
    """Count the sites of each class; the counts add up to the sites."""
    return tuple(Key(label_of(s, say), sum(pin.status == s for pin in pins), icon(s)) for s in CLASSES)


def icon(status: Status | None) -> Layer:
    """Draw one mark in a field of 24 by 24."""
    mark = mark_of(status)
    size = 5 if mark.shape == "dot" else 8
    return Layer(style_of(status), shapes.path(mark.shape, [(12, 12)], size), width=2 * size)


def style_of(status: Status | None) -> str:
    """Return the CSS classes of a mark: its shape and its verdict."""
    return f"{mark_of(status).shape} {status or 'none'}"


def mark_of(status: Status | None) -> Mark:
    """Return how a class is drawn."""
    return MARKS[status] if status else NO_DEVICE


def label_of(status: Status | None, say: Language) -> str:
    """Return what a class is called."""
    return say(status or "no_device")


def _outlines(country: str) -> Mapping[str, geo.Boundary]:
    try:
        return geo.boundaries(country)
    except UsageError:
        return {}  # a ministry's own country may ship no boundaries: its sites are drawn all the same


def _radius(sites: int) -> int:
    """Return the size of a mark: the more sites, the smaller, so that they do not hide each other."""
    return next((radius for most, radius in ((60, 15), (250, 12), (1200, 9)) if sites <= most), 6)


def _ground(
    country: str, outlines: Mapping[str, geo.Boundary], own: Mapping[str, geo.Boundary], view: View
) -> Iterator[Layer]:
    if not outlines:
        return
    yield Layer("other", _area(_polygons(country, "context"), view))
    for boundary in outlines.values():
        if boundary.id not in own:
            yield Layer("far", _area(boundary.polygons, view))
    for boundary in own.values():
        yield Layer("land", _area(boundary.polygons, view), boundary.name)
    yield Layer("lake", _area(_polygons(country, "water"), view))
    yield Layer("river", _rivers(country, view))
    yield Layer("disputed", _disputed(country, view))


def _polygons(country: str, name: geo.Layer) -> list[geo.Polygon]:
    features = geo.layer(country, name)["features"]
    return [polygon for feature in features for polygon in geo.polygons(feature["geometry"])]


def _area(polygons: Sequence[geo.Polygon], view: View) -> str:
    return "".join(geometry.outline(ring, view) for polygon in polygons for ring in polygon)


def _rivers(country: str, view: View) -> str:
    return "".join(_line(line, view) for line in _lines(geo.layer(country, "water")["features"]))


def _disputed(country: str, view: View) -> str:
    """Draw a line that states disagree on as such: dashed, over the outline."""
    paths = sorted(geo.DATA.glob(f"{country.lower()}_*_disputed_line.geojson"))
    found: list[Mapping[str, Any]] = [json.loads(path.read_text(encoding="utf-8")) for path in paths]
    return "".join(_line(line, view) for line in _lines(found))


def _lines(features: Sequence[Mapping[str, Any]]) -> Iterator[Sequence[Sequence[float]]]:
    for feature in features:
        geometry_ = feature["geometry"]
        if geometry_["type"] == "LineString":
            yield geometry_["coordinates"]
        elif geometry_["type"] == "MultiLineString":
            yield from geometry_["coordinates"]


def _line(line: Sequence[Sequence[float]], view: View) -> str:
    placed = [view.place(point[0], point[1]) for point in line]
    seen = any(0 <= x <= view.width and 0 <= y <= view.height for x, y in placed)
    return "M" + "L".join(f"{round(x)} {round(y)}" for x, y in placed) if seen else ""


def _labels(regions: Sequence[Region], own: Mapping[str, geo.Boundary], view: View) -> Iterator[Label]:
    """Name the regions, the largest first; a name that would not fit, or would cover another, is left out."""
    rings = [
        (max((polygon[0] for polygon in own[region.id].polygons), key=geometry.area), region)
        for region in regions
        if region.id in own
    ]
    taken: list[Label] = []
    for ring, region in sorted(rings, key=lambda pair: (-geometry.area(pair[0]), pair[1].id)):
        x, y = view.place(*geometry.middle(ring))
        label = Label(round(x), round(y), region.name)
        west, _, east, _ = own[region.id].box
        if _wide(label) <= (east - west) * view.scale_x * ROOM and not any(_touch(label, other) for other in taken):
            taken.append(label)
            yield label


def _wide(label: Label) -> int:
    return len(label.text) * LETTER


def _touch(one: Label, other: Label) -> bool:
    return abs(one.y - other.y) < LINE and abs(one.x - other.x) < (_wide(one) + _wide(other)) / 2


def _marks(pins: Sequence[Pin], view: View, radius: int, say: Language) -> Iterator[Layer]:
    """Draw the best first, so that the worst lies on top; listed sites one by one, the others as one path a class."""
    for status in reversed(CLASSES):
        mark = mark_of(status)
        style = style_of(status)
        size = radius if mark.shape != "dot" else radius * 2 // 3
        chosen = [pin for pin in pins if pin.status == status]
        points = [_at(pin, view) for pin in chosen if not pin.listed]
        crowd = shapes.path(mark.shape, points if len(pins) <= CROWD else _thinned(points, size), size)
        if crowd:
            yield Layer(style, crowd, width=2 * size)
        for pin in chosen:
            if pin.listed:
                data = shapes.path(mark.shape, [_at(pin, view)], size)
                title = f"{pin.site.id} {pin.site.name}: {label_of(status, say)}"
                yield Layer(style, data, title, f"site-{pin.site.id}", 2 * size)


def _thinned(points: Sequence[tuple[int, int]], step: int) -> Sequence[tuple[int, int]]:
    """Draw one mark for those that would lie on top of each other."""
    return list(dict.fromkeys((x // step * step, y // step * step) for x, y in points))


def _at(pin: Pin, view: View) -> tuple[int, int]:
    x, y = view.place(pin.site.longitude, pin.site.latitude)
    return round(x), round(y)
