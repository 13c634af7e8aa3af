"""Opens a database of the project: SQLite (WAL) or PostgreSQL behind one SQLAlchemy engine, brought up to date."""

from __future__ import annotations

from typing import Any, Final, Literal, TypeAlias

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.engine import URL, Engine
from sqlalchemy.exc import DBAPIError, NoSuchModuleError

from homeroom.errors import StoreError
from homeroom.project import Project
from homeroom.store import bulk, migrate
from homeroom.store.setting import database_url, store_config

WAIT: Final = 10.0
"""Seconds that a statement waits for another process's lock."""
GONE: Final = 60.0
"""Seconds after which PostgreSQL ends a transaction whose client says nothing: its machine may be gone."""
Durable: TypeAlias = Literal["FULL", "NORMAL"]
"""FULL is on disk when a transaction ends, whatever the server's own setting; NORMAL may lose the last ones in a power
cut. SQLite's `synchronous`; PostgreSQL's `synchronous_commit`."""
_COMMIT: Final = {"FULL": "on", "NORMAL": "off"}


def open_chain(project: Project, chain: migrate.Chain, durable: Durable, wait: float = WAIT) -> Engine:
    """Open the database of a chain of migrations and bring it up to date.

    Raises InputError for a wrong setting, StoreError when the database cannot be used or is a newer version's.
    """
    config = store_config(project)
    url = database_url(project, config, f"{chain}.db")
    engine = _engine(url, durable, wait)
    try:
        migrate.upgrade(engine, chain)
    except DBAPIError as error:
        engine.dispose()
        raise StoreError(f"{place(url)}: {bulk.told(error)}; {_remedy(url)}") from error
    except StoreError as error:
        engine.dispose()
        raise StoreError(f"{place(url)} {error}") from error
    return engine


def place(url: URL) -> str:
    """Name a database for people: the file, or the URL without its password."""
    return str(url.database) if url.get_backend_name() == "sqlite" else url.render_as_string(hide_password=True)


def _remedy(url: URL) -> str:
    if url.get_backend_name() == "sqlite":
        return "move it away, or restore it from a backup"
    return "check `store` in nornir_config.yaml, and that the server runs and lets this account in"


def _engine(url: URL, durable: Durable, wait: float) -> Engine:
    if url.get_backend_name() == "sqlite":
        engine = sa.create_engine(url, connect_args={"timeout": wait})
        event.listen(engine, "connect", _pragmas(durable, wait))  # pyright: ignore[reportUnknownMemberType]
        return engine
    settings = {
        "lock_timeout": round(wait * 1000),
        "synchronous_commit": _COMMIT[durable],
        "idle_in_transaction_session_timeout": round(GONE * 1000),
        "timezone": "UTC",
    }
    options = " ".join(f"-c {name}={value}" for name, value in settings.items())
    arguments = {"options": options, "connect_timeout": max(2, round(wait))}
    try:
        engine = sa.create_engine(url, connect_args=arguments, pool_pre_ping=True)
        event.listen(engine, "connect", _without_nul())  # pyright: ignore[reportUnknownMemberType]
    except (NoSuchModuleError, ModuleNotFoundError) as error:
        raise StoreError("PostgreSQL's driver is not installed: pip install 'homeroom[postgresql]'") from error
    return engine


def _without_nul() -> Any:
    """Write the one character that PostgreSQL's text cannot hold, and a device can say, as people write it."""
    from psycopg.types.string import StrDumper

    class Plain(StrDumper):
        def dump(self, obj: str) -> Any:
            return super().dump(obj.replace("\0", "\\x00"))

    def apply(connection: Any, _record: object) -> None:
        connection.adapters.register_dumper(str, Plain)

    return apply


def _pragmas(durable: Durable, wait: float) -> Any:
    wanted = (f"busy_timeout={round(wait * 1000)}", "journal_mode=WAL", f"synchronous={durable}", "temp_store=MEMORY")

    def apply(connection: Any, _record: object) -> None:
        cursor = connection.cursor()
        for pragma in wanted:
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    return apply
