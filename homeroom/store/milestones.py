"""How far each site has come: what is reached, since when, when it was first reached and when it was lost again."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal, TypeAlias

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from homeroom.store import bulk
from homeroom.store.observed_tables import milestone

Answer: TypeAlias = Literal["yes", "no", "unknown"]
Key: TypeAlias = tuple[str, str]
"""Site and step."""
_ROW: Final = ("site", "step", "verdict", "since", "at", "detail", "reached", "lost")


@dataclass(frozen=True, slots=True)
class Look:
    """What was found of one step of one site now (`at`, epoch); `since`: when that began, None where nobody knows."""

    site: str
    step: str
    verdict: Answer
    at: float
    detail: str
    since: float | None = None


@dataclass(frozen=True, slots=True)
class Milestone:
    """How one step of one site stands, in the order of the table's columns; times are epoch.

    `since`: the verdict holds; `reached`: it was first yes; `lost`: what had been reached was last seen to be no.
    """

    site: str
    step: str
    verdict: Answer
    since: float
    at: float
    detail: str
    reached: float | None = None
    lost: float | None = None


def followed(before: Milestone | None, look: Look) -> Milestone:
    """Return how it stands after a look. A look older than the last one changes nothing.

    A verdict that is the same goes on, unless what it rests on began after the last look: then it was interrupted.
    Unknown loses nothing: only a no does.
    """
    began = look.at if look.since is None else min(look.since, look.at)
    if before is None:
        reached = began if look.verdict == "yes" else None
        return Milestone(look.site, look.step, look.verdict, began, look.at, look.detail, reached)
    if look.at < before.at:
        return before
    lasts = look.verdict == before.verdict and (look.since is None or began <= before.at)
    since = before.since if lasts else began
    reached = since if before.reached is None and look.verdict == "yes" else before.reached
    loses = look.verdict == "no" and before.verdict != "no" and before.reached is not None
    lost = since if loses else before.lost
    return Milestone(look.site, look.step, look.verdict, since, look.at, look.detail, reached, lost)


def save(engine: Engine, looks: Iterable[Look]) -> Mapping[Key, Milestone]:
    """Keep what was found, in one transaction; return how each of these steps stands now."""
    given = list(looks)
    with bulk.writing(engine, "milestones") as db:
        held = _held(db, {one.site for one in given})
        now = {(one.site, one.step): followed(held.get((one.site, one.step)), one) for one in given}
        bulk.upsert(db, milestone, _ROW, map(_row, now.values()))
    return now


def all_milestones(engine: Engine, sites: Iterable[str] | None = None) -> Mapping[Key, Milestone]:
    """Return how each step of these sites stood when they were last looked at; None: of all."""
    with bulk.reading(engine, "milestones") as db:
        return _held(db, sites)


def _held(db: Connection, sites: Iterable[str] | None) -> Mapping[Key, Milestone]:
    query = sa.select(*(milestone.c[name] for name in _ROW))
    if sites is not None:
        query = query.where(bulk.among(db, milestone.c.site, sites))
    return {(row.site, row.step): Milestone(*row) for row in db.execute(query).all()}


def _row(one: Milestone) -> Sequence[Any]:
    return (one.site, one.step, one.verdict, one.since, one.at, one.detail, one.reached, one.lost)
