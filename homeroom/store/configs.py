"""Configurations read from devices, concealed: each text is kept once under its hash, each sighting is a version."""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.exc import DBAPIError

from homeroom.errors import StoreError
from homeroom.store.bulk import lock, new_row, told
from homeroom.store.db import config_blob, config_version


@dataclass(frozen=True, slots=True)
class Stored:
    """One configuration, when it was first and last seen (epoch). `sha`: sha256 of the text, hex."""

    text: str
    sha: str
    at: float
    """Last seen unchanged."""
    first_at: float


def digest(text: str) -> str:
    """Return the hash that stands for a (concealed) configuration in journal, store and reports."""
    return hashlib.sha256(text.encode()).hexdigest()


def save_running(engine: Engine, device: str, text: str, now: float) -> bool:
    """Keep what runs on `device` (already concealed); tell whether it differs from the version before."""
    sha = digest(text)
    try:
        with engine.begin() as connection:
            lock(connection, "configurations")
            last = _latest(connection, device)
            if last is not None and last.sha == sha:
                _touch(connection, last.id, now)
                return False
            _add(connection, device, text, sha, now)
            return True
    except DBAPIError as error:
        raise StoreError(f"{device}: its configuration cannot be kept: {told(error)}; check .homeroom") from error


def running(engine: Engine, device: str) -> Stored | None:
    """Return what ran on `device` when it was last read; None when it never was."""
    try:
        with engine.connect() as connection:
            row = _latest(connection, device)
            if row is None:
                return None
            blob = connection.execute(sa.select(config_blob.c.text).where(config_blob.c.sha == row.sha)).scalar_one()
    except DBAPIError as error:
        raise StoreError(f"{device}: its configuration cannot be read: {told(error)}; restore state.db") from error
    return Stored(zlib.decompress(blob).decode(), row.sha, row.last_at, row.first_at)


def hashes(engine: Engine, among: Collection[str] | None = None) -> Mapping[str, str]:
    """Return device (`among` these) -> hash of what ran on it when it was last read."""
    newest = sa.select(sa.func.max(config_version.c.id)).where(config_version.c.kind == "running")
    if among is not None:
        newest = newest.where(config_version.c.device.in_(among))
    query = sa.select(config_version.c.device, config_version.c.sha).where(
        config_version.c.id.in_(newest.group_by(config_version.c.device))
    )
    try:
        with engine.connect() as connection:
            return {row.device: row.sha for row in connection.execute(query)}
    except DBAPIError as error:
        raise StoreError(f"the configurations cannot be read: {told(error)}; restore state.db") from error


def _latest(connection: Connection, device: str) -> Any:
    columns = (config_version.c.id, config_version.c.sha, config_version.c.first_at, config_version.c.last_at)
    chosen = sa.select(*columns).where(config_version.c.device == device, config_version.c.kind == "running")
    return connection.execute(chosen.order_by(config_version.c.id.desc()).limit(1)).one_or_none()


def _touch(connection: Connection, version: int, now: float) -> None:
    connection.execute(sa.update(config_version).where(config_version.c.id == version).values(last_at=now))


def _add(connection: Connection, device: str, text: str, sha: str, now: float) -> None:
    blob = {"sha": sha, "text": zlib.compress(text.encode())}
    connection.execute(new_row(connection.dialect.name, config_blob, blob))
    version = {"device": device, "kind": "running", "sha": sha, "first_at": now, "last_at": now}
    connection.execute(sa.insert(config_version).values(version))
