"""Many rows at once, the same on SQLite and PostgreSQL: they are staged in a temporary table, then moved by one SQL.

PostgreSQL is given them by COPY, a tenth of the work of INSERT; SQLite by prepared statements.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Generator, Iterable, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, Final, TypeVar

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.exc import DBAPIError

from homeroom.errors import StoreError

T = TypeVar("T")


class Unstorable(StoreError):
    """The rows are at fault, not the database: trying again is of no use."""


_LOCK: Final = "SELECT pg_advisory_xact_lock(hashtext(current_schema()), hashtext(%s))"
_ANY: Final = "look at the disk, its free space, and the database"


@contextmanager
def writing(engine: Engine, what: str, remedy: str = _ANY) -> Generator[Connection]:
    """One transaction that writes. It takes the lock first, so that what it reads stays true until it ends.

    Raises StoreError: `what` cannot be saved.
    """
    with ours(engine, f"{what} cannot be saved", remedy), engine.begin() as connection:
        lock(connection, what)
        yield connection


def lock(connection: Connection, what: str) -> None:
    """Wait until nobody else writes `what`; until the transaction ends nobody else does.

    SQLite has one lock for the whole file. PostgreSQL's is one of this schema and `what`, and stands in nobody's way
    who only reads.
    """
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("BEGIN IMMEDIATE")
    else:
        connection.exec_driver_sql(_LOCK, (what,))


@contextmanager
def reading(engine: Engine, what: str, remedy: str = "restore the database") -> Generator[Connection]:
    """One connection that reads. Raises StoreError: `what` cannot be read."""
    with ours(engine, f"{what} cannot be read", remedy), engine.connect() as connection:
        yield connection


@contextmanager
def ours(engine: Engine, what: str, remedy: str) -> Generator[None]:
    """Raise StoreError (`what`, `remedy`) for what goes wrong in the database; COPY raises the driver's own error."""
    api = engine.dialect.loaded_dbapi
    try:
        yield
    except (DBAPIError, api.Error, OverflowError, UnicodeError) as error:
        cause = error.orig if isinstance(error, DBAPIError) else error
        kind = StoreError if isinstance(cause, api.Error) and not isinstance(cause, api.DataError) else Unstorable
        raise kind(f"{what}: {told(error)}; {remedy}") from error


def told(error: BaseException) -> str:
    """Return what a database says, without the statement it points at."""
    return str(error.orig if isinstance(error, DBAPIError) else error).partition("\n")[0]


def stage(
    connection: Connection, table: sa.Table, names: Sequence[str], rows: Iterable[Sequence[Any]], key: str = ""
) -> str:
    """Put rows of these columns of `table` into a new temporary table; return its name.

    `key`: the column that each row is looked up by, if it is the stage that is searched; each value stands once.
    """
    name = f"stage_{table.name}"
    quoted = connection.dialect.identifier_preparer.quote
    kinds = (f"{quoted(one)} {table.c[one].type.compile(connection.dialect)}" for one in names)
    connection.exec_driver_sql(f"DROP TABLE IF EXISTS {name}")
    keyed = f", PRIMARY KEY ({quoted(key)})" if key else ""
    connection.exec_driver_sql(f"CREATE TEMP TABLE {name} ({', '.join(kinds)}{keyed})")
    if connection.dialect.name == "postgresql":
        with _cursor(connection) as cursor, cursor.copy(f"COPY {name} FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)
        connection.exec_driver_sql(f"ANALYZE {name}")
    elif found := list(rows):
        marks = ", ".join("?" * len(names))
        connection.exec_driver_sql(f"INSERT INTO {name} VALUES ({marks})", found)  # noqa: S608
    return name


def staged(
    connection: Connection, table: sa.Table, names: Sequence[str], rows: Iterable[Sequence[Any]], key: str = ""
) -> sa.TableClause:
    """Stage rows, and return the temporary table for a statement of SQLAlchemy's."""
    columns = (sa.column(name, table.c[name].type) for name in names)
    return sa.table(stage(connection, table, names, rows, key), *columns)


def _cursor(connection: Connection) -> Any:
    return connection.connection.cursor()


def upsert(
    connection: Connection,
    table: sa.Table,
    names: Sequence[str],
    rows: Iterable[Sequence[Any]],
    update: Mapping[str, str] | None = None,
    *,
    keys: Sequence[str] = (),
) -> None:
    """Insert rows; of several with one key the last. `update`: column -> SQL where the key is there (`excluded.x`).

    No `update`: every column that is not of the key. An empty one: the row that is there stays. `keys`: what is
    unique, if not the primary key.
    """
    quoted = connection.dialect.identifier_preparer.quote
    keys = keys or [column.name for column in table.primary_key]
    at = [names.index(key) for key in keys]
    once = {tuple(row[n] for n in at): row for row in rows}
    if not once:
        return
    staged = stage(connection, table, names, once.values())
    columns = ", ".join(quoted(one) for one in names)
    wanted = {one: f"excluded.{quoted(one)}" for one in names if one not in keys} if update is None else update
    sets = ", ".join(f"{quoted(one)} = {sql}" for one, sql in wanted.items())
    act = f"DO UPDATE SET {sets}" if sets else "DO NOTHING"
    target = f"ON CONFLICT ({', '.join(quoted(key) for key in keys)}) {act}"
    order = ", ".join(quoted(key) for key in keys)
    into = f"INSERT INTO {quoted(table.name)} ({columns})"
    chosen = f"SELECT {columns} FROM {staged} WHERE true ORDER BY {order}"  # noqa: S608  # our own names
    connection.exec_driver_sql(f"{into} {chosen} {target}")


def new_row(dialect: str, table: sa.Table, row: Mapping[str, Any]) -> sa.Executable:
    """Return the statement that inserts one row unless there is one of its key."""
    from sqlalchemy.dialects import postgresql, sqlite

    make: Callable[[sa.Table], Any] = postgresql.insert if dialect == "postgresql" else sqlite.insert
    statement: sa.Executable = make(table).values(dict(row)).on_conflict_do_nothing()
    return statement


def among(connection: Connection, column: sa.ColumnElement[T], values: Iterable[T]) -> sa.ColumnElement[bool]:
    """Return the condition that a column is one of any number of values, looked up and never searched through."""
    wanted = list(values)
    if connection.dialect.name == "postgresql":
        from sqlalchemy.dialects.postgresql import ARRAY

        return column.in_(sa.select(sa.func.unnest(sa.bindparam(None, wanted, type_=ARRAY(column.type)))))
    listed = sa.func.json_each(json.dumps(wanted)).table_valued("value")
    return column.in_(sa.select(listed.c.value))
