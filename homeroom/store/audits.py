"""What audits said: the newest verdicts of every subject, what moved from one to the next, each run in numbers."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import astuple, dataclass, fields
from typing import Final

import sqlalchemy as sa
from sqlalchemy.engine import Engine

from homeroom.store import bulk
from homeroom.store.change_tables import change_device
from homeroom.store.db import meta

_WHAT: Final = "audits"


def _text(name: str, *, key: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.String, primary_key=key, nullable=False)


def _time(name: str) -> sa.Column[float]:
    return sa.Column(name, sa.Float, nullable=False)


audit_kept = sa.Table(
    "audit_kept",
    meta,
    _text("subject", key=True),  # a device's name, site/ID, or programme
    _text("key"),  # hash of everything it was judged by
    _time("at"),
    sa.Column("verdicts", sa.LargeBinary, nullable=False),  # homeroom.audit.past packs them
)
audit_move = sa.Table(
    "audit_move",
    meta,
    sa.Column("id", sa.Integer, primary_key=True),
    _time("at"),
    *(_text(name) for name in ("subject", "site", "region", "rule", "before", "after", "change")),
    sa.Index("audit_move_at", "at"),
    sa.Index("audit_move_change", "change"),
)
audit_run = sa.Table(
    "audit_run",
    meta,
    sa.Column("id", sa.Integer, primary_key=True),
    _time("at"),
    *(_text(name) for name in ("root", "previous", "scope", "counts")),
    sa.Column("devices", sa.Integer, nullable=False),
)


@dataclass(frozen=True, slots=True)
class Kept:
    """The newest verdicts of a subject, packed. `key`: hash of what they were judged by; `at`: when, epoch."""

    subject: str
    key: str
    at: float
    verdicts: bytes


@dataclass(frozen=True, slots=True)
class Move:
    """One verdict that is another than at the audit before. `change`: the change confirmed in between, or empty."""

    at: float
    subject: str
    site: str
    region: str
    rule: str
    before: str
    after: str
    change: str = ""


@dataclass(frozen=True, slots=True)
class Run:
    """One audit. `counts`: `rule` or `region` -> its name -> status -> verdicts; `scope` empty: everything."""

    at: float
    root: str
    previous: str
    scope: str
    devices: int
    counts: Mapping[str, Mapping[str, Mapping[str, int]]]


def kept(engine: Engine, subjects: Iterable[str]) -> Mapping[str, Kept]:
    """Return subject -> what was last said of it; a subject never judged is not in it."""
    with bulk.reading(engine, _WHAT) as db:
        rows = db.execute(sa.select(audit_kept).where(bulk.among(db, audit_kept.c.subject, subjects)))
        return {row.subject: Kept(*row) for row in rows}


def keep(engine: Engine, found: Iterable[Kept], moves: Sequence[Move]) -> None:
    """Keep the newest verdicts and what moved, in one transaction; what moved is only ever added to."""
    names = [field.name for field in fields(Kept)]
    with bulk.writing(engine, _WHAT) as db:
        bulk.upsert(db, audit_kept, names, (astuple(one) for one in found))
        if moves:
            columns = [field.name for field in fields(Move)]
            db.execute(sa.insert(audit_move), [dict(zip(columns, astuple(move), strict=True)) for move in moves])


def add_run(engine: Engine, run: Run) -> None:
    """Add a finished run."""
    counts = json.dumps(run.counts, sort_keys=True)
    row = {"at": run.at, "root": run.root, "previous": run.previous, "scope": run.scope, "devices": run.devices}
    with bulk.writing(engine, _WHAT) as db:
        db.execute(sa.insert(audit_run), [{**row, "counts": counts}])


def runs(engine: Engine, since: float = 0.0) -> Sequence[Run]:
    """Return the runs, the oldest first."""
    query = sa.select(audit_run).where(audit_run.c.at >= since).order_by(audit_run.c.id)
    with bulk.reading(engine, _WHAT) as db:
        return [
            Run(row.at, row.root, row.previous, row.scope, row.devices, json.loads(row.counts))
            for row in db.execute(query)
        ]


def moves(engine: Engine, since: float = 0.0, change: str = "") -> Sequence[Move]:
    """Return what moved, the oldest first; `change`: only what moved with that change."""
    query = sa.select(*(audit_move.c[field.name] for field in fields(Move))).where(audit_move.c.at >= since)
    if change:
        query = query.where(audit_move.c.change == change)
    with bulk.reading(engine, _WHAT) as db:
        return [Move(*row) for row in db.execute(query.order_by(audit_move.c.id))]


def confirmed(engine: Engine, devices: Iterable[str], after: float) -> Mapping[str, str]:
    """Return device -> the change last confirmed on it after a time."""
    query = sa.select(change_device.c.device, change_device.c.change).where(
        change_device.c.state == "confirmed", change_device.c.at > after
    )
    with bulk.reading(engine, _WHAT) as db:
        chosen = query.where(bulk.among(db, change_device.c.device, devices)).order_by(change_device.c.at)
        return {row.device: row.change for row in db.execute(chosen)}
