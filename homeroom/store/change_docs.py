"""The documents of changes and who approved them: append-only, texts content-addressed, each write one transaction."""

from __future__ import annotations

import zlib
from collections.abc import Collection, Generator, Iterable, Mapping
from contextlib import contextmanager
from dataclasses import astuple, dataclass, fields
from typing import Final, Literal, TypeAlias

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from homeroom.errors import StoreError, UsageError
from homeroom.store.bulk import lock, ours, upsert
from homeroom.store.changes import LOCKED
from homeroom.store.configs import digest
from homeroom.store.db import event, meta

Act: TypeAlias = Literal["judged", "approved", "applied", "rolled back", "aborted"]
"""What a person did to a change; what was done to it while it is rolled out stands in change_move."""

change_text = sa.Table(
    "change_text",
    meta,
    sa.Column("sha", sa.String, primary_key=True),  # sha256 of the text, hex
    sa.Column("text", sa.LargeBinary, nullable=False),  # zlib
)
change_act = sa.Table(
    "change_act",
    meta,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("change", sa.String, nullable=False, index=True),
    sa.Column("act", sa.String, nullable=False),  # homeroom.store.change_docs.Act
    sa.Column("at", sa.Float, nullable=False),  # epoch
    sa.Column("by", sa.String, nullable=False),  # the name a person gave
    sa.Column("account", sa.String, nullable=False),  # the system's account they did it from
    sa.Column("content", sa.String, nullable=False),  # what it binds to
    sa.Column("text", sa.String, nullable=False),  # judged: hash of the document; applied: of the waves
    sa.Column("reason", sa.String, nullable=False),
)
_CHUNK: Final = 500


@dataclass(frozen=True, slots=True)
class Done:
    """One act, in the order of the table's columns after its number."""

    change: str
    act: Act
    at: float
    by: str
    account: str
    content: str
    text: str = ""
    reason: str = ""


class Papers:
    """The documents of one project. Safe to share between threads and processes."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def put(self, texts: Iterable[str]) -> None:
        """Keep texts under their hashes; those that are there already stay."""
        rows = [(sha, zlib.compress(text.encode())) for sha, text in _by_hash(texts).items()]
        if rows:
            with self._transaction(write=True) as db:
                upsert(db, change_text, ("sha", "text"), rows, {})

    def texts(self, shas: Collection[str]) -> Mapping[str, str]:
        """Return hash -> text; StoreError when one is missing, or is not what its hash says."""
        wanted = sorted(set(shas))
        found: dict[str, str] = {}
        with self._transaction() as db:
            for at in range(0, len(wanted), _CHUNK):
                query = sa.select(change_text).where(change_text.c.sha.in_(wanted[at : at + _CHUNK]))
                found |= {row.sha: zlib.decompress(row.text).decode() for row in db.execute(query)}
        if wrong := next((sha for sha in wanted if digest(found.get(sha, "")) != sha), ""):
            raise StoreError(f"the text {wrong[:12]} of a change is missing or damaged; restore state.db from a backup")
        return found

    def add(self, done: Done) -> None:
        """Write an act; when this returns it is on disk."""
        with self._transaction(write=True) as db:
            db.execute(sa.insert(change_act).values(dict(zip(_NAMES, astuple(done), strict=True))))

    def begin(self, done: Done) -> None:
        """Write a change's first act; UsageError when there is a change of that name."""
        with self._transaction(write=True) as db:  # nobody takes the name between looking and writing
            taken = sa.select(change_act.c.id).where(change_act.c.change == done.change).limit(1)
            if db.execute(taken).first():
                raise UsageError(f"there is a change {done.change!r} already; give it another --id")
            db.execute(sa.insert(change_act).values(dict(zip(_NAMES, astuple(done), strict=True))))

    def acts(self, change: str) -> tuple[Done, ...]:
        """Return what was done to a change, the oldest first; UsageError when there is none of that name."""
        with self._transaction() as db:
            query = sa.select(*_COLUMNS).where(change_act.c.change == change).order_by(change_act.c.id)
            found = tuple(Done(*row) for row in db.execute(query))
        if not found:
            raise UsageError(f"there is no change {change!r}; `homeroom change list` shows those there are")
        return found

    def names(self) -> tuple[str, ...]:
        """Return the changes, the newest first."""
        first = sa.func.min(change_act.c.id)
        with self._transaction() as db:
            query = sa.select(change_act.c.change).group_by(change_act.c.change).order_by(first.desc())
            return tuple(row.change for row in db.execute(query))

    def proved(self) -> Mapping[str, tuple[str, float]]:
        """Return device -> (hash, time) of what the journal last proved to run there after a push of ours."""
        ended = (event.c.state.in_(("confirmed", "rolled_back"))) & (event.c.sha != "")
        newest = sa.select(sa.func.max(event.c.id)).where(ended).group_by(event.c.device)
        with self._transaction() as db:
            query = sa.select(event.c.device, event.c.sha, event.c.at).where(event.c.id.in_(newest))
            return {row.device: (row.sha, row.at) for row in db.execute(query)}

    @contextmanager
    def _transaction(self, *, write: bool = False) -> Generator[Connection]:
        with ours(self._engine, "the changes cannot be kept", "check .homeroom"), self._engine.begin() as db:
            if write:
                lock(db, LOCKED)
            yield db


_NAMES: Final = tuple(one.name for one in fields(Done))
_COLUMNS: Final = tuple(change_act.c[name] for name in _NAMES)


def _by_hash(texts: Iterable[str]) -> Mapping[str, str]:
    return {digest(text): text for text in texts}
