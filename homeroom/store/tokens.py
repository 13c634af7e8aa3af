"""Each device's change token: what its config-changed objects say, and what they said when its configuration was read.

A token is text that is only ever compared: `json.dumps` of homeroom.snmp.ask.show.token, or empty where a device has
no such objects.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

import sqlalchemy as sa
from sqlalchemy.engine import Engine

from homeroom.store import bulk
from homeroom.store.observed_tables import token


@dataclass(frozen=True, slots=True)
class Token:
    """`said` at a time (epoch), and `held`: what was said just before the stored configuration was read."""

    said: str
    at: float
    held: str
    held_at: float


_NAMES: Final = ("device", "said", "at", "held", "held_at")
_SAID: Final = {"said": "excluded.said", "at": "excluded.at"}


def said(engine: Engine, told: Mapping[str, str], at: float) -> None:
    """Keep what devices said at a time; what was held stays. StoreError when it cannot be."""
    said_at(engine, [(device, text, at) for device, text in told.items()])


def said_at(engine: Engine, told: Iterable[tuple[str, str, float]]) -> None:
    """Keep what devices said, each at its own time; of several of one device the last."""
    rows = [(device, text, at, "", 0.0) for device, text, at in told]
    if rows:
        with bulk.writing(engine, "change tokens") as connection:
            bulk.upsert(connection, token, _NAMES, rows, _SAID)


def hold(engine: Engine, device: str, text: str, at: float) -> None:
    """Keep what a device said just before its configuration was read and stored."""
    held = {"held": "excluded.held", "held_at": "excluded.held_at"}
    with bulk.writing(engine, "change tokens") as connection:
        bulk.upsert(connection, token, _NAMES, [(device, text, at, text, at)], held)


def all_tokens(engine: Engine) -> Mapping[str, Token]:
    """Return the token of every device that ever said one."""
    query = sa.select(token.c.device, token.c.said, token.c.at, token.c.held, token.c.held_at)
    with bulk.reading(engine, "change tokens") as connection:
        return {row.device: Token(*row[1:]) for row in connection.execute(query)}
