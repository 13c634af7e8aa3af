"""What slow readings held long ago is forgotten, a little in each transaction."""

from __future__ import annotations

from typing import Final

import sqlalchemy as sa
from sqlalchemy.engine import Engine

from homeroom.store import bulk
from homeroom.store.db import reading_past

_STEP: Final = 20_000


def readings(engine: Engine, before: float) -> int:
    """Forget what no longer held at `before` (epoch); return how much. What holds is kept however old it is.

    Rows were written about in the order of `until`: only the oldest are looked at, so that no index is needed. One
    that came late is forgotten a little later.
    """
    gone = 0
    while found := _forgotten(engine, before):
        gone += found
    return gone


def _forgotten(engine: Engine, before: float) -> int:
    oldest = sa.select(reading_past.c.id).order_by(reading_past.c.id).limit(_STEP).subquery()
    chosen = sa.delete(reading_past).where(reading_past.c.id.in_(sa.select(oldest.c.id)), reading_past.c.until < before)
    with bulk.writing(engine, "past readings", "look at the disk, its free space, and state.db") as db:
        return db.execute(chosen).rowcount
