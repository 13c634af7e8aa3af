"""`homeroom backup`: read the running configurations into the store, without secrets."""

from __future__ import annotations

import argparse
import time
from dataclasses import dataclass, field

from sqlalchemy.engine import Engine

from homeroom.errors import DeviceError
from homeroom.rollout.push import Reading, why
from homeroom.store.configs import save_running
from playbooks import console, devices
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


def run(args: argparse.Namespace) -> int:
    """Read and store; 0, or 3 when some devices could not be read."""
    with devices.mustered(args) as (fleet, engine):
        shelf = Shelf(engine)
        change = devices.change_id(time.time())
        whole = devices.each(
            fleet, fetch_running, "reading", args=args, done=shelf.add, failed=shelf.lose, change=change
        )
    if args.json:
        lost = devices.reasons(shelf.unreachable)
        console.emit({"stored": sorted(shelf.stored), "unchanged": sorted(shelf.unchanged), "unreachable": lost})
    else:
        console.say(f"{len(shelf.stored)} stored, {len(shelf.unchanged)} unchanged since they were last read")
        if shelf.unreachable:
            console.table("not read", ["device", "reason"], sorted(shelf.unreachable.items()))
    return 3 if shelf.unreachable or not whole else 0
