"""Devices whose configuration is not as intended: since when, which lines, what they break, who did it if known."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

import sqlalchemy as sa
from sqlalchemy.engine import Engine

from homeroom.store import bulk
from homeroom.store.change_tables import change_device
from homeroom.store.observed_tables import drift

_NAMES: Final = ("device", "sha", "since", "at", "lines", "controls", "by", "reason")
_WHAT: Final = "drift"


@dataclass(frozen=True, slots=True)
class Drift:
    """One device. `since`: when the oldest of it was done, or first seen; `at`: when it was last confirmed; epoch.

    `lines`: "+ what nobody intended", "- what is missing"; `controls`: ids of the audit rules that they break.
    `reason`: why nothing can be said of what runs there; empty: it drifted.
    """

    device: str
    sha: str
    since: float
    at: float
    lines: tuple[str, ...]
    controls: tuple[str, ...]
    by: str = ""
    reason: str = ""


def save(engine: Engine, rows: Iterable[Drift]) -> None:
    """Keep what is known of devices that drifted; StoreError when it cannot be."""
    found = [
        (one.device, one.sha, one.since, one.at, json.dumps(one.lines), json.dumps(one.controls), one.by, one.reason)
        for one in rows
    ]
    if found:
        with bulk.writing(engine, _WHAT) as connection:
            bulk.upsert(connection, drift, _NAMES, found)


def clear(engine: Engine, devices: Iterable[str]) -> None:
    """Forget the drift of devices that are as intended again."""
    found = list(devices)
    if found:
        with bulk.writing(engine, _WHAT) as connection:
            connection.execute(sa.delete(drift).where(bulk.among(connection, drift.c.device, found)))


def all_drifts(engine: Engine) -> Mapping[str, Drift]:
    """Return every device that drifted, or of which nothing can be said."""
    query = sa.select(*(drift.c[name] for name in _NAMES)).order_by(drift.c.device)
    with bulk.reading(engine, _WHAT) as connection:
        return {
            row.device: Drift(
                row.device,
                row.sha,
                row.since,
                row.at,
                tuple(json.loads(row.lines)),
                tuple(json.loads(row.controls)),
                row.by,
                row.reason,
            )
            for row in connection.execute(query)
        }


def put_there(engine: Engine, device: str) -> str:
    """Return the hash of what the newest change that was confirmed put on a device; empty: there was none."""
    query = (
        sa.select(change_device.c.sha)
        .where(change_device.c.device == device, change_device.c.state == "confirmed")
        .order_by(change_device.c.at.desc())
        .limit(1)
    )
    with bulk.reading(engine, "the changes") as connection:
        return connection.execute(query).scalar() or ""
