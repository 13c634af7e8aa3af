"""The record of a change as one HTML page: self-contained, without scripts, for whoever audits it. It prints."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from homeroom.audit.report import palette, words
from homeroom.errors import UsageError
from homeroom.store.journal import State
from playbooks.change_case import Case, Person
from playbooks.change_record import Leg, Record
from playbooks.moments import brief
from playbooks.rolling_end import heaps

CLASSES: Final[Mapping[State, str]] = {
    "confirmed": "compliant",
    "rolled_back": "violation",
    "needs_human": "error",
    "skipped": "unknown",
    "pending": "open",
}
"""State -> its style: verdicts' colours, which everybody can tell apart; what is under way is `waived`."""
_WIDTH: Final = 1000
_LINE: Final = 26
_LEFT: Final = 190
"""SVG units: the chart's width, a wave's height, the room of its name."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a wave's bar."""

    style: str
    state: str
    number: int
    x: float
    width: float


@dataclass(frozen=True, slots=True)
class Line:
    """A wave in the chart: its bar begins and ends at its time, and is as full as its devices ended."""

    name: str
    y: int
    x: float
    width: float
    pieces: Sequence[Piece]
    said: str


def write(path: Path, one: Case, record: Record | None, zone: str) -> None:
    """Write the page; UsageError where that is not possible."""
    text = page(one, record, zone)
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise UsageError(f"{path}: {error.strerror}; name a file that can be written with --html") from error


def page(one: Case, record: Record | None, zone: str) -> str:
    """Return the whole document."""

    def when(at: float) -> str:
        return brief(at, zone) if at else ""

    template = environment().get_template("change_page.html.j2")
    return template.render(
        case=one,
        made=one.document,
        approved=[(done, Person(done.by, done.account).label) for done in one.approvals],
        steps=steps(one, record),
        record=record,
        legs=record.legs if record else (),
        heaps=heaps(record.rows) if record else (),
        lines=chart(record.legs) if record else (),
        height=_LINE * len(record.legs) if record else 0,
        chart_width=_WIDTH,
        classes=CLASSES,
        light=palette.variables(palette.LIGHT, dark=False),
        dark=palette.variables(palette.DARK, dark=True),
        when=when,
        zone=zone,
    )


def steps(one: Case, record: Record | None) -> Sequence[tuple[float, str, str, str]]:
    """Return (when, what, who, why) of all that people did to a change and how it moved, the oldest first."""
    acts = [(done.at, done.act, Person(done.by, done.account).label, done.reason) for done in one.acts]
    moves = record.moves if record else ()
    return sorted(acts + [(move.at, f"{move.was} → {move.state}", move.by, move.reason) for move in moves])


@cache
def environment() -> Environment:
    """Make the environment once: everything is escaped, a misspelt variable is an error."""
    loader = FileSystemLoader(Path(__file__).parent)
    made = Environment(loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    filters: dict[str, Any] = {"visible": words.visible, "counted": words.count}
    made.filters.update(filters)
    return made


def chart(legs: Sequence[Leg]) -> Sequence[Line]:
    """Draw the waves over time: from the first device that was claimed to the last that ended."""
    begun = [leg for leg in legs if leg.began]
    if not begun:
        return ()
    first = min(leg.began for leg in begun)
    last = max(max(leg.ended, leg.began) for leg in begun)
    scale = (_WIDTH - _LEFT) / max(last - first, 1.0)
    return [_line(leg, number * _LINE, first, last, scale) for number, leg in enumerate(legs) if leg.began]


def _line(leg: Leg, y: int, first: float, last: float, scale: float) -> Line:
    x = _LEFT + (leg.began - first) * scale
    width = max(((leg.ended or last) - leg.began) * scale, 6.0)
    x = min(x, _WIDTH - width)
    total = max(sum(leg.states.values()), 1)
    pieces: list[Piece] = []
    at = x
    for state, number in sorted(
        leg.states.items(), key=lambda one: list(CLASSES).index(one[0]) if one[0] in CLASSES else 9
    ):
        part = width * number / total
        pieces.append(
            Piece(CLASSES.get(state, "waived"), state.replace("_", " "), number, round(at, 1), round(part, 1))
        )
        at += part
    said = ", ".join(f"{piece.number} {piece.state}" for piece in pieces)
    return Line(f"{leg.number} {leg.stage}", y, round(x, 1), round(width, 1), pieces, said)
