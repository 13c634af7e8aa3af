"""What the last audit of each site said, in numbers: the verdicts themselves stand in the audit's own report."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

import sqlalchemy as sa
from sqlalchemy.engine import Engine

from homeroom.store import bulk
from homeroom.store.observed_tables import audited

_ROW: Final = ("site", "at", "violations", "undecided", "waived", "rules")


@dataclass(frozen=True, slots=True)
class Audited:
    """One site as a whole, its devices included. `undecided`: unknown or in error; `rules`: those violated."""

    site: str
    at: float
    violations: int
    undecided: int
    waived: int
    rules: tuple[str, ...]


def save(engine: Engine, sites: Iterable[Audited]) -> None:
    """Keep the newest audit of each site."""
    rows = [(a.site, a.at, a.violations, a.undecided, a.waived, json.dumps(a.rules)) for a in sites]
    with bulk.writing(engine, "audits") as db:
        bulk.upsert(db, audited, _ROW, rows)


def all_audited(engine: Engine) -> Mapping[str, Audited]:
    """Return site -> what its last audit said; a site that was never audited is not in it."""
    with bulk.reading(engine, "audits") as db:
        rows = db.execute(sa.select(*(audited.c[name] for name in _ROW)))
        return {r.site: Audited(r.site, r.at, r.violations, r.undecided, r.waived, _names(r.rules)) for r in rows}


def _names(text: str) -> tuple[str, ...]:
    return tuple(json.loads(text))
