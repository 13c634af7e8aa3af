"""Alerts: what is wrong now and was, one open for each thing it is about, and what each receiver was last told of it.

What a receiver was told is written after it took the message, so that nothing is lost in a restart; a message may then
come twice, under one id.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Literal, TypeAlias, get_args

import sqlalchemy as sa
from sqlalchemy.engine import Engine

from homeroom.store import bulk
from homeroom.store.observed_tables import alert, notice

Severity: TypeAlias = Literal["critical", "warning", "info"]
SEVERITIES: Final[tuple[Severity, ...]] = get_args(Severity)
"""The worst first."""
What: TypeAlias = Literal["opened", "worse", "again", "closed"]
"""What a receiver is told of an alert."""
_ALERTS: Final = "alerts"
_COLUMNS: Final = tuple(column for column in alert.c)


@dataclass(frozen=True, slots=True)
class Alert:
    """One thing that is wrong. `key`: `rule:what it is about`; times are epoch; `told`: when anybody last was.

    `region` is empty for the whole nation, `site` where it is of several. An `id` of 0: not stored yet.
    """

    key: str
    severity: Severity
    region: str
    site: str
    title: str
    body: str
    opened: float
    closed: float | None = None
    told: float | None = None
    id: int = 0

    @property
    def rule(self) -> str:
        """Return the rule that found it."""
        return self.key.partition(":")[0]


@dataclass(frozen=True, slots=True)
class Notice:
    """The last that a receiver was told of an alert (its id), and how severe it was called then."""

    alert: int
    receiver: str
    what: What
    severity: Severity
    at: float


@dataclass(frozen=True, slots=True)
class Told:
    """An alert, and receiver -> what it was last told of it."""

    alert: Alert
    notices: Mapping[str, Notice] = field(default_factory=dict[str, Notice])


def lasting(engine: Engine) -> tuple[Alert, ...]:
    """Return the open alerts, the worst first, then the oldest."""
    found = _found(engine, alert.c.closed.is_(None))
    return tuple(sorted(found, key=lambda one: (SEVERITIES.index(one.severity), one.opened, one.key)))


def past(engine: Engine, since: float) -> tuple[Alert, ...]:
    """Return the alerts that were closed after `since`, the newest first."""
    return tuple(sorted(_found(engine, alert.c.closed > since), key=lambda one: (-(one.closed or 0), one.key)))


def change(
    engine: Engine, opened: Iterable[Alert], reworded: Iterable[Alert], closed: Iterable[int], at: float
) -> None:
    """Keep one round's moves. What is open under its key already stays; StoreError when nothing can be kept."""
    with bulk.writing(engine, _ALERTS) as db:
        for one in opened:
            db.execute(bulk.new_row(engine.dialect.name, alert, _row(one)))
        for one in reworded:
            words = {"severity": one.severity, "title": one.title, "body": one.body}
            db.execute(sa.update(alert).where(alert.c.id == one.id).values(words))
        gone = bulk.among(db, alert.c.id, closed)
        db.execute(sa.update(alert).where(gone, alert.c.closed.is_(None)).values(closed=at))


def often(engine: Engine, since: float) -> Mapping[str, int]:
    """Return key -> how often an alert of that key was opened after `since`."""
    query = sa.select(alert.c.key, sa.func.count().label("n")).where(alert.c.opened > since).group_by(alert.c.key)
    with bulk.reading(engine, _ALERTS) as db:
        return {row.key: row.n for row in db.execute(query)}


def unsettled(engine: Engine, since: float) -> Sequence[Told]:
    """Return what anybody may still have to be told of: open alerts, and those closed after `since`, oldest first."""
    which = alert.c.closed.is_(None) | (alert.c.closed > since)
    chosen = sa.select(alert.c.id).where(which)
    with bulk.reading(engine, _ALERTS) as db:
        rows: Sequence[Any] = db.execute(sa.select(*_COLUMNS).where(which).order_by(alert.c.opened, alert.c.id)).all()
        notices: dict[int, dict[str, Notice]] = {}
        for row in db.execute(sa.select(notice).where(notice.c.alert.in_(chosen))):
            notices.setdefault(row.alert, {})[row.receiver] = Notice(*row)
    return [Told(_alert(row), notices.get(row.id, {})) for row in rows]


def tell(engine: Engine, notices: Iterable[Notice]) -> None:
    """Keep what a receiver has been told."""
    found = list(notices)
    rows = [(one.alert, one.receiver, one.what, one.severity, one.at) for one in found]
    with bulk.writing(engine, _ALERTS) as db:
        bulk.upsert(db, notice, ("alert", "receiver", "what", "severity", "at"), rows)
        for at in {one.at for one in found}:
            told = bulk.among(db, alert.c.id, [one.alert for one in found if one.at == at])
            db.execute(sa.update(alert).where(told).values(told=at))


def retire(engine: Engine, before: float) -> None:
    """Forget the alerts that were closed before a time, and what was told of them."""
    with bulk.writing(engine, _ALERTS) as db:
        old = sa.select(alert.c.id).where(alert.c.closed < before)
        db.execute(sa.delete(notice).where(notice.c.alert.in_(old)))
        db.execute(sa.delete(alert).where(alert.c.closed < before))


def _found(engine: Engine, which: sa.ColumnElement[bool]) -> Sequence[Alert]:
    with bulk.reading(engine, _ALERTS) as db:
        return [_alert(row) for row in db.execute(sa.select(*_COLUMNS).where(which))]


def _alert(row: Any) -> Alert:
    words = (row.key, row.severity, row.region, row.site, row.title, row.body)
    return Alert(*words, row.opened, row.closed, row.told, row.id)


def _row(one: Alert) -> Mapping[str, Any]:
    names = ("key", "severity", "region", "site", "title", "body", "opened", "closed", "told")
    return {name: getattr(one, name) for name in names}
