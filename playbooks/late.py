"""`homeroom change late`: changes go to devices that were off or unwell, once these answer again.

Only while the change still says what the device is to run, and no newer change has begun it.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Collection, Mapping
from contextlib import closing
from dataclasses import replace
from typing import Final

from sqlalchemy.engine import Engine

from homeroom.project import Project
from homeroom.rollout.crew import LATER
from homeroom.rollout.fleet import Fleet
from homeroom.rollout.neighbours import answering
from homeroom.rollout.schedule import at_once, planned
from homeroom.rollout.settings import load_settings
from homeroom.rollout.sites import Sites
from homeroom.store.change_tables import IN_FLIGHT
from homeroom.store.changes import Changes, Row
from homeroom.store.inventory import Selector
from homeroom.store.world import World
from playbooks import carry, change_case, console, devices, rolling

_TRY: Final = 5.0
"""Seconds that devices have to answer."""


def run(args: argparse.Namespace) -> int:
    """Look after every change that waits for devices; 0 when none is waited for any more, else 3."""
    while True:
        with change_case.opened(args) as desk:
            waiting = [case for case in desk.cases() if case.live and case.live.state == "late"]
        codes = [one(args, case) for case in waiting]
        if not args.every:
            if not codes and not args.json:
                console.say("no change waits for a device")
            return max(codes, default=0)
        time.sleep(args.every)


def one(args: argparse.Namespace, case: change_case.Case) -> int:
    """Give one change to those of its devices that answer."""
    document, who = case.document, change_case.who(args.name)
    project = Project.locate(args.project)
    with change_case.opened(args) as desk:
        desk.changes.supersede(document.id, desk.changes.superseded(document.id), time.time())
        rows = {row.device: row for row in desk.changes.rows(document.id) if _waits(row)}
    if not rows:  # all of them were superseded: nobody is waited for
        return _close(args, document.id, who.label)
    with devices.mustered(args, Selector(devices=tuple(rows))) as (fleet, engine):
        moved = rolling.moved(project, document, fleet, among=rows)
        ready = () if "policy" in moved else _ready(project, fleet, engine, rows, moved)
        _say(args, document.id, rows, ready, moved)
        if not ready:
            return 3
        Changes(engine).requeue(document.id, LATER, time.time(), "it answers again", ready)
        with closing(World.open(project)) as world:
            schedule = at_once(planned(world, ready, {}, {}), "late")
        job = rolling.job_of(project, fleet, engine, load_settings(project), schedule, document, who.label)
        return carry.carry_out(replace(job, stays=True, careful=True, any_hour=False), args)


def _waits(row: Row) -> bool:
    return row.state == "pending" or row.state in IN_FLIGHT or (row.state == "skipped" and row.cause in LATER)


def _ready(
    project: Project, fleet: Fleet, engine: Engine, rows: Mapping[str, Row], moved: Mapping[str, str]
) -> tuple[str, ...]:
    """Return the devices that answer and may get it, and those that somebody was at work on."""
    sites = Sites.of(project, fleet, engine)
    held = [name for name, row in rows.items() if row.state != "skipped"]
    asked = [sites.place(one.intent) for name, one in fleet.members.items() if name not in moved and name not in held]
    return (*held, *sorted(answering(asked, _TRY)))


def _say(
    args: argparse.Namespace, change: str, rows: Collection[str], ready: Collection[str], moved: Mapping[str, str]
) -> None:
    if args.json:
        if not ready:
            console.emit(
                {"change": change, "state": "late", "waiting": sorted(rows), "moved": devices.reasons(dict(moved))}
            )
        return
    console.say(f"{change}: {len(rows)} devices are waited for, {len(ready)} of them answer")
    for device, why in list(moved.items())[:8]:
        console.say(f"  {device}: {why}; it is not given to it: make another change")


def _close(args: argparse.Namespace, change: str, by: str) -> int:
    """End a change that nobody waits for any more."""
    with change_case.opened(args) as desk:
        was = desk.changes.change(change)
        desk.changes.move(was, "done", time.time(), by=by, reason="newer changes have begun the devices that were off")
    return 0
