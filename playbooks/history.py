"""`homeroom history DEVICE`: what ran on a device and when, and what changed between two versions."""

from __future__ import annotations

import argparse
import difflib
import re
from collections.abc import Callable, Sequence
from contextlib import closing
from typing import Any, Final

from homeroom.catalogue import load_platforms
from homeroom.errors import ParseError, UsageError
from homeroom.platforms.registry import code_for
from homeroom.project import Project
from homeroom.store.db import connect
from homeroom.store.history import Version, named, text_of, versions
from homeroom.store.world import World
from playbooks import console
from playbooks.moments import brief, shown

_SIGN: Final = re.compile(r"^( +)([+-])", re.MULTILINE)
_HASH: Final = 12
"""Letters of a hash that people see."""

COLUMNS: Final = ("version", "hash", "from", "last seen")
Differ = Callable[[str, str], str]


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the device and the versions to compare."""
    parser.add_argument("device", metavar="DEVICE", help="e.g. py11-0042-rtr1")
    parser.add_argument(
        "--diff", nargs=2, metavar=("A", "B"), help="what changed from version A to B: their numbers, or their hashes"
    )


def run(args: argparse.Namespace) -> int:
    """Show; UsageError when the device was never read."""
    project = Project.locate(args.project)
    with closing(World.open(project)) as world:
        zone, device = world.programme.timezone, world.device(args.device)
    engine = connect(project)
    try:
        found = versions(engine, args.device)
        if not found:
            raise UsageError(_unknown(args.device, known=device is not None))
        if args.diff is None:
            _list(found, zone, args)
        else:
            one, other = (named(found, word) for word in args.diff)
            text = differ(project, device.platform if device else "")(
                text_of(engine, one.sha), text_of(engine, other.sha)
            )
            _compare(one, other, text, zone, args)
    finally:
        engine.dispose()
    return 0


def differ(project: Project, platform: str) -> Differ:
    """Return how configurations of a platform are compared: by meaning, or line by line when none knows theirs."""
    if not platform:
        return _lines
    parse = code_for(load_platforms(project.template_roots)[platform]).parse

    def meaning(old: str, new: str) -> str:
        try:
            return parse.diff(old, new)
        except ParseError:
            return _lines(old, new)

    return meaning


def _lines(old: str, new: str) -> str:
    """Return what differs, line by line."""
    changed = difflib.unified_diff(old.splitlines(), new.splitlines(), n=0, lineterm="")
    return "".join(f"{line}\n" for line in changed if not line.startswith(("---", "+++", "@@")))


def _unknown(device: str, *, known: bool) -> str:
    remedy = "run `homeroom backup`" if known else "look up its name with `homeroom render`"
    return f"{device} was never read: {remedy}"


def _list(found: Sequence[Version], zone: str, args: argparse.Namespace) -> None:
    if args.json:
        console.emit({"device": args.device, "versions": [plain(one, zone) for one in found]})
        return
    console.table(f"{args.device} ({zone})", COLUMNS, [row(one, zone) for one in found])


def row(one: Version, zone: str) -> tuple[str, ...]:
    """Return a version as a row for people, under COLUMNS."""
    return str(one.number), one.sha[:_HASH], brief(one.first_at, zone), brief(one.last_at, zone)


def plain(one: Version, zone: str) -> dict[str, Any]:
    """Return a version as every command's JSON has it."""
    seen = {"first_at": shown(one.first_at, zone), "last_at": shown(one.last_at, zone)}
    return {"number": one.number, "sha": one.sha, **seen}


def _compare(one: Version, other: Version, text: str, zone: str, args: argparse.Namespace) -> None:
    if args.json:
        console.emit({"device": args.device, "from": plain(one, zone), "to": plain(other, zone), "diff": text})
        return
    for sign, version in (("-", one), ("+", other)):
        seen = f"{brief(version.first_at, zone)} to {brief(version.last_at, zone)}"
        console.say(f"{sign} version {version.number} ({version.sha[:_HASH]}), seen {seen}")
    if text:
        console.diff(_SIGN.sub(r"\2\1", text).rstrip("\n"))
    elif one.sha == other.sha:
        console.say("they are the same text")
    else:
        console.say("the texts differ, their meaning does not")
