"""Brings a database up to date: one transaction under a lock, so two processes at once upgrade it once.

A chain is a folder of Alembic revisions beside this file, and a version table in the database. What was made before
there were chains has the tables of the baseline and no version: the baseline makes only what is missing, so it is
taken in. A transaction that is cut anywhere leaves the version before.
"""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal, TypeAlias, get_args

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.exc import DBAPIError

from homeroom.errors import StoreError

if TYPE_CHECKING:  # read only when there is something to upgrade: it takes longer than opening a database
    from alembic.config import Config

Chain: TypeAlias = Literal["state", "series"]
CHAINS: Final[tuple[Chain, ...]] = get_args(Chain)
HEADS: Final[dict[Chain, str]] = {"state": "state5", "series": "series1"}
"""The newest revision of each chain, known without reading one: a database that has it is opened at once."""
SCRIPTS: Final = Path(__file__).parent / "migrations"
_LOCK: Final = 0x686F6D65
"""PostgreSQL's advisory lock of migrations."""


def table(chain: Chain) -> str:
    """Name the table that holds the version of a chain."""
    return f"{chain}_version"


def upgrade(engine: Engine, chain: Chain, to: str = "head") -> None:
    """Bring the database to the newest revision; StoreError when it has one that this version does not know."""
    if to == "head" and _version(engine, chain) == HEADS[chain]:
        return
    with _alone(engine) as connection:
        found = _stamped(connection, chain)
        if found is not None and found not in _known(chain):
            raise StoreError(f"was written by a newer version (revision {found}): use that version or a later one")
        _run(connection, chain, to, down=False)


def downgrade(engine: Engine, chain: Chain, to: str) -> None:
    """Take the database back to an earlier revision; what only later ones keep is lost."""
    with _alone(engine) as connection:
        _run(connection, chain, to, down=True)


def _version(engine: Engine, chain: Chain) -> str | None:
    with engine.connect() as connection:
        try:
            found: str | None = connection.scalar(_query(chain))
        except DBAPIError:
            return None  # there is no such table yet; what else is wrong shows when it is made
    return found


def _stamped(connection: Connection, chain: Chain) -> str | None:
    """Return the version under the lock: here a failing query would spoil PostgreSQL's transaction."""
    if not sa.inspect(connection).has_table(table(chain)):
        return None
    found: str | None = connection.scalar(_query(chain))
    return found


def _query(chain: Chain) -> sa.Select[Any]:
    return sa.select(sa.column("version_num", sa.String)).select_from(sa.table(table(chain)))


@contextmanager
def _alone(engine: Engine) -> Generator[Connection]:
    """One transaction that no other process's upgrade overlaps.

    Python's sqlite3 would end it before each change of a table: there, beginning and end are ours.
    """
    if engine.dialect.name != "sqlite":
        with engine.begin() as connection:
            connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_LOCK)))
            yield connection
        return
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("BEGIN IMMEDIATE")
        try:
            yield connection
        except BaseException:
            connection.exec_driver_sql("ROLLBACK")
            raise
        connection.exec_driver_sql("COMMIT")


def _known(chain: Chain) -> frozenset[str]:
    from alembic.script import ScriptDirectory

    return frozenset(one.revision for one in ScriptDirectory.from_config(_config(chain)).walk_revisions())


def _run(connection: Connection, chain: Chain, to: str, *, down: bool) -> None:
    from alembic import command

    config = _config(chain)
    config.attributes.update({"connection": connection, "version_table": table(chain)})
    (command.downgrade if down else command.upgrade)(config, to)


def _config(chain: Chain) -> Config:
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(SCRIPTS).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.set_main_option("version_locations", str(SCRIPTS / chain).replace("%", "%%"))
    return config
