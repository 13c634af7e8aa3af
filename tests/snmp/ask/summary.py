"""Readings as a few lines that a person reviews: who it is, what changed, how many of what, the first of each."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator

from homeroom.snmp.ask.rows import SINGLES, TABLES, Readings
from homeroom.snmp.ask.show import shown, written

FIRST = 3


def summary(vendor: str, readings: Readings) -> str:
    return "\n".join(_lines(vendor, readings)) + "\n"


def _lines(vendor: str, readings: Readings) -> Iterator[str]:
    yield f"vendor {vendor}"
    for group in SINGLES:
        said = _said(getattr(readings, group))
        if said:
            yield group
            yield from (f"  {name} {value}" for name, value in said)
    for group in TABLES:
        rows = getattr(readings, group, ())
        if rows:
            yield f"{group}: {len(rows)}"
            yield from ("  " + " ".join(f"{name}={value}" for name, value in _said(row)) for row in rows[:FIRST])
    yield from (f"refused {one.object}.{one.index}: {one.why}" for one in readings.refused[:FIRST])
    yield f"refusals: {readings.refusals}"


def _said(row: object) -> list[tuple[str, str]]:
    values = ((one.name, getattr(row, one.name)) for one in dataclasses.fields(row))  # type: ignore[arg-type]
    return [(name, repr(shown(written(value)))) for name, value in values if value is not None]
