"""A change that is carried out by this process: everything it needs put together, rolled, and its exit code."""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable, Iterable, Mapping
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from queue import SimpleQueue
from typing import Final

from sqlalchemy.engine import Engine

from homeroom.errors import UsageError
from homeroom.project import Project
from homeroom.rollout.box_target import Approved
from homeroom.rollout.breaker import Breaker, Checked, Tally
from homeroom.rollout.calendar import OpeningHours, load_calendar
from homeroom.rollout.care import Care
from homeroom.rollout.control import Answer, Controller, MayStart, any_hour
from homeroom.rollout.crew import Crew, Happening
from homeroom.rollout.desk import Desk
from homeroom.rollout.embedded import Embedded
from homeroom.rollout.engine import stopped_by_ctrl_c
from homeroom.rollout.fleet import Fleet
from homeroom.rollout.lease import lease
from homeroom.rollout.progress import missed
from homeroom.rollout.roll import Roll
from homeroom.rollout.schedule import Schedule
from homeroom.rollout.settings import Settings
from homeroom.rollout.transitions import outcome
from homeroom.rollout.worker import Worker, died
from homeroom.store.changes import Change, Changes, Row
from homeroom.store.configs import save_running
from homeroom.store.journal import END_STATES
from homeroom.store.readings import all_status
from homeroom.store.world import World
from playbooks.rolling_view import Live
from tasks.roll_device import roll_device

_LOOK: Final = 5.0
"""Seconds between looks at what was polled."""


@dataclass(frozen=True, slots=True)
class Job:
    """A change that is carried out. `by`: who does; `any_hour`: a person named the devices and the moment themselves.

    `stays`: devices that are off get it later; `careful`: too many failures halt it.
    """

    change: str
    title: str
    by: str
    project: Project
    fleet: Fleet
    engine: Engine
    settings: Settings
    schedule: Schedule
    approved: Mapping[str, Approved]
    stays: bool = True
    careful: bool = True
    any_hour: bool = False


def carry_out(job: Job, args: argparse.Namespace) -> int:
    """Roll a change until it has ended or stands still; return the command's exit code."""
    store = Changes(job.engine)
    state = job.project.state
    with lease(state / "changes", job.change) as mine:
        if not mine:
            raise UsageError(f"{job.change} is being carried out by another process; `homeroom change show` follows it")
        view = Live(args, job.change, job.title, job.schedule, store, not_pushed=job.fleet.not_pushed)
        with Worker(state / "workers") as worker, view as live:
            moved: SimpleQueue[Row] = SimpleQueue()
            desk = _desk(job, store, worker, moved.put)
            breaker, controller = _controller(job, store)
            crew = _crew(job, desk, args.workers)
            watch = _Watch(job, breaker, moved, live.tell)
            roll = Roll(job.change, store, controller, crew, by=job.by, tell=live.tell, watch=watch, stays=job.stays)
            with stopped_by_ctrl_c(roll):
                ended = roll.run()
            watch(time.time())
            live.end(ended)
    return exit_code(ended, store.rows(job.change))


def exit_code(ended: Change, rows: Iterable[Row]) -> int:
    """Return 0 when every device runs it, 1 when it was stopped, 3 when some devices did not get it."""
    if ended.state not in {"done", "late"}:
        return 1
    return 3 if any(missed(row) for row in rows) else 0


def _desk(job: Job, store: Changes, worker: Worker, noted: Callable[[Row], None]) -> Desk:
    workers = job.project.state / "workers"
    return Desk(
        change=job.change,
        store=store,
        terms=job.settings.terms,
        limits=job.settings.in_flight,
        owner=worker.name,
        beat=worker.beat,
        died=partial(died, workers),
        approved=job.approved,
        care=Care.of(job.project, job.fleet, job.engine),
        clock=time.time,
        wait=time.sleep,
        noted=noted,
        keep=lambda device, text: save_running(job.engine, device, text, time.time()),
    )


def _crew(job: Job, desk: Desk, workers: int) -> Crew:
    terms = job.settings.terms
    deadline = 4 * terms.operation + 2 * (terms.timer + terms.settle)
    begins, settles = (
        Embedded(
            job.fleet.nornir, roll_device, limit=limit, deadline=deadline, params={"fleet": job.fleet, "desk": desk}
        )
        for limit in (workers, max(4, workers // 4))
    )
    sites = {one.device: one.site for one in job.schedule.targets}
    return Crew(begins, settles, sites, time.time, time.sleep)


def _controller(job: Job, store: Changes) -> tuple[Breaker, Controller]:
    """Make the controller, and tell it how devices ended before and what people answered for."""
    kind = Breaker if job.careful else Tally
    breaker = kind(job.schedule.targets, job.settings.breaker)
    controller = Controller(job.schedule.plan, breaker, _hours(job))
    planned = {one.device for one in job.schedule.targets}
    ended = [
        Checked(row.device, outcome(row), row.at)
        for row in store.rows(job.change)
        if row.state in END_STATES and row.device in planned
    ]
    answers = [
        Answer(one.at, one.by, one.reason)
        for one in store.moves(job.change)
        if one.was == "halted" and one.state == "paused"
    ]
    controller.recall(ended, answers, store.change(job.change).wave)
    return breaker, controller


def _hours(job: Job) -> MayStart:
    if job.any_hour:
        return any_hour
    sites = {one.device: one.site for one in job.schedule.targets}
    regions = {one.site: one.region for one in job.schedule.targets}
    with closing(World.open(job.project)) as world:
        calendar = load_calendar(job.project, [region.id for region in world.programme.regions])
        hours = OpeningHours(calendar, world.programme.timezone, regions)
    takes = job.settings.terms.settle
    return lambda device, now: hours.may_start(sites[device], now, takes=takes)


class _Watch:
    """At every turn: tells which devices moved, and now and then the breaker what the poll saw."""

    def __init__(self, job: Job, breaker: Breaker, moved: SimpleQueue[Row], tell: Callable[[Happening], None]) -> None:
        self._job = job
        self._breaker = breaker
        self._moved = moved
        self._tell = tell
        self._looked = 0.0
        self._regions = {one.device: one.region for one in job.schedule.targets}

    def __call__(self, now: float) -> None:
        """Tell what is new."""
        while not self._moved.empty():
            row = self._moved.get()
            self._tell(Happening(row.at, "device", row.detail, row.wave, "", row))
        if self._job.settings.breaker.interval is not None and now - self._looked >= _LOOK:
            self._looked = now
            for device, seen in all_status(self._job.engine).items():
                if device in self._regions:
                    self._breaker.polled(self._regions[device], seen.at)
