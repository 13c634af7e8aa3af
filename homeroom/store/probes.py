"""What probes saw: every outcome with its time, and the newest of each check."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Engine
from sqlalchemy.exc import DBAPIError

from homeroom.errors import StoreError
from homeroom.store.bulk import told
from homeroom.store.db import probe


@dataclass(frozen=True, slots=True)
class Probed:
    """One outcome as it is kept. `at`: seconds since the epoch, UTC."""

    site: str
    role: str
    check: str
    verdict: str
    seen: str
    detail: str
    at: float


def add(engine: Engine, outcomes: Iterable[Probed]) -> None:
    """Keep outcomes; none is ever overwritten: an auditor asks how long it has held."""
    rows: Sequence[Mapping[str, Any]] = [
        {"site": o.site, "role": o.role, "check": o.check, "verdict": o.verdict, "seen": o.seen,
         "detail": o.detail, "at": o.at}
        for o in outcomes
    ]  # fmt: skip
    if not rows:
        return
    try:
        with engine.begin() as connection:
            connection.execute(sa.insert(probe), rows)
    except DBAPIError as error:
        raise StoreError(f"outcomes cannot be saved: {told(error)}; look at the disk and state.db") from error


def newest(engine: Engine, site: str = "") -> tuple[Probed, ...]:
    """Return the newest outcome of every check, of one site or of all; sorted by site, role and check."""
    columns = (probe.c.site, probe.c.role, probe.c.check)
    last = sa.select(sa.func.max(probe.c.id)).group_by(*columns)
    query = sa.select(probe).where(probe.c.id.in_(last)).order_by(*columns)
    if site:
        query = query.where(probe.c.site == site)
    try:
        with engine.connect() as connection:
            return tuple(Probed(*row[1:]) for row in connection.execute(query))
    except DBAPIError as error:
        raise StoreError(f"outcomes cannot be read: {told(error)}; restore state.db") from error
