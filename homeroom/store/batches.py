"""What is known of many devices, each read in one go: an audit asks for a nation's."""

from __future__ import annotations

import zlib
from collections import defaultdict
from collections.abc import Collection, Mapping
from typing import Final

import sqlalchemy as sa
from sqlalchemy.engine import Engine

from homeroom.reading import Reading
from homeroom.store import bulk
from homeroom.store.change_tables import change_device
from homeroom.store.configs import Stored
from homeroom.store.db import config_blob, config_version, probe, reading, reading_past
from homeroom.store.observed_tables import asked, heard
from homeroom.store.probes import Probed

_REMEDY: Final = "restore state.db"


def configurations(engine: Engine, devices: Collection[str]) -> Mapping[str, Stored]:
    """Return device -> what ran on it when it was last read; one never read is not in it."""
    version, blob = config_version.c, config_blob.c
    columns = (version.device, blob.text, version.sha, version.last_at, version.first_at)
    with bulk.reading(engine, "the configurations", _REMEDY) as db:
        running = bulk.among(db, version.device, devices) & (version.kind == "running")
        newest = sa.select(sa.func.max(version.id)).where(running).group_by(version.device)
        query = sa.select(*columns).join_from(config_version, config_blob, version.sha == blob.sha)
        rows = db.execute(query.where(version.id.in_(newest))).all()
    return {row[0]: Stored(zlib.decompress(row[1]).decode(), *row[2:]) for row in rows}


def readings(
    engine: Engine, devices: Collection[str], objects: Collection[str]
) -> Mapping[str, Mapping[str, Mapping[str, Reading]]]:
    """Return device -> object (of these; empty: every one) -> index -> reading, as fresh as the last answer."""
    found: defaultdict[str, defaultdict[str, dict[str, Reading]]] = defaultdict(lambda: defaultdict(dict))
    fresh = (asked.c.device == reading.c.device) & (asked.c.every == reading.c.every)
    newest = sa.case((asked.c.at > reading.c.at, asked.c.at), else_=reading.c.at)
    columns = (reading.c.device, reading.c.object, reading.c["index"], reading.c.value, newest)
    query = sa.select(*columns).select_from(reading.outerjoin(asked, fresh))
    with bulk.reading(engine, "readings", _REMEDY) as db:
        query = query.where(bulk.among(db, reading.c.device, devices))
        if objects:
            query = query.where(bulk.among(db, reading.c.object, objects))
        for row in db.execute(query):
            one = Reading(*row)
            found[one.device][one.object][one.index] = one
    return found


def probes(engine: Engine, sites: Collection[str]) -> Mapping[str, tuple[Probed, ...]]:
    """Return site -> the newest outcome of every check made there, sorted by role and check."""
    columns = (probe.c.site, probe.c.role, probe.c.check)
    found: defaultdict[str, list[Probed]] = defaultdict(list)
    with bulk.reading(engine, "outcomes", _REMEDY) as db:
        here = bulk.among(db, probe.c.site, sites)
        last = sa.select(sa.func.max(probe.c.id)).where(here).group_by(*columns)
        for row in db.execute(sa.select(probe).where(probe.c.id.in_(last)).order_by(*columns)):
            found[row.site].append(Probed(*row[1:]))
    return {site: tuple(outcomes) for site, outcomes in found.items()}


def changed(engine: Engine, devices: Collection[str]) -> Mapping[str, tuple[float, str]]:
    """Return device -> when it was last changed as far as is known, and how: what it said, or our own change."""
    said = sa.select(heard.c.device, sa.func.max(heard.c.at)).where(heard.c.kind == "config")
    ours = sa.select(change_device.c.device, sa.func.max(change_device.c.at)).where(
        change_device.c.state == "confirmed"
    )
    found: dict[str, tuple[float, str]] = {}
    with bulk.reading(engine, "changes", _REMEDY) as db:
        for how, query, column in (
            ("a change that the device told of", said, heard.c.device),
            ("a change of Homeroom's", ours, change_device.c.device),
        ):
            for device, at in db.execute(query.where(bulk.among(db, column, devices)).group_by(column)):
                found[device] = max(found.get(device, (0.0, "")), (at, how))
    return found


def first_values(engine: Engine, name: str) -> Mapping[str, str]:
    """Return device -> the first value an object ever had, of the devices where it has changed since."""
    past = reading_past.c
    query = sa.select(past.device, past.value).where(past.object == name).order_by(past.since.desc(), past.id.desc())
    with bulk.reading(engine, "readings", _REMEDY) as db:
        return {row.device: row.value for row in db.execute(query)}
