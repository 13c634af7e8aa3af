"""`homeroom backup`: read the running configurations into the store, without secrets, and export them as files.

Once in each inventory interval (observe.yaml) a device is also asked what NAPALM's getters say of it: facts, users,
time servers. What a driver does not have is said.
"""

from __future__ import annotations

import argparse
import time
from collections import Counter
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy.engine import Engine

from homeroom.audit.getters import EVERY, LACKING
from homeroom.errors import DeviceError, UsageError
from homeroom.observe.settings import load_settings
from homeroom.project import Project
from homeroom.rollout.fleet import Fleet
from homeroom.rollout.work import why
from homeroom.store import export, readings
from homeroom.store.configs import running, save_running
from homeroom.store.world import World
from playbooks import console, devices
from playbooks.selectors import selector
from tasks.back_up import Copy, back_up


@dataclass(slots=True)
class Shelf:
    """What was stored, as it comes in."""

    engine: Engine
    stored: list[str] = field(default_factory=list[str])
    unchanged: list[str] = field(default_factory=list[str])
    unreachable: dict[str, str] = field(default_factory=dict[str, str])
    asked: list[str] = field(default_factory=list[str])
    lacking: dict[tuple[str, str], str] = field(default_factory=dict[tuple[str, str], str])
    """Device and getter, or what it should have told -> why it has not."""

    def add(self, one: Copy) -> None:
        """Keep a configuration, and what the device said of itself."""
        name = one.reading.device
        fresh = save_running(self.engine, name, one.reading.running, time.time())
        (self.stored if fresh else self.unchanged).append(name)
        if one.told:
            readings.save(self.engine, one.told, [], every=EVERY, complete=[(name, one.at)])
            self.asked.append(name)
            self.lacking |= {(name, said.index): said.value for said in one.told if said.object == LACKING}

    def lose(self, error: DeviceError) -> None:
        """Note a device that could not be read."""
        self.unreachable[error.device] = why(error)


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of `backup`."""
    devices.add_arguments(parser)
    parser.add_argument(
        "--export",
        type=Path,
        metavar="DIR",
        help="then write what each selected device last ran to DIR/REGION/DEVICE, as Oxidized lays files out",
    )
    parser.add_argument(
        "--git", action="store_true", help="keep DIR's history in git, a commit for each run that changes it"
    )


def run(args: argparse.Namespace) -> int:
    """Read, store and export; 0, or 3 when some devices could not be read."""
    if args.git and not args.export:
        raise UsageError("--git keeps the history of an export: add --export DIR")
    if args.git:
        export.git()
    with devices.mustered(args) as (fleet, engine):
        shelf = Shelf(engine)
        change = devices.change_id(time.time())
        due = _due(fleet, engine)
        whole = devices.each(
            fleet, back_up, "reading", args=args, done=shelf.add, failed=shelf.lose, change=change, due=due
        )
        written = _export(engine, args) if args.export else None
    if args.json:
        lost = devices.reasons(shelf.unreachable)
        more: dict[str, object] = {} if written is None else {"exported": written}
        lacking = [{"device": device, "what": what, "reason": r} for (device, what), r in sorted(shelf.lacking.items())]
        more |= {"asked": sorted(shelf.asked), "lacking": lacking}
        said = {"stored": sorted(shelf.stored), "unchanged": sorted(shelf.unchanged), "unreachable": lost}
        console.emit(said | more)
    else:
        _show(shelf, args, written)
    return 3 if shelf.unreachable or not whole else 0


def _due(fleet: Fleet, engine: Engine) -> frozenset[str]:
    """Return the devices whose getters were last asked longer ago than an inventory interval."""
    since = time.time() - load_settings(fleet.project).periods.inventory
    asked = readings.newest(engine, EVERY)
    return frozenset(name for name in fleet.members if asked.get(name, 0.0) <= since)


def _export(engine: Engine, args: argparse.Namespace) -> list[str]:
    """Write what each selected device last ran; return the files that changed."""
    with closing(World.open(Project.locate(args.project))) as world:
        rows = world.devices(selector(args))
    known = ((row, found) for row in rows if (found := running(engine, row.name)))
    written = export.write(args.export, ((f"{row.region}/{row.name}", found.text) for row, found in known))
    if args.git:
        export.commit(args.export, written)
    return written


def _show(shelf: Shelf, args: argparse.Namespace, written: list[str] | None) -> None:
    console.say(f"{len(shelf.stored)} stored, {len(shelf.unchanged)} unchanged since they were last read")
    if written is not None:
        console.say(f"{len(written)} files changed in {args.export}")
    if shelf.asked:
        console.say(f"{len(shelf.asked)} asked for their facts, users and time servers")
    for (what, reason), number in Counter((what, reason) for (_, what), reason in shelf.lacking.items()).items():
        console.say(f"{number} told no {what}: {reason}")
    if shelf.unreachable:
        console.table("not read", ["device", "reason"], sorted(shelf.unreachable.items()))
