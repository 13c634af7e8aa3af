"""When each device last answered the questions of each schedule, how fast, and by which vendor's file it was asked."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

import sqlalchemy as sa
from sqlalchemy.engine import Engine

from homeroom.store import bulk
from homeroom.store.observed_tables import asked


@dataclass(frozen=True, slots=True)
class Asked:
    """One answer. `at`: epoch; `rtt`: microseconds; `vendor`: a file of homeroom.snmp.ask."""

    device: str
    every: str
    at: float
    rtt: int
    vendor: str


_NAMES: Final = ("device", "every", "at", "rtt", "vendor")


def save(engine: Engine, rows: Iterable[Asked]) -> None:
    """Keep the newest answer of each device and schedule; StoreError when it cannot be."""
    found = [(one.device, one.every, one.at, one.rtt, one.vendor) for one in rows]
    if found:
        with bulk.writing(engine, "what was asked") as connection:
            bulk.upsert(connection, asked, _NAMES, found)


def times(engine: Engine, every: str) -> Mapping[str, float]:
    """Return device -> when it last answered the questions of a schedule."""
    query = sa.select(asked.c.device, asked.c.at).where(asked.c.every == every)
    with bulk.reading(engine, "what was asked") as connection:
        return {row.device: row.at for row in connection.execute(query)}


def vendors(engine: Engine) -> Mapping[str, str]:
    """Return device -> the vendor by whose file it was last asked."""
    query = sa.select(asked.c.device, asked.c.vendor).where(asked.c.vendor != "").order_by(asked.c.at)
    with bulk.reading(engine, "what was asked") as connection:
        return {row.device: row.vendor for row in connection.execute(query)}
