"""`homeroom speeds import FILE`: take in measurements of schools' lines."""

from __future__ import annotations

import argparse
import time
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Final

from homeroom.project import Project
from playbooks import console

if TYPE_CHECKING:
    from homeroom.errors import Problem

SHOWN: Final = 50
"""Quarantined rows a person sees; `--json` has them all."""


def configure(parser: argparse.ArgumentParser) -> None:
    """Add what is done, and the file."""
    parser.epilog = "exit codes: 0 all rows were taken; 1 rows were quarantined; 2 the file is unusable"
    common = argparse.ArgumentParser(add_help=False, argument_default=argparse.SUPPRESS)
    common.add_argument("--project", type=Path, metavar="DIR", help="the project directory (default: found from here)")
    common.add_argument("--json", action="store_true", help="one JSON document on stdout, nothing else")
    acts = parser.add_subparsers(dest="act", metavar="{import}", required=True)
    text = "take in a CSV file with the columns school, at, source, down_mbps, up_mbps"
    taking = acts.add_parser("import", help=text, description=text, parents=[common])
    taking.add_argument("file", type=Path, metavar="FILE", help="the CSV file, UTF-8")


def run(args: argparse.Namespace) -> int:
    """Take in a file; 1 when rows were quarantined. Raises InputError when the file as a whole is unusable."""
    from zoneinfo import ZoneInfo

    from homeroom.observe.speed_rows import Known, read_speeds
    from homeroom.store import speeds, subjects
    from homeroom.store.db import connect_series
    from homeroom.store.world import World

    project = Project.locate(args.project)
    with closing(World.open(project)) as world:
        schools = {name: one.id for site in world.sites() for one in site.schools for name in (one.giga_id, one.id)}
        schools.pop("", None)
        who = subjects.of_world(world)
        zone = ZoneInfo(world.programme.timezone)
    rows = read_speeds(args.file, Known(schools, zone, time.time()))
    engine = connect_series(project)
    try:
        subjects.sync(engine, who)
        speeds.save(engine, rows.good)
    finally:
        engine.dispose()
    _report(len(rows.good), rows.problems, as_json=args.json)
    return 1 if rows.problems else 0


def _report(taken: int, problems: Sequence[Problem], *, as_json: bool) -> None:
    bad = len({problem.row for problem in problems})
    if as_json:
        listed = [
            {"file": p.file, "row": p.row, "field": p.field, "message": p.message, "remedy": p.remedy} for p in problems
        ]
        console.emit({"taken": taken, "quarantined": listed})
        return
    if problems:
        shown = ((p.row, p.field, p.message, p.remedy) for p in problems[:SHOWN])
        console.table(f"quarantined in {problems[0].file}", ("row", "field", "what is wrong", "what to do"), shown)
    more = f" ({len(problems) - SHOWN} more problems: --json shows all)" if len(problems) > SHOWN else ""
    console.say(f"{taken:,} measurements were taken in, {bad} rows quarantined{more}")
