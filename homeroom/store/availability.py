"""Availability from intervals, not from samples: since when everything is up, down or unknown, and the sums of days.

Each round's judgement changes a row only where a state changed. Unknown is a third state: it never counts as down,
and time in which nobody judged (the poller was off) is unknown. A day is one of UTC.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from homeroom.store import bulk
from homeroom.store.reachable import Fault, Judged
from homeroom.store.rollup import marked, set_mark
from homeroom.store.series_tables import availability, fault, interval, region_day, standing, subject
from homeroom.store.subjects import Kind, numbers

DAY: Final = 86400
GAP: Final = 180
"""Seconds without a judgement after which what was last judged is no longer known to hold."""
UNJUDGED: Final = Judged("unknown", "not judged")
_JUDGED: Final = "judged"
_SUMMED: Final = "availability"
_STATES: Final = ("up", "down", "unknown")
_INTERVAL: Final = ("until", "subject", "since", "state", "cause")


@dataclass(frozen=True, slots=True)
class Availability:
    """Seconds of a region, a device or a school; `share` is of the time that is known, None when none is."""

    name: str
    up: int
    down: int
    unknown: int

    @property
    def share(self) -> float | None:
        """Return up / (up + down)."""
        known = self.up + self.down
        return self.up / known if known else None

    @property
    def known(self) -> float | None:
        """Return which part of the time is known: a high share of little is worth little."""
        whole = self.up + self.down + self.unknown
        return (self.up + self.down) / whole if whole else None


@dataclass(frozen=True, slots=True)
class Interval:
    """How it stood with one device or school; `until` is None for what lasts."""

    since: int
    until: int | None
    state: str
    cause: str


def record(
    engine: Engine, judged: Mapping[Kind, Mapping[str, Judged]], faults: Sequence[Fault], at: int, gap: int = GAP
) -> int:
    """Keep one round's judgement of everything there is; return how many states changed.

    What is not in it is no longer judged: its last interval ends. A round that is not after the last is ignored.
    """
    with bulk.writing(engine, "availability") as db:
        last = marked(db, _JUDGED)
        if last is not None and at <= last:
            return 0
        now = _by_number(db, judged)
        held = {row.subject: row for row in db.execute(sa.select(standing))}
        ended: list[tuple[Any, ...]] = []
        fresh: list[tuple[Any, ...]] = []
        for number, row in held.items():
            _compare(row, now.get(number), (at, last, gap), ended, fresh)
        fresh += [(number, one.state, one.cause, at) for number, one in now.items() if number not in held]
        bulk.upsert(db, interval, _INTERVAL, ended, {})
        gone = [number for number in held if number not in now]
        db.execute(sa.delete(standing).where(bulk.among(db, standing.c.subject, gone)))
        bulk.upsert(db, standing, ("subject", "state", "cause", "since"), fresh)
        _faults(db, faults, at)
        set_mark(db, _JUDGED, at)
        return len(fresh)


def _by_number(db: Connection, judged: Mapping[Kind, Mapping[str, Judged]]) -> Mapping[int, Judged]:
    found: dict[int, Judged] = {}
    for kind, states in judged.items():
        known = numbers(db, kind)
        found.update({known[name]: one for name, one in states.items() if name in known})
    return found


def _compare(
    row: Any, now: Judged | None, times: tuple[int, int | None, int], ended: list[Any], fresh: list[Any]
) -> None:
    """Add the intervals of one subject that end, and the one that begins."""
    at, last, gap = times
    number, state, cause, since = row
    if last is not None and at - last > gap:
        if last > since:
            ended.append((last, number, since, state, cause))
            since = last
        state, cause = UNJUDGED.state, UNJUDGED.cause
        ended.append((at, number, since, state, cause))
    elif now is None or (now.state, now.cause) != (state, cause):
        ended.append((at, number, since, state, cause))
    else:
        return
    if now is not None:
        fresh.append((number, now.state, now.cause, at))


def _faults(db: Connection, faults: Sequence[Fault], at: int) -> None:
    """Begin, go on with, and end faults: one for each root."""
    lasting = {row.root: row for row in db.execute(sa.select(fault).where(fault.c.until.is_(None)))}
    roots = {one.root for one in faults}
    for root, row in lasting.items():
        if root not in roots:
            db.execute(sa.update(fault).where(fault.c.id == row.id).values(until=at))
    for one in faults:
        known = lasting.get(one.root)
        if known is None:
            values = {"root": one.root, "since": at, "devices": one.devices, "schools": one.schools}
            db.execute(sa.insert(fault).values(values))
        elif one.devices > known.devices or one.schools > known.schools:
            worst = {"devices": max(one.devices, known.devices), "schools": max(one.schools, known.schools)}
            db.execute(sa.update(fault).where(fault.c.id == known.id).values(worst))


def close_days(engine: Engine, now: int) -> None:
    """Sum up every day that is over and was judged to its end, for each subject and each region."""
    while _closed(engine, now):
        pass


def _closed(engine: Engine, now: int) -> bool:
    with bulk.writing(engine, "availability") as db:
        judged, done = marked(db, _JUDGED), marked(db, _SUMMED)
        if done is None:
            firsts = (db.scalar(sa.select(sa.func.min(table.c.since))) for table in (interval, standing))
            known = [first for first in firsts if first is not None]
            done = min(known) // DAY * DAY if known else None
        if judged is None or done is None or done + DAY > min(now, judged):
            return False
        sums = spans(done, done + DAY, judged).subquery()
        columns = [column.name for column in availability.c]
        db.execute(sa.delete(availability).where(availability.c.day == done))
        chosen = sa.select(sa.literal(done, sa.BigInteger), *(sums.c[name] for name in columns[1:]))
        db.execute(sa.insert(availability).from_select(columns, chosen))
        _regions(db, done)
        set_mark(db, _SUMMED, done + DAY)
    return True


def _regions(db: Connection, start: int) -> None:
    db.execute(sa.delete(region_day).where(region_day.c.day == start))
    keys = (availability.c.day, subject.c.kind, subject.c.region)
    sums = (sa.cast(sa.func.sum(availability.c[name]), sa.BigInteger) for name in _STATES)
    chosen = sa.select(*keys, sa.func.count(), *sums).join(subject, subject.c.id == availability.c.subject)
    chosen = chosen.where(availability.c.day == start).group_by(*keys)
    db.execute(sa.insert(region_day).from_select([column.name for column in region_day.c], chosen))


def spans(since: int, until: int, judged: int) -> sa.Select[Any]:
    """Return the query of the seconds in each state, for each subject, from `since` until before `until`.

    What lasts, lasts until the last judgement.
    """
    low, high = (sa.literal_column(str(value), sa.BigInteger) for value in (since, min(until, judged)))
    top = sa.literal_column(str(until), sa.BigInteger)
    over = sa.select(
        interval.c.subject, interval.c.state, _later(interval.c.since, low), _earlier(interval.c.until, top)
    )
    over = over.where(interval.c.until > since, interval.c.since < until)
    lasts = sa.select(standing.c.subject, standing.c.state, _later(standing.c.since, low), high.label("until"))
    both = sa.union_all(over, lasts.where(standing.c.since < high)).subquery()
    length = sa.case((both.c.until > both.c.since, both.c.until - both.c.since), else_=0)
    sums = (
        sa.cast(sa.func.sum(sa.case((both.c.state == name, length), else_=0)), sa.BigInteger).label(name)
        for name in _STATES
    )
    return sa.select(both.c.subject, *sums).group_by(both.c.subject)


def _later(column: sa.ColumnElement[int], low: sa.ColumnElement[int]) -> sa.Label[int]:
    return sa.case((column > low, column), else_=low).label("since")


def _earlier(column: sa.ColumnElement[int], top: sa.ColumnElement[int]) -> sa.Label[int]:
    return sa.case((column < top, column), else_=top).label("until")
