"""The record of a change that was applied: who, what, when, why; each device with what ran before and after."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from homeroom.rollout.progress import Count
from homeroom.rollout.schedule import unpack
from homeroom.store.change_tables import ChangeState
from homeroom.store.changes import Moved, Row
from homeroom.store.journal import END_STATES, STATES, Event, Journal, State
from playbooks import console
from playbooks.change_case import Case, Desk
from playbooks.moments import utc
from playbooks.rolling_end import said, show_missed
from playbooks.rolling_screen import flat

_SHORT = 12
"""Digits of a hash that people see."""
_STEPS: Final[frozenset[ChangeState]] = frozenset({"canary", "wave", "baking"})
"""Moves among these are the waves themselves."""


@dataclass(frozen=True, slots=True)
class Leg:
    """One wave. `began`: when its first device was claimed, `ended`: when its last one ended (epoch); 0: not yet."""

    number: int
    stage: str
    began: float
    ended: float
    states: Mapping[State, int]


@dataclass(frozen=True, slots=True)
class Record:
    """What was done to each device of a change, by wave and name, and how the change itself moved."""

    rows: tuple[Row, ...]
    moves: tuple[Moved, ...]
    legs: tuple[Leg, ...]

    @property
    def states(self) -> Mapping[State, int]:
        """Return state -> number of devices."""
        found = Counter(row.state for row in self.rows)
        return {state: found[state] for state in STATES if found[state]}

    def stage(self, wave: int) -> str:
        """Return the stage of a wave."""
        return next((leg.stage for leg in self.legs if leg.number == wave), "")


def read(desk: Desk, one: Case) -> Record | None:
    """Read the record; None of a change that was not applied."""
    if one.live is None:
        return None
    name = one.live.id
    rows = desk.changes.rows(name)
    packed = next((done.text for done in reversed(one.acts) if done.act == "applied"), "")
    waves = unpack(desk.papers.texts([packed])[packed]).plan.waves if packed else ()
    stages = {wave.number: wave.stage for wave in waves}
    return Record(rows, desk.changes.moves(name), _legs(rows, stages, Journal(desk.engine).events(name)))


def _legs(rows: Iterable[Row], stages: Mapping[int, str], events: Iterable[Event]) -> tuple[Leg, ...]:
    """Gather the waves. A wave that goes on has no end. Devices that are in none (wave 0) are none."""
    some: dict[int, list[Row]] = {}
    for row in rows:
        if row.wave:
            some.setdefault(row.wave, []).append(row)
    first: dict[str, float] = {}
    for event in events:
        if event.state == "leased":
            first.setdefault(event.device, event.at)
    return tuple(
        Leg(
            number,
            stages.get(number, ""),
            min((first[row.device] for row in found if row.device in first), default=0.0),
            max(row.at for row in found) if all(row.state in END_STATES for row in found) else 0.0,
            Counter(row.state for row in found),
        )
        for number, found in sorted(some.items())
    )


def plain(one: Case, record: Record | None) -> dict[str, Any]:
    """Return what `change show --json` says of the rollout beside the document; empty before it."""
    judged = {judged.device: judged for judged in one.document.devices}
    if record is None:
        kept = [
            {"device": one.device, "running": one.running, "target": one.target, "diff": one.diff}
            for one in judged.values()
        ]
        return {"devices": kept, "states": {}, "moves": [], "waves": []}
    return {
        "devices": [_device(row, record, judged) for row in record.rows],
        "states": dict(record.states),
        "moves": [
            {"at": utc(move.at), "by": move.by, "was": move.was, "state": move.state, "reason": move.reason}
            for move in record.moves
        ],
        "waves": [
            {
                "wave": leg.number,
                "stage": leg.stage,
                "began": _when(leg.began),
                "ended": _when(leg.ended),
                "states": dict(leg.states),
            }
            for leg in record.legs
        ],
    }


def _device(row: Row, record: Record, judged: Mapping[str, Any]) -> dict[str, Any]:
    """Return a device's line of the record; `before` is what it ran when it was judged, `after` what was read last."""
    found = judged.get(row.device)
    return {
        "device": row.device,
        "wave": row.wave,
        "stage": record.stage(row.wave),
        "state": row.state,
        "cause": row.cause,
        "before": row.pre_sha,
        "after": row.sha,
        "proved_at": _when(row.proved_at),
        "at": _when(row.at),
        "detail": row.detail,
        "running": found.running if found else row.pre_sha,
        "target": found.target if found else "",
        "diff": found.diff if found else "",
    }


def show(record: Record, *, members: bool) -> None:
    """Show people the waves, whom it missed and why, where it was stopped, and with `members` every device."""
    console.say(f"\nrollout: {said(Count.of(record.states))}")
    for leg in record.legs:
        times = f"{utc(leg.began)} to {_when(leg.ended) or 'now'}" if leg.began else "not begun"
        console.say(f"  wave {leg.number}, {leg.stage}: {times}; {said(Count.of(leg.states))}")
    if members:
        _members(record.rows)
    else:
        show_missed(record.rows)
    console.say("")
    for move in record.moves:
        if not {move.was, move.state} <= _STEPS:
            console.say(f"  {utc(move.at)} {move.was} -> {move.state} by {move.by}: {flat(move.reason)}")


def _members(rows: Iterable[Row]) -> None:
    """Print a line for each device, which a person may search."""
    for row in rows:
        hashes = f"{row.pre_sha[:_SHORT] or 'unknown'} -> {row.sha[:_SHORT] or 'not read'} {_when(row.proved_at)}"
        reason = f": {flat(row.detail)}" if row.detail else ""
        console.say(f"  {row.device} wave {row.wave} {row.state.replace('_', ' ')} {hashes}{reason}")


def _when(at: float) -> str:
    return utc(at) if at else ""
