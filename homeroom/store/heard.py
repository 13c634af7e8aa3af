"""What devices said by themselves, where it meant something: who came, what was changed, what restarted."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import astuple, dataclass
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.engine import Engine

from homeroom.store import bulk
from homeroom.store.observed_tables import heard

_NAMES: Final[tuple[str, ...]] = ("at", "device", "source", "kind", "who", "origin", "text")
_COLUMNS: Final = tuple(heard.c[name] for name in _NAMES)


@dataclass(frozen=True, slots=True)
class Heard:
    """One message. `at`: when it came in, epoch, by our clock; `source`: syslog or trap; `origin`: where from.

    `kind`: config, login, refused, restart, link or other. `who`, `origin` and `text` are the device's, made
    harmless to look at, without secrets; empty where it said nothing of it.
    """

    at: float
    device: str
    source: str
    kind: str
    who: str
    origin: str
    text: str


def save(engine: Engine, rows: Iterable[Heard]) -> None:
    """Keep messages; StoreError when they cannot be."""
    found: list[dict[str, Any]] = [dict(zip(_NAMES, astuple(one), strict=True)) for one in rows]
    if found:
        with bulk.writing(engine, "what was heard") as connection:
            connection.execute(sa.insert(heard), found)


def about(engine: Engine, device: str, kinds: Collection[str], since: float) -> tuple[Heard, ...]:
    """Return what a device said of these kinds since a time, the oldest first."""
    query = sa.select(*_COLUMNS).where(heard.c.device == device, heard.c.at >= since, heard.c.kind.in_(tuple(kinds)))
    with bulk.reading(engine, "what was heard") as connection:
        return tuple(Heard(*row) for row in connection.execute(query.order_by(heard.c.at, heard.c.id)))


def forget(engine: Engine, before: float) -> int:
    """Forget what came in before a time; return how many messages that were."""
    with bulk.writing(engine, "what was heard") as connection:
        return connection.execute(sa.delete(heard).where(heard.c.at < before)).rowcount
