"""What history needs from time to time: roll-ups, sums of days, partitions ahead, and what is too old forgotten.

Each job goes on where its marks in the database say that it stopped, so it may be late, cut off, or done twice. One
that fails is tried again soon, and stops neither the others nor the poll.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from sqlalchemy.engine import Engine

from homeroom.errors import StoreError
from homeroom.store import availability, bulk, forget, partitions, rollup
from homeroom.store.series_tables import day, five, hour, sample
from homeroom.store.setting import Keep

HOUR: Final = 3600
DAY: Final = 86400
AGAIN: Final = 120
"""Seconds until a job that failed is tried again."""
_AHEAD: Final = 2 * DAY


@dataclass(slots=True)
class Job:
    """One thing to do. `every`: seconds; `act` is given the time, and raises StoreError when it cannot be done."""

    name: str
    every: int
    act: Callable[[int], None]
    due: float = 0.0
    why: str = ""


@dataclass(slots=True)
class Upkeep:
    """The jobs of one project's databases; all are due at once when a process starts."""

    state: Engine
    series: Engine
    keep: Keep
    jobs: Sequence[Job] = field(init=False)

    def __post_init__(self) -> None:
        """Say what is to be done, in this order: a day is summed up before what it is made of is forgotten."""
        self.jobs = (
            Job("partitions", HOUR, self._partitions),
            Job("roll-ups", 300, lambda now: rollup.roll(self.series, now)),
            Job("days", HOUR, lambda now: availability.close_days(self.series, now)),
            Job("retention", HOUR, lambda now: rollup.retire(self.series, self.keep, now)),
            Job("past readings", HOUR, self._past),
        )

    def run(self, now: float) -> Mapping[str, str]:
        """Do what is due; return what could not be done: job -> why. Blocks while the database works."""
        for job in self._due(now):
            try:
                job.act(int(now))
            except StoreError as error:
                job.why, job.due = str(error), now + AGAIN
            else:
                job.why, job.due = "", (now // job.every + 1) * job.every + rollup.GRACE
        return {job.name: job.why for job in self.jobs if job.why}

    def wait(self, now: float) -> float:
        """Return in how many seconds something is due."""
        return max(0.0, min(job.due for job in self.jobs) - now)

    def _due(self, now: float) -> Iterator[Job]:
        """Yield the jobs whose time has come; a clock that was set back delays none by more than its own period."""
        return (job for job in self.jobs if job.due <= now or job.due > now + job.every + rollup.GRACE)

    def _past(self, now: int) -> None:
        forget.readings(self.state, now - self.keep.readings * DAY)

    def _partitions(self, now: int) -> None:
        with bulk.writing(self.series, "partitions") as db:
            for table in (sample, five, hour, day):
                partitions.ensure(db, table, now, now + _AHEAD)
