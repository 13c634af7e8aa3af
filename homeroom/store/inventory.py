"""The compiled inventory: facts and ledger in one SQLite file, made anew whenever one of its sources changed.

It is derived and disposable. A device is a row; a site is a row with what its plan and intents are rebuilt from.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import sqlite3
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from homeroom import __version__
from homeroom.errors import PlanError, StoreError
from homeroom.plan.layout import site_plan
from homeroom.plan.ledger import read_ledger
from homeroom.plan.model import Entry
from homeroom.policy.load import load_policy
from homeroom.policy.model import Policy
from homeroom.programme.load import load_facts
from homeroom.programme.model import Facts, Site
from homeroom.project import Project
from homeroom.store.pack import pack

SOURCES: Final = ("programme.yaml", "profiles.yaml", "schools.csv", "policy.yaml")
SCHEMA: Final = """
PRAGMA journal_mode = OFF;
PRAGMA synchronous = OFF;
CREATE TABLE device (
    number INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, site TEXT NOT NULL, region TEXT NOT NULL,
    kind TEXT NOT NULL, ordinal INTEGER NOT NULL, model TEXT NOT NULL, platform TEXT NOT NULL,
    v4 TEXT NOT NULL, v6 TEXT NOT NULL);
CREATE TABLE site (
    id TEXT PRIMARY KEY, region TEXT NOT NULL, state TEXT NOT NULL, schools INTEGER NOT NULL, pupils INTEGER NOT NULL,
    packed TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE source (digest TEXT NOT NULL);
"""
INDEXES: Final = """
CREATE INDEX device_site ON device (site);
CREATE INDEX device_region ON device (region, kind);
CREATE INDEX site_region ON site (region);
"""
COLUMNS: Final = ("number", "name", "site", "region", "kind", "ordinal", "model", "platform", "v4", "v6")


@dataclass(frozen=True, slots=True)
class Selector:
    """Which devices are meant: a device must fit every field that names something; none named means all."""

    regions: tuple[str, ...] = ()
    sites: tuple[str, ...] = ()
    devices: tuple[str, ...] = ()
    platforms: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()


def inventory_path(project: Project) -> Path:
    """Return where the compiled inventory is."""
    return project.state / "inventory.db"


def compile_inventory(project: Project) -> None:
    """Compile facts and ledger, unless they are what was compiled last.

    Raises InputError when the facts are unusable, PlanError when a site has no ledger entry.
    """
    path = inventory_path(project)
    digest = _digest(project)
    if _compiled(path) == digest:
        return
    facts, _ = load_facts(project)
    policy = load_policy(project, facts)
    entries = read_ledger(project.ledger).entries
    absent = [site.id for site in facts.sites if site.id not in entries or entries[site.id].released]
    if absent:
        raise PlanError(f"{len(absent)} sites have no address block yet ({absent[0]}, ...): run `homeroom plan`")
    rows = ((site, entries[site.id]) for site in facts.sites)
    try:
        _write(path, digest, facts, policy, rows)
    except (sqlite3.Error, OSError) as error:
        raise StoreError(f"{path} cannot be written: {error}; free some space or correct the permissions") from error


def _digest(project: Project) -> str:
    """Hash every source; reading 50,000 schools takes milliseconds, and no clock can deceive it."""
    total = hashlib.sha256(__version__.encode())
    for path in (*(project.inventory / name for name in SOURCES), project.ledger):
        data = path.read_bytes() if path.is_file() else b""
        total.update(hashlib.sha256(data).digest())
    return total.hexdigest()


def _compiled(path: Path) -> str:
    """Return the digest of what was compiled last; empty when there is nothing usable."""
    try:
        with contextlib.closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as db:
            return str(db.execute("SELECT digest FROM source").fetchone()[0])
    except (sqlite3.Error, TypeError):
        return ""


def _write(path: Path, digest: str, facts: Facts, policy: Policy, rows: Iterator[tuple[Site, Entry]]) -> None:
    """Write a new file beside the old one and put it in its place: readers see the one or the other."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".inventory.")
    os.close(handle)
    fresh = Path(name)
    try:
        with contextlib.closing(sqlite3.connect(fresh)) as db:
            db.executescript(SCHEMA)
            with db:
                _fill(db, facts, policy, rows)
                db.execute("INSERT INTO source VALUES (?)", (digest,))
                db.executescript(INDEXES)
        _sync(fresh)
        fresh.replace(path)
    finally:
        fresh.unlink(missing_ok=True)


def _fill(db: sqlite3.Connection, facts: Facts, policy: Policy, rows: Iterator[tuple[Site, Entry]]) -> None:
    vlans = {name: role.vlan for name, role in policy.roles.items()}
    number = 0
    for site, entry in rows:
        values = (site.id, site.region, site.state, len(site.schools), site.pupils, pack(site, entry))
        db.execute("INSERT INTO site VALUES (?, ?, ?, ?, ?, ?)", values)
        for d in site_plan(site, entry, facts.equipment, vlans).devices:
            number += 1
            row = (number, d.name, d.site, site.region, d.kind, d.ordinal, d.model, d.platform, d.v4, d.v6)
            db.execute("INSERT INTO device VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", row)


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
