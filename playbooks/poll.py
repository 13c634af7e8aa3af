"""`homeroom poll`: ask the devices by SNMP, once, into the store."""

from __future__ import annotations

import argparse
import asyncio
import time
from contextlib import nullcontext
from functools import partial
from typing import TYPE_CHECKING, Final

from homeroom.errors import StoreError, UsageError
from homeroom.project import Project
from playbooks import console
from playbooks.selectors import add_selectors, selector

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from homeroom.observe.seen import Seen
    from homeroom.observe.station import Station
    from homeroom.snmp.ask.declared import Every

ENGINES: Final = ("wire", "pysnmp")
CLASSES: Final[tuple[Every, ...]] = ("status", "radio", "inventory")


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of `poll`."""
    add_selectors(parser)
    parser.add_argument("--once", action="store_true", help="one round, as always; `homeroom observe` goes on")
    parser.add_argument(
        "--class",
        dest="classes",
        action="append",
        choices=CLASSES,
        help="only what is asked so often: status, radio, inventory (default: all)",
    )
    add_asking(parser)


def add_asking(parser: argparse.ArgumentParser) -> None:
    """Add the arguments that say how devices are asked."""
    parser.add_argument(
        "--timeout", type=float, metavar="SECONDS", help="wait for an answer (default: inventory/observe.yaml's, 3)"
    )
    parser.add_argument(
        "--retries", type=int, metavar="N", help="ask again so often (default: inventory/observe.yaml's, 1)"
    )
    parser.add_argument("--engine", choices=ENGINES, default=ENGINES[0], help="who asks (default: %(default)s)")


def check_asking(args: argparse.Namespace) -> None:
    """Refuse what nobody could be asked with."""
    if (args.timeout is not None and args.timeout <= 0) or (args.retries is not None and args.retries < 0):
        raise UsageError("--timeout must be above 0, --retries 0 or more")


def run(args: argparse.Namespace) -> int:
    """Poll; 0, or 3 when some devices did not answer."""
    check_asking(args)
    return asyncio.run(_round(Project.locate(args.project), args))


async def _round(project: Project, args: argparse.Namespace) -> int:
    """Poll everybody once, saving as it goes; report."""
    from homeroom.observe.station import settings_for, station

    lost: dict[str, str] = {}
    classes: list[Every] = [one for one in CLASSES if one in (args.classes or CLASSES)]
    settings = settings_for(project, args.timeout, args.retries)
    advance: list[Callable[[], None]] = []

    def saw(seen: Seen) -> None:
        if seen.said is None:
            lost[seen.device] = seen.why
        for step in advance:
            step()

    with station(project, selector(args), settings, args.engine, saw) as opened:
        begun = time.monotonic()
        with nullcontext() if args.json else console.progress() as bar:
            if bar:
                task = bar.add_task("polling", total=len(opened.fleet.devices) * len(classes))
                advance.append(partial(bar.advance, task))
            await _ask(opened, classes)
        _report(opened, lost, time.monotonic() - begun, as_json=args.json)
    return 3 if lost else 0


async def _ask(opened: Station, classes: Sequence[Every]) -> None:
    """Ask, and write meanwhile. StoreError when not all could be written."""
    writing = asyncio.create_task(opened.keep.run())
    try:
        await opened.poller.once(classes)
    finally:
        writing.cancel()
        await asyncio.gather(writing, return_exceptions=True)
    meters = opened.meters
    if meters.waiting or meters.dropped:
        raise StoreError(meters.store_why or f"{meters.dropped} rows could not be saved")


def _report(opened: Station, lost: dict[str, str], seconds: float, *, as_json: bool) -> None:
    polled, readings = len(opened.fleet.devices), opened.keep.count
    missing = sorted(lost.items())
    if as_json:
        document = {
            "polled": polled,
            "reachable": polled - len(missing),
            "unreachable": [{"device": device, "reason": reason} for device, reason in missing],
            "readings": readings,
            "seconds": round(seconds, 2),
        }
        console.emit(document)
        return
    if missing:
        console.table("no answer", ["device", "reason"], missing)
    console.say(f"{polled - len(missing)} of {polled} devices answered: {readings} readings in {seconds:.1f} s")
