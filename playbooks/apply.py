"""`homeroom apply`: push what was rendered, guarded and journalled. A dry run unless `--commit`."""

from __future__ import annotations

import argparse

from homeroom.errors import UsageError
from playbooks import console, devices, diff, rolling


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of `apply`."""
    devices.add_arguments(parser)
    parser.add_argument("--commit", action="store_true", help="really push; without it nothing is changed")
    parser.add_argument("--reason", default="", metavar="TICKET", help="why, for the record")
    parser.add_argument("--as", dest="name", default="", metavar="NAME", help="who you are (default: your account)")
    parser.add_argument(
        "--overwrite", action="append", default=[], metavar="DEVICE", help="its edit by hand is taken back; repeatable"
    )
    add_minutes(parser)


def add_minutes(parser: argparse.ArgumentParser) -> None:
    """Add `--confirm-minutes`, which every command that pushes has."""
    parser.add_argument(
        "--confirm-minutes",
        type=int,
        default=10,
        metavar="M",
        help="a device that is not confirmed within M minutes takes the change back itself (1-120, default: 10)",
    )


def check_minutes(args: argparse.Namespace) -> None:
    """Refuse a time that is no time for a device to wait."""
    if not 1 <= args.confirm_minutes <= 120:
        raise UsageError("--confirm-minutes must be between 1 and 120")


def run(args: argparse.Namespace) -> int:
    """Push, or show what a push would do; 0, or 3 when some devices did not get what they should have."""
    check_minutes(args)
    with devices.mustered(args) as (fleet, engine):
        if not args.commit:
            code = diff.dry_run(fleet, args)
            console.say("nothing was changed: this was a dry run; `homeroom apply --commit` pushes")
            return code
        return rolling.push(fleet, engine, args, "apply", args.reason or "applied at once")
