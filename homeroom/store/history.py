"""The history of a device's configuration: its versions, any of their texts, and the one that ran at a time.

A version is one text for as long as it was seen without another between. The text is kept once under its hash, so
that a version costs a row, and a year of a nation fits on a laptop (docs/noc.md has the figures).
"""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.engine import Engine
from sqlalchemy.exc import DBAPIError

from homeroom.errors import StoreError, UsageError
from homeroom.store.bulk import told
from homeroom.store.configs import digest
from homeroom.store.db import config_blob, config_version

SHORTEST: Final = 4
"""Letters of a hash that a person must give at least to name a version."""


@dataclass(frozen=True, slots=True)
class Version:
    """One version of a device's configuration. `number` counts from 1, the oldest; times are epoch seconds.

    It was seen from `first_at` until `last_at`; until the next version's `first_at` nobody looked.
    """

    device: str
    number: int
    sha: str
    first_at: float
    last_at: float


def versions(engine: Engine, device: str) -> tuple[Version, ...]:
    """Return a device's versions, the oldest first; none when it was never read."""
    columns = (config_version.c.sha, config_version.c.first_at, config_version.c.last_at)
    query = sa.select(*columns).where(config_version.c.device == device, config_version.c.kind == "running")
    rows = _rows(engine, query.order_by(config_version.c.id), device)
    return tuple(Version(device, number, *row) for number, row in enumerate(rows, 1))


def at(engine: Engine, device: str, moment: float) -> Version | None:
    """Return what ran at `moment` as far as was seen: the newest version read by then; None when none was."""
    return next((one for one in reversed(versions(engine, device)) if one.first_at <= moment), None)


def named(found: Sequence[Version], word: str) -> Version:
    """Return the version a person means: its number, or the beginning of its hash; UsageError when none or several."""
    if word.isdecimal() and 1 <= int(word) <= len(found):
        return found[int(word) - 1]
    fits = [one for one in found if len(word) >= SHORTEST and one.sha.startswith(word.lower())]
    if len({one.sha for one in fits}) == 1:
        return fits[-1]
    what = "several versions" if fits else "no version"
    raise UsageError(f"{word} names {what}: give a number of 1 to {len(found)}, or more of a hash")


def text_of(engine: Engine, sha: str) -> str:
    """Return the (concealed) text of a hash; StoreError when it is not there, or not what the hash says."""
    query = sa.select(config_blob.c.text).where(config_blob.c.sha == sha)
    rows = _rows(engine, query, sha[:12])
    if not rows:
        raise StoreError(f"{sha[:12]}: no such configuration is kept; restore state.db from a backup")
    try:
        text = zlib.decompress(rows[0].text).decode()
    except (zlib.error, UnicodeDecodeError):
        text = ""
    if digest(text) != sha:
        raise StoreError(f"{sha[:12]}: the configuration that is kept is damaged; restore state.db from a backup")
    return text


def _rows(engine: Engine, query: sa.Executable, what: str) -> Sequence[Any]:
    try:
        with engine.connect() as connection:
            return connection.execute(query).all()
    except DBAPIError as error:
        raise StoreError(f"{what}: its history cannot be read: {told(error)}; restore state.db") from error
