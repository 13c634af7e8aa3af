"""`homeroom apply`: push what was rendered, guarded and journalled. A dry run unless `--commit`."""

from __future__ import annotations

import argparse
import time
from collections import Counter
from dataclasses import dataclass, field

from sqlalchemy.engine import Engine

from homeroom.errors import DeviceError, UsageError
from homeroom.project import Project
from homeroom.rollout.fleet import Fleet
from homeroom.rollout.push import Desk, Outcome, why
from homeroom.store.configs import save_running
from homeroom.store.journal import STATES, Journal
from playbooks import console, devices, diff
from tasks.push_config import push_config


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of `apply`."""
    devices.add_arguments(parser)
    parser.add_argument("--commit", action="store_true", help="really push; without it nothing is changed")
    parser.add_argument(
        "--confirm-minutes",
        type=int,
        default=10,
        metavar="M",
        help="a device that is not confirmed within M minutes takes the change back itself (1-120, default: 10)",
    )


def run(args: argparse.Namespace) -> int:
    """Push, or show what a push would do; 0, or 3 when some devices did not get what they should have."""
    if not 1 <= args.confirm_minutes <= 120:
        raise UsageError("--confirm-minutes must be between 1 and 120")
    with devices.mustered(args) as (fleet, engine):
        if not args.commit:
            code = diff.dry_run(fleet, args)
            console.say("nothing was changed: this was a dry run; `homeroom apply --commit` pushes")
            return code
        return _push(fleet, engine, args)


@dataclass(slots=True)
class Ledger:
    """How each device ended, as it comes in."""

    engine: Engine
    change: str
    events: bool
    outcomes: dict[str, Outcome] = field(default_factory=dict[str, Outcome])

    def add(self, one: Outcome) -> None:
        """Note an outcome, keep what was read, and tell the machine that listens."""
        self.outcomes[one.device] = one
        if one.running:
            save_running(self.engine, one.device, one.running, time.time())
        if self.events:
            console.emit(
                {"change": self.change, "device": one.device, "state": one.state, "reason": one.reason, "sha": one.sha}
            )

    def lose(self, error: DeviceError) -> None:
        """Note a device whose push did not come back."""
        self.add(Outcome(error.device, "needs_human", why(error), trouble=True))


def _push(fleet: Fleet, engine: Engine, args: argparse.Namespace) -> int:
    change = devices.change_id(time.time())
    journal = Journal(engine)
    journal.skip(change, fleet.not_pushed, time.time())
    leases = Project.locate(args.project).state / "leases"
    desk = Desk(change, journal, leases, args.confirm_minutes, time.time, time.sleep)
    ledger = Ledger(engine, change, args.json)
    whole = devices.each(
        fleet,
        push_config,
        "pushing",
        args=args,
        done=ledger.add,
        failed=ledger.lose,
        deadline=2 * 60.0 * args.confirm_minutes + 600,  # time to wait for the device's own timer, and to look
        desk=desk,
    )
    states = _states(fleet, ledger)
    if args.json:
        console.emit({"change": change, "states": states, "not_pushed": devices.reasons(dict(fleet.not_pushed))})
    else:
        _show(fleet, ledger, states)
    return 3 if not whole or any(one.trouble for one in ledger.outcomes.values()) else 0


def _states(fleet: Fleet, ledger: Ledger) -> dict[str, list[str]]:
    """Return state -> devices, every selected device once; those never started are still pending."""
    ends = dict.fromkeys(fleet.members, "pending")
    ends |= dict.fromkeys(fleet.not_pushed, "skipped")
    ends |= {device: one.state for device, one in ledger.outcomes.items()}
    return {state: names for state in STATES if (names := sorted(d for d, end in ends.items() if end == state))}


def _show(fleet: Fleet, ledger: Ledger, states: dict[str, list[str]]) -> None:
    outcomes = ledger.outcomes.values()
    unchanged = sum(1 for one in outcomes if one.state == "skipped" and not one.trouble)
    rows = [
        (state, len(names), ", ".join(names[:4]) + (", ..." if len(names) > 4 else ""))
        for state, names in states.items()
    ]
    console.table(f"change {ledger.change}", ["state", "devices", "which"], rows)
    if unchanged:
        console.say(f"already as they should be: {unchanged}")
    diff.say_not_pushed(fleet)
    trouble = Counter((one.state, one.reason) for one in outcomes if one.trouble)
    if trouble:
        first = {(one.state, one.reason): one.device for one in reversed(list(outcomes))}
        seen = [(count, state, first[state, reason], reason) for (state, reason), count in trouble.most_common()]
        console.table("somebody should look at these", ["devices", "state", "first", "reason"], seen)
