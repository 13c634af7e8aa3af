"""`homeroom poll`: read the devices by SNMPv3 into the store."""

from __future__ import annotations

import argparse
import asyncio
import time
from collections.abc import Callable, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field
from functools import partial
from typing import Final, TypeAlias

from homeroom.errors import UsageError
from homeroom.project import Project
from homeroom.reading import Reading, Status
from homeroom.secret import Vault
from homeroom.snmp.engine import Credentials, Engine, Target
from playbooks import console
from playbooks.selectors import add_selectors, selector

Save: TypeAlias = Callable[[list[Reading], list[Status]], None]
USER: Final = "homeroom"
_BATCH: Final = 20_000
"""Readings kept in memory before they are saved: a nation's poll has millions."""


@dataclass(slots=True)
class Round:
    """One round of polling: what came in and is not saved yet, and the counts of what was."""

    save: Save
    readings: list[Reading] = field(default_factory=list[Reading])
    statuses: list[Status] = field(default_factory=list[Status])
    lost: dict[str, str] = field(default_factory=dict[str, str])
    polled: int = 0
    count: int = 0

    def add(self, readings: Sequence[Reading], status: Status) -> None:
        """Take one device's outcome."""
        self.polled += 1
        self.count += len(readings)
        self.readings += readings
        self.statuses.append(status)
        if not status.reachable:
            self.lost[status.device] = status.reason
        if len(self.readings) >= _BATCH:
            self.flush()

    def flush(self) -> None:
        """Save what is not saved yet."""
        self.save(self.readings, self.statuses)
        self.readings, self.statuses = [], []


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of `poll`."""
    add_selectors(parser)
    how_often = parser.add_mutually_exclusive_group()
    how_often.add_argument("--once", action="store_true", help="one round (the default)")
    how_often.add_argument("--every", type=float, metavar="SECONDS", help="a round each SECONDS, until Ctrl-C")
    parser.add_argument("--timeout", type=float, default=3.0, metavar="SECONDS", help="wait for an answer (default: 3)")
    parser.add_argument("--retries", type=int, default=1, metavar="N", help="ask again so often (default: 1)")


def run(args: argparse.Namespace) -> int:
    """Poll; 0, or 3 when some devices did not answer."""
    if args.timeout <= 0 or args.retries < 0 or (args.every is not None and args.every <= 0):
        raise UsageError("--timeout and --every must be above 0, --retries 0 or more")
    project = Project.locate(args.project)
    targets = find_targets(project, args)
    if not targets:
        raise UsageError("no device is selected: widen --region, --site, --device, --platform or --kind")
    return asyncio.run(_rounds(project, targets, args))


def find_targets(project: Project, args: argparse.Namespace) -> list[Target]:
    """Return the selected devices with their endpoints; while a lab runs, those that are in it."""
    from homeroom.store.reach import addresses
    from homeroom.store.world import World

    vault = Vault.open(project)
    credentials = Credentials(USER, vault.get("snmp_auth"), vault.get("snmp_priv"))
    world = World.open(project)
    try:
        reach = addresses(project, world)
        found = ((device, reach.get(device.name)) for device in world.devices(selector(args)))
        return [
            Target(device.name, device.platform, endpoint.host, endpoint.ports["snmp"], credentials)
            for device, endpoint in found
            if endpoint is not None
        ]
    finally:
        world.close()


async def _rounds(project: Project, targets: Sequence[Target], args: argparse.Namespace) -> int:
    """Poll once or again and again, on one engine."""
    from homeroom.snmp.pysnmp_engine import PysnmpEngine
    from homeroom.store.db import connect
    from homeroom.store.readings import save

    database = connect(project)
    engine = PysnmpEngine(timeout=args.timeout, retries=args.retries)
    try:
        while True:
            begun = time.monotonic()
            code = await _round(engine, targets, partial(save, database), as_json=args.json)
            if args.every is None:
                return code
            await asyncio.sleep(max(0.0, args.every - (time.monotonic() - begun)))
    finally:
        engine.close()
        database.dispose()


async def _round(engine: Engine, targets: Sequence[Target], save: Save, *, as_json: bool) -> int:
    """Poll every target once, saving as it goes; report."""
    from homeroom.snmp.poller import Outcome, poll

    begun = time.monotonic()
    now = Round(save)
    with nullcontext() if as_json else console.progress() as bar:
        task = bar.add_task("polling", total=len(targets)) if bar else None

        def done(outcome: Outcome) -> None:
            now.add(outcome.readings, outcome.status)
            if bar and task is not None:
                bar.advance(task)

        await poll(engine, targets, time.time, done)
    now.flush()
    _report(now, time.monotonic() - begun, as_json=as_json)
    return 3 if now.lost else 0


def _report(now: Round, seconds: float, *, as_json: bool) -> None:
    lost = sorted(now.lost.items())
    if as_json:
        document = {
            "polled": now.polled,
            "reachable": now.polled - len(lost),
            "unreachable": [{"device": device, "reason": reason} for device, reason in lost],
            "readings": now.count,
            "seconds": round(seconds, 2),
        }
        console.emit(document)
        return
    if lost:
        console.table("no answer", ["device", "reason"], lost)
    console.say(f"{now.polled - len(lost)} of {now.polled} devices answered: {now.count} readings in {seconds:.1f} s")
