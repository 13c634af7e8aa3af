"""`homeroom drift`: whose configuration is not as intended, found without logging in where nothing moved."""

from __future__ import annotations

import argparse
import asyncio
import time
from contextlib import closing, nullcontext
from typing import TYPE_CHECKING, Any, Final

from homeroom.errors import UsageError
from homeroom.project import Project
from playbooks import console
from playbooks.poll import add_asking, check_asking
from playbooks.selectors import add_selectors, selector

if TYPE_CHECKING:
    from rich.text import Text
    from sqlalchemy.engine import Engine

    from homeroom.observe.drift_ask import Answers
    from homeroom.observe.seen import Seen
    from playbooks.drift_round import Found, Round

MOST_SHOWN: Final = 12
"""Lines of one device shown to people; the JSON has more."""
ABSENT: Final = "it is not among the devices of the lab that runs; select others, or start the lab with its site"


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of `drift`."""
    add_selectors(parser)
    parser.add_argument("--workers", type=int, default=20, metavar="N", help="devices entered at once (default: 20)")
    parser.add_argument(
        "--all", action="store_true", help="read every configuration, also of devices that say nothing changed"
    )
    add_asking(parser)


def run(args: argparse.Namespace) -> int:
    """Look for drift; 0: there is none, 1: some, 3: of some devices it is not known."""
    from homeroom.audit.load import load_rules
    from homeroom.observe.station import settings_for
    from homeroom.store.db import connect
    from playbooks.drift_controls import Controls
    from playbooks.drift_round import Round

    check_asking(args)
    if args.workers < 1:
        raise UsageError("--workers must be at least 1")
    project, begun = Project.locate(args.project), time.monotonic()
    rules = load_rules(project.rule_roots)
    engine = connect(project)
    try:
        answers = asyncio.run(_asked(project, engine, args))
        period = settings_for(project, None, None).reread
        with closing(Controls(project, rules)) as controls:
            done = Round(project, engine, controls, answers.words, period, everything=args.all)
            done.run(answers.lost, args)
    finally:
        engine.dispose()
    _report(done, project, time.monotonic() - begun, as_json=args.json)
    if done.stopped:
        raise KeyboardInterrupt
    return 1 if done.found else 3 if done.unknown else 0


async def _asked(project: Project, engine: Engine, args: argparse.Namespace) -> Answers:
    """Ask every selected device; who is selected and cannot be asked is among the lost."""
    from homeroom.observe.drift_ask import ask
    from homeroom.observe.station import settings_for
    from homeroom.store.world import World

    chosen = selector(args)
    with closing(World.open(project)) as world:
        names = [row.name for row in world.devices(chosen)]
    settings = settings_for(project, args.timeout, args.retries)
    with nullcontext() if args.json else console.progress() as bar:
        task = bar.add_task("asking", total=len(names)) if bar else None

        def saw(_: Seen) -> None:
            if bar and task is not None:
                bar.advance(task)

        found = await ask(project, chosen, settings, engine, name=args.engine, saw=saw)
    absent = (name for name in names if name not in found.words and name not in found.lost)
    found.lost.update(dict.fromkeys(absent, ABSENT))
    return found


def _report(done: Round, project: Project, seconds: float, *, as_json: bool) -> None:
    from homeroom.store.world import World
    from playbooks.devices import reasons

    with closing(World.open(project)) as world:
        zone = world.programme.timezone
    if not as_json:
        _show(done, zone, seconds)
        return
    document = {
        "checked": len(done.checked),
        "drifted": [_plain(one, zone) for _, one in sorted(done.found.items())],
        "unknown": reasons(done.unknown),
        "unasked": done.unasked,
        "read": done.read,
        "cleared": sorted(done.cleared),
        "seconds": round(seconds, 2),
    }
    console.emit(document)


def _plain(one: Found, zone: str) -> dict[str, Any]:
    from playbooks.moments import shown

    row = one.drift
    return {
        "device": row.device,
        "lines": row.lines,
        "controls": row.controls,
        "since": shown(row.since, zone),
        "by": row.by,
        "features": one.features,
        "opens": one.opens,
        "sha": row.sha,
    }


def _show(done: Round, zone: str, seconds: float) -> None:
    if done.found:
        _table(done, zone)
    if done.unknown:
        console.table("not known", ["device", "reason"], sorted(done.unknown.items()))
    if done.cleared:
        console.say(f"{len(done.cleared)} as intended again: {', '.join(sorted(done.cleared))}", style="green")
    words = (
        f"{len(done.checked)} checked, {done.read} of them read; {len(done.found)} drifted, {len(done.unknown)} unknown"
    )
    style = "red" if done.found else "yellow" if done.unknown else "green"
    console.say(f"{words}; {seconds:.1f} s", style=style)
    if done.unasked:
        console.say(
            f"{done.unasked} say nothing of changes and are taken as they were last read"
            " (inventory/observe.yaml: reread); --all reads them now"
        )


def _table(done: Round, zone: str) -> None:
    from rich.table import Table
    from rich.text import Text

    from playbooks.moments import brief

    out = Table(title="drifted", title_justify="left", show_lines=True)
    out.add_column("device", no_wrap=True)
    for name in ("line", "control", "since", "by"):
        out.add_column(name)
    for _, one in sorted(done.found.items()):
        row = one.drift
        breaks = "\n".join(row.controls) or "none"
        since = Text(brief(row.since, zone))
        out.add_row(Text(row.device), _coloured(row.lines), Text(breaks, "bold"), since, Text(row.by or "unknown"))
    console.screen().print(out)


def _coloured(lines: tuple[str, ...]) -> Text:
    """Colour what nobody intended green and what is missing red, as differences are."""
    from rich.text import Text

    out, more = Text(), len(lines) - MOST_SHOWN
    for line in lines[:MOST_SHOWN]:
        out.append(f"{line}\n", {"+": "green", "-": "red"}.get(line[:1], ""))
    if more > 0:
        out.append(f"... and {more} more\n", "dim")
    out.rstrip()
    return out
