"""What devices say of their neighbours: rows of a table by the name that they have, with what another column says."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.engine import Engine

from homeroom.store import bulk
from homeroom.store.db import reading
from homeroom.store.observed_tables import asked


@dataclass(frozen=True, slots=True)
class Told:
    """A value, and when the device last told it (epoch): what does not change is not written again."""

    value: str
    at: float


def by_name(
    engine: Engine, devices: Iterable[str], names: Collection[str], value: str
) -> Mapping[str, Mapping[str, Told]]:
    """Return device -> what a row is called -> what it says. `names`: readings that name rows; `value`: one other."""
    same = (asked.c.device == reading.c.device) & (asked.c.every == reading.c.every)
    newest = sa.case((asked.c.at > reading.c.at, asked.c.at), else_=reading.c.at)
    columns = (reading.c.device, reading.c.object, reading.c["index"], reading.c.value, newest)
    query = sa.select(*columns).select_from(reading.outerjoin(asked, same))
    query = query.where(reading.c.object.in_((*names, value)))
    called: dict[tuple[str, str], list[str]] = defaultdict(list)
    said: dict[tuple[str, str], Told] = {}
    with bulk.reading(engine, "readings", "restore state.db") as db:
        for device, name, index, held, at in db.execute(query.where(bulk.among(db, reading.c.device, devices))):
            if name == value:
                said[device, index] = Told(held, at)
            else:
                called[device, index].append(held)
    found: dict[str, dict[str, Told]] = defaultdict(dict)
    for (device, index), told in said.items():
        for name in called.get((device, index), ()):
            found[device][name] = told
    return found
