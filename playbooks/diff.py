"""`homeroom diff`: what a push would change, asked of the devices themselves and grouped for review."""

from __future__ import annotations

import argparse
import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from homeroom.errors import DeviceError
from homeroom.rollout.fleet import Fleet
from homeroom.rollout.review import Part, parts
from homeroom.rollout.work import Comparison, why
from playbooks import console, devices, groups
from tasks.compare_config import compare_config


@dataclass(slots=True)
class Found:
    """What the devices answered, as it comes in."""

    compared: dict[str, Comparison] = field(default_factory=dict[str, Comparison])
    unreachable: dict[str, str] = field(default_factory=dict[str, str])

    def add(self, one: Comparison) -> None:
        """Note a device that answered."""
        self.compared[one.device] = one

    def lose(self, error: DeviceError) -> None:
        """Note a device that could not be compared."""
        self.unreachable[error.device] = why(error)

    def parts(self, fleet: Fleet) -> tuple[Part, ...]:
        """Return the differences in groups, the largest first."""
        diffs = ((name, self.compared[name].diff) for name in fleet.members if name in self.compared)
        return parts(fleet.members, diffs, lambda name: self.compared[name].running)


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of `diff`."""
    devices.add_arguments(parser)


def run(args: argparse.Namespace) -> int:
    """Compare and show; 0, or 3 when some devices could not be compared."""
    with devices.mustered(args) as (fleet, _):
        return dry_run(fleet, args)


def compared(fleet: Fleet, args: argparse.Namespace) -> Found:
    """Ask every device; KeyboardInterrupt when it was stopped before the end, for half an answer is none."""
    found = Found()
    change = devices.change_id(time.time())
    whole = devices.each(
        fleet, compare_config, "comparing", args=args, done=found.add, failed=found.lose, change=change
    )
    if not whole:
        raise KeyboardInterrupt
    return found


def dry_run(fleet: Fleet, args: argparse.Namespace, more: Mapping[str, object] | None = None) -> int:
    """Compare the devices of `fleet` with what they should run; they are left as they were. `more`: for the JSON."""
    found = compared(fleet, args)
    made = found.parts(fleet)
    if args.json:
        console.emit({**_document(fleet, found, made), **(more or {})})
    else:
        _show(fleet, found, made)
    return 3 if found.unreachable else 0


def _document(fleet: Fleet, found: Found, made: tuple[Part, ...]) -> dict[str, Any]:
    return {
        "groups": groups.plain(made),
        "unreachable": devices.reasons(found.unreachable),
        "unchanged": sum(1 for one in found.compared.values() if not one.diff),
        "not_pushed": devices.reasons(dict(fleet.not_pushed)),
    }


def _show(fleet: Fleet, found: Found, made: tuple[Part, ...]) -> None:
    groups.show(made)
    changed = sum(len(one.devices) for one in made)
    same = groups.count(len(found.compared) - changed)
    console.say(f"\n{groups.count(changed)} would change, groups: {len(made)}; {same} as they should be")
    say_not_pushed(fleet)
    if found.unreachable:
        console.table("not compared", ["device", "reason"], sorted(found.unreachable.items()))


def say_not_pushed(fleet: Fleet) -> None:
    """Say which devices are left out, and why."""
    for reason, count in Counter(fleet.not_pushed.values()).items():
        console.say(f"{count} not pushed: {reason}")
