"""`homeroom restore --at TIME`: give devices back what they ran then. A dry run unless `--commit`."""

from __future__ import annotations

import argparse
import time
from contextlib import closing

from homeroom.errors import UsageError
from homeroom.project import Project
from homeroom.rollout.restore import Restoring, restoring
from homeroom.store.world import World
from playbooks import apply, console, devices, diff, rolling
from playbooks.history import COLUMNS, plain, row
from playbooks.moments import moment, shown


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of `restore`."""
    devices.add_arguments(parser)
    parser.add_argument("--at", required=True, metavar="TIME", help="when it ran, e.g. 2026-11-24T10:30")
    way = parser.add_mutually_exclusive_group()
    way.add_argument("--dry-run", action="store_true", help="show what would change, and change nothing (the default)")
    way.add_argument("--commit", action="store_true", help="really push; without it nothing is changed")
    parser.add_argument("--reason", default="", metavar="TEXT", help="why, for the journal; --commit needs it")
    apply.add_minutes(parser)


def run(args: argparse.Namespace) -> int:
    """Restore, or show what that would do; 0, or 3 when some devices did not get what they should have."""
    apply.check_minutes(args)
    if not (args.device or args.site or args.region):
        raise UsageError("say what is restored: --device, --site or --region")
    if args.commit and not args.reason.strip():
        raise UsageError("--commit needs --reason TEXT: the journal keeps why")
    with closing(World.open(Project.locate(args.project))) as world:
        zone = world.programme.timezone
    then = moment(args.at, zone, time.time())
    with devices.mustered(args) as (fleet, engine):
        found = restoring(fleet, engine, then)
        if args.commit:
            title = f"restore of what ran at {shown(then, zone)}"
            return rolling.push(found.fleet, engine, args, title, args.reason.strip(), restores=True)
        return _dry_run(found, args, zone)


def _dry_run(found: Restoring, args: argparse.Namespace, zone: str) -> int:
    restores = [{"device": name, **plain(one, zone)} for name, one in sorted(found.versions.items())]
    if not args.json:
        rows = [(name, *row(one, zone)) for name, one in sorted(found.versions.items())]
        console.table(f"what would be given back ({zone})", ["device", *COLUMNS], rows)
    code = diff.dry_run(found.fleet, args, {"restores": restores})
    console.say("nothing was changed: this was a dry run; `homeroom restore --commit --reason TEXT` pushes")
    return code
