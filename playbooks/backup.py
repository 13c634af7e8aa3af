"""`homeroom backup`: read the running configurations into the store, without secrets, and export them as files."""

from __future__ import annotations

import argparse
import time
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy.engine import Engine

from homeroom.errors import DeviceError, UsageError
from homeroom.project import Project
from homeroom.rollout.work import Reading, why
from homeroom.store import export
from homeroom.store.configs import running, save_running
from homeroom.store.world import World
from playbooks import console, devices
from playbooks.selectors import selector
from tasks.fetch_running import fetch_running


@dataclass(slots=True)
class Shelf:
    """What was stored, as it comes in."""

    engine: Engine
    stored: list[str] = field(default_factory=list[str])
    unchanged: list[str] = field(default_factory=list[str])
    unreachable: dict[str, str] = field(default_factory=dict[str, str])

    def add(self, one: Reading) -> None:
        """Keep a configuration."""
        fresh = save_running(self.engine, one.device, one.running, time.time())
        (self.stored if fresh else self.unchanged).append(one.device)

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
        whole = devices.each(
            fleet, fetch_running, "reading", args=args, done=shelf.add, failed=shelf.lose, change=change
        )
        written = _export(engine, args) if args.export else None
    if args.json:
        lost = devices.reasons(shelf.unreachable)
        more = {} if written is None else {"exported": written}
        console.emit({"stored": sorted(shelf.stored), "unchanged": sorted(shelf.unchanged), "unreachable": lost} | more)
    else:
        _show(shelf, args, written)
    return 3 if shelf.unreachable or not whole else 0


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
    if shelf.unreachable:
        console.table("not read", ["device", "reason"], sorted(shelf.unreachable.items()))
