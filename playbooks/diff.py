"""`homeroom diff`: what a push would change, asked of the devices themselves and grouped for review."""

from __future__ import annotations

import argparse
import re
import time
from collections import Counter
from dataclasses import dataclass, field
from typing import Any, Final

from homeroom.errors import DeviceError
from homeroom.rollout.effect import Effect, effect
from homeroom.rollout.fleet import Fleet
from homeroom.rollout.groups import Group, group, risk
from homeroom.rollout.push import Comparison, why
from playbooks import console, devices
from tasks.compare_config import compare_config

_SIGN: Final = re.compile(r"^( +)([+-])", re.MULTILINE)
_SHOWN: Final = 40
"""Lines of a group's example that people see; all of it is in the JSON."""


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

    def groups(self, fleet: Fleet) -> tuple[Group, ...]:
        """Return the differences in groups, the largest first."""
        changed = (self.compared[name] for name in fleet.members if name in self.compared)
        return group((one.device, one.diff, fleet.members[one.device].own) for one in changed if one.diff)


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of `diff`."""
    devices.add_arguments(parser)


def run(args: argparse.Namespace) -> int:
    """Compare and show; 0, or 3 when some devices could not be compared."""
    with devices.mustered(args) as (fleet, _):
        return dry_run(fleet, args)


def dry_run(fleet: Fleet, args: argparse.Namespace) -> int:
    """Compare the devices of `fleet` with what they should run; they are left as they were."""
    found = Found()
    change = devices.change_id(time.time())
    whole = devices.each(
        fleet, compare_config, "comparing", args=args, done=found.add, failed=found.lose, change=change
    )
    if not whole:
        raise KeyboardInterrupt
    groups = found.groups(fleet)
    if args.json:
        console.emit(_document(fleet, found, groups))
    else:
        _show(fleet, found, groups)
    return 3 if found.unreachable else 0


def _document(fleet: Fleet, found: Found, groups: tuple[Group, ...]) -> dict[str, Any]:
    return {
        "groups": [_plain(fleet, found, one) for one in groups],
        "unreachable": devices.reasons(found.unreachable),
        "unchanged": sum(1 for one in found.compared.values() if not one.diff),
        "not_pushed": devices.reasons(dict(fleet.not_pushed)),
    }


def _plain(fleet: Fleet, found: Found, one: Group) -> dict[str, Any]:
    made = _effect(fleet, found, one)
    return {
        "devices": list(one.devices),
        "diff": one.diff,
        "opens": list(made.opens),
        "closes": list(made.closes),
        "unknown": made.unknown,
        "risk": list(_risk(fleet, one)),
    }


def _effect(fleet: Fleet, found: Found, one: Group) -> Effect:
    """Tell what the group's first device lets through and no longer does: the others differ in their own values."""
    work = fleet.members[one.devices[0]].work
    return effect(work.parse, found.compared[work.device].running, work.text)


def _risk(fleet: Fleet, one: Group) -> tuple[str, ...]:
    return risk(one.diff, fleet.members[one.devices[0]].features)


def _show(fleet: Fleet, found: Found, groups: tuple[Group, ...]) -> None:
    for number, one in enumerate(groups, 1):
        touches = ", ".join(_risk(fleet, one))
        console.say(f"\ngroup {number}: {_count(len(one.devices))}, touches {touches}; on {one.devices[0]}:")
        lines = _SIGN.sub(r"\2\1", one.diff).splitlines()
        console.diff("\n".join(lines[:_SHOWN]))
        if len(lines) > _SHOWN:
            console.say(f"  ... {len(lines) - _SHOWN} more lines (all of them with --json)")
        _tell(_effect(fleet, found, one))
    unchanged = len(found.compared) - sum(len(one.devices) for one in groups)
    changed = sum(len(one.devices) for one in groups)
    console.say(f"\n{_count(changed)} would change, groups: {len(groups)}; {_count(unchanged)} as they should be")
    say_not_pushed(fleet)
    if found.unreachable:
        console.table("not compared", ["device", "reason"], sorted(found.unreachable.items()))


def _tell(made: Effect) -> None:
    for word, packets in (("opens", made.opens), ("closes", made.closes)):
        for packet in packets:
            console.say(f"  {word} {packet}")
    if made.unknown:
        console.say(f"  what it opens and closes is unknown: {made.unknown}")


def say_not_pushed(fleet: Fleet) -> None:
    """Say which devices are left out, and why."""
    for reason, count in Counter(fleet.not_pushed.values()).items():
        console.say(f"{count} not pushed: {reason}")


def _count(number: int) -> str:
    return "1 device" if number == 1 else f"{number} devices"
